"""The bench's book of holds: one open hold for a laptop, and none is ever deleted."""

from __future__ import annotations

from pathlib import Path

import pysqlite3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specs.text import is_clean
from station.store.bench_store import BenchStore, StoreRefused
from station.store.hold_book import Hold, HoldBook, end_inside, put_inside
from station.store.refusing import storing
from tests.station.store.conftest import still_clock


@pytest.fixture
def book(store: BenchStore) -> HoldBook:
    return HoldBook(store, still_clock())


def test_a_hold_is_open_until_it_is_ended_and_stays_in_the_book(tmp_path: Path) -> None:
    path = tmp_path / "bench.sqlite"
    store = BenchStore(path, still_clock())
    made = HoldBook(store, still_clock()).put("PF1A2B3C", "an attempt", "anna", "a cracked lid")
    store.close()
    store = BenchStore(path, still_clock())
    book = HoldBook(store, still_clock())
    held = book.open("PF1A2B3C")
    assert held is not None
    assert (held.hold_id, held.attempt_id, held.made_by, held.reason) == (made, "an attempt", "anna", "a cracked lid")
    assert book.open_holds() == [held]
    assert book.end("PF1A2B3C", "bob", "only a scratch")
    assert book.open("PF1A2B3C") is None
    assert book.open_holds() == []
    [ended] = book.holds()
    assert (ended.hold_id, ended.ended_by, ended.ended_reason) == (made, "bob", "only a scratch")
    assert ended.ended_at
    store.close()


def test_a_laptop_that_is_on_hold_is_not_put_on_hold_a_second_time(book: HoldBook) -> None:
    first = book.put("PF1A2B3C", "", "anna", "a cracked lid")
    assert book.put("PF1A2B3C", "another", "bob", "again") == first
    assert book.put("PF9Z8Y7X", "", "anna", "a cracked lid") != first
    assert [hold.made_by for hold in book.holds()] == ["anna", "anna"]


def test_a_laptop_that_is_not_on_hold_is_not_released(book: HoldBook) -> None:
    assert not book.end("PF1A2B3C", "bob", "why not")
    book.put("PF1A2B3C", "", "anna", "a cracked lid")
    assert book.end("PF1A2B3C", "bob", "only a scratch")
    assert not book.end("PF1A2B3C", "carl", "me too")
    assert book.holds()[0].ended_by == "bob"


def test_a_hold_inside_a_transaction_is_there_with_it_or_not_at_all(store: BenchStore, book: HoldBook) -> None:
    def put() -> tuple[str, bool]:
        return put_inside(store.database, still_clock(), "PF1A2B3C", "an attempt", "anna", "a cracked lid")

    def put_and_stumble() -> None:
        with storing(store.database):
            assert put()[1]
            raise RuntimeError

    with pytest.raises(RuntimeError):
        put_and_stumble()
    assert book.holds() == []
    with storing(store.database):
        made, new = put()
        assert new
        assert put() == (made, False)
    assert [hold.hold_id for hold in book.open_holds()] == [made]


def test_only_the_hold_that_is_meant_is_ended(store: BenchStore, book: HoldBook) -> None:
    def end(hold_id: str) -> bool:
        with storing(store.database):
            return end_inside(store.database, still_clock(), hold_id, "anna", "taken back")

    first = book.put("PF1A2B3C", "", "anna", "by mistake")
    assert book.end("PF1A2B3C", "bob", "only a scratch")
    second = book.put("PF1A2B3C", "", "carl", "a cracked lid")
    assert not end(first)
    assert [hold.hold_id for hold in book.open_holds()] == [second]
    assert book.holds()[0].ended_by == "bob"
    assert end(second)
    assert not end(second)
    assert not end("no such hold")
    assert book.open_holds() == []


def test_two_who_hold_the_same_laptop_at_once_make_one_hold(store: BenchStore, book: HoldBook) -> None:
    book.put("PF1A2B3C", "", "anna", "a cracked lid")
    with pytest.raises(pysqlite3.IntegrityError):
        store.database.execute(
            "INSERT INTO hold (hold_id, serial, attempt_id, made_at, made_by, reason)"
            " VALUES ('x', 'PF1A2B3C', '', '', '', '')"
        )


def test_what_people_typed_is_safe_to_show(book: HoldBook) -> None:
    book.put("PF1A2B3C", "", "\x1b[31mAnna\u202e", "why\x07" * 500)
    held = book.open("PF1A2B3C")
    assert held is not None
    assert is_clean(held.made_by)
    assert is_clean(held.reason)


def test_a_disk_that_refuses_changes_nothing(store: BenchStore, book: HoldBook) -> None:
    store.database.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreRefused):
        book.put("PF1A2B3C", "", "anna", "a cracked lid")
    store.database.execute("PRAGMA query_only = OFF")
    assert book.holds() == []


SERIALS = ("PF1A2B3C", "PF9Z8Y7X", "5CG1234XYZ")


@settings(max_examples=50)
@given(acts=st.lists(st.tuples(st.sampled_from(["put", "end"]), st.sampled_from(SERIALS)), max_size=30))
def test_the_book_agrees_with_a_plain_list_and_forgets_nothing(acts: list[tuple[str, str]]) -> None:
    store = BenchStore(Path(":memory:"), still_clock())
    book = HoldBook(store, still_clock())
    held: dict[str, str] = {}
    ever: list[str] = []
    for act, serial in acts:
        if act == "put":
            made = book.put(serial, "", "anna", "why")
            assert made == held.setdefault(serial, made)
            ever += [made] if made not in ever else []
        else:
            assert book.end(serial, "bob", "why") is (held.pop(serial, None) is not None)
        assert {hold.serial: hold.hold_id for hold in book.open_holds()} == held
        assert [hold.hold_id for hold in book.holds()] == ever
        assert all(isinstance(book.open(one), Hold) is (one in held) for one in SERIALS)
    store.close()
