"""The `edid-CONNECTOR` items: what a panel or monitor says about itself, VESA E-EDID 1.0 to 1.4.

pyedid was measured and is not used: product code byte-swapped, every analog screen called digital, an exception on
one bad checksum (quirks.md section 5). The base block is read: size, native mode, maker, names, year; the extensions
only for a native mode and a size that the base block leaves out.
"""

from __future__ import annotations

import math
import re
from typing import Final

from msgspec import Struct

from hardware.evidence.errors import EvidenceError
from hardware.evidence.screens.edid_extensions import BLOCK, Timing, detailed_timing, from_extensions
from hardware.evidence.screens.edid_text import edid_bytes
from specs.text import clean

__all__ = ["Edid", "panel_code", "read_edid"]

_HEADER: Final = b"\x00\xff\xff\xff\xff\xff\xff\x00"
_FURTHEST: Final = 0.3
"""How far, as a share, millimetres may be from the centimetres. Of 6,966 panels 142 differ by 0.4 inch, about 3 %."""
_THINNEST_MM: Final = 40
"""No screen of a computer is narrower: smaller millimetres are a mistake in the EDID."""
_NOT_PRINTABLE: Final = re.compile(rb"[^\x20-\x7e]+")
_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9 ._/-]{3,}", re.IGNORECASE | re.ASCII)


_CAPITALS: Final = re.compile(rb"[A-Z]{1,4}")
_LG_DIGITS: Final = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
# None; and what televisions by the million say.
_NO_NUMBERS: Final = frozenset((0, 0x01010101, 0xFFFFFFFF))


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
    display_id_mm: tuple[int, int] | None
    name: str | None
    serial_text: str | None
    texts: tuple[str, ...]
    checksum_ok: bool

    @property
    def size_mm(self) -> tuple[int, int] | None:
        """The visible size: the native mode's millimetres, else the whole centimetres, else unknown.

        The two differ by more than 0.4 inch in one panel in fifty; the millimetres are right (quirks.md section 2).
        A screen that gives no size in centimetres is a projector or has made its millimetres up: only DisplayID may
        then say one.
        """
        if self.width_cm is None or self.height_cm is None:
            size = self.display_id_mm
            return size if size is not None and min(size) >= _THINNEST_MM else None
        centimetres = (self.width_cm, self.height_cm)
        if self.native_mm is None or min(self.native_mm) < _THINNEST_MM:
            # 16 by 9 in both places is an aspect ratio, not a size.
            is_ratio = self.native_mm == (self.width_cm, self.height_cm)
            return None if is_ratio else (self.width_cm * 10, self.height_cm * 10)
        if any(abs(mm - cm * 10) > _FURTHEST * cm * 10 for mm, cm in zip(self.native_mm, centimetres, strict=True)):
            # Further apart than any rounding: one of them is a template's, and nobody can say which. A 37-inch
            # television among the captures says 31 in one place and 45 in the other.
            return None
        return self.native_mm

    @property
    def serial(self) -> str | None:
        """The serial as the maker's label has it, where the rule is known, else the text, else the number.

        The rules are those that glpi-agent found by monitors' labels: Acer and BenQ have a part of it in the number,
        Eizo and Philips write the number in decimal, and one LG has its own digits.
        """
        text, number, maker = self.serial_text, self.serial_number, self.manufacturer
        if text is not None:
            if maker == "ACR" and len(text) == 12:
                return f"{text[:8]}{number:08x}{text[8:]}"
            prefix = number.to_bytes(4, "little").rstrip(b"\0")
            return prefix.decode() + text if maker == "BNQ" and _CAPITALS.fullmatch(prefix) else text
        if number in _NO_NUMBERS:
            return None
        if maker == "GSM" and self.product_code == 0x4B21 and number // 1000 < len(_LG_DIGITS) ** 2:
            high, low = divmod(number // 1000, len(_LG_DIGITS))
            return f"{_LG_DIGITS[high]}{_LG_DIGITS[low]}{number % 1000:03}"
        return {"PHL": f"{number:06}", "ENC": str(number)}.get(maker, f"{number:08x}")

    @property
    def diagonal_in(self) -> float | None:
        """The diagonal in inches, to a tenth."""
        size = self.size_mm
        return round(math.hypot(*size) / 25.4, 1) if size is not None else None


def read_edid(data: bytes) -> Edid:
    """The EDID in `data`: bytes, or a text that holds them. Raises `EvidenceError` where there is none.

    A wrong checksum is told, not refused: two of 6,966 panels have one, and their text is right.
    """
    if not data.startswith(_HEADER):
        data = edid_bytes(data) or b""
    if not data.startswith(_HEADER):
        raise EvidenceError("the bytes are no EDID (its header is missing)")
    if len(data) < BLOCK:
        raise EvidenceError(f"the EDID is cut short ({len(data)} of {BLOCK} bytes)")
    block = data[:BLOCK]
    maker = int.from_bytes(block[8:10], "big")
    first, more = _first_timing(block), from_extensions(data)
    strings = _descriptors(block)
    return Edid(
        manufacturer="".join(chr(64 + (maker >> shift & 31)) for shift in (10, 5, 0)),
        product_code=int.from_bytes(block[10:12], "little"),
        serial_number=int.from_bytes(block[12:16], "little"),
        # 0 is "not said"; 255 says that the year is the model's.
        week=block[16] if 1 <= block[16] <= 54 else None,
        year=1990 + block[17],
        digital=bool(block[20] & 0x80),
        version=f"{block[18]}.{block[19]}",
        # In 1.4 one zero of the two makes it an aspect ratio; before, it is a projector: no size either way.
        width_cm=block[21] if block[21] and block[22] else None,
        height_cm=block[22] if block[21] and block[22] else None,
        native=first.mode or more.mode,
        interlaced=first.interlaced if first.mode else more.interlaced,
        native_mm=first.millimetres,
        display_id_mm=more.millimetres,
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


def _first_timing(block: bytes) -> Timing:
    """The preferred mode: the base block's first detailed timing."""
    timings = (detailed_timing(block[offset : offset + 18]) for offset in (54, 72, 90, 108))
    return next((timing for timing in timings if timing is not None), Timing(None, False, None))


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
