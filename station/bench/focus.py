"""The slot to which commands speak, and the one that SLOT N promised to the next laptop."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Final

from station.clock import Clock

__all__ = ["Focus"]

PROMISE_S: Final = 15.0
"""Seconds for which SLOT N promises that slot to the next laptop (domain/tui.md section 4)."""


class Focus:
    """One bench's focus. `slots` are the numbers that there are; `changed` is called when something here has."""

    def __init__(self, slots: Container[int], clock: Clock, changed: Callable[[], None]) -> None:
        self._slots = slots
        self._clock = clock
        self._changed = changed
        self._promise: tuple[int, float] = (0, float("-inf"))
        self.slot = 1
        """Commands speak to this one."""

    @property
    def promised(self) -> int:
        """The slot that the next laptop was promised to; 0 for any."""
        slot, since = self._promise
        return slot if self._clock.monotonic() - since < PROMISE_S else 0

    @property
    def promised_at(self) -> float:
        """When, by the monotonic clock; long ago where nothing is promised."""
        return self._promise[1] if self.promised else float("-inf")

    def look_at(self, slot: int) -> None:
        """Commands speak to this slot from now on."""
        if slot in self._slots and slot != self.slot:
            self.slot = slot
            self._changed()

    def promise(self, slot: int) -> None:
        """The next laptop goes into this slot."""
        self.slot = slot
        self._promise = (slot, self._clock.monotonic())
        self._changed()

    def forget_promise(self) -> None:
        """The next laptop goes anywhere: it has come, or the promise was taken back."""
        self._promise = (0, float("-inf"))
        self._changed()

    def took(self, slot: int) -> None:
        """A laptop began in this slot: commands speak to it, and the promise is kept."""
        self.slot = slot
        self.forget_promise()
