"""The disks of one bundle: the lists, each disk's SMART data and wear, and what their copies say, put together."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec
from msgspec import Struct

from hardware.evidence.disagreements import disk_disagreements
from hardware.evidence.disks.emmc import read_emmc
from hardware.evidence.disks.smart import SmartReading, read_smart
from hardware.evidence.disks.storage import storage
from hardware.evidence.disks.worst_health import worst_health
from hardware.evidence.items import Items, Part
from hardware.evidence.joining import join, same_disk
from hardware.evidence.merge import renamed_evidence
from specs.facts import Disagreement, Disk, DiskHealth, Fact, Facts, Known, Unknown, value_of

__all__ = ["DisksRead", "read_disks"]

T = TypeVar("T")


class DisksRead(Struct, frozen=True):
    """The disks; what SMART alone says of each, to be compared with the lists; where two readings of one differ."""

    storage: Fact[tuple[Disk, ...]]
    alone: tuple[Part, ...]
    disagreements: tuple[Disagreement, ...]


class _Readings(Struct, frozen=True):
    """Of each disk, by its name: the first reading that could be read, its item, and all that could with theirs."""

    chosen: dict[str, SmartReading | DiskHealth | Unknown]
    items: dict[str, str]
    good: dict[str, list[tuple[str, SmartReading | DiskHealth]]]


def read_disks(items: Items, parts: list[Part]) -> DisksRead:
    """The disks with their health. `parts` are what the other items say, the best list of disks first."""
    nobody_looked = Facts().storage
    lists = {
        part.item: fact.value if isinstance(fact, Known) else fact
        for part in parts
        if (fact := part.facts.storage) is not nobody_looked
    }
    smart = _readings(items, "smart-", lambda data, _: read_smart(data))
    emmc = _readings(items, "emmc-", read_emmc)
    by_name = {name: one for name, one in smart.chosen.items() if not isinstance(one, DiskHealth)}
    wear = {name: one for name, one in emmc.chosen.items() if not isinstance(one, SmartReading)}
    by_name |= _other_disks(smart)
    found = renamed_evidence(storage(lists, by_name, wear), {**smart.items, **emmc.items})
    copies: dict[str, list[Disk]] = {}
    for readings in (smart, emmc):
        for name, good in readings.good.items():
            copies.setdefault(name, []).extend(_alone(name, *one) for one in good)
    joined = join([found, *(part.facts.storage for part in parts)], same_disk) if isinstance(found, Known) else None
    if isinstance(joined, Known):
        told = [disk for part in parts for disk in value_of(part.facts.storage) or ()]
        told += [disk for disks in copies.values() for disk in disks]
        joined = Known(tuple(_at_its_worst(disk, told) for disk in joined.value), joined.evidence)
    # SMART data that is of another disk than the list's of that name is told, too.
    alone = (
        Part(good[0][0], "smart-", Facts(storage=Known((_alone(name, *good[0]),))))
        for name, good in smart.good.items()
        if good
    )
    return DisksRead(joined or found, tuple(alone), tuple(disk_disagreements(copies)))


def _readings(items: Items, prefix: str, parse: Callable[[bytes, str], SmartReading | DiskHealth]) -> _Readings:
    found = _Readings({}, {}, {})
    for name, ids in items.named(prefix).items():
        read = [(item_id, _read_as(items, item_id, parse)) for item_id in ids]
        good = [(item_id, one) for item_id, one in read if not isinstance(one, Unknown)]
        found.items[f"{prefix}{name}"], found.chosen[name] = good[0] if good else read[0]
        found.good[name] = good
    return found


def _read_as(items: Items, item_id: str, parse: Callable[[bytes, str], T]) -> T | Unknown:
    return items.read(item_id, lambda data: parse(data, item_id))


def _other_disks(smart: _Readings) -> dict[str, SmartReading]:
    """The copies that have another serial than the first: another disk, whatever its file was called."""
    found: dict[str, SmartReading] = {}
    for good in smart.good.values():
        read = [(item_id, one) for item_id, one in good if isinstance(one, SmartReading) and one.serial]
        for item_id, one in read[1:]:
            if (one.serial or "").casefold() != (read[0][1].serial or "").casefold():
                found[item_id.removeprefix("smart-")] = one
    return found


def _alone(name: str, item_id: str, read: SmartReading | DiskHealth) -> Disk:
    """One disk as one reading of its health knows it."""
    if isinstance(read, DiskHealth):
        return Disk(name=name, health=read)
    return msgspec.structs.replace(read.disk(name, item_id), health=read.health(item_id))


def _at_its_worst(disk: Disk, told: list[Disk]) -> Disk:
    """The disk with the worst that any account of it says. A reading without a serial goes by its name."""
    if isinstance(disk.health.assessment, Unknown) and disk.health.assessment.problem == "unreadable":
        # What is under its name is another disk's, or noise.
        return disk
    accounts = [one.health for one in told if same_disk(disk, one)]
    return msgspec.structs.replace(disk, health=worst_health([disk.health, *accounts]))
