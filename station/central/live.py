"""Ticks for open pages: one small server-sent event after each commit that stored something.

A tick carries nothing but "look again": the page fetches itself, so there is one way to render a number.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final

__all__ = ["MOST_WATCHERS", "Live"]

MOST_WATCHERS: Final = 500
"""Open pages at a time; 300 cost 1 % of a core (domain/central.md section 4)."""

_PING_SECONDS: Final = 15.0


class Live:
    """Who watches, and the way to wake them. All calls are made on the event loop."""

    def __init__(self) -> None:
        self._watchers: set[asyncio.Event] = set()
        self._closed = False

    @property
    def full(self) -> bool:
        """True where no further page can watch."""
        return len(self._watchers) >= MOST_WATCHERS

    def tick(self) -> None:
        """Wake every watcher. Ticks that come before a watcher has looked become one."""
        for watcher in self._watchers:
            watcher.set()

    def close(self) -> None:
        """End every stream, so that the server can stop at once."""
        self._closed = True
        self.tick()

    async def stream(self) -> AsyncIterator[bytes]:
        """The events of one page: a hello, then a tick a change, and a comment where nothing happens."""
        woken = asyncio.Event()
        self._watchers.add(woken)
        try:
            yield b"retry: 2000\nevent: hello\ndata: watching\n\n"
            while not self._closed:
                try:
                    await asyncio.wait_for(woken.wait(), _PING_SECONDS)
                except TimeoutError:
                    yield b": still here\n\n"
                    continue
                woken.clear()
                if not self._closed:
                    yield b"event: tick\ndata: stored\n\n"
        finally:
            self._watchers.discard(woken)
