"""The engine's own scanners: from many threads into one loop, each reading once and in order, whatever they do."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hardware.scanners.scanner import Code, Condition, Garbled, Heard, Scanner, ScannerState, Tell, Told
from hardware.simulated.pty_scanner import PtyScanner
from station.bench import scanners as scanners_module
from station.bench import wording
from station.bench.protocol import DeviceLine
from station.bench.scanners import ScannerRefused, Scanners, scanner_for

PATIENCE_S = 20
READY = Condition("hand scanner", ScannerState.READY, "It is ready.")
AWAY = Condition("hand scanner", ScannerState.AWAY, "It is not there.")


class HandScanner:
    """A `Scanner` that tells what the test wants, from a thread of its own, until it is stopped."""

    def __init__(self, name: str = "hand scanner") -> None:
        self.name = name
        self.starts = 0
        self.stops = 0
        self.stops_slowly = threading.Event()
        self.stops_slowly.set()
        self._tell: Tell | None = None
        self._lock = threading.Lock()

    def start(self, tell: Tell) -> None:
        self.starts += 1
        with self._lock:
            self._tell = tell

    def stop(self) -> None:
        self.stops += 1
        self.stops_slowly.wait(PATIENCE_S)
        with self._lock:
            self._tell = None

    def tell(self, *told: Told) -> None:
        """From this thread, as a scanner does; nothing once it is stopped."""
        for one in told:
            with self._lock:
                if self._tell is not None:
                    self._tell(one)

    def scan(self, *texts: str) -> None:
        self.tell(*(Heard(self.name, (Code(text),)) for text in texts))


class Bench:
    """What the engine is to `Scanners`: it hears, and is told how they are."""

    def __init__(self) -> None:
        self.heard: list[Heard | Garbled] = []
        self.lines: tuple[DeviceLine, ...] = ()
        self.shown = 0
        self.threads: set[int] = set()
        self.fails_at = ""
        self.busy = asyncio.Event()
        self.busy.set()
        self.made: dict[str, Scanner] = {}
        self.scanners: Scanners

    @property
    def texts(self) -> list[str]:
        return [one.codes[0].text for one in self.heard if isinstance(one, Heard)]

    async def take(self, told: Heard | Garbled) -> None:
        await self.busy.wait()
        self.threads.add(threading.get_ident())
        self.heard.append(told)
        if isinstance(told, Heard) and told.codes[0].text == self.fails_at:
            raise RuntimeError("a defect")

    def show(self, lines: tuple[DeviceLine, ...]) -> None:
        self.threads.add(threading.get_ident())
        self.lines = lines
        self.shown += 1

    def make(self, text: str) -> Scanner:
        if text not in self.made:
            raise ScannerRefused(f"{text} names no scanner.")
        return self.made[text]

    async def until(self, wanted: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not wanted():
                await asyncio.sleep(0.005)


@asynccontextmanager
async def bench(**made: HandScanner) -> AsyncIterator[Bench]:
    """A bench that can make these scanners: `serial_auto` is "serial:auto"."""
    one = Bench()
    one.made = {name.replace("_", ":"): scanner for name, scanner in made.items()}
    one.scanners = Scanners(one.take, one.show, one.make)
    try:
        yield one
    finally:
        one.busy.set()
        await one.scanners.stop()


async def in_threads(*works: Callable[[], None]) -> None:
    await asyncio.gather(*(asyncio.to_thread(work) for work in works))


async def test_readings_of_a_thread_are_heard_in_its_order_each_once_in_the_loops_thread() -> None:
    one, two = HandScanner("one"), HandScanner("two")
    async with bench(one=one, two=two) as floor:
        await floor.scanners.use(1, "one")
        await floor.scanners.use(2, "two")
        texts = [f"PF{number:05d}" for number in range(400)]
        await in_threads(lambda: one.scan(*texts), lambda: two.scan(*texts))
        await floor.until(lambda: len(floor.heard) >= 800)
        for name in ("one", "two"):
            told = [told.codes[0].text for told in floor.heard if isinstance(told, Heard) and told.scanner == name]
            assert told == texts
        assert floor.threads == {threading.get_ident()}


async def test_what_came_garbled_is_heard_in_its_place() -> None:
    scanner = HandScanner()
    garbled = Garbled("hand scanner", "\x00\xff", "That was noise.")
    async with bench(one=scanner) as floor:
        await floor.scanners.use(1, "one")
        scanner.scan("A")
        scanner.tell(garbled)
        scanner.scan("B")
        await floor.until(lambda: len(floor.heard) == 3)
        assert floor.heard[1] == garbled


async def test_a_busy_bench_loses_nothing_and_hears_one_at_a_time() -> None:
    scanner = HandScanner()
    async with bench(one=scanner) as floor:
        await floor.scanners.use(1, "one")
        floor.busy.clear()
        texts = [f"PF{number:05d}" for number in range(50)]
        await asyncio.to_thread(scanner.scan, *texts)
        await asyncio.sleep(0)
        assert floor.heard == []
        floor.busy.set()
        await floor.until(lambda: len(floor.heard) == 50)
        assert floor.texts == texts


async def test_a_scanner_that_is_replaced_is_stopped_and_tells_nothing_any_more() -> None:
    old, new = HandScanner("old"), HandScanner("new")
    async with bench(one=old, two=new) as floor:
        await floor.scanners.use(1, "one")
        old.tell(Condition("old", ScannerState.READY, "It is ready."))
        old.scan("TOLD BEFORE")
        await floor.scanners.use(1, "two")
        assert (old.starts, old.stops, new.starts, new.stops) == (1, 1, 1, 0)
        old.scan("TOLD AFTER")
        old.tell(Condition("old", ScannerState.FAULT, "It is broken."))
        new.scan("NEW")
        await floor.until(lambda: "NEW" in floor.texts)
        assert floor.texts == ["TOLD BEFORE", "NEW"]
        assert floor.lines == ()


async def test_a_condition_that_a_replaced_scanner_had_told_already_is_not_shown() -> None:
    """It was on its way into the loop when the scanner was replaced."""
    old, new = HandScanner("old"), HandScanner("new")
    async with bench(one=old, two=new) as floor:
        await floor.scanners.use(1, "one")
        old.stops_slowly.clear()
        replacing = asyncio.create_task(floor.scanners.use(1, "two"))
        await floor.until(lambda: old.stops == 1)
        old.tell(Condition("old", ScannerState.FAULT, "It is broken."))
        old.scan("LAST")
        old.stops_slowly.set()
        await replacing
        await floor.until(lambda: floor.texts == ["LAST"])
        assert floor.lines == ()


async def test_two_changes_of_one_place_at_once_leave_one_scanner_listening() -> None:
    first, second, third = HandScanner("first"), HandScanner("second"), HandScanner("third")
    async with bench(one=first, two=second, three=third) as floor:
        await floor.scanners.use(1, "one")
        first.stops_slowly.clear()
        changes = [asyncio.create_task(floor.scanners.use(1, name)) for name in ("two", "three")]
        await floor.until(lambda: first.stops == 1)
        first.stops_slowly.set()
        await asyncio.gather(*changes)
        listening = [one.starts - one.stops for one in (first, second, third)]
        assert sum(listening) == 1
        assert third.starts - third.stops == 1


async def test_a_text_that_names_no_scanner_changes_nothing() -> None:
    scanner = HandScanner()
    async with bench(one=scanner) as floor:
        await floor.scanners.use(1, "one")
        with pytest.raises(ScannerRefused):
            await floor.scanners.use(1, "nonsense")
        assert scanner.stops == 0
        scanner.scan("PF1A2B3C")
        await floor.until(lambda: floor.texts == ["PF1A2B3C"])


async def test_an_empty_text_takes_the_scanner_and_its_line_away() -> None:
    scanner = HandScanner()
    async with bench(one=scanner) as floor:
        await floor.scanners.use(1, "one")
        scanner.tell(READY)
        await floor.until(lambda: len(floor.lines) == 1)
        await floor.scanners.use(1, "")
        assert (scanner.stops, floor.lines) == (1, ())
        await floor.scanners.use(3, "")


async def test_each_place_has_its_lines_in_the_order_of_the_places_and_clean() -> None:
    one, two = HandScanner("one"), HandScanner("two")
    async with bench(one=one, two=two) as floor:
        await floor.scanners.use(2, "two")
        await floor.scanners.use(1, "one")
        two.tell(Condition("two", ScannerState.BLIND, "\x1b[31mGo closer.\u202e"))
        one.tell(Condition("one", ScannerState.READY, "It is ready."))
        await floor.until(lambda: len(floor.lines) == 2)
        assert floor.lines == (
            DeviceLine("scanner", "one", "ready", "It is ready."),
            DeviceLine("scanner", "two", "blind", "[31mGo closer."),
        )


async def test_no_serial_scanner_is_not_missed_until_one_was_there() -> None:
    scanner = HandScanner()
    async with bench(serial_auto=scanner) as floor:
        await floor.scanners.use(1, "serial:auto")
        shown = floor.shown
        scanner.tell(AWAY)
        await floor.until(lambda: floor.shown > shown)
        assert floor.lines == ()
        scanner.tell(READY)
        await floor.until(lambda: [line.state for line in floor.lines] == ["ready"])
        scanner.tell(AWAY)
        await floor.until(lambda: [line.state for line in floor.lines] == ["away"])


async def test_a_fault_is_shown_though_the_scanner_was_never_ready() -> None:
    scanner = HandScanner()
    async with bench(serial_auto=scanner) as floor:
        await floor.scanners.use(1, "serial:auto")
        scanner.tell(Condition("hand scanner", ScannerState.FAULT, "Not permitted."))
        await floor.until(lambda: [line.state for line in floor.lines] == ["fault"])


async def test_a_scanner_that_was_named_is_missed_at_once() -> None:
    scanner = HandScanner()
    async with bench(one=scanner) as floor:
        await floor.scanners.use(1, "one")
        scanner.tell(AWAY)
        await floor.until(lambda: [line.state for line in floor.lines] == ["away"])


async def test_a_flood_is_cut_and_said_once_until_the_scanner_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanners_module, "LONGEST_QUEUE", 20)
    flooding, calm = HandScanner("flooding"), HandScanner("calm")
    async with bench(one=flooding, two=calm) as floor:
        await floor.scanners.use(1, "one")
        floor.busy.clear()
        shown = floor.shown
        flooding.scan(*(f"PF{number:05d}" for number in range(500)))
        await floor.until(lambda: bool(floor.lines))
        await asyncio.sleep(0.05)
        assert floor.lines == (DeviceLine("scanner", "", "fault", wording.FLOODED),)
        assert floor.shown == shown + 1
        floor.busy.set()
        # One is already in the bench's hands while twenty wait.
        await floor.until(lambda: len(floor.heard) >= 20)
        flooding.scan("THE NEXT ONE")
        await floor.until(lambda: "THE NEXT ONE" in floor.texts)
        assert len(floor.heard) <= 22
        assert floor.texts[:20] == [f"PF{number:05d}" for number in range(20)]
        await floor.scanners.use(1, "two")
        assert not floor.lines


async def test_a_defect_in_the_hearing_does_not_end_the_listening(capsys: pytest.CaptureFixture[str]) -> None:
    scanner = HandScanner()
    async with bench(one=scanner) as floor:
        floor.fails_at = "BAD"
        await floor.scanners.use(1, "one")
        scanner.scan("GOOD", "BAD", "BETTER")
        await floor.until(lambda: floor.texts == ["GOOD", "BAD", "BETTER"])
    assert "RuntimeError: a defect" in capsys.readouterr().err


async def test_stop_lets_every_scanner_go_and_hands_over_what_was_told() -> None:
    one, two = HandScanner("one"), HandScanner("two")
    async with bench(one=one, two=two) as floor:
        await floor.scanners.use(1, "one")
        await floor.scanners.use(4, "two")
        floor.busy.clear()
        one.scan("A")
        two.scan("B")
        stopping = asyncio.create_task(floor.scanners.stop())
        await floor.until(lambda: one.stops == two.stops == 1)
        assert not stopping.done()
        floor.busy.set()
        await stopping
        assert sorted(floor.texts) == ["A", "B"]


@pytest.mark.parametrize(
    "text", ["", "nonsense", "serial", "serial:", "serial:COM1", "camera:", "camera:rtsp://x", "\x1b[2J", "usb:1"]
)
def test_what_names_no_scanner_is_refused_in_one_clean_sentence(text: str) -> None:
    with pytest.raises(ScannerRefused) as refused:
        scanner_for(text)
    sentence = str(refused.value)
    assert sentence.isprintable()
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("serial:auto", "serial scanner"),
        ("serial:/dev/ttyUSB0?baud=115200", "serial scanner /dev/ttyUSB0"),
        ("serial:usb:0c2e:0720", "serial scanner 0c2e:0720"),
        ("camera:0", "camera 0"),
        ("camera:http://127.0.0.1:8080/stream", "camera http://127.0.0.1:8080/stream"),
    ],
)
def test_a_setting_names_a_scanner(text: str, name: str) -> None:
    assert scanner_for(text).name == name


async def test_a_real_serial_scanner_is_heard_pulled_out_and_let_go(tmp_path: Path) -> None:
    floor = Bench()
    floor.scanners = Scanners(floor.take, floor.show)
    with PtyScanner(tmp_path / "ttyScanner") as scanner:
        await floor.scanners.use(1, f"serial:{scanner.path}")
        await floor.until(lambda: states(floor.lines) == ["ready"])
        texts = [f"PF1A2B{number:02d}" for number in range(50)]
        await asyncio.to_thread(scanner.send, "".join(f"{text}\r" for text in texts).encode())
        await floor.until(lambda: len(floor.heard) >= 50)
        assert floor.texts == texts
        scanner.unplug()
        await floor.until(lambda: states(floor.lines) == ["away"])
        scanner.plug()
        await floor.until(lambda: states(floor.lines) == ["ready"])
        await floor.scanners.stop()
        # The port is free for others.
        await floor.scanners.use(1, "")
    assert floor.lines == ()


def states(lines: Sequence[DeviceLine]) -> list[str]:
    return [line.state for line in lines]
