"""What Windows says of the machine itself: identity, firmware, processor, memory.

All of it is made from SMBIOS by Windows, so the table itself is believed first. A hypervisor is no sign of a virtual
machine here: Windows' own security (VBS, Hyper-V) runs one on a real laptop, so that only the names that virtual
machines give themselves count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from hardware.evidence.decoding import as_int, count_of, flag_of
from hardware.evidence.leaves import absent, number_fact, text_fact
from hardware.evidence.machine.dmi_facts import hypervisor_fact, product_fact, serial_fact, uuid_fact, vendor_word
from hardware.evidence.machine.dmi_records import CHASSIS_NAMES, MEMORY_TYPES
from hardware.evidence.windows.dates import firmware_day
from hardware.evidence.windows.rows import Row, Rows, enum_in, flag_in, items_in, number_in, signed_in, text_in
from specs.facts import Fact, Firmware, Identity, Known, Memory, MemoryModule, Processor, value_of

__all__ = ["windows_firmware", "windows_identity", "windows_memory", "windows_processor"]

_NOTEBOOK_LIKE: Final = frozenset((8, 9, 10, 11, 14, 30, 31, 32))
# Win32_Processor.Architecture, in the words of the kernel.
_ARCHITECTURES: Final = {0: "i686", 5: "arm", 9: "x86_64", 12: "aarch64"}
# Win32_ComputerSystem's states of a password: 0 disabled, 1 enabled, 2 not implemented, 3 unknown.
_PASSWORD_WORDS: Final = {"disabled": 0, "enabled": 1, "notimplemented": 2, "unknown": 3}
# PEFirmwareType and Get-ComputerInfo's BiosFirmwareType.
_FIRMWARE_WORDS: Final = {"bios": 1, "uefi": 2}
_MASKED_KEY: Final = re.compile(r"(?:[A-Z0-9]{5}-){4}([A-Z0-9]{5})", re.ASCII)
_LARGEST_MODULE: Final = 2**46
_MOST_MODULES: Final = 64
_MOST_SOCKETS: Final = 64


def windows_identity(rows: Rows, item: str) -> Identity:
    """Identity from the classes that Windows makes out of SMBIOS."""
    system = rows.first("Win32_ComputerSystem")
    product = rows.first("Win32_ComputerSystemProduct")
    bios = rows.first("Win32_BIOS")
    board = rows.first("Win32_BaseBoard")
    enclosure = _enclosure(rows)
    kind = _chassis_types(enclosure)

    def fact(what: str, *texts: str | None) -> Fact[str]:
        return text_fact(next((text for text in texts if text is not None), None), what, item)

    serial = fact("the system serial", text_in(bios, "SerialNumber"), text_in(product, "IdentifyingNumber"))
    return Identity(
        manufacturer=fact("the manufacturer", text_in(system, "Manufacturer"), text_in(product, "Vendor")),
        product=product_fact(_model(system, product), item),
        version=fact("the product version", text_in(product, "Version")),
        sku=fact("the SKU number", text_in(system, "SystemSKUNumber"), text_in(product, "SKUNumber")),
        serial=serial_fact(serial, text_in(enclosure, "SerialNumber"), item),
        uuid=uuid_fact(text_in(product, "UUID"), item),
        board_serial=fact("the board serial", text_in(board, "SerialNumber")),
        asset_tag=fact("the asset tag", text_in(enclosure, "SMBIOSAssetTag")),
        chassis=fact("the chassis type", CHASSIS_NAMES.get(kind[0] & 0x7F) if kind else None),
        family=fact("the product family", text_in(system, "SystemFamily")),
        board_manufacturer=fact("the board's maker", text_in(board, "Manufacturer")),
        board_product=fact("the board's name", text_in(board, "Product")),
    )


def _model(system: Row | None, product: Row | None) -> str | None:
    return text_in(system, "Model") or text_in(product, "Name")


def _enclosure(rows: Rows) -> Row | None:
    """The notebook's own enclosure: a docking station has one too (quirks.md no. 11)."""
    enclosures = rows.all("Win32_SystemEnclosure")
    own = (row for row in enclosures if any(kind & 0x7F in _NOTEBOOK_LIKE for kind in _chassis_types(row)))
    return next(own, next(iter(enclosures), None))


def _chassis_types(row: Row | None) -> list[int]:
    kinds, _ = items_in(row, "ChassisTypes")
    alone = number_in(row, "ChassisTypes")
    numbers = [_number(kind) for kind in kinds] if alone is None else [alone]
    return [number for number in numbers if number]


