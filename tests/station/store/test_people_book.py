"""The bench's book of people: one name for one person, and a badge that is in no file of ours."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specs.text import is_clean
from station.bench.badges import new_badge
from station.clock import Clock
from station.store.bench_store import BenchStore, StoreRefused
from station.store.people_book import LONGEST_NAME, LONGEST_SHIFT_S, NameTaken, PeopleBook, Role, same_name
from tests.station.store.conftest import still_clock

ANNA, BOB, CARL = "IS1:ID:AAAAAAAAAAAAAAAA", "IS1:ID:BBBBBBBBBBBBBBBB", "IS1:ID:CCCCCCCCCCCCCCC2"


class Watch:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    @property
    def clock(self) -> Clock:
        still = still_clock()
        return Clock(lambda: self.now, lambda: self.now, still.random_bytes)


@pytest.fixture
def book(store: BenchStore) -> PeopleBook:
    return PeopleBook(store, still_clock())


def test_a_badge_says_who_it_is_whatever_the_scanner_makes_of_its_capitals(book: PeopleBook) -> None:
    anna = book.enrol("Anna", "technician", ANNA, "Boss")
    assert book.by_badge(ANNA) == anna
    assert book.by_badge(f" {ANNA.lower()}\r\n") == anna
    assert book.by_badge(BOB) is None
    assert (anna.name, anna.role, anna.badge_end, anna.made_by) == ("Anna", "technician", "AAAA", "Boss")
    assert not anna.supervisor
    assert book.enrol("Bob", "supervisor", BOB, "Boss").supervisor


def test_a_badge_is_in_no_file_of_the_bench(tmp_path: Path) -> None:
    store = BenchStore(tmp_path / "bench.sqlite", still_clock())
    book = PeopleBook(store, still_clock())
    book.sign_in(book.enrol("Anna", "technician", ANNA, "Boss").operator_id)
    book.new_badge("Anna", BOB, "Boss")
    files = [path.read_bytes() for path in tmp_path.iterdir()]
    store.close()
    assert files
    for secret in (ANNA.encode()[-16:], BOB.encode()[-16:]):
        assert not any(secret in content for content in files)


@pytest.mark.parametrize("again", ["Anna", "ANNA", " anna ", "An\u200bna", "\uff21nna"])
def test_no_two_people_who_work_here_have_the_same_name(book: PeopleBook, again: str) -> None:
    book.enrol("Anna", "technician", ANNA, "Boss")
    with pytest.raises(NameTaken, match="Anna"):
        book.enrol(again, "supervisor", BOB, "Boss")
    assert book.by_badge(BOB) is None
    assert book.named(again) is not None
    assert book.end(again, "Boss")
    assert book.enrol(again, "supervisor", BOB, "Boss").supervisor


def test_who_has_gone_signs_in_no_more_and_stays_in_the_book(book: PeopleBook) -> None:
    book.enrol("Anna", "technician", ANNA, "Boss")
    assert book.anyone()
    assert book.end("Anna", "Chief")
    assert not book.end("Anna", "Chief")
    assert not book.anyone()
    assert book.by_badge(ANNA) is None
    assert book.operators() == []
    [gone] = book.operators(everything=True)
    assert (gone.name, gone.ended_by) == ("Anna", "Chief")
    assert gone.ended_at > gone.made_at


def test_a_new_badge_ends_the_old_one_and_what_it_signed_in(book: PeopleBook) -> None:
    anna = book.enrol("Anna", "supervisor", ANNA, "Boss")
    book.sign_in(anna.operator_id)
    renewed = book.new_badge("anna", BOB, "Boss")
    assert renewed is not None
    assert (renewed.name, renewed.role) == ("Anna", "supervisor")
    assert book.by_badge(ANNA) is None
    assert book.by_badge(BOB) == renewed
    assert book.signed_in() is None
    assert book.operators() == [renewed]
    assert book.new_badge("Nobody", CARL, "Boss") is None


def test_one_person_is_at_the_bench_and_the_next_one_takes_over(book: PeopleBook, store: BenchStore) -> None:
    assert book.signed_in() is None
    anna, bob = (book.enrol(*one, "Boss") for one in _TWO)
    book.sign_in(anna.operator_id)
    assert book.signed_in() == anna
    book.sign_in(bob.operator_id)
    assert book.signed_in() == bob
    book.sign_out("signed off")
    assert book.signed_in() is None
    rows = list(store.database.query("SELECT ended_why FROM sign_in ORDER BY rowid"))
    assert [row["ended_why"] for row in rows] == ["another signed in", "signed off"]


_TWO: tuple[tuple[str, Role, str], ...] = (("Anna", "technician", ANNA), ("Bob", "supervisor", BOB))


def test_a_sign_in_outlives_the_bench_but_not_the_longest_shift(tmp_path: Path) -> None:
    watch = Watch()
    path = tmp_path / "bench.sqlite"
    store = BenchStore(path, watch.clock)
    anna = PeopleBook(store, watch.clock).enrol("Anna", "technician", ANNA, "Boss")
    PeopleBook(store, watch.clock).sign_in(anna.operator_id)
    store.close()
    store = BenchStore(path, watch.clock)
    book = PeopleBook(store, watch.clock)
    watch.now += LONGEST_SHIFT_S
    assert book.signed_in() == anna
    watch.now += 1
    assert book.signed_in() is None
    # Made while the clock was a year ahead: nobody is signed in for a year by it.
    watch.now += 366 * 86_400
    book.sign_in(anna.operator_id)
    watch.now -= 366 * 86_400
    assert book.signed_in() is None
    store.close()


def test_what_people_typed_is_safe_to_show_and_bounded(book: PeopleBook) -> None:
    made = book.enrol("\x1b[31mAnna\u202e" + "a" * 10_000, "technician", ANNA, "\x07Boss" * 500)
    assert made == book.operators()[0]
    for text in (made.name, made.made_by):
        assert is_clean(text)
        assert len(text) <= LONGEST_NAME


def test_a_disk_that_refuses_changes_nothing(store: BenchStore, book: PeopleBook) -> None:
    anna = book.enrol("Anna", "technician", ANNA, "Boss")
    book.sign_in(anna.operator_id)
    store.database.execute("PRAGMA query_only = ON")
    for act in (
        lambda: book.enrol("Bob", "technician", BOB, "Boss"),
        lambda: book.new_badge("Anna", BOB, "Boss"),
        lambda: book.end("Anna", "Boss"),
        lambda: book.sign_out("signed off"),
    ):
        with pytest.raises(StoreRefused):
            act()
    store.database.execute("PRAGMA query_only = OFF")
    assert book.operators(everything=True) == [anna]
    assert book.signed_in() == anna


@given(name=st.text(max_size=100))
def test_a_name_is_its_own_however_it_is_written(name: str) -> None:
    assert same_name(name, name)
    assert same_name(name, f"  {name} ")
    assert not same_name(name, f"{name[:70]} the second")


NAMES = ("Anna", "anna", "Bob", "Carl")


@settings(max_examples=40, deadline=None)
@given(
    acts=st.lists(
        st.tuples(st.sampled_from(["enrol", "end", "badge", "sign in", "sign out"]), st.sampled_from(NAMES)),
        max_size=25,
    )
)
def test_the_book_agrees_with_a_plain_list_and_forgets_nobody(acts: list[tuple[str, str]]) -> None:
    store = BenchStore(Path(":memory:"), still_clock())
    book = PeopleBook(store, still_clock())
    chance = still_clock().random_bytes
    badges: dict[str, str] = {}
    here = ""
    ever = 0
    for act, name in acts:
        key = name.casefold()
        badge = new_badge(lambda size: bytes(reversed(chance(size))))
        if act == "enrol" and key in badges:
            with pytest.raises(NameTaken):
                book.enrol(name, "technician", badge, "Boss")
        elif act == "enrol":
            book.enrol(name, "technician", badge, "Boss")
            badges[key] = badge
            ever += 1
        elif act == "end":
            assert book.end(name, "Boss") is (badges.pop(key, None) is not None)
            here = "" if here == key else here
        elif act == "badge":
            assert (book.new_badge(name, badge, "Boss") is not None) is (key in badges)
            if key in badges:
                badges[key] = badge
                ever += 1
                here = "" if here == key else here
        elif act == "sign in" and key in badges:
            known = book.by_badge(badges[key])
            assert known is not None
            book.sign_in(known.operator_id)
            here = key
        elif act == "sign out":
            book.sign_out("signed off")
            here = ""
        signed_in = book.signed_in()
        assert (signed_in.name.casefold() if signed_in else "") == here
        assert {one.name.casefold() for one in book.operators()} == set(badges)
        assert book.anyone() is bool(badges)
        assert len(book.operators(everything=True)) == ever
    store.close()
