"""The book of what comes in at the door: a code counts once, and what is missing is what nobody counted in."""

from __future__ import annotations

import itertools
from pathlib import Path

import pysqlite3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.store.bench_store import BenchStore, StoreRefused
from station.store.receipt import Expected, Kind, KindTally, Outcome
from station.store.receipt_book import ReceiptBook
from station.store.receipt_figures import ReceiptFigures
from tests.station.store.conftest import still_clock

LIST = (
    Expected("P1", Kind.PALLET),
    Expected("C1", Kind.CARTON, "P1"),
    Expected("C2", Kind.CARTON, "P1"),
    Expected("C3", Kind.CARTON),
    Expected("L1", Kind.LAPTOP, "C1", "ThinkPad L13"),
    Expected("L2", Kind.LAPTOP, "C1", "ThinkPad L13"),
    Expected("L3", Kind.LAPTOP, "C3"),
    Expected("L4", Kind.LAPTOP),
)
KINDS = {one.code: one.kind for one in LIST} | {"X1": Kind.CARTON, "X2": Kind.LAPTOP}


@pytest.fixture
def book(store: BenchStore) -> ReceiptBook:
    made = ReceiptBook(store, still_clock())
    made.expect("D-1", "Acme", "anna", LIST)
    return made


@pytest.fixture
def figures(store: BenchStore) -> ReceiptFigures:
    return ReceiptFigures(store)


def of(figures: ReceiptFigures, kind: Kind) -> KindTally:
    return next(one for one in figures.tally("D-1").kinds if one.kind is kind)


def come(book: ReceiptBook, *codes: str) -> list[Outcome]:
    outcomes = []
    for code in codes:
        taken = book.receive("D-1", code, KINDS[code], "anna")
        assert taken is not None
        outcomes.append(taken.counted.receipt.outcome)
    return outcomes


STEPS = st.lists(
    st.one_of(
        st.sampled_from(sorted(KINDS)).map(lambda code: ("scan", code)),
        st.sampled_from(sorted(KINDS)).map(lambda code: ("damage", code)),
        st.just(("undo", "")),
    ),
    max_size=25,
)


class Model:
    """What the door should say, with nothing but the scans that stand, oldest first, and which of them are damaged."""

    def __init__(self) -> None:
        self.standing: list[str] = []
        self.marks: list[str] = []
        self.done: list[tuple[str, str]] = []

    def step(self, what: str, code: str) -> None:
        if what == "scan" and code not in self.standing:
            self.standing.append(code)
            self.done.append(("scan", code))
        elif what == "damage" and code in self.standing and code not in self.marks:
            self.marks.append(code)
            self.done.append(("damage", code))
        elif what == "undo" and self.done:
            before, last = self.done.pop()
            (self.standing if before == "scan" else self.marks).remove(last)

    def came(self, one: Expected) -> bool:
        parents = {line.code: line.parent for line in LIST}
        code = one.code
        while code:
            if code in self.standing:
                return True
            code = parents.get(code, "")
        return False


@given(STEPS)
@settings(max_examples=60, deadline=None)
def test_any_order_of_scans_repeats_damages_and_undos_adds_up(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str]]
) -> None:
    store = BenchStore(tmp_path_factory.mktemp("door") / "bench.sqlite", still_clock())
    try:
        book, figures, model = ReceiptBook(store, still_clock()), ReceiptFigures(store), Model()
        book.expect("D-1", "Acme", "anna", LIST)
        assert book.open("D-1", "anna")
        for what, code in steps:
            if what == "scan":
                book.receive("D-1", code, KINDS[code], "anna")
            elif what == "damage":
                book.damage("D-1", code, "bob")
            else:
                book.undo("D-1", "carl")
            model.step(what, code)
        tally = figures.tally("D-1")
        for kind in tally.kinds:
            named = [one for one in LIST if one.kind is kind.kind]
            missing = {one.code for one in named if not model.came(one)}
            assert kind.received + kind.missing == kind.expected == len(named)
            assert {one.code for one in figures.missing("D-1", kind.kind)} == missing
            assert kind.missing == len(missing)
        codes = [one.receipt.code for one in figures.latest("D-1")]
        assert sorted(codes) == sorted(model.standing)
        assert tally.damaged == len(model.marks)
        assert tally.extra == len({"X1", "X2"} & set(model.standing))
        within = {one.code for one in LIST if model.came(one)} - set(model.standing)
        assert {one.code for one in figures.within("D-1")} == within
    finally:
        store.close()


