"""STOP, which ends a test where it is given twice: one barcode that came into view by chance ends nothing."""

from __future__ import annotations

from typing import Final

from station.bench import wording
from station.bench.floor import Obeyed
from station.bench.protocol import ScanOutcome, Stage
from station.bench.slot import Slot
from station.clock import Clock

__all__ = ["STOP_ASKED_S", "StopCommand"]

STOP_ASKED_S: Final = 10.0
"""Seconds within which a second STOP is the yes to the first: as long as the key's own question stands."""


class StopCommand:
    """The STOP of one bench, and what it has asked."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._asked: tuple[tuple[int, str], float] | None = None

    def give(self, slot: Slot) -> Obeyed:
        """The first asks, the second ends the test. No answer comes of it, so that nobody has to be signed in."""
        again = self.take_back(slot)
        if not slot.busy or slot.state.stage is Stage.SAVING:
            return Obeyed(ScanOutcome.REFUSED, wording.nothing_runs(slot.number), slot.number)
        if again:
            slot.stop()
            return Obeyed(ScanOutcome.ACCEPTED, wording.stopping(slot.number), slot.number)
        self._asked = (_which(slot), self._clock.monotonic())
        return Obeyed(ScanOutcome.ACCEPTED, wording.stop_again(slot.number), slot.number)

    def take_back(self, slot: Slot) -> bool:
        """The first STOP counts no longer; False where none did for this test."""
        asked, self._asked = self._asked, None
        return asked is not None and asked[0] == _which(slot) and self._clock.monotonic() - asked[1] <= STOP_ASKED_S

    def forget(self) -> None:
        """Something else was done meanwhile."""
        self._asked = None


def _which(slot: Slot) -> tuple[int, str]:
    """The test that runs; its attempt has no name yet in its first moments."""
    return slot.number, slot.state.serial
