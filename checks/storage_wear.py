"""Wear and use of the laptop's disks, as they count them themselves. The worst of its disks counts.

A disk that may be a stick counts as one of the laptop's: of its wear it is better to look twice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from checks.check import Check, Example, Kind, Measured, Reading, absent
from checks.disks import health_disputed, not_asked, own_disks
from checks.disputes import doubted
from checks.several import gravest_of, worst_of
from specs.facts import Disk, DiskHealth, Fact, Facts, Known, Unknown, known
from specs.quantities import Measure

__all__ = ["CHECKS"]

_SECONDS_AN_HOUR: Final = 3600
_STATES: Final = ("normal", "warning", "urgent")
"""JEDEC's words for an eMMC's spare blocks, best first."""


def _percent_used(facts: Facts) -> Reading:
    reading = _worst(facts, _wear, max)
    return doubted(reading, health_disputed(facts, "percent_used", "life_used", "life_time_a", "life_time_b"))


def _wear(disk: Disk) -> Fact[int]:
    """What a disk says of its wear: the worse of its two words for it."""
    words = (disk.health.percent_used, disk.health.life_used)
    told = [fact for fact in words if isinstance(fact, Known)]
    if told:
        return max(told, key=lambda fact: fact.value)
    return not_asked(words) or absent("the disk does not report its wear", *words)


def _worst(facts: Facts, pick: Callable[[Disk], Fact[int]], which: Callable[..., Any]) -> Reading:
    disks = own_disks(facts)
    if isinstance(disks, Unknown):
        return disks
    none = absent("no disk of its own was found", facts.storage)
    return worst_of([(disk.name, pick(disk)) for disk in disks], which) or none


def _worst_leaf(leaf: str, which: Callable[..., Any]) -> Callable[[Facts], Reading]:
    """The worst of what the disks say under that name."""

    def read(facts: Facts) -> Reading:
        reading = _worst(facts, lambda disk: getattr(disk.health, leaf), which)
        return doubted(reading, health_disputed(facts, leaf))

    return read


def _power_on_time(facts: Facts) -> Reading:
    reading = _worst_leaf("power_on_hours", max)(facts)
    if isinstance(reading, Unknown) or not isinstance(reading.value, int):
        return reading
    detail = f"{reading.detail}, {reading.value} hours"
    return Measured(reading.value * _SECONDS_AN_HOUR, reading.evidence, detail, reading.unread)


def _pre_eol(facts: Facts) -> Reading:
    disks = own_disks(facts)
    if isinstance(disks, Unknown):
        return disks
    emmcs = [disk for disk in disks if not isinstance(disk.kind, Known) or disk.kind.value.casefold() == "emmc"]
    told = [(disk, disk.health.pre_eol) for disk in emmcs if isinstance(disk.health.pre_eol, Known)]
    unread = gravest_of((disk.name, disk.health.pre_eol) for disk in emmcs)
    if not told:
        return unread or absent("no eMMC is fitted", facts.storage, *(disk.kind for disk in disks))
    disk, word = max(told, key=lambda entry: (_badness(entry[1].value), entry[0].name))
    return doubted(Measured(word.value, word.evidence, disk.name, unread), health_disputed(facts, "pre_eol"))


def _badness(word: str) -> tuple[int, str]:
    """How bad an eMMC's word is; one that JEDEC does not have is the worst, and nobody allows it."""
    folded = word.casefold()
    return (_STATES.index(folded) if folded in _STATES else len(_STATES), word)


def _facts(*healths: DiskHealth, kind: str = "ssd") -> Facts:
    disks = (Disk(f"sd{'ab'[i]}", kind=known(kind), health=health) for i, health in enumerate(healths))
    return Facts(storage=known(tuple(disks)))


_NO_REPORT: Final = Unknown("the disk has no such report", ("smart-sda",), "absent")

