"""How long the machine's part of a test will still take at one slot, from how long it took before. Pure."""

from __future__ import annotations

from collections import deque
from statistics import median
from typing import Final

from station.bench.protocol import Stage

__all__ = ["FIRST_CAPTURE_S", "UNKNOWN", "UsualTime"]

FIRST_CAPTURE_S: Final = 10.0
"""Seconds that count for a capture before there was one here: most of it is what the disks take to answer, and the
probe ends it after 100 s (hardware/laptops/this_machine.py). The next ones go by what was seen."""
REMEMBERED: Final = 9
"""Captures that count; the median, so that one laptop with a dying disk changes nothing."""
UNKNOWN: Final = -1.0

_MACHINE: Final = (Stage.COLLECTING, Stage.JUDGING, Stage.SAVING)


class UsualTime:
    """The captures of one slot, and what the machine still has to do for the test in hand. Times are seconds."""

    def __init__(self) -> None:
        self._captures: deque[float] = deque(maxlen=REMEMBERED)
        self._over_at = 0.0

    @property
    def capture(self) -> float:
        """What a capture usually takes here."""
        return median(self._captures) if self._captures else FIRST_CAPTURE_S

    def captured(self, seconds: float) -> None:
        """One more capture came to its end."""
        self._captures.append(seconds)

    def expect(self, seconds: float, now: float) -> None:
        """From now on, by a clock that only goes forward, the machine usually takes so long."""
        self._over_at = now + seconds

    def left(self, stage: Stage, now: float) -> float:
        """What is left of it, to a tenth; 0: it may be over any moment. `UNKNOWN` where a person is waited for."""
        return round(max(0.0, self._over_at - now), 1) if stage in _MACHINE else UNKNOWN
