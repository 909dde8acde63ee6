"""The bench's book of decisions: what is recorded stays, what is ended stays ended, also after the file was closed."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from specs.decisions import Approval, Decisions, Subject, Waiver
from specs.text import is_clean
from station.clock import Clock
from station.doctor import examine
from station.paths import Paths
from station.store.bench_store import BenchStore, StoreRefused
from station.store.decision_book import DecisionBook, Entry
from tests.station.store.conftest import still_clock

START = 1_800_000_000.0  # 2027-01-15 08:00 UTC
DAY = 86_400.0
HOSTILE = "\x1b[31mAnna\x07\u202e\r\n\u200b"


def waiver(**changes: Any) -> Waiver:
    made = Waiver(
        id="",
        by="Anna",
        made_at="",
        until="2027-01-16",
        subject=Subject(serial="PF1A2B3C"),
        check="camera.present",
        reason="the school asked for none",
    )
    return replace(made, **changes)


def approval(**changes: Any) -> Approval:
    made = Approval(
        id="",
        by="Anna",
        made_at="",
        model="LENOVO 81MA",
        claims={"battery.hours": "at least 7 hours"},
        document="MA-17",
    )
    return replace(made, **changes)


def at(seconds: float) -> Clock:
    """A clock that stands near a moment."""
    return still_clock(START + seconds)


def test_a_decision_is_kept_under_an_id_and_a_time_of_its_own(store: BenchStore) -> None:
    book = DecisionBook(store, at(0))
    first, second = book.record(waiver(id="mine", made_at="1999")), book.record(waiver())
    assert first.id != second.id
    assert len(first.id) == 36
    assert first.made_at.startswith("2027-01-15T08:00:00")
    assert book.entries() == (Entry(first), Entry(second))
    assert book.all() == Decisions(waivers=(first, second))


def test_waivers_and_approvals_come_back_as_what_they_are_after_the_file_was_closed(tmp_path: Path) -> None:
    path = tmp_path / "bench.sqlite"
    store = BenchStore(path)
    book = DecisionBook(store, at(0))
    made = book.record(waiver(worst=90.0, profile="demo")), book.record(approval(until="2027-02-01"))
    assert book.end(made[0].id, "Bob", "the camera is back")
    store.close()
    again = BenchStore(path)
    one, other = DecisionBook(again, at(0)).entries()
    assert replace(one.decision, ended_at="") == made[0]
    assert (one.ended_by, one.ended_reason) == ("Bob", "the camera is back")
    assert other == Entry(made[1])
    again.close()


def test_a_decision_is_ended_once_and_the_first_word_stands(store: BenchStore) -> None:
    book = DecisionBook(store, at(0))
    made = book.record(waiver())
    assert book.end(made.id, "Bob", "first")
    assert not book.end(made.id, "Carl", "second")
    assert not book.end("nothing of that id", "Carl", "third")
    [entry] = book.entries()
    assert (entry.ended_by, entry.ended_reason) == ("Bob", "first")


def test_what_was_ended_or_ran_out_is_no_longer_in_force(store: BenchStore) -> None:
    book = DecisionBook(store, at(0))
    short, long, paper = book.record(waiver()), book.record(waiver(until="2027-03-01")), book.record(approval())
    assert book.in_force() == Decisions((paper,), (short, long))
    assert DecisionBook(store, at(DAY)).in_force() == Decisions((paper,), (short, long))
    assert DecisionBook(store, at(2 * DAY)).in_force() == Decisions((paper,), (long,))
    assert DecisionBook(store, at(2 * DAY)).end(long.id, "Bob", "no more")
    assert DecisionBook(store, at(2 * DAY + 1)).in_force() == Decisions((paper,))
    # Whoever judges again asks what was in force then.
    assert DecisionBook(store, at(3 * DAY)).all().in_force("2027-01-16T12:00:00.000Z").waivers[0] == short


def test_hostile_texts_are_clean_before_they_are_stored(store: BenchStore) -> None:
    book = DecisionBook(store, at(0))
    made = book.record(
        waiver(by=HOSTILE, reason=HOSTILE, check=HOSTILE, profile=HOSTILE, subject=Subject(serial=HOSTILE))
    )
    paper = book.record(approval(by=HOSTILE, document=HOSTILE, model=HOSTILE, claims={HOSTILE: HOSTILE}))
    book.end(made.id, HOSTILE, HOSTILE)
    stored = "".join(str(value) for row in store.database.query("SELECT * FROM decision") for value in row.values())
    assert is_clean(stored, len(stored) + 1)
    assert "\\u" not in stored
    assert paper.by == "[31mAnna"


def test_a_text_that_is_nothing_but_hostile_is_no_owner(store: BenchStore) -> None:
    with pytest.raises(ValueError, match="owner"):
        DecisionBook(store, at(0)).record(waiver(by="\u202e\u200b"))
    assert DecisionBook(store, at(0)).entries() == ()


def test_a_file_that_refuses_keeps_nothing_and_says_so(store: BenchStore) -> None:
    book = DecisionBook(store, at(0))
    made = book.record(waiver())
    store.database.execute("PRAGMA query_only=ON")
    with pytest.raises(StoreRefused):
        book.record(waiver())
    with pytest.raises(StoreRefused):
        book.end(made.id, "Bob", "no more")
    store.database.execute("PRAGMA query_only=OFF")
    assert book.entries() == (Entry(made),)


steps = st.lists(
    st.tuples(st.sampled_from(("waiver", "approval", "end", "reopen", "wait")), st.integers(0, 5)), max_size=12
)


@given(steps)
@settings(max_examples=40, deadline=None)
def test_whatever_is_done_in_whatever_order_nothing_is_lost_and_nothing_comes_back(
    todo: list[tuple[str, int]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path, now = Path(folder) / "bench.sqlite", 0.0
        chance = at(0).random_bytes
        store = BenchStore(path)
        made: list[Waiver | Approval] = []
        ended: dict[str, str] = {}
        for step, number in todo:
            now += 1.0
            book = DecisionBook(store, replace(at(now), random_bytes=chance))
            if step == "waiver":
                made.append(book.record(waiver(until=f"2027-01-{15 + number}")))
            elif step == "approval":
                made.append(book.record(approval(document=f"MA-{number}")))
            elif step == "end" and made:
                one = made[number % len(made)]
                assert book.end(one.id, f"person {number}", "over") is (one.id not in ended)
                ended.setdefault(one.id, f"person {number}")
            elif step == "wait":
                now += number * DAY
            elif step == "reopen":
                store.close()
                store = BenchStore(path)
        book = DecisionBook(store, replace(at(now + 1), random_bytes=chance))
        entries = book.entries()
        assert [replace(entry.decision, ended_at="") for entry in entries] == made
        assert {entry.decision.id: entry.ended_by for entry in entries if entry.decision.ended_at} == ended
        held = book.in_force()
        assert not {one.id for one in (*held.waivers, *held.approvals)} & ended.keys()
        store.close()


def test_a_damaged_decision_lets_nothing_through_and_hides_no_other(store: BenchStore) -> None:
    book = DecisionBook(store, at(0))
    damaged, whole = book.record(waiver()), book.record(waiver())
    store.database.execute("UPDATE decision SET data = '{\"type\":' WHERE id = ?", [damaged.id])
    assert book.in_force().waivers == (whole,)
    assert book.damaged() == (damaged.id,)


def test_the_doctor_names_a_damaged_decision_and_what_to_do(tmp_path: Path) -> None:
    paths = Paths.prepare(tmp_path)
    kept = BenchStore(paths.store)
    made = DecisionBook(kept).record(waiver(until="2999-12-31"))
    assert not [one for one in examine(paths) if one.name == "Decisions"]
    kept.database.execute("UPDATE decision SET data = '{}'")
    kept.database.conn.commit()
    kept.close()
    [symptom] = [one for one in examine(paths) if one.name == "Decisions"]
    assert made.id[-8:] in symptom.line
    assert "station waiver grant" in symptom.line
