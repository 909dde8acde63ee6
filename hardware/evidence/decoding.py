"""Bytes of an item made text, JSON or numbers: strictly, and bounded whatever they are.

Not for fixed binary layouts (SMBIOS, EDID, MSDM): those parsers read their bytes themselves.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

import msgspec

from hardware.evidence.errors import EvidenceError

__all__ = [
    "DEEPEST_JSON",
    "LARGEST_NUMBER",
    "as_hex",
    "as_int",
    "count_of",
    "decode_json",
    "decode_text",
    "dig",
    "flag_of",
    "json_depth_at_most",
    "text_of",
]

DEEPEST_JSON: Final = 64
"""Levels of nesting of any JSON item (design.md section 5)."""

LARGEST_NUMBER: Final = 2**63 - 1
"""Nothing that a laptop counts is larger, and JSON's readers agree up to here."""

_DIGITS: Final = re.compile(r"\d{1,19}", re.ASCII)
_HEX: Final = re.compile(r"(?:0[xX])?([0-9A-Fa-f]{1,16})", re.ASCII)
_CONTROLS: Final = {code: None for code in range(32) if chr(code) not in "\t\n\r\v\f"}
# Possessive, with the end of the text as a second way to close a string: linear on any bytes.
_JSON_STRING: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_NOT_BRACKETS: Final = bytes(code for code in range(256) if code not in b"[]")
_CURLY_TO_SQUARE: Final = bytes.maketrans(b"{}", b"[]")


def decode_text(data: bytes) -> str:
    """The text in `data`: UTF-8, or UTF-16 where a byte order mark says so; strange bytes become U+FFFD.

    Raises `EvidenceError` where it is not text: control characters or undecodable bytes in more than one
    place in ten.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16", errors="replace")
    else:
        text = data.decode("utf-8-sig", errors="replace")
    odd = len(text) - len(text.translate(_CONTROLS)) + text.count("\N{REPLACEMENT CHARACTER}")
    if odd * 10 > len(text):
        raise EvidenceError("the bytes are not text")
    return text


def decode_json(data: bytes) -> object:
    """The JSON value in `data` (a byte order mark is tolerated), at most `DEEPEST_JSON` levels deep.

    Raises `EvidenceError` for anything else.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = data.decode("utf-16", errors="replace").encode("utf-8", errors="replace")
    data = data.removeprefix(codecs.BOM_UTF8)
    if not json_depth_at_most(data, DEEPEST_JSON):
        raise EvidenceError(f"the JSON is broken or nested deeper than {DEEPEST_JSON} levels")
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise EvidenceError("the bytes are not JSON") from error


def json_depth_at_most(data: bytes, limit: int) -> bool:
    """True where the JSON in `data` nests at most `limit` levels; unbalanced brackets count as deeper.

    Linear: with the strings gone, each round removes the innermost level.
    """
    brackets = _JSON_STRING.sub(b"", data).translate(_CURLY_TO_SQUARE).translate(None, _NOT_BRACKETS)
    for _ in range(limit):
        rest = brackets.replace(b"[]", b"")
        if len(rest) == len(brackets):
            break
        brackets = rest
    return not brackets


def as_int(text: str | None) -> int | None:
    """The decimal number that is all of `text`, 0 to `LARGEST_NUMBER`; None for anything else."""
    if text is None or len(text) > 64:
        return None
    text = text.strip()
    if _DIGITS.fullmatch(text) is None:
        return None
    number = int(text)
    return number if number <= LARGEST_NUMBER else None


def as_hex(text: str | None) -> int | None:
    """The hexadecimal number that is all of `text`, with or without 0x; None for anything else."""
    if text is None or len(text) > 64:
        return None
    match = _HEX.fullmatch(text.strip())
    return int(match.group(1), 16) if match else None


def dig(value: object, *keys: str | int) -> object:
    """The value under `keys` in decoded JSON; None where any step is missing or of another shape."""
    for key in keys:
        if isinstance(key, str):
            value = value.get(key) if isinstance(value, dict) else None
        else:
            value = value[key] if isinstance(value, list) and key < len(value) else None
    return value


def count_of(value: object) -> int | None:
    """A whole number of decoded JSON, 0 to `LARGEST_NUMBER`; None for anything else, true and "7" included."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_NUMBER:
        return value
    return None


def text_of(value: object) -> str | None:
    """A string of decoded JSON; None for anything else."""
    return value if isinstance(value, str) else None


def flag_of(value: object) -> bool | None:
    """A true or false of decoded JSON; None for anything else."""
    return value if isinstance(value, bool) else None
