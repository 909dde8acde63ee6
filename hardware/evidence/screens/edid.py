"""The `edid-CONNECTOR` items: what a panel or monitor says about itself, VESA E-EDID 1.0 to 1.4.

pyedid was measured and is not used: product code byte-swapped, every analog screen called digital, an exception on
one bad checksum (quirks.md section 5). Only the base block is read: size, native
mode, maker, names, year.
"""

from __future__ import annotations

import math
import re
from typing import Final

from msgspec import Struct

from hardware.evidence.errors import EvidenceError
from specs.text import clean

__all__ = ["Edid", "panel_code", "read_edid"]

_HEADER: Final = b"\x00\xff\xff\xff\xff\xff\xff\x00"
_HEX_TEXT: Final = re.compile(rb"[0-9A-Fa-f\s:x,]+")
_BLOCK: Final = 128
_THINNEST_MM: Final = 40
"""No screen of a computer is narrower: smaller millimetres are a mistake in the EDID."""
_NOT_PRINTABLE: Final = re.compile(rb"[^\x20-\x7e]+")
_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9 ._/-]{3,}", re.IGNORECASE | re.ASCII)


class Edid(Struct, frozen=True):
    """One base block. Sizes as written; None is "not said". `texts` are the 0xFE strings, where panel codes sit."""

    manufacturer: str
    product_code: int
    serial_number: int
    week: int | None
    year: int
    digital: bool
    version: str
    width_cm: int | None
    height_cm: int | None
    native: tuple[int, int] | None
    interlaced: bool
    native_mm: tuple[int, int] | None
    name: str | None
    serial_text: str | None
    texts: tuple[str, ...]
    checksum_ok: bool

    @property
    def size_mm(self) -> tuple[int, int] | None:
        """The visible size: the native mode's millimetres, else the whole centimetres, else unknown.

        The two differ by more than 0.4 inch in one panel in fifty; the millimetres are right (quirks.md section 2).
        A screen that gives no size in centimetres is a projector or has made its millimetres up.
        """
        if self.width_cm is None or self.height_cm is None:
            return None
        if self.native_mm is None or min(self.native_mm) < _THINNEST_MM:
            # 16 by 9 in both places is an aspect ratio, not a size.
            is_ratio = self.native_mm == (self.width_cm, self.height_cm)
            return None if is_ratio else (self.width_cm * 10, self.height_cm * 10)
        return self.native_mm

    @property
    def serial(self) -> str | None:
        """The serial as the maker's label has it, where the rule is known: Acer and BenQ write only parts of it.

        The rules are those of glpi-agent's fixtures, which have the labels' serials beside the EDIDs.
        """
        text = self.serial_text
        if text is None:
            return f"{self.serial_number:08x}" if self.serial_number else None
        if self.manufacturer == "ACR" and len(text) == 12:
            return f"{text[:8]}{self.serial_number:08x}{text[8:]}"
        return f"ET{text}" if self.manufacturer == "BNQ" else text

    @property
    def diagonal_in(self) -> float | None:
        """The diagonal in inches, to a tenth."""
        size = self.size_mm
        return round(math.hypot(*size) / 25.4, 1) if size is not None else None


def read_edid(data: bytes) -> Edid:
    """The base block in `data` (bytes, or hexadecimal text). Raises `EvidenceError` where there is none.

    A wrong checksum is told, not refused: two of 6,966 panels have one, and their text is right.
    """
    if not data.startswith(_HEADER) and _HEX_TEXT.fullmatch(data[:4096]) and len(data) <= 65536:
        digits = re.sub(rb"0x|[^0-9A-Fa-f]", b"", data)
        data = bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii"))
    if not data.startswith(_HEADER):
        raise EvidenceError("the bytes are no EDID (its header is missing)")
    if len(data) < _BLOCK:
        raise EvidenceError(f"the EDID is cut short ({len(data)} of {_BLOCK} bytes)")
    block = data[:_BLOCK]
    minor, revision = block[18], block[19]
    maker = int.from_bytes(block[8:10], "big")
    native, interlaced, native_mm = _first_timing(block)
    strings = _descriptors(block)
    return Edid(
        manufacturer="".join(chr(64 + (maker >> shift & 31)) for shift in (10, 5, 0)),
        product_code=int.from_bytes(block[10:12], "little"),
        serial_number=int.from_bytes(block[12:16], "little"),
        # 0 is "not said"; 255 says that the year is the model's.
        week=block[16] if 1 <= block[16] <= 54 else None,
        year=1990 + block[17],
        digital=bool(block[20] & 0x80),
        version=f"{minor}.{revision}",
        # In 1.4 one zero of the two makes it an aspect ratio; before, it is a projector: no size either way.
        width_cm=block[21] if block[21] and block[22] else None,
        height_cm=block[22] if block[21] and block[22] else None,
        native=native,
        interlaced=interlaced,
        native_mm=native_mm,
        name=_joined(strings[0xFC]),
        serial_text=_joined(strings[0xFF]),
        texts=tuple(strings[0xFE]),
        checksum_ok=sum(block) % 256 == 0,
    )


def panel_code(edid: Edid) -> str | None:
    """The name of the screen: its product name, else the panel code among its texts ("B140XTN07.2").

    Of several texts the code is the one with digits in it; a text that is only the maker's name is not a code.
    """
    if edid.name is not None:
        return edid.name
    codes = [text for text in edid.texts if any(c.isdigit() for c in text) and _CODE.fullmatch(text)]
    return max(reversed(codes), key=len, default=None)


def _first_timing(block: bytes) -> tuple[tuple[int, int] | None, bool, tuple[int, int] | None]:
    """The preferred mode in pixels, whether it is interlaced, and its size in millimetres."""
    for offset in (54, 72, 90, 108):
        timing = block[offset : offset + 18]
        if timing[0] == 0 and timing[1] == 0:
            continue
        width = timing[2] | (timing[4] & 0xF0) << 4
        height = timing[5] | (timing[7] & 0xF0) << 4
        interlaced = bool(timing[17] & 0x80)
        if interlaced:
            height *= 2
        millimetres = (timing[12] | (timing[14] & 0xF0) << 4, timing[13] | (timing[14] & 0x0F) << 8)
        mode = (width, height) if width and height else None
        return mode, interlaced, millimetres if all(millimetres) else None
    return None, False, None


def _descriptors(block: bytes) -> dict[int, list[str]]:
    """The texts of the display descriptors by their tag: 0xFC name, 0xFE text, 0xFF serial."""
    found: dict[int, list[str]] = {0xFC: [], 0xFE: [], 0xFF: []}
    for offset in (54, 72, 90, 108):
        descriptor = block[offset : offset + 18]
        if descriptor[:3] == b"\0\0\0" and descriptor[3] in found:
            # Dell writes its part number, a byte that is no character, and the panel's code: two texts.
            for part in _NOT_PRINTABLE.split(descriptor[5:18].split(b"\n")[0]):
                if text := clean(part.decode("ascii")):
                    found[descriptor[3]].append(text)
    return found


def _joined(texts: list[str]) -> str | None:
    return clean(" ".join(texts)) or None if texts else None
