"""What the `windows` item says about the machine: identity, processor, memory, disks."""

from __future__ import annotations

import datetime
import re
from typing import Final

from msgspec import Struct

from hardware.evidence.decoding import count_of, dig, text_of
from hardware.evidence.leaves import absent, number_fact, text_fact
from hardware.evidence.machine.dmi_facts import serial_fact, uuid_fact, vendor_word
from hardware.evidence.machine.dmi_records import CHASSIS_NAMES, MEMORY_TYPES
from hardware.evidence.windows.rows import Rows, number_in
from specs.facts import Disk, Fact, Identity, Known, Memory, MemoryModule, Processor

__all__ = ["BiosFacts", "windows_disks", "windows_identity", "windows_memory", "windows_processor"]

_CIM_DATE: Final = re.compile(r"(\d{4})(\d{2})(\d{2})\d{6}\..*", re.ASCII)
_JSON_DATE: Final = re.compile(r"/Date\((-?\d{1,13})(?:[+-]\d{4})?\)/", re.ASCII)
_ISO_DATE: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T.*)?", re.ASCII)
_EUI64: Final = re.compile(r"(?:[0-9A-F]{4}_)+[0-9A-F]{4}\.?", re.IGNORECASE | re.ASCII)
# MSFT_PhysicalDisk.BusType
_USB, _SD, _MMC, _NVME = 7, 12, 13, 17


class BiosFacts(Struct, frozen=True):
    """Win32_BIOS."""

    vendor: Fact[str]
    version: Fact[str]
    date: Fact[str]


def windows_identity(rows: Rows, item: str) -> tuple[Identity, BiosFacts]:
    """Identity from the classes that Windows makes out of SMBIOS; weaker than the table itself."""
    system = rows.first("Win32_ComputerSystem")
    product = rows.first("Win32_ComputerSystemProduct")
    bios = rows.first("Win32_BIOS")
    enclosure = rows.first("Win32_SystemEnclosure")
    kind = count_of(dig(enclosure, "ChassisTypes", 0)) or number_in(enclosure, "ChassisTypes") or 0

    def fact(what: str, *texts: object) -> Fact[str]:
        return text_fact(next((text for text in texts if isinstance(text, str) and text.strip()), None), what, item)

    serial = fact("the system serial", dig(bios, "SerialNumber"), dig(product, "IdentifyingNumber"))
    identity = Identity(
        manufacturer=fact("the manufacturer", dig(system, "Manufacturer"), dig(product, "Vendor")),
        product=fact("the product name", dig(system, "Model"), dig(product, "Name")),
        version=fact("the product version", dig(product, "Version")),
        sku=fact("the SKU number", dig(system, "SystemSKUNumber"), dig(product, "SKUNumber")),
        serial=serial_fact(serial, text_of(dig(enclosure, "SerialNumber")), item),
        uuid=uuid_fact(text_of(dig(product, "UUID")), item),
        board_serial=fact("the board serial", dig(rows.first("Win32_BaseBoard"), "SerialNumber")),
        asset_tag=fact("the asset tag", dig(enclosure, "SMBIOSAssetTag")),
        chassis=fact("the chassis type", CHASSIS_NAMES.get(kind & 0x7F)),
    )
    return identity, BiosFacts(
        vendor=fact("the firmware's vendor", dig(bios, "Manufacturer")),
        version=fact("the firmware's version", dig(bios, "SMBIOSBIOSVersion")),
        date=_date(text_of(dig(bios, "ReleaseDate")), item),
    )


def _date(text: str | None, item: str) -> Fact[str]:
    """ISO date of a CIM date, of ConvertTo-Json's milliseconds, or of an ISO date-time."""
    why = absent("the firmware's date is not given", item)
    try:
        if text is None:
            return why
        if match := _CIM_DATE.fullmatch(text) or _ISO_DATE.fullmatch(text):
            return Known(datetime.date(*(int(part) for part in match.groups())).isoformat(), (item,))
        if match := _JSON_DATE.fullmatch(text):
            start = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
            moment = start + datetime.timedelta(milliseconds=int(match.group(1)))
            return Known(moment.date().isoformat(), (item,))
    except (ValueError, OverflowError):
        pass
    return why


def windows_processor(rows: Rows, item: str) -> Processor:
    """Win32_Processor, all sockets together."""
    sockets = rows.all("Win32_Processor")
    cores = [number_in(row, "NumberOfCores") for row in sockets]
    threads = [number_in(row, "NumberOfLogicalProcessors") for row in sockets]
    first = rows.first("Win32_Processor")
    return Processor(
        vendor=text_fact(vendor_word(text_of(dig(first, "Manufacturer"))), "the processor's maker", item),
        model=text_fact(text_of(dig(first, "Name")), "the processor's model", item),
        cores=number_fact(_total(cores), "the number of cores", item, at_least=1),
        threads=number_fact(_total(threads), "the number of threads", item, at_least=1),
    )


