"""What the agent knows about itself, for its screen: who reaches for a bench writes it, who draws reads it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, NamedTuple

from . import wording

if TYPE_CHECKING:
    from .messages import Show, Welcome

_RESULTS = ("pass", "fail", "hold")


class Way(NamedTuple):
    """One way to a bench: what a person calls it, what it does, since when it waits (monotonic seconds), and whether a
    bench answered that does not take the laptop.
    """

    name: str
    doing: str
    since: float
    refused: bool = False


class View(NamedTuple):
    """What is to be drawn. `slot` is 0 where it is not known, `bench` None while none has the laptop."""

    slot: int
    bench: str | None
    page: Show | None
    ways: tuple[Way, ...]
    since: float
    """Since when the laptop is with this bench, or without any (monotonic seconds)."""
    complaints: tuple[str, ...]


class Status:
    """All of it. Every method may be called from any thread."""

    def __init__(self, slot: int, complaints: tuple[str, ...] = ()) -> None:
        self.changed = threading.Event()
        self._lock = threading.Lock()
        self._told_slot = slot
        self._complaints = complaints
        self._ways: dict[str, Way] = {}
        self._slot = slot
        self._bench: str | None = None
        self._last_bench: str | None = None
        self._page: Show | None = None
        self._since = time.monotonic()
        self.mistake: BaseException | None = None
        """Why the agent cannot go on."""

    def broken(self, mistake: BaseException) -> None:
        """One of the threads has failed as it never should."""
        self.mistake = mistake
        self.changed.set()

    def way(self, name: str, doing: str, *, refused: bool = False) -> None:
        """What one way to a bench does now."""
        with self._lock:
            before = self._ways.get(name)
            self._ways[name] = Way(name, doing, before.since if before else time.monotonic(), refused)
        self.changed.set()

    def no_way(self, name: str) -> None:
        """This way is not there any more."""
        with self._lock:
            self._ways.pop(name, None)
        self.changed.set()

    def welcomed(self, welcome: Welcome) -> None:
        """A bench has the laptop."""
        with self._lock:
            bench = welcome.bench or wording.BENCH
            # Another bench's result says nothing of what this one will do with the laptop.
            if welcome.fresh or bench != self._last_bench:
                self._page = None
            self._bench = self._last_bench = bench
            self._slot = welcome.slot or self._told_slot
            self._since = time.monotonic()
        self.changed.set()

    def show(self, page: Show) -> None:
        """The bench has a page for the person before the laptop."""
        with self._lock:
            self._page = page
        self.changed.set()

    def lost(self) -> None:
        """No bench has the laptop any more. A result stays to be read, anything else would be old news."""
        with self._lock:
            self._bench = None
            if self._page is not None and self._page.tone not in _RESULTS:
                self._page = None
            self._since = time.monotonic()
            self._ways = {name: way._replace(since=self._since) for name, way in self._ways.items()}
        self.changed.set()

    def view(self) -> View:
        """All of it at this moment."""
        with self._lock:
            ways = tuple(self._ways[name] for name in sorted(self._ways))
            return View(self._slot, self._bench, self._page, ways, self._since, self._complaints)
