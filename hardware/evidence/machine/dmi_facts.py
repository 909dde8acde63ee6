"""What the SMBIOS records say about the laptop: identity, firmware, memory, and a second opinion on CPU and TPM.

Memory is the sum of type 17, never of type 19 (quirks.md section 2), and never with a firmware's flash chip in it.
"""

from __future__ import annotations

import datetime
import re
from typing import Final

from hardware.evidence.leaves import absent, number_fact, text_fact
from hardware.evidence.machine.dmi_records import (
    BiosRecord,
    BoardRecord,
    ChassisRecord,
    DmiTable,
    MemoryDevice,
    ProcessorRecord,
    SystemRecord,
)
from hardware.evidence.machine.memory_makers import module_maker
from specs.facts import (
    Fact,
    Facts,
    Firmware,
    Identity,
    Known,
    Memory,
    MemoryModule,
    Processor,
    Tpm,
)
from specs.identifiers import is_platform_name
from specs.text import clean

__all__ = ["dmi_facts", "firmware_date", "hypervisor_fact", "product_fact", "serial_fact", "uuid_fact", "vendor_word"]

_NOTEBOOK_LIKE: Final = frozenset(
    ("Portable", "Laptop", "Notebook", "Hand Held", "Sub Notebook", "Tablet", "Convertible", "Detachable")
)
_NOT_MEMORY: Final = frozenset(("Flash", "ROM", "EEPROM", "FEPROM", "EPROM"))
_MOST_MODULES: Final = 64
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
# quirks.md section 3: given to thousands of machines.
_SHARED_UUIDS: Final = frozenset(
    (
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "03000200-0400-0500-0006-000700080009",
        "03020100-0504-0706-0809-0a0b0c0d0e0f",
        "10000000-0000-8000-0040-000000000000",
    )
)
_VIRTUAL_MAKERS: Final = frozenset(
    (
        "qemu",
        "vmware, inc.",
        "innotek gmbh",
        "xen",
        "bochs",
        "bhyve",
        "kvm",
        "ovirt",
        "parallels software international inc.",
        "parallels international gmbh.",
        "nutanix",
        "amazon ec2",
        "openstack foundation",
    )
)
_VIRTUAL_PRODUCTS: Final = (
    "vmware",
    "virtualbox",
    "virtual machine",
    "kvm",
    "qemu",
    "standard pc (",
    "hvm domu",
    "bochs",
    "parallels virtual platform",
    "parallels arm virtual machine",
    "google compute engine",
    "openstack",
)
_DATE: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})", re.ASCII)
_MAKERS: Final = {
    "genuineintel": "Intel",
    "intel": "Intel",
    "authenticamd": "AMD",
    "amd": "AMD",
    "advanced micro devices, inc.": "AMD",
}


def dmi_facts(table: DmiTable, item: str) -> Facts:
    """The facts in `table`, read from evidence item `item`."""
    bios = table.bios[0] if table.bios else BiosRecord()
    return Facts(
        identity=_identity(table, item),
        firmware=Firmware(
            vendor=text_fact(bios.vendor, "the firmware's vendor", item),
            version=text_fact(bios.version, "the firmware's version", item),
            date=firmware_date(bios.date, item),
            admin_password=_password(table.admin_password, "administrator", item),
            power_on_password=_password(table.power_on_password, "power-on", item),
        ),
        processor=_processor(table, item),
        memory=_memory(table, item),
        tpm=_tpm(table, item),
    )


def _password(fitted: bool | None, which: str, item: str) -> Fact[bool]:
    if fitted is None:
        return absent(f"SMBIOS does not say whether there is {'an' if which[0] == 'a' else 'a'} {which} password", item)
    return Known(fitted, (item,))


def _identity(table: DmiTable, item: str) -> Identity:
    system = table.system[0] if table.system else SystemRecord()
    board = table.board[0] if table.board else BoardRecord()
    chassis = next((record for record in table.chassis if record.kind in _NOTEBOOK_LIKE), None)
    if chassis is None:
        chassis = table.chassis[0] if table.chassis else ChassisRecord()
    return Identity(
        manufacturer=text_fact(system.manufacturer, "the manufacturer", item),
        product=product_fact(system.product, item),
        version=text_fact(system.version, "the product version", item),
        sku=text_fact(system.sku, "the SKU number", item),
        serial=serial_fact(text_fact(system.serial, "the system serial", item), chassis.serial, item),
        uuid=uuid_fact(system.uuid, item),
        board_serial=text_fact(board.serial, "the board serial", item),
        asset_tag=text_fact(chassis.asset_tag, "the asset tag", item),
        chassis=text_fact(chassis.kind, "the chassis type", item),
        family=text_fact(system.family, "the product family", item),
        board_manufacturer=text_fact(board.manufacturer, "the board's maker", item),
        board_product=text_fact(board.product, "the board's name", item),
    )


def product_fact(raw: str | None, item: str) -> Fact[str]:
    """The product's name; that of the reference platform that its board was made from is no laptop's name."""
    fact = text_fact(raw, "the product name", item)
    if isinstance(fact, Known) and is_platform_name(fact.value):
        return absent(f"the product name is only that of a reference platform, {fact.value!r}", item)
    return fact


def serial_fact(system: Fact[str], chassis: str | None, item: str) -> Fact[str]:
    """The laptop's serial: the system's, else the chassis's; never the board's, which is another thing."""
    if isinstance(system, Known):
        return system
    second = text_fact(chassis, "the chassis serial", item)
    return second if isinstance(second, Known) else system


