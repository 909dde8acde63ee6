"""The label printer as a child of the engine, so that a printer that is off or out of paper never holds up a scan.

    python -m station.bench.print_child STORE

Woken by a line on standard input, and looks by itself every two seconds; prints one JSON line (`PrintSaid`) whenever
there is something new to say. A trouble of the printer or of the disk is waited out.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from hardware.printers.opening import open_printer
from station.bench.companion_messages import PrintSaid
from station.bench.launch import hold_lock
from station.bench.lifeline import hold_on
from station.clock import SYSTEM_CLOCK
from station.labelling import wording
from station.labelling.printing import Printing, Step, StepState
from station.store.bench_store import BenchStore, StoreRefused
from station.store.database import StoreUnusable
from station.store.print_queue import Waiting

__all__ = ["main", "said"]

T = TypeVar("T")

LOOK_S: Final = 2.0
"""How long a label that another program queued may go unseen."""
FIRST_PAUSE_S: Final = 2.0
LONGEST_PAUSE_S: Final = 15.0
"""A printer that is mended goes on after at most this long by itself."""


def said(step: Step, waiting: Waiting) -> PrintSaid:
    """A step as the bench's bar shows it."""
    look = wording.to_look_at(waiting.to_look_at) if waiting.to_look_at else ""
    match step.state:
        case StepState.TROUBLE:
            state, sentence = "trouble", step.sentence
        case StepState.OFF:
            state, sentence = "off", look or (wording.NO_PRINTER if waiting.jobs else "")
        case StepState.IDLE | StepState.WENT_ON:
            state, sentence = "ok", look
    return PrintSaid(state, sentence, waiting.jobs, step.printer, waiting.to_look_at)


def main(arguments: list[str]) -> int:
    """Runs until its parent is gone."""
    path = Path(arguments[0])
    wake = threading.Event()
    hold_on(wake.set)
    # Two would not know of each other what is on its way to the paper. The one before goes with its engine.
    lock = None
    while lock is None:
        lock = hold_lock(path.with_name("print.lock"), LOOK_S)
    teller = _Teller()
    printing = _insist(lambda: Printing(BenchStore(path, SYSTEM_CLOCK), open_printer), teller, wake)
    _insist(printing.recover, teller, wake)
    # At once: whoever showed the one before, that died, must not wait for a printer that does not answer.
    _insist(lambda: teller.tell(said(printing.standing(), printing.queue.waiting())), teller, wake)
    pause = FIRST_PAUSE_S
    while True:
        wake.clear()
        try:
            step = printing.step()
            teller.tell(said(step, printing.queue.waiting()))
        except StoreRefused as error:
            step = Step(StepState.TROUBLE, sentence=str(error))
            teller.trouble(step.sentence)
        if step.state is StepState.TROUBLE:
            _wait(printing, wake, pause)
            pause = min(LONGEST_PAUSE_S, pause * 2)
            continue
        pause = FIRST_PAUSE_S
        if step.state is not StepState.WENT_ON:
            wake.wait(LOOK_S)


def _wait(printing: Printing, wake: threading.Event, pause: float) -> None:
    """A pause; it ends early where a label comes, and where the supervisor sets another printer."""
    deadline = SYSTEM_CLOCK.monotonic() + pause
    try:
        spec = printing.spec()
        while (left := deadline - SYSTEM_CLOCK.monotonic()) > 0 and printing.spec() == spec:
            if wake.wait(min(left, LOOK_S)):
                return
    except StoreRefused:
        wake.wait(pause)


class _Teller:
    """Says what is new on standard output, and nothing twice."""

    def __init__(self) -> None:
        self._last: PrintSaid | None = None

    def tell(self, news: PrintSaid) -> None:
        if news != self._last:
            self._last = news
            sys.stdout.buffer.write(msgspec.json.encode(news) + b"\n")
            sys.stdout.buffer.flush()

    def trouble(self, sentence: str) -> None:
        """The disk's trouble: how many labels wait is then as it was."""
        last = self._last or PrintSaid("trouble")
        self.tell(msgspec.structs.replace(last, state="trouble", sentence=sentence))


def _insist(act: Callable[[], T], teller: _Teller, wake: threading.Event) -> T:
    """What `act` gives, tried again for as long as the disk refuses."""
    while True:
        try:
            return act()
        except (StoreRefused, StoreUnusable) as error:
            teller.trouble(str(error))
            wake.wait(FIRST_PAUSE_S)
            wake.clear()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
