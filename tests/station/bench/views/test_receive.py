"""Receiving at the bench, through the view and a real store: as a technician at the door works."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.scanners.grammar.grammar import Grammar
from hardware.scanners.scanner import Code
from station.bench.command_codes import CommandCode, Verb
from station.bench.keeper import Keeper
from station.bench.pages import ReceivePage
from station.bench.protocol import ScanOutcome
from station.bench.understanding import understand
from station.bench.views.receive import ReceiveView
from station.bench.views.view import BenchView, Came, Who
from station.store.journal import ScanFate
from station.store.receipt import Delivery, Expected, Kind
from station.store.receipt_book import ReceiptBook
from station.store.receipt_figures import ReceiptFigures
from tests.station.store.conftest import still_clock

GRAMMAR: Final = Grammar.load()
ANNA, BOB = Who("anna"), Who("bob")
C1, C2, EXTRA = "106141412345678908", "006141411234567890", "340123450000000017"
PALLET: Final = "340123450000000024"
LIST: Final = (
    Expected(PALLET, Kind.PALLET),
    Expected(C1, Kind.CARTON, PALLET),
    Expected(C2, Kind.CARTON, PALLET),
    Expected("PF1A2B3C", Kind.LAPTOP, C1, "ThinkPad L13"),
    Expected("PF1A2B3D", Kind.LAPTOP, C2, "ThinkPad L13"),
)


class Door:
    """A technician with a scanner and the function keys."""

    def __init__(self, keeper: Keeper, start: float = 1_800_000_000.0) -> None:
        self.keeper = keeper
        self.view = ReceiveView(keeper, still_clock(start))

    async def scan(self, *texts: str, symbology: str = "", who: Who = ANNA) -> Came:
        codes = tuple(Code(text, symbology) for text in texts)
        came = await self.view.read(codes, understand(codes, GRAMMAR, "K7Q2"), who)
        assert came is not None
        assert came.sentence.isprintable()
        return came

    async def press(self, verb: Verb, who: Who = ANNA) -> Came:
        came = await self.view.obey(CommandCode(verb), who)
        assert came is not None
        return came

    @property
    def page(self) -> ReceivePage:
        return self.view.page

    @property
    def counts(self) -> tuple[int, int, int, int]:
        return (self.page.received, self.page.missing, self.page.extra, self.page.damaged)

    async def delivery(self, reference: str = "D-1042") -> Delivery:
        found = await self.keeper.ask(lambda store: ReceiptBook(store).delivery(reference))
        assert found is not None
        return found


@pytest.fixture
async def keeper(tmp_path: Path) -> AsyncIterator[Keeper]:
    opened = Keeper(tmp_path / "bench.sqlite", still_clock())
    await opened.open()
    await opened.ask(lambda store: ReceiptBook(store).expect("D-1042", "Acme Ltd", "carl", LIST))
    yield opened
    await opened.close()


@pytest.fixture
async def door(keeper: Keeper) -> Door:
    made = Door(keeper)
    await made.view.open(ANNA)
    return made


@pytest.fixture
async def opened(door: Door) -> Door:
    await door.scan("D-1042")
    return door


async def test_it_is_a_view_of_the_bench(door: Door) -> None:
    view: BenchView = door.view
    assert view.page == door.page


async def test_a_reference_opens_its_delivery(door: Door) -> None:
    assert door.page.missing_named == ("D-1042 (Acme Ltd)",)
    came = await door.scan("d-1042")
    assert came.outcome is ScanOutcome.ACCEPTED
    assert "2 cartons expected" in came.sentence
    assert (door.page.reference, door.page.supplier, door.page.expected) == ("D-1042", "Acme Ltd", 2)
    assert (await door.delivery()).opened_by == "anna"


@pytest.mark.parametrize("written", [C1, f"00{C1}", f"(00){C1}"])
async def test_a_carton_is_counted_in_and_a_second_time_counted_once(opened: Door, written: str) -> None:
    came = await opened.scan(written)
    assert (came.outcome, came.fate) == (ScanOutcome.ACCEPTED, ScanFate.RECEIVED)
    assert opened.counts == (1, 1, 0, 0)
    again = await opened.scan(C1, who=BOB)
    assert (again.outcome, again.fate) == (ScanOutcome.KNOWN, ScanFate.KNOWN)
    assert "by anna: counted once" in again.sentence
    assert opened.counts == (1, 1, 0, 0)
    assert [line.outcome for line in opened.page.lines] == ["again", "received"]
    assert opened.page.missing_named == (C2,)


async def test_a_gs1_label_is_read_with_its_identifier(opened: Door) -> None:
    await opened.scan(f"00{C1}4004500012345", symbology="]C1")
    assert opened.counts == (1, 1, 0, 0)


async def test_a_pallet_brings_its_cartons(opened: Door) -> None:
    came = await opened.scan(PALLET)
    assert "and 2 cartons with it" in came.sentence
    assert opened.counts == (2, 0, 0, 0)


async def test_a_laptop_whose_carton_was_not_scanned_counts_and_says_so(opened: Door) -> None:
    came = await opened.scan("PF1A2B3C")
    assert (came.outcome, came.fate) == (ScanOutcome.ACCEPTED, ScanFate.RECEIVED)
    assert f"Its carton {C1} was not scanned" in came.sentence
    assert opened.counts == (0, 2, 0, 0)
    await opened.scan(C2)
    assert "not scanned" not in (await opened.scan("PF1A2B3D")).sentence
    assert opened.page.lines[0].sentence == f"ThinkPad L13, carton {C2}"


async def test_what_is_not_on_the_delivery_is_noted_and_put_aside(opened: Door) -> None:
    came = await opened.scan(EXTRA)
    assert (came.outcome, came.fate) == (ScanOutcome.REFUSED, ScanFate.RECEIVED)
    assert "query shelf" in came.sentence
    assert opened.counts == (0, 2, 1, 0)
    assert opened.page.lines[0].outcome == "extra"
    assert (await opened.scan(EXTRA)).outcome is ScanOutcome.KNOWN
    assert opened.counts == (0, 2, 1, 0)


async def test_what_another_delivery_is_waiting_for_is_said(opened: Door) -> None:
    other = [Expected(EXTRA, Kind.CARTON)]
    await opened.keeper.ask(lambda store: ReceiptBook(store).expect("D-2", "Acme", "carl", other))
    assert "on the list of D-2" in (await opened.scan(EXTRA)).sentence


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("05901234123457", "article's number"),
        ("106141412345678907", "misread"),
        ("00106141412345678907", "misread"),
        ("1Z999AA10123456784", "carrier's label"),
        ("00:1A:2B:3C:4D:5E", "MAC address"),
        ("https://example.com/a", "web address"),
        ("<b>\x1b[31m", "no number"),
        ("\u202e" * 40, "no number"),
        ("x" * 4000, "no number"),
    ],
)
async def test_other_codes_are_refused_with_what_to_scan(opened: Door, text: str, said: str) -> None:
    came = await opened.scan(text)
    assert (came.outcome, came.fate) == (ScanOutcome.REFUSED, ScanFate.REFUSED)
    assert said in came.sentence
    assert "can" in came.sentence  # "Scan ..."
    assert opened.counts == (0, 2, 0, 0)
    # FAIL would mark another one than the technician holds.
    assert (await opened.press(Verb.FAIL)).outcome is ScanOutcome.REFUSED


async def test_several_cartons_in_one_picture_are_none(opened: Door) -> None:
    assert (await opened.scan(C1, C2)).outcome is ScanOutcome.REFUSED
    assert opened.counts == (0, 2, 0, 0)


async def test_a_label_with_a_carton_and_its_laptops_is_the_carton(opened: Door) -> None:
    await opened.scan("PF1A2B3C", f"00{C1}", "05901234123457")
    assert opened.counts == (1, 1, 0, 0)


async def test_fail_marks_the_one_that_was_scanned_last_as_damaged(opened: Door) -> None:
    await opened.scan(C1)
    await opened.scan(C2)
    await opened.scan(C1)
    came = await opened.press(Verb.FAIL, BOB)
    assert came.outcome is ScanOutcome.ACCEPTED
    assert C1 in came.sentence
    assert opened.counts == (2, 0, 0, 1)
    assert (await opened.press(Verb.FAIL)).outcome is ScanOutcome.KNOWN
    latest = await opened.keeper.ask(lambda store: ReceiptFigures(store).latest("D-1042"))
    assert (latest[0].receipt.code, latest[0].receipt.by) == (C1, "bob")


async def test_undo_takes_one_after_the_other_back(opened: Door) -> None:
    await opened.scan(C1)
    await opened.scan(EXTRA)
    await opened.press(Verb.FAIL)
    assert opened.counts == (1, 1, 1, 1)
    assert (opened.page.lines[0].outcome, opened.page.lines[0].sentence) == (
        "damaged",
        "not on this delivery: query shelf",
    )
    assert "not damaged" in (await opened.press(Verb.UNDO)).sentence
    assert opened.counts == (1, 1, 1, 0)
    assert EXTRA in (await opened.press(Verb.UNDO)).sentence
    assert opened.counts == (1, 1, 0, 0)
    assert C1 in (await opened.press(Verb.UNDO)).sentence
    assert opened.counts == (0, 2, 0, 0)
    assert (await opened.press(Verb.UNDO)).outcome is ScanOutcome.REFUSED


async def test_closing_asks_and_names_how_many_are_missing(opened: Door) -> None:
    await opened.scan(C1)
    came = await opened.press(Verb.NEXT)
    assert "1 of 2 cartons is missing" in came.sentence
    assert "1 of 2 cartons is missing" in opened.page.asked
    assert not (await opened.delivery()).closed_at
    await opened.press(Verb.UNDO)
    assert opened.page.asked == ""
    assert opened.counts == (1, 1, 0, 0)
    await opened.press(Verb.NEXT)
    closed = await opened.press(Verb.GO, BOB)
    assert "1 missing" in closed.sentence
    assert opened.page.reference == ""
    assert (await opened.delivery()).closed_by == "bob"
    assert (await opened.scan("D-1042")).outcome is ScanOutcome.REFUSED


async def test_a_scan_answers_the_question_with_no(opened: Door) -> None:
    await opened.press(Verb.NEXT)
    assert (await opened.press(Verb.FAIL)).outcome is ScanOutcome.REFUSED
    await opened.scan(C1)
    assert opened.page.asked == ""
    assert opened.counts == (1, 1, 0, 0)
    assert await opened.view.obey(CommandCode(Verb.GO), ANNA) is None
    assert not (await opened.delivery()).closed_at


async def test_what_was_asked_is_asked_no_more_once_something_else_came_into_view(opened: Door) -> None:
    await opened.press(Verb.NEXT)
    opened.view.close()
    await opened.view.open(ANNA)
    assert await opened.view.obey(CommandCode(Verb.GO), ANNA) is None
    assert opened.page.asked == ""
    assert opened.page.reference == "D-1042"


async def test_a_reference_that_nobody_knows_opens_a_delivery_without_a_list_once_it_was_confirmed(door: Door) -> None:
    came = await door.scan("po 4711")
    assert "not known" in came.sentence
    assert door.page.asked
    assert door.page.reference == ""
    await door.press(Verb.UNDO)
    assert await door.view.obey(CommandCode(Verb.GO), ANNA) is None
    await door.scan("po 4711")
    await door.press(Verb.GO, BOB)
    assert (door.page.reference, door.page.expected) == ("PO 4711", 0)
    assert (await door.delivery("PO 4711")).opened_by == "bob"
    await door.scan(EXTRA)
    await door.scan(C1)
    await door.scan("5CG1234ABC")
    assert door.counts == (2, 0, 0, 0)
    assert "2 cartons came" in (await door.press(Verb.NEXT)).sentence


@pytest.mark.parametrize(
    "text", [EXTRA, f"00{EXTRA}", "05901234123457", "1Z999AA10123456784", "<b>", "106141412345678907"]
)
async def test_with_no_delivery_open_a_carton_opens_none(door: Door, text: str) -> None:
    came = await door.scan(text)
    assert (came.outcome, came.fate) == (ScanOutcome.REFUSED, ScanFate.REFUSED)
    assert door.page.asked == ""


async def test_with_no_delivery_open_a_carton_says_which_one_waits_for_it(door: Door) -> None:
    assert "scan or type D-1042" in (await door.scan(C1)).sentence


async def test_with_no_delivery_open_the_keys_do_nothing(door: Door) -> None:
    for verb in (Verb.FAIL, Verb.UNDO, Verb.NEXT):
        assert (await door.press(verb)).outcome is ScanOutcome.REFUSED
    for verb in (Verb.PASS, Verb.HOLD, Verb.GO):
        assert await door.view.obey(CommandCode(verb), ANNA) is None


async def test_another_deliverys_reference_is_no_laptop(opened: Door) -> None:
    await opened.keeper.ask(lambda store: ReceiptBook(store).expect("D-2", "Acme", "carl", LIST[:1]))
    assert "Close it first" in (await opened.scan("D-2")).sentence
    assert (await opened.scan("D-1042")).outcome is ScanOutcome.KNOWN
    assert opened.counts == (0, 2, 0, 0)


async def test_where_cartons_alone_are_counted_a_number_that_may_be_anything_is_refused(door: Door) -> None:
    cartons = [Expected(C1, Kind.CARTON), Expected("CTN-000123", Kind.CARTON)]
    await door.keeper.ask(lambda store: ReceiptBook(store).expect("D-2", "Acme", "carl", cartons))
    await door.scan("D-2")
    assert (await door.scan("4500012345")).outcome is ScanOutcome.REFUSED
    assert door.counts == (0, 2, 0, 0)
    # The supplier's own number has the same form, and the list names it.
    assert (await door.scan("ctn-000123")).outcome is ScanOutcome.ACCEPTED
    # That is a laptop by its maker's rule.
    assert "names no laptops" in (await door.scan("5CG1234ABC")).sentence
    assert door.counts == (1, 1, 0, 0)


async def test_a_delivery_that_is_made_known_meanwhile_appears(door: Door) -> None:
    assert not await door.view.refresh()
    await door.keeper.ask(lambda store: ReceiptBook(store).expect("D-2", "Acme", "carl", LIST[:1]))
    assert await door.view.refresh()
    assert door.page.missing_named == ("D-1042 (Acme Ltd)", "D-2 (Acme)")
    await door.scan("D-77")
    assert not await door.view.refresh()
    assert door.page.asked


async def test_a_restart_changes_nothing(opened: Door) -> None:
    await opened.scan(C1)
    await opened.scan(EXTRA)
    again = Door(opened.keeper, 1_800_000_100.0)
    await again.view.open(BOB)
    assert again.page == opened.page
    assert EXTRA in (await again.press(Verb.FAIL)).sentence


SCANS: Final = [C1, C2, EXTRA, PALLET, f"00{C1}", "PF1A2B3C", "PF1A2B3D", "5CG1234ABC", "05901234123457", "D-1042"]


@given(st.lists(st.one_of(st.sampled_from(SCANS), st.sampled_from([Verb.UNDO, Verb.FAIL, Verb.NEXT])), max_size=20))
@settings(max_examples=25, deadline=None)
def test_whatever_is_scanned_and_pressed_the_counts_add_up(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str | Verb]
) -> None:
    async def work() -> None:
        keeper = Keeper(tmp_path_factory.mktemp("door") / "bench.sqlite", still_clock())
        await keeper.open()
        await keeper.ask(lambda store: ReceiptBook(store).expect("D-1042", "Acme Ltd", "carl", LIST))
        door = Door(keeper)
        await door.view.open(ANNA)
        await door.scan("D-1042")
        for step in steps:
            action: Awaitable[Came] = door.scan(step) if isinstance(step, str) else door.press(step)
            await action
            assert door.page.received + door.page.missing == door.page.expected == 2
            assert len(door.page.missing_named) == door.page.missing
            standing = [line.code for line in door.page.lines if line.outcome != "again"]
            assert len(set(standing)) == len(standing)
        await keeper.close()

    asyncio.run(work())
