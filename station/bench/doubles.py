"""Double reads: the same code again within two seconds counts once, whichever scanner read it. Pure."""

from __future__ import annotations

from typing import Final

__all__ = ["DOUBLE_S", "Doubles"]

DOUBLE_S: Final = 2.0
"""Seconds within which the same code again is the same reading: a trigger that bounces, two scanners that see it."""

_MOST: Final = 256


class Doubles:
    """What was taken lately. Times are seconds of a clock that only goes forward."""

    def __init__(self) -> None:
        self._taken: dict[str, float] = {}

    def again(self, what: str, now: float, *, lasting: bool = True) -> bool:
        """True where `what` was taken less than two seconds ago.

        `lasting`: a scanner that goes on reading the same label is one reading, however long it does; a command is not
        held back for longer than two seconds after it was obeyed.
        """
        if now - self._taken.get(what, float("-inf")) >= DOUBLE_S:
            return False
        if lasting:
            self._taken[what] = now
        return True

    def take(self, what: str, now: float) -> None:
        """`what` was taken now."""
        self._taken.pop(what, None)
        self._taken[what] = now
        while len(self._taken) > _MOST:
            self._taken.pop(next(iter(self._taken)))

    def forget(self, what: str) -> None:
        """`what` was taken back: to read it again is no double."""
        self._taken.pop(what, None)
