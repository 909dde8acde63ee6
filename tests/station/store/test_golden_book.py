"""The bench's book of golden laptops: what they must say, how they came out, and what opens a slot without them."""

from __future__ import annotations

import pytest

from checks.verdict import Severity, Verdict
from specs.text import is_clean
from station.bench.expecting import NotGolden, Problem, problems_of
from station.records import AttemptKind, AttemptRecord
from station.store.bench_store import BenchStore, StoreRefused
from station.store.golden_book import FIRST_RUNS, LATEST_RUNS, Golden, GoldenBook, GoldenKnown
from station.store.override_book import OverrideBook
from tests.station.bench_checks.samples import (
    BAD,
    CAPACITY,
    GOOD,
    HEALTH,
    attempted,
    bad_findings,
    finding,
    good_findings,
)
from tests.station.store.conftest import still_clock

SHIFT = "2027-01-15 06:00"


@pytest.fixture
def book(store: BenchStore) -> GoldenBook:
    return GoldenBook(store, still_clock())


def first_seen(store: BenchStore, serial: str = GOOD) -> AttemptRecord:
    findings = good_findings() if serial == GOOD else bad_findings()
    return attempted(store, serial, findings, kind=AttemptKind.PRODUCTION)


def test_a_laptop_is_golden_by_what_it_said_from_then_on(store: BenchStore, book: GoldenBook) -> None:
    record = first_seen(store)
    assert book.golden(GOOD) is None
    made = book.register("good", record, "Boss")
    assert book.golden(GOOD) == made
    assert book.goldens() == [made]
    assert (made.kind, made.model, made.profile, made.attempt_id) == ("good", "LENOVO 81MA", "demo", record.attempt_id)
    assert made.expected[HEALTH] == ("pass", "marginal")
    assert problems_of(made.kind, made.expected, record.findings) == ()
    # What it said then is no run of the gate, and no reading of a chart.
    assert book.runs(SHIFT) == []
    assert book.readings(made.golden_id) == ()


def test_a_laptop_is_registered_once_and_only_for_what_it_is(store: BenchStore, book: GoldenBook) -> None:
    with pytest.raises(NotGolden):
        book.register("bad", first_seen(store), "Boss")
    assert book.goldens(everything=True) == []
    book.register("bad", first_seen(store, BAD), "Boss")
    with pytest.raises(GoldenKnown, match="bad"):
        book.register("bad", first_seen(store, BAD), "Boss")


def test_a_laptop_that_is_golden_no_longer_stays_in_the_book(store: BenchStore, book: GoldenBook) -> None:
    book.register("good", first_seen(store), "Boss")
    assert book.end(GOOD, "Chief")
    assert not book.end(GOOD, "Chief")
    assert book.golden(GOOD) is None
    [ended] = book.goldens(everything=True)
    assert (ended.ended_by, book.goldens()) == ("Chief", [])
    again = book.register("good", first_seen(store), "Boss")
    assert book.golden(GOOD) == again
    assert again.golden_id != ended.golden_id


def run(store: BenchStore, book: GoldenBook, golden: Golden, health: float = 97.5, slot: int = 1) -> AttemptRecord:
    record = attempted(store, golden.serial, good_findings(health), slot=slot)
    book.keep_run(record, golden, SHIFT, ())
    return record


def test_runs_are_kept_by_shift_with_what_came_out_otherwise(store: BenchStore, book: GoldenBook) -> None:
    golden = book.register("good", first_seen(store), "Boss")
    well = run(store, book, golden, slot=3)
    failed = attempted(store, GOOD, bad_findings(), slot=3)
    problems = problems_of("good", golden.expected, failed.findings)
    book.keep_run(failed, golden, SHIFT, problems)
    book.keep_run(failed, golden, SHIFT, ())  # a second time changes nothing
    first, second = book.runs(SHIFT)
    assert (first.attempt_id, first.well, first.slot, first.kind, first.at) == (
        well.attempt_id,
        True,
        3,
        "good",
        well.finished_at,
    )
    assert not second.well
    assert second.problems[0] == Problem(HEALTH, ("pass", "marginal"), "fail")
    assert second.profile_digest == failed.profile_digest
    assert book.runs("2027-01-15 14:00") == []
    assert first.registered
    book.end(GOOD, "Boss")
    assert not any(one.registered for one in book.runs(SHIFT))


