"""Identifiers that check themselves when made: serial numbers and UUIDv7 record ids.

A serial is normalised by case and surrounding blanks only, never by stripping letters: a station that cut a
leading "S" turned SGH327SZYD into GH327SZYD and made duplicates (domain/department.md section 5.4). The
placeholder list is that of domain/quirks.md section 3.
"""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

from msgspec import Struct

from specs.text import clean

__all__ = ["BadIdentifier", "Serial", "is_placeholder", "is_platform_name", "new_uuid7", "uuid7_at"]


class BadIdentifier(ValueError):
    """The text cannot be the identifier asked for; the message says why, in one sentence."""


LONGEST_SERIAL: Final = 32
"""Acer's serials have 22 characters, the longest known (department.md section 5.4); a third more for others."""

SHORTEST_SERIAL: Final = 4
"""Serials shorter than four characters deserve a warning (quirks.md section 3): refused as a scan."""

_SERIAL: Final = re.compile(rf"[0-9A-Z](?:[0-9A-Z./_-]{{0,{LONGEST_SERIAL - 2}}}[0-9A-Z])?", re.ASCII)


class Serial(Struct, frozen=True):
    """A laptop's serial number: 4 to 32 letters, digits and . / _ - , upper case, no blanks."""

    text: str

    def __post_init__(self) -> None:
        if len(self.text) < SHORTEST_SERIAL or _SERIAL.fullmatch(self.text) is None:
            raise BadIdentifier(f"{clean(self.text, 40)!r} is not a serial number")
        if is_placeholder(self.text):
            raise BadIdentifier("That is a placeholder, not a serial number")

    @classmethod
    def from_scan(cls, raw: str) -> Serial:
        """The serial in what a scanner or a person typed.

        Raises `BadIdentifier` with one sentence for anything that cannot be one: control characters,
        markup, too short, too long, a placeholder.
        """
        text = raw.strip(" \t\r\n")
        if not text:
            raise BadIdentifier("The scan was empty")
        if len(text) > LONGEST_SERIAL:
            raise BadIdentifier(f"That code has {len(text)} characters; a serial number has at most {LONGEST_SERIAL}")
        if any(ord(character) < 32 or ord(character) == 127 for character in text):
            raise BadIdentifier("That code holds control characters; it is not a serial number")
        if len(text) < SHORTEST_SERIAL:
            raise BadIdentifier(f"That code is too short; a serial number has at least {SHORTEST_SERIAL} characters")
        # In this order: upper() makes letters out of others ("ß" becomes "SS"), and a serial must gain none.
        if not text.isascii() or _SERIAL.fullmatch(text.upper()) is None:
            raise BadIdentifier("That code holds characters that no serial number has")
        return cls(text.upper())

    def __str__(self) -> str:
        return self.text


# domain/quirks.md section 3: the union of what six inventory projects and a scan of 91,786 dumps call blank.
_PLACEHOLDERS: Final = frozenset(
    entry.strip()
    for entry in """
    default string|default_string|default|system product name|system manufacturer|system version|system serial number
    system sku#|system sku number|system skunumber|system sku|system family|chassis serial number|chassis manufacture
    chassis manufacturer|chassis version|chassis asset tag|base board serial number|base board product name
    base board manufacturer|base board version|base board asset tag|board serial number|board product name
    board manufacturer|board version|board asset tag|not specified|not applicable|not available|not present
    not installed|not provided|not defined|not set|n/a|na|none|null|nil|unknown|unknow|uknown|undefined|empty|[empty]
    invalid|oem|o.e.m.|oem manufacturer|product name|product version|product serial number|no asset tag
    no asset information|no dimm|no module installed|no module|no serial|no serial number|type1productconfigid
    type1family|type1sku0|type1 - tbd by oem|asus-notebooksku|cpu version|engineering sample|bad index|out of spec
    <bad index>|<out of spec>|$(project_sku_name)|abcd|asset tag|serial number|sku number|tbd|tbd by oem
    module manufacturer|module part number|module serial number
    """.replace("\n", "|").split("|")
    if entry.strip()
)
# Templates with a number in them, and the wording of "To be filled by O.E.M." in every spelling.
_TEMPLATES: Final = re.compile(
    r"to be filled .{0,40}|(?:a\d{1,2}_)?(?:manufacturer|partnum|sernum|serialnum|assettag|assettagnum) ?\d{1,2}"
    r"|array\d{1,2}_(?:partnumber|serialnumber|assettag|manufacturer)\d{1,2}|(?:so)?dimm0\d\d|mfg \d{1,2}"
    r"|(?:mb|bb|bss|chassis|sn|atn|asset|mt)-0?1234567890",
    re.ASCII,
)
# Only zeros, X, dots, stars and dashes (0x0000, xx-xx); only F; ascending digits.
_BLANK_SHAPES: Final = re.compile(
    r"(?:[0x.*_\- ])*|(?:0x)?f[f.\- ]*|0?12345(?:6(?:7(?:8(?:90?)?)?)?)?|0?123456789(?:0?1234567(?:89?)?)?0?", re.ASCII
)
_PLATFORMS: Final = re.compile(
    r"(?:santa ?rosa|montevina|calpella|huron ?river|chief ?river|shark ?bay|crescent ?bay|sky ?bay|aptio|intel)"
    r"[ _-](?:client |mobile )?(?:platform|crb|fab\w{0,8})",
    re.ASCII,
)


def is_placeholder(text: str) -> bool:
    """True where `text` is what a firmware says when nobody filled the field in (blank counts).

    Matches after trimming and folding of blanks, in any case: the list of quirks.md section 3, its templates, only
    zeros, X, F, dots, stars and dashes, and runs of ascending digits.
    """
    # Longer than any of them, and no work on a text that is megabytes long.
    folded = " ".join(text[:256].split()).lower()
    if len(text) > 256 and text[256:].strip():
        return not text.strip("0xXfF.*- \t\r\n")
    return (
        folded in _PLACEHOLDERS
        or _BLANK_SHAPES.fullmatch(folded) is not None
        or _TEMPLATES.fullmatch(folded) is not None
    )


def is_platform_name(text: str) -> bool:
    """True where `text` names the chip maker's reference platform ("HuronRiver Platform"): no model.

    Nothing is sold under such a name (quirks.md section 3); as a SKU or a family it is only odd.
    """
    return _PLATFORMS.fullmatch(" ".join(text[:256].split()).lower()) is not None


def uuid7_at(milliseconds: int, randomness: int) -> UUID:
    """The UUIDv7 (RFC 9562) for a Unix time in milliseconds and 74 random bits.

    Pure: the caller brings the clock and the randomness.
    """
    value = (milliseconds & (2**48 - 1)) << 80
    value |= 0x7 << 76
    value |= ((randomness >> 62) & 0xFFF) << 64
    value |= 0b10 << 62
    value |= randomness & (2**62 - 1)
    return UUID(int=value)


def new_uuid7(now_seconds: float, random_bytes: bytes) -> UUID:
    """A UUIDv7 from a clock reading (seconds since 1970) and at least 10 random bytes; `ValueError` for fewer."""
    if len(random_bytes) < 10:
        raise ValueError("a UUIDv7 needs 10 random bytes")
    return uuid7_at(int(now_seconds * 1000), int.from_bytes(random_bytes[:10], "big") & (2**74 - 1))
