"""The engine's way to its store: one thread, so that the event loop never waits for a disk.

What cannot be kept because the disk refuses is tried again until it can be (`insist`): the bench says so and
waits, and drops nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, TypeVar

from station.clock import Clock
from station.store.bench_store import BenchStore, StoreRefused
from station.store.outbox import StoreOutbox

__all__ = ["Keeper"]

T = TypeVar("T")

RETRY_S: Final = 2.0


class Keeper:
    """The store behind a thread of its own."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._path = path
        self._clock = clock
        self._store: BenchStore | None = None

    async def open(self) -> None:
        """Opens the store. Raises `StoreUnusable`."""

        def opened() -> BenchStore:
            return BenchStore(self._path, self._clock)

        self._store = await asyncio.get_running_loop().run_in_executor(self._executor, opened)

    async def ask(self, question: Callable[[BenchStore], T]) -> T:
        """The answer of the store. Raises `StoreRefused` where the disk refuses."""
        store = self._store
        if store is None:
            raise RuntimeError("the store is not open")
        return await asyncio.get_running_loop().run_in_executor(self._executor, question, store)

    async def insist(self, question: Callable[[BenchStore], T], refused: Callable[[], None]) -> T:
        """The answer of the store, tried again for as long as the disk refuses; `refused` is called each time."""
        while True:
            try:
                return await self.ask(question)
            except StoreRefused:
                refused()
                await asyncio.sleep(RETRY_S)

    async def outbox(self, question: Callable[[StoreOutbox], T]) -> T:
        """The answer of the store's outbox."""
        return await self.ask(lambda store: question(StoreOutbox(store)))

    async def close(self) -> None:
        """Closes the store after everything that was asked has been answered."""
        store, self._store = self._store, None
        if store is not None:
            await asyncio.get_running_loop().run_in_executor(self._executor, store.close)
        self._executor.shutdown()
