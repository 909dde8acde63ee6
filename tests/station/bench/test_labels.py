"""When the bench asks for a label: at each verdict where a printer is set, and anew when a hold changes its word."""

from __future__ import annotations

from pathlib import Path

import pytest

from station.bench.labels import PRINTER, label_for, labels_to_come, put_on_hold, take_off_hold
from station.records import AttemptRecord
from station.store.bench_store import BenchStore
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


def test_a_hold_takes_the_place_of_a_label_that_still_waits(store: BenchStore) -> None:
    store.set_setting(PRINTER, "png:somewhere")
    record = finished(store)
    PrintQueue(store).add(_first(store, record.attempt_id))
    put_on_hold(store, record.scan.serial, record.attempt_id, "anna")
    assert [(word, state) for word, state, _ in words(store)] == [
        ("verdict", JobState.CANCELLED),
        ("HOLD", JobState.PENDING),
    ]
    take_off_hold(store, record.scan.serial, record.attempt_id, "anna")
    assert [(word, state) for word, state, _ in words(store)][1:] == [
        ("HOLD", JobState.CANCELLED),
        ("verdict", JobState.PENDING),
    ]
    assert labels_to_come(store) == 1


def test_a_label_that_is_out_is_followed_by_one_that_says_hold_and_names_the_first(store: BenchStore) -> None:
    store.set_setting(PRINTER, "png:somewhere")
    record = finished(store)
    queue = PrintQueue(store)
    first = queue.add(_first(store, record.attempt_id))
    queue.begin(first.job_id)
    queue.done(first.job_id, "PNG files")
    put_on_hold(store, record.scan.serial, record.attempt_id, "anna")
    _, second = queue.jobs()
    assert (second.copy_of, second.queued_by) == (first.job_id, "anna")


def _first(store: BenchStore, attempt_id: str):
    wanted, record = label_for(store), store.record(attempt_id)
    assert wanted is not None
    assert record is not None
    return wanted.asked(record, None)
