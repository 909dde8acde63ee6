"""What a slot is called as it stands: its glyph, its word, its colours, and how long it still takes."""

from __future__ import annotations

import math
from typing import Final

from checks.verdict import Verdict
from station.bench.protocol import SlotState, Stage
from station.clock import age_words
from station.screens import wording
from station.screens.shown import BUSY_STAGES, Shown
from station.screens.stop_panel import is_blocked
from station.screens.theme import ABORTED, ASKING, BLOCKED, HELD, STOPPED, VERDICTS, Look

__all__ = ["ENDED", "left_words", "look_of", "outcome_of", "word_of"]

ENDED: Final = frozenset({Stage.DONE, Stage.ABORTED})
"""An attempt has ended, and its laptop may still be there."""

_BUSY: Final = Look("▶", "TEST", "busy", "plain")
_READY: Final = Look("▶", "SCAN", "idle", "plain")
_EMPTY: Final = Look("■", "EMPTY", "busy", "dim")
_STEP_S: Final = 5
"""Seconds to which what is left is rounded up: it is an estimate, and a number that jumps each second is not read."""


def look_of(slot: SlotState) -> Look:
    """The glyph, word and colours of a slot as it stands. A hold hides a verdict: PASS alone would send it off."""
    if slot.stage is Stage.STOPPED:
        return STOPPED
    if slot.stage in ENDED and slot.held:
        return HELD
    if is_blocked(slot):
        return BLOCKED
    if slot.stage in ENDED:
        return outcome_of(slot)
    if slot.stage is Stage.ASKING:
        return ASKING
    if slot.stage in BUSY_STAGES:
        return _BUSY
    return _READY if slot.stage is Stage.READY else _EMPTY


def outcome_of(slot: SlotState) -> Look:
    """How the attempt of a slot ended, held or not."""
    if slot.stage is Stage.ABORTED:
        return ABORTED
    return VERDICTS[slot.verdict] if slot.verdict else VERDICTS[Verdict.ERROR]


def word_of(slot: SlotState, look: Look) -> str:
    """The word in block letters: how far a reading is, or what is done by hand; and else the word of its look."""
    if slot.stage is Stage.COLLECTING and slot.expected > 0:
        return _percent(slot.done, slot.expected)
    if slot.stage is Stage.ASKING and slot.guide.of > 0:
        return _percent(slot.guide.done, slot.guide.of)
    return look.word


def _percent(done: int, whole: int) -> str:
    return f"{max(0, min(99, 100 * done // max(1, whole)))}%"


def left_words(shown: Shown, slot: SlotState, *, short: bool = False) -> str:
    """How long the machine's part still takes, in words; empty where nobody knows."""
    left = shown.left(slot)
    if not 0 <= left < math.inf:
        return ""
    if left <= 0:
        return "" if short else wording.LEFT_NOTHING
    time = age_words(left if left > 60 - _STEP_S else float(math.ceil(left / _STEP_S) * _STEP_S))
    return time if short else wording.LEFT.format(time=time)
