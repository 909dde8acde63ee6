"""A raw SMBIOS table, cut into its structures, and those into the bytes of their fields and their texts.

A structure that is left out leaves a valid table. In one that stays, a byte that does not count is zeroed and a text
that does not count is a blank, so that every field keeps its offset and every text its number. The entry point and
the end-of-table structure always stay. Offsets are those of DSP0134 3.7, as in `hardware.evidence.machine.smbios`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from hardware.evidence.errors import EvidenceError
from hardware.evidence.machine.smbios import MOST_STRUCTURES
from station.explaining.forms.form import Run, hex_rows, plural, runs
from station.explaining.forms.plain_bytes import NEIGHBOURS, OTHER

__all__ = ["SmbiosTable"]

_END_OF_TABLE: Final = 127
_HEADER: Final = 4
MOST_PARTS: Final = 20_000
"""A laptop's table has about 4,000 bytes; a larger one is only cut into its structures."""

# Those that are read here, as dmidecode calls them.
_NAMES: Final = {
    0: "BIOS Information",
    1: "System Information",
    2: "Base Board Information",
    3: "Chassis Information",
    4: "Processor Information",
    16: "Physical Memory Array",
    17: "Memory Device",
    22: "Portable Battery",
    24: "Hardware Security",
    43: "TPM Device",
}


class _Entry(Struct, frozen=True):
    """One structure: where it begins, where its fields and where its texts end, and where those texts are."""

    start: int
    fields_end: int
    end: int
    texts: tuple[tuple[int, int], ...]


class _Part(Struct, frozen=True):
    """A byte of a structure's fields, one of its texts, or all of it."""

    entry: int
    start: int
    end: int
    is_text: bool = False


class SmbiosTable:
    """An SMBIOS item. Raises `EvidenceError` where no structure can be found."""

    name = "structures"

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._start, end, self._length_at = _layout(data)
        self._entries = list(_entries(data, self._start, end))
        last = self._entries[-1].end if self._entries else self._start
        self._tail = data[last:end]
        if not self._entries:
            raise EvidenceError("the bytes are no SMBIOS table")
        parts = [part for number, entry in enumerate(self._entries) for part in _fields(number, entry)]
        self._fine = len(parts) <= MOST_PARTS
        if not self._fine:
            parts = [_Part(number, entry.start, entry.end) for number, entry in enumerate(self._entries)]
        self._parts = parts

    def parts(self) -> Sequence[int]:
        return range(len(self._parts))

    def rebuilt(self, kept: Sequence[int]) -> bytes:
        return self._built(kept, None)

    def doubtful(self, kept: Sequence[int]) -> Sequence[int]:
        if not self._fine:
            return ()
        near = set()
        for number in kept:
            part = self._parts[number]
            if part.is_text:
                continue
            for other in range(max(number - NEIGHBOURS, 0), min(number + NEIGHBOURS + 1, len(self._parts))):
                beside = self._parts[other]
                if beside.entry == part.entry and not beside.is_text and self._data[beside.start] == 0:
                    near.add(other)
        return sorted(near.difference(kept))

    def spoilt(self, kept: Sequence[int], part: int) -> bytes:
        return self._built(sorted({*kept, part}), part)

    def spans(self, kept: Sequence[int]) -> list[Run]:
        return runs((self._parts[part].start, self._parts[part].end) for part in kept)

    def shown(self, kept: Sequence[int]) -> Iterator[str]:
        by_entry = self._by_entry(kept)
        for number, parts in by_entry.items():
            entry = self._entries[number]
            head = self._data[entry.start : entry.start + _HEADER]
            handle = int.from_bytes(head[2:4], "little")
            kind = f"{_NAMES.get(head[0], 'Structure')}, type {head[0]}, handle 0x{handle:04x}"
            yield f"{kind}, {plural(entry.end - entry.start, 'byte')} at {entry.start}"
            marked = frozenset(place - entry.start for part in parts for place in range(part.start, part.end))
            for row in hex_rows(self._data[entry.start : entry.end], marked):
                yield f"  {row}"

    def _by_entry(self, kept: Sequence[int]) -> dict[int, list[_Part]]:
        found: dict[int, list[_Part]] = {}
        for number in kept:
            found.setdefault(self._parts[number].entry, []).append(self._parts[number])
        return found

    def _built(self, kept: Sequence[int], spoilt: int | None) -> bytes:
        table = bytearray()
        by_entry = self._by_entry(kept)
        wrong = self._parts[spoilt].start if spoilt is not None else None
        for number, parts in by_entry.items():
            table += self._structure(self._entries[number], parts, wrong)
        table += self._tail
        head = bytearray(self._data[: self._start])
        if self._length_at is not None:
            place, size = self._length_at
            head[place : place + size] = min(len(table), 256**size - 1).to_bytes(size, "little")
        return bytes(head + table)

    def _structure(self, entry: _Entry, parts: list[_Part], wrong: int | None) -> bytes:
        data = self._data
        if not self._fine:
            return data[entry.start : entry.end]
        fields = bytearray(entry.fields_end - entry.start)
        fields[:_HEADER] = data[entry.start : entry.start + _HEADER]
        texts = set()
        for part in parts:
            if part.is_text:
                texts.add(part.start)
            elif part.start == wrong:
                fields[part.start - entry.start] = OTHER
            else:
                fields[part.start - entry.start : part.end - entry.start] = data[part.start : part.end]
        written = [data[start:end] if start in texts else b" " for start, end in entry.texts]
        # A text that never had a character is none: two zeros would end the structure.
        return bytes(fields) + (b"".join(text + b"\0" for text in written) or b"\0") + b"\0"


