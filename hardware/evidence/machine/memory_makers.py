"""The makers of memory modules by their JEDEC codes, which a third of firmware gives instead of a name.

JEP106: a bank and a number in it, each with a parity bit; firmware writes "80AD000080AD", "0x802C", "859B".
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["module_maker"]

_CODE: Final = re.compile(r"(?:0x)?([0-9a-f]{4})(?:0{4}(?:\1|0{4})?|0{2,12})?", re.ASCII)
# Bank (with its parity bit) and number: those that laptops are fitted with.
_MAKERS: Final = {
    "80ce": "Samsung",
    "80ad": "SK hynix",
    "802c": "Micron",
    "859b": "Crucial",
    "0198": "Kingston",
    "029e": "Corsair",
    "02fe": "Elpida",
    "830b": "Nanya",
    "04cb": "ADATA",
    "04cd": "G.Skill",
    "0443": "Ramaxel",
    "04ef": "Team Group",
    "8551": "Qimonda",
    "80c1": "Infineon",
}


def module_maker(text: str | None) -> str | None:
    """The maker's name where `text` is a code that is known, else `text` as it is."""
    match = _CODE.fullmatch(text.strip().lower()) if text is not None and len(text) < 64 else None
    return _MAKERS.get(match.group(1), text) if match is not None else text
