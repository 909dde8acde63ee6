"""The `dmidecode` item: the text that dmidecode prints, also pasted (blanks for tabs, no header, cut tails).

jc's parser crashes on 1.4 % of real laptops (quirks.md section 5), so this is our own: a block per handle, then
only the fields of its first level of indentation.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from hardware.evidence.decoding import as_int, decode_text
from hardware.evidence.errors import EvidenceError
from hardware.evidence.machine.dmi_records import (
    BatteryRecord,
    BiosRecord,
    BoardRecord,
    ChassisRecord,
    DmiTable,
    MemoryArray,
    MemoryDevice,
    ProcessorRecord,
    SystemRecord,
    TpmRecord,
)

__all__ = ["read_dmidecode"]

_HANDLE: Final = re.compile(r"\s{0,8}Handle 0x[0-9A-Fa-f]{1,8}, DMI type (\d{1,3}), \d{1,9} bytes", re.ASCII)
_SIZE: Final = re.compile(r"(\d{1,9}) (bytes|kB|MB|GB|TB)", re.ASCII)
_NUMBER: Final = re.compile(r"(\d{1,9})\b", re.ASCII)
_BROKEN: Final = re.compile(r"table is broken|<TRUNCATED>|^Wrong DMI structures", re.IGNORECASE)
_UNITS: Final = {"bytes": 1, "kB": 2**10, "MB": 2**20, "GB": 2**30, "TB": 2**40}

_Fields = Mapping[str, str]
R = TypeVar("R")


def read_dmidecode(data: bytes) -> DmiTable:
    """The records in dmidecode's text. Raises `EvidenceError` where it holds no structure at all."""
    text = decode_text(data)
    found: dict[int, list[_Fields]] = defaultdict(list)
    damaged = False
    kind: int | None = None
    block: list[str] = []
    for line in text.splitlines():
        handle = _HANDLE.match(line)
        if handle is None:
            damaged = damaged or _BROKEN.search(line) is not None
            block.append(line)
            continue
        if kind is not None:
            found[kind].append(_fields(block))
        kind, block = int(handle.group(1)), []
    if kind is None:
        raise EvidenceError("the text is not what dmidecode prints (it names no DMI structure)")
    found[kind].append(_fields(block))

    def each(number: int, make: Callable[[_Fields], R]) -> tuple[R, ...]:
        return tuple(make(fields) for fields in found[number])

    return DmiTable(
        bios=each(0, lambda f: BiosRecord(f.get("Vendor"), f.get("Version"), f.get("Release Date"))),
        system=each(1, _system),
        board=each(2, lambda f: BoardRecord(f.get("Manufacturer"), f.get("Product Name"), f.get("Serial Number"))),
        chassis=each(3, lambda f: ChassisRecord(f.get("Type"), f.get("Serial Number"), f.get("Asset Tag"))),
        processor=each(4, _processor),
        arrays=each(16, lambda f: MemoryArray(_first(f.get("Number Of Devices")), f.get("Use") == "System Memory")),
        memory=each(17, _memory),
        battery=each(22, lambda f: BatteryRecord(_first(f.get("Design Capacity")))),
        tpm=each(43, lambda f: TpmRecord(f.get("Specification Version"), f.get("Vendor ID"))),
        admin_password=_password([fields.get("Administrator Password Status") for fields in found[24]]),
        power_on_password=_password([fields.get("Power-On Password Status") for fields in found[24]]),
        damage="dmidecode found the DMI table broken or cut short" if damaged else None,
    )


def _fields(block: list[str]) -> _Fields:
    """The `Key: value` lines of a block's first level. A key given twice keeps its first value."""
    fields: dict[str, str] = {}
    level: int | None = None
    for line in block:
        key, colon, value = line.partition(":")
        indent = len(line) - len(line.lstrip(" \t"))
        if not indent or not line.strip():
            continue
        if level is None:
            level = indent
        if indent == level and colon:
            fields.setdefault(key.strip(), value.strip())
    return fields


def _system(fields: _Fields) -> SystemRecord:
    return SystemRecord(
        manufacturer=fields.get("Manufacturer"),
        product=fields.get("Product Name"),
        version=fields.get("Version"),
        serial=fields.get("Serial Number"),
        uuid=fields.get("UUID"),
        sku=fields.get("SKU Number"),
        family=fields.get("Family"),
    )


def _processor(fields: _Fields) -> ProcessorRecord:
    return ProcessorRecord(
        manufacturer=fields.get("Manufacturer"),
        version=fields.get("Version"),
        in_use=not any(word in fields.get("Status", "") for word in ("Unpopulated", "Disabled")),
        cores=as_int(fields.get("Core Count")),
        threads=as_int(fields.get("Thread Count")),
    )


def _memory(fields: _Fields) -> MemoryDevice:
    return MemoryDevice(
        size_bytes=_size(fields.get("Size")),
        kind=fields.get("Type"),
        speed_mts=_first(fields.get("Speed")),
        locator=fields.get("Locator"),
        manufacturer=fields.get("Manufacturer"),
        part=fields.get("Part Number"),
        serial=fields.get("Serial Number"),
    )


def _size(text: str | None) -> int | None:
    if text is None:
        return None
    if text in ("No Module Installed", "Not Installed"):
        return 0
    match = _SIZE.fullmatch(text)
    return int(match.group(1)) * _UNITS[match.group(2)] if match else None


def _first(text: str | None) -> int | None:
    """The number that `text` begins with ("1600 MHz")."""
    match = _NUMBER.match(text) if text is not None else None
    return int(match.group(1)) if match else None


def _password(states: list[str | None]) -> bool | None:
    if "Enabled" in states:
        return True
    return False if "Disabled" in states else None