def _fields(number: int, entry: _Entry) -> Iterator[_Part]:
    """The parts of a structure; one that is only a header is one part."""
    if entry.fields_end == entry.start + _HEADER and not entry.texts:
        yield _Part(number, entry.start, entry.fields_end)
    for place in range(entry.start + _HEADER, entry.fields_end):
        yield _Part(number, place, place + 1)
    for start, end in entry.texts:
        yield _Part(number, start, end, is_text=True)


def _layout(data: bytes) -> tuple[int, int, tuple[int, int] | None]:
    """Where the table begins and ends in an item of any of the four layouts, and where its length is written."""
    if data.startswith(b"_SM3_") and len(data) >= 24:
        size, address = int.from_bytes(data[12:16], "little"), int.from_bytes(data[16:24], "little")
        start = _start(address, data[6], 24, len(data))
        return start, min(start + size, len(data)), (12, 4)
    if data.startswith(b"_SM_") and len(data) >= 31:
        size, address = int.from_bytes(data[22:24], "little"), int.from_bytes(data[24:28], "little")
        start = _start(address, max(data[5], 31), 31, len(data))
        return start, min(start + size, len(data)), (22, 2)
    size = int.from_bytes(data[4:8], "little")
    if len(data) > 16 and data[1] in (2, 3) and size >= 8 and (size == len(data) - 8 or data[8:10] == b"\0\x18"):
        return 8, min(8 + size, len(data)), (4, 4)
    if len(data) < 8 or data[1] < _HEADER:
        raise EvidenceError("the bytes are no SMBIOS table")
    return 0, len(data), None


def _start(address: int, length: int, shortest: int, whole: int) -> int:
    """Where the table begins: a physical address is far outside the file, a dump's address is in it."""
    length = length if shortest <= length < 64 else shortest
    return address if length <= address < whole else length


def _entries(data: bytes, start: int, end: int) -> Iterator[_Entry]:
    """The structures up to the end marker, or to where the table makes no sense: what comes then always stays."""
    position = start
    for _ in range(MOST_STRUCTURES):
        if position + _HEADER > end or data[position] == _END_OF_TABLE:
            return
        fields_end = position + data[position + 1]
        last = data.find(b"\0\0", fields_end, end) if data[position + 1] >= _HEADER else -1
        if last < 0 or fields_end > end:
            return
        yield _Entry(position, fields_end, last + 2, tuple(_texts(data, fields_end, last)))
        position = last + 2


def _texts(data: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where each text of a structure is, in their order: its number counts from 1."""
    while start < end:
        zero = data.find(b"\0", start, end)
        stop = zero if zero >= 0 else end
        yield start, stop
        start = stop + 1
