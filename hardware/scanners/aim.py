"""AIM symbology identifiers: the three characters with which a scanner says what kind of code it read.

`]C0` is Code 128, `]C1` GS1-128, `]A0` Code 39, `]d1` Data Matrix, `]Q1` QR, `]E0` EAN (ISO/IEC 15424). Hand-held
scanners send them in front of the text where that is switched on. What an identifier means is for
`hardware.scanners.grammar`.
"""

from __future__ import annotations

import re
from typing import Final

from hardware.scanners.scanner import Code

__all__ = ["NO_READ", "code_of", "split_aim"]

NO_READ: Final = frozenset({"noread", "%%noread"})
"""What some fixed scanners send, in any case, where there was nothing to read (barcodes.md 5.1)."""

# ISO/IEC 15424: the flag character, the code character (a letter), the modifier (a digit or a letter), then the text.
_IDENTIFIED: Final = re.compile(r"(\][A-Za-z][0-9A-Za-z])(.+)", re.DOTALL)


def split_aim(text: str) -> Code:
    """The code in what a scanner sent: its identifier, where it stands in front, and the rest word for word.

    Split once only: the text may itself begin with something that looks like an identifier. Three characters with
    nothing behind them are a text: no scanner reads an empty code, and what was sent must not vanish.
    """
    if found := _IDENTIFIED.fullmatch(text):
        return Code(text=found[2], symbology=found[1])
    return Code(text=text)


def code_of(text: str) -> Code | None:
    """The code in what a scanner sent; None where it sent nothing, or the word that there was nothing to read."""
    code = split_aim(text)
    if not code.text or code.text.strip().lower() in NO_READ:
        return None
    return code
