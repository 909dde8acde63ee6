"""Storage: the laptop's own disk, never a stick or a card that happens to be in it."""

from __future__ import annotations

from typing import Final

from checks.check import Check, Example, Measured, Reading, absent, every, worst
from specs.facts import Disk, DiskHealth, Fact, Facts, Known, Unknown, known, value_of
from specs.quantities import Measure

__all__ = ["CHECKS"]


def _own_disks(facts: Facts) -> tuple[Disk, ...] | Unknown:
    """The disks that are not known to be removable."""
    if isinstance(facts.storage, Unknown):
        return facts.storage
    return tuple(
        disk for disk in facts.storage.value if not (isinstance(disk.removable, Known) and disk.removable.value)
    )


def _capacity(facts: Facts) -> Reading:
    disks = _own_disks(facts)
    if isinstance(disks, Unknown):
        return disks
    if not disks:
        return Measured(0, every((facts.storage,)), "no disk of its own was found")
    fixed = [disk for disk in disks if isinstance(disk.removable, Known)]
    if not fixed:
        return absent(f"it is not known whether {disks[0].name} can be taken out", *(disk.removable for disk in disks))
    sized = [(disk.bytes.value, disk) for disk in fixed if isinstance(disk.bytes, Known)]
    if not sized:
        return absent("no disk gives its size", *(disk.bytes for disk in fixed))
    size, disk = max(sized, key=lambda entry: entry[0])
    model = disk.model.value if isinstance(disk.model, Known) else disk.name
    return Measured(size, every((disk.bytes,)), model)


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
    disks = _own_disks(facts)
    if isinstance(disks, Unknown):
        return disks
    if not disks:
        return absent("no disk of its own was found", facts.storage)
    readings = [
        fact
        for disk in disks
        for fact in (disk.health.assessment, disk.health.critical_warning, disk.health.pre_eol)
        if isinstance(fact, Known)
    ]
    for disk in disks:
        fault = _fault_of(disk)
        if fault:
            return Measured(False, every(readings), f"{disk.name}: {fault}")
    disputed = _disputed(facts)
    if disputed is not None:
        return disputed
    for disk in disks:
        untold = _not_looked_at(disk)
        if untold is not None:
            return untold
    detail = "" if readings else "no disk reports its health"
    return Measured(True, every(readings or (facts.storage,)), detail)


def _disputed(facts: Facts) -> Unknown | None:
    """Why nobody can say of a disk that it is well: two accounts of its health, or of which disk it is, differ."""
    for found in value_of(facts.disagreements) or ():
        leaf = found.fact.rpartition(".")[2]
        if found.fact.startswith("storage.") and (".health." in found.fact or leaf == "serial"):
            said = ", ".join(f"{claim.value} ({', '.join(claim.evidence)})" for claim in found.claims)
            evidence = tuple(item for claim in found.claims for item in claim.evidence)
            return Unknown(f"two accounts of {found.fact} differ: {said}", evidence, "absent")
    return None


def _not_looked_at(disk: Disk) -> Unknown | None:
    """Why nobody knows of a disk's health; None where it told something, or has nothing of the kind to tell."""
    told = (disk.health.assessment, disk.health.critical_warning, disk.health.pre_eol)
    unknown = [fact for fact in told if isinstance(fact, Unknown)]
    if len(unknown) < len(told) or any(fact.problem == "absent" for fact in unknown):
        return None
    return next((fact for fact in unknown if fact.problem == "unreadable"), unknown[0])


def _percent_used(facts: Facts) -> Reading:
    disks = _own_disks(facts)
    if isinstance(disks, Unknown):
        return disks
    none = absent("no disk of its own was found", facts.storage)
    return worst(((disk.name, _wear(disk)) for disk in disks), max) or none


def _wear(disk: Disk) -> Fact[int]:
    """What a disk says of its wear: the worse of its two words for it."""
    told = [fact for fact in (disk.health.percent_used, disk.health.life_used) if isinstance(fact, Known)]
    if not told:
        return absent(f"{disk.name} does not report its wear", disk.health.percent_used, disk.health.life_used)
    return max(told, key=lambda fact: fact.value)


def _facts(disk: Disk) -> Facts:
    return Facts(storage=known((disk,)))


CHECKS: Final = (
    Check(
        id="storage.capacity",
        title="Storage",
        measure=Measure.STORAGE_SIZE,
        looks_at="the raw size of the largest disk that is not removable",
        needs=("block",),
        decides="sizes are compared as sold: 64 GB is 64 x 10^9 bytes; the profile says what it accepts below that",
        remedy="The disk is too small or is missing. Put the laptop on the repair shelf.",
        read=_capacity,
        examples=(
            Example(
                "a 64 GB eMMC",
                _facts(Disk("mmcblk0", bytes=known(62_537_072_640), removable=known(False))),
                62_537_072_640,
            ),
            Example(
                "a disk that may be a stick",
                _facts(Disk("sda", bytes=known(128_000_000_000))),
                None,
            ),
            Example(
                "a USB stick is not the laptop's disk",
                _facts(Disk("sda", bytes=known(128_000_000_000), removable=known(True))),
                0,
            ),
        ),
    ),
    Check(
        id="storage.no_fault_found",
        title="No disk fault found",
        measure=Measure.YES_NO,
        looks_at="the disk's own health assessment, its critical warnings and the eMMC's end-of-life word",
        needs=("block", "smart-*", "emmc-*"),
        decides="no where any disk reports a fault; unknown where nobody could ask a disk; else yes, and it"
        " says if no disk reports its health",
        remedy="The disk reports a fault. Put the laptop on the repair shelf for a new disk.",
        read=_no_fault,
        examples=(
            Example(
                "a disk that says it is failing",
                _facts(Disk("sda", health=DiskHealth(assessment=known("failed")))),
                False,
            ),
            Example(
                "a disk that has no such report",
                _facts(Disk("sda", health=DiskHealth(assessment=Unknown("not supported", problem="absent")))),
                True,
            ),
            Example("a disk that nobody asked", _facts(Disk("sda")), None),
            Example(
                "a disk whose report needs root",
                _facts(Disk("sda", health=DiskHealth(assessment=Unknown("needs root", problem="unreadable")))),
                None,
            ),
            Example("no disk at all", Facts(storage=known(())), None),
        ),
    ),
    Check(
        id="storage.percent_used",
        title="Disk wear",
        measure=Measure.PERCENT,
        looks_at="the share of its rated life that the disk says is used",
        needs=("block", "smart-*", "emmc-*"),
        decides="the worst of the laptop's disks; unknown where one does not report it",
        remedy="The disk is worn: this may be a used laptop. Put it on the query shelf.",
        read=_percent_used,
        examples=(
            Example("a new NVMe disk", _facts(Disk("nvme0n1", health=DiskHealth(percent_used=known(0)))), 0),
            Example("a disk without a word", _facts(Disk("sda")), None),
        ),
    ),
)
