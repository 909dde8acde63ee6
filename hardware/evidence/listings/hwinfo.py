"""The `hwinfo` item: the text of `hwinfo` or `hwinfo --disk`, numbered devices with lines of "Key: value".

Read are the identity, firmware, memory modules and passwords of its SMBIOS part, and the disks: it lists them all, each
with its exact bytes, its driver and its place in /sys. python-hwinfo is Python 2 (0 of 83 files, quirks.md section 5)
and reads only lspci and dmidecode.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hardware.evidence.decoding import LARGEST_NUMBER, as_hex, as_int, decode_text
from hardware.evidence.disks.block import is_disk_name
from hardware.evidence.errors import EvidenceError
from hardware.evidence.leaves import absent, number_fact, text_fact
from hardware.evidence.machine.dmi_facts import firmware_date, serial_fact, uuid_fact
from hardware.evidence.machine.dmi_records import CHASSIS_NAMES, MEMORY_TYPES
from specs.facts import Disk, Fact, Facts, Firmware, Identity, Known, Memory, MemoryModule
from specs.text import clean

__all__ = ["read_hwinfo"]

_MOST_LINES: Final = 200_000
"""A laptop's listing has some thousand, with hwinfo's own log some ten thousand."""
_MOST_DEVICES: Final = 4096
_MOST_DISKS: Final = 64
_LARGEST_MODULE: Final = 2**42

_DEVICE: Final = re.compile(r"\d{1,4}: [\w()]{1,16} [0-9a-f]{1,8}\.[0-9a-f]{1,4}:  ?[0-9a-f]{4,6} .{0,200}", re.ASCII)
_RECORD: Final = re.compile(r"([A-Z][\w &()/-]{2,60}): #\d{1,5}", re.ASCII)
_BYTES: Final = re.compile(r"\d{1,12} [MGT]B \((\d{1,19}) bytes\)", re.ASCII)
_SECTORS: Final = re.compile(r"(\d{1,15}) sectors a (\d{3,5}) bytes", re.ASCII)
_CODE: Final = re.compile(r"0x([0-9A-Fa-f]{1,4})\b", re.ASCII)
_SIZE: Final = re.compile(r"(\d{1,9}) (kB|MB|GB|TB)(?: \+ (\d{1,4}) MB)?", re.ASCII)
_MHZ: Final = re.compile(r"(\d{2,6}) MHz", re.ASCII)
_UNITS: Final = {"kB": 2**10, "MB": 2**20, "GB": 2**30, "TB": 2**40}
_ENABLED: Final = 1
_DISABLED: Final = 0

_NOTEBOOK_LIKE: Final = frozenset(
    ("Portable", "Laptop", "Notebook", "Hand Held", "Sub Notebook", "Tablet", "Convertible", "Detachable")
)


class _Block(Struct, frozen=True):
    """A device or an SMBIOS record: its title and its fields, the first of each."""

    title: str
    fields: dict[str, str]

    def text(self, key: str) -> str | None:
        """The first quoted string of a field, or all of it where nothing is quoted: `usb 0x0951 "Kingston"`."""
        raw = self.fields.get(key)
        if raw is None or raw.count('"') < 2:
            return raw
        return raw.split('"')[1]

    def code(self, key: str) -> int | None:
        """The number at the beginning of a field, 0x0a of `0x0a (Notebook)`."""
        match = _CODE.match(self.fields.get(key, ""))
        return as_hex(match.group(1)) if match else None


def read_hwinfo(data: bytes, item: str) -> Facts:
    """The facts in the listing. Raises `EvidenceError` where the text is not hwinfo's."""
    devices, records = _blocks(decode_text(data))
    return Facts(
        identity=_identity(records, item),
        firmware=_firmware(records, item),
        memory=_memory(records, item),
        storage=_storage(devices, item),
    )


