"""Which attempt a name means."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from station.records import AttemptStatus
from station.store.bench_store import BenchStore
from station.store.lookup import attempts_named, kept_record, open_attempt_named
from tests.station.explaining.samples import still_clock
from tests.station.kept import kept_scan


@pytest.fixture
def store(tmp_path: Path) -> Iterator[BenchStore]:
    opened = BenchStore(tmp_path / "bench.sqlite", still_clock())
    yield opened
    opened.close()


def begun(store: BenchStore, serial: str) -> str:
    scan = kept_scan(store, serial)
    return store.begin_attempt(scan, slot=1, operator="anna", profile="p@1", profile_digest="d" * 64, link="l")


def ended(store: BenchStore, serial: str) -> str:
    attempt_id = begun(store, serial)
    store.finish_attempt(attempt_id, status=AttemptStatus.ABORTED, verdict=None)
    return attempt_id


def test_an_id_and_its_end_mean_the_attempt_in_either_case(store: BenchStore) -> None:
    first, second = ended(store, "PF1A2B3C"), ended(store, "PF1A2B3C")
    for attempt_id in (first, second):
        for name in (attempt_id, attempt_id.upper(), attempt_id[-8:], attempt_id[-12:], f" {attempt_id[-20:]} "):
            assert [one.attempt_id for one in attempts_named(store, name)] == [attempt_id], name


def test_less_than_eight_characters_of_an_id_mean_nothing(store: BenchStore) -> None:
    assert attempts_named(store, ended(store, "PF1A2B3C")[-7:]) == ()


def test_a_serial_number_means_its_latest_attempt_and_says_how_many_there_are(store: BenchStore) -> None:
    ended(store, "PF1A2B3C")
    latest = ended(store, "PF1A2B3C")
    ended(store, "OTHER1")
    [found] = attempts_named(store, "pf1a2b3c")
    assert (found.attempt_id, found.attempt_no, found.of) == (latest, 2, 2)


def test_a_name_that_is_an_end_and_a_serial_means_both(store: BenchStore) -> None:
    by_id = ended(store, "PF1A2B3C")
    by_serial = ended(store, by_id[-8:].upper())
    assert {one.attempt_id for one in attempts_named(store, by_id[-8:])} == {by_id, by_serial}


@pytest.mark.parametrize("name", ["", "%", "________", "%%%%%%%%", "'; DROP TABLE attempt; --", "\x00" * 9, "x" * 5000])
def test_what_is_no_name_means_nothing(store: BenchStore, name: str) -> None:
    ended(store, "PF1A2B3C")
    assert attempts_named(store, name) == ()
    assert open_attempt_named(store, name) is None


def test_an_attempt_that_runs_is_told_from_one_that_is_not_there(store: BenchStore) -> None:
    running = begun(store, "PF1A2B3C")
    assert attempts_named(store, running) == ()
    for name in (running, running[-8:], "pf1a2b3c"):
        assert open_attempt_named(store, name) == running


def test_a_record_that_was_changed_behind_our_back_is_told(store: BenchStore) -> None:
    attempt_id = ended(store, "PF1A2B3C")
    kept = kept_record(store, attempt_id)
    assert kept is not None
    assert kept.as_written
    store.database.execute("UPDATE attempt SET record = cast(replace(cast(record AS text), 'anna', 'fred') AS blob)")
    store.database.conn.commit()
    kept = kept_record(store, attempt_id)
    assert kept is not None
    assert not kept.as_written
    assert kept_record(store, "no such id") is None
