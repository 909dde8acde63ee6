"""Outside text made safe once, at the boundary, before anything else of ours sees it.

Device strings, scans and file contents are hostile: terminal escapes, markup, bidirectional tricks and
10,000-character serials. `clean` drops what can never be part of an honest value and caps the length; each
face still escapes for itself (screen markup, HTML, CSV), because those characters can be honest.
"""

from __future__ import annotations

import unicodedata
from typing import Final

__all__ = ["LONGEST_TEXT", "clean", "is_clean"]

LONGEST_TEXT: Final = 256
"""Longest text kept from one field. SMBIOS strings are limited to 64 characters by practice, EDID's to 13."""

# Cc control, Cf format (bidirectional marks, zero-width), Cs surrogates, Co private use, Cn unassigned,
# Zl and Zp line and paragraph separators.
_DROPPED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean(text: str, longest: int = LONGEST_TEXT) -> str:
    """`text` without control, escape, bidirectional and unassigned characters, blanks folded, length capped.

    A cut text ends in "…" so that nobody takes it for the whole. Never raises.
    """
    # What most texts are is told at once: short, printable ASCII (which has no control characters), no blank too many.
    if len(text) <= longest and text.isascii() and text.isprintable() and "  " not in text and text == text.strip():
        return text
    # Only so much is looked at that a 4 MiB string costs no more than a long name.
    window = text[: longest * 8]
    kept = [" " if character.isspace() else character for character in window if not _drop(character)]
    folded = " ".join("".join(kept).split())
    if len(folded) > longest or len(window) < len(text):
        return folded[: longest - 1] + "…"
    return folded


def is_clean(text: str, longest: int = LONGEST_TEXT) -> bool:
    """True where `clean` would change nothing but surrounding blanks."""
    return clean(text, longest) == text.strip(" \t\r\n")


def _drop(character: str) -> bool:
    if character in "\t\n\r\v\f":
        return False
    return unicodedata.category(character) in _DROPPED
