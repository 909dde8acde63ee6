"""The disks: MSFT_PhysicalDisk, else Win32_DiskDrive, with the counters of MSFT_StorageReliabilityCounter.

Win32_DiskDrive rounds sizes down to whole cylinders (by less than 8.3 MB), says SCSI of what is NVMe and SATA, and
never says SSD (quirks.md no. 31). A wear of 0 is what many a worn disk says too (no. 30): not known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from hardware.evidence.leaves import absent, number_fact, text_fact
from hardware.evidence.windows.rows import Row, Rows, enum_in, number_in, text_in
from specs.facts import Disk, DiskHealth, Fact, Known

__all__ = ["BUS_WORDS", "HEALTH_WORDS", "MEDIA_WORDS", "is_eui64", "unswapped", "windows_storage"]

BUS_WORDS: Final = {
    "scsi": 1,
    "atapi": 2,
    "ata": 3,
    "1394": 4,
    "ssa": 5,
    "fibre channel": 6,
    "usb": 7,
    "raid": 8,
    "iscsi": 9,
    "sas": 10,
    "sata": 11,
    "sd": 12,
    "mmc": 13,
    "file backed virtual": 15,
    "storage spaces": 16,
    "nvme": 17,
    "scm": 18,
    "ufs": 19,
}
"""MSFT_PhysicalDisk.BusType, as Get-PhysicalDisk prints it."""
MEDIA_WORDS: Final = {"unspecified": 0, "hdd": 3, "ssd": 4, "scm": 5}
HEALTH_WORDS: Final = {"healthy": 0, "warning": 1, "unhealthy": 2, "unknown": 5}
_USB, _ISCSI, _SD, _MMC, _VIRTUAL, _SPACES, _NVME = 7, 9, 12, 13, 15, 16, 17
_EUI64: Final = re.compile(r"(?:[0-9A-F]{4}_){3,}[0-9A-F]{4}\.?", re.IGNORECASE | re.ASCII)
_SWAPPED: Final = re.compile(r"[0-9a-f]{40}", re.IGNORECASE | re.ASCII)
_MOST_DISKS: Final = 64


def windows_storage(rows: Rows, item: str) -> Fact[tuple[Disk, ...]]:
    """The disks that Windows lists; storage spaces and other volumes made of disks are not disks."""
    if rows.asked("MSFT_PhysicalDisk"):
        counters = rows.all("MSFT_StorageReliabilityCounter")[:_MOST_DISKS]
        listed = [row for row in rows.all("MSFT_PhysicalDisk") if number_in(row, "Size") != 0 and not _made_up(row)]
        return Known(
            tuple(_physical(row, index, counters, len(listed), item) for index, row in enumerate(listed[:_MOST_DISKS])),
            (item,),
        )
    if rows.asked("Win32_DiskDrive"):
        drives = [row for row in rows.all("Win32_DiskDrive") if number_in(row, "Size") != 0 and not _image(row)]
        return Known(tuple(_drive(row, index, item) for index, row in enumerate(drives[:_MOST_DISKS])), (item,))
    return absent("Windows was not asked for its disks", item)


def is_eui64(serial: str | None) -> bool:
    """True for the EUI-64 that an NVMe disk has in place of its serial (quirks.md no. 32)."""
    return serial is not None and _EUI64.fullmatch(serial.strip()) is not None


def unswapped(serial: str) -> str:
    """The serial of an ATA disk as Windows 7 gives it: 20 characters in hexadecimal, each two of them swapped."""
    if _SWAPPED.fullmatch(serial.strip()) is None:
        return serial
    raw = bytes.fromhex(serial.strip())
    if not all(32 <= byte < 127 for byte in raw):
        return serial
    turned = bytearray(raw)
    turned[0::2], turned[1::2] = raw[1::2], raw[0::2]
    return turned.decode("ascii").strip()


def _bus(row: Row) -> int | None:
    return enum_in(row, "BusType", BUS_WORDS)


def _made_up(row: Row) -> bool:
    return _bus(row) in (_ISCSI, _VIRTUAL, _SPACES)


def _image(row: Row) -> bool:
    """True for the file of a disk that was mounted."""
    return "VEN_MSFT&PROD_VIRTUAL_DISK" in (text_in(row, "PNPDeviceID") or "").upper()


def _physical(row: Row, index: int, counters: Sequence[Row], disks: int, item: str) -> Disk:
    number = text_in(row, "DeviceId") or text_in(row, "Number")
    known = re.sub("[^0-9]", "", number)[:8] if number else ""
    counter = next((one for one in counters if number and text_in(one, "DeviceId") == number), None)
    if counter is None and disks == len(counters) == 1 and text_in(counters[0], "DeviceId") is None:
        counter = counters[0]
    bus = _bus(row)
    removable: Fact[bool] = absent("Windows does not say on which bus the disk is", item)
    if bus == _SD:
        # Windows says SD of many an eMMC too.
        removable = absent("the disk is a card, or the laptop's own eMMC", item)
    elif bus:
        removable = Known(bus == _USB, (item,))
    return Disk(
        name=f"PhysicalDisk{known or index}",
        kind=_kind(bus, enum_in(row, "MediaType", MEDIA_WORDS), item),
        bytes=number_fact(number_in(row, "Size"), "the disk's size", item, at_least=1),
        model=text_fact(text_in(row, "Model") or text_in(row, "FriendlyName"), "the disk's model", item),
        serial=_serial(row, item),
        firmware=text_fact(text_in(row, "FirmwareVersion"), "the disk's firmware", item),
        removable=removable,
        health=_health(row, counter, item),
    )


def _kind(bus: int | None, media: int | None, item: str) -> Fact[str]:
    # MediaType: 3 is a hard disk, 4 a solid-state disk, 0 unspecified.
    if bus == _NVME:
        return Known("nvme", (item,))
    if bus == _MMC:
        return Known("emmc", (item,))
    if bus in (_USB, _SD) or media not in (3, 4):
        return absent("Windows does not say what kind of disk it is", item)
    return Known("hdd" if media == 3 else "ssd", (item,))


def _serial(row: Row, item: str) -> Fact[str]:
    """The serial on an NVMe disk's label is AdapterSerialNumber (quirks.md no. 32)."""
    adapter, serial = text_in(row, "AdapterSerialNumber"), text_in(row, "SerialNumber")
    if adapter is not None and not is_eui64(adapter):
        return text_fact(adapter, "the disk's serial", item)
    if is_eui64(serial):
        return absent("Windows gives the disk's EUI-64 in place of its serial", item)
    return text_fact(unswapped(serial) if serial is not None else None, "the disk's serial", item)