def _blocks(text: str) -> tuple[list[_Block], list[_Block]]:
    """The devices, and the SMBIOS records within the one that is the BIOS."""
    devices: list[_Block] = []
    records: list[_Block] = []
    for line in text.splitlines()[:_MOST_LINES]:
        line = line.rstrip()[:4000]
        body = line.lstrip(" ")
        indent = len(line) - len(body)
        if indent == 0 and _DEVICE.fullmatch(line):
            devices.append(_Block(line.rpartition(" ")[2], {}))
            records.append(_Block("", {}))
        elif not devices:
            continue
        elif indent == 2 and (match := _RECORD.fullmatch(body)):
            records.append(_Block(match.group(1), {}))
        elif body:
            key, _, value = body.partition(":")
            target = records[-1] if indent >= 4 and records[-1].title else devices[-1]
            if indent == 2:
                # A field of the device: the record before it is at its end.
                records.append(_Block("", {}))
                target = devices[-1]
            if len(target.fields) < 256:
                target.fields.setdefault(key[:80], value.strip())
        if len(devices) > _MOST_DEVICES or len(records) > 8 * _MOST_DEVICES:
            raise EvidenceError("the listing has more devices than any laptop")
    if not devices:
        raise EvidenceError("the text is not what hwinfo prints")
    return devices, [record for record in records if record.title]


def _first(records: Sequence[_Block], title: str) -> _Block:
    return next((record for record in records if record.title == title), _Block(title, {}))


def _identity(records: Sequence[_Block], item: str) -> Identity:
    system, board = _first(records, "System Info"), _first(records, "Board Info")
    cases = [record for record in records if record.title == "Chassis Info"]
    # A docked laptop has a second chassis.
    chassis = next((case for case in cases if _chassis(case) in _NOTEBOOK_LIKE), cases[0] if cases else _Block("", {}))
    return Identity(
        manufacturer=text_fact(system.text("Manufacturer"), "the manufacturer", item),
        product=text_fact(system.text("Product"), "the product name", item),
        version=text_fact(system.text("Version"), "the product version", item),
        serial=serial_fact(text_fact(system.text("Serial"), "the system serial", item), chassis.text("Serial"), item),
        uuid=uuid_fact(system.text("UUID"), item),
        board_serial=text_fact(board.text("Serial"), "the board serial", item),
        asset_tag=text_fact(chassis.text("Asset Tag"), "the asset tag", item),
        chassis=text_fact(_chassis(chassis), "the chassis type", item),
        board_manufacturer=text_fact(board.text("Manufacturer"), "the board's maker", item),
        board_product=text_fact(board.text("Product"), "the board's name", item),
    )


def _chassis(record: _Block) -> str | None:
    """SMBIOS's word by its number: hwinfo calls "Other" what is newer than it."""
    code = record.code("Type")
    # The highest bit says that the chassis has a lock.
    return CHASSIS_NAMES.get(code & 0x7F) if code is not None else None


def _firmware(records: Sequence[_Block], item: str) -> Firmware:
    bios, security = _first(records, "BIOS Info"), _first(records, "Hardware Security")
    return Firmware(
        vendor=text_fact(bios.text("Vendor"), "the firmware's maker", item),
        version=text_fact(bios.text("Version"), "the firmware's version", item),
        date=firmware_date(bios.text("Date"), item),
        admin_password=_password(security, "Admin Password", item),
        power_on_password=_password(security, "Power-on Password", item),
    )


def _password(record: _Block, key: str, item: str) -> Fact[bool]:
    state = record.code(key)
    if state not in (_ENABLED, _DISABLED):
        return absent("hwinfo does not say whether the password is set", item)
    return Known(state == _ENABLED, (item,))


def _memory(records: Sequence[_Block], item: str) -> Memory:
    devices = [
        record
        for record in records
        if record.title == "Memory Device" and MEMORY_TYPES.get(record.code("Type") or 0) != "Flash"
    ]
    fitted = [record for record in devices if record.fields.get("Size", "No Memory Installed")[:2] != "No"]
    slots = number_fact(len(devices), "the number of memory slots", item, at_least=1)
    sizes = [_size(record) for record in fitted]
    if not fitted or len(fitted) > _MOST_DISKS or any(size is None for size in sizes):
        gone = absent("hwinfo does not list the memory modules with their sizes", item)
        return Memory(installed_bytes=gone, modules=gone, slots=slots)
    return Memory(
        installed_bytes=Known(sum(size or 0 for size in sizes), (item,)),
        modules=Known(tuple(_module(record, item) for record in fitted), (item,)),
        slots=slots,
    )


