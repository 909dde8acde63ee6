"""A label printer that speaks ZPL, over whichever wire.

Before a page is sent the printer is asked how it is (~HS); after it, until it says that the page came out. A printer
that never answers, as not every copy of ZPL does, prints all the same.

Each page begins with ~JX, "cancel current partially input format" (Zebra's ZPL II programming guide): what a line that
broke left of the page before would be printed into this one. Formats that are whole, held or printing, are not touched.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from hardware.printers.checking import refuse_unfit
from hardware.printers.host_status import BadStatus, HostStatus, parse_host_status
from hardware.printers.page import Page
from hardware.printers.printer import PrinterCondition, PrinterError, PrinterHolds, PrinterRefused
from hardware.printers.wires import Patience, Wire
from hardware.printers.wording import FAULTS, HOLDS, SILENT, STOPPED, UNSURE, WIRE
from hardware.printers.zpl import to_zpl

__all__ = ["ZplPrinter"]

_ASK: Final = b"~HS"
_CANCEL_HALF: Final = b"~JX"
_BETWEEN_ASKING: Final = 0.1


class ZplPrinter:
    """See `Printer`. One page at a time: calls from several threads wait for one another.

    `width_mm` is how wide its labels may be: what is wider would be cut off by the printer without a word.
    """

    def __init__(self, name: str, dpi: int, width_mm: float, connect: Callable[[], Wire], patience: Patience) -> None:
        self._name, self._dpi, self._width, self._connect, self._patience = name, dpi, width_mm, connect, patience
        self._one_at_a_time = threading.Lock()
        self._has_answered = False

    @property
    def name(self) -> str:
        return self._name

    @property
    def dots_per_inch(self) -> int:
        return self._dpi

    def condition(self) -> PrinterCondition:
        try:
            with self._wire() as wire:
                status = self._status(wire)
        except (PrinterError, PrinterRefused) as error:
            return PrinterCondition(False, str(error))
        if status is None:
            return PrinterCondition(True, SILENT.format(name=self._name), asked=False)
        fault = _fault(status)
        return PrinterCondition(not fault, fault)

    def print(self, page: Page, name: str) -> None:
        refuse_unfit(page, self._name, self._dpi, self._width)
        # It ends with its ^XZ: a line that breaks after that, and before a line's end, has sent the whole label.
        job = _CANCEL_HALF + to_zpl(page).rstrip()
        with self._wire() as wire:
            status = self._status(wire)
            if status is not None and (fault := _fault(status)):
                raise PrinterError(fault)
            wire.write(job)
            if status is not None:
                self._see_it_out(wire)

    @contextmanager
    def _wire(self) -> Iterator[Wire]:
        with self._one_at_a_time:
            wire = self._connect()
            try:
                yield wire
            finally:
                wire.close()

    def _status(self, wire: Wire) -> HostStatus | None:
        """What the printer says; None where it never said anything.

        Raises `PrinterError` for an answer that is none, and for a printer that answered before and is silent now.
        """
        answer = wire.ask(_ASK)
        if not answer and self._has_answered:
            answer = wire.ask(_ASK)
            if not answer:
                raise PrinterError(WIRE["fell_silent"].format(name=self._name))
        if not answer:
            return None
        try:
            status = parse_host_status(answer)
        except BadStatus as error:
            raise PrinterError(WIRE["garbled"].format(name=self._name)) from error
        self._has_answered = True
        return status

    def _see_it_out(self, wire: Wire) -> None:
        """Until nothing is held any more, or `Patience.finish` is over: a long queue before ours is no fault.

        Raises `PrinterHolds` for a fault that came while the page was in the printer, and for one that is told when
        nothing is held any more: a label whose paper ran out under it is no longer held either.
        """
        until = time.monotonic() + self._patience.finish
        while True:
            try:
                status = self._status(wire)
            except PrinterError as error:
                raise PrinterHolds(UNSURE.format(name=self._name)) from error
            if status is None:
                return
            # Its memory is full of what we sent: that is no fault while it prints.
            if fault := _fault(status, but="buffer_full"):
                raise PrinterHolds((HOLDS if status.busy else STOPPED).format(fault=fault))
            if not status.busy and not status.buffer_full:
                return
            if time.monotonic() > until:
                return
            time.sleep(_BETWEEN_ASKING)


def _fault(status: HostStatus, but: str = "") -> str:
    """The sentence for the first fault that the printer reports; empty where it is well."""
    return next((FAULTS[name] for name in FAULTS if name != but and getattr(status, name)), "")
