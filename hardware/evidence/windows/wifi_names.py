"""What an adapter's own name says of the Wi-Fi standards that it speaks: Windows lists them nowhere else.

Only what the maker writes out counts: "802.11ac", "Wireless-AC 9560", "Wi-Fi 6 AX201". A model number says nothing.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["standards_named"]

LONGEST_NAME: Final = 256

# "802.11ac", "802.11b/g/n", "802.11 a/g/n": letters after the number, several with slashes.
_WRITTEN: Final = re.compile(
    r"802\.11[ -]?((?:a[cxdfhjy]?|b[en]?|g|n)(?:/(?:a[cx]?|b[en]?|g|n|e))*)(?![a-z])", re.I | re.ASCII
)
_KNOWN: Final = frozenset(("a", "b", "g", "n", "ac", "ax", "be"))

# The Wi-Fi Alliance's numbers, and Intel's way of writing the letters.
_GENERATIONS: Final = {"4": "802.11n", "5": "802.11ac", "6": "802.11ax", "7": "802.11be"}
_GENERATION: Final = re.compile(r"\bWi-?Fi ?([4567])E?\b(?! ?GHz)", re.I | re.ASCII)
_LETTERS: Final = re.compile(r"\bWireless[- ](N|AC)\b", re.I | re.ASCII)


def standards_named(name: str) -> tuple[str, ...]:
    """The standards that the name says, in alphabetical order; none where it says none."""
    text = name[:LONGEST_NAME]
    found: set[str] = set()
    for written in _WRITTEN.findall(text):
        found |= {f"802.11{letters}" for letters in written.lower().split("/") if letters in _KNOWN}
    found |= {_GENERATIONS[number] for number in _GENERATION.findall(text)}
    found |= {f"802.11{letters.lower()}" for letters in _LETTERS.findall(text)}
    return tuple(sorted(found))
