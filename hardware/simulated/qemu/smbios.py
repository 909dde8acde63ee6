"""SMBIOS structures of a laptop, one file each, as QEMU takes them (`-smbios file=`).

QEMU's own options cannot say what kind of chassis it is, so every structure is written here. A structure is its
formatted area, its strings, and two zero bytes; QEMU counts one structure a file, then leaves out its own of that type.
Offsets are those of the SMBIOS specification, DSP0134 3.7, chapter 7. How a whole recorded table becomes such
files is `recorded_table`.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from msgspec import Struct

__all__ = ["FirmwareTables", "structures"]

_NOTEBOOK: Final = 10
_ARRAY_HANDLE: Final = 0x1000
_MEMORY_KINDS: Final = {"DDR4": (0x1A, 0x0D), "LPDDR4": (0x1E, 0x0B)}
"""7.18: the type, and the form factor: SODIMM, or a row of chips."""
_LITHIUM_ION: Final = 6


class FirmwareTables(Struct, frozen=True):
    """What the firmware says. Sizes in bytes, the battery in mWh and mV; `tpm` where the firmware lists one."""

    bios_vendor: str
    bios_version: str
    bios_date: str
    manufacturer: str
    product: str
    version: str
    serial: str
    sku: str
    family: str
    uuid: str
    board: str
    board_serial: str
    processor: str
    processor_maker: str
    threads: int
    memory_bytes: int
    memory_kind: str
    memory_serial: str
    battery_name: str
    battery_serial: str
    battery_mwh: int
    battery_mv: int
    tpm: bool
    chassis: int = _NOTEBOOK


class _Strings:
    """The strings behind one structure: `add` gives the number to be written in its place, 0 for a blank one."""

    def __init__(self) -> None:
        self._all: list[bytes] = []

    def add(self, text: str) -> int:
        if not text:
            return 0
        self._all.append(text.encode("ascii", "replace").replace(b"\0", b"?"))
        return len(self._all)

    def encode(self) -> bytes:
        return b"".join(text + b"\0" for text in self._all) + (b"\0" if self._all else b"\0\0")


def structures(tables: FirmwareTables) -> Sequence[bytes]:
    """One structure each: types 0, 1, 2, 3, 4, 16, 17, 19, 22, 32, and 43 where there is a TPM."""
    made = [
        _firmware(tables),
        _system(tables),
        _board(tables),
        _chassis(tables),
        _processor(tables),
        _array(tables),
        _module(tables),
        _mapped(tables),
        _battery(tables),
        _structure(32, 0x2000, bytes(7), _Strings()),
    ]
    if tables.tpm:
        made.append(_tpm())
    return made


def _structure(kind: int, handle: int, body: bytes, strings: _Strings) -> bytes:
    return struct.pack("<BBH", kind, 4 + len(body), handle) + body + strings.encode()


def _firmware(tables: FirmwareTables) -> bytes:
    strings = _Strings()
    body = struct.pack(
        "<BBHBBQBBBBBB",
        strings.add(tables.bios_vendor),
        strings.add(tables.bios_version),
        0xF000,
        strings.add(tables.bios_date),
        0xFF,
        # 7.1.1: PCI, upgradeable, shadowing, boot from CD, selectable boot.
        1 << 7 | 1 << 11 | 1 << 12 | 1 << 15 | 1 << 16,
        # 7.1.2: ACPI and USB legacy; then: UEFI is supported, and this is no virtual machine.
        0x03,
        0x08,
        1,
        33,
        1,
        33,
    )
    return _structure(0, 0x0000, body, strings)


def _system(tables: FirmwareTables) -> bytes:
    strings = _Strings()
    body = bytes(strings.add(text) for text in (tables.manufacturer, tables.product, tables.version, tables.serial))
    body += UUID(tables.uuid).bytes_le
    body += bytes((6, strings.add(tables.sku), strings.add(tables.family)))
    return _structure(1, 0x0001, body, strings)


def _board(tables: FirmwareTables) -> bytes:
    strings = _Strings()
    body = bytes(strings.add(text) for text in (tables.manufacturer, tables.board, "", tables.board_serial))
    return _structure(2, 0x0002, body + struct.pack("<BBBHBB", 0, 0x09, 0, 0x0003, 0x0A, 0), strings)


def _chassis(tables: FirmwareTables) -> bytes:
    strings = _Strings()
    maker, serial = strings.add(tables.manufacturer), strings.add(tables.serial)
    # 7.4: states "safe" (3), security "none" (3), one power cord.
    body = struct.pack("<BBBBBBBBBIBBBBB", maker, tables.chassis, 0, serial, 0, 3, 3, 3, 3, 0, 0, 1, 0, 3, 0)
    return _structure(3, 0x0003, body, strings)


def _processor(tables: FirmwareTables) -> bytes:
    strings = _Strings()
    maker = {"Intel": "Intel(R) Corporation", "AMD": "Advanced Micro Devices, Inc."}[tables.processor_maker]
    body = struct.pack(
        "<BBBBQBBHHHBBHHHBBBBBBHHHHH",
        strings.add("U3E1"),
        3,
        # 7.5.2: an Intel Celeron, or an AMD Athlon; what it is says the version string.
        0x0F if tables.processor_maker == "Intel" else 0x1D,
        strings.add(maker),
        0,
        strings.add(tables.processor),
        0,
        100,
        2400,
        1100,
        # Populated and enabled; soldered, so upgrade "none".
        0x41,
        0x06,
        0xFFFF,
        0xFFFF,
        0xFFFF,
        0,
        0,
        0,
        tables.threads,
        tables.threads,
        tables.threads,
        0x0004,
        0,
        tables.threads,
        tables.threads,
        tables.threads,
    )
    return _structure(4, 0x0004, body, strings)


def _array(tables: FirmwareTables) -> bytes:
    # On the board, system memory, no error correction; the limit in kB, then again in bytes (not used).
    body = struct.pack("<BBBIHHQ", 3, 3, 3, min(tables.memory_bytes // 1024, 0x7FFFFFFF), 0xFFFE, 1, 0)
    return _structure(16, _ARRAY_HANDLE, body, _Strings())


def _module(tables: FirmwareTables) -> bytes:
    strings = _Strings()
    kind, form = _MEMORY_KINDS[tables.memory_kind]
    megabytes = tables.memory_bytes // 2**20
    body = struct.pack(
        "<HHHHHBBBBBHHBBBBBIHHHH",
        _ARRAY_HANDLE,
        0xFFFE,
        64,
        64,
        megabytes if megabytes < 0x7FFF else 0x7FFF,
        form,
        0,
        strings.add("ChannelA-DIMM0"),
        strings.add("BANK 0"),
        kind,
        0x0080,
        2400,
        strings.add("Samsung"),
        strings.add(tables.memory_serial),
        0,
        strings.add("K4A8G165WB-BCRC"),
        1,
        megabytes if megabytes >= 0x7FFF else 0,
        2400,
        1200,
        1200,
        1200,
    )
    return _structure(17, 0x1100, body, strings)


def _mapped(tables: FirmwareTables) -> bytes:
    # One range for all of it, in kB, so that QEMU adds none that says how little the machine really has.
    body = struct.pack("<IIHBQQ", 0, tables.memory_bytes // 1024 - 1, _ARRAY_HANDLE, 1, 0, 0)
    return _structure(19, 0x1300, body, _Strings())


def _battery(tables: FirmwareTables) -> bytes:
    strings = _Strings()
    location, maker, date = strings.add("Rear"), strings.add(tables.manufacturer), strings.add("03/15/2021")
    serial, name = strings.add(tables.battery_serial), strings.add(tables.battery_name)
    # 7.23: capacity in mWh times a multiplier, voltage in mV.
    multiplier = -(-tables.battery_mwh // 0xFFFF) or 1
    body = struct.pack(
        "<BBBBBBHHBBHHBBI",
        *(location, maker, date, serial, name, _LITHIUM_ION),
        *(tables.battery_mwh // multiplier, tables.battery_mv, 0, 0xFF, 0, 0, 0, multiplier, 0),
    )
    return _structure(22, 0x2200, body, strings)


def _tpm() -> bytes:
    strings = _Strings()
    described = strings.add("TPM 2.0")
    # 7.44: the vendor's four letters (those that swtpm gives), specification 2.0.
    return _structure(43, 0x2B00, struct.pack("<4sBBIIBQI", b"IBM\0", 2, 0, 0, 0, described, 0, 0), strings)
