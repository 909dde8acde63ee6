"""A bench for tests: the real engine, store and workers, with laptops that a test can hold still."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from checks.catalogue import shapes
from hardware.evidence.bundle import Item, ProbeName, make_item
from hardware.laptops.link import CaptureStarted, Link, LinkLost
from specs.profiles import load_library
from station.bench.engine import Engine, link_for
from station.bench.keeper import Keeper
from station.bench.protocol import Event, Quit, Scan, ScanAnswer, SlotChanged, SlotState, Stage
from station.clock import SYSTEM_CLOCK, Clock
from station.store.bench_store import BenchStore

E = TypeVar("E")

ITEMS = (
    make_item("cpu", b"processor\t: 0\nvendor_id\t: GenuineIntel\n"),
    make_item("memory", b"MemTotal: 4000000 kB\n"),
)


def _set(store: BenchStore, name: str, value: str) -> None:
    store.set_setting(name, value)


class HeldLaptop:
    """A laptop whose items come when the test says so. Closing it is counted, as a contract of `Link`."""

    def __init__(self, items: tuple[Item, ...] = ITEMS, *, vanishes: bool = False) -> None:
        self.name = "held laptop"
        self.live = True
        self.gate = asyncio.Event()
        self.closed = 0
        self._items = items
        self._vanishes = vanishes

    async def collect(self, *, fast: bool = False) -> AsyncGenerator[CaptureStarted | Item, None]:
        try:
            yield CaptureStarted("id", "2026-11-24T11:00:00.000Z", ProbeName("test", "1"), ("cpu", "memory"))
            yield self._items[0]
            await self.gate.wait()
            if self._vanishes:
                raise LinkLost("the laptop went away in the middle of the capture")
            for item in self._items[1:]:
                yield item
        finally:
            self.closed += 1


class Floor:
    """The engine and what it said."""

    def __init__(self, engine: Engine, events: list[Event]) -> None:
        self.engine = engine
        self.events = events

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    def slot(self, number: int = 1) -> SlotState:
        return next(slot for slot in self.engine.state().slots if slot.number == number)

    async def scan(self, text: str) -> ScanAnswer:
        await self.engine.handle(Scan(text))
        return self.of(ScanAnswer)[-1]

    async def until(self, wanted: Callable[[], bool], seconds: float = 20) -> None:
        async with asyncio.timeout(seconds):
            while not wanted():
                await asyncio.sleep(0.005)

    async def until_stage(self, stage: Stage, number: int = 1) -> SlotState:
        await self.until(lambda: self.slot(number).stage is stage)
        return self.slot(number)

    async def until_serial(self, serial: str, number: int = 1) -> SlotState:
        """The slot once it has a verdict on that laptop."""
        await self.until(lambda: self.slot(number).serial == serial and self.slot(number).stage is Stage.DONE)
        return self.slot(number)

    def stages(self, number: int = 1) -> list[Stage]:
        seen: list[Stage] = []
        for event in self.of(SlotChanged):
            if event.slot.number == number and (not seen or seen[-1] is not event.slot.stage):
                seen.append(event.slot.stage)
        return seen


@asynccontextmanager
async def open_floor(
    folder: Path,
    laptops: dict[str, Link] | None = None,
    settings: dict[str, str] | None = None,
    clock: Clock = SYSTEM_CLOCK,
    *,
    abandon: bool = False,
) -> AsyncIterator[Floor]:
    """A bench over the store in `folder`. `abandon` leaves it as a killed engine would."""
    keeper = Keeper(folder / "bench.sqlite", clock)
    await keeper.open()
    for name, value in (settings or {}).items():
        await keeper.ask(partial(_set, name=name, value=value))
    events: list[Event] = []
    links = laptops.__getitem__ if laptops is not None else link_for
    engine = Engine(keeper, load_library(shapes()), clock, "anna", events.append, links)
    await engine.start("bench 7")
    try:
        yield Floor(engine, events)
    finally:
        if abandon:
            for slot in engine._slots.values():
                await slot.abandon()
                await slot.worker.stop()
        else:
            await engine.handle(Quit(now=True))
            await engine.closed.wait()
        await keeper.close()
