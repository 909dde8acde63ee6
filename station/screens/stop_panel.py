"""Why a slot has stopped, or is blocked: the one sentence, and the one key that settles it. The other slots run on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from station.bench.protocol import SlotState, Stage
from station.screens import wording
from station.screens.painting import Line, Span, capped, fit, line_width, shorten, wrap
from station.screens.theme import BLOCKED, STOPPED, Look

__all__ = ["is_blocked", "settled_by", "stop_panel"]

_KEYS: Final[Mapping[str, str]] = {
    "PASS": "F5",
    "FAIL": "F7",
    "NEXT": "F9",
    "UNDO": "F6",
    "HOLD": "F4",
    "GO": "F12",
}
_BLOCKABLE: Final = frozenset({Stage.EMPTY, Stage.READY, Stage.DONE, Stage.ABORTED})
_SENTENCE_ROWS: Final = 5
_ROOMY: Final = 8
_LONGEST_VERB: Final = 8


def is_blocked(slot: SlotState) -> bool:
    """True where no laptop of a delivery is tested in the slot, and none is being tested."""
    return bool(slot.blocked) and slot.stage in _BLOCKABLE


def settled_by(slot: SlotState) -> str:
    """The verb that goes on with what stopped in a slot; empty where nothing has."""
    if slot.stage is Stage.STOPPED:
        return slot.stop.verb if slot.stop else ""
    return "GO" if is_blocked(slot) else ""


def stop_panel(slot: SlotState, width: int, height: int) -> list[Line]:
    """The sentence and its key in at most `height` lines; none where the slot has not stopped and is not blocked."""
    verb = settled_by(slot)
    if not verb or height < 1:
        return []
    if slot.stop is not None and slot.stage is Stage.STOPPED:
        look, sentence, does = STOPPED, slot.stop.sentence, slot.stop.does
    else:
        look, sentence, does = BLOCKED, slot.blocked, wording.WAIVE_DOES
    chips = _chip(look, verb, does, width)
    roomy = height >= _ROOMY
    room = max(1, height - len(chips) - (3 if roomy else 0))
    lines = _sentence(look, sentence, width, min(_SENTENCE_ROWS, room))
    if not roomy:
        return [*lines, *chips][:height] if height > 1 else chips[:1]
    blank = fit((), width, look.block)
    return [blank, *lines, blank, *chips, blank]


def _sentence(look: Look, sentence: str, width: int, most: int) -> list[Line]:
    head: Span = (f" {look.glyph} ", look.block)
    indent = line_width([head])
    rows = capped(wrap(sentence, width - indent - 1) or [""], most, width - indent - 1)
    first = fit([head, (rows[0], look.block)], width, look.block)
    return [first, *(fit([(" " * indent + row, look.block)], width, look.block) for row in rows[1:])]


def _chip(look: Look, verb: str, does: str, width: int) -> list[Line]:
    key = _KEYS.get(verb, "")
    chip: Span = (f" {key} {shorten(verb, _LONGEST_VERB)} ".replace("  ", " "), "flash")
    words = wrap(does, max(8, width - 6 - line_width([chip])))[:2] or [""]
    indent = " " * (line_width([chip]) + 4)
    first = fit([("   ", look.block), chip, (f" {words[0]}", look.block)], width, look.block)
    return [first, *(fit([(indent + row, look.block)], width, look.block) for row in words[1:])]