def test_a_code_is_counted_once_and_who_did_it_is_kept(book: ReceiptBook, figures: ReceiptFigures) -> None:
    book.open("D-1", "anna")
    first = book.receive("D-1", "C1", Kind.CARTON, "anna")
    second = book.receive("D-1", "C1", Kind.CARTON, "bob")
    assert first is not None
    assert second is not None
    assert (first.again, second.again) == (False, True)
    assert second.counted.receipt == first.counted.receipt
    assert second.counted.receipt.by == "anna"
    assert of(figures, Kind.CARTON).received == 1


def test_not_even_a_second_connection_can_count_a_code_twice(book: ReceiptBook, store: BenchStore) -> None:
    book.open("D-1", "anna")
    come(book, "C1")
    with pytest.raises(pysqlite3.IntegrityError):
        store.database.execute(
            'INSERT INTO receipt (receipt_id, reference, code, kind, outcome, at, "by", replaces)'
            " SELECT receipt_id || 'x', reference, code, kind, outcome, at, \"by\", replaces FROM receipt"
        )


def test_a_pallet_brings_its_cartons_and_their_laptops(book: ReceiptBook, figures: ReceiptFigures) -> None:
    book.open("D-1", "anna")
    come(book, "P1")
    assert [one.code for one in figures.missing("D-1", Kind.CARTON)] == ["C3"]
    assert [one.code for one in figures.missing("D-1", Kind.LAPTOP)] == ["L3", "L4"]
    assert come(book, "C1") == [Outcome.RECEIVED]
    assert of(figures, Kind.CARTON).received == 2
    book.undo("D-1", "anna")
    book.undo("D-1", "anna")
    assert of(figures, Kind.CARTON).received == 0


def test_taking_back_is_an_event_and_deletes_nothing(book: ReceiptBook, figures: ReceiptFigures) -> None:
    book.open("D-1", "anna")
    come(book, "C1", "C2")
    undone = book.undo("D-1", "bob")
    assert undone is not None
    assert undone.receipt.code == "C2"
    [kept] = figures.taken_back("D-1")
    assert (kept.code, kept.by, kept.undone_by) == ("C2", "anna", "bob")
    assert kept.undone_at
    # It can come again after all.
    assert come(book, "C2") == [Outcome.RECEIVED]


def test_what_is_damaged_has_come_and_the_damage_alone_can_be_taken_back(
    book: ReceiptBook, figures: ReceiptFigures
) -> None:
    book.open("D-1", "anna")
    come(book, "C1", "C2")
    taken = book.damage("D-1", "C1", "bob")
    assert taken is not None
    assert (taken.counted.receipt.outcome, taken.counted.receipt.by) == (Outcome.DAMAGED, "bob")
    again = book.damage("D-1", "C1", "bob")
    assert again is not None
    assert again.again
    assert (figures.tally("D-1").damaged, of(figures, Kind.CARTON).received) == (1, 2)
    undone = book.undo("D-1", "anna")
    assert undone is not None
    assert undone.restored
    assert (figures.tally("D-1").damaged, of(figures, Kind.CARTON).received) == (0, 2)
    # And then what was scanned last, not what was marked.
    undone = book.undo("D-1", "anna")
    assert undone is not None
    assert undone.receipt.code == "C2"


def test_what_is_extra_and_damaged_is_both(book: ReceiptBook, figures: ReceiptFigures) -> None:
    book.open("D-1", "anna")
    assert come(book, "X1") == [Outcome.EXTRA]
    book.damage("D-1", "X1", "anna")
    tally = figures.tally("D-1")
    assert (tally.extra, tally.damaged) == (1, 1)


def test_where_the_list_names_none_of_its_kind_nothing_is_extra(store: BenchStore, figures: ReceiptFigures) -> None:
    book = ReceiptBook(store, still_clock())
    book.expect("D-1", "Acme", "anna", [Expected("C1", Kind.CARTON)])
    book.open("D-1", "anna")
    assert come(book, "X2", "X1") == [Outcome.RECEIVED, Outcome.EXTRA]
    assert figures.tally("D-1").counts_by.kind is Kind.CARTON


def test_nothing_is_counted_into_a_delivery_that_is_not_open(book: ReceiptBook) -> None:
    assert book.receive("D-1", "C1", Kind.CARTON, "anna") is None
    book.open("D-1", "anna")
    come(book, "C1")
    assert book.close("D-1", "bob")
    assert book.receive("D-1", "C2", Kind.CARTON, "anna") is None
    assert book.damage("D-1", "C1", "anna") is None
    assert book.undo("D-1", "anna") is None
    closed = book.delivery("D-1")
    assert closed is not None
    assert (closed.opened_by, closed.closed_by) == ("anna", "bob")
    assert closed.closed_at
    assert not book.close("D-1", "carl")
    assert book.open("D-1", "carl") is None


