"""Which symbols are believed after some frames: agreement over time, against wrong readings of 1-D codes.

A 2-D code carries its own proof and counts at once. A 1-D text counts when two frames have it, and when no other text
that stands in its place has as many. A symbol is told once: again only after it has been out of view for a while.
Pure: the time comes with each frame.
"""

from __future__ import annotations

from typing import Final

from hardware.scanners.decoding.plausible import overlapping
from hardware.scanners.decoding.symbols import FrameReading, Symbol

__all__ = ["AGREEING_FRAMES", "OUT_OF_VIEW_S", "REMEMBERED_S", "Vote"]

AGREEING_FRAMES: Final = 2
"""Frames that must have the same 1-D text. In bursts of six this took the one wrong reading there was."""
CLEARLY: Final = 2
"""By how many frames a text must lead another one in its place."""
OUT_OF_VIEW_S: Final = 2.0
"""Double reads within this count once; the code must have been away so long to be told again."""
REMEMBERED_S: Final = 1.5
"""A vote counts so long: an older frame may be of another label in the same place."""

_Key = tuple[str, str]


class Vote:
    """The votes of one camera. `see` every frame in turn, those without symbols too."""

    def __init__(self) -> None:
        """Nothing has been seen."""
        self._votes: dict[_Key, list[tuple[float, Symbol]]] = {}
        self._told: dict[_Key, float] = {}
        self._now = float("-inf")

    def see(self, reading: FrameReading, at: float) -> tuple[Symbol, ...]:
        """The symbols that this frame has confirmed, each once. `at` is in seconds of any clock that does not go back;
        a time before the last one counts as the last one."""
        now = self._now = max(self._now, at)
        self._forget(now)
        here = {(one.code.text, one.format): one for one in reading.symbols}
        for key, one in here.items():
            self._votes.setdefault(key, []).append((now, one))
        confirmed = []
        for key, one in here.items():
            if key in self._told:
                # Still in view: the two seconds begin anew.
                self._told[key] = now
            elif not one.linear or self._agreed(key, one):
                self._told[key] = now
                confirmed.append(one)
        return tuple(confirmed)

    def _forget(self, now: float) -> None:
        self._told = {key: last for key, last in self._told.items() if now - last < OUT_OF_VIEW_S}
        for key, votes in list(self._votes.items()):
            kept = [(at, one) for at, one in votes if now - at <= REMEMBERED_S]
            if kept:
                self._votes[key] = kept
            else:
                del self._votes[key]

    def _agreed(self, key: _Key, one: Symbol) -> bool:
        own = len(self._votes[key])
        if own < AGREEING_FRAMES:
            return False
        for other, votes in self._votes.items():
            if other == key or not votes[-1][1].linear:
                continue
            rival = sum(1 for _, seen in votes if overlapping(seen.corners, one.corners))
            if rival and own - rival < CLEARLY:
                return False
        return True
