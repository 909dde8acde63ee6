"""The bytes of an EDID out of the texts that tools write: plain hexadecimal, edid-decode, xrandr --props, a registry
export, a hexadecimal dump, or the numbers of a JSON list.
"""

from __future__ import annotations

import re
from typing import Final

from hardware.evidence.decoding import decode_text
from hardware.evidence.errors import EvidenceError

__all__ = ["edid_bytes"]

LONGEST: Final = 256 * 128
"""Bytes of an EDID: a base block and at most 255 extensions."""
_LONGEST_TEXT: Final = 2**18
"""Characters that are looked at: such a text is a page or two, also with other screens' before it."""

_SEPARATORS: Final = r"[\s,;:\\\-{}\[\]]"
# The eight bytes that every EDID begins with; an offset before them makes the text a dump.
_HEX_START: Final = re.compile(
    rf"(?<![0-9A-Fa-f])(?P<offset>0{{4,8}}:?[ \t]{{1,3}})?(?:0[xX])?00{_SEPARATORS}{{0,3}}"
    rf"(?:(?:0[xX])?[fF]{{2}}{_SEPARATORS}{{0,3}}){{6}}(?:0[xX])?00"
)
_DECIMAL_START: Final = re.compile(r"(?<![0-9.])0,\s{0,20}(?:255,\s{0,20}){6}0(?![0-9.])")
_OFFSET: Final = re.compile(r"[ \t]{0,8}[0-9A-Fa-f]{4,8}:?[ \t]{1,3}")
_TOKENS: Final = re.compile(rf"{_SEPARATORS}+")
_HEX: Final = re.compile(r"(?:0[xX])?((?:[0-9A-Fa-f]{2})+)", re.ASCII)
_NUMBERS: Final = re.compile(r"\d{1,3}(?:\s{0,20},\s{0,20}\d{1,3})*", re.ASCII)
_DUMP_LINE: Final = 16


def edid_bytes(data: bytes) -> bytes | None:
    """The first EDID in the text `data`; None where the text holds none."""
    try:
        text = decode_text(data[:_LONGEST_TEXT])
    except EvidenceError:
        return None
    start = _HEX_START.search(text)
    if start is not None:
        dump = start.group("offset") is not None
        return _from_hex(text[start.end("offset") if dump else start.start() :], dump=dump)
    listed = _DECIMAL_START.search(text)
    if listed is None:
        return None
    numbers = _NUMBERS.match(text, listed.start())
    values = [int(number) for number in numbers.group().split(",")[:LONGEST]] if numbers else []
    return bytes(values) if all(value < 256 for value in values) else None


def _from_hex(text: str, *, dump: bool) -> bytes:
    """The bytes up to the first word that is no hexadecimal; of a dump's line only the 16 behind its offset."""
    found = bytearray()
    for number, line in enumerate(text.splitlines()):
        if len(found) >= LONGEST:
            break
        offset = _OFFSET.match(line) if dump and number else None
        if dump and number and offset is None:
            break
        room = len(found) + (_DUMP_LINE if dump else LONGEST)
        for token in _TOKENS.split(line[offset.end() if offset else 0 :]):
            if not token:
                continue
            match = _HEX.fullmatch(token[: 2 * LONGEST])
            if match is None:
                if dump:
                    break
                return bytes(found)
            found += bytes.fromhex(match.group(1))
            if len(found) >= room:
                break
    return bytes(found[:LONGEST])
