"""Who comes to a slot and leaves it: the slot's dock, followed for as long as the slot has it."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable
from contextlib import aclosing
from typing import Final

from hardware.laptops.dock import Away, Dock, FixedDock
from hardware.laptops.link import Link
from station.bench import wording

__all__ = ["Coming"]

DOCK_AGAIN_S: Final = 5.0
"""Seconds until a dock that failed by a mistake of ours is tried again."""


class Coming:
    """One slot's dock. `changed` is called after each change of `there`."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._task: asyncio.Task[None] | None = None
        self.dock: Dock | None = None
        self.there: Link | Away = Away()
        """The laptop that is there now."""

    @property
    def fixed(self) -> bool:
        """True where the laptop never leaves: this machine, a recorded bundle."""
        return isinstance(self.dock, FixedDock)

    async def follow(self, dock: Dock | None) -> None:
        """From now on this dock, or none. Call `leave` first."""
        self.dock, self.there = dock, Away()
        if dock is not None:
            self._task = asyncio.create_task(self._follow(dock))
            # A laptop that never leaves is there at once.
            await asyncio.sleep(0)

    async def leave(self) -> None:
        """Lets the dock go."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def _follow(self, dock: Dock) -> None:
        while True:
            try:
                async with aclosing(dock.comings()) as comings:
                    async for there in comings:
                        self._put(there)
                return
            except Exception:
                # A defect of ours in one dock: the others run on, and this one is tried again.
                traceback.print_exc()
                self._put(Away(wording.DEFECT))
                await asyncio.sleep(DOCK_AGAIN_S)

    def _put(self, there: Link | Away) -> None:
        self.there = there
        self._changed()
