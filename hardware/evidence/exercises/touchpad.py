"""The `exercise-touchpad` item: a finger over the whole pad, and its buttons."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta, Struct

from hardware.evidence.exercises.item import Count, Head, opened, told
from hardware.evidence.items import Noted
from specs.facts import Facts, TouchpadTouched

__all__ = ["read_touchpad_touched"]

CELLS: Final = 25
"""5 x 5, row by row (domain/test-executives.md section 5, touchpad)."""


class _Measured(Struct, frozen=True):
    cells: Annotated[tuple[Annotated[int, Meta(ge=0, lt=CELLS)], ...], Meta(max_length=256)]
    left_clicks: Count
    right_clicks: Count
    fingers: Count
    ghosts: Count


class _Item(Head, frozen=True):
    measured: _Measured


def read_touchpad_touched(data: bytes, item: str) -> Facts | Noted:
    """Which part of the pad felt a finger. Raises `EvidenceError` where the item is no such result."""
    found = opened(data, item, "touchpad", _Item)
    seen = found.measured
    touched = TouchpadTouched(len(set(seen.cells)), seen.left_clicks, seen.right_clicks, seen.fingers, seen.ghosts)
    return told(found, item, touchpad=touched)