def _health(row: Row, counter: Row | None, item: str) -> DiskHealth:
    state = enum_in(row, "HealthStatus", HEALTH_WORDS)
    assessment: Fact[str] = absent("Windows gives no verdict on the disk", item)
    if state in (0, 1, 2):
        # A warning is an error that somebody must see to: no disk to hand out.
        assessment = Known("passed" if state == 0 else "failed", (item,))
    wear, hours = number_in(counter, "Wear"), number_in(counter, "PowerOnHours")
    warmth = number_in(counter, "Temperature")
    uncounted = absent("Windows does not count a disk's bad sectors", item)
    return DiskHealth(
        assessment=assessment,
        percent_used=number_fact(
            wear if wear is not None and wear <= 255 else None, "the disk's wear", item, at_least=1
        ),
        power_on_hours=number_fact(
            hours if hours is not None and hours < 2**24 else None, "the hours that the disk ran", item, at_least=1
        ),
        temperature_c=number_fact(
            warmth if warmth is not None and warmth < 150 else None, "the disk's temperature", item, at_least=1
        ),
        media_errors=number_fact(_uncorrected(counter), "the count of uncorrected errors", item, at_least=1),
        reallocated=uncounted,
        pending=uncounted,
        uncorrectable=uncounted,
    )


def _uncorrected(counter: Row | None) -> int | None:
    """The errors that the disk could not correct. Many disks give 0 for not counting, so only more says something."""
    counts = [number_in(counter, f"{done}ErrorsUncorrected") for done in ("Read", "Write")]
    known = [count for count in counts if count is not None and count < 2**40]
    return sum(known) if known else None


def _drive(row: Row, index: int, item: str) -> Disk:
    number = number_in(row, "Index")
    path = (text_in(row, "PNPDeviceID") or "").upper()
    kind: Fact[str] = absent("Win32_DiskDrive does not say what kind of disk it is", item)
    if path.startswith("SCSI\\DISK&VEN_NVME&"):
        # Windows' own NVMe driver.
        kind = Known("nvme", (item,))
    interface = (text_in(row, "InterfaceType") or "").strip().upper()
    media = (text_in(row, "MediaType") or "").strip().lower()
    removable: Fact[bool] = absent("Windows does not say on which bus the disk is", item)
    if interface in ("USB", "1394") or path.startswith("USBSTOR\\") or media.startswith(("removable", "external")):
        removable = Known(True, (item,))
    elif media.startswith("fixed"):
        removable = Known(False, (item,))
    return Disk(
        name=f"PhysicalDisk{number if number is not None and number < 10**8 else index}",
        kind=kind,
        bytes=number_fact(number_in(row, "Size"), "the disk's size", item, at_least=1),
        model=text_fact(text_in(row, "Model") or text_in(row, "Caption"), "the disk's model", item),
        serial=_serial(row, item),
        firmware=text_fact(text_in(row, "FirmwareRevision"), "the disk's firmware", item),
        removable=removable,
    )
