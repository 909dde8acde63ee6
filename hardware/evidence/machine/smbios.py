"""The `smbios` item: the firmware's raw SMBIOS table, from Linux, Windows or a dmidecode dump.

One parser for both systems, with no tool to install and no locale (py-dmidecode and python-hwinfo were measured
and are not used: quirks.md section 5). Offsets are those of DSP0134 3.7, chapter 7.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Final, TypeVar
from uuid import UUID

from msgspec import Struct

from hardware.evidence.errors import EvidenceError
from hardware.evidence.machine.dmi_records import (
    CHASSIS_NAMES,
    LARGEST_MODULE,
    MEMORY_TYPES,
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

__all__ = ["MOST_STRUCTURES", "read_smbios"]

MOST_STRUCTURES: Final = 4096
"""A server's table holds about 700 structures."""

R = TypeVar("R")


class _Structure(Struct, frozen=True):
    """One structure: its formatted area (header included) and its strings."""

    kind: int
    body: bytes
    strings: tuple[str, ...]

    def number(self, offset: int, size: int) -> int | None:
        """The little-endian number there; None where the structure is too short to have it."""
        if offset + size > len(self.body):
            return None
        return int.from_bytes(self.body[offset : offset + size], "little")

    def string(self, offset: int) -> str | None:
        """The string whose index is at `offset`; None where the index is missing, 0 or too large."""
        index = self.number(offset, 1)
        if index is None or not 1 <= index <= len(self.strings):
            return None
        return self.strings[index - 1]


def read_smbios(data: bytes) -> DmiTable:
    """The records in an SMBIOS item of any of the four layouts (see `_table`).

    Raises `EvidenceError` where no structure of a computer can be found in the bytes.
    """
    table, version, announced = _table(data)
    found: dict[int, list[_Structure]] = defaultdict(list)
    damage = "the SMBIOS table is shorter than it says" if announced > len(table) else None
    for structure in _structures(table):
        if structure is None:
            damage = "the SMBIOS table is broken in the middle"
            break
        found[structure.kind].append(structure)
    if not any(len(structure.body) >= 8 for kind in (0, 1, 2, 3, 4, 17) for structure in found[kind]):
        raise EvidenceError("the bytes are no SMBIOS table")

    def each(kind: int, make: Callable[[_Structure], R]) -> tuple[R, ...]:
        return tuple(make(structure) for structure in found[kind])

    passwords = [number for structure in found[24] if (number := structure.number(4, 1)) is not None]
    return DmiTable(
        bios=each(0, lambda s: BiosRecord(s.string(4), s.string(5), s.string(8))),
        system=each(1, lambda s: _system(s, version)),
        board=each(2, lambda s: BoardRecord(s.string(4), s.string(5), s.string(7))),
        chassis=each(3, _chassis),
        processor=each(4, _processor),
        arrays=each(16, lambda s: MemoryArray(s.number(13, 2), s.number(5, 1) == 3)),
        memory=each(17, _memory),
        battery=each(22, _battery),
        tpm=each(43, _tpm),
        admin_password=_password(passwords, 2),
        power_on_password=_password(passwords, 6),
        damage=damage,
    )


def _table(data: bytes) -> tuple[bytes, tuple[int, int], int]:
    """The structure table in `data`, the SMBIOS version, and how long the table says it is.

    The layouts: an entry point with the table right behind it (Linux sysfs), an entry point with the table at the
    address it names (dmidecode --dump-bin), Windows' RSMB (8 bytes, then the table), a bare table.
    """
    if data.startswith(b"_SM3_") and len(data) >= 24:
        # Its length is only an upper limit, so it never counts as announced.
        size, address = int.from_bytes(data[12:16], "little"), int.from_bytes(data[16:24], "little")
        start = _start(address, data[6], 24, len(data))
        return data[start : start + size], (data[7], data[8]), 0
    if data.startswith(b"_SM_") and len(data) >= 31:
        size, address = int.from_bytes(data[22:24], "little"), int.from_bytes(data[24:28], "little")
        # Some firmware says 30 bytes instead of 31 (DSP0134 5.2.1).
        start = _start(address, max(data[5], 31), 31, len(data))
        return data[start : start + size], (data[6], data[7]), size
    size = int.from_bytes(data[4:8], "little")
    if len(data) > 16 and data[1] in (2, 3) and size >= 8 and (size == len(data) - 8 or data[8:10] == b"\0\x18"):
        return data[8 : 8 + size], (data[1], data[2]), size
    if len(data) < 8 or data[1] < 4:
        raise EvidenceError("the bytes are no SMBIOS table")
    return data, (3, 0), 0


def _start(address: int, length: int, shortest: int, whole: int) -> int:
    """Where the table begins: a physical address is far outside the file, a dump's address is in it."""
    length = length if shortest <= length < 64 else shortest
    return address if length <= address < whole else length


