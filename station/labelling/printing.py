"""One step of the bench's printing: the job that waits longest, drawn, proven, sent to the printer, and settled.

It holds no loop and no pause: those are `station.bench.print_child`'s. The order is `begin`, then the printer, then
`done`: a death at any moment loses no label and prints none twice.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TypeAlias

import msgspec
from msgspec import Struct

from hardware.printers.drawing import draw_label
from hardware.printers.fields import LabelFields
from hardware.printers.layout import LayoutError
from hardware.printers.layout_library import load_layout
from hardware.printers.page import Page
from hardware.printers.printer import Printer, PrinterError, PrinterHolds, PrinterRefused
from hardware.printers.proving import prove
from station.bench.labels import PRINTER
from station.labelling import wording
from station.store.bench_store import BenchStore
from station.store.print_queue import PrintJob, PrintQueue

__all__ = ["OpenPrinter", "Printing", "Step", "StepState", "page_of"]

OpenPrinter: TypeAlias = Callable[[str], Printer]


class StepState(Enum):
    """How a step ended. `went_on`: a job left the queue, and there may be another. `idle`: nothing waits. `trouble`:
    the printer does not take the job, which waits. `off`: no printer is set."""

    WENT_ON = "went_on"
    IDLE = "idle"
    TROUBLE = "trouble"
    OFF = "off"


class Step(Struct, frozen=True):
    """What a step came to: what the printer is called, and its trouble in one sentence; blank where there is none."""

    state: StepState
    printer: str = ""
    sentence: str = ""


class Printing:
    """The one that prints a bench's labels. Methods raise `StoreRefused`; called again, they go on from there."""

    def __init__(self, store: BenchStore, open_printer: OpenPrinter) -> None:
        self.queue = PrintQueue(store, store.clock)
        self._store = store
        self._open = open_printer
        self._printer: tuple[str, Printer] | None = None
        self._page: tuple[str, int, Page] | None = None
        self._unsettled: Callable[[], bool] | None = None

    def recover(self) -> None:
        """Puts aside what a process before this one was printing when it died."""
        self.queue.recover(wording.DIED)

    def spec(self) -> str:
        """The printer that is set now."""
        return self._store.setting(PRINTER).strip()

    def standing(self) -> Step:
        """How things stand by what the queue knows: the printer is asked nothing, and may not answer for long."""
        spec = self.spec()
        if not spec:
            return Step(StepState.OFF)
        try:
            printer = self._opened(spec)
        except (PrinterError, PrinterRefused) as error:
            return Step(StepState.TROUBLE, spec, str(error))
        problem = self.queue.waiting().problem
        return Step(StepState.TROUBLE if problem else StepState.IDLE, printer.name, problem)

    def step(self) -> Step:
        """Prints the job that waits longest, or says why not."""
        self._settle()
        spec, job = self.spec(), self.queue.next_pending()
        if not spec:
            return Step(StepState.OFF)
        try:
            printer = self._opened(spec)
        except (PrinterError, PrinterRefused) as error:
            # The setting is wrong, not the label: labels wait until it is mended.
            return self._trouble(job, spec, str(error))
        if job is None:
            return Step(StepState.IDLE, printer.name)
        page = self._drawn(job, printer.dots_per_inch)
        if isinstance(page, str):
            self.queue.refuse(job.job_id, page)
            return Step(StepState.WENT_ON, printer.name)
        # Asked before the job is begun: a printer that is off must leave no job that may have come out or not.
        condition = printer.condition()
        if not condition.ready:
            return self._trouble(job, printer.name, condition.sentence)
        if not self.queue.begin(job.job_id):
            return Step(StepState.WENT_ON, printer.name)
        return self._print(job, printer, page)

    def _print(self, job: PrintJob, printer: Printer, page: Page) -> Step:
        step = Step(StepState.WENT_ON, printer.name)
        try:
            printer.print(page, f"{job.serial}-{job.job_id}")
        except PrinterHolds as error:
            step = Step(StepState.TROUBLE, printer.name, str(error))
            self._unsettled = lambda: self.queue.doubt(job.job_id, step.sentence)
        except PrinterError as error:
            step = Step(StepState.TROUBLE, printer.name, str(error))
            self._unsettled = lambda: self.queue.fail(job.job_id, step.sentence)
        except PrinterRefused as error:
            refusal = str(error)
            self._unsettled = lambda: self.queue.refuse(job.job_id, refusal)
        except Exception as error:
            # A defect of ours. How much was sent is not known, and no other label may wait for this one.
            problem = wording.defect(type(error).__name__)
            self._unsettled = lambda: self.queue.doubt(job.job_id, problem)
        else:
            self._unsettled = lambda: self.queue.done(job.job_id, step.printer)
        self._settle()
        return step

    def _settle(self) -> None:
        """Writes down how the last job ended, where the disk has refused it so far."""
        if self._unsettled is not None:
            self._unsettled()
            self._unsettled = None

    def _trouble(self, job: PrintJob | None, printer: str, sentence: str) -> Step:
        if job is not None and job.problem != sentence:  # each try would else be a write
            self.queue.fail(job.job_id, sentence)
        return Step(StepState.TROUBLE, printer, sentence)

    def _opened(self, spec: str) -> Printer:
        if self._printer is None or self._printer[0] != spec:
            self._printer = (spec, self._open(spec))
        return self._printer[1]

    def _drawn(self, job: PrintJob, dots_per_inch: int) -> Page | str:
        """The job's page, proven; or why it can never be printed. A job that waits for the printer is drawn once."""
        if self._page is not None and self._page[:2] == (job.job_id, dots_per_inch):
            return self._page[2]
        try:
            page = page_of(job, dots_per_inch)
        except PrinterRefused as error:
            return str(error)
        except Exception as error:
            # A defect of ours, before anything was sent: it must not stop the labels behind it.
            return wording.defect(type(error).__name__)
        self._page = (job.job_id, dots_per_inch, page)
        return page


def page_of(job: PrintJob, dots_per_inch: int) -> Page:
    """The page of a job, drawn and proven. Raises `PrinterRefused` with one sentence where it can never be printed."""
    try:
        fields = msgspec.json.decode(job.fields, type=LabelFields)
        layout = load_layout(job.layout)
    except msgspec.DecodeError as error:
        raise PrinterRefused(wording.BROKEN_FIELDS) from error
    except LayoutError as error:
        raise PrinterRefused(str(error)) from error
    page = draw_label(layout, fields, dots_per_inch)
    prove(page)
    return page
