"""Reads back what the builder packs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import zstandard

from hardware.bootstick.cpio import Entry

HEADER = 110


def read_archive(data: bytes) -> Iterator[Entry]:
    """The entries of one newc archive."""
    at = 0
    while True:
        head = data[at : at + HEADER]
        assert head[:6] == b"070701", f"no entry at byte {at}"
        fields = [int(head[6 + 8 * index : 14 + 8 * index], 16) for index in range(13)]
        mode, size, major, minor, name_size = fields[1], fields[6], fields[9], fields[10], fields[11]
        name = data[at + HEADER : at + HEADER + name_size - 1].decode()
        body = round_up(at + HEADER + name_size)
        if name == "TRAILER!!!":
            assert round_up(body + size) == len(data)
            return
        yield Entry(name, mode, data[body : body + size], (major, minor))
        at = round_up(body + size)


def read_initrd(initrd: Path) -> list[list[Entry]]:
    """The archives of a start image, in order, each of them compressed by itself."""
    data, found = initrd.read_bytes(), []
    while data:
        unpacker = zstandard.ZstdDecompressor().decompressobj()
        found.append(list(read_archive(unpacker.decompress(data))))
        data = unpacker.unused_data
    return found


def round_up(at: int) -> int:
    return at + -at % 4
