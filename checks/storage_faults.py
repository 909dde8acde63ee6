"""Faults of the laptop's disks: what they say of failure and of bad sectors. One fault of one disk is a fault.

A disk that may be a stick counts as one of the laptop's: of a fault it is better to look twice.
"""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta, Struct

from checks.check import Check, Example, Kind, Measured, Reading, absent, every
from checks.disks import health_disputed, not_asked, own_disks
from checks.several import gravest
from specs.facts import Disk, DiskHealth, Facts, Known, Unknown, known
from specs.quantities import Measure

__all__ = ["CHECKS"]


def _fault_of(disk: Disk) -> str:
    health = disk.health
    if isinstance(health.assessment, Known) and health.assessment.value.casefold() == "failed":
        return "the disk itself says that it is failing"
    if isinstance(health.critical_warning, Known) and health.critical_warning.value != 0:
        return f"critical warning {health.critical_warning.value}"
    if isinstance(health.pre_eol, Known) and health.pre_eol.value.casefold() == "urgent":
        return "the eMMC is at the end of its life"
    return ""


def _no_fault(facts: Facts) -> Reading:
    disks = own_disks(facts)
    if isinstance(disks, Unknown):
        return disks
    if not disks:
        return absent("no disk of its own was found", facts.storage)
    told = [(disk.health.assessment, disk.health.critical_warning, disk.health.pre_eol) for disk in disks]
    readings = [fact for one in told for fact in one if isinstance(fact, Known)]
    for disk in disks:
        fault = _fault_of(disk)
        if fault:
            return Measured(False, every(readings), f"{disk.name}: {fault}")
    doubt = health_disputed(facts, *DiskHealth.__struct_fields__) or gravest(map(not_asked, told))
    detail = "" if readings else "no disk reports its health"
    return doubt or Measured(True, every(readings or (facts.storage,)), detail)


class BadSectorArguments(Struct, frozen=True, forbid_unknown_fields=True):
    """How many bad sectors of each kind are allowed on one disk."""

    reallocated: Annotated[int, Meta(ge=0, description="sectors that the disk replaced (ATA attribute 5)")] = 0
    pending: Annotated[int, Meta(ge=0, description="sectors that wait to be replaced (ATA attribute 197)")] = 0
    uncorrectable: Annotated[int, Meta(ge=0, description="sectors that cannot be read (ATA attribute 198)")] = 0
    media_errors: Annotated[int, Meta(ge=0, description="reads that failed (NVMe media errors)")] = 0


def _no_bad_sectors(facts: Facts, allowed: BadSectorArguments) -> Reading:
    disks = own_disks(facts)
    if isinstance(disks, Unknown):
        return disks
    if not disks:
        return absent("no disk of its own was found", facts.storage)
    counted = [
        (disk, leaf, fact)
        for disk in disks
        for leaf in allowed.__struct_fields__
        if isinstance(fact := getattr(disk.health, leaf), Known)
    ]
    evidence = every([fact for _, _, fact in counted] or (facts.storage,))
    bad = [(disk, leaf, fact) for disk, leaf, fact in counted if fact.value > getattr(allowed, leaf)]
    if bad:
        said = sorted(f"{disk.name}: {leaf.replace('_', ' ')} {fact.value}" for disk, leaf, fact in bad)
        return Measured(False, evidence, ", ".join(said))
    told = [tuple(getattr(disk.health, leaf) for leaf in allowed.__struct_fields__) for disk in disks]
    # A counter that could not be read is no counter of 0, whatever the disk's others say.
    locked = [fact for one in told for fact in one if isinstance(fact, Unknown) and fact.problem == "unreadable"]
    doubt = health_disputed(facts, *allowed.__struct_fields__) or gravest((*locked, *map(not_asked, told)))
    return doubt or Measured(True, evidence, "" if counted else "no disk counts its bad sectors")


def _facts(*healths: DiskHealth) -> Facts:
    return Facts(storage=known(tuple(Disk(f"sd{'ab'[i]}", health=health) for i, health in enumerate(healths))))


_NO_REPORT: Final = Unknown("the disk has no such report", ("smart-sda",), "absent")
_LOCKED: Final = Unknown("needs root", ("smart-sda",), "unreadable")
_NO_COUNTERS: Final = DiskHealth(
    reallocated=_NO_REPORT, pending=_NO_REPORT, uncorrectable=_NO_REPORT, media_errors=_NO_REPORT
)

CHECKS: Final = (
    Check(
        id="storage.no_fault_found",
        title="No disk fault found",
        kind=Kind.HEALTH,
        measure=Measure.YES_NO,
        looks_at="the disk's own health assessment, its critical warnings and the eMMC's end-of-life word",
        needs=("block", "smart-*", "emmc-*"),
        decides="no where any disk reports a fault; unknown where nobody could ask a disk, or where two sources differ;"
        " else yes, and it says if no disk reports its health",
        remedy="The disk reports a fault. Put the laptop on the repair shelf for a new disk.",
        read=_no_fault,
        examples=(
            Example("a disk that says it is failing", _facts(DiskHealth(assessment=known("failed"))), False),
            Example("a disk that has no such report", _facts(DiskHealth(assessment=_NO_REPORT)), True),
            Example("a disk that nobody asked", _facts(DiskHealth()), None),
            Example("a disk whose report needs root", _facts(DiskHealth(assessment=_LOCKED)), None),
            Example("no disk at all", _facts(), None),
        ),
    ),
    Check(
        id="storage.no_bad_sectors_found",
        title="No bad sectors found",
        kind=Kind.HEALTH,
        measure=Measure.YES_NO,
        looks_at="the disk's counts of replaced, pending and unreadable sectors and of media errors",
        needs=("block", "smart-*"),
        decides="no where any disk counts more than is allowed; unknown where nobody could ask a disk, or where two"
        " sources differ; else yes, and it says if no disk counts them",
        remedy="The disk has bad sectors. Put the laptop on the repair shelf for a new disk.",
        read=_no_bad_sectors,
        arguments=BadSectorArguments,
        examples=(
            Example("none", _facts(DiskHealth(reallocated=known(0), pending=known(0))), True),
            Example("one was replaced", _facts(DiskHealth(reallocated=known(1))), False),
            Example(
                "one was replaced, and two may", _facts(DiskHealth(reallocated=known(1))), True, {"reallocated": 2}
            ),
            Example("a disk without such counters", _facts(_NO_COUNTERS), True),
            Example("a disk that nobody asked", _facts(DiskHealth()), None),
        ),
    ),
)
