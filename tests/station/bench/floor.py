"""A bench for tests: the real engine, store and workers, with laptops that a test can hold still."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from checks.catalogue import shapes
from hardware.evidence.bundle import Item, ProbeName, make_item
from hardware.laptops.dock import Away, Dock, FixedDock
from hardware.laptops.exercises import item_of
from hardware.laptops.link import CaptureStarted, ExerciseOrder, LaptopPage, Link, LinkLost, Progress
from specs.profiles import load_library
from station.bench.docks import Docks, ListenAddress, RealDocks
from station.bench.engine import Engine
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


def item_by(order: ExerciseOrder, measured: object = None) -> Item:
    """What the probe gives for an order."""
    said = {
        "exercise": order.name,
        "version": 1,
        "arguments": order.arguments,
        "seconds": 1.5,
        "restored": None,
        "measured": {} if measured is None else measured,
    }
    return make_item(item_of(order.name), json.dumps(said).encode(), source="test")


class PlainLaptop:
    """What the laptops of the tests have in common. `exercised` are the orders that came, `pages` what was shown."""

    def __init__(self, name: str = "plain laptop", *, live: bool = True) -> None:
        self.name = name
        self.identity = f"start of {name}"
        self.live = live
        self.narrow = False
        self.exercised: list[ExerciseOrder] = []
        self.finished: list[str] = []
        self.pages: list[LaptopPage] = []
        self.attempts: list[bool] = []
        self.left = asyncio.Event()
        """Set: it is away for good."""

    def busy(self, busy: bool) -> None:
        self.attempts.append(busy)

    async def lost(self) -> str:
        await self.left.wait()
        return "the laptop went away, and did not come back"

    async def collect(self, *, fast: bool = False) -> AsyncGenerator[CaptureStarted | Item, None]:
        yield CaptureStarted("id", "2026-11-24T11:00:00.000Z", ProbeName("test", "1"), ())

    async def exercise(self, order: ExerciseOrder) -> AsyncGenerator[Progress | Item, None]:
        self.exercised.append(order)
        yield Progress("started")
        yield make_item(item_of(order.name), b"", source="test", error="nothing is exercised here")

    def finish(self, name: str) -> None:
        self.finished.append(name)

    async def show(self, page: LaptopPage) -> None:
        self.pages.append(page)


class HeldLaptop(PlainLaptop):
    """A laptop whose items come when the test says so. Closing it is counted, as a contract of `Link`."""

    def __init__(self, items: tuple[Item, ...] = ITEMS, *, vanishes: bool = False) -> None:
        super().__init__("held laptop")
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


class PlugDock:
    """A dock whose laptop comes and goes when the test says so."""

    def __init__(self, link: Link | None = None) -> None:
        self.name = "test dock"
        self._told: asyncio.Queue[Link | Away] = asyncio.Queue()
        self._there: Link | Away = link or Away()
        self.closed = False

    def plug(self, link: Link) -> None:
        self._told.put_nowait(link)

    def unplug(self, sentence: str = "") -> None:
        self._told.put_nowait(Away(sentence))

    async def comings(self) -> AsyncGenerator[Link | Away, None]:
        try:
            yield self._there
            while True:
                self._there = await self._told.get()
                yield self._there
        finally:
            self.closed = True


class TestDocks:
    """Docks by the names that a test gives them; a laptop alone never leaves."""

    __test__ = False

    def __init__(self, laptops: dict[str, Link | PlugDock]) -> None:
        self._laptops = laptops
        self.addresses: list[ListenAddress] = []
        self.closed = False

    def dock(self, laptop: str, slot: int) -> Dock:
        found = self._laptops[laptop]
        return found if isinstance(found, PlugDock) else FixedDock(found)

    async def listen_on(self, address: ListenAddress) -> None:
        self.addresses.append(address)

    async def close(self) -> None:
        self.closed = True


@asynccontextmanager
async def open_floor(
    folder: Path,
    laptops: Mapping[str, Link | PlugDock] | None = None,
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
    docks: Docks = TestDocks(dict(laptops)) if laptops is not None else RealDocks(folder / "links", "bench 7")
    engine = Engine(keeper, load_library(shapes()), clock, "anna", events.append, docks)
    await engine.start("bench 7")
    try:
        yield Floor(engine, events)
    finally:
        if abandon:
            for slot in engine._slots.values():
                await slot.abandon()
                await slot.close()
        else:
            await engine.handle(Quit(now=True))
            await engine.closed.wait()
        await keeper.close()
