"""The forms of what is no serial number: MAC addresses, GTINs, SSCCs, IMEIs, UUIDs, product keys. Pure; no makers here.

A form alone proves little: twelve hexadecimal digits are a MAC address or a serial number. What follows from a form is
decided in `classifying` and `settling`.
"""

from __future__ import annotations

import re
from typing import Final

from specs.text import clean

__all__ = [
    "gs1_without_identifier",
    "gtin_fits",
    "hides_secret",
    "is_bare_mac",
    "is_imei",
    "is_marked_date",
    "is_uuid",
    "key_end",
    "mac_of",
    "shown",
    "snid_shaped",
    "unsecret",
]

_MAC: Final = re.compile(
    r"(?:[0-9A-F]{2}:){5}[0-9A-F]{2}|(?:[0-9A-F]{2}-){5}[0-9A-F]{2}|(?:[0-9A-F]{4}\.){2}[0-9A-F]{4}"
)
_BARE_MAC: Final = re.compile(r"[0-9A-F]{12}")
_UUID: Final = re.compile(r"\{?[0-9A-F]{8}-(?:[0-9A-F]{4}-){3}[0-9A-F]{12}\}?|[0-9A-F]{32}")
_DIGITS: Final = re.compile(r"[0-9]+")
# Five groups of five, whatever stands around them, and of any letters: a misread key is a secret too.
_KEY: Final = re.compile(
    r"(?:[0-9A-Za-z]{5}[- ]){4}([0-9A-Za-z]{5})"
    # Without its dashes only of the letters that keys are made of, or serials of 25 characters would vanish.
    r"|(?<![0-9A-Za-z])[BCDFGHJKMNPQRTVWXYbcdfghjkmnpqrtvwxy2346789]{20}([BCDFGHJKMNPQRTVWXYbcdfghjkmnpqrtvwxy2346789]{5})"
    r"(?![0-9A-Za-z])"
)
_NETWORK: Final = re.compile(r"\s*WIFI:", re.IGNORECASE)
_GS1_SHAPE: Final = re.compile(r"0[12]([0-9]{14})([0-9]{2}.*)?", re.DOTALL)
_DATED: Final = re.compile(
    r"(?:9|10|16)D(?:20)?[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:9|10)D(?:20)?[0-9]{2}(?:0[1-9]|[1-4][0-9]|5[0-3])"
)
_SNID: Final = re.compile(r"[0-9](?:0[1-9]|[1-4][0-9]|5[0-3])(?:[0-9]{6}|10[0-4][0-9]{4})[0-9]{2}")
_LONGEST_LOOKED_AT: Final = 4096


def mac_of(text: str) -> str:
    """The MAC address that `text` is, upper case, with colons; empty where it is none or has no separators."""
    return _with_colons(text) if _MAC.fullmatch(text) else ""


def is_bare_mac(text: str) -> bool:
    """True for twelve hexadecimal digits: the form of a MAC address without separators."""
    return _BARE_MAC.fullmatch(text) is not None


def is_uuid(text: str) -> bool:
    """True for a UUID, with or without its dashes."""
    return _UUID.fullmatch(text) is not None


def gtin_fits(text: str) -> bool:
    """True for digits that end in GS1's check digit: weights 3 and 1 from the right (department.md section 6.1).

    Zeros alone are a placeholder, though their check digit is right.
    """
    if _DIGITS.fullmatch(text) is None or len(text) < 2 or not text.strip("0"):
        return False
    weighted = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(text[:-1])))
    return (weighted + int(text[-1])) % 10 == 0


def is_imei(text: str) -> bool:
    """True for 15 digits that end in the check digit of Luhn."""
    if len(text) != 15 or _DIGITS.fullmatch(text) is None:
        return False
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(text)))
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def gs1_without_identifier(text: str) -> tuple[str, bool]:
    """The GTIN of what has GS1's form (01, a GTIN), though no scanner said so, and whether more stands behind it; empty
    where it has not that form.

    A serial number in it is not taken: a scanner that works as a keyboard may have swallowed the mark at its end.
    """
    found = _GS1_SHAPE.fullmatch(text)
    return (found[1], bool(found[2])) if found is not None and gtin_fits(found[1]) else ("", False)


def is_marked_date(text: str) -> bool:
    """True for an ANSI data identifier of dates (9D, 10D, 16D) and a date: year, month and day, or year and week."""
    return _DATED.fullmatch(text) is not None


def snid_shaped(text: str) -> bool:
    """True for 11 or 12 digits that can be an Acer SNID: year digit, week, the sequence as a decimal, site."""
    return _SNID.fullmatch(text) is not None


def key_end(text: str) -> str:
    """The last five letters of the Windows product key in `text`; empty where there is none."""
    found = _KEY.search(text[:_LONGEST_LOOKED_AT])
    return (found[1] or found[2]).upper() if found else ""


def hides_secret(text: str) -> bool:
    """True where `text` must not be shown as it is: a product key, or a network's password."""
    return bool(key_end(text)) or _NETWORK.match(text) is not None


def shown(text: str, longest: int = 60) -> str:
    """`text` as it may be shown: clean, cut to length, a product key but for its last five, no network's password.

    Hidden before it is cut: half a key is still half a secret.
    """
    if _NETWORK.match(text):
        return "WIFI:…"
    return clean(unsecret(clean(text[:_LONGEST_LOOKED_AT], _LONGEST_LOOKED_AT)), longest)


def unsecret(text: str) -> str:
    """`text` as it may be kept: raw, but a product key only as its last five letters, and no network's password.

    A text whose secret is broken up by characters that nobody sees comes back without those.
    """
    hidden = _hidden(text)
    if hidden != text:
        return hidden
    # What is cleaned later would else put the key together again.
    seen = clean(text[:_LONGEST_LOOKED_AT], _LONGEST_LOOKED_AT)
    hidden = _hidden(seen)
    return text if hidden == seen else hidden


def _hidden(text: str) -> str:
    if _NETWORK.match(text):
        return "WIFI:…"
    return _KEY.sub(lambda found: f"•••••-{(found[1] or found[2]).upper()}", text)


def _with_colons(text: str) -> str:
    digits = re.sub(r"[^0-9A-F]", "", text)
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))