CHECKS: Final = (
    Check(
        id="storage.percent_used",
        title="Disk wear",
        kind=Kind.HEALTH,
        measure=Measure.PERCENT,
        looks_at="the share of its rated life that the disk says is used",
        needs=("block", "smart-*", "emmc-*"),
        decides="the worst of the laptop's disks; unknown where one does not report it, or where two sources differ",
        remedy="The disk is worn: this may be a used laptop. Put it on the query shelf.",
        read=_percent_used,
        examples=(
            Example("a new NVMe disk", _facts(DiskHealth(percent_used=known(0))), 0),
            Example("a disk without a word", _facts(DiskHealth()), None),
        ),
    ),
    Check(
        id="storage.power_on_hours",
        title="Time the disk was on",
        kind=Kind.HEALTH,
        measure=Measure.DURATION_S,
        looks_at="the hours that the disk says it was switched on, in seconds",
        needs=("block", "smart-*"),
        decides="the longest of the laptop's disks; unknown where one does not report it (no eMMC does), or where two"
        " sources differ",
        remedy="The disk was used: this may be a used laptop. Put it on the query shelf.",
        read=_power_on_time,
        examples=(
            Example(
                "50 hours and 2 hours",
                _facts(DiskHealth(power_on_hours=known(2)), DiskHealth(power_on_hours=known(50))),
                180_000,
            ),
            Example("a disk that nobody asked", _facts(DiskHealth()), None),
        ),
    ),
    Check(
        id="storage.power_cycles",
        title="Disk power cycles",
        kind=Kind.HEALTH,
        measure=Measure.COUNT,
        looks_at="how often the disk says it was switched on",
        needs=("block", "smart-*"),
        decides="the most of the laptop's disks; unknown where one does not report it (no eMMC does), or where two"
        " sources differ",
        remedy="The disk was used: this may be a used laptop. Put it on the query shelf.",
        read=_worst_leaf("power_cycles", max),
        examples=(
            Example("new", _facts(DiskHealth(power_cycles=known(14))), 14),
            Example("a disk that nobody asked", _facts(DiskHealth()), None),
        ),
    ),
    Check(
        id="storage.media_errors",
        title="Disk media errors",
        kind=Kind.HEALTH,
        measure=Measure.COUNT,
        looks_at="how many reads the disk says have failed (NVMe)",
        needs=("block", "smart-*"),
        decides="the most of the laptop's disks; unknown where one does not report it, or where two sources differ",
        remedy="The disk has lost data. Put the laptop on the repair shelf for a new disk.",
        read=_worst_leaf("media_errors", max),
        examples=(
            Example("none", _facts(DiskHealth(media_errors=known(0))), 0),
            Example("a disk without that counter", _facts(DiskHealth(media_errors=_NO_REPORT)), None),
        ),
    ),
    Check(
        id="storage.available_spare",
        title="Disk's spare blocks",
        kind=Kind.HEALTH,
        measure=Measure.PERCENT,
        looks_at="the share of its spare blocks that the disk says is left (NVMe)",
        needs=("block", "smart-*"),
        decides="the least of the laptop's disks; unknown where one does not report it, or where two sources differ",
        remedy="The disk has used up its spare blocks. Put the laptop on the repair shelf for a new disk.",
        read=_worst_leaf("available_spare", min),
        examples=(
            Example(
                "the less of two",
                _facts(DiskHealth(available_spare=known(100)), DiskHealth(available_spare=known(97))),
                97,
            ),
            Example("a disk that does not say", _facts(DiskHealth(available_spare=_NO_REPORT)), None),
        ),
    ),
    Check(
        id="storage.pre_eol",
        title="End of the eMMC's life",
        kind=Kind.HEALTH,
        measure=Measure.TEXT,
        looks_at="the eMMC's own word for its spare blocks: normal, warning or urgent",
        needs=("block", "emmc-*"),
        decides="the worst word of the laptop's eMMCs; unknown where there is none, where one does not say, or where"
        " two sources differ",
        remedy="The eMMC is worn. Put the laptop on the repair shelf for a new mainboard.",
        read=_pre_eol,
        words=_STATES,
        examples=(
            Example("a new one", _facts(DiskHealth(pre_eol=known("normal")), kind="emmc"), "normal"),
            Example(
                "the worse of two",
                _facts(DiskHealth(pre_eol=known("warning")), DiskHealth(pre_eol=known("normal")), kind="emmc"),
                "warning",
            ),
            Example("no eMMC is fitted", _facts(DiskHealth(pre_eol=_NO_REPORT), kind="nvme"), None),
        ),
    ),
)
