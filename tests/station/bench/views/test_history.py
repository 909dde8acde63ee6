"""The history view: what was tested here is found by its label or a part of it, and nothing is started by a scan."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from time import tzset

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.verdict import Verdict
from hardware.scanners.scanner import Code
from station.bench.command_codes import CommandCode, Verb
from station.bench.labels import PRINTER, put_on_hold
from station.bench.protocol import ScanOutcome
from station.bench.understanding import Understanding
from station.bench.views.history import HistoryView
from station.bench.views.view import Came, Who
from station.records import AttemptKind
from station.store.bench_store import BenchStore
from station.store.hold_book import HoldBook
from station.store.journal import ScanFate
from station.store.print_queue import JobState, LabelAsked, PrintQueue
from tests.station.bench.views.benches import Wall, ended, finding, keeping

ANNA = Who("anna")


@pytest.fixture(autouse=True)
def in_london(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/London")
    tzset()
    yield
    monkeypatch.undo()
    tzset()


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def store(tmp_path: Path, wall: Wall) -> Iterator[BenchStore]:
    opened = BenchStore(tmp_path / "bench.sqlite", wall.clock())
    yield opened
    opened.close()


@pytest.fixture
async def view(store: BenchStore, tmp_path: Path, wall: Wall) -> AsyncIterator[HistoryView]:
    async with keeping(tmp_path / "bench.sqlite", wall.clock()) as keeper:
        yield HistoryView(keeper, wall.clock())


async def scan(view: HistoryView, text: str, serial: str = "") -> Came:
    came = await view.read((Code(text),), Understanding((), serial=serial), ANNA)
    assert came is not None
    return came


async def give(view: HistoryView, verb: Verb, number: int = 0) -> Came:
    came = await view.obey(CommandCode(verb, number), ANNA)
    assert came is not None
    return came


def serials(view: HistoryView) -> list[str]:
    return [row.serial for row in view.page.rows]


async def test_the_newest_nine_are_numbered_and_the_older_ones_are_one_next_away(
    view: HistoryView, store: BenchStore
) -> None:
    for number in range(1, 12):
        ended(store, f"SERIAL{number:02}")
    await view.open(ANNA)
    page = view.page
    assert serials(view) == [f"SERIAL{number:02}" for number in range(11, 2, -1)]
    assert [row.number for row in page.rows] == list(range(1, 10))
    assert (page.first, page.total) == (1, 11)

    came = await give(view, Verb.NEXT)
    assert came.outcome is ScanOutcome.ACCEPTED
    assert came.sentence == "Tests 10 to 11 of 11."
    assert serials(view) == ["SERIAL02", "SERIAL01"]
    assert view.page.first == 10
    assert (await give(view, Verb.NEXT)).outcome is ScanOutcome.REFUSED
    assert serials(view) == ["SERIAL02", "SERIAL01"]

    await give(view, Verb.UNDO)
    assert serials(view)[0] == "SERIAL11"


async def test_an_older_page_stays_where_it_is_while_tests_end(view: HistoryView, store: BenchStore) -> None:
    for number in range(1, 12):
        ended(store, f"SERIAL{number:02}")
    await view.open(ANNA)
    await give(view, Verb.NEXT)
    ended(store, "NEWONE1")
    assert await view.refresh()
    assert serials(view) == ["SERIAL02", "SERIAL01"]
    assert (view.page.first, view.page.total) == (11, 12)


async def test_a_label_finds_its_laptop_and_says_what_became_of_it(
    view: HistoryView, store: BenchStore, wall: Wall
) -> None:
    for verdict in (Verdict.PASS, Verdict.INCONCLUSIVE):
        ended(store, "PF3K0A1", verdict)
    ended(store, "PF3K0A1X")
    wall.now += 60
    ended(store, "PF3K0A1", Verdict.FAIL)
    HoldBook(store).put("PF3K0A1", "", "anna", "looked odd")
    await view.open(ANNA)
    came = await scan(view, "S/N:PF3K0A1", "PF3K0A1")
    assert came == Came(
        ScanOutcome.ACCEPTED, "PF3K0A1: 3 tests here; last FAIL at 08:01. It is on hold.", ScanFate.FOUND
    )
    assert view.page.sentence == came.sentence
    assert [row.verdict for row in view.page.rows] == [Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.PASS]
    assert all(row.held for row in view.page.rows)


async def test_a_test_of_another_day_is_told_with_its_day(view: HistoryView, store: BenchStore, wall: Wall) -> None:
    ended(store, "PF3K0A1")
    wall.now += 3 * 86_400
    await view.open(ANNA)
    assert (await scan(view, "PF3K0A1", "PF3K0A1")).sentence == "PF3K0A1: 1 test here, PASS on 15 Jan at 08:00."


async def test_three_characters_find_every_serial_that_has_them(view: HistoryView, store: BenchStore) -> None:
    for serial in ("PF3K0A1", "XXK0A22", "OTHER1", "pfk0b"):
        ended(store, serial)
    await view.open(ANNA)
    came = await scan(view, "k0a")
    assert came.sentence == "2 tests of laptops with k0a in their serial."
    assert serials(view) == ["XXK0A22", "PF3K0A1"]
    assert view.page.total == 2


async def test_a_part_that_only_one_laptop_has_says_what_became_of_that(view: HistoryView, store: BenchStore) -> None:
    ended(store, "PF3K0A1")
    ended(store, "OTHER1")
    await view.open(ANNA)
    assert (await scan(view, "3K0")).sentence == "PF3K0A1: 1 test here, PASS at 08:00."


async def test_a_serial_that_nobody_tested_is_looked_for_as_a_part(view: HistoryView, store: BenchStore) -> None:
    ended(store, "XPF3K0A1")
    await view.open(ANNA)
    assert (await scan(view, "PF3K0A1", "PF3K0A1")).outcome is ScanOutcome.ACCEPTED
    assert serials(view) == ["XPF3K0A1"]


async def test_nothing_found_is_told_and_undo_shows_everything_again(view: HistoryView, store: BenchStore) -> None:
    ended(store, "PF3K0A1")
    await view.open(ANNA)
    came = await scan(view, "QQQQ")
    assert (came.outcome, came.fate) == (ScanOutcome.REFUSED, ScanFate.FOUND)
    assert "QQQQ" in came.sentence
    assert view.page.rows == ()
    await give(view, Verb.UNDO)
    assert serials(view) == ["PF3K0A1"]
    assert view.page.query == ""
    assert (await give(view, Verb.UNDO)).outcome is ScanOutcome.REFUSED


@pytest.mark.parametrize("text", ["*", "", "  "])
async def test_a_star_or_nothing_shows_everything_again(view: HistoryView, store: BenchStore, text: str) -> None:
    ended(store, "PF3K0A1")
    ended(store, "OTHER1")
    await view.open(ANNA)
    await scan(view, "OTHER")
    assert serials(view) == ["OTHER1"]
    assert (await scan(view, text)).outcome is ScanOutcome.ACCEPTED
    assert serials(view) == ["OTHER1", "PF3K0A1"]


async def test_too_little_and_too_much_are_refused_and_change_nothing(view: HistoryView, store: BenchStore) -> None:
    ended(store, "PF3K0A1")
    await view.open(ANNA)
    for text in ("PF", "X" * 10_000):
        came = await scan(view, text)
        assert came.outcome is ScanOutcome.REFUSED
        assert serials(view) == ["PF3K0A1"]


async def test_several_codes_without_a_serial_are_not_guessed_at(view: HistoryView, store: BenchStore) -> None:
    ended(store, "PF3K0A1")
    await view.open(ANNA)
    meaning = Understanding((), sentence="That is the carrier's label.")
    came = await view.read((Code("4006381333931"), Code("PF3")), meaning, ANNA)
    assert came == Came(ScanOutcome.REFUSED, "That is the carrier's label.", ScanFate.REFUSED)


async def test_signs_of_the_search_itself_are_looked_for_as_they_are(view: HistoryView, store: BenchStore) -> None:
    ended(store, "PF3K0A1")
    ended(store, "A%_\\B1")
    await view.open(ANNA)
    for text in ("%%%", "___", "\\\\\\", "' OR 1=1 --"):
        assert (await scan(view, text)).outcome is ScanOutcome.REFUSED
    await scan(view, "%_\\")
    assert serials(view) == ["A%_\\B1"]


@settings(max_examples=30)
@given(st.text(min_size=1, max_size=60))
async def test_no_text_that_is_looked_for_is_an_error(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    wall = Wall()
    path = tmp_path_factory.mktemp("bench") / "bench.sqlite"
    async with keeping(path, wall.clock()) as keeper:
        view = HistoryView(keeper, wall.clock())
        await view.open(ANNA)
        came = await scan(view, text)
        assert came.sentence.isprintable()
        assert view.page.query.isprintable()


async def test_choice_opens_an_attempt_with_its_checks_and_undo_closes_it_first(
    view: HistoryView, store: BenchStore, wall: Wall
) -> None:
    ended(store, "OTHER1")
    ended(
        store,
        "PF3K0A1",
        Verdict.FAIL,
        findings=(finding("tpm.version", Verdict.PASS), finding("memory.installed")),
        retest="repaired",
        note="A note.",
        approved_by="ben",
    )
    await view.open(ANNA)
    await scan(view, "PF3K")
    came = await give(view, Verb.CHOICE, 1)
    assert came.sentence == "PF3K0A1: FAIL at 08:00."
    opened = view.page.opened
    assert opened is not None
    assert opened.row.serial == "PF3K0A1"
    assert opened.row.retest == "It was repaired, or a part was changed"
    assert [check.check for check in opened.checks] == ["memory.installed", "tpm.version"]
    assert opened.profile == "ghwt-2021w-windows-laptop@2021-10-18"
    assert "A note." in opened.note
    assert "ben approved it" in opened.note

    await give(view, Verb.UNDO)
    assert view.page.opened is None
    assert view.page.query == "PF3K"
    await give(view, Verb.UNDO)
    assert view.page.query == ""


async def test_a_number_without_a_row_opens_nothing(view: HistoryView, store: BenchStore) -> None:
    ended(store, "PF3K0A1")
    await view.open(ANNA)
    assert (await give(view, Verb.CHOICE, 2)).outcome is ScanOutcome.REFUSED
    assert view.page.opened is None


async def test_a_record_that_somebody_changed_is_shown_as_such(view: HistoryView, store: BenchStore) -> None:
    record = ended(store, "PF3K0A1", note="A note.")
    store.database.execute("UPDATE attempt SET sha256 = ? WHERE attempt_id = ?", ("0" * 64, record.attempt_id))
    damaged = ended(store, "OTHER1")
    store.database.execute("UPDATE attempt SET record = ? WHERE attempt_id = ?", (b"\xff{", damaged.attempt_id))
    await view.open(ANNA)
    assert [row.operator for row in view.page.rows] == ["", "anna"]
    await give(view, Verb.CHOICE, 1)
    assert view.page.opened is not None
    assert view.page.opened.note == "The record of this test cannot be read. Call the supervisor."
    await give(view, Verb.CHOICE, 2)
    assert view.page.opened.note.startswith("The record of this test is not what was written.")


async def test_hold_speaks_to_the_attempt_that_is_open_and_undo_takes_it_back(
    view: HistoryView, store: BenchStore
) -> None:
    ended(store, "PF3K0A1")
    await view.open(ANNA)
    assert (await give(view, Verb.HOLD)).outcome is ScanOutcome.REFUSED
    assert HoldBook(store).open_holds() == []

    await give(view, Verb.CHOICE, 1)
    assert (await give(view, Verb.HOLD)).outcome is ScanOutcome.ACCEPTED
    assert [(hold.serial, hold.made_by) for hold in HoldBook(store).open_holds()] == [("PF3K0A1", "anna")]
    assert view.page.opened is not None
    assert view.page.opened.row.held
    assert view.page.rows[0].held

    assert (await give(view, Verb.UNDO)).outcome is ScanOutcome.ACCEPTED
    assert HoldBook(store).open_holds() == []
    assert view.page.opened is not None
    assert not view.page.opened.row.held


async def test_undo_takes_back_no_hold_that_was_not_the_last_thing_done(view: HistoryView, store: BenchStore) -> None:
    ended(store, "PF3K0A1")
    await view.open(ANNA)
    await give(view, Verb.CHOICE, 1)
    await give(view, Verb.HOLD)
    assert (await give(view, Verb.HOLD)).outcome is ScanOutcome.KNOWN
    await give(view, Verb.UNDO)
    assert view.page.opened is None
    assert HoldBook(store).open("PF3K0A1") is not None


async def test_nobody_holds_or_prints_without_a_name(view: HistoryView, store: BenchStore) -> None:
    ended(store, "PF3K0A1")
    await view.open(ANNA)
    await give(view, Verb.CHOICE, 1)
    for verb in (Verb.HOLD, Verb.GO):
        came = await view.obey(CommandCode(verb), Who(""))
        assert came is not None
        assert came.outcome is ScanOutcome.REFUSED
    assert HoldBook(store).open_holds() == []
    await give(view, Verb.HOLD)
    await view.obey(CommandCode(Verb.UNDO), Who(""))
    assert HoldBook(store).open("PF3K0A1") is not None


async def test_go_prints_the_label_of_the_open_attempt_again_once(view: HistoryView, store: BenchStore) -> None:
    record = ended(store, "PF3K0A1")
    await view.open(ANNA)
    assert (await give(view, Verb.GO)).outcome is ScanOutcome.REFUSED
    await give(view, Verb.CHOICE, 1)
    assert (await give(view, Verb.GO)).outcome is ScanOutcome.REFUSED

    store.set_setting(PRINTER, "png:somewhere")
    assert (await give(view, Verb.GO)).outcome is ScanOutcome.REFUSED
    queue = PrintQueue(store, store.clock)
    first = queue.add(LabelAsked(record.attempt_id, "PF3K0A1", "carton", "{}", "anna", "verdict"))
    assert queue.begin(first.job_id)
    assert queue.done(first.job_id, "printer")
    assert (await give(view, Verb.GO)).outcome is ScanOutcome.ACCEPTED
    assert [(job.state, job.copy_of) for job in queue.of_attempt(record.attempt_id)] == [
        (JobState.PRINTED, ""),
        (JobState.PENDING, first.job_id),
    ]
    again = await give(view, Verb.GO)
    assert again.outcome is ScanOutcome.REFUSED
    assert again.sentence.endswith(".")
    assert len(queue.of_attempt(record.attempt_id)) == 2


async def test_a_copy_of_the_label_of_a_held_laptop_says_hold(view: HistoryView, store: BenchStore) -> None:
    record = ended(store, "PF3K0A1")
    store.set_setting(PRINTER, "png:somewhere")
    queue = PrintQueue(store, store.clock)
    first = queue.add(LabelAsked(record.attempt_id, "PF3K0A1", "carton", "{}", "anna", "verdict"))
    queue.begin(first.job_id)
    queue.done(first.job_id, "printer")
    HoldBook(store).put("PF3K0A1", record.attempt_id, "anna", "looked odd")
    await view.open(ANNA)
    await give(view, Verb.CHOICE, 1)
    await give(view, Verb.GO)
    assert '"verdict_word":"HOLD"' in queue.of_attempt(record.attempt_id)[-1].fields


async def test_nothing_is_read_again_where_nothing_has_changed(view: HistoryView, store: BenchStore) -> None:
    record = ended(store, "PF3K0A1")
    await view.open(ANNA)
    assert not await view.refresh()
    put_on_hold(store, "PF3K0A1", record.attempt_id, "ben")
    assert await view.refresh()
    assert view.page.rows[0].held
    assert not await view.refresh()
    ended(store, "OTHER1")
    assert await view.refresh()
    assert serials(view) == ["OTHER1", "PF3K0A1"]


async def test_the_next_person_begins_with_everything(view: HistoryView, store: BenchStore) -> None:
    ended(store, "PF3K0A1")
    ended(store, "OTHER1")
    await view.open(ANNA)
    await scan(view, "OTHER")
    await give(view, Verb.CHOICE, 1)
    view.close()
    await view.open(Who("ben"))
    assert serials(view) == ["OTHER1", "PF3K0A1"]
    assert view.page.opened is None


async def test_what_is_no_test_of_a_delivery_is_listed_and_marked(view: HistoryView, store: BenchStore) -> None:
    ended(store, "GOLDEN1", kind=AttemptKind.BENCH_CHECK)
    ended(store, "PF3K0A1", None)
    await view.open(ANNA)
    assert [(row.kind, row.status, row.verdict) for row in view.page.rows] == [
        ("production", "aborted", None),
        ("bench_check", "completed", Verdict.PASS),
    ]


async def test_other_commands_do_nothing_here(view: HistoryView) -> None:
    await view.open(ANNA)
    for verb in (Verb.PASS, Verb.FAIL):
        assert await view.obey(CommandCode(verb), ANNA) is None
