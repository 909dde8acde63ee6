"""When the bench asks for a label: at each verdict where a printer is set, and anew when a hold changes its word."""

from __future__ import annotations

from pathlib import Path

import pytest

from station.bench.labels import PRINTER, label_for, labels_to_come, put_on_hold, take_off_hold
from station.records import AttemptRecord
from station.store.bench_store import BenchStore, StoreRefused
from station.store.hold_book import HoldBook
from station.store.print_queue import JobState, PrintQueue
from tests.station.kept import kept_scan
from tests.station.store.test_bench_store import finish


@pytest.fixture
def store(tmp_path: Path) -> BenchStore:
    return BenchStore(tmp_path / "bench.sqlite")


def finished(store: BenchStore) -> AttemptRecord:
    attempt = store.begin_attempt(
        kept_scan(store, "PF1A2B3C"),
        slot=1,
        operator="anna",
        profile="ghwt-2021w-windows-laptop@2021-10-18",
        profile_digest="d" * 64,
        link="this machine",
    )
    finish(store, attempt)
    record = store.record(attempt)
    assert record is not None
    return record


def words(store: BenchStore) -> list[tuple[str, JobState, str]]:
    jobs = PrintQueue(store).jobs()
    return [("HOLD" if '"HOLD"' in job.fields else "verdict", job.state, job.reason) for job in jobs]


def test_a_bench_without_a_printer_asks_for_no_label(store: BenchStore) -> None:
    assert label_for(store) is None
    record = finished(store)
    put_on_hold(store, record.scan.serial, record.attempt_id, "anna")
    assert words(store) == []
    assert labels_to_come(store) == 0


def test_a_hold_takes_the_place_of_a_label_that_still_waits_and_back(store: BenchStore) -> None:
    store.set_setting(PRINTER, "png:somewhere")
    record = finished(store)
    PrintQueue(store).add(_first(store, record.attempt_id))
    hold_id, new = put_on_hold(store, record.scan.serial, record.attempt_id, "anna")
    assert new
    assert [(word, state) for word, state, _ in words(store)] == [
        ("verdict", JobState.CANCELLED),
        ("HOLD", JobState.PENDING),
    ]
    assert take_off_hold(store, hold_id, record.scan.serial, record.attempt_id, "anna")
    assert [(word, state) for word, state, _ in words(store)][1:] == [
        ("HOLD", JobState.CANCELLED),
        ("verdict", JobState.PENDING),
    ]
    assert labels_to_come(store) == 1


def test_no_label_of_an_earlier_attempt_says_pass_of_a_laptop_on_hold(store: BenchStore) -> None:
    store.set_setting(PRINTER, "png:somewhere")
    earlier, later = finished(store), finished(store)
    PrintQueue(store).add(_first(store, earlier.attempt_id))
    PrintQueue(store).add(_first(store, later.attempt_id))
    put_on_hold(store, later.scan.serial, later.attempt_id, "anna")
    waiting = [job for job in PrintQueue(store).jobs() if job.state is JobState.PENDING]
    assert ['"HOLD"' in job.fields for job in waiting] == [True]


def test_a_label_that_is_out_is_followed_by_one_that_says_hold_and_names_the_first(store: BenchStore) -> None:
    store.set_setting(PRINTER, "png:somewhere")
    record = finished(store)
    queue = PrintQueue(store)
    first = queue.add(_first(store, record.attempt_id))
    queue.begin(first.job_id)
    queue.done(first.job_id, "PNG files")
    hold_id, _ = put_on_hold(store, record.scan.serial, record.attempt_id, "anna")
    _, second = queue.jobs()
    assert (second.copy_of, second.queued_by) == (first.job_id, "anna")
    # Taken back before the HOLD label is out: what hangs on the carton is right, and nothing is printed.
    take_off_hold(store, hold_id, record.scan.serial, record.attempt_id, "anna")
    assert [state for _, state, _ in words(store)] == [JobState.PRINTED, JobState.CANCELLED]


def test_a_hold_that_a_supervisor_ended_is_not_ended_again(store: BenchStore) -> None:
    record = finished(store)
    hold_id, _ = put_on_hold(store, record.scan.serial, record.attempt_id, "anna")
    assert HoldBook(store).end(record.scan.serial, "ben", "looked at")
    again, new = put_on_hold(store, record.scan.serial, record.attempt_id, "carl")
    assert new
    assert not take_off_hold(store, hold_id, record.scan.serial, record.attempt_id, "anna")
    held = HoldBook(store).open(record.scan.serial)
    assert held is not None
    assert held.hold_id == again


def test_a_hold_is_whole_or_has_not_happened(store: BenchStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.set_setting(PRINTER, "png:somewhere")
    record = finished(store)
    PrintQueue(store).add(_first(store, record.attempt_id))

    def refuses(*args: object, **more: object) -> None:
        raise StoreRefused("database or disk is full")

    monkeypatch.setattr("station.bench.labels.queue_inside", refuses)
    with pytest.raises(StoreRefused):
        put_on_hold(store, record.scan.serial, record.attempt_id, "anna")
    assert HoldBook(store).open(record.scan.serial) is None
    assert [state for _, state, _ in words(store)] == [JobState.PENDING]


def _first(store: BenchStore, attempt_id: str):
    wanted, record = label_for(store), store.record(attempt_id)
    assert wanted is not None
    assert record is not None
    return wanted.asked(record, None)


def test_a_label_that_was_being_sent_when_hold_came_does_not_come_out_afterwards(store: BenchStore) -> None:
    store.set_setting(PRINTER, "png:somewhere")
    record, queue = finished(store), PrintQueue(store)
    job = queue.add(_first(store, record.attempt_id))
    queue.begin(job.job_id)
    put_on_hold(store, record.scan.serial, record.attempt_id, "anna")
    assert queue.fail(job.job_id, "The cable is out.")
    waiting = queue.next_pending()
    assert waiting is not None
    assert '"HOLD"' in waiting.fields
    assert queue.job(job.job_id) is not None
    assert [state for _, state, _ in words(store)] == [JobState.CANCELLED, JobState.PENDING]
