"""The name that was probably meant, where one is not known. For remedies only: nothing is ever taken for another."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Final

__all__ = ["LONGEST_NAME", "choose", "nearest"]

LONGEST_NAME: Final = 64
"""Names longer than this are nobody's slip; comparing them would take long."""


def nearest(name: str, known: Iterable[str]) -> str:
    """The one of `known` that is spelt most like `name`; empty where none is alike."""
    if len(name) > LONGEST_NAME:
        return ""
    by_letters = {one.casefold(): one for one in known}
    found = difflib.get_close_matches(name.casefold(), list(by_letters), n=1, cutoff=0.7)
    return by_letters[found[0]] if found else ""


def choose(name: str, known: Iterable[str]) -> str:
    """What to do about a name that is not one of `known`: "use severity, or another of these: confirm, note"."""
    meant = nearest(name, known := tuple(known))
    others = ", ".join(one for one in known if one != meant)
    if not meant:
        return f"use one of these: {others}"
    return f"use {meant}, or another of these: {others}" if others else f"use {meant}"
