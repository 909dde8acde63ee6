"""The check character that a scanner says it sends: is it right, and what is the text without it. Pure."""

from __future__ import annotations

from typing import Final

from hardware.scanners.grammar.shapes import gtin_fits

__all__ = ["check_kind", "without_check"]

_CODE_39: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"
"""ISO/IEC 16388: a character's place is its value; the check character is the sum modulo 43."""
_SENT: Final = {"]A1": "Code 39", "]A5": "Code 39", "]I1": "Interleaved 2 of 5"}
"""ISO/IEC 15424: the check character was looked at and sent along. ]A5 is full ASCII, of which only what Code 39 holds
itself is known here."""
_SHORTEST: Final = 2


def check_kind(symbology: str) -> str:
    """The symbology whose check character stands at the end of the text; empty where the scanner sends none."""
    return _SENT.get(symbology, "")


def without_check(text: str, symbology: str) -> str | None:
    """The text without its check character; None where that does not verify."""
    if len(text) < _SHORTEST:
        return None
    if check_kind(symbology) == "Code 39":
        values = [_CODE_39.find(character) for character in text]
        right = min(values) >= 0 and sum(values[:-1]) % len(_CODE_39) == values[-1]
    else:
        right = gtin_fits(text)
    return text[:-1] if right else None
