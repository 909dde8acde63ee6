"""Whether a camera is blind: something in its view looks like a code and cannot be read. Pure: times are passed in."""

from __future__ import annotations

from collections import Counter
from typing import Final

from hardware.scanners.decoding.symbols import Advice, FrameReading

__all__ = ["BLIND_AFTER_S", "GONE_AFTER_S", "SAME_ADVICE_S", "Sight"]

BLIND_AFTER_S: Final = 0.7
"""Seconds of seeing a code and reading none after which the technician is told: a hand needs so long to settle."""
GONE_AFTER_S: Final = 0.5
"""Seconds without anything that looks like a code after which it is gone; shorter gaps are only bad pictures."""
SAME_ADVICE_S: Final = 2.0
"""Seconds that one advice stands before another may take its place: it must be possible to read it."""


class Sight:
    """Takes each picture's reading and gives the advice that the screen shows, or None while all is well."""

    def __init__(self) -> None:
        self._advice: Advice | None = None
        self._advised_at = 0.0
        self._since: float | None = None
        self._last = 0.0
        self._counted: Counter[Advice] = Counter()

    def see(self, reading: FrameReading, at: float) -> Advice | None:
        """The advice after this picture. `at` in seconds, never less than before."""
        if reading.symbols or (self._since is not None and at - self._last >= GONE_AFTER_S):
            self.forget()
        if reading.symbols or reading.advice is None:
            return self._advice
        if self._since is None:
            self._since = at
        self._last = at
        self._counted[reading.advice] += 1
        standing = at - (self._since if self._advice is None else self._advised_at)
        if standing >= (BLIND_AFTER_S if self._advice is None else SAME_ADVICE_S):
            # The one that most pictures gave: one alone may be wrong.
            self._advice = self._counted.most_common(1)[0][0]
            self._advised_at = at
            self._counted.clear()
        return self._advice

    def forget(self) -> None:
        """Begins anew: something was read, or the camera was away."""
        self._advice = None
        self._since = None
        self._counted.clear()
