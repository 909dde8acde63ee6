"""A small file that a person named, read without waiting and without end: a profile, a layout, a makers' file.

A name may lead to a pipe that nobody writes to, to a device, to a folder or to a disk full of bytes. For the station's
own files, which it wrote itself, there is nothing to fear and no need of this.
"""

from __future__ import annotations

import os
import stat
from typing import Final

from specs.text import clean

__all__ = ["FileRefused", "read_small_file"]

# Without waiting, not left open in a child, and no terminal of ours. Windows has none of them, and other pipes.
_FLAGS: Final = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"))


class FileRefused(Exception):
    """The file is not read. Its text is why, to be said after the file's name: "cannot be read (it is a folder)"."""


def read_small_file(path: str | os.PathLike[str], most_bytes: int) -> bytes:
    """All bytes of an ordinary file of at most `most_bytes`. Raises `FileRefused`, and never waits for a writer."""
    try:
        # Looked at before it is opened: opening alone resets some devices, and lets go whoever writes to a pipe.
        _must_be_ordinary(os.stat(path), most_bytes)
        descriptor = os.open(path, _FLAGS)
        try:
            # It may be another one by now.
            _must_be_ordinary(os.fstat(descriptor), most_bytes)
            return _read(descriptor, most_bytes)
        finally:
            os.close(descriptor)
    except FileNotFoundError as error:
        raise FileRefused("cannot be read (it is not there)") from error
    except (OSError, ValueError) as error:  # ValueError: a name with a zero byte in it, or one that cannot be written
        reason = getattr(error, "strerror", None) or "that is no file's name"
        raise FileRefused(f"cannot be read ({clean(reason, 80)})") from error


def _must_be_ordinary(about: os.stat_result, most_bytes: int) -> None:
    if stat.S_ISDIR(about.st_mode):
        raise FileRefused("cannot be read (it is a folder)")
    if not stat.S_ISREG(about.st_mode):
        raise FileRefused("cannot be read (it is a pipe or a device)")
    if about.st_size > most_bytes:
        raise _too_large(most_bytes)


def _read(descriptor: int, most_bytes: int) -> bytes:
    """What stands in it. Some files (those of /proc) are longer than they say, and one may grow meanwhile."""
    data = bytearray()
    while chunk := os.read(descriptor, most_bytes + 1 - len(data)):
        data += chunk
        if len(data) > most_bytes:
            raise _too_large(most_bytes)
    return bytes(data)


def _too_large(most_bytes: int) -> FileRefused:
    return FileRefused(f"is too large: it has more than {most_bytes:,} bytes")
