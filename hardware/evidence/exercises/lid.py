"""The `exercise-lid` item: the lid is closed and opened, and its switch tells of both."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from hardware.evidence.exercises.item import Head, Name, Seconds, opened, told
from hardware.evidence.items import Noted
from specs.facts import Facts, LidMoved

__all__ = ["read_lid_moved"]


class _Event(Struct, frozen=True):
    at: Seconds
    closed: bool


class _Measured(Struct, frozen=True):
    switches: Annotated[tuple[Name, ...], Meta(max_length=64)]
    events: Annotated[tuple[_Event, ...], Meta(max_length=64)]


class _Item(Head, frozen=True):
    measured: _Measured


def read_lid_moved(data: bytes, item: str) -> Facts | Noted:
    """How often the switch told of closing, and of opening after it. Raises `EvidenceError` for other items."""
    found = opened(data, item, "lid", _Item)
    closed = opened_after = 0
    is_closed = False
    for event in sorted(found.measured.events, key=lambda one: one.at):
        closed += event.closed
        opened_after += is_closed and not event.closed
        is_closed = event.closed
    return told(found, item, lid=LidMoved(len(set(found.measured.switches)), closed, opened_after))