def _structures(table: bytes) -> Iterator[_Structure | None]:
    """Each structure up to the end marker; None at last where the table breaks off or makes no sense."""
    position = 0
    for _ in range(MOST_STRUCTURES):
        if position >= len(table):
            return
        if position + 4 > len(table):
            # Padding behind the last structure is no damage.
            if table[position:].strip(b"\0"):
                yield None
            return
        kind, length = table[position], table[position + 1]
        if length < 4:
            if table[position:].strip(b"\0"):
                yield None
            return
        end = table.find(b"\0\0", position + length)
        if end < 0 or position + length > len(table):
            # The last one may lack its terminator; its formatted area is whole.
            if kind != 127:
                yield None
            return
        text = table[position + length : end]
        strings = tuple(part.decode("utf-8", "replace") for part in text.split(b"\0")) if text else ()
        yield _Structure(kind, table[position : position + length], strings)
        position = end + 2
        if kind == 127:
            return
    yield None


def _system(structure: _Structure, version: tuple[int, int]) -> SystemRecord:
    raw = structure.body[8:24]
    uuid = None
    if len(raw) == 16:
        # 7.2.1: the first three fields are little-endian since 2.6; Linux and dmidecode read older ones as big.
        uuid = str(UUID(bytes_le=raw) if version >= (2, 6) else UUID(bytes=raw))
    return SystemRecord(
        manufacturer=structure.string(4),
        product=structure.string(5),
        version=structure.string(6),
        serial=structure.string(7),
        uuid=uuid,
        sku=structure.string(25),
        family=structure.string(26),
    )


def _chassis(structure: _Structure) -> ChassisRecord:
    # 7.4.1: the top bit says that there is a lock.
    kind = (structure.number(5, 1) or 0) & 0x7F
    return ChassisRecord(CHASSIS_NAMES.get(kind), structure.string(7), structure.string(8))


def _processor(structure: _Structure) -> ProcessorRecord:
    status = structure.number(24, 1)
    return ProcessorRecord(
        manufacturer=structure.string(7),
        version=structure.string(16),
        # 7.5: bit 6 of the status is "populated"; the lowest three are 2 or 3 where it is disabled.
        in_use=status is None or (bool(status & 0x40) and status & 7 not in (2, 3)),
        cores=_counted(structure, 35, 42),
        threads=_counted(structure, 37, 46),
    )


def _counted(structure: _Structure, offset: int, wide: int) -> int | None:
    """A one-byte count, or the wide one where that says 255; 0 means that the firmware does not say."""
    count = structure.number(offset, 1)
    if count == 0xFF:
        count = structure.number(wide, 2)
    return count or None


def _memory(structure: _Structure) -> MemoryDevice:
    # The speed that it runs at where the firmware does not say which one it could.
    speed = _speed(structure, 21, 84) or _speed(structure, 32, 88)
    return MemoryDevice(
        size_bytes=_memory_size(structure),
        kind=MEMORY_TYPES.get(structure.number(18, 1) or 0),
        speed_mts=speed or None,
        locator=structure.string(16),
        manufacturer=structure.string(23),
        part=structure.string(26),
        serial=structure.string(24),
    )


def _speed(structure: _Structure, offset: int, wide: int) -> int | None:
    speed = structure.number(offset, 2)
    return (structure.number(wide, 4) or 0) & 0x7FFFFFFF if speed == 0xFFFF else speed


def _memory_size(structure: _Structure) -> int | None:
    # 7.18: MB, or kB where the top bit is set; 0 empty, FFFF unknown, 7FFF see the extended size (MB).
    size = structure.number(12, 2)
    if size is None or size == 0xFFFF:
        return None
    if size == 0x7FFF:
        extended = ((structure.number(28, 4) or 0) & 0x7FFFFFFF) * 2**20
        return extended if 0 < extended <= LARGEST_MODULE else None
    return (size & 0x7FFF) * (2**10 if size & 0x8000 else 2**20)


def _battery(structure: _Structure) -> BatteryRecord:
    capacity = structure.number(10, 2) or 0
    # 7.23: times a multiplier since 2.2; 0 means unknown.
    return BatteryRecord(capacity * max(structure.number(21, 1) or 1, 1) or None)


def _tpm(structure: _Structure) -> TpmRecord:
    major, minor = structure.number(8, 1), structure.number(9, 1)
    vendor = structure.body[4:8].rstrip(b"\0").decode("ascii", "replace")
    return TpmRecord(f"{major}.{minor}" if major and minor is not None else None, vendor or None)


def _password(settings: list[int], shift: int) -> bool | None:
    # 7.25: bits 3:2 are the administrator password, 7:6 the power-on one: 0 disabled, 1 enabled, 2 not implemented,
    # 3 unknown.
    states = [setting >> shift & 3 for setting in settings]
    if 1 in states:
        return True
    return False if 0 in states else None
