"""The scanners that the engine itself listens to: serial ones and cameras. The keyboard wedge belongs to the screen.

Scanners tell from threads of their own; here everything comes into the engine's loop, one after the other, in order.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from typing import Final

from hardware.scanners.camera import CameraScanner
from hardware.scanners.camera_source import CameraRefused, parse_camera_spec
from hardware.scanners.scanner import Condition, Garbled, Heard, Scanner, ScannerState, Told
from hardware.scanners.serial_ports import SpecRefused, parse_serial_spec
from hardware.scanners.serial_scanner import SerialScanner
from specs.text import clean
from station.bench import wording
from station.bench.protocol import DeviceLine

__all__ = ["MOST_SCANNERS", "USUAL_SCANNERS", "ScannerRefused", "Scanners", "scanner_for"]

MOST_SCANNERS: Final = 4
"""Places for scanners at one bench. `serial:auto` takes any number of serial scanners at one of them."""
USUAL_SCANNERS: Final = {1: "serial:auto"}
"""What a bench listens to before anybody chooses: every serial scanner whose USB ids are known."""
LONGEST_QUEUE: Final = 5_000
"""Readings that may wait for the store: minutes of scanning as fast as a hand can; a flood is cut there."""


class ScannerRefused(ValueError):
    """The text names no scanner; one sentence."""


def scanner_for(text: str) -> Scanner:
    """The scanner that a setting names: "serial:SPEC" or "camera:SPEC". Raises `ScannerRefused`."""
    kind, _, spec = text.partition(":")
    try:
        if kind == "serial":
            return SerialScanner(parse_serial_spec(spec))
        if kind == "camera":
            return CameraScanner(parse_camera_spec(spec))
    except (SpecRefused, CameraRefused) as error:
        raise ScannerRefused(str(error)) from error
    raise ScannerRefused(wording.no_such_scanner(clean(text, 60)))


class Scanners:
    """The scanners at their places. `heard` takes each reading in the loop; `changed` is told how they all are."""

    def __init__(
        self,
        heard: Callable[[Heard | Garbled], Awaitable[None]],
        changed: Callable[[tuple[DeviceLine, ...]], None],
        make: Callable[[str], Scanner] = scanner_for,
    ) -> None:
        self._heard = heard
        self._changed = changed
        self._make = make
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[Heard | Garbled] = asyncio.Queue()
        self._places: dict[int, tuple[str, Scanner]] = {}
        self._conditions: dict[int, dict[str, Condition]] = {}
        self._been_ready: set[tuple[int, str]] = set()
        self._flooded = False
        self._changing = asyncio.Lock()
        self._task = asyncio.create_task(self._hand_over())

    async def use(self, place: int, text: str) -> None:
        """Listens at a place to another scanner, or to none. Raises `ScannerRefused`, and then nothing has changed."""
        scanner = self._make(text) if text else None
        # One at a time: of two at once for the same place, one would go on listening and nobody could stop it.
        async with self._changing:
            await self._let_go(place)
            # Another scanner is what was asked for; where it floods as well, that is said again.
            self._flooded = False
            if scanner is not None:
                self._places[place] = (text, scanner)
                self._conditions[place] = {}
                scanner.start(lambda told: self._tell(place, scanner, told))
            self._show()

    async def stop(self) -> None:
        """Lets every scanner go; what they have told already is still handed over."""
        async with self._changing:
            for place in tuple(self._places):
                await self._let_go(place)
        await self._queue.join()
        self._task.cancel()

    async def _let_go(self, place: int) -> None:
        _, scanner = self._places.pop(place, ("", None))
        self._conditions.pop(place, None)
        if scanner is not None:
            # It waits for a thread or a process to end.
            await asyncio.to_thread(scanner.stop)

    def _tell(self, place: int, scanner: Scanner, told: Told) -> None:
        """From the scanner's own thread."""
        self._loop.call_soon_threadsafe(self._told, place, scanner, told)

    def _told(self, place: int, scanner: Scanner, told: Told) -> None:
        if isinstance(told, Condition):
            if self._places.get(place, ("", None))[1] is scanner:
                if told.state is ScannerState.READY:
                    self._been_ready.add((place, told.scanner))
                self._conditions[place][told.scanner] = told
                self._show()
            return
        if self._queue.qsize() >= LONGEST_QUEUE:
            if not self._flooded:
                self._flooded = True
                self._show()
            return
        self._queue.put_nowait(told)

    async def _hand_over(self) -> None:
        while True:
            told = await self._queue.get()
            try:
                await self._heard(told)
            except Exception:
                traceback.print_exc()  # a defect of ours; the next reading must still be heard
            finally:
                self._queue.task_done()

    def _show(self) -> None:
        lines = [
            DeviceLine("scanner", clean(one.scanner, 60), one.state.value, clean(one.sentence))
            for place, conditions in sorted(self._conditions.items())
            for one in conditions.values()
            # A bench without a serial scanner works with its wedge: what was never there is not missed.
            if not (self._looks_for_any(place) and one.state is ScannerState.AWAY and not self._was_ready(place, one))
        ]
        if self._flooded:
            lines.append(DeviceLine("scanner", "", ScannerState.FAULT.value, wording.FLOODED))
        self._changed(tuple(lines))

    def _looks_for_any(self, place: int) -> bool:
        return self._places.get(place, ("", None))[0].startswith("serial:auto")

    def _was_ready(self, place: int, one: Condition) -> bool:
        return (place, one.scanner) in self._been_ready
