"""A bench for tests: the real engine, store and workers, with laptops that a test can hold still."""

from __future__ import annotations

import asyncio
import json
import struct
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
from hardware.scanners.scanner import Code
from specs.profiles import load_library
from station.bench.docks import Docks, ListenAddress, RealDocks
from station.bench.engine import Engine
from station.bench.keeper import Keeper
from station.bench.protocol import (
    Answering,
    Event,
    FocusSlot,
    Press,
    Quit,
    Scan,
    ScanAnswer,
    Seen,
    SlotChanged,
    SlotState,
    Stage,
    View,
)
from station.bench.start import Start
from station.bench.views.view import BenchView
from station.clock import SYSTEM_CLOCK, Clock
from station.store.bench_store import BenchStore
from station.store.journal import KeptLabel, ScanFate

E = TypeVar("E")

ITEMS = (
    make_item("cpu", b"processor\t: 0\nvendor_id\t: GenuineIntel\n"),
    make_item("memory", b"MemTotal: 4000000 kB\n"),
)


def smbios_item(serial: str, version: str = "1.0") -> Item:
    """The firmware's table of a laptop with that serial; another `version` is the same laptop with other firmware."""

    def structure(kind: int, body: bytes, *strings: str) -> bytes:
        text = b"".join(one.encode() + b"\0" for one in strings) or b"\0"
        return struct.pack("<BBH", kind, len(body) + 4, kind) + body + text + b"\0"

    uuid = bytes.fromhex("11223344556677889900aabbccddeeff")
    bios = structure(0, bytes((1, 2, 0, 0, 3, 0)) + bytes(12), "Example Ltd", version, "01/02/2024")
    system = structure(1, bytes((1, 2, 0, 3)) + uuid + bytes((6, 0, 0)), "Example Ltd", "Model 1", serial)
    chassis = structure(3, bytes((1, 10, 0, 0, 0)) + bytes(8), "Example Ltd")
    module = bytes(8) + struct.pack("<H", 8192) + bytes((0, 0, 1, 0, 0x1A)) + bytes(2)
    module += struct.pack("<H", 2667) + bytes((2, 3, 0, 4, 0)) + bytes(6)
    memory = structure(17, module, "Slot A", "Example", "M1234567", "PART-1")
    table = bios + system + chassis + memory + structure(127, b"")
    entry = b"_SM3_\0" + bytes((24, 3, 2, 0, 1, 0)) + struct.pack("<IQ", len(table), 0x7F000000)
    return make_item("smbios", entry + table, source="test")


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
    """What the laptops of the tests have in common. `exercised` are the orders that came, `pages` what was shown.

    With a `serial` its firmware says who it is.
    """

    def __init__(self, name: str = "plain laptop", *, live: bool = True, serial: str = "") -> None:
        self.name = name
        self.table = smbios_item(serial) if serial else None
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

    def started(self, *expected: str) -> CaptureStarted:
        """How its captures begin; the table is the first item, as it is of every real one."""
        table = ("smbios",) if self.table is not None else ()
        return CaptureStarted("id", "2026-11-24T11:00:00.000Z", ProbeName("test", "1"), (*table, *expected))

    async def named(self, *expected: str) -> AsyncGenerator[CaptureStarted | Item, None]:
        """The beginning of a capture, as far as it says who the laptop is."""
        yield self.started(*expected)
        if self.table is not None:
            yield self.table

    async def collect(self, *, fast: bool = False) -> AsyncGenerator[CaptureStarted | Item, None]:
        async for one in self.named():
            yield one

    async def exercise(self, order: ExerciseOrder) -> AsyncGenerator[Progress | Item, None]:
        self.exercised.append(order)
        yield Progress("started")
        yield make_item(item_of(order.name), b"", source="test", error="nothing is exercised here")

    def finish(self, name: str) -> None:
        self.finished.append(name)

    async def show(self, page: LaptopPage) -> None:
        self.pages.append(page)


