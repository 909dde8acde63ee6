"""A camera's label in parts: what comes late of the label that gave a laptop names no second one. Pure.

A camera hands a code that becomes readable late over with the codes of its label that it told before
(`hardware.scanners.camera_label`). What the label's codes were is remembered until the camera gives another laptop, or
nothing more of it has come for a while: what is late comes while the label lies there.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Final

from hardware.scanners.scanner import Code
from station.bench.understanding import Understanding

__all__ = ["LateCodes", "Part"]

FORGET_S: Final = 10.0
"""Seconds after the last part of a label in which more of it may come; a camera tells what it reads within two."""

_MOST_TEXTS: Final = 64


class Part(Enum):
    """What a reading is to the label that gave the last laptop: `rest` of it; `other` serial on it, which cannot be;
    `weak`: it shares a code with it and names another laptop by its form only; or none of these.
    """

    NONE = "none"
    REST = "rest"
    OTHER = "other"
    WEAK = "weak"


class LateCodes:
    """The last label of one camera that gave a laptop."""

    def __init__(self) -> None:
        self._serial = ""
        self._giving = ""
        self._texts: set[str] = set()
        self._at = float("-inf")

    def took(self, codes: Sequence[Code], meaning: Understanding, now: float) -> None:
        """This label gave a laptop, at this moment of a clock that only goes forward."""
        self._at = now
        self._serial = meaning.serial
        self._giving = codes[meaning.chosen].text
        self._texts = {code.text for code in codes[:_MOST_TEXTS]}

    def part(self, codes: Sequence[Code], meaning: Understanding, now: float) -> Part:
        """What these codes are to it; those of the rest are remembered too."""
        texts = {code.text for code in codes[:_MOST_TEXTS]}
        if now - self._at >= FORGET_S or not texts & self._texts:
            return Part.NONE
        if meaning.serial not in ("", self._serial):
            if self._giving in texts:
                return Part.OTHER
            return Part.WEAK if meaning.only_by_form else Part.NONE
        if meaning.serial and texts <= self._texts:
            return Part.NONE  # the label is shown again, whole
        if len(self._texts | texts) <= _MOST_TEXTS:
            self._texts |= texts
        self._at = now
        return Part.REST