def test_one_delivery_is_open_at_a_time(book: ReceiptBook) -> None:
    book.expect("D-2", "Acme", "anna", LIST)
    opened = book.open("D-1", "anna")
    assert opened is not None
    assert book.open("D-1", "bob") == opened
    assert book.open("D-2", "anna") is None
    assert book.open("D-3", "anna", blind=True) is None
    assert [one.reference for one in book.unopened(9)] == ["D-2"]
    book.close("D-1", "anna")
    assert book.open("D-1", "anna", blind=True) is None
    blind = book.open("D-3", "anna", blind=True)
    assert blind is not None
    assert book.current() == blind


def test_an_open_delivery_is_still_open_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "bench.sqlite"
    store = BenchStore(path, still_clock())
    book = ReceiptBook(store, still_clock())
    book.expect("D-1", "Acme", "anna", LIST)
    book.open("D-1", "anna")
    come(book, "C1")
    store.close()
    store = BenchStore(path, still_clock())
    now = ReceiptBook(store, still_clock()).current()
    assert now is not None
    assert now.reference == "D-1"
    assert of(ReceiptFigures(store), Kind.CARTON).received == 1
    store.close()


def test_a_list_is_replaced_until_its_delivery_is_opened(book: ReceiptBook, figures: ReceiptFigures) -> None:
    shorter = [*LIST[:-2], Expected("L3", Kind.LAPTOP, "C2"), Expected("L9", Kind.LAPTOP)]
    looked = book.expect("D-1", "Other", "bob", shorter, only_look=True)
    assert looked is not None
    assert (looked.new, looked.added, looked.removed, looked.changed) == (False, ("L9",), ("L4",), ("L3",))
    assert figures.expected("D-1", "L4") is not None
    assert book.expect("D-1", "Other", "bob", shorter) == looked
    assert figures.expected("D-1", "L4") is None
    now = book.delivery("D-1")
    assert now is not None
    assert (now.supplier, now.made_by) == ("Other", "bob")
    book.open("D-1", "anna")
    assert book.expect("D-1", "Acme", "anna", LIST) is None
    assert figures.expected("D-1", "L9") is not None


def test_a_code_finds_the_delivery_that_names_it(book: ReceiptBook, figures: ReceiptFigures) -> None:
    assert figures.advised_in("C1") == "D-1"
    assert figures.advised_in("C1", but="D-1") == ""
    book.open("D-1", "anna")
    book.close("D-1", "anna")
    assert figures.advised_in("C1") == ""


def test_a_store_that_cannot_be_written_says_so_and_keeps_nothing(store: BenchStore, book: ReceiptBook) -> None:
    book.open("D-1", "anna")
    store.database.execute("PRAGMA query_only=ON")
    with pytest.raises(StoreRefused):
        book.receive("D-1", "C1", Kind.CARTON, "anna")
    store.database.execute("PRAGMA query_only=OFF")
    assert ReceiptFigures(store).latest("D-1") == []


def test_counting_reads_the_indexes_and_never_the_whole_list(store: BenchStore) -> None:
    """However many codes are expected: no step looks at rows that it has no business with."""
    cartons = [Expected(f"C{number:04}", Kind.CARTON) for number in range(500)]
    laptops = [Expected(f"L{number:05}", Kind.LAPTOP, f"C{number % 500:04}") for number in range(5_000)]
    book, figures = ReceiptBook(store, still_clock()), ReceiptFigures(store)
    book.expect("D-1", "Acme", "anna", [*cartons, *laptops])
    book.open("D-1", "anna")
    seen: list[str] = []
    store.database.conn.set_trace_callback(seen.append)
    book.receive("D-1", "C0001", Kind.CARTON, "anna")
    book.damage("D-1", "C0001", "anna")
    book.undo("D-1", "anna")
    figures.tally("D-1")
    figures.missing("D-1", Kind.CARTON, 9)
    figures.latest("D-1", 9)
    figures.advised_in("L00001")
    store.database.conn.set_trace_callback(None)
    asked = [sql for sql in dict.fromkeys(seen) if sql.lstrip().startswith(("SELECT", "WITH", "UPDATE"))]
    plans = itertools.chain.from_iterable(store.database.query(f"EXPLAIN QUERY PLAN {sql}") for sql in asked)
    details = [row["detail"] for row in plans]
    tables = {"delivery_expected", "receipt", "e", "r", "one", "up", "i"}
    # A whole table, or all of one delivery: only what counts does that, in an index alone, and what reads the latest.
    whole = [detail for detail in details if detail.startswith("SCAN") and detail.split()[1] in tables]
    whole += [detail for detail in details if detail.endswith("(reference=?)") and detail.split()[1] in tables]
    assert [one for one in whole if "COVERING" not in one and "receipt_latest" not in one] == []
    assert len(asked) >= 8
