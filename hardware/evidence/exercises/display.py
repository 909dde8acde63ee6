"""The `exercise-display` item: colours that filled the laptop's screen. Nobody but a person can say how they looked."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta, Struct

from hardware.evidence.exercises.item import Head, Name, Seconds, opened, told
from hardware.evidence.items import Noted
from specs.facts import DisplayShown, Facts
from specs.text import clean

__all__ = ["read_display_shown"]


SHORTEST_S: Final = 1.0
"""Seconds that a colour must stand to have been shown: half of what the exercise gives each."""
_THE_NUMBER: Final = "number"
"""What the exercise calls the picture of the number, which is no colour."""


class _Shown(Struct, frozen=True):
    colour: Name
    seconds: Seconds


class _Measured(Struct, frozen=True):
    shown: Annotated[tuple[_Shown, ...], Meta(max_length=64)]
    complete: bool


class _Item(Head, frozen=True):
    measured: _Measured


def read_display_shown(data: bytes, item: str) -> Facts | Noted:
    """Which colours stood on the screen. Raises `EvidenceError` where the item is no such result."""
    found = opened(data, item, "display", _Item)
    colours = dict.fromkeys(
        clean(one.colour, 40) for one in found.measured.shown if one.seconds >= SHORTEST_S and one.colour != _THE_NUMBER
    )
    shown = DisplayShown(tuple(colour for colour in colours if colour), found.measured.complete)
    return told(found, item, display=shown)
