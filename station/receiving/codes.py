"""The codes of a delivery, as they are compared: numbers of cartons and pallets, and references. Pure.

sscc("(00) 1 0614141 234567890 8")   "106141412345678908"      the identifier (00) is no part of the number
carton_code("ctn-000123")            "CTN-000123"              where the supplier's cartons have numbers of its own
reference_of("d-1042")               "D-1042"
"""

from __future__ import annotations

import re
from typing import Final

from hardware.scanners.grammar.shapes import gtin_fits
from specs.identifiers import BadIdentifier, Serial
from station.receiving import wording

__all__ = ["LONGEST_REFERENCE", "BadCode", "carton_code", "is_carriers", "is_rounded", "reference_of", "sscc"]

LONGEST_REFERENCE: Final = 40
"""Letters of a delivery's reference; a despatch number has up to 35 (EDIFACT, BGM 1004)."""
_DIGITS: Final = 18
"""Of an SSCC; the last is its check digit (department.md section 6.1)."""
_BLANKS: Final = " \t\r\n"
_IDENTIFIED: Final = re.compile(r"\A(?:\(00\)|00(?=[0-9]{18}\Z))", re.ASCII)
_ONLY_NUMBER: Final = re.compile(r"[0-9]{14,}", re.ASCII)
"""From the length of an article's number on: no carton has a number of its own so long that is digits alone."""
_ROUNDED: Final = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]+", re.ASCII)
"""A long number as spreadsheets write it: 3.40123E+17."""
_REFERENCE: Final = re.compile(rf"[0-9A-Z](?:[0-9A-Z ./_#-]{{0,{LONGEST_REFERENCE - 2}}}[0-9A-Z])?", re.ASCII)
_CARRIERS: Final = re.compile(
    r"1Z[0-9A-Z]{16}"  # UPS
    r"|J?JD[0-9]{16,20}"  # DHL's licence plates
    r"|[A-Z]{2}[0-9]{9}[A-Z]{2}",  # a letter or parcel of the post: UPU standard S10
    re.ASCII,
)


class BadCode(ValueError):
    """The text cannot be that code; the message says why, to stand after "it" or the code's name."""


def sscc(text: str) -> str:
    """The 18 digits of an SSCC, with or without its identifier (00), and with blanks as people print them.

    Raises `BadCode`: other digits than 18, or a wrong check digit.
    """
    digits = _IDENTIFIED.sub("", _together(text), count=1)
    if not digits.isascii() or not digits.isdecimal():
        raise BadCode(wording.NOT_DIGITS)
    if len(digits) != _DIGITS:
        raise BadCode(wording.sscc_length(len(digits)))
    if not gtin_fits(digits):
        raise BadCode(wording.SSCC_CHECK_DIGIT)
    return digits


def carton_code(text: str) -> str:
    """The number of a carton or a pallet: an SSCC, or where it is no such number, the supplier's own, which has the
    form of a serial number. Raises `BadCode`.
    """
    together = _IDENTIFIED.sub("", _together(text), count=1)
    if _ONLY_NUMBER.fullmatch(together) or "(00)" in text:
        return sscc(together)
    own = text.strip(_BLANKS)
    if is_rounded(own):
        raise BadCode(wording.ROUNDED)
    try:
        return Serial.from_scan(own).text
    except BadIdentifier as error:
        raise BadCode(wording.no_carton(str(error))) from error


def is_rounded(text: str) -> bool:
    """True for a number that a spreadsheet has rounded: what it was is lost."""
    return _ROUNDED.fullmatch(text.strip(_BLANKS).upper()) is not None


def reference_of(text: str) -> str:
    """A delivery's reference, in upper case, blanks folded. Raises `BadCode`."""
    # In this order: upper() makes letters out of others ("ß" becomes "SS").
    reference = " ".join(word for word in text.strip(_BLANKS).split(" ") if word).upper() if text.isascii() else ""
    if _REFERENCE.fullmatch(reference) is None:
        raise BadCode(wording.no_reference(LONGEST_REFERENCE))
    return reference


def is_carriers(text: str) -> bool:
    """True for the number of a carrier's own label, which says which parcel it is, and nothing of what is in it."""
    return _CARRIERS.fullmatch(text.strip(_BLANKS).upper()) is not None


def _together(text: str) -> str:
    """Without the blanks that stand between the groups of a printed number."""
    return text.strip(_BLANKS).replace(" ", "")
