"""Attempts as the history lists them: each once, newest first, and never by a walk through the records."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.verdict import Verdict
from station.store.attempts_found import Wanted, attempts_mark, attempts_older, count_attempts, latest_completed
from station.store.bench_store import BenchStore
from station.store.hold_book import HoldBook
from tests.station.bench.views.benches import Wall, ended

NEWEST = 2**62


@settings(max_examples=30)
@given(st.lists(st.sampled_from(["AAA1", "AAB1", "BAA1", "CCC1"]), max_size=30), st.sampled_from(["AA", "AAB", "C"]))
def test_paging_gives_every_attempt_of_what_is_looked_for_once_newest_first(
    tmp_path_factory: pytest.TempPathFactory, found: list[str], part: str
) -> None:
    store = BenchStore(tmp_path_factory.mktemp("bench") / "bench.sqlite", Wall().clock())
    made = [ended(store, serial) for serial in found]
    for wanted, expected in (
        (Wanted(), made),
        (Wanted(part=part), [one for one in made if part in one.scan.serial]),
        (Wanted(serial="AAA1"), [one for one in made if one.scan.serial == "AAA1"]),
    ):
        place = 2**62
        listed: list[str] = []
        while rows := attempts_older(store, wanted, place, 9):
            counted = count_attempts(store, wanted, rows[0].place)
            assert (counted.total, counted.later) == (len(expected), len(listed))
            listed += [row.attempt_id for row in rows]
            place = rows[-1].place - 1
        assert listed == [one.attempt_id for one in reversed(expected)]
    store.close()


def test_the_mark_is_another_one_after_each_change_and_only_then(store: BenchStore) -> None:
    marks = [attempts_mark(store)]
    ended(store)
    marks.append(attempts_mark(store))
    HoldBook(store).put("PF3K0A1", "", "anna", "looked odd")
    marks.append(attempts_mark(store))
    HoldBook(store).end("PF3K0A1", "ben", "is fine")
    marks.append(attempts_mark(store))
    assert len(set(marks)) == 4
    assert attempts_mark(store) == marks[-1]


def test_the_latest_completed_attempt_of_a_laptop_is_named(store: BenchStore) -> None:
    assert latest_completed(store, "PF3K0A1") == ""
    ended(store, "PF3K0A1")
    latest = ended(store, "PF3K0A1", Verdict.FAIL)
    ended(store, "PF3K0A1", None)
    ended(store, "OTHER1")
    assert latest_completed(store, "PF3K0A1") == latest.attempt_id


@pytest.mark.parametrize("wanted", [Wanted(), Wanted(serial="PF3K0A1"), Wanted(part="K0A")], ids=["all", "one", "part"])
def test_no_look_walks_through_the_rows_with_their_records(store: BenchStore, wanted: Wanted) -> None:
    """A record is tens of kilobytes: a walk through 100,000 of them would hold up every scan."""
    asked: list[str] = []
    store.database.conn.set_trace_callback(asked.append)
    count_attempts(store, wanted, NEWEST)
    attempts_older(store, wanted, NEWEST, 9)
    store.database.conn.set_trace_callback(None)
    selects = [sql for sql in asked if "FROM attempt" in sql]
    assert len(selects) == 2
    for sql in selects:
        plan = [row[3] for row in store.database.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()]
        walks = [step for step in plan if step.startswith("SCAN attempt") and "COVERING INDEX" not in step]
        assert walks == [], plan
