"""Printing, a step at a time, on the simulated label printer: in order, proven, and never twice whenever it dies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
import zxingcpp

from hardware.printers.fields import LabelFields, payload
from hardware.printers.opening import open_printer
from hardware.printers.page import Page
from hardware.printers.printer import Printer, PrinterCondition
from hardware.simulated.label_printer import SimulatedLabelPrinter
from station.labelling.fields import LabelWanted
from station.labelling.printing import Printing, StepState
from station.store.bench_store import BenchStore, StoreRefused
from station.store.print_queue import JobState, PrintJob, PrintQueue
from tests.station.labelling.samples import ended
from tests.station.store.conftest import still_clock

SERIALS = ("PF1A2B3C", "PF9Z8Y7X", "5CG1234XYZ")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bench.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[BenchStore]:
    opened = BenchStore(path, still_clock())
    yield opened
    opened.close()


@pytest.fixture
def printer(store: BenchStore) -> Iterator[SimulatedLabelPrinter]:
    with SimulatedLabelPrinter() as simulated:
        store.set_setting("printer", simulated.address)
        yield simulated


def queued(store: BenchStore, *serials: str) -> list[PrintJob]:
    for serial in serials:
        ended(store, serial, label=LabelWanted("carton", "bench 7"))
    return PrintQueue(store).jobs((JobState.PENDING,))[-len(serials) :]


def states(store: BenchStore) -> list[JobState]:
    return [job.state for job in PrintQueue(store).jobs()]


def codes_on(printer: SimulatedLabelPrinter) -> list[set[str]]:
    """The texts of the codes on each label that came out."""
    return [{code.text for code in zxingcpp.read_barcodes(picture.convert("L"))} for picture in printer.pictures()]


def test_what_comes_out_is_what_was_kept_oldest_first(store: BenchStore, printer: SimulatedLabelPrinter) -> None:
    jobs, printing = queued(store, *SERIALS), Printing(store, open_printer)
    steps = [printing.step() for _ in range(4)]
    assert [step.state for step in steps] == [StepState.WENT_ON] * 3 + [StepState.IDLE]
    fields = [msgspec.json.decode(job.fields, type=LabelFields) for job in jobs]
    assert codes_on(printer) == [{one.serial, payload(one)} for one in fields]
    printed = PrintQueue(store).jobs()
    assert [job.state for job in printed] == [JobState.PRINTED] * 3
    assert {job.printer for job in printed} == {steps[0].printer}
    assert str(printer.port) in steps[0].printer


def test_without_a_printer_labels_wait(store: BenchStore) -> None:
    queued(store, "PF1A2B3C")
    printing = Printing(store, open_printer)
    assert printing.step().state is StepState.OFF
    assert states(store) == [JobState.PENDING]


def test_a_setting_that_is_no_printer_is_said_and_refuses_no_label(store: BenchStore) -> None:
    queued(store, "PF1A2B3C")
    store.set_setting("printer", "fax:5551234")
    step = Printing(store, open_printer).step()
    assert step.state is StepState.TROUBLE
    assert "fax" in step.sentence
    assert states(store) == [JobState.PENDING]


def test_a_printer_that_is_off_leaves_the_job_where_it_was_with_its_problem(
    store: BenchStore, printer: SimulatedLabelPrinter
) -> None:
    queued(store, "PF1A2B3C")
    printer.switch_off()
    printing = Printing(store, open_printer)
    step = printing.step()
    assert step.state is StepState.TROUBLE
    assert PrintQueue(store).waiting().problem == step.sentence
    assert states(store) == [JobState.PENDING]
    printer.switch_on()
    assert printing.step().state is StepState.WENT_ON
    assert states(store) == [JobState.PRINTED]
    assert len(printer.jobs) == 1


def test_a_roll_that_ends_under_a_label_leaves_it_for_a_person_and_not_for_a_second_try(
    store: BenchStore, printer: SimulatedLabelPrinter
) -> None:
    queued(store, "PF1A2B3C", "PF9Z8Y7X")
    printer.runs_out_after(0)
    printing = Printing(store, open_printer)
    assert printing.step().state is StepState.TROUBLE
    assert printing.step().state is StepState.TROUBLE
    assert states(store) == [JobState.UNSURE, JobState.PENDING]
    printer.load_paper()  # what the printer held comes out by itself
    assert printing.step().state is StepState.WENT_ON
    assert states(store) == [JobState.UNSURE, JobState.PRINTED]
    assert [("PF1A2B3C" in codes, "PF9Z8Y7X" in codes) for codes in codes_on(printer)] == [
        (True, False),
        (False, True),
    ]


@pytest.mark.parametrize(
    "damage",
    ["fields = 'no JSON'", "fields = '{}'", "layout = 'no-such'", "layout = '/no/such.toml'", "layout = 'commands'"],
)
def test_a_label_that_can_never_be_printed_is_refused_and_blocks_nothing(
    store: BenchStore, printer: SimulatedLabelPrinter, damage: str
) -> None:
    first, _ = queued(store, "PF1A2B3C", "PF9Z8Y7X")
    store.database.execute(f"UPDATE print_job SET {damage} WHERE job_id = ?", [first.job_id])
    printing = Printing(store, open_printer)
    assert [printing.step().state for _ in range(3)] == [StepState.WENT_ON, StepState.WENT_ON, StepState.IDLE]
    assert states(store) == [JobState.REFUSED, JobState.PRINTED]
    refused = PrintQueue(store).job(first.job_id)
    assert refused is not None
    assert refused.problem
    assert len(printer.jobs) == 1


def test_a_label_that_is_too_wide_for_the_printer_is_refused(store: BenchStore, printer: SimulatedLabelPrinter) -> None:
    queued(store, "PF1A2B3C")
    store.set_setting("printer", f"{printer.address}?width=60")
    assert Printing(store, open_printer).step().state is StepState.WENT_ON
    assert states(store) == [JobState.REFUSED]
    assert printer.jobs == ()


class Watched:
    """A real printer, with something that happens around its printing."""

    def __init__(self, real: Printer, before: Callable[[], None], after: Callable[[], None]) -> None:
        self._real, self._before, self._after = real, before, after
        self.name, self.dots_per_inch = real.name, real.dots_per_inch

    def condition(self) -> PrinterCondition:
        return self._real.condition()

    def print(self, page: Page, name: str) -> None:
        self._before()
        self._real.print(page, name)
        self._after()


def nothing() -> None:
    pass


def test_a_disk_that_is_full_after_the_label_came_out_is_waited_out_and_the_label_is_not_sent_again(
    store: BenchStore, printer: SimulatedLabelPrinter
) -> None:
    queued(store, "PF1A2B3C")

    def full() -> None:
        store.database.execute("PRAGMA query_only = ON")

    printing = Printing(store, lambda spec: Watched(open_printer(spec), nothing, full))
    for _ in range(3):
        with pytest.raises(StoreRefused):
            printing.step()
    assert states(store) == [JobState.PRINTING]
    store.database.execute("PRAGMA query_only = OFF")
    assert printing.step().state is StepState.IDLE
    assert states(store) == [JobState.PRINTED]
    assert len(printer.jobs) == 1


def test_a_defect_in_the_middle_of_a_label_stops_no_other(store: BenchStore, printer: SimulatedLabelPrinter) -> None:
    first, _ = queued(store, "PF1A2B3C", "PF9Z8Y7X")
    errors = iter([ZeroDivisionError("a defect")])

    def fails_once() -> None:
        for error in errors:
            raise error

    printing = Printing(store, lambda spec: Watched(open_printer(spec), fails_once, nothing))
    assert [printing.step().state for _ in range(2)] == [StepState.WENT_ON, StepState.WENT_ON]
    assert states(store) == [JobState.UNSURE, JobState.PRINTED]
    doubtful = PrintQueue(store).job(first.job_id)
    assert doubtful is not None
    assert "ZeroDivisionError" in doubtful.problem


class Death(BaseException):
    """The process is gone at once: nothing catches it."""


MOMENTS = ("before begin", "after begin", "before print", "after print", "before done", "after done")


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("which", range(3))
def test_a_death_at_any_moment_loses_no_label_and_prints_none_twice(
    path: Path, store: BenchStore, printer: SimulatedLabelPrinter, moment: str, which: int
) -> None:
    jobs = queued(store, *SERIALS)
    passed: Counter[str] = Counter()

    def pass_by(here: str) -> None:
        if here == moment and passed[here] == which:
            raise Death
        passed[here] += 1

    printing = Printing(
        store,
        lambda spec: Watched(open_printer(spec), lambda: pass_by("before print"), lambda: pass_by("after print")),
    )
    begin, done = printing.queue.begin, printing.queue.done

    def watched_begin(job_id: str) -> bool:
        pass_by("before begin")
        began = begin(job_id)
        pass_by("after begin")
        return began

    def watched_done(job_id: str, name: str) -> bool:
        pass_by("before done")
        settled = done(job_id, name)
        pass_by("after done")
        return settled

    printing.queue.begin, printing.queue.done = watched_begin, watched_done  # type: ignore[method-assign,assignment]
    with pytest.raises(Death):
        _to_the_end(printing)
    again = BenchStore(path, still_clock())
    after = Printing(again, open_printer)
    after.recover()
    _to_the_end(after)
    out = Counter(serial for codes in codes_on(printer) for serial in SERIALS if serial in codes)
    found = PrintQueue(again).jobs()
    assert [job.job_id for job in found] == [job.job_id for job in jobs]
    for job in found:
        assert out[job.serial] <= 1
        assert job.state in (JobState.PRINTED, JobState.UNSURE)
        assert job.state is JobState.UNSURE or out[job.serial] == 1
    unsure = sum(job.state is JobState.UNSURE for job in found)
    assert unsure == (0 if moment in ("before begin", "after done") else 1)
    again.close()


def _to_the_end(printing: Printing) -> None:
    while printing.step().state is not StepState.IDLE:
        pass


def test_how_things_stand_is_told_of_the_queue_alone(store: BenchStore) -> None:
    printing = Printing(store, open_printer)
    assert printing.standing().state is StepState.OFF
    store.set_setting("printer", "fax:5551234")
    assert printing.standing().state is StepState.TROUBLE
    # Nobody listens there.
    store.set_setting("printer", "tcp:127.0.0.1:1")
    [job] = queued(store, "PF1A2B3C")
    standing = printing.standing()
    assert (standing.state, standing.sentence) == (StepState.IDLE, "")
    printing.queue.fail(job.job_id, "No paper.")
    assert (printing.standing().state, printing.standing().sentence) == (StepState.TROUBLE, "No paper.")
    assert printing.standing().printer == standing.printer != ""