class HeldLaptop(PlainLaptop):
    """A laptop whose items come when the test says so; who it is, it says at once. Closing a capture is counted, as a
    contract of `Link`.
    """

    def __init__(self, items: tuple[Item, ...] = ITEMS, *, vanishes: bool = False, serial: str = "") -> None:
        super().__init__("held laptop", serial=serial)
        self.gate = asyncio.Event()
        self.closed = 0
        self._items = items
        self._vanishes = vanishes

    async def collect(self, *, fast: bool = False) -> AsyncGenerator[CaptureStarted | Item, None]:
        try:
            async for one in self.named("cpu", "memory"):
                yield one
            if fast:
                return
            yield self._items[0]
            await self.gate.wait()
            if self._vanishes:
                raise LinkLost("the laptop went away in the middle of the capture")
            for item in self._items[1:]:
                yield item
        finally:
            self.closed += 0 if fast else 1


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

    async def kept(self, serial: str) -> KeptLabel:
        """A label of that serial as the journal has it, ready for an attempt."""

        def keep(store: BenchStore) -> KeptLabel:
            label = store.journal.keep((Code(serial),), "wedge")
            return store.journal.settle(label, ScanFate.KEPT, serial=serial)

        return await self.engine._keeper.ask(keep)

    async def begin(self, serial: str, start: Start = Start(), number: int = 1) -> None:  # noqa: B008
        """Begins an attempt as the desk does, whatever the laptop says of itself."""
        profile = self.engine.judged_by
        assert not isinstance(profile, str), profile
        self.engine.slots[number].begin(await self.kept(serial), profile, "anna", start)

    async def press(self, verb: str, choice: int = 0, number: int = 1) -> ScanAnswer:
        """A key, pressed at what a screen shows of a slot; what came of it."""
        await self.engine.handle(FocusSlot(number))
        slot = self.slot(number)
        if slot.question:
            await self.engine.handle(Seen(number, slot.attempt_id, slot.turn))
        await self.engine.handle(Press(verb, number, slot.attempt_id, slot.turn, choice))
        return self.of(ScanAnswer)[-1]

    async def until_asks(self, answering: Answering, number: int = 1) -> SlotState:
        """The slot once it asks something that is answered so."""
        await self.until(lambda: self.slot(number).question != "" and self.slot(number).guide.answering is answering)
        return self.slot(number)

    async def until_stage(self, stage: Stage, number: int = 1) -> SlotState:
        """The slot once it is there; where it is ready, once its laptop has said who it is."""
        slot = self.engine.slots[number]
        await self.until(
            lambda: self.slot(number).stage is stage and (stage is not Stage.READY or slot.who is not None)
        )
        return self.slot(number)

    async def until_asked(self) -> None:
        """Until every laptop that is there has said who it is, or that it does not."""
        await self.until(lambda: all(slot.who is not None for slot in self.engine.slots.values() if slot.free))

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
    asked: bool = True,
    views: Mapping[View, BenchView] | None = None,
) -> AsyncIterator[Floor]:
    """A bench over the store in `folder`. `abandon` leaves it as a killed engine would. `asked`: it begins once every
    laptop that is there has been asked who it is.
    """
    keeper = Keeper(folder / "bench.sqlite", clock)
    await keeper.open()
    for name, value in (settings or {}).items():
        await keeper.ask(partial(_set, name=name, value=value))
    events: list[Event] = []
    docks: Docks = TestDocks(dict(laptops)) if laptops is not None else RealDocks(folder / "links", "bench 7")
    engine = Engine(keeper, load_library(shapes()), clock, "anna", events.append, docks, views=views)
    await engine.start("bench 7")
    floor = Floor(engine, events)
    if asked:
        await floor.until_asked()
    try:
        yield floor
    finally:
        if abandon:
            for slot in engine._slots.values():
                await slot.abandon()
                await slot.close()
        else:
            await engine.handle(Quit(now=True))
            await engine.closed.wait()
        await keeper.close()
