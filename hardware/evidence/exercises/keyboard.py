"""The `exercise-keyboard` item: every key of the layout pressed once."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from hardware.evidence.exercises.item import Count, Head, opened, told
from hardware.evidence.exercises.key_names import key_name
from hardware.evidence.items import Noted
from specs.facts import Facts, KeysPressed

__all__ = ["read_keys_pressed"]

_Code = Annotated[int, Meta(ge=0, le=767)]
"""Linux's KEY_MAX is 0x2ff."""


class _Key(Struct, frozen=True):
    code: _Code
    down: Count
    up: Count


class _Measured(Struct, frozen=True):
    keys: Annotated[tuple[_Key, ...], Meta(max_length=256)]
    held: Annotated[tuple[_Code, ...], Meta(max_length=256)]


class _Item(Head, frozen=True):
    measured: _Measured


def read_keys_pressed(data: bytes, item: str) -> Facts | Noted:
    """Which keys answered, and which hang. Raises `EvidenceError` where the item is no such result."""
    found = opened(data, item, "keyboard", _Item)
    seen = found.measured
    answered = {key.code for key in seen.keys if key.down and key.up}
    hanging = {*seen.held, *(key.code for key in seen.keys if key.down and not key.up)}
    pressed, stuck = (tuple(map(key_name, sorted(codes))) for codes in (answered, hanging))
    return told(found, item, keyboard=KeysPressed(pressed, stuck))
