"""A page as ZPL: one picture and nothing else, so that what is printed is what was proven.

No text of a laptop stands in a command: a serial that holds "^XZ" is dots like any other. The picture is an ASCII
graphic field (^GFA) in the run-length form of Zebra's ZPL II programming guide ("alternative data compression"),
written here rather than taken from a library: zebrafy would be one more dependency for these forty lines, and its Z64
form needs a printer that knows it.

`picture_of` reads such a job back. It knows what `to_zpl` writes and no more: it is for the simulated printer and for
tests, not a reader of ZPL.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np
from PIL import Image

from hardware.printers.page import Page

__all__ = ["LARGEST_FIELD", "NotOurZpl", "picture_of", "to_zpl"]

LARGEST_FIELD: Final = 99_999
"""Bytes of one graphic field that the programming guide allows; a page of more is sent in several, one below
another."""

_LARGEST_SIDE: Final = 32_000
_FIELD: Final = re.compile(rb"\^FO0,(\d{1,5})\^GFA,(\d{1,6}),(\d{1,6}),(\d{1,5}),([0-9A-Za-z,:!]*)\^FS")
_JOB: Final = re.compile(
    rb"\^XA\^PW(\d{1,5})\^LL(\d{1,5})\^LH0,0((?:\^FO[^^]{1,12}\^GFA[^^]*\^FS)+)\^PQ1\^XZ\n?", re.DOTALL
)
_TOKEN: Final = re.compile(rb"([G-Yg-z]*)([0-9A-F])|([,!:])")


class NotOurZpl(ValueError):
    """The bytes are no job of `to_zpl`; the message says why."""


def to_zpl(page: Page) -> bytes:
    """The page as one label format: its size (^PW ^LL), no offset (^LH), its picture (^GFA), one copy (^PQ)."""
    width, height = page.picture.size
    # ZPL's 1 is black, and a row is whole bytes: packbits fills the last one with 0, which is white.
    rows = np.packbits(~np.asarray(page.picture, dtype=bool), axis=1)
    a_row = rows.shape[1]
    a_field = max(1, LARGEST_FIELD // a_row)
    parts = [f"^XA^PW{width}^LL{height}^LH0,0"]
    for top in range(0, height, a_field):
        field = rows[top : top + a_field]
        parts.append(f"^FO0,{top}^GFA,{field.size},{field.size},{a_row},{_compressed(field)}^FS")
    parts.append("^PQ1^XZ\n")
    return "".join(parts).encode("ascii")


def picture_of(job: bytes) -> Image.Image:
    """The picture in a job of `to_zpl`, mode "1". Raises `NotOurZpl` for anything else."""
    found = _JOB.fullmatch(job)
    if found is None:
        raise NotOurZpl("it is not one label format with graphic fields alone")
    width, height = int(found[1]), int(found[2])
    a_row = (width + 7) // 8
    if not 0 < width <= _LARGEST_SIDE or not 0 < height <= _LARGEST_SIDE:
        raise NotOurZpl(f"{width} x {height} dots are no label")
    rows = bytearray()
    for field in _FIELD.finditer(found[3]):
        top, sent, size, of_row = (int(field[number]) for number in range(1, 5))
        if of_row != a_row or sent != size or top * a_row != len(rows) or size > LARGEST_FIELD:
            raise NotOurZpl("its graphic fields do not follow one another")
        rows += _expanded(field[5], size, a_row)
    if len(rows) != a_row * height:
        raise NotOurZpl("its graphic fields do not fill the label")
    bits = np.unpackbits(np.frombuffer(bytes(rows), np.uint8).reshape(height, a_row), axis=1)[:, :width]
    return Image.fromarray(bits == 0)


def _compressed(rows: np.ndarray[tuple[int, int], np.dtype[np.uint8]]) -> str:
    """Rows of bytes in the guide's short form: ":" is the row above once more, "," fills a row with white and "!" with
    black, and a letter before a digit tells how often it stands."""
    lines = []
    before = b""
    for row in rows:
        line = row.tobytes()
        lines.append(":" if line == before else _short(line))
        before = line
    return "".join(lines)


def _short(line: bytes) -> str:
    for byte, filling in ((b"\x00", ","), (b"\xff", "!")):
        rest = line.rstrip(byte)
        # Whole bytes only: the guide's older editions fill from an even digit on.
        if len(rest) < len(line):
            return _runs(rest.hex().upper()) + filling
    return _runs(line.hex().upper())


def _runs(digits: str) -> str:
    return re.sub(r"(.)\1{2,}", lambda found: _count(len(found[0])) + found[1], digits)


def _count(number: int) -> str:
    """How often the next digit stands: G to Y are 1 to 19, g to z are 20 to 400 in twenties; letters add up."""
    hundreds, rest = divmod(number, 400)
    twenties, ones = divmod(rest, 20)
    return "z" * hundreds + (chr(ord("f") + twenties) if twenties else "") + (chr(ord("F") + ones) if ones else "")


def _expanded(data: bytes, size: int, a_row: int) -> bytes:
    """The bytes of one graphic field. Raises `NotOurZpl` where they are not `size`."""
    digits: list[str] = []
    row = ""
    at = 0
    while at < len(data):
        found = _TOKEN.match(data, at)
        if found is None:
            raise NotOurZpl("a graphic field ends within a run")
        at = found.end()
        if found[3] is None:
            times = sum(_worth(letter) for letter in found[1]) or 1
            if times > 2 * a_row:
                raise NotOurZpl("a run is longer than its row")
            row += found[2].decode() * times
        elif found[3] == b":":
            if row or not digits:
                raise NotOurZpl("a row is repeated where there is none")
            row = digits[-1]
        else:
            row = row.ljust(2 * a_row, "0" if found[3] == b"," else "F")
        if len(row) > 2 * a_row or len(digits) * a_row > size:
            raise NotOurZpl("a row is longer than the label is wide")
        if len(row) == 2 * a_row:
            digits.append(row)
            row = ""
    whole = bytes.fromhex("".join(digits))
    if row or len(whole) != size:
        raise NotOurZpl("a graphic field has not the size that it tells")
    return whole


def _worth(letter: int) -> int:
    return letter - ord("F") if letter < ord("a") else (letter - ord("f")) * 20
