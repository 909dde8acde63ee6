"""Which place of a bench a laptop on the network is given."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from hardware.laptops.berth import Berth

__all__ = ["Places"]

KEEPS_SECONDS: Final = 600.0
"""How long a laptop that has left is put back where it was. Its verdict, or its question, is still on that slot."""
MOST_KEPT: Final = 256
"""Laptops that are remembered; of more, those that left longest ago are forgotten."""


class Places:
    """The places by their slots, and where laptops were lately. Times are seconds of a clock that only goes forward."""

    def __init__(self) -> None:
        self._berths: dict[int, Berth] = {}
        self._was_at: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def add(self, slot: int, berth: Berth) -> None:
        """From now on laptops may be given this place. Raises `RuntimeError` where the slot has one."""
        if slot in self._berths:
            raise RuntimeError(f"slot {slot} is waited at already")
        self._berths[slot] = berth

    def remove(self, slot: int) -> None:
        """No more laptops for this slot."""
        self._berths.pop(slot, None)

    def all(self) -> list[Berth]:
        """Every place."""
        return list(self._berths.values())

    def at(self, slot: int) -> Berth | None:
        """The place of this slot."""
        return self._berths.get(slot)

    def of(self, boot: str) -> Berth | None:
        """Where this start of a laptop is, or has some seconds to come back to."""
        return next((one for one in self.all() if one.session is not None and one.session.boot == boot), None)

    def remember(self, boot: str, berth: Berth, now: float) -> None:
        """This start of a laptop has just been there."""
        self._was_at[boot] = (berth.slot, now)
        self._was_at.move_to_end(boot)
        if len(self._was_at) > MOST_KEPT:
            self._was_at.popitem(last=False)

    def free(self, boot: str, now: float) -> Berth | None:
        """The place for a laptop that wants no special one: that where it was lately; else the one that no laptop has
        left for the longest, so that what the last one was told stays to be read. Of several the lowest.
        """
        slot, since = self._was_at.get(boot, (0, 0.0))
        before = self._berths.get(slot)
        if before is not None and before.session is None and now - since <= KEEPS_SECONDS:
            return before
        free = [one for one in self.all() if one.session is None]
        return min(free, key=lambda one: (one.left_at, one.slot), default=None)
