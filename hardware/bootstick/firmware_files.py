"""Firmware as it lies in /lib/firmware: found by name or pattern through links, read plain, and never from outside.

A package may be of any contents, and so may a folder that somebody names: files are counted, their sizes bounded, links
followed only inside, and what is no plain file is not opened.
"""

from __future__ import annotations

import fnmatch
import lzma
import os
import posixpath
import re
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from hardware.bootstick import wording
from hardware.bootstick.errors import BuildRefused, BuildUnable

__all__ = ["FirmwareFiles"]

_MOST_FILES: Final = 20_000
"""In all folders; linux-firmware has some 4,000."""
_DEEPEST: Final = 8
"""Folders in folders; linux-firmware has 4."""
_LARGEST: Final = 64 * 2**20
"""Bytes of one file; Nvidia's are the largest, with some 40 MB."""
_MOST_LINKS: Final = 40
"""Links that are followed from one name, as in Linux (path_resolution(7))."""

_NAME: Final = re.compile(r"[ -~]{1,200}")
_PACKED: Final = (".zst", ".xz")
"""How Ubuntu packs firmware; the names that drivers ask for go without."""

_RENAMED: Final = {
    name: tuple(f"{name}-{kind}" for kind in ("debian", "upstream")) for name in ("regulatory.db", "regulatory.db.p7s")
}
"""What Debian's package gets its name for only when it is installed (update-alternatives, in this order)."""


class FirmwareFiles:
    """The files of some folders, each of which lies as /lib/firmware does; of two with one name the first counts."""

    def __init__(self, folders: Iterable[Path]) -> None:
        """Looks at what is there. Raises `BuildRefused` for more files than firmware has, and `BuildUnable`."""
        self._files: dict[str, Path] = {}
        self._links: dict[str, str] = {}
        for folder in folders:
            self._take(folder)
        for name, others in _RENAMED.items():
            for other in others:
                if other in self._files and name not in self._files:
                    self._files[name] = self._files[other]
        self._names: dict[str, list[str]] = {}
        for name in (*self._files, *self._links):
            self._names.setdefault(posixpath.dirname(name), []).append(name)

    def matching(self, pattern: str) -> list[str]:
        """The names that the pattern means, in order; * does not stand for a further folder, as for the kernel's tools.

        A name without wildcards is found in a folder that is a link, too.
        """
        if not re.search(r"[*?\[]", pattern):
            return [pattern] if self.resolve(pattern) else []
        found = [
            name
            for folder, names in self._names.items()
            if folder.count("/") == posixpath.dirname(pattern).count("/")
            and fnmatch.fnmatchcase(folder, posixpath.dirname(pattern))
            for name in names
            if fnmatch.fnmatchcase(name, pattern) and name.count("/") == pattern.count("/")
        ]
        return sorted(name for name in set(found) if self.resolve(name))

    def resolve(self, name: str) -> str | None:
        """The name of the plain file behind `name`; None where there is none, or where a link leads out."""
        for _ in range(_MOST_LINKS):
            link = self._link_in(name)
            if link is None:
                return name if name in self._files else None
            target = _leads(link, self._links[link])
            if target is None:
                return None
            name = _plain_name(target + name[len(link) :])
        return None

    def read(self, name: str, most: int) -> bytes | None:
        """The bytes of a plain file, unpacked; None where they are more than `most`. Raises `BuildUnable`."""
        most = min(most, _LARGEST)
        file = self._files[name]
        try:
            handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            with open(handle, "rb") as read:
                if os.fstat(handle).st_size > most:
                    return None
                data = read.read(most + 1)
            data = _unpacked(file.suffix, data, most)
        except OSError as error:
            raise BuildUnable(wording.firmware_unreadable(name, error)) from error
        except (lzma.LZMAError, EOFError, ValueError) as error:
            raise BuildUnable(wording.firmware_broken(name)) from error
        return data if len(data) <= most else None

    def _take(self, folder: Path) -> None:
        def unreadable(error: OSError) -> None:
            raise BuildUnable(wording.firmware_unreadable(str(error.filename), error)) from error

        count = 0
        for above, folders, names in os.walk(folder, onerror=unreadable):
            inside = Path(above).relative_to(folder)
            if len(inside.parts) >= _DEEPEST:
                folders.clear()
            # So the unpacked one counts of a file that is there packed, too.
            for name in sorted((*names, *folders)):
                count += 1
                if count > _MOST_FILES:
                    raise BuildRefused(wording.too_much_firmware(folder, _MOST_FILES))
                try:
                    self._take_one(Path(above, name), (inside / name).as_posix())
                except OSError as error:
                    unreadable(error)

    def _take_one(self, place: Path, name: str) -> None:
        plain = _plain_name(name)
        if not _NAME.fullmatch(name) or plain in self._files or plain in self._links:
            return
        mode = place.lstat().st_mode
        if stat.S_ISLNK(mode):
            self._links[plain] = os.readlink(place)
        elif stat.S_ISREG(mode):
            self._files[plain] = place

    def _link_in(self, name: str) -> str | None:
        """The first part of the name that is a link: the whole of it, or a folder above."""
        parts = name.split("/")
        for count in range(1, len(parts) + 1):
            part = "/".join(parts[:count])
            if part in self._links:
                return part
        return None


def _plain_name(name: str) -> str:
    for suffix in _PACKED:
        name = name.removesuffix(suffix)
    return name


def _leads(link: str, target: str) -> str | None:
    """The name that a link leads to; None where it leads out. One that names /lib/firmware itself stays with us."""
    for start in ("/usr/lib/firmware/", "/lib/firmware/"):
        if target.startswith(start):
            name = posixpath.normpath(target.removeprefix(start))
            break
    else:
        name = posixpath.normpath(posixpath.join(posixpath.dirname(link), target))
    return None if name.startswith(("/", "../")) or name == ".." else name


def _unpacked(suffix: str, data: bytes, most: int) -> bytes:
    """At most one byte more than `most`."""
    if suffix == ".xz":
        return lzma.LZMADecompressor(memlimit=2**28).decompress(data, max_length=most + 1)
    if suffix == ".zst":
        import zstandard

        try:
            with zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(data) as reader:
                return reader.read(most + 1)
        except zstandard.ZstdError as error:
            raise ValueError("no Zstandard") from error
    return data
