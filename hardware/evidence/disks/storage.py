"""The disks put together: the list from one source, and on each disk what SMART and the eMMC say about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from hardware.evidence.disks.smart import SmartReading
from hardware.evidence.leaves import absent
from hardware.evidence.merge import best_reason, prefer
from specs.facts import Disk, DiskHealth, Fact, Known, Unknown, value_of

__all__ = ["storage"]

_NAMESPACE: Final = re.compile(r"(nvme\d+)n\d+", re.ASCII)


def storage(
    lists: Mapping[str, tuple[Disk, ...] | Unknown],
    smart: Mapping[str, SmartReading | Unknown],
    emmc: Mapping[str, DiskHealth | Unknown],
) -> Fact[tuple[Disk, ...]]:
    """The disks of the first of `lists` (item id to disks, best first) that could be read, with their health.

    `smart` and `emmc` go by disk name; SMART data under another name (a file called by hand) belongs to the disk that
    has its serial. Where nobody looked for a list, the disks are those that answered to SMART or for their wear.
    """
    for item, disks in lists.items():
        if not isinstance(disks, Unknown):
            return Known(tuple(_with_health(disk, smart, emmc) for disk in disks), (item,))
    alone = {
        f"smart-{name}": reading.disk(name, f"smart-{name}")
        for name, reading in sorted(smart.items())
        if isinstance(reading, SmartReading)
    }
    for name, wear in sorted(emmc.items()):
        if isinstance(wear, DiskHealth):
            alone.setdefault(f"emmc-{name}", Disk(name=name, kind=Known("emmc", (f"emmc-{name}",))))
    # A list that could not be read may have held more disks than answered.
    if alone and not any(isinstance(why, Unknown) and why.problem == "unreadable" for why in lists.values()):
        return Known(tuple(_with_health(disk, smart, emmc) for disk in alone.values()), tuple(alone))
    reasons = (*lists.values(), *smart.values(), *emmc.values())
    return best_reason(why for why in reasons if isinstance(why, Unknown))


def _with_health(
    disk: Disk, smart: Mapping[str, SmartReading | Unknown], emmc: Mapping[str, DiskHealth | Unknown]
) -> Disk:
    name = _name_in(smart, disk)
    reading = smart.get(name)
    health = _blank(Unknown("no SMART data was collected for this disk"))
    if value_of(disk.kind) == "emmc":
        health = _blank(absent("an eMMC has no SMART data"))
    if isinstance(reading, Unknown):
        health = _blank(reading)
    elif reading is not None and not _of(disk, reading):
        health = _blank(Unknown("the SMART data under this name is of another disk", (f"smart-{name}",), "unreadable"))
    elif reading is not None:
        item = f"smart-{name}"
        health = reading.health(item)
        size: Fact[int] = Known(reading.bytes, (item,)) if reading.bytes else absent("smartctl gives no size", item)
        disk = prefer(disk, Disk(name=disk.name, kind=reading.kind_fact(item), bytes=size))
        # The kernel cuts a SATA disk's model to 16 characters and its firmware to 4, and has no serial.
        names = Disk(
            name=disk.name,
            model=reading.model_fact(item),
            serial=reading.serial_fact(item),
            firmware=reading.firmware_fact(item),
        )
        disk = prefer(names, disk)
    wear = emmc.get(disk.name)
    if isinstance(wear, DiskHealth):
        health = prefer(health, wear)
    elif wear is not None:
        health = prefer(health, DiskHealth(life_used=wear, pre_eol=wear, life_time_a=wear, life_time_b=wear))
    return msgspec.structs.replace(disk, health=health)


def _of(disk: Disk, reading: SmartReading) -> bool:
    """False where the serials differ or, where one is not known, the sizes: names are given anew at each start.

    An NVMe controller's capacity may be that of several namespaces.
    """
    serial, size = value_of(disk.serial), value_of(disk.bytes)
    if serial and reading.serial:
        return serial.casefold() == reading.serial.casefold()
    if size is None or reading.bytes is None or reading.protocol == "NVMe":
        return True
    return abs(size - reading.bytes) <= max(size, reading.bytes) / 100


def _name_in(smart: Mapping[str, SmartReading | Unknown], disk: Disk) -> str:
    """Under which name the disk's SMART data is."""
    if disk.name in smart:
        return disk.name
    # smartctl is asked for the NVMe controller (nvme0) or for its namespace (nvme0n1).
    controller = _NAMESPACE.fullmatch(disk.name)
    if controller and controller.group(1) in smart:
        return controller.group(1)
    serial = value_of(disk.serial)
    same = [name for name, one in smart.items() if serial and isinstance(one, SmartReading) and one.serial == serial]
    return same[0] if len(same) == 1 else disk.name


def _blank(why: Unknown) -> DiskHealth:
    return DiskHealth(*([why] * len(DiskHealth.__struct_fields__)))
