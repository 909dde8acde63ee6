"""Numbers that a maker computes from the serial number and prints beside it: they prove it, and are no serials."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from hardware.scanners.grammar.shapes import snid_shaped

__all__ = ["COMPANIONS", "EXPRESS_SERVICE_CODE", "SNID", "contradicts", "express_service_code", "is_companion", "snid"]

EXPRESS_SERVICE_CODE: Final = "express service code"
SNID: Final = "SNID"

_SERVICE_TAG: Final = re.compile(r"[0-9A-Z]{7}")
_ACER: Final = re.compile(r"[0-9A-Z]{10}([0-9]{3})([0-9A-F]{5})([0-9]{2})[0-9A-Z]{2}")


def express_service_code(serial: str) -> str:
    """Dell's: the service tag read as a number of base 36 (department.md section 5.4: 5RFDP01 is 12542331601)."""
    return str(int(serial, 36)) if _SERVICE_TAG.fullmatch(serial) else ""


def snid(serial: str) -> str:
    """Acer's: year and week, the five hexadecimal digits as a decimal number of at least six, the site.

    Of 22 characters PPPPPPPPPP YWW SSSSS MM VV (department.md section 5.4; 001FD becomes 000509). Empty where the
    site is not of digits: then there is no rule for it.
    """
    found = _ACER.fullmatch(serial)
    return f"{found[1]}{int(found[2], 16):06d}{found[3]}" if found else ""


COMPANIONS: Final[Mapping[str, str]] = {
    EXPRESS_SERVICE_CODE: "Dell's service tag as a decimal number",
    SNID: "the short number that Acer computes from its serial number",
}


def is_companion(kind: str, serial: str, text: str) -> bool:
    """True where `text` is the number of this kind that belongs to `serial`."""
    computed = _compute(kind, serial)
    written = text.replace("-", "").replace(" ", "")
    return bool(computed) and written == computed


def contradicts(kind: str, serial: str, text: str, *, marked: bool = False) -> bool:
    """True where `text` is a number of this kind by its form or its mark, and does not belong to `serial`.

    An express service code has no form of its own (any number of that length): it proves, and never contradicts.
    """
    return (
        kind == SNID and bool(snid(serial)) and (marked or snid_shaped(text)) and not is_companion(kind, serial, text)
    )


def _compute(kind: str, serial: str) -> str:
    if kind == EXPRESS_SERVICE_CODE:
        return express_service_code(serial)
    return snid(serial) if kind == SNID else ""
