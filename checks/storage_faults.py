"""Faults of the laptop's disks: what they say of failure and of bad sectors. One fault of one disk is a fault.

Silence is no health: a disk that reports nothing of the kind is unknown, unless the profile counts it as good.
A disk that may be a stick counts as one of the laptop's: of a fault it is better to look twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Final, TypeAlias

from msgspec import Meta, Struct

from checks.check import Check, Example, Kind, Measured, Reading, absent, every
from checks.disks import health_disputed, not_asked, own_disks
from checks.several import gravest, gravest_of
from specs.facts import Disk, DiskHealth, Fact, Facts, Known, Unknown, known
from specs.quantities import Measure

__all__ = ["CHECKS"]


_Told: TypeAlias = Sequence[tuple[Disk, tuple[Fact[Any], ...]]]
"""What each disk says of the thing that a check asks about, be it known or not."""


def _told(disks: Iterable[Disk], leaves: Iterable[str]) -> _Told:
    asked = tuple(leaves)
    return [(disk, tuple(getattr(disk.health, leaf) for leaf in asked)) for disk in disks]


def _nobody_asked(told: _Told) -> Unknown | None:
    return gravest_of((disk.name, not_asked(facts)) for disk, facts in told)


def _silence(told: _Told, what: str) -> str:
    """Which disks report nothing of the kind, in words; empty where each reports some of it."""
    silent = sorted(disk.name for disk, facts in told if not any(isinstance(fact, Known) for fact in facts))
    return f"{', '.join(silent)}: no {what}" if silent else ""


def _fault_of(disk: Disk) -> str:
    health = disk.health
    if isinstance(health.assessment, Known) and health.assessment.value.casefold() == "failed":
        return "the disk itself says that it is failing"
    if isinstance(health.critical_warning, Known) and health.critical_warning.value != 0:
        return f"critical warning {health.critical_warning.value}"
    if isinstance(health.pre_eol, Known) and health.pre_eol.value.casefold() == "urgent":
        return "the eMMC is at the end of its life"
    return ""


class FaultArguments(Struct, frozen=True, forbid_unknown_fields=True):
    """What a disk that does not report its health counts as."""

    silent_passes: Annotated[
        bool, Meta(description="a disk that reports nothing of its health counts as good, not as unknown")
    ] = False


def _no_fault(facts: Facts, arguments: FaultArguments) -> Reading:
    disks = own_disks(facts)
    if isinstance(disks, Unknown):
        return disks
    if not disks:
        return absent("no disk of its own was found", facts.storage)
    told = _told(disks, ("assessment", "critical_warning", "pre_eol"))
    readings = [fact for _, one in told for fact in one if isinstance(fact, Known)]
    for disk in disks:
        fault = _fault_of(disk)
        if fault:
            return Measured(False, every(readings), f"{disk.name}: {fault}")
    doubt = health_disputed(facts, *DiskHealth.__struct_fields__) or _nobody_asked(told)
    if doubt is not None:
        return doubt
    silence = _silence(told, "report of its health")
    if silence and not arguments.silent_passes:
        return absent(silence, facts.storage, *(fact for _, one in told for fact in one))
    return Measured(True, every(readings or (facts.storage,)), silence)


class BadSectorArguments(Struct, frozen=True, forbid_unknown_fields=True):
    """How many bad sectors of each kind are allowed on one disk."""

    reallocated: Annotated[int, Meta(ge=0, description="sectors that the disk replaced (ATA attribute 5)")] = 0
    pending: Annotated[int, Meta(ge=0, description="sectors that wait to be replaced (ATA attribute 197)")] = 0
    uncorrectable: Annotated[int, Meta(ge=0, description="sectors that cannot be read (ATA attribute 198)")] = 0
    media_errors: Annotated[int, Meta(ge=0, description="reads that failed (NVMe media errors)")] = 0
    silent_passes: Annotated[
        bool, Meta(description="a disk that counts no bad sectors of any kind counts as good, not as unknown")
    ] = False


_COUNTERS: Final = ("reallocated", "pending", "uncorrectable", "media_errors")


def _no_bad_sectors(facts: Facts, allowed: BadSectorArguments) -> Reading:
    disks = own_disks(facts)
    if isinstance(disks, Unknown):
        return disks
    if not disks:
        return absent("no disk of its own was found", facts.storage)
    counted = [
        (disk, leaf, fact)
        for disk in disks
        for leaf in _COUNTERS
        if isinstance(fact := getattr(disk.health, leaf), Known)
    ]
    evidence = every([fact for _, _, fact in counted] or (facts.storage,))
    bad = [(disk, leaf, fact) for disk, leaf, fact in counted if fact.value > getattr(allowed, leaf)]
    if bad:
        said = sorted(f"{disk.name}: {leaf.replace('_', ' ')} {fact.value}" for disk, leaf, fact in bad)
        return Measured(False, evidence, ", ".join(said))
    told = _told(disks, _COUNTERS)
    # A counter that could not be read is no counter of 0, whatever the disk's others say.
    locked = gravest_of((disk.name, _locked(one)) for disk, one in told)
    doubt = health_disputed(facts, *_COUNTERS) or gravest((locked, _nobody_asked(told)))
    if doubt is not None:
        return doubt
    silence = _silence(told, "count of bad sectors")
    if silence and not allowed.silent_passes:
        return absent(silence, facts.storage, *(fact for _, one in told for fact in one))
    return Measured(True, evidence, silence)


def _locked(told: Iterable[Fact[Any]]) -> Unknown | None:
    return gravest(fact for fact in told if isinstance(fact, Unknown) and fact.problem == "unreadable")


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
        " one that does not report its health is unknown, or good where the profile says so, and the finding tells it",
        remedy="The disk reports a fault. Put the laptop on the repair shelf for a new disk.",
        read=_no_fault,
        arguments=FaultArguments,
        examples=(
            Example("a disk that says it is failing", _facts(DiskHealth(assessment=known("failed"))), False),
            Example("a disk that says it is sound", _facts(DiskHealth(assessment=known("passed"))), True),
            Example("a disk that has no such report", _facts(DiskHealth(assessment=_NO_REPORT)), None),
            Example(
                "the same, where silence counts as good",
                _facts(DiskHealth(assessment=_NO_REPORT)),
                True,
                {"silent_passes": True},
            ),
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
        " sources differ; one that counts none of them is unknown, or good where the profile says so, and the finding"
        " tells it",
        remedy="The disk has bad sectors. Put the laptop on the repair shelf for a new disk.",
        read=_no_bad_sectors,
        arguments=BadSectorArguments,
        examples=(
            Example("none", _facts(DiskHealth(reallocated=known(0), pending=known(0))), True),
            Example("one was replaced", _facts(DiskHealth(reallocated=known(1))), False),
            Example(
                "one was replaced, and two may", _facts(DiskHealth(reallocated=known(1))), True, {"reallocated": 2}
            ),
            Example("a disk without such counters", _facts(_NO_COUNTERS), None),
            Example("the same, where silence counts as good", _facts(_NO_COUNTERS), True, {"silent_passes": True}),
            Example("a disk that nobody asked", _facts(DiskHealth()), None),
        ),
    ),
)
