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
    LARGEST_MODULE,
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
from hardware.evidence.machine.smbios import MOST_STRUCTURES

__all__ = ["read_dmidecode"]

_HANDLE: Final = re.compile(r"\s{0,8}Handle 0x[0-9A-Fa-f]{1,8}(, DMI type (\d{1,3}), \d{1,9} bytes)?", re.ASCII)
# dmidecode before 2.9 puts the type on a line of its own below the handle, and everything one step further in.
_TYPE: Final = re.compile(r"\s{1,8}DMI type (\d{1,3}), \d{1,9} bytes", re.ASCII)
_TITLES: Final = {
    "BIOS Information": 0,
    "Platform Firmware Information": 0,
    "System Information": 1,
    "Base Board Information": 2,
    "Chassis Information": 3,
    "Processor Information": 4,
    "Physical Memory Array": 16,
    "Memory Device": 17,
    "Portable Battery": 22,
    "Hardware Security": 24,
    "TPM Device": 43,
}
"""The titles of the structures that are read, as `dmidecode -q` prints them: it names no handle and no type."""
_SIZE: Final = re.compile(r"(\d{1,9}) (bytes|kB|MB|GB|TB)", re.ASCII)
_NUMBER: Final = re.compile(r"(\d{1,9})\b", re.ASCII)
_BROKEN: Final = re.compile(r"table is broken|<TRUNCATED>|^Wrong DMI structures", re.IGNORECASE)
_UNITS: Final = {"bytes": 1, "kB": 2**10, "MB": 2**20, "GB": 2**30, "TB": 2**40}

_READ: Final = frozenset(_TITLES.values())

_Fields = Mapping[str, str]
R = TypeVar("R")


def read_dmidecode(data: bytes) -> DmiTable:
    """The records in dmidecode's text. Raises `EvidenceError` where it holds no structure at all."""
    found: dict[int, list[_Fields]] = defaultdict(list)
    lines = decode_text(data).splitlines()
    damaged = any(_BROKEN.search(line) is not None for line in lines)
    count = 0
    for kind, block in _by_handle(lines) or _by_title(lines):
        count += 1
        if count > MOST_STRUCTURES:
            damaged = True
            break
        if kind in _READ:
            found[kind].append(_fields(block))
    if not count:
        raise EvidenceError("the text is not what dmidecode prints (it names no DMI structure)")

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


def _by_handle(lines: list[str]) -> list[tuple[int, list[str]]]:
    """Each structure's type and lines, where every structure begins with its handle."""
    found: list[tuple[int, list[str]]] = []
    untyped = False
    for line in lines:
        if (handle := _HANDLE.match(line)) is not None:
            untyped = handle.group(1) is None
            if not untyped:
                found.append((int(handle.group(2)), []))
        elif untyped:
            untyped = False
            if (named := _TYPE.match(line)) is not None:
                found.append((int(named.group(1)), []))
        elif found:
            found[-1][1].append(line)
    return found


def _by_title(lines: list[str]) -> list[tuple[int, list[str]]]:
    """The same of the quiet form, where a structure begins with its title at the margin."""
    found: list[tuple[int, list[str]]] = []
    known = False
    for line in lines:
        title = line.rstrip()
        if line[:1].strip():
            known = title in _TITLES
            if known:
                found.append((_TITLES[title], []))
        elif known:
            found[-1][1].append(line)
    return found


def _fields(block: list[str]) -> _Fields:
    """The `Key: value` lines of a block's first level, which is that of its first one. The first of a key counts.

    A text that lost all its indentation on the way is read flat.
    """
    fields: dict[str, str] = {}
    level: int | None = None
    flat = not any(line[:1] in (" ", "\t") and line.strip() for line in block)
    for line in block:
        key, colon, value = line.partition(":")
        indent = len(line) - len(line.lstrip(" \t"))
        if not colon or not (indent or flat):
            continue
        if level is None:
            level = indent
        if indent == level:
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
        # "MHz" before dmidecode 3.1; the speed that it runs at where nobody says which one it could.
        speed_mts=_first(fields.get("Speed"))
        or _first(fields.get("Configured Memory Speed") or fields.get("Configured Clock Speed")),
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
    size = int(match.group(1)) * _UNITS[match.group(2)] if match else None
    return size if size is not None and size <= LARGEST_MODULE else None


def _first(text: str | None) -> int | None:
    """The number that `text` begins with ("1600 MHz")."""
    match = _NUMBER.match(text) if text is not None else None
    return int(match.group(1)) if match else None


def _password(states: list[str | None]) -> bool | None:
    if "Enabled" in states:
        return True
    return False if "Disabled" in states else None
