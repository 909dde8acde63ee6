"""The figures of a shift: counted from its beginning on, of laptops of deliveries only."""

from __future__ import annotations

from checks.verdict import Verdict
from station.records import AttemptKind, AttemptStatus
from station.store.bench_store import BenchStore
from station.store.hold_book import HoldBook
from station.store.override_book import OverrideBook
from station.store.shift_figures import Count, figures_mark, shift_figures
from tests.station.bench.views.benches import ended, finding
from tests.station.kept import kept_scan


def test_what_ended_before_the_moment_is_not_counted_and_still_no_first_pass_afterwards(store: BenchStore) -> None:
    ended(store, "PF3K0A1", Verdict.FAIL, findings=[finding()])
    since = store.clock.now_text()
    ended(store, "PF3K0A1", Verdict.PASS, retest="repaired")
    ended(store, "PF3K0A2", Verdict.PASS)
    figures = shift_figures(store, since)
    assert figures.all == Count(done=2, passed=2)
    assert (figures.first, figures.first_pass, figures.retests) == (1, 1, 1)
    assert figures.failing == ()


def test_golden_laptops_count_in_nothing(store: BenchStore) -> None:
    ended(store, "GOLDEN1", Verdict.FAIL, kind=AttemptKind.BENCH_CHECK, findings=[finding()])
    figures = shift_figures(store, "2000-01-01T00:00:00.000Z")
    assert figures.all.done == 0
    assert (figures.slots, figures.models, figures.failing) == ((), (), ())


def test_an_attempt_that_the_bench_could_not_do_says_nothing_of_the_first_pass(store: BenchStore) -> None:
    ended(store, "PF3K0A1", Verdict.ERROR)
    ended(store, "PF3K0A1", Verdict.PASS)
    figures = shift_figures(store, "2000-01-01T00:00:00.000Z")
    assert (figures.first, figures.first_pass) == (1, 1)


def test_checks_that_are_only_recorded_are_no_failing_checks(store: BenchStore) -> None:
    findings = [finding("memory.installed"), finding("camera.present", info=True)]
    ended(store, "PF3K0A1", Verdict.FAIL, findings=findings)
    ended(store, "PF3K0A2", Verdict.FAIL, findings=findings)
    assert shift_figures(store, "2000-01-01T00:00:00.000Z").failing == (("memory.installed", 2),)


def test_a_verdict_that_was_taken_back_counts_in_nothing(store: BenchStore) -> None:
    wrong = ended(store, "PF3K0A1", Verdict.FAIL, findings=[finding()])
    attempt_id = store.begin_attempt(
        kept_scan(store, "PF3K0A1"),
        slot=1,
        operator="a",
        profile="p@1",
        profile_digest="d",
        link="l",
        resumes=wrong.attempt_id,
    )
    store.finish_attempt(attempt_id, status=AttemptStatus.COMPLETED, verdict=Verdict.PASS)
    figures = shift_figures(store, "2000-01-01T00:00:00.000Z")
    assert figures.all == Count(done=1, passed=1)
    assert (figures.first, figures.first_pass, figures.failing) == (1, 1, ())
    assert store.count_since("2000-01-01T00:00:00.000Z").completed == 1


def test_a_record_that_cannot_be_read_is_counted_by_its_verdict(store: BenchStore) -> None:
    ended(store, "PF3K0A1")
    record = ended(store, "PF3K0A1", retest="repaired")
    store.database.execute("UPDATE attempt SET record = ? WHERE attempt_id = ?", (b"\xff{", record.attempt_id))
    figures = shift_figures(store, "2000-01-01T00:00:00.000Z")
    assert (figures.all.done, figures.retests) == (2, 1)


def test_the_mark_is_another_one_after_each_change(store: BenchStore) -> None:
    marks = [figures_mark(store)]
    ended(store)
    marks.append(figures_mark(store))
    HoldBook(store).put("PF3K0A1", "", "anna", "looked odd")
    marks.append(figures_mark(store))
    OverrideBook(store).record("conflict", 1, "PF3K0A1", "", "anna", "ben", "why not")
    marks.append(figures_mark(store))
    assert len(set(marks)) == 4
    assert figures_mark(store) == marks[-1]
