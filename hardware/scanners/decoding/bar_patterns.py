"""The bars of Code 128 and Code 39 as numbers, and what text a row of characters is.

For the decoder of blurred bars only (`blurred_bars`); bars that are sharp are zxing-cpp's. EAN, UPC and ITF are not
here: a short all-digit code is the one that a guess makes up most easily.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

__all__ = ["CODE_39", "CODE_128", "KINDS", "BarText", "Kind", "text_of"]

Array: TypeAlias = NDArray[np.float64]

# ISO/IEC 15417, table 1: widths of bar, space, bar, space, bar, space of the values 0 to 105.
_CODE_128: Final = """
212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122
123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323
131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131
213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122
141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 124112
124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141
411131 211412 211214 211232""".split()
_CODE_128_STOP: Final = "2331112"
_STARTS: Final = {103: "A", 104: "B", 105: "C"}

# ISO/IEC 16388, table 1: 1 is a wide element, of five bars and four spaces in turn.
_CODE_39: Final = dict(
    zip(
        "1234567890ABCDEFGHIJKLMNOPQRSTUVWXYZ-. *$/+%",
        """
        100100001 001100001 101100000 000110001 100110000 001110000 000100101 100100100 001100100 000110100 100001001
        001001001 101001000 000011001 100011000 001011000 000001101 100001100 001001100 000011100 100000011 001000011
        101000010 000010011 100010010 001010010 000000111 100000110 001000110 000010110 110000001 011000001 111000000
        010010001 110010000 011010000 010000101 110000100 011000100 010010100 010101000 010100010 010001010 000101010
        """.split(),
        strict=True,
    )
)
_ALPHABET_39: Final = "".join(_CODE_39)
_STAR: Final = _ALPHABET_39.index("*")

GS: Final = "\x1d"


class Kind:
    """One symbology in modules: +1 a bar, -1 a space. `patterns` has a row for each character, all of `size` modules;
    a symbol is `count` such blocks, of which the first is one of `starts`, and then `stop`."""

    def __init__(self, name: str, patterns: Array, starts: tuple[int, ...], stop: Array) -> None:
        """`starts` are rows of `patterns`."""
        self.name: Final = name
        self.patterns: Final = patterns
        self.size: Final = patterns.shape[1]
        self.starts: Final = starts
        self.stop: Final = stop

    def modules(self, count: int) -> int:
        """How many modules a symbol of `count` blocks has."""
        return int(count * self.size + len(self.stop))


class BarText(Struct, frozen=True):
    """A text with its AIM identifier."""

    text: str
    symbology: str


def _modules(widths: str) -> list[float]:
    row: list[float] = []
    for place, width in enumerate(widths):
        row += [1.0 if place % 2 == 0 else -1.0] * int(width)
    return row


def _code_39(wide: int) -> Kind:
    rows = [
        [*_modules(pattern.replace("0", "n").replace("1", str(wide)).replace("n", "1")), -1.0]
        for pattern in _CODE_39.values()
    ]
    patterns = np.array(rows)
    return Kind(f"Code39 1:{wide}", patterns, (_STAR,), patterns[_STAR][:-1])


CODE_128: Final = Kind(
    "Code128", np.array([_modules(widths) for widths in _CODE_128]), tuple(_STARTS), np.array(_modules(_CODE_128_STOP))
)
CODE_39: Final = (_code_39(3), _code_39(2))
"""Wide to narrow as printed: 3:1 by python-barcode and most label printers, 2:1 by zxing-cpp and narrow labels."""
KINDS: Final = (CODE_128, *CODE_39)


def text_of(kind: Kind, blocks: list[int]) -> BarText | None:
    """The text of a whole row of blocks (start to the last before `stop`), or None where it is no such symbol:
    a wrong check character, a start in the middle, FNC 4 (never on a label, and easily made up)."""
    if kind is CODE_128:
        return _text_128(blocks)
    text = "".join(_ALPHABET_39[block] for block in blocks)
    if not text.startswith("*") or "*" in text[1:]:
        return None
    return BarText(text[1:], "]A0")


def _text_128(values: list[int]) -> BarText | None:
    if len(values) < 3 or values[0] not in _STARTS or any(value > 102 for value in values[1:]):
        return None
    total = values[0] + sum(place * value for place, value in enumerate(values[1:-1], 1))
    if total % 103 != values[-1]:
        return None
    letters: list[str] = []
    code, shifted = _STARTS[values[0]], ""
    for place, value in enumerate(values[1:-1]):
        now, shifted = shifted or code, ""
        if value == 102:
            # FNC 1 first says "GS1" (the identifier tells it); anywhere else it is a separator.
            letters.append(GS if place else "")
        elif now == "C" and value < 100:
            letters.append(f"{value:02}")
        elif now == "C" or (value == 100 and now == "A") or (value == 101 and now == "B"):
            code = "B" if value == 100 else "A"
        elif value < 96:
            letters.append(chr(value + 32) if now == "B" or value < 64 else chr(value - 64))
        elif value == 98:
            shifted = "A" if now == "B" else "B"
        elif value == 99:
            code = "C"
        else:
            return None
    return BarText("".join(letters), "]C1" if values[1] == 102 else "]C0")
