"""A panel's EDID: 128 bytes that say its maker, its size and its one mode. VESA E-EDID 1.4.

As real laptops' panels have it (quirks.md section 2): the panel's code in a plain text block, no product name.
"""

from __future__ import annotations

import math
import struct
from typing import Final

__all__ = ["panel_edid"]

_MM_PER_INCH: Final = 25.4
_HORIZONTAL_BLANK: Final = 160
_VERTICAL_BLANK: Final = 24
_REFRESH_HZ: Final = 60


def panel_edid(*, maker: str, panel: str, diagonal_in: float, width_px: int, height_px: int, year: int) -> bytes:
    """The EDID of a panel. `maker` is the three letters that VESA gave it, `panel` at most 13 characters of ASCII."""
    scale = diagonal_in * _MM_PER_INCH / math.hypot(width_px, height_px)
    width_mm, height_mm = round(width_px * scale), round(height_px * scale)
    letters = [ord(letter) - 64 for letter in maker]
    head = struct.pack(
        "<8sHHIBBBBBBBBB10s3s16s",
        b"\0\xff\xff\xff\xff\xff\xff\0",
        int.from_bytes(((letters[0] << 10) | (letters[1] << 5) | letters[2]).to_bytes(2, "big"), "little"),
        int.from_bytes(panel.encode("ascii")[-2:].rjust(2, b"\0"), "little"),
        0,
        15,
        year - 1990,
        1,
        4,
        # Digital, 6 bits a colour, embedded DisplayPort.
        0x95,
        round(width_mm / 10),
        round(height_mm / 10),
        120,
        0x02,
        # The chromaticity of sRGB.
        bytes.fromhex("EE91A3544C99260F5054"),
        b"\0\0\0",
        b"\x01\x01" * 8,
    )
    body = head + _mode(width_px, height_px, width_mm, height_mm) + _text(0xFE, maker) + _text(0xFE, panel)
    body += bytes((0, 0, 0, 0x10, 0)) + bytes(13) + b"\0"
    return body + bytes((-sum(body) % 256,))


def _mode(width: int, height: int, width_mm: int, height_mm: int) -> bytes:
    """3.10.2: the detailed timing; porches of 48 and 3, sync of 32 and 6, as reduced blanking has them."""
    clock = (width + _HORIZONTAL_BLANK) * (height + _VERTICAL_BLANK) * _REFRESH_HZ // 10_000
    return struct.pack(
        "<H16B",
        clock,
        *(width & 0xFF, _HORIZONTAL_BLANK, (width >> 8) << 4),
        *(height & 0xFF, _VERTICAL_BLANK, (height >> 8) << 4),
        *(48, 32, 3 << 4 | 6, 0),
        *(width_mm & 0xFF, height_mm & 0xFF, (width_mm >> 8) << 4 | height_mm >> 8),
        *(0, 0, 0x1A),
    )


def _text(kind: int, text: str) -> bytes:
    raw = text.encode("ascii", "replace")[:13]
    return bytes((0, 0, 0, kind, 0)) + (raw + b"\n").ljust(13, b" ")[:13]
