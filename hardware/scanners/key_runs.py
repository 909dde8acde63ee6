"""Keys of one keyboard by their pace: which of them a scanner typed, and which a hand.

Pure values for `hardware.scanners.keys`, which says when a scan is over and what becomes of it.

A *run* has no gap over `TYPING_GAP`; a *phrase* is runs with gaps under `PHRASE_GAP` between them. A run, or a whole
phrase, is a *burst* if it has at least `BURST_LEAST` keys and half of its gaps are at most `BURST_GAP`: no hand does
that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from hardware.scanners.scanner import LONGEST_CODE

__all__ = [
    "BURST_GAP",
    "BURST_LEAST",
    "LONGEST_SCAN",
    "PHRASE_GAP",
    "TYPING_GAP",
    "Item",
    "Kind",
    "Run",
    "is_burst",
    "is_by_hand",
    "read_typed",
    "read_word_for_word",
]

PHRASE_GAP: Final = 1.0
"""Seconds. Keys of one 50 ms scan were seen 254 ms apart on a contended machine (tui.md section 0); this is four times
that."""

TYPING_GAP: Final = 0.3
"""Seconds between what a hand typed and a scan that follows, at the least: more than the 254 ms within a scan."""

BURST_GAP: Final = 0.06
"""Seconds between two keys of a scanner: 7 to 8 ms as a rule, 60 at worst. A fast typist needs about 100."""

BURST_LEAST: Final = 4
"""Keys, the terminator included, before anything is called a burst."""

LONGEST_SCAN: Final = LONGEST_CODE
"""Characters kept of one scan; a longer one is broken, because the rest of it is not known."""


class Kind(Enum):
    """What a key is in a text: `control` is one that is no text, kept because it came within a burst."""

    TEXT = "text"
    ERASE = "erase"
    CONTROL = "control"
    PASTE = "paste"


@dataclass(frozen=True, slots=True)
class Item:
    """One key, or one paste."""

    kind: Kind
    text: str
    at: float


@dataclass(slots=True)
class Run:
    """Keys with no pause between them. Kept with its counts, so that a key costs the same in a long scan."""

    began_at: float
    last_at: float
    items: list[Item] = field(default_factory=list)
    gaps: int = 0
    fast: int = 0
    length: int = 0
    cut: bool = False

    def add(self, item: Item) -> None:
        """A key more; past `LONGEST_SCAN` characters it is cut."""
        # Backspaces repeat by themselves and pastes have no pace: neither says how fast the keys came.
        if self.items and item.kind in {Kind.TEXT, Kind.CONTROL} and self.items[-1].kind is not Kind.PASTE:
            self.gaps += 1
            self.fast += item.at - self.last_at <= BURST_GAP
        self.last_at = item.at
        if self.length + len(item.text) <= LONGEST_SCAN:
            self.items.append(item)
            self.length += len(item.text)
        else:
            self.cut = True

    def forget_controls(self) -> None:
        """Drops the keys that are no text."""
        self.items = [item for item in self.items if item.kind is not Kind.CONTROL]

    @property
    def is_paced(self) -> bool:
        """Whether it ends in a key: a paste has no pace."""
        return bool(self.items) and self.items[-1].kind is not Kind.PASTE


def is_burst(runs: Sequence[Run], ended_at: float | None = None) -> bool:
    """Whether runs that follow each other came faster than a hand; `ended_at` counts their terminator as a key."""
    gaps, fast = _pace(runs, ended_at)
    return gaps >= BURST_LEAST - 1 and 2 * fast >= gaps


def is_by_hand(runs: Sequence[Run], ended_at: float | None = None) -> bool:
    """Whether it is certain that a hand typed, pasted or took back what runs hold: a single key, or two or three fast
    ones, may as well be a bit of a torn scan."""
    if any(item.kind in {Kind.ERASE, Kind.PASTE} for run in runs for item in run.items):
        return True
    gaps, fast = _pace(runs, ended_at)
    return gaps > 0 and 2 * fast < gaps


def read_word_for_word(runs: Sequence[Run]) -> str:
    """A scan: every key is part of it."""
    return "".join(item.text for run in runs for item in run.items)


def read_typed(runs: Sequence[Run]) -> str:
    """Typing, with its backspaces applied and without keys that are no text; a burst within it word for word."""
    text: list[str] = []
    for run in runs:
        burst = is_burst([run])
        for item in run.items:
            if burst:
                text.append(item.text)
            elif item.kind is Kind.ERASE:
                del text[-1:]
            elif item.kind is not Kind.CONTROL:
                text.extend(item.text)
    return "".join(text)


def _pace(runs: Sequence[Run], ended_at: float | None) -> tuple[int, int]:
    """The gaps between the keys, and how many of them are a scanner's. Those between two runs are not."""
    gaps = sum(run.gaps for run in runs) + max(0, len(runs) - 1)
    fast = sum(run.fast for run in runs)
    if ended_at is not None and runs and runs[-1].is_paced:
        gaps += 1
        fast += ended_at - runs[-1].last_at <= BURST_GAP
    return gaps, fast
