"""AIM symbology identifiers in words (ISO/IEC 15424): "]C0" is Code 128. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["BY_NAME", "GS1", "is_gs1", "is_interleaved", "is_retail", "symbology_words"]

# The first that fits: an identifier with its modifier stands before its family.
_WORDS: Final[Mapping[str, str]] = {
    "]C0": "Code 128",
    "]C1": "GS1-128",
    "]C": "Code 128",
    "]A": "Code 39",
    "]E4": "EAN-8",
    "]E": "EAN or UPC",
    "]I": "Interleaved 2 of 5",
    "]d2": "GS1 Data Matrix",
    "]d": "Data Matrix",
    "]Q3": "GS1 QR",
    "]Q": "QR",
    "]e": "GS1 DataBar",
    "]L": "PDF417",
    "]z": "Aztec",
    "]U": "MaxiCode",
    "]F": "Codabar",
    "]G": "Code 93",
    "]H": "Code 11",
    "]M": "MSI",
}

BY_NAME: Final[Mapping[str, tuple[str, ...]]] = {
    "Code 128": ("]C0",),
    "GS1-128": ("]C1",),
    "Code 39": ("]A",),
    "Code 93": ("]G",),
    "Interleaved 2 of 5": ("]I",),
    "Data Matrix": ("]d0", "]d1"),
    "GS1 Data Matrix": ("]d2",),
    "QR": ("]Q0", "]Q1"),
    "GS1 QR": ("]Q3",),
    "PDF417": ("]L",),
}
"""The names that a makers' file may use, and how the identifiers begin that they stand for."""

GS1: Final = frozenset({"]C1", "]d2", "]Q3", "]e0"})
"""The identifiers that promise GS1 element strings (barcodes.md section 6): nowhere else are they looked for."""


def is_gs1(symbology: str) -> bool:
    """True where the scanner said that the text is made of GS1 element strings."""
    return symbology in GS1


def is_retail(symbology: str) -> bool:
    """True for EAN and UPC: what is sold in a shop, never one laptop."""
    return symbology.startswith("]E")


def is_interleaved(symbology: str) -> bool:
    """True for Interleaved 2 of 5, in which cartons carry the article's number (ITF-14)."""
    return symbology.startswith("]I")


def symbology_words(symbology: str) -> str:
    """What a person calls the symbology; what the scanner said, where that is nothing known."""
    if not symbology:
        return "not told by the scanner"
    for beginning, words in _WORDS.items():
        if symbology.startswith(beginning):
            return words
    return "another symbology"
