"""Storage under way: the built-in disks are read in places all over them. How fast, and without a fault?"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from checks.check import Check, Example, Kind, Reading, absent
from checks.disks import sorted_disks
from checks.disputes import doubted
from checks.exercised import unless_broken_off
from checks.several import worst_of
from specs.facts import Disk, DiskRead, Exercises, Facts, Unknown, known, value_of
from specs.quantities import Measure

__all__ = ["CHECKS"]

_NEEDS: Final = ("exercise-storage",)
_MB: Final = 10**6
_NO_DISK: Final = "no built-in disk was read"


class ReadArguments(Struct, frozen=True, forbid_unknown_fields=True):
    """How much must have been read before a disk counts as sound."""

    least_mb: Annotated[
        int,
        Meta(
            ge=1,
            le=1_000_000,
            description="megabytes (10^6 bytes) that must have come of each built-in disk, or all of a smaller one",
        ),
    ]


def _errors(facts: Facts, arguments: ReadArguments) -> Reading:
    disks = facts.exercises.storage
    if isinstance(disks, Unknown):
        return disks
    worst = worst_of(((disk.name, disk.errors) for disk in disks.value), max)
    return doubted(worst or absent(_NO_DISK, disks), _too_little(facts, disks.value, arguments))


def _speed(facts: Facts, arguments: ReadArguments) -> Reading:
    disks = facts.exercises.storage
    if isinstance(disks, Unknown):
        return disks
    worst = worst_of(((disk.name, disk.speed_mb_s) for disk in disks.value), min)
    return doubted(worst or absent(_NO_DISK, disks), _too_little(facts, disks.value, arguments))


def _too_little(facts: Facts, done: tuple[DiskRead, ...], arguments: ReadArguments) -> Unknown | None:
    """Why what was read says nothing of the disks; None where it was enough of each.

    What counts is which disks the laptop has, not which the exercise names. Where nobody knows that, each that it names
    counts.
    """
    disks = sorted_disks(facts)
    own = () if isinstance(disks, Unknown) else disks.own
    least = arguments.least_mb * _MB
    asked = {disk.name: _all_of(disk, least) for disk in own} or dict.fromkeys((disk.name for disk in done), least)
    came: dict[str, int] = {}
    for disk in done:
        came[disk.name] = min(disk.read_bytes, came.get(disk.name, disk.read_bytes))
    short = sorted(name for name, wanted in asked.items() if came.get(name, 0) < wanted)
    if not short:
        return None
    words = ", ".join(f"{name} {came.get(name, 0) // _MB} MB" for name in short)
    return absent(f"too little was read: {words}", facts.exercises.storage, facts.storage)


def _all_of(disk: Disk, least: int) -> int:
    size = value_of(disk.bytes)
    return min(least, size) if size is not None and size > 0 else least


def _of(*disks: DiskRead) -> Facts:
    return Facts(exercises=Exercises(storage=known(disks)))


_GOOD: Final = DiskRead("nvme0n1", 4 * 10**9, known(0), known(512.5))
_SLOW: Final = DiskRead("sda", 400 * 10**6, known(0), known(80.0))
_BAD: Final = DiskRead("sda", 400 * 10**6, known(3), known(80.0))
_SKIPPED: Final = DiskRead("sda", 0, *[Unknown("it was not read: EACCES", (), "unreadable")] * 2)
_LITTLE: Final = DiskRead("nvme0n1", 10**6, known(0), known(512.5))
_BESIDE: Final = msgspec.structs.replace(
    _of(_GOOD), storage=known((Disk("nvme0n1", removable=known(False)), Disk("sda", removable=known(False))))
)
_LEAST: Final = {"least_mb": 100}

CHECKS: Final = (
    Check(
        id="storage.read_errors",
        title="Disk read errors",
        kind=Kind.EXERCISE,
        measure=Measure.COUNT,
        looks_at="how many reads of a built-in disk failed; the disk with the most counts",
        needs=_NEEDS,
        decides="a sound disk has none; where less of a built-in disk was read than the profile asks for, a fault"
        " counts and nothing passes",
        remedy="The disk cannot be read in places. Put the laptop on the repair shelf.",
        read=unless_broken_off("storage", _errors),
        arguments=ReadArguments,
        examples=(
            Example("all of it could be read", _of(_GOOD), 0, _LEAST),
            Example("one disk of two fails", _of(_GOOD, _BAD), 3, _LEAST),
            Example("the second disk was not read", _of(_GOOD, _SKIPPED), None, _LEAST),
            Example("only a megabyte was read", _of(_LITTLE), None, _LEAST),
            Example("the laptop has another disk, which was left out", _BESIDE, None, _LEAST),
            Example("no built-in disk", _of(), None, _LEAST),
            Example("nobody read", Facts(), None, _LEAST),
        ),
    ),
    Check(
        id="storage.read_speed",
        title="Disk speed",
        kind=Kind.EXERCISE,
        measure=Measure.DATA_RATE,
        looks_at="how fast a built-in disk was read, in megabytes a second; the slowest disk counts",
        needs=_NEEDS,
        decides="the profile gives the least, and how much must be read to tell it; a disk of another kind may need"
        " another number",
        remedy="The disk is slow. Scan the laptop again; if it stays slow, put it on the repair shelf.",
        read=unless_broken_off("storage", _speed),
        arguments=ReadArguments,
        examples=(
            Example("an NVMe disk", _of(_GOOD), 512.5, _LEAST),
            Example("the slower of two", _of(_GOOD, _SLOW), 80.0, _LEAST),
            Example("only a megabyte was read", _of(_LITTLE), None, _LEAST),
            Example("nobody read", Facts(), None, _LEAST),
        ),
    ),
)