def _number(value: object) -> int | None:
    return as_int(value) if isinstance(value, str) else count_of(value)


def windows_firmware(rows: Rows, item: str) -> Firmware:
    """Win32_BIOS, how the laptop started, Secure Boot, the OA3 key's presence, and the firmware's passwords."""
    bios, system = rows.first("Win32_BIOS"), rows.first("Win32_ComputerSystem")
    uefi, secure_boot = _boot(rows, item)
    zone = signed_in(system, "CurrentTimeZone")
    if zone is None:
        zone = signed_in(rows.first("Win32_OperatingSystem"), "CurrentTimeZone")
    day = firmware_day(text_in(bios, "ReleaseDate"), rows.day_first, zone)
    key, last5 = _oem_key(rows, item)
    return Firmware(
        vendor=text_fact(text_in(bios, "Manufacturer"), "the firmware's vendor", item),
        version=text_fact(text_in(bios, "SMBIOSBIOSVersion"), "the firmware's version", item),
        date=Known(day, (item,)) if day else absent("the firmware's date is not given, or not clear", item),
        uefi=uefi,
        secure_boot=secure_boot,
        admin_password=_password(system, "AdminPasswordStatus", "an administrator", item),
        power_on_password=_password(system, "PowerOnPasswordStatus", "a power-on", item),
        oem_key_present=key,
        oem_key_last5=last5,
    )


def _boot(rows: Rows, item: str) -> tuple[Fact[bool], Fact[bool]]:
    confirmed = flag_of(rows.registry("Confirm-SecureBootUEFI"))
    if confirmed is None:
        confirmed = {0: False, 1: True}.get(_whole(rows.registry("UEFISecureBootEnabled")))
    # 1 is BIOS, 2 is UEFI.
    told = enum_in(rows.first("Get-ComputerInfo"), "BiosFirmwareType", _FIRMWARE_WORDS)
    uefi = {1: False, 2: True}.get(_whole(rows.registry("PEFirmwareType")), {1: False, 2: True}.get(told or 0))
    if uefi is None and confirmed:
        uefi = True
    if uefi is False and confirmed is None:
        confirmed = False
    return (
        Known(uefi, (item,)) if uefi is not None else absent("Windows does not say how the laptop started", item),
        Known(confirmed, (item,)) if confirmed is not None else absent("Windows gives no state of Secure Boot", item),
    )


def _whole(value: object) -> int:
    number = _number(value)
    return number if number is not None else -1


def _password(system: Row | None, name: str, which: str, item: str) -> Fact[bool]:
    state = enum_in(system, name, _PASSWORD_WORDS)
    if state in (0, 1):
        return Known(state == 1, (item,))
    return absent(f"Windows does not know whether there is {which} password", item)


def _oem_key(rows: Rows, item: str) -> tuple[Fact[bool], Fact[str]]:
    """Presence and last five of the firmware's product key; the rest of it is masked before anybody reads it."""
    service = rows.first("SoftwareLicensingService")
    key = service.get("OA3xOriginalProductKey") if service is not None else None
    if not isinstance(key, str):
        why = absent("Windows does not say whether the firmware carries a product key", item)
        return why, why
    if not key.strip():
        none = absent("the firmware carries no product key", item)
        return Known(False, (item,)), none
    match = _MASKED_KEY.fullmatch(key.strip())
    if match is None or match.group(1) == "XXXXX":
        return Known(True, (item,)), absent("the end of the product key is not readable", item)
    return Known(True, (item,)), Known(match.group(1), (item,))


def windows_processor(rows: Rows, item: str) -> Processor:
    """Win32_Processor, all sockets together; else what the registry says of each logical processor."""
    sockets = rows.all("Win32_Processor")[:_MOST_SOCKETS]
    first = rows.first("Win32_Processor")
    maker, model = text_in(first, "Manufacturer"), text_in(first, "Name")
    threads = _total([number_in(row, "NumberOfLogicalProcessors") for row in sockets])
    if first is None:
        # One key for each logical processor.
        keys = rows.keys("\\hardware\\description\\system\\centralprocessor\\")
        logical = [values for values in keys.values() if isinstance(values.get("processornamestring"), str)]
        if logical:
            maker, model = text_in(logical[0], "vendoridentifier"), text_in(logical[0], "processornamestring")
            threads = len(logical)
    sold = len(sockets) if sockets and all(text_in(row, "SocketDesignation") for row in sockets) else None
    architecture = _ARCHITECTURES.get(_whole(number_in(first, "Architecture")))
    return Processor(
        vendor=text_fact(vendor_word(maker), "the processor's maker", item),
        model=text_fact(model, "the processor's model", item),
        cores=number_fact(_total([number_in(row, "NumberOfCores") for row in sockets]), "the number of cores", item,
                          at_least=1),
        threads=number_fact(threads, "the number of threads", item, at_least=1),
        hypervisor=_hypervisor(rows, item),
        sockets=number_fact(sold, "the number of sockets", item, at_least=1),
        architecture=text_fact(architecture, "the processor's architecture", item),
    )  # fmt: skip


