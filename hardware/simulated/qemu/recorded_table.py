"""A whole recorded SMBIOS table as the files that QEMU takes, one structure each.

The recording is hostile: it may be cut, lie about its length, or hold anything in place of text. What QEMU cannot take
is left out: the end marker, which it writes itself, and every processor but the first (it insists on one a socket).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hardware.simulated.qemu import wording
from hardware.simulated.qemu.errors import LaptopRefused

__all__ = ["LARGEST_TABLE", "MOST_STRUCTURES", "RecordedTable", "split"]

LARGEST_TABLE: Final = 2**16
"""Bytes. An SMBIOS 2 table can have no more, and real ones have 2 to 30 kB (quirks.md section 5)."""

MOST_STRUCTURES: Final = 512
"""A laptop has fewer than 200; each becomes an option of QEMU."""

_END: Final = 127
_PROCESSOR: Final = 4


class RecordedTable(Struct, frozen=True):
    """`structures` in table order. `wide` where the entry point was that of SMBIOS 3."""

    structures: Sequence[bytes]
    wide: bool


def split(data: bytes) -> RecordedTable:
    """The table of a dump: an entry point with the table behind it or where it says, or a bare table.

    Raises `LaptopRefused` where there is no whole structure in it, or it is larger than any laptop's.
    """
    table, wide = _table(data)
    if len(table) > LARGEST_TABLE:
        raise LaptopRefused(wording.table_too_large(LARGEST_TABLE))
    found: list[bytes] = []
    processor_seen = False
    position = 0
    while len(found) < MOST_STRUCTURES and position + 4 <= len(table):
        kind, length = table[position], table[position + 1]
        end = table.find(b"\0\0", position + length)
        if length < 4 or end < 0 or kind == _END:
            break
        # An empty set of strings is two zero bytes; so is the end of the last string.
        stop = end + 2
        if not (kind == _PROCESSOR and processor_seen):
            found.append(table[position:stop])
        processor_seen = processor_seen or kind == _PROCESSOR
        position = stop
    if not any(one[0] in (1, 2, 3) for one in found):
        raise LaptopRefused(wording.no_table())
    return RecordedTable(found, wide)


def _table(data: bytes) -> tuple[bytes, bool]:
    """DSP0134 5.2: the table is behind its entry point (sysfs), or at the address that the entry point has (a dump)."""
    if data.startswith(b"_SM3_") and len(data) >= 24:
        length, size, address = data[6], int.from_bytes(data[12:16], "little"), int.from_bytes(data[16:24], "little")
        return _behind(data, length, 24, address, size), True
    if data.startswith(b"_SM_") and len(data) >= 31:
        length, size, address = data[5], int.from_bytes(data[22:24], "little"), int.from_bytes(data[24:28], "little")
        return _behind(data, length, 31, address, size), False
    return data, False


def _behind(data: bytes, length: int, shortest: int, address: int, size: int) -> bytes:
    behind = length if shortest <= length < 64 else shortest
    # A physical address lies far outside the file.
    start = address if behind <= address < len(data) else behind
    return data[start : start + size]
