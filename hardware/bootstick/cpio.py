"""An initramfs archive ("newc" cpio, kernel's Documentation/driver-api/early-userspace/buffer-format), written by us.

Written so that equal contents give equal bytes: no times, no owners, inode numbers in order. Device nodes need no root,
since they are only entries of the archive.
"""

from __future__ import annotations

import stat

from msgspec import Struct

__all__ = ["Archive", "Entry"]

_MAGIC = b"070701"
_TRAILER = "TRAILER!!!"


class Entry(Struct, frozen=True):
    """One thing in the archive: its path without a leading slash, its mode as stat(2) has it, its bytes (of a symbolic
    link: where it leads), and of a device its two numbers.
    """

    path: str
    mode: int
    data: bytes = b""
    device: tuple[int, int] = (0, 0)


class Archive:
    """Takes files, folders, links and device nodes in the order in which they shall be unpacked; gives the bytes.

    The folders above each entry are added by themselves. A path that is already there is a `ValueError`: two packages
    that bring the same file would otherwise hide each other silently.
    """

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}

    def folder(self, path: str, mode: int = 0o755) -> None:
        """A folder; one that is there already stays as it is."""
        path = path.strip("/")
        if path and path not in self._entries:
            self._add(Entry(path, stat.S_IFDIR | mode))

    def file(self, path: str, data: bytes, mode: int = 0o644) -> None:
        """A plain file."""
        self._add(Entry(path.strip("/"), stat.S_IFREG | mode, data))

    def link(self, path: str, target: str) -> None:
        """A symbolic link."""
        self._add(Entry(path.strip("/"), stat.S_IFLNK | 0o777, target.encode()))

    def character_device(self, path: str, major: int, minor: int, mode: int = 0o600) -> None:
        """A character device node."""
        self._add(Entry(path.strip("/"), stat.S_IFCHR | mode, device=(major, minor)))

    def __contains__(self, path: str) -> bool:
        return path.strip("/") in self._entries

    def pack(self) -> bytes:
        """The archive's bytes, its trailer included; a multiple of 4, so that another archive may follow."""
        packed = bytearray()
        for number, entry in enumerate(self._entries.values(), start=1):
            _write(packed, entry, number)
        _write(packed, Entry(_TRAILER, 0), 0)
        return bytes(packed)

    def _add(self, entry: Entry) -> None:
        if entry.path in self._entries:
            raise ValueError(f"{entry.path} is in the archive already")
        if ".." in entry.path.split("/") or "\0" in entry.path or not entry.path:
            raise ValueError(f"{entry.path!r} is no path for an archive")
        above = entry.path.rpartition("/")[0]
        if above and above not in self._entries:
            self.folder(above)
        self._entries[entry.path] = entry


def _write(packed: bytearray, entry: Entry, number: int) -> None:
    name = entry.path.encode("utf-8", "surrogateescape") + b"\0"
    links = 2 if stat.S_ISDIR(entry.mode) else 1
    # inode, mode, uid, gid, links, mtime, size, device of the file system (2), device (2), length of the name, checksum
    fields = (number, entry.mode, 0, 0, links, 0, len(entry.data), 0, 0, *entry.device, len(name), 0)
    packed += _MAGIC + b"".join(b"%08X" % field for field in fields) + name
    packed += bytes(-len(packed) % 4)
    packed += entry.data
    packed += bytes(-len(packed) % 4)