def _hypervisor(rows: Rows, item: str) -> Fact[bool]:
    system = rows.first("Win32_ComputerSystem")
    product = rows.first("Win32_ComputerSystemProduct")
    named = hypervisor_fact(
        text_in(system, "Manufacturer") or text_in(product, "Vendor"), _model(system, product), item
    )
    if isinstance(named, Known):
        return named
    present = flag_in(system, "HypervisorPresent")
    if present is False:
        return Known(False, (item,))
    if present:
        return absent("a hypervisor runs, as Windows' own security does it on a real laptop too", item)
    return absent("Windows does not say whether it runs under a hypervisor", item)


def _total(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None and count < 2**16]
    return sum(known) if known and len(known) == len(counts) else None


def _is_firmwares_own(row: Row) -> bool:
    """True for a chip that holds firmware (quirks.md no. 6): ROM to EPROM, in SMBIOS's numbers or CIM's older ones."""
    smbios = number_in(row, "SMBIOSMemoryType")
    return smbios in (8, 9, 10, 11, 12) if smbios else number_in(row, "MemoryType") in (10, 11, 12, 13, 14)


def windows_memory(rows: Rows, item: str) -> Memory:
    """Win32_PhysicalMemory for what is fitted, Win32_OperatingSystem for what Windows can use."""
    listed = rows.all("Win32_PhysicalMemory")[:_MOST_MODULES]
    fitted = [row for row in listed if number_in(row, "Capacity") != 0 and not _is_firmwares_own(row)]
    modules = tuple(_module(row, item) for row in fitted)
    visible = _bytes(number_in(rows.first("Win32_OperatingSystem"), "TotalVisibleMemorySize"))
    if visible is None:
        visible = number_in(rows.first("Win32_ComputerSystem"), "TotalPhysicalMemory")
    slots = _total([number_in(row, "MemoryDevices") for row in rows.all("Win32_PhysicalMemoryArray")])
    return Memory(
        installed_bytes=_installed(rows, modules, item),
        visible_bytes=number_fact(visible, "the memory that Windows can use", item, at_least=1),
        modules=Known(modules, (item,)) if modules else absent("Windows lists no memory modules", item),
        slots=number_fact(slots, "the number of memory slots", item, at_least=1),
    )


def _installed(rows: Rows, modules: tuple[MemoryModule, ...], item: str) -> Fact[int]:
    sizes = [value_of(module.size_bytes) for module in modules]
    known = [size for size in sizes if size is not None]
    if known and len(known) == len(sizes):
        return Known(sum(known), (item,))
    told = rows.first("Get-ComputerInfo")
    for name in ("CsPhyicallyInstalledMemory", "CsPhysicallyInstalledMemory"):
        installed = _bytes(number_in(told, name))
        if installed:
            return Known(installed, (item,))
    return absent("Windows does not say how large each memory module is", item)


def _bytes(kilobytes: int | None) -> int | None:
    return kilobytes * 1024 if kilobytes and kilobytes < 2**50 else None


def _module(row: Row, item: str) -> MemoryModule:
    size = number_in(row, "Capacity")
    size = size if size is not None and size <= _LARGEST_MODULE else None
    return MemoryModule(
        size_bytes=number_fact(size, "the module's size", item, at_least=1),
        type=text_fact(MEMORY_TYPES.get(number_in(row, "SMBIOSMemoryType") or 0), "the module's type", item),
        speed_mts=number_fact(number_in(row, "Speed"), "the module's speed", item, at_least=1),
        locator=text_fact(text_in(row, "DeviceLocator"), "the slot's name", item),
        manufacturer=text_fact(text_in(row, "Manufacturer"), "the module's maker", item),
        part=text_fact(text_in(row, "PartNumber"), "the module's part number", item),
        serial=text_fact(text_in(row, "SerialNumber"), "the module's serial", item),
    )