def test_readings_are_the_numbers_of_bench_checks_alone_oldest_first(store: BenchStore, book: GoldenBook) -> None:
    golden = book.register("good", first_seen(store), "Boss")
    for percent in (97.5, 96.0, 98.0):
        run(store, book, golden, percent)
    attempted(store, GOOD, good_findings(12.0))  # never kept as a run of the gate
    stray = attempted(store, GOOD, good_findings(13.0), kind=AttemptKind.PRODUCTION)
    book.keep_run(stray, golden, SHIFT, ())
    unknown = attempted(
        store, GOOD, (finding(HEALTH, Verdict.INCONCLUSIVE), finding("attested.weight", Verdict.PASS, 1.3))
    )
    book.keep_run(unknown, golden, SHIFT, ())
    health, memory, storage = book.readings(golden.golden_id)
    assert (health.check, health.title, health.unit) == (HEALTH, "Battery health", "%")
    assert health.first == health.values == (97.5, 96.0, 98.0)
    assert storage.check == CAPACITY
    # Yes and no are no numbers; a row that decides nothing may still be one.
    assert memory.values == (4 * 2.0**30,) * 3


def test_what_a_chart_takes_is_bounded_however_long_a_laptop_is_golden(store: BenchStore, book: GoldenBook) -> None:
    golden = book.register("good", first_seen(store), "Boss")
    for number in range(LATEST_RUNS + 10):
        record = attempted(store, GOOD, (finding(HEALTH, Verdict.PASS, float(number), unit="%"),))
        book.keep_run(record, golden, SHIFT, ())
    [health] = book.readings(golden.golden_id)
    assert health.first == tuple(float(one) for one in range(FIRST_RUNS))
    assert health.values == tuple(float(one) for one in range(10, LATEST_RUNS + 10))


def test_a_waiver_is_in_force_until_its_end_and_is_an_override(store: BenchStore, book: GoldenBook) -> None:
    now, until = "2027-01-15T08:00:00.000Z", "2027-01-15T14:00:00.000Z"
    made = book.waive(3, until, "anna", "bob", "the golden laptop is out")
    [waiver] = book.waivers(now)
    assert (waiver.waiver_id, waiver.slot, waiver.until) == (made, 3, until)
    assert (waiver.asked_by, waiver.approved_by, waiver.reason) == ("anna", "bob", "the golden laptop is out")
    assert book.waivers(until) == []
    [override] = OverrideBook(store).latest(5)
    assert (override.kind, override.slot, override.approved_by) == ("gate_waiver", 3, "bob")


def test_a_waiver_can_be_ended_before_its_end_and_only_in_its_slot(book: GoldenBook) -> None:
    until = "2027-12-31T14:00:00.000Z"
    book.waive(3, until, "anna", "bob", "why")
    book.waive(4, until, "anna", "bob", "why")
    assert book.end_waiver(3, "bob")
    assert not book.end_waiver(3, "bob")
    assert [one.slot for one in book.waivers("2027-02-01T00:00:00.000Z")] == [4]


def test_what_laptops_and_people_say_is_safe_to_show(store: BenchStore, book: GoldenBook) -> None:
    made = book.register("good", first_seen(store), "\x1b[31mBoss\u202e" * 200)
    assert is_clean(made.made_by)
    assert len(made.made_by) <= 80
    book.waive(1, "2027-12-31T14:00:00.000Z", "\x07anna" * 200, "b\u202eob", "why\x1b[2J" * 500)
    [waiver] = book.waivers("")
    assert all(is_clean(text) for text in (waiver.asked_by, waiver.approved_by, waiver.reason))


def test_a_disk_that_refuses_changes_nothing(store: BenchStore, book: GoldenBook) -> None:
    record = first_seen(store)
    store.database.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreRefused):
        book.register("good", record, "Boss")
    with pytest.raises(StoreRefused):
        book.waive(1, "2027-12-31T14:00:00.000Z", "anna", "bob", "why")
    store.database.execute("PRAGMA query_only = OFF")
    assert (book.goldens(), book.waivers(""), OverrideBook(store).latest(1)) == ([], [], [])


def test_the_latest_completed_attempt_is_the_one_to_register_from(store: BenchStore, book: GoldenBook) -> None:
    assert book.latest_attempt(GOOD) is None
    first_seen(store)
    latest = attempted(store, GOOD, (finding(HEALTH, Verdict.PASS, severity=Severity.MINOR),))
    first_seen(store, BAD)
    assert book.latest_attempt(GOOD) == latest.attempt_id
