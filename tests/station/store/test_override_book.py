"""The bench's book of overrides: who asked, who approved, and none is ever taken out."""

from __future__ import annotations

import pytest

from specs.text import is_clean
from station.store.bench_store import BenchStore, StoreRefused
from station.store.override_book import OverrideBook
from tests.station.store.conftest import still_clock


@pytest.fixture
def book(store: BenchStore) -> OverrideBook:
    return OverrideBook(store, still_clock())


def test_an_override_is_kept_with_both_people_and_the_latest_comes_first(book: OverrideBook) -> None:
    first = book.record("conflict", 3, "PF1A2B3C", "an attempt", "anna", "bob", "the label is torn")
    second = book.record("gate_waiver", 4, "", "", "anna", "bob", "the golden laptop is out")
    newest, oldest = book.latest(10)
    assert (newest.override_id, oldest.override_id) == (second, first)
    assert (oldest.kind, oldest.slot, oldest.serial, oldest.attempt_id) == ("conflict", 3, "PF1A2B3C", "an attempt")
    assert (oldest.asked_by, oldest.approved_by, oldest.reason) == ("anna", "bob", "the label is torn")
    assert [one.override_id for one in book.latest(1)] == [second]
    assert book.latest(0) == book.latest(-5) == []


def test_what_people_typed_is_safe_to_show(book: OverrideBook) -> None:
    book.record("conflict", 1, "\x1b[2J" * 900, "", "\x1b[31manna\u202e", "b" * 10_000, "why\x07" * 500)
    [kept] = book.latest(1)
    assert all(is_clean(text) for text in (kept.serial, kept.asked_by, kept.approved_by, kept.reason))
    assert len(kept.approved_by) == 80


def test_a_disk_that_refuses_keeps_nothing(store: BenchStore, book: OverrideBook) -> None:
    store.database.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreRefused):
        book.record("conflict", 1, "PF1A2B3C", "", "anna", "bob", "why")
    store.database.execute("PRAGMA query_only = OFF")
    assert book.latest(1) == []
