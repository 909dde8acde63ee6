"""Benches with a laptop at them, for the tests: over a local pair, over TLS and over a pty."""

from __future__ import annotations

import asyncio
import os
import tty
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hardware.laptops.asking import Patience
from hardware.laptops.berth import Berth
from hardware.laptops.connection import Carrier, Connection, ConnectionEnded
from hardware.laptops.dock import Away, Dock
from hardware.laptops.framing import FrameError
from hardware.laptops.keys import BenchKeys
from hardware.laptops.link import Link
from hardware.laptops.network import AgentListener, NetworkDock
from hardware.laptops.serial_line import SerialDock
from tests.hardware.laptops.stand_in import LineLaptop, StandIn, StreamEnd, client_context, dial, pair

NOW = datetime(2026, 11, 30, tzinfo=UTC)


class Coming:
    """What a dock has told so far, and what it tells next."""

    def __init__(self, comings: AsyncGenerator[Link | Away, None]) -> None:
        self._comings = comings
        self.last: Link | None = None

    async def next(self) -> Link | Away:
        return await anext(self._comings)

    async def link(self) -> Link:
        """The next laptop."""
        async for there in self._comings:
            if not isinstance(there, Away):
                self.last = there
                return there
        raise AssertionError("the dock is closed")

    async def close(self) -> None:
        await self._comings.aclose()

    async def away(self) -> str:
        """The sentence with which the laptop is away next."""
        async for there in self._comings:
            if isinstance(there, Away):
                return there.sentence
        raise AssertionError("the dock is closed")


@asynccontextmanager
async def waiting_at(dock: Dock | Berth) -> AsyncIterator[Coming]:
    async with aclosing(dock.comings()) as comings:
        coming = Coming(comings)
        assert isinstance(await coming.next(), Away)
        yield coming


@asynccontextmanager
async def background(work: Awaitable[Any]) -> AsyncIterator[asyncio.Task[Any]]:
    """The work goes on meanwhile, and is ended."""
    task = asyncio.ensure_future(work)
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


class PairBench:
    """One place that is reached over local pairs."""

    def __init__(self, patience: Patience | None = None) -> None:
        self.berth = Berth("pair", "bench", 3, patience or Patience())
        self._serving: set[asyncio.Task[None]] = set()

    async def plug(self) -> StreamEnd:
        """A new line to the bench: the laptop's end of it."""
        ours, theirs = await pair()
        self._serving.add(asyncio.create_task(self._serve(ours)))
        return theirs

    async def noticed(self) -> None:
        """Until the bench has noticed that every line is cut."""
        await asyncio.gather(*self._serving)

    async def _serve(self, carrier: Carrier) -> None:
        connection = Connection(carrier)
        with suppress(FrameError, ConnectionEnded):
            hello = await connection.hello()
            await self.berth.serve(hello, hello.stick, connection)
        connection.close()

    async def close(self) -> None:
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)


@asynccontextmanager
async def pair_bench(patience: Patience | None = None) -> AsyncIterator[tuple[PairBench, Coming]]:
    bench = PairBench(patience)
    try:
        async with waiting_at(bench.berth) as coming:
            yield bench, coming
    finally:
        await bench.close()


class NetworkBench:
    """A listener on 127.0.0.1 and a stick's keys."""

    def __init__(self, folder: Path, patience: Patience | None = None) -> None:
        self.folder = folder
        self.keys = BenchKeys.open(folder / "keys", "bench 7", NOW)
        self.context = client_context(self.keys.issue_stick("s1"), folder / "stick")
        self.listener = AgentListener("127.0.0.1", 0, self.keys, "bench 7", patience)

    async def plug(self) -> StreamEnd:
        return await dial(self.listener.port, self.context)

    def dock(self, slot: int) -> NetworkDock:
        return NetworkDock(self.listener, slot)


@asynccontextmanager
async def network_bench(folder: Path, patience: Patience | None = None) -> AsyncIterator[NetworkBench]:
    bench = NetworkBench(folder, patience)
    await bench.listener.start()
    try:
        yield bench
    finally:
        await bench.listener.close()


class PtyLine:
    """A serial line: a pty whose path the bench opens, and the laptop at its other end."""

    def __init__(self) -> None:
        self.master, self.slave = os.openpty()
        tty.setraw(self.slave)
        self.path = os.ttyname(self.slave)

    def laptop(self) -> LineLaptop:
        return LineLaptop(self.master)

    def close(self) -> None:
        os.close(self.master)
        os.close(self.slave)


# ---- links of the contract -------------------------------------------------------------------------------

Plug = Callable[[], Awaitable[Carrier]]


@asynccontextmanager
async def over_a_pair(laptop: StandIn) -> AsyncIterator[Link]:
    async with pair_bench() as (bench, coming), background(laptop.serve(await bench.plug())):
        yield await coming.link()


@asynccontextmanager
async def over_tls(laptop: StandIn, folder: Path) -> AsyncIterator[Link]:
    async with (
        network_bench(folder) as bench,
        waiting_at(bench.dock(1)) as coming,
        background(laptop.serve(await bench.plug())),
    ):
        yield await coming.link()


@asynccontextmanager
async def over_a_pty(laptop: StandIn) -> AsyncIterator[Link]:
    line = PtyLine()
    try:
        async with waiting_at(SerialDock(line.path)) as coming, background(laptop.serve(line.laptop())):
            yield await coming.link()
    finally:
        line.close()
