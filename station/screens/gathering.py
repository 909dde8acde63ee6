"""What the engine says more often than eyes can follow: gathered, the newest of each kind told ten times a second.

The order in which things are told stays that in which they came, but for what a newer one has replaced: whoever tells
something else calls `flush` first.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

from station.bench.protocol import PageChanged, SlotChanged, Stage

__all__ = ["Gathering"]

REPAINTS_A_SECOND: Final = 10

_AT_ONCE: Final = frozenset({Stage.DONE, Stage.ABORTED, Stage.STOPPED})
"""What a person waits for, or must act on."""


class Gathering:
    """Changes of slots and pages on their way to `tell`. To be used within a running loop."""

    def __init__(self, tell: Callable[[SlotChanged | PageChanged], None]) -> None:
        self._tell = tell
        self._slots: dict[int, SlotChanged] = {}
        self._page: PageChanged | None = None
        self._flushed_at = float("-inf")
        self._page_at = float("-inf")
        self._flusher: asyncio.TimerHandle | None = None

    def slot(self, event: SlotChanged) -> None:
        """A slot has changed: told soon, and what a person waits for at once."""
        if event.slot.stage in _AT_ONCE:
            self._slots.pop(event.slot.number, None)
            self.flush()
            self._tell(event)
        else:
            self._slots[event.slot.number] = event
            self._flush_soon()

    def page(self, event: PageChanged) -> None:
        """The page has changed. Whoever asked for it waits for it; only pages in close succession wait their turn."""
        self._page = event
        if time.monotonic() - self._page_at >= 1 / REPAINTS_A_SECOND:
            self.flush()
        else:
            self._flush_soon()

    def flush(self) -> None:
        """Tell what waits."""
        if self._flusher is not None:
            self._flusher.cancel()
            self._flusher = None
        slots, self._slots = self._slots, {}
        page, self._page = self._page, None
        now = time.monotonic()
        if slots or page:
            self._flushed_at = now
        for slot in slots.values():
            self._tell(slot)
        if page:
            self._page_at = now
            self._tell(page)

    def drop(self) -> None:
        """Forget what waits: it is older than what is told next."""
        self._slots.clear()
        self._page = None

    def _flush_soon(self) -> None:
        if self._flusher is None:
            due = max(0.0, self._flushed_at + 1 / REPAINTS_A_SECOND - time.monotonic())
            self._flusher = asyncio.get_running_loop().call_later(due, self.flush)
