"""Starts the engine where none answers, and brings one back that died; never one that was stopped on purpose, unless
somebody has started it again since.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from specs.text import clean
from station.screens import wording

__all__ = ["BRING_BACK", "START_AGAIN", "Starter"]

START_AGAIN: Final = 10.0
"""Seconds before an engine that did not come up is started once more."""
BRING_BACK: Final = 2.0
"""Seconds between two starts of an engine that does come up, so that one that dies at once is not started in a loop."""


class Starter:
    """Starts the engine, in a thread of its own, and gives each start its time."""

    def __init__(self, start_engine: Callable[[], None] | None) -> None:
        self._start = start_engine
        self._asked: float | None = None
        self._came_up = False
        self._stopped = False
        self.problem = ""

    def ask(self) -> None:
        """Start it, unless that was asked a moment ago or there is no way to."""
        now = time.monotonic()
        wait = BRING_BACK if self._came_up else START_AGAIN
        if self._start is None or self._stopped or (self._asked is not None and now - self._asked < wait):
            return
        self._asked, self._came_up = now, False
        threading.Thread(target=self._run, args=(self._start,), daemon=True, name="start-engine").start()

    def came_up(self) -> None:
        """The engine has spoken: if it goes away, it may be brought back."""
        self._came_up, self._stopped = True, False

    def give_up(self) -> None:
        """The engine was stopped on purpose: do not bring it back."""
        self._stopped = True

    def _run(self, start: Callable[[], None]) -> None:
        try:
            start()
            self.problem = ""
        except Exception as error:
            self.problem = wording.CANNOT_START.format(why=clean(str(error)) or type(error).__name__)
