"""The `exercise-storage` item: the built-in disks read in places all over them. Nothing is ever written."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta, Struct

from hardware.evidence.exercises.item import Count, Head, Name, Seconds, opened, told
from hardware.evidence.items import Noted
from hardware.evidence.leaves import absent, unreadable
from specs.facts import DiskRead, Facts, Known
from specs.text import clean

__all__ = ["read_disk_reads"]

_MEGABYTE: Final = 10**6
_SHORTEST_S: Final = 0.001
_NOT_ITS_OWN: Final = frozenset(("removable", "on USB", "its size is 0"))
"""Why the probe leaves out what is no built-in disk: a stick, a card, a reader with nothing in it
(hardware/probe/exercises/wording.py)."""


class _Disk(Struct, frozen=True):
    name: Name
    bytes_read: Count
    seconds: Seconds
    error_count: Count
    skipped: Name | None


class _Measured(Struct, frozen=True):
    disks: Annotated[tuple[_Disk, ...], Meta(max_length=16)]


class _Item(Head, frozen=True):
    measured: _Measured


def read_disk_reads(data: bytes, item: str) -> Facts | Noted:
    """What each disk gave: bytes, failed reads, and megabytes (10^6 bytes) a second.

    Raises `EvidenceError` where the item is no such result.
    """
    found = opened(data, item, "storage", _Item)
    own = [disk for disk in found.measured.disks if disk.skipped not in _NOT_ITS_OWN]
    return told(found, item, storage=tuple(_disk(disk, item) for disk in own))


def _disk(disk: _Disk, item: str) -> DiskRead:
    name = clean(disk.name, 40)
    if disk.skipped is not None:
        why = unreadable(f"it was not read: {clean(disk.skipped, 120) or 'no reason was given'}", item)
        return DiskRead(name, disk.bytes_read, why, why)
    if not disk.bytes_read:
        nothing = absent("nothing could be read of it", item)
        return DiskRead(name, 0, Known(disk.error_count, (item,)) if disk.error_count else nothing, nothing)
    if disk.seconds < _SHORTEST_S:
        speed = absent("the reading took no time that could be measured", item)
        return DiskRead(name, disk.bytes_read, Known(disk.error_count, (item,)), speed)
    speed_mb_s = round(disk.bytes_read / disk.seconds / _MEGABYTE, 3)
    return DiskRead(name, disk.bytes_read, Known(disk.error_count, (item,)), Known(speed_mb_s, (item,)))
