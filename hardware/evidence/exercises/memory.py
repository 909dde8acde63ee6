"""The `exercise-memory` item: patterns written to free memory and read back."""

from __future__ import annotations

from msgspec import Struct

from hardware.evidence.exercises.item import Count, Head, opened, told
from hardware.evidence.items import Noted
from specs.facts import Facts, MemoryTest

__all__ = ["read_memory_test"]


class _Measured(Struct, frozen=True):
    bytes: Count
    available: Count
    passes: Count
    mismatches: Count


class _Item(Head, frozen=True):
    measured: _Measured


def read_memory_test(data: bytes, item: str) -> Facts | Noted:
    """What was tested and what came back different. Raises `EvidenceError` where the item is no such result."""
    found = opened(data, item, "memory", _Item)
    seen = found.measured
    return told(found, item, memory=MemoryTest(seen.bytes, seen.available, seen.passes, seen.mismatches))
