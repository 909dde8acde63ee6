"""Storage: how many disks the laptop has of its own, of which kind and how large.

What they say of their health is in `checks.storage_faults` and `checks.storage_wear`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from checks.check import Check, Example, Kind, Measured, Reading, every
from checks.disks import Disks, sorted_disks
from checks.disputes import disputed_part, doubted
from checks.several import gravest, gravest_of, texts_of
from specs.facts import Disk, Fact, Facts, Known, Unknown, known
from specs.quantities import Measure

__all__ = ["CHECKS"]

_NONE: Final = "no disk of its own was found"
_NO_DISK: Final = "no disk"


class CapacityArguments(Struct, frozen=True, forbid_unknown_fields=True):
    """Which of several disks counts."""

    of: Annotated[
        Literal["largest", "smallest"], Meta(description="which of the laptop's own disks counts, where it has several")
    ] = "largest"


def _capacity(facts: Facts, arguments: CapacityArguments) -> Reading:
    disks = sorted_disks(facts)
    if isinstance(disks, Unknown):
        return disks
    if not disks.own:
        return disks.perhaps or Measured(0, every((facts.storage,)), _NONE)
    sized = _sized(disks)
    if not sized:
        return _no_size(disks)
    size, disk = (max if arguments.of == "largest" else min)(sized, key=_size_and_name)
    model = disk.model.value if isinstance(disk.model, Known) else disk.name
    # What gives no size, or may be a stick, could not be smaller than the largest; the smallest it could well be.
    smaller = gravest((_unsized(disks), disks.perhaps)) if arguments.of == "smallest" else None
    return doubted(Measured(size, every((disk.bytes,)), model), smaller, _disputed(facts, disks, "bytes"))


def _sized(disks: Disks) -> list[tuple[int, Disk]]:
    return [(disk.bytes.value, disk) for disk in disks.own if isinstance(disk.bytes, Known)]


def _unsized(disks: Disks) -> Unknown | None:
    """Why nobody knows how large a disk is; None where each gives its size."""
    return gravest_of((disk.name, disk.bytes) for disk in disks.own)


def _size_and_name(entry: tuple[int, Disk]) -> tuple[int, str]:
    return entry[0], entry[1].name


def _no_size(disks: Disks) -> Unknown:
    why = _unsized(disks) or Unknown("no disk gives its size", problem="absent")
    return Unknown(f"no disk gives its size ({why.reason})", every(disk.bytes for disk in disks.own), why.problem)


def _disputed(facts: Facts, disks: Disks, *leaves: str) -> Unknown | None:
    return disputed_part(facts, "storage", leaves, disks.sticks)


def _count(facts: Facts) -> Reading:
    disks = sorted_disks(facts)
    if isinstance(disks, Unknown):
        return disks
    names = ", ".join(sorted(disk.name for disk in disks.own))
    return disks.perhaps or Measured(len(disks.own), every((facts.storage,)), names)


def _kind(facts: Facts) -> Reading:
    disks = sorted_disks(facts)
    if isinstance(disks, Unknown):
        return disks
    if not disks.own:
        return disks.perhaps or Measured(_NO_DISK, every((facts.storage,)), _NONE)
    sized = _sized(disks)
    if len(disks.own) == 1:
        disk, doubt = disks.own[0], None
    elif sized:
        disk = max(sized, key=_size_and_name)[1]
        doubt = gravest((_unsized(disks), _disputed(facts, disks, "bytes")))
    else:
        return _no_size(disks)
    if isinstance(disk.kind, Unknown):
        return gravest_of((one.name, one.kind if one is disk else None) for one in disks.own) or disk.kind
    return doubted(Measured(disk.kind.value, disk.kind.evidence, disk.name), doubt)


def _texts(leaf: str) -> Callable[[Facts], Reading]:
    """What each of the laptop's own disks says under that name."""

    def read(facts: Facts) -> Reading:
        disks = sorted_disks(facts)
        if isinstance(disks, Unknown):
            return disks
        if not disks.own and disks.perhaps is not None:
            return disks.perhaps
        said: list[tuple[str, Fact[str]]] = [(disk.name, getattr(disk, leaf)) for disk in disks.own]
        none = Measured(_NO_DISK, every((facts.storage,)), _NONE)
        return doubted(texts_of(said, none), disks.perhaps, _disputed(facts, disks, leaf))

    return read


def _facts(*disks: Disk) -> Facts:
    return Facts(storage=known(disks))


_NOT_SAID: Final = Unknown("the disk does not say", ("block",), "absent")
_EMMC: Final = Disk(
    "mmcblk0",
    kind=known("emmc"),
    bytes=known(62_537_072_640),
    removable=known(False),
    model=known("DA4064"),
    serial=known("0x1d2f3a44"),
    firmware=known("0x0107"),
)
_NVME: Final = Disk(
    "nvme0n1",
    kind=known("nvme"),
    bytes=known(256_060_514_304),
    removable=known(False),
    model=known("SAMSUNG MZVLB256HBHQ-000L7"),
    serial=known("S4ELNX0N123456"),
)
_STICK: Final = Disk("sda", bytes=known(128_000_000_000), removable=known(True), serial=known("4C530001"))
_PERHAPS: Final = Disk("sda", bytes=known(128_000_000_000), removable=_NOT_SAID)
_SILENT: Final = Disk("mmcblk0", bytes=_NOT_SAID, removable=known(False))

