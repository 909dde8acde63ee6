"""A USB stick, byte for byte against the image that it was written from: which parts of it are not the image's.

What a stick starts with is more than its files: the code that BIOS runs, the table of partitions, the boot sector, and
space that no file has. Nothing of what is on the stick is interpreted here.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from typing import BinaryIO, Final

from msgspec import Struct

from hardware.bootstick import wording
from hardware.bootstick.usb_image import FIRST_BYTE

__all__ = ["Compared", "compare"]

_PIECE: Final = 2**20
_BOOT_CODE: Final = 440
"""Bytes of a master boot record before the disk's number and the table of partitions."""
_SECTOR: Final = 512


class Compared(Struct, frozen=True):
    """The SHA-256 of what was read of the stick and of the image, how many bytes of the stick there were of those that
    the image has, and the names of the parts that differ (wording.py).
    """

    stick_sha256: str
    image_sha256: str
    length: int
    different: tuple[str, ...]


def compare(stick: BinaryIO, image: BinaryIO, size: int) -> Compared:
    """Reads both from their start, up to `size` bytes. Raises OSError."""
    areas = list(_areas(image, size))
    different: dict[str, None] = {}
    sums = hashlib.sha256(), hashlib.sha256()
    stick.seek(0)
    image.seek(0)
    at = 0
    while at < size:
        length = min(_PIECE, size - at)
        found, expected = stick.read(length), image.read(length)
        sums[0].update(found)
        sums[1].update(expected)
        if found != expected:
            for name, start, end in areas:
                part = slice(max(0, start - at), max(0, end - at))
                if found[part] != expected[part]:
                    different[name] = None
        at += len(found)
        if len(found) < length:
            break
    return Compared(sums[0].hexdigest(), sums[1].hexdigest(), at, tuple(different))


def _areas(image: BinaryIO, size: int) -> Iterator[tuple[str, int, int]]:
    """Names, first bytes and ends, as the image itself has them."""
    image.seek(FIRST_BYTE)
    boot = image.read(_SECTOR).ljust(_SECTOR, b"\0")
    reserved, fats, per_fat = (
        struct.unpack_from(form, boot, at)[0] for form, at in (("<H", 14), ("B", 16), ("<I", 36))
    )
    table = min(size, FIRST_BYTE + reserved * _SECTOR)
    data = min(size, table + fats * per_fat * _SECTOR)
    ends = {
        wording.BOOT_CODE: _BOOT_CODE,
        wording.PARTITION_TABLE: _SECTOR,
        wording.BEFORE_PARTITION: FIRST_BYTE,
        wording.BOOT_SECTOR: table,
        wording.FILE_TABLE: data,
        wording.FILE_SPACE: size,
    }
    start = 0
    for name, end in ends.items():
        yield name, start, end
        start = end