def uuid_fact(raw: str | None, item: str) -> Fact[str]:
    """The system's UUID in lower case; one that many machines share is unknown."""
    fact = text_fact(raw, "the UUID", item)
    if not isinstance(fact, Known):
        return fact
    uuid = fact.value.lower()
    if _UUID.fullmatch(uuid) is None:
        return absent("the UUID is not one", item)
    if uuid in _SHARED_UUIDS:
        return absent("the UUID is a placeholder that many machines share", item)
    return Known(uuid, (item,))


def firmware_date(raw: str | None, item: str) -> Fact[str]:
    """The firmware's date (mm/dd/yyyy or mm/dd/yy in SMBIOS) as ISO 8601."""
    fact = text_fact(raw, "the firmware's date", item)
    if not isinstance(fact, Known):
        return fact
    match = _DATE.fullmatch(fact.value)
    if match is None:
        return absent(f"the firmware's date {clean(fact.value, 40)!r} is not a date", item)
    month, day, year = (int(part) for part in match.groups())
    if year < 100:
        year += 1900 if year >= 80 else 2000
    try:
        return Known(datetime.date(year, month, day).isoformat(), (item,))
    except ValueError:
        return absent(f"the firmware's date {clean(fact.value, 40)!r} is not a date", item)


def vendor_word(raw: str | None) -> str | None:
    """The processor maker's name as a person says it: "Intel", "AMD", else the maker's own word."""
    if raw is None:
        return None
    word = clean(raw)
    return _MAKERS.get(word.lower().replace("(r) corporation", "").replace("(r)", "").strip(), word)


def hypervisor_fact(manufacturer: str | None, product: str | None, item: str) -> Fact[bool]:
    """True where the maker or the product is that of a virtual machine (quirks.md no. 43); else SMBIOS does not say."""
    maker, name = clean(manufacturer or "").lower(), clean(product or "").lower()
    if maker in _VIRTUAL_MAKERS or name.startswith(_VIRTUAL_PRODUCTS):
        return Known(True, (item,))
    return absent("SMBIOS does not say whether this is a virtual machine", item)


def _processor(table: DmiTable, item: str) -> Processor:
    in_use = [record for record in table.processor if record.in_use]
    system = table.system[0] if table.system else SystemRecord()
    first = in_use[0] if in_use else ProcessorRecord()
    # Some firmware lists one processor four to eight times (quirks.md no. 15): then the counts cannot be trusted.
    alone = first if len(in_use) == 1 else ProcessorRecord()
    return Processor(
        vendor=text_fact(vendor_word(first.manufacturer), "the processor's maker", item),
        model=text_fact(first.version, "the processor's model", item),
        cores=number_fact(alone.cores, "the number of cores", item, at_least=1),
        threads=number_fact(alone.threads, "the number of threads", item, at_least=1),
        hypervisor=hypervisor_fact(system.manufacturer, system.product, item),
    )


def _memory(table: DmiTable, item: str) -> Memory:
    devices = [device for device in table.memory if (device.kind or "") not in _NOT_MEMORY]
    fitted = [device for device in devices if device.size_bytes != 0]
    total = sum(device.size_bytes or 0 for device in fitted)
    why = None
    if not devices:
        why = "SMBIOS lists no memory devices (no type 17 record)"
    elif not fitted:
        why = "SMBIOS says of every memory slot that it is empty"
    elif any(device.size_bytes is None for device in fitted):
        why = "SMBIOS does not say how large a fitted memory module is"
    elif len(fitted) > _MOST_MODULES:
        why = f"SMBIOS lists more than {_MOST_MODULES} fitted memory devices, which no laptop has"
    elif table.damage is not None and not _lists_all_memory(table):
        why = f"{table.damage}, so that memory modules may be missing"
    if why is not None:
        gone = absent(why, item)
        slots = number_fact(len(devices), "the number of memory slots", item, at_least=1)
        return Memory(installed_bytes=gone, modules=gone, slots=slots)
    return Memory(
        installed_bytes=Known(total, (item,)),
        modules=Known(tuple(_module(device, item) for device in fitted), (item,)),
        slots=Known(len(devices), (item,)),
    )


def _lists_all_memory(table: DmiTable) -> bool:
    """True where as many memory devices are listed as the memory's own array announces."""
    announced = sum(array.devices or 0 for array in table.arrays if array.system)
    return 0 < announced <= len(table.memory)


def _module(device: MemoryDevice, item: str) -> MemoryModule:
    return MemoryModule(
        size_bytes=number_fact(device.size_bytes, "the module's size", item, at_least=1),
        type=text_fact(device.kind, "the module's type", item),
        speed_mts=number_fact(device.speed_mts, "the module's speed", item, at_least=1),
        locator=text_fact(device.locator, "the slot's name", item),
        manufacturer=text_fact(module_maker(device.manufacturer), "the module's maker", item),
        part=text_fact(device.part, "the module's part number", item),
        serial=text_fact(device.serial, "the module's serial", item),
    )


def _tpm(table: DmiTable, item: str) -> Tpm:
    """Only what a type 43 record says: three laptops in four have none, and that says nothing."""
    if not table.tpm:
        return Tpm()
    record = table.tpm[0]
    return Tpm(
        present=Known(True, (item,)),
        version=text_fact(record.version, "the TPM's version", item),
        manufacturer=text_fact(record.vendor, "the TPM's maker", item),
    )
