"""What a scan or a typed text may be shown as, and kept as: no product key, no network's password, no badge."""

from __future__ import annotations

import re
from typing import Final

from hardware.scanners.grammar.shapes import unsecret
from specs.text import clean
from station.bench.badges import hidden, is_badge
from station.bench.namespace import NAMESPACE

__all__ = ["hide", "hide_torn", "hide_typed"]

_BADGE: Final = f"{NAMESPACE}ID:"
_LONGEST: Final = 4096
"""Characters in which a badge is looked for; a longer text is cut there if it holds one."""


_TAIL: Final = re.compile(r"(?:\bI?D?:\s*[2-9A-HJ-NP-Z]{2,}|[2-9A-HJ-NP-Z]{12,})\S*", re.ASCII | re.IGNORECASE)
"""What is left of a badge whose beginning was lost: what follows the colon, or twelve of its letters at a stretch."""
_SHOWN: Final = 2
_HEAD: Final = re.compile(r"(?:S?1?:)?I?D?:", re.ASCII | re.IGNORECASE)
"""The head of a badge from which the first characters were lost."""


def hide(text: str) -> str:
    """`text`, raw, without its secrets.

    Also of a badge that was read in part, with characters in it that nobody sees, or with something typed before it.
    """
    text = unsecret(text)
    seen = clean(text[:_LONGEST], _LONGEST)
    place = seen.upper().find(_BADGE)
    if place < 0:
        return text
    badge = seen[place:].strip()
    return seen[:place] + (hidden(badge) if is_badge(badge) else f"{_BADGE}…")


def hide_typed(text: str) -> str:
    """The same of what comes in, for as long as nobody knows what it will be."""
    text = hide(text)
    found = _HEAD.match(clean(text[:_LONGEST], _LONGEST))
    return f"{found[0]}…" if found else text


def hide_torn(text: str) -> str:
    """The same of a scan that came broken: it may be the rest of a badge, which nothing marks as one.

    Also a long serial loses its middle then; it is scanned again in any case.
    """
    text = hide(text)
    seen = clean(text[:_LONGEST], _LONGEST)
    hidden = _TAIL.sub(lambda found: f"…{found[0][-_SHOWN:]}", seen)
    return text if hidden == seen else hidden
