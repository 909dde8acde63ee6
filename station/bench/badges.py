"""Badges: what an operator scans to sign in. A badge is a secret: it is kept as its SHA-256, and shown as its end.

    IS1:ID:K7Q2ABCDEFGHJKLM

Sixteen letters and digits out of 32: 80 random bits, so that a plain hash hides it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Final

from station.bench.namespace import NAMESPACE

__all__ = ["BADGE_LENGTH", "badge_end", "badge_hash", "hidden", "is_badge", "new_badge"]

BADGE_LENGTH: Final = 16
_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_SHAPE: Final = re.compile(rf"{NAMESPACE}ID:([{_LETTERS}]{{{BADGE_LENGTH}}})", re.ASCII)
_ANYWHERE: Final = re.compile(rf"({NAMESPACE}ID:)(\S*)", re.ASCII | re.IGNORECASE)
_SHOWN: Final = 4


def is_badge(text: str) -> bool:
    """True for the whole text of a badge, of whichever bench."""
    return _SHAPE.fullmatch(text.strip(" \t\r\n").upper()) is not None


def badge_hash(text: str) -> str:
    """The SHA-256, in hex, under which a badge is kept."""
    return hashlib.sha256(text.strip(" \t\r\n").upper().encode("utf-8", "backslashreplace")).hexdigest()


def badge_end(text: str) -> str:
    """The last four characters: by them a person tells badges apart."""
    return text.strip(" \t\r\n").upper()[-_SHOWN:]


def hidden(text: str) -> str:
    """The text with the secret of each badge in it, also of one that was read in part, taken out but for its end."""
    return _ANYWHERE.sub(
        lambda found: f"{found[1]}…{found[2][-_SHOWN:] if len(found[2]) == BADGE_LENGTH else ''}", text
    )


def new_badge(random_bytes: Callable[[int], bytes]) -> str:
    """A badge that nobody has."""
    letters = (_LETTERS[byte % len(_LETTERS)] for byte in random_bytes(BADGE_LENGTH))
    return f"{NAMESPACE}ID:{''.join(letters)}"
