"""What a Linux program needs to start: the libraries named in the dynamic section of an ELF file (elf(5)).

Reads only 64-bit little-endian files, which is what the laptops run.
"""

from __future__ import annotations

import struct

__all__ = ["NotElf", "needed_libraries"]

_PT_LOAD, _PT_DYNAMIC = 1, 2
_DT_NULL, _DT_NEEDED, _DT_STRTAB, _DT_STRSZ = 0, 1, 5, 10


class NotElf(ValueError):
    """The bytes are no 64-bit little-endian ELF file, or a broken one."""


def needed_libraries(data: bytes) -> tuple[str, ...]:
    """The libraries that the program or library names as needed ("libc.so.6"), in its order; none for a static one.

    Raises `NotElf`.
    """
    if data[:6] != b"\x7fELF\x02\x01":
        raise NotElf("not a 64-bit little-endian ELF file")
    try:
        (table,) = struct.unpack_from("<Q", data, 32)
        size, count = struct.unpack_from("<HH", data, 54)
        headers = [struct.unpack_from("<IIQQQQQQ", data, table + size * index) for index in range(count)]
        loaded = [
            (address, offset, length) for kind, _, offset, address, _, length, _, _ in headers if kind == _PT_LOAD
        ]
        dynamic = [(offset, length) for kind, _, offset, _, _, length, _, _ in headers if kind == _PT_DYNAMIC]
        return _needed(data, loaded, dynamic[0]) if dynamic else ()
    except (struct.error, StopIteration) as error:
        raise NotElf("the ELF file is cut off or broken") from error


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