CHECKS: Final = (
    Check(
        id="storage.capacity",
        title="Storage",
        kind=Kind.INVENTORY,
        measure=Measure.STORAGE_SIZE,
        looks_at="the raw size of the largest disk that is not removable, or of the smallest where the profile says so",
        needs=("block",),
        decides="sizes are compared as sold: 64 GB is 64 x 10^9 bytes; the profile says what it accepts below that;"
        " two sources that differ pass nothing",
        remedy="The disk is too small or is missing. Put the laptop on the repair shelf.",
        read=_capacity,
        arguments=CapacityArguments,
        examples=(
            Example("a 64 GB eMMC", _facts(_EMMC), 62_537_072_640),
            Example("the larger of two disks", _facts(_EMMC, _NVME), 256_060_514_304),
            Example("the smaller of two disks", _facts(_EMMC, _NVME), 62_537_072_640, {"of": "smallest"}),
            Example("a disk that may be a stick", _facts(_PERHAPS), None),
            Example("a USB stick is not the laptop's disk", _facts(_STICK), 0),
        ),
    ),
    Check(
        id="storage.count",
        title="Number of disks",
        kind=Kind.INVENTORY,
        measure=Measure.COUNT,
        looks_at="how many disks the laptop has of its own; sticks and cards do not count",
        needs=("block",),
        decides="the profile says how many; unknown where one of them may be a stick",
        remedy="A disk is missing, or there is one too many. Put the laptop on the repair shelf.",
        read=_count,
        examples=(
            Example("an eMMC and a stick", _facts(_EMMC, _STICK), 1),
            Example("only a stick", _facts(_STICK), 0),
            Example("a disk that may be a stick", _facts(_EMMC, _PERHAPS), None),
        ),
    ),
    Check(
        id="storage.kind",
        title="Kind of disk",
        kind=Kind.INVENTORY,
        measure=Measure.TEXT,
        looks_at="the kind of the laptop's largest disk: nvme, ssd, emmc or hdd",
        needs=("block", "smart-*"),
        decides="the profile says which; no disk at all is a fault, not an unknown; two sources that differ about which"
        " of two disks is the larger pass nothing",
        remedy="Another kind of disk than ordered. Put the laptop on the query shelf.",
        read=_kind,
        words=("nvme", "ssd", "emmc", "hdd", _NO_DISK),
        examples=(
            Example("the larger of two is an NVMe", _facts(_EMMC, _NVME), "nvme"),
            Example("no disk", _facts(), "no disk"),
            Example("a disk that does not say", _facts(_SILENT), None),
        ),
    ),
    Check(
        id="storage.serial",
        title="Disk's serial number",
        kind=Kind.INVENTORY,
        measure=Measure.TEXT,
        looks_at="the serial numbers of the laptop's own disks, so that a swapped one is found later",
        needs=("block", "smart-*"),
        decides="within where each of them is allowed and each disk gives one; two sources that differ pass nothing",
        remedy="Run the probe again as root. If a disk still gives no serial number, put the laptop on the query"
        " shelf.",
        read=_texts("serial"),
        examples=(
            Example("two disks", _facts(_NVME, _EMMC), ("0x1d2f3a44", "S4ELNX0N123456")),
            Example("only a stick", _facts(_STICK), "no disk"),
            Example("a disk that does not say", _facts(_SILENT), None),
        ),
    ),
    Check(
        id="storage.model",
        title="Disk model",
        kind=Kind.INVENTORY,
        measure=Measure.TEXT,
        looks_at="the models of the laptop's own disks",
        needs=("block", "smart-*"),
        decides="within where each of them is allowed and each disk gives one; two sources that differ pass nothing",
        remedy="Another disk than ordered. Put the laptop on the query shelf.",
        read=_texts("model"),
        examples=(
            Example("an eMMC", _facts(_EMMC), ("DA4064",)),
            Example("a disk that does not say", _facts(_SILENT), None),
        ),
    ),
    Check(
        id="storage.firmware",
        title="Disk's firmware",
        kind=Kind.INVENTORY,
        measure=Measure.TEXT,
        looks_at="the firmware versions of the laptop's own disks, so that those of a faulty version are found later",
        needs=("block", "smart-*"),
        decides="within where each of them is allowed and each disk gives one; two sources that differ pass nothing",
        remedy="Another disk firmware than ordered. Put the laptop on the query shelf.",
        read=_texts("firmware"),
        examples=(
            Example("an eMMC", _facts(_EMMC), ("0x0107",)),
            Example("no disk", _facts(), "no disk"),
            Example("a disk that does not say", _facts(_SILENT), None),
        ),
    ),
)
