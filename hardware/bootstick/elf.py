"""What an ELF file (elf(5)) tells: the libraries that a program needs to start, and the contents of a section.

Reads only 64-bit little-endian files, which is what the laptops run.
"""

from __future__ import annotations

import struct

__all__ = ["NotElf", "needed_libraries", "section"]

_PT_LOAD, _PT_DYNAMIC = 1, 2
_SHT_NOBITS = 8
_DT_NULL, _DT_NEEDED, _DT_STRTAB, _DT_STRSZ = 0, 1, 5, 10


class NotElf(ValueError):
    """The bytes are no 64-bit little-endian ELF file, or a broken one."""


def needed_libraries(data: bytes) -> tuple[str, ...]:
    """The libraries that the program or library names as needed ("libc.so.6"), in its order; none for a static one.

    Raises `NotElf`.
    """
    _look_at(data)
    try:
        (table,) = struct.unpack_from("<Q", data, 32)
        size, count = struct.unpack_from("<HH", data, 54)
        headers = [struct.unpack_from("<IIQQQQQQ", data, table + size * index) for index in range(count)]
        loaded = [
            (address, offset, length) for kind, _, offset, address, _, length, _, _ in headers if kind == _PT_LOAD
        ]
        dynamic = [(offset, length) for kind, _, offset, _, _, length, _, _ in headers if kind == _PT_DYNAMIC]
        return _needed(data, loaded, dynamic[0]) if dynamic else ()
    except (struct.error, OverflowError, StopIteration) as error:
        raise NotElf("the ELF file is cut off or broken") from error


def section(data: bytes, name: str) -> bytes:
    """The contents of the section of this name (".modinfo"); empty where there is none. Raises `NotElf`."""
    _look_at(data)
    try:
        (table,) = struct.unpack_from("<Q", data, 40)
        size, count, names_at = struct.unpack_from("<HHH", data, 58)
        headers = [struct.unpack_from("<IIQQQQ", data, table + size * index) for index in range(count)]
        names, wanted = headers[names_at], name.encode() + b"\0"
        for start, kind, _, _, offset, length in headers:
            at = names[4] + start
            if kind != _SHT_NOBITS and data[at : at + len(wanted)] == wanted:
                return data[offset : offset + length]
    except (struct.error, OverflowError, IndexError) as error:
        raise NotElf("the ELF file is cut off or broken") from error
    return b""


def _look_at(data: bytes) -> None:
    if data[:6] != b"\x7fELF\x02\x01":
        raise NotElf("not a 64-bit little-endian ELF file")


def _needed(data: bytes, loaded: list[tuple[int, int, int]], dynamic: tuple[int, int]) -> tuple[str, ...]:
    offset, length = dynamic
    entries: list[tuple[int, int]] = []
    for at in range(offset, offset + length, 16):
        tag, value = struct.unpack_from("<QQ", data, at)
        if tag == _DT_NULL:
            break
        entries.append((tag, value))
    address = next(value for tag, value in entries if tag == _DT_STRTAB)
    span = next(value for tag, value in entries if tag == _DT_STRSZ)
    start = next(address - base + place for base, place, size in loaded if base <= address < base + size)
    strings = data[start : start + span]
    names = [strings[value:].partition(b"\0")[0] for tag, value in entries if tag == _DT_NEEDED]
    return tuple(name.decode("utf-8", "replace") for name in names)
