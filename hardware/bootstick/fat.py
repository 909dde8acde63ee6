"""Reads the files of a FAT32 partition, to compare what is on a stick with what was built. Never writes.

By Microsoft's "FAT32 File System Specification" 1.03. What stands on a stick may be anything: every chain of clusters
and every folder is bounded.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, Final

__all__ = ["FatBroken", "read_files"]

_ENTRY: Final = 32
_LONG_NAME, _VOLUME, _FOLDER = 0x0F, 0x08, 0x10
_END: Final = 0x0FFFFFF8
_DEEPEST: Final = 16
_LARGEST_FOLDER: Final = 2**20
_MOST_ENTRIES: Final = 4096
_LARGEST_FAT: Final = 2**16
"""Sectors of one FAT: enough for 4 GiB of the smallest clusters, and a stick of ours has under 4,000."""
_MOST_BYTES: Final = 2**30
"""Of all files together; those of a stick of ours have under 100 MiB."""


class FatBroken(ValueError):
    """The bytes are no FAT32 partition, or a broken one."""


def read_files(disk: BinaryIO, first_byte: int) -> Iterator[tuple[str, bytes]]:
    """Every file of the partition that starts at `first_byte`: its path ("EFI/BOOT/BOOTX64.EFI", upper or lower case as
    it was written) and its bytes. Raises `FatBroken`.
    """
    yield from _Partition(disk, first_byte).files()


class _Partition:
    def __init__(self, disk: BinaryIO, first_byte: int) -> None:
        self._disk = disk
        self._start = first_byte
        boot = self._read(0, 512)
        if boot[510:512] != b"\x55\xaa":
            raise FatBroken("it has no boot sector")
        sector, per_cluster, reserved, fats = struct.unpack_from("<HBHB", boot, 11)
        (per_fat,) = struct.unpack_from("<I", boot, 36)
        (self._root,) = struct.unpack_from("<I", boot, 44)
        if sector != 512 or per_cluster == 0 or fats == 0 or not 0 < per_fat <= _LARGEST_FAT:
            raise FatBroken("it is no FAT32 partition")
        self._cluster = sector * per_cluster
        self._data = (reserved + fats * per_fat) * sector
        fat = self._read(reserved * sector, per_fat * sector)
        self._next = memoryview(fat).cast("I")
        self._left = _MOST_ENTRIES
        self._bytes_left = _MOST_BYTES

    def files(self) -> Iterator[tuple[str, bytes]]:
        yield from self._folder("", self._root, 0)

    def _folder(self, above: str, cluster: int, depth: int) -> Iterator[tuple[str, bytes]]:
        if depth > _DEEPEST:
            raise FatBroken("its folders are too deep")
        for name, attributes, first, size in self._entries(self._chain(cluster, _LARGEST_FOLDER)):
            if attributes & _FOLDER:
                yield from self._folder(f"{above}{name}/", first, depth + 1)
            else:
                self._bytes_left -= size
                if self._bytes_left < 0:
                    raise FatBroken("its files are larger than any of ours")
                yield f"{above}{name}", self._chain(first, size)[:size] if size else b""

    def _entries(self, data: bytes) -> Iterator[tuple[str, int, int, int]]:
        long = ""
        for at in range(0, len(data) - _ENTRY + 1, _ENTRY):
            raw = data[at : at + _ENTRY]
            if raw[0] == 0:
                return
            attributes = raw[11]
            if raw[0] == 0xE5:
                long = ""
            elif attributes == _LONG_NAME:
                long = (raw[1:11] + raw[14:26] + raw[28:32]).decode("utf-16-le", "replace").split("\0")[0] + long
            elif not attributes & _VOLUME:
                name, long = long or _short_name(raw), ""
                high, low = struct.unpack_from("<H", raw, 20)[0], struct.unpack_from("<H", raw, 26)[0]
                if name not in (".", ".."):
                    self._left -= 1
                    if self._left < 0:
                        raise FatBroken("it holds too many files")
                    yield name, attributes, high << 16 | low, struct.unpack_from("<I", raw, 28)[0]
            else:
                long = ""

    def _chain(self, cluster: int, most: int) -> bytes:
        """The bytes of a chain of clusters, up to about `most`."""
        found: list[int] = []
        while cluster < _END and len(found) * self._cluster < most:
            if not 2 <= cluster < len(self._next):
                raise FatBroken("a file leads to nowhere")
            found.append(cluster)
            cluster = self._next[cluster] & 0x0FFFFFFF
        return b"".join(
            self._read(self._data + (first - 2) * self._cluster, length)
            for first, length in _runs(found, self._cluster)
        )

    def _read(self, at: int, length: int) -> bytes:
        self._disk.seek(self._start + at)
        data = self._disk.read(length)
        if len(data) != length:
            raise FatBroken("it is cut off")
        return data


def _runs(clusters: list[int], size: int) -> Iterator[tuple[int, int]]:
    """Clusters that lie behind one another are read at once: first cluster and length in bytes."""
    start = 0
    for index in range(1, len(clusters) + 1):
        if index == len(clusters) or clusters[index] != clusters[index - 1] + 1:
            yield clusters[start], (index - start) * size
            start = index


def _short_name(raw: bytes) -> str:
    """The name in the old form; the two bits of byte 12 say that name or ending were written in lower case."""
    stem, ending = (part.decode("cp437").rstrip() for part in (raw[:8], raw[8:11]))
    if raw[12] & 0x08:
        stem = stem.lower()
    if raw[12] & 0x10:
        ending = ending.lower()
    return f"{stem}.{ending}" if ending else stem