def _total(counts: list[int | None]) -> int | None:
    known = [count for count in counts if count is not None and count < 2**16]
    return sum(known) if known and len(known) == len(counts) else None


def windows_memory(rows: Rows, item: str) -> Memory:
    """Win32_PhysicalMemory for what is fitted, Win32_OperatingSystem for what Windows can use."""
    modules = tuple(_module(row, item) for row in rows.all("Win32_PhysicalMemory") if number_in(row, "Capacity") != 0)
    sizes = [module.size_bytes for module in modules]
    known = [size.value for size in sizes if isinstance(size, Known)]
    installed: Fact[int] = absent("Windows does not say how large each memory module is", item)
    total = sum(known)
    if known and len(known) == len(sizes) and total < 2**63:
        installed = Known(total, (item,))
    kilobytes = number_in(rows.first("Win32_OperatingSystem"), "TotalVisibleMemorySize")
    visible = kilobytes * 1024 if kilobytes and kilobytes < 2**50 else None
    if visible is None:
        visible = number_in(rows.first("Win32_ComputerSystem"), "TotalPhysicalMemory")
    slots = _total([number_in(row, "MemoryDevices") for row in rows.all("Win32_PhysicalMemoryArray")])
    return Memory(
        installed_bytes=installed,
        visible_bytes=number_fact(visible, "the memory that Windows can use", item, at_least=1),
        modules=Known(modules, (item,)) if modules else absent("Windows lists no memory modules", item),
        slots=number_fact(slots, "the number of memory slots", item, at_least=1),
    )


def _module(row: object, item: str) -> MemoryModule:
    fields = row if isinstance(row, dict) else {}
    return MemoryModule(
        size_bytes=number_fact(number_in(fields, "Capacity"), "the module's size", item, at_least=1),
        type=text_fact(MEMORY_TYPES.get(number_in(fields, "SMBIOSMemoryType") or 0), "the module's type", item),
        speed_mts=number_fact(number_in(fields, "Speed"), "the module's speed", item, at_least=1),
        locator=text_fact(text_of(dig(row, "DeviceLocator")), "the slot's name", item),
        manufacturer=text_fact(text_of(dig(row, "Manufacturer")), "the module's maker", item),
        part=text_fact(text_of(dig(row, "PartNumber")), "the module's part number", item),
        serial=text_fact(text_of(dig(row, "SerialNumber")), "the module's serial", item),
    )


def windows_disks(rows: Rows, item: str) -> tuple[Disk, ...]:
    """MSFT_PhysicalDisk: Win32_DiskDrive rounds sizes and never says SSD (quirks.md no. 31)."""
    disks = []
    for index, row in enumerate(rows.all("MSFT_PhysicalDisk")[:512]):
        number = text_of(dig(row, "DeviceId")) or str(index)
        size, bus = number_in(row, "Size"), number_in(row, "BusType")
        if size == 0:
            continue
        removable: Fact[bool] = absent("Windows does not say on which bus the disk is", item)
        if bus:
            removable = Known(bus in (_USB, _SD), (item,))
        model = text_of(dig(row, "Model")) or text_of(dig(row, "FriendlyName"))
        disks.append(
            Disk(
                name=f"PhysicalDisk{re.sub('[^0-9]', '', number)[:8]}",
                kind=_kind(bus, number_in(row, "MediaType"), item),
                bytes=number_fact(size, "the disk's size", item, at_least=1),
                model=text_fact(model, "the disk's model", item),
                serial=_serial(row, item),
                firmware=text_fact(text_of(dig(row, "FirmwareVersion")), "the disk's firmware", item),
                removable=removable,
            )
        )
    return tuple(disks)


def _kind(bus: int | None, media: int | None, item: str) -> Fact[str]:
    # MediaType: 3 is a hard disk, 4 a solid-state disk, 0 unspecified.
    if bus == _NVME:
        return Known("nvme", (item,))
    if bus == _MMC:
        return Known("emmc", (item,))
    if bus in (_USB, _SD) or media not in (3, 4):
        return absent("Windows does not say what kind of disk it is", item)
    return Known("hdd" if media == 3 else "ssd", (item,))


def _serial(row: object, item: str) -> Fact[str]:
    """An NVMe disk's SerialNumber is its EUI-64; the serial on its label is AdapterSerialNumber (quirks.md no. 32)."""
    adapter, serial = text_of(dig(row, "AdapterSerialNumber")), text_of(dig(row, "SerialNumber"))
    if adapter and adapter.strip():
        return text_fact(adapter, "the disk's serial", item)
    if serial is not None and _EUI64.fullmatch(serial.strip()):
        return absent("Windows gives the disk's EUI-64 in place of its serial", item)
    return text_fact(serial, "the disk's serial", item)
