"""The child that prints, as a real process beside a simulated printer: what it says, and what a kill leaves behind."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from hardware.simulated.label_printer import SimulatedLabelPrinter
from station.bench.companion_messages import PrintSaid
from station.bench.print_child import said
from station.labelling.asking import label_again
from station.labelling.fields import LabelWanted
from station.labelling.printing import Step, StepState
from station.store.bench_store import BenchStore
from station.store.print_queue import JobState, PrintQueue, Waiting
from tests.station.labelling.samples import ended

PATIENCE_S = 60.0
"""Only so that a test which fails ends."""


def until(wanted: Callable[[], bool], told: object = "") -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not wanted():
        assert time.monotonic() < deadline, told
        time.sleep(0.02)


class Child:
    """The printing process of one store, and everything that it has said."""

    def __init__(self, store: Path) -> None:
        self.heard: list[PrintSaid] = []
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "station.bench.print_child", str(store)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.heard.append(msgspec.json.decode(line, type=PrintSaid))

    def hears(self, wanted: Callable[[PrintSaid], bool]) -> PrintSaid:
        """The last thing said, once it is what is wanted."""
        until(lambda: bool(self.heard) and wanted(self.heard[-1]), self.heard)
        return self.heard[-1]

    def wake(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")
        self._process.stdin.flush()

    def kill(self) -> None:
        """As the kernel does it: nothing is tidied up."""
        self._process.kill()
        self._process.wait()

    def leave(self) -> int:
        """Its parent is gone; gives the exit status."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        return self._process.wait(PATIENCE_S)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._process.kill()
        self._process.wait()
        self._reader.join()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