def _size(record: _Block) -> int | None:
    match = _SIZE.fullmatch(record.fields.get("Size", ""))
    size = int(match.group(1)) * _UNITS[match.group(2)] + int(match.group(3) or 0) * 2**20 if match else None
    return size if size is not None and 0 < size <= _LARGEST_MODULE else None


def _module(record: _Block, item: str) -> MemoryModule:
    speed = _MHZ.fullmatch(record.fields.get("Speed", ""))
    return MemoryModule(
        size_bytes=number_fact(_size(record), "the module's size", item, at_least=1),
        type=text_fact(MEMORY_TYPES.get(record.code("Type") or 0), "the module's type", item),
        speed_mts=number_fact(int(speed.group(1)) if speed else None, "the module's speed", item, at_least=1),
        locator=text_fact(record.text("Location"), "the slot's name", item),
        manufacturer=text_fact(record.text("Manufacturer"), "the module's maker", item),
        part=text_fact(record.text("Part Number"), "the module's part number", item),
        serial=text_fact(record.text("Serial"), "the module's serial", item),
    )


def _storage(devices: Sequence[_Block], item: str) -> Fact[tuple[Disk, ...]]:
    listed = [device for device in devices if device.fields.get("Hardware Class") == "disk"]
    names = {name for device in listed if (name := _name(device))}
    disks: dict[str, Disk] = {}
    for device in listed:
        name = _name(device)
        if name is None or name in disks or not is_disk_name(name):
            continue
        size = _disk_bytes(device)
        # An empty card reader has no size; a disk that could not be opened has none either, but is fitted.
        if size != 0 and (size is not None or not _is_on_usb(device)):
            disks[name] = _disk(device, name, size, f"{name}boot0" in names, item)
        if len(disks) > _MOST_DISKS:
            raise EvidenceError(f"hwinfo lists more than {_MOST_DISKS} disks")
    if not listed:
        return absent("hwinfo lists no disk, or was not asked for them", item)
    return Known(tuple(disks[name] for name in sorted(disks)), (item,))


def _name(device: _Block) -> str | None:
    """The kernel's name, from `Device File: /dev/sdb (/dev/sg1)`."""
    path = device.fields.get("Device File", "").partition(" ")[0]
    return clean(path.removeprefix("/dev/"), 32) if path.startswith("/dev/") else None


def _disk_bytes(device: _Block) -> int | None:
    if exact := _BYTES.fullmatch(device.fields.get("Capacity", "")):
        return as_int(exact.group(1))
    if sectors := _SECTORS.fullmatch(device.fields.get("Size", "")):
        size = int(sectors.group(1)) * int(sectors.group(2))
        return size if size <= LARGEST_NUMBER else None
    return None


def _is_on_usb(device: _Block) -> bool:
    places = (device.fields.get("SysFS Device Link", ""), device.fields.get("SysFS ID", ""))
    drivers = device.fields.get("Driver", "")
    return any("/usb" in place for place in places) or '"usb-storage"' in drivers or '"uas"' in drivers


def _disk(device: _Block, name: str, size: int | None, has_boot_area: bool, item: str) -> Disk:
    kind = _kind(name, has_boot_area, item)
    removable: Fact[bool] = Known(_is_on_usb(device), (item,))
    if name.startswith("mmcblk") and not isinstance(kind, Known):
        removable = absent("it is an eMMC or a memory card, and hwinfo does not say which", item)
    # "Disk" is the kind of device, for one without a name.
    model = device.text("Model")
    return Disk(
        name=name,
        kind=kind,
        bytes=number_fact(size, "the disk's size", item, at_least=1),
        model=text_fact(None if model == "Disk" else model, "the disk's model", item),
        serial=text_fact(device.text("Serial ID"), "the disk's serial", item),
        firmware=text_fact(device.text("Revision"), "the disk's firmware", item),
        removable=removable,
    )


def _kind(name: str, has_boot_area: bool, item: str) -> Fact[str]:
    if has_boot_area:
        return Known("emmc", (item,))
    if name.startswith("nvme"):
        return Known("nvme", (item,))
    return absent("hwinfo does not say what kind of disk it is", item)
