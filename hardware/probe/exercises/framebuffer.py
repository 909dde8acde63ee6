"""The laptop's screen as the kernel's framebuffer: filled, and put back.

Numbers and layouts: linux/fb.h, as it is on 64-bit machines.
"""

from __future__ import annotations

import fcntl
import os
import struct
from typing import NamedTuple

from . import wording
from .session import CannotMeasure

GET_VARIABLE, GET_FIXED = 0x4600, 0x4602
LARGEST = 128 * 2**20
_PIECE = 2**20


class Geometry(NamedTuple):
    """Pixels a line and lines, bytes a line, bits a pixel, and where in a pixel red, green and blue lie: (first bit,
    number of bits); `start` is the byte at which what is seen begins.
    """

    width: int
    height: int
    line: int
    bits: int
    red: tuple[int, int]
    green: tuple[int, int]
    blue: tuple[int, int]
    start: int = 0

    def pixel(self, red: int, green: int, blue: int) -> bytes:
        """A pixel's bytes; colours are 0 to 255."""
        value = 0
        for colour, (first, count) in ((red, self.red), (green, self.green), (blue, self.blue)):
            value |= colour * ((1 << count) - 1) // 255 << first
        return value.to_bytes(self.bits // 8, "little")


def geometry_of(file: int) -> Geometry:
    """The geometry of an opened framebuffer. Raises `OSError`; `CannotMeasure` for kinds that are not drawn on."""
    variable, fixed = bytearray(160), bytearray(80)
    fcntl.ioctl(file, GET_VARIABLE, variable)
    fcntl.ioctl(file, GET_FIXED, fixed)
    width, height, _, _, x, y, bits, _ = struct.unpack_from("<8I", variable)
    fields = struct.unpack_from("<9I", variable, 32)
    (line,) = struct.unpack_from("<I", fixed, 48)
    if bits not in (16, 24, 32) or not width or not height:
        raise CannotMeasure(wording.odd_screen(bits))
    red, green, blue = (fields[at : at + 2] for at in (0, 3, 6))
    return Geometry(width, height, line, bits, red, green, blue, y * line + x * bits // 8)


class Screen:
    """A framebuffer that is drawn on. Raises `OSError`."""

    def __init__(self, file: int, geometry: Geometry) -> None:
        self._file = file
        self.geometry = geometry

    def draw(self, lines: list[bytes]) -> None:
        """Fills the screen with its lines, from the top."""
        line = self.geometry.line
        data = b"".join(one.ljust(line, b"\0")[:line] for one in lines)
        self.write(data)

    def fill(self, colour: tuple[int, int, int]) -> None:
        """Fills the screen with one colour."""
        geometry = self.geometry
        self.draw([geometry.pixel(*colour) * geometry.width] * geometry.height)

    def content(self) -> bytes:
        """What is on it, to be given to `write`."""
        size = min(self.geometry.line * self.geometry.height, LARGEST)
        found = bytearray()
        while len(found) < size:
            piece = os.pread(self._file, min(_PIECE, size - len(found)), self.geometry.start + len(found))
            if not piece:
                break
            found += piece
        return bytes(found)

    def write(self, data: bytes) -> None:
        """Writes what is on the screen, from its first byte."""
        place = 0
        while place < len(data):
            place += os.pwrite(self._file, data[place : place + _PIECE], self.geometry.start + place)