class Bench:
    """A store with labels to print, and the children that print them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.store = BenchStore(path)
        self.queue = PrintQueue(self.store)
        self._children: list[Child] = []

    def label(self, serial: str, layout: str = "carton") -> None:
        ended(self.store, serial, label=LabelWanted(layout))

    def child(self) -> Child:
        self._children.append(Child(self.path))
        return self._children[-1]

    def states(self) -> list[JobState]:
        return [job.state for job in self.queue.jobs()]

    def come_to(self, *states: JobState) -> None:
        """Waits until the jobs are so."""
        until(lambda: self.states() == list(states), states)

    def close(self) -> None:
        for child in self._children:
            child.close()
        self.store.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path / "bench.sqlite")
    yield made
    made.close()


@pytest.fixture
def printer(bench: Bench) -> Iterator[SimulatedLabelPrinter]:
    with SimulatedLabelPrinter() as simulated:
        bench.store.set_setting("printer", simulated.address)
        yield simulated


def idle(news: PrintSaid) -> bool:
    return news.state == "ok" and news.waiting == 0


def in_trouble(news: PrintSaid) -> bool:
    return news.state == "trouble"


@pytest.mark.parametrize(
    ("step", "waiting", "news"),
    [
        (Step(StepState.IDLE, "p"), Waiting(), PrintSaid("ok", "", 0, "p", 0)),
        (Step(StepState.WENT_ON, "p"), Waiting(2), PrintSaid("ok", "", 2, "p", 0)),
        (Step(StepState.TROUBLE, "p", "No paper."), Waiting(2, "x", 1), PrintSaid("trouble", "No paper.", 2, "p", 1)),
        (Step(StepState.OFF), Waiting(), PrintSaid("off")),
    ],
)
def test_a_step_as_the_bar_shows_it(step: Step, waiting: Waiting, news: PrintSaid) -> None:
    assert said(step, waiting) == news


def test_labels_that_a_person_must_look_at_are_said_while_the_printer_is_well() -> None:
    assert "station label queue" in said(Step(StepState.IDLE, "p"), Waiting(0, "", 1)).sentence
    assert "station label queue" in said(Step(StepState.OFF), Waiting(3, "", 1)).sentence
    assert said(Step(StepState.OFF), Waiting(3)).sentence


@pytest.mark.system
def test_it_waits_for_a_printer_prints_what_another_program_queues_and_ends_with_its_parent(bench: Bench) -> None:
    bench.label("PF1A2B3C")
    child = bench.child()
    assert child.hears(lambda news: news.state == "off").waiting == 1
    with SimulatedLabelPrinter() as printer:
        bench.store.set_setting("printer", printer.address)
        child.hears(idle)  # nobody has woken it
        bench.label("PF9Z8Y7X")
        child.wake()
        bench.come_to(JobState.PRINTED, JobState.PRINTED)
        assert len(printer.jobs) == 2
    assert child.leave() != 0
    assert all(one != other for one, other in zip(child.heard, child.heard[1:], strict=False))


@pytest.mark.system
@pytest.mark.slow
def test_no_paper_and_a_printer_that_is_off_are_said_and_printing_goes_on_by_itself(
    bench: Bench, printer: SimulatedLabelPrinter
) -> None:
    printer.paper_out()
    child = bench.child()
    child.hears(idle)
    bench.label("PF1A2B3C")
    news = child.hears(in_trouble)
    assert "labels left" in news.sentence
    assert news.waiting == 1
    printer.load_paper()
    child.hears(idle)
    printer.switch_off()
    bench.label("PF9Z8Y7X")
    assert "switched on" in child.hears(in_trouble).sentence
    printer.switch_on()
    child.hears(idle)
    bench.come_to(JobState.PRINTED, JobState.PRINTED)
    assert len(printer.jobs) == 2


class HangsAtALabel(SimulatedLabelPrinter):
    """It takes the beginning of a label, and then nothing more."""

    def __init__(self) -> None:
        super().__init__()
        self.label_came = threading.Event()

    def take(self, data: bytes) -> bytes:
        if b"^XA" in data and not self.label_came.is_set():
            self.hang()
            self.label_came.set()
        return super().take(data)


@pytest.mark.system
@pytest.mark.slow
def test_a_kill_in_the_middle_of_a_label_leaves_it_for_a_person_and_the_others_are_printed(bench: Bench) -> None:
    # Large enough that the system's own buffers do not take it for the printer.
    bench.label("PF1A2B3C", "paperwork")
    bench.label("PF9Z8Y7X")
    with HangsAtALabel() as printer:
        bench.store.set_setting("printer", f"{printer.address}?dpi=600&width=160")
        first = bench.child()
        assert printer.label_came.wait(PATIENCE_S)
        first.kill()
        assert bench.states() == [JobState.PRINTING, JobState.PENDING]
        printer.switch_off()
        printer.go_on()
        printer.switch_on()
        second = bench.child()
        bench.come_to(JobState.UNSURE, JobState.PRINTED)
        assert second.hears(idle).to_look_at == 1
        assert len(printer.jobs) == 1
        # A person has looked: it did not come out.
        label_again(bench.store, bench.queue.jobs()[0], "anna", "it did not come out")
        bench.come_to(JobState.CANCELLED, JobState.PRINTED, JobState.PRINTED)
        second.hears(lambda news: idle(news) and news.to_look_at == 0)
        assert len(printer.jobs) == 2


@pytest.mark.system
def test_one_that_was_started_again_says_how_things_stand_before_the_printer_answers(
    bench: Bench, printer: SimulatedLabelPrinter
) -> None:
    printer.switch_off()
    bench.label("PF1A2B3C")
    bench.label("PF9Z8Y7X")
    first = bench.child()
    trouble = first.hears(in_trouble)
    first.kill()
    printer.switch_on()
    printer.hang()  # it takes the connection and says nothing
    second = bench.child()
    until(lambda: bool(second.heard), "nothing was said")
    assert second.heard[0] == trouble
    assert (trouble.waiting, trouble.sentence) == (2, bench.queue.waiting().problem)
    printer.go_on()
    bench.come_to(JobState.PRINTED, JobState.PRINTED)


@pytest.mark.system
def test_a_kill_while_labels_wait_loses_none(bench: Bench, printer: SimulatedLabelPrinter) -> None:
    printer.switch_off()
    bench.label("PF1A2B3C")
    bench.label("PF9Z8Y7X")
    first = bench.child()
    first.hears(in_trouble)
    first.kill()
    assert bench.states() == [JobState.PENDING, JobState.PENDING]
    printer.switch_on()
    bench.child()
    bench.come_to(JobState.PRINTED, JobState.PRINTED)
    assert len(printer.jobs) == 2


@pytest.mark.system
def test_a_second_child_waits_until_the_first_is_gone(bench: Bench, printer: SimulatedLabelPrinter) -> None:
    first = bench.child()
    first.hears(idle)
    second = bench.child()
    bench.label("PF1A2B3C")
    first.wake()
    bench.come_to(JobState.PRINTED)
    assert second.heard == []
    first.leave()
    second.hears(idle)
    bench.label("PF9Z8Y7X")
    second.wake()
    bench.come_to(JobState.PRINTED, JobState.PRINTED)
    assert len(printer.jobs) == 2


@pytest.mark.system
def test_a_store_that_cannot_be_opened_is_said_and_waited_out(tmp_path: Path, bench: Bench) -> None:
    path = tmp_path / "other.sqlite"
    path.write_bytes(b"this is no database, and it is long enough to be seen as none" * 20)
    child = Child(path)
    try:
        assert "store" in child.hears(in_trouble).sentence
        path.unlink()
        child.hears(lambda news: news.state == "off")
    finally:
        child.close()
