"""The bench's scanners and its printer: which the settings name, how they are, and choosing others while it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from hardware.printers.layout import LayoutError
from hardware.printers.layout_library import load_layout
from hardware.printers.opening import open_printer
from hardware.printers.spec import PrinterSpecRefused
from specs.text import clean
from station.bench import wording
from station.bench.companion_messages import PrintSaid
from station.bench.keeper import Keeper
from station.bench.labels import LABEL, PRINTER
from station.bench.protocol import DeviceLine, UseLabel, UsePrinter, UseScanner
from station.bench.scanners import MOST_SCANNERS, USUAL_SCANNERS, ScannerRefused, Scanners, scanner_for
from station.store.bench_store import BenchStore, StoreRefused

__all__ = ["Devices"]

NONE: Final = "none"
"""The setting of a place where nothing is listened to, by choice."""

_STATES: Final = {"ok": "ready", "trouble": "fault"}


class Devices:
    """One bench's devices. `refuse` tells the one who asked why not; `show` is called when a line has changed."""

    def __init__(self, keeper: Keeper, refuse: Callable[[str], None], show: Callable[[], None]) -> None:
        self._keeper = keeper
        self._refuse = refuse
        self._show = show
        self._scanners: Scanners | None = None
        self._scanner_lines: tuple[DeviceLine, ...] = ()
        self._printer: PrintSaid | None = None

    @property
    def lines(self) -> tuple[DeviceLine, ...]:
        """Each device that is there or missed, and how it is."""
        said = self._printer
        if said is None or said.state not in _STATES:
            return self._scanner_lines
        printer = DeviceLine("printer", clean(said.printer, 60), _STATES[said.state], clean(said.sentence))
        return (*self._scanner_lines, printer)

    @property
    def labels_waiting(self) -> int:
        """How many labels are still to come out."""
        return self._printer.waiting if self._printer else 0

    @property
    def printer_in_trouble(self) -> bool:
        """True while the printer's own sentence says what is wrong with it."""
        return self._printer is not None and self._printer.state == "trouble"

    async def listen(self, scanners: Scanners) -> tuple[str, ...]:
        """Listens to the scanners of the settings; a sentence for each that cannot be used."""
        self._scanners = scanners
        problems = []
        for place in range(1, MOST_SCANNERS + 1):

            def setting(store: BenchStore, place: int = place) -> str:
                return store.setting(f"scanner.{place}", USUAL_SCANNERS.get(place, ""))

            text = await self._keeper.ask(setting)
            try:
                await scanners.use(place, "" if text == NONE else text)
            except ScannerRefused as error:
                problems.append(clean(str(error)))
        return tuple(problems)

    async def stop(self) -> None:
        """Lets the scanners go."""
        if self._scanners is not None:
            await self._scanners.stop()

    def scanners_changed(self, lines: tuple[DeviceLine, ...]) -> None:
        """How the scanners are now."""
        self._scanner_lines = lines
        self._show()

    def printer_said(self, said: PrintSaid) -> None:
        """How the printing of labels goes."""
        self._printer = said
        self._show()

    def printing_gone(self) -> None:
        """The process that prints has ended; it is started again. What waits goes on waiting."""
        said = self._printer
        if said is not None and said.state in _STATES:
            self._printer = PrintSaid("trouble", wording.PRINTING_STOPPED, said.waiting, said.printer, said.to_look_at)
            self._show()

    async def use_scanner(self, command: UseScanner) -> None:
        """Listens at a place to another scanner; it is kept before it counts."""
        if not 1 <= command.place <= MOST_SCANNERS:
            self._refuse(wording.no_such_place(command.place, MOST_SCANNERS))
            return
        try:
            if command.scanner:
                scanner_for(command.scanner)
            if await self.keep(f"scanner.{command.place}", command.scanner or NONE) and self._scanners is not None:
                await self._scanners.use(command.place, command.scanner)
        except ScannerRefused as error:
            self._refuse(clean(str(error)))

    async def use_printer(self, command: UsePrinter) -> bool:
        """Prints on another printer; True where it is kept."""
        try:
            if command.printer:
                open_printer(command.printer)
        except PrinterSpecRefused as error:
            self._refuse(clean(str(error)))
            return False
        return await self.keep(PRINTER, command.printer)

    async def use_label(self, command: UseLabel) -> None:
        """Prints another layout for each verdict."""
        try:
            layout = load_layout(command.layout)
        except LayoutError as error:
            self._refuse(clean(str(error)))
            return
        if layout.grid is not None:
            self._refuse(wording.no_label_layout(layout.name))
            return
        await self.keep(LABEL, command.layout)

    async def keep(self, name: str, value: str) -> bool:
        """Keeps a setting before it counts; False where the disk refuses, which the one who asked is told."""
        try:
            await self._keeper.ask(lambda store: store.set_setting(name, value))
        except StoreRefused:
            self._refuse(wording.NOT_SAVED)
            return False
        return True
