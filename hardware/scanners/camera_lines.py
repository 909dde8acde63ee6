"""What a camera's process writes to the engine: one JSON line for each value told. Both ends bound it."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import msgspec

from hardware.scanners import camera_wording as wording
from hardware.scanners.camera_label import MOST_CODES
from hardware.scanners.scanner import LONGEST_CODE, Garbled, Heard, Told

__all__ = ["LONGEST_LINE", "BadLine", "Exit", "lines_of", "told_in"]

LONGEST_LINE: Final = 2**20
"""Bytes of one line. `MOST_CODES` codes of `LONGEST_CODE` characters, each six bytes in JSON at most, are 0.8 MB."""
_SHOWN: Final = 256

_DECODER: Final[msgspec.json.Decoder[Told]] = msgspec.json.Decoder(Told)


class Exit(IntEnum):
    """How the process ends by itself. `ENDED`: the recording has, or standard input. `REFUSED`: what was named is no
    camera. `TOLD`: it cannot go on, and its last condition says why."""

    ENDED = 0
    REFUSED = 2
    TOLD = 3


class BadLine(Exception):
    """The bytes are no value that a camera's process may send."""


def lines_of(told: Told) -> bytes:
    """Its line, with the end. A code that no line can hold gets a line of its own as `Garbled`: a part of a code is
    never taken for it, and the label's other codes are not lost with it."""
    values: list[Told] = [told]
    if isinstance(told, Heard):
        good = tuple(code for code in told.codes if _sendable(code.text))
        shown = [code.text[:_SHOWN].encode("utf-8", "replace").decode() for code in told.codes if code not in good]
        values = [Garbled(told.scanner, text, wording.TOO_LONG) for text in shown]
        if good:
            values.append(Heard(told.scanner, good))
    return b"".join(msgspec.json.encode(value) + b"\n" for value in values)


def told_in(line: bytes, scanner: str) -> Told:
    """The value in one line without its end, which must be of this scanner. Raises `BadLine`."""
    if len(line) > LONGEST_LINE:
        raise BadLine(f"{len(line)} bytes")
    try:
        told = _DECODER.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadLine(str(error)) from error
    if told.scanner != scanner:
        raise BadLine("another scanner's name")
    if isinstance(told, Heard) and not (
        0 < len(told.codes) <= MOST_CODES and all(_sendable(code.text) for code in told.codes)
    ):
        raise BadLine("a reading with no code, too many or too long ones")
    return told


def _sendable(text: str) -> bool:
    """True for a text within the bound, of characters that UTF-8 has (no lone surrogates)."""
    return 0 < len(text) <= LONGEST_CODE and not any("\ud800" <= character <= "\udfff" for character in text)
