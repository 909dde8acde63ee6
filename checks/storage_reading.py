"""Storage under way: the built-in disks are read in places all over them. How fast, and without a fault?"""

from __future__ import annotations

from typing import Final

from checks.check import Check, Example, Kind, Reading, absent
from checks.exercised import unless_broken_off
from checks.several import worst_of
from specs.facts import DiskRead, Exercises, Facts, Unknown, known
from specs.quantities import Measure

__all__ = ["CHECKS"]

_NEEDS: Final = ("exercise-storage",)


def _errors(facts: Facts) -> Reading:
    disks = facts.exercises.storage
    if isinstance(disks, Unknown):
        return disks
    worst = worst_of(((disk.name, disk.errors) for disk in disks.value), max)
    return worst or absent("no built-in disk was read", disks)


def _speed(facts: Facts) -> Reading:
    disks = facts.exercises.storage
    if isinstance(disks, Unknown):
        return disks
    worst = worst_of(((disk.name, disk.speed_mb_s) for disk in disks.value), min)
    return worst or absent("no built-in disk was read", disks)


def _of(*disks: DiskRead) -> Facts:
    return Facts(exercises=Exercises(storage=known(disks)))


_GOOD: Final = DiskRead("nvme0n1", known(0), known(512.5))
_SKIPPED: Final = DiskRead("sda", *[Unknown("it was not read: EACCES", (), "unreadable")] * 2)

CHECKS: Final = (
    Check(
        id="storage.read_errors",
        title="Disk read errors",
        kind=Kind.EXERCISE,
        measure=Measure.COUNT,
        looks_at="how many reads of a built-in disk failed; the disk with the most counts",
        needs=_NEEDS,
        decides="unknown where a disk was not read at all; a sound disk has none",
        remedy="The disk cannot be read in places. Put the laptop on the repair shelf.",
        read=unless_broken_off("storage", _errors),
        examples=(
            Example("all of it could be read", _of(_GOOD), 0),
            Example("one disk of two fails", _of(_GOOD, DiskRead("sda", known(3), known(80.0))), 3),
            Example("the second disk was not read", _of(_GOOD, _SKIPPED), None),
            Example("no built-in disk", _of(), None),
            Example("nobody read", Facts(), None),
        ),
    ),
    Check(
        id="storage.read_speed",
        title="Disk speed",
        kind=Kind.EXERCISE,
        measure=Measure.DATA_RATE,
        looks_at="how fast a built-in disk was read, in megabytes a second; the slowest disk counts",
        needs=_NEEDS,
        decides="the profile gives the least; a disk of another kind may need another number",
        remedy="The disk is slow. Scan the laptop again; if it stays slow, put it on the repair shelf.",
        read=unless_broken_off("storage", _speed),
        examples=(
            Example("an NVMe disk", _of(_GOOD), 512.5),
            Example("the slower of two", _of(_GOOD, DiskRead("sda", known(0), known(80.0))), 80.0),
            Example("nobody read", Facts(), None),
        ),
    ),
)
