"""The supervisor's view: its numbers are a count of the shift's records, and only a supervisor lets a laptop go."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import tzset

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.verdict import MAY_SHIP, Finding, Verdict, roll_up
from station.bench.command_codes import CommandCode, Verb
from station.bench.labels import PRINTER
from station.bench.pages import CountRow, SupervisorPage
from station.bench.protocol import ScanOutcome
from station.bench.views.supervisor import SupervisorView
from station.bench.views.view import Came, Who
from station.bench.views.wording import RELEASE_REASONS
from station.findings import check_name
from station.records import AttemptKind, AttemptRecord
from station.store.bench_store import BenchStore
from station.store.golden_book import GoldenBook
from station.store.hold_book import HoldBook
from station.store.override_book import OverrideBook
from station.store.people_book import PeopleBook
from station.store.print_queue import LabelAsked, PrintQueue
from tests.station.bench.views.benches import Wall, ended, finding, keeping

TECHNICIAN, SUPERVISOR = Who("anna"), Who("ben", supervisor=True)
SHIFT_BEGINS = datetime(2027, 1, 15, 6, tzinfo=UTC).timestamp()


@pytest.fixture(autouse=True)
def in_london(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/London")
    tzset()
    yield
    monkeypatch.undo()
    tzset()


@pytest.fixture
def wall() -> Wall:
    return Wall(SHIFT_BEGINS + 3600)


@pytest.fixture
def store(tmp_path: Path, wall: Wall) -> Iterator[BenchStore]:
    opened = BenchStore(tmp_path / "bench.sqlite", wall.clock())
    yield opened
    opened.close()


@pytest.fixture
async def view(store: BenchStore, tmp_path: Path, wall: Wall) -> AsyncIterator[SupervisorView]:
    async with keeping(tmp_path / "bench.sqlite", wall.clock()) as keeper:
        yield SupervisorView(keeper, wall.clock())


async def give(view: SupervisorView, verb: Verb, number: int = 0, who: Who = SUPERVISOR) -> Came:
    came = await view.obey(CommandCode(verb, number), who)
    assert came is not None
    return came


# The numbers

made = st.fixed_dictionaries(
    {
        "serial": st.sampled_from(["AAA1", "BBB1", "CCC1", "DDD1"]),
        "slot": st.integers(1, 3),
        "model": st.sampled_from(["", "Lenovo 300e", "HP G5"]),
        "kind": st.sampled_from([AttemptKind.PRODUCTION, AttemptKind.PRODUCTION, AttemptKind.BENCH_CHECK]),
        "verdicts": st.lists(st.tuples(st.sampled_from(Verdict), st.booleans()), max_size=3),
        "completed": st.booleans(),
        "before": st.booleans(),
    }
)
CHECKS = ("memory.installed", "tpm.version", "battery.health")


def plainly_counted(records: list[AttemptRecord], since: float) -> dict[str, object]:
    """The same numbers, counted one record after the other."""
    ours = [one for one in records if one.kind is AttemptKind.PRODUCTION]
    shift = [one for one in ours if datetime.fromisoformat(one.finished_at).timestamp() >= since]
    done = [one for one in shift if one.verdict is not None]
    first: dict[str, AttemptRecord] = {}
    for one in ours:
        if one.verdict not in (None, Verdict.ERROR):
            first.setdefault(one.scan.serial, one)
    firsts = [one for one in first.values() if one in shift]
    failing = Counter(
        check_name(found.check)
        for one in done
        for found in one.findings
        if found.verdict is Verdict.FAIL and found.severity.required
    )
    return {
        "done": len(done),
        "passed": sum(one.verdict in MAY_SHIP for one in done),
        "failed": sum(one.verdict is Verdict.FAIL for one in done),
        "review": sum(one.verdict is Verdict.INCONCLUSIVE for one in done),
        "errors": sum(one.verdict is Verdict.ERROR for one in done),
        "unfinished": len(shift) - len(done),
        "first": len(firsts),
        "first_pass": sum(one.verdict in MAY_SHIP for one in firsts),
        "retests": sum(bool(one.retest) for one in done),
        "slots": Counter(str(one.slot) for one in done),
        "models": Counter(one.device.model or "model not known" for one in done),
        "failing": failing,
    }


def shown(page: SupervisorPage) -> dict[str, object]:
    names = ("done", "passed", "failed", "review", "errors", "unfinished", "first", "first_pass", "retests")
    return {
        **{name: getattr(page, name) for name in names},
        "slots": Counter({row.name: row.done for row in page.slots}),
        "models": Counter({row.name: row.done for row in page.models}),
        "failing": Counter({row.name: row.failed for row in page.reasons}),
    }


@settings(max_examples=40)
@given(st.lists(made, max_size=20))
async def test_the_numbers_are_a_count_of_all_records_of_the_shift(
    tmp_path_factory: pytest.TempPathFactory, given_: list[dict[str, object]]
) -> None:
    wall = Wall(SHIFT_BEGINS - 3600)
    path = tmp_path_factory.mktemp("bench") / "bench.sqlite"
    store = BenchStore(path, wall.clock())
    records: list[AttemptRecord] = []
    for one in sorted(given_, key=lambda one: not one["before"]):
        if not one["before"]:
            wall.now = max(wall.now, SHIFT_BEGINS) + 60
        records.append(_made(store, records, one))
    wall.now = SHIFT_BEGINS + 3600
    async with keeping(path, wall.clock()) as keeper:
        view = SupervisorView(keeper, wall.clock())
        await view.open(TECHNICIAN)
        page = view.page
    store.close()
    assert shown(page) == plainly_counted(records, SHIFT_BEGINS)
    for rows in (page.slots, page.models):
        assert sum(row.passed for row in rows) == page.passed
        assert sum(row.failed for row in rows) == page.failed
        assert sum(row.review for row in rows) == page.review


def _made(store: BenchStore, before: list[AttemptRecord], one: dict[str, object]) -> AttemptRecord:
    verdicts = one["verdicts"]
    assert isinstance(verdicts, list)
    findings: list[Finding] = [
        finding(check, verdict, info) for check, (verdict, info) in zip(CHECKS, verdicts, strict=False)
    ]
    known = [
        was
        for was in before
        if was.scan.serial == one["serial"]
        and was.kind is AttemptKind.PRODUCTION
        and was.verdict not in (None, Verdict.ERROR)
    ]
    again = bool(known) and one["kind"] is AttemptKind.PRODUCTION
    return ended(
        store,
        str(one["serial"]),
        roll_up(findings) if one["completed"] else None,
        slot=int(str(one["slot"])),
        model=str(one["model"]),
        kind=AttemptKind(one["kind"]),
        findings=findings,
        retest="repaired" if again else "",
    )


async def test_the_shift_is_the_benchs_own_and_another_one_begins_with_nothing(
    view: SupervisorView, store: BenchStore, wall: Wall
) -> None:
    ended(store)
    await view.open(TECHNICIAN)
    assert (view.page.since, view.page.done) == ("this shift, 06:00 to 14:00", 1)
    assert not await view.refresh()
    wall.now += 8 * 3600
    assert await view.refresh()
    assert (view.page.since, view.page.done) == ("this shift, 14:00 to 22:00", 0)
    store.set_setting("shifts", "00:00")
    assert await view.refresh()
    assert view.page.done == 1


async def test_it_reads_again_where_something_has_changed_and_not_else(
    view: SupervisorView, store: BenchStore, wall: Wall
) -> None:
    await view.open(TECHNICIAN)
    assert not await view.refresh()
    record = ended(store, findings=[finding(verdict=Verdict.PASS)])
    assert await view.refresh()
    HoldBook(store).put("PF3K0A1", "", "anna", "looked odd")
    assert await view.refresh()
    HoldBook(store).end("PF3K0A1", "ben", "is fine")
    assert await view.refresh()
    OverrideBook(store, wall.clock()).record("conflict", 3, "PF3K0A1", "", "anna", "ben", "wrong label")
    assert await view.refresh()
    assert view.page.overrides == ("07:00  tested against its label, slot 3, PF3K0A1: ben for anna: wrong label",)
    book = GoldenBook(store, wall.clock())
    run = ended(store, kind=AttemptKind.BENCH_CHECK, findings=[finding(verdict=Verdict.PASS)])
    book.keep_run(run, book.register("good", record, "ben"), "2027-01-15 06:00", ())
    assert await view.refresh()
    [line] = view.page.drift
    assert (line.serial, line.state, line.values, line.said) == ("PF3K0A1", "too few", (4.0 * 2**30,), ("4 GB",))
    assert not await view.refresh()


async def test_many_models_are_listed_up_to_a_number_and_the_rest_together(
    view: SupervisorView, store: BenchStore
) -> None:
    for number in range(33):
        ended(store, f"SERIAL{number}", model=f"Model {number:02}")
    ended(store, "SERIAL40", model="Model 32")
    await view.open(TECHNICIAN)
    models = view.page.models
    assert models[0] == CountRow("Model 32", 2, 2, 0, 0)
    assert models[-1] == CountRow("all other models", 3, 3, 0, 0)
    assert sum(row.done for row in models) == view.page.done == 34


async def test_nobody_is_ranked(view: SupervisorView, store: BenchStore) -> None:
    ended(store)
    await view.open(TECHNICIAN)
    assert "anna" not in repr(view.page)


# The hold shelf


def hold(store: BenchStore, *serials: str) -> None:
    for serial in serials:
        HoldBook(store, store.clock).put(serial, "", "anna", "looked odd")


async def test_the_oldest_nine_holds_have_numbers_and_next_gives_them_to_later_ones(
    view: SupervisorView, store: BenchStore
) -> None:
    hold(store, *(f"SERIAL{number:02}" for number in range(1, 12)))
    await view.open(SUPERVISOR)
    assert [(row.number, row.serial) for row in view.page.holds][:2] == [(1, "SERIAL01"), (2, "SERIAL02")]
    assert [row.number for row in view.page.holds][-2:] == [0, 0]
    came = await give(view, Verb.NEXT)
    assert came.sentence == "Numbers 1 to 2 are holds 10 to 11 of 11 now."
    assert [(row.number, row.serial) for row in view.page.holds if row.number] == [(1, "SERIAL10"), (2, "SERIAL11")]
    await give(view, Verb.NEXT)
    assert view.page.holds[0].number == 1


async def test_more_holds_than_a_page_lists_are_counted(view: SupervisorView, store: BenchStore) -> None:
    hold(store, *(f"SERIAL{number:03}" for number in range(70)))
    await view.open(SUPERVISOR)
    assert view.page.holds[-1].reason == "and 10 more on hold: station hold list"
    for _ in range(6):
        await give(view, Verb.NEXT)
    assert [row.number for row in view.page.holds if row.number] == [1, 2, 3, 4, 5, 6]


async def test_a_supervisor_lets_a_laptop_go_with_a_reason(view: SupervisorView, store: BenchStore) -> None:
    hold(store, "PF3K0A1", "PF3K0A2")
    await view.open(SUPERVISOR)
    came = await give(view, Verb.CHOICE, 2)
    assert came.sentence == view.page.asked == "Why is PF3K0A2 released?"
    assert view.page.choices == RELEASE_REASONS
    assert HoldBook(store).open("PF3K0A2") is not None

    came = await give(view, Verb.CHOICE, 3)
    assert came.outcome is ScanOutcome.ACCEPTED
    assert "PF3K0A2 is released" in came.sentence
    released = HoldBook(store).holds()[1]
    assert (released.ended_by, released.ended_reason) == ("ben", "Held by mistake")
    after = view.page
    assert (after.asked, len(after.choices)) == ("", 0)
    assert [row.serial for row in after.holds] == ["PF3K0A1"]


async def test_undo_closes_the_question_and_releases_nothing(view: SupervisorView, store: BenchStore) -> None:
    hold(store, "PF3K0A1")
    await view.open(SUPERVISOR)
    assert await view.obey(CommandCode(Verb.UNDO), SUPERVISOR) is None
    await give(view, Verb.CHOICE, 1)
    await give(view, Verb.UNDO)
    assert view.page.asked == ""
    assert HoldBook(store).open("PF3K0A1") is not None


async def test_a_technician_releases_nothing(view: SupervisorView, store: BenchStore, wall: Wall) -> None:
    hold(store, "PF3K0A1")
    PeopleBook(store, wall.clock()).enrol("anna", "technician", "B" * 32, "ben")
    await view.open(TECHNICIAN)
    came = await give(view, Verb.CHOICE, 1, TECHNICIAN)
    assert came == Came(
        ScanOutcome.REFUSED,
        "Only a supervisor releases a laptop. Sign in with a supervisor's badge, then choose again.",
    )
    assert view.page.asked == ""


async def test_who_signed_off_in_between_releases_nothing(view: SupervisorView, store: BenchStore, wall: Wall) -> None:
    hold(store, "PF3K0A1")
    PeopleBook(store, wall.clock()).enrol("anna", "technician", "B" * 32, "ben")
    await view.open(SUPERVISOR)
    await give(view, Verb.CHOICE, 1)
    assert (await give(view, Verb.CHOICE, 1, TECHNICIAN)).outcome is ScanOutcome.REFUSED
    assert HoldBook(store).open("PF3K0A1") is not None
    assert view.page.asked == ""


async def test_where_nobody_is_enrolled_the_command_line_is_named(view: SupervisorView, store: BenchStore) -> None:
    hold(store, "PF3K0A1")
    await view.open(TECHNICIAN)
    came = await give(view, Verb.CHOICE, 1, TECHNICIAN)
    assert came.outcome is ScanOutcome.REFUSED
    assert "station hold release PF3K0A1 --by NAME" in came.sentence


async def test_a_number_without_a_hold_or_a_reason_does_nothing(view: SupervisorView, store: BenchStore) -> None:
    await view.open(SUPERVISOR)
    assert (await give(view, Verb.CHOICE, 1)).sentence == "No laptop is on hold at this bench."
    hold(store, "PF3K0A1")
    await view.refresh()
    assert (await give(view, Verb.CHOICE, 2)).outcome is ScanOutcome.REFUSED
    await give(view, Verb.CHOICE, 1)
    assert (await give(view, Verb.CHOICE, 9)).outcome is ScanOutcome.REFUSED
    assert view.page.asked
    assert HoldBook(store).open("PF3K0A1") is not None


async def test_a_hold_that_somebody_else_ended_is_asked_about_no_more(view: SupervisorView, store: BenchStore) -> None:
    hold(store, "PF3K0A1")
    await view.open(SUPERVISOR)
    await give(view, Verb.CHOICE, 1)
    HoldBook(store).end("PF3K0A1", "carl", "is fine")
    assert (await give(view, Verb.CHOICE, 1)).outcome is ScanOutcome.KNOWN
    assert HoldBook(store).holds()[0].ended_by == "carl"

    hold(store, "PF3K0A2")
    await view.refresh()
    await give(view, Verb.CHOICE, 1)
    HoldBook(store).end("PF3K0A2", "carl", "is fine")
    assert await view.refresh()
    assert view.page.asked == ""


async def test_nobody_releases_by_a_choice_that_another_had_made(view: SupervisorView, store: BenchStore) -> None:
    hold(store, "PF3K0A1")
    await view.open(SUPERVISOR)
    await give(view, Verb.CHOICE, 1)
    view.close()
    await view.open(SUPERVISOR)
    assert view.page.asked == ""


async def test_the_label_of_the_latest_test_takes_the_place_of_one_that_says_hold(
    view: SupervisorView, store: BenchStore
) -> None:
    store.set_setting(PRINTER, "png:somewhere")
    before = ended(store)
    HoldBook(store, store.clock).put("PF3K0A1", before.attempt_id, "anna", "looked odd")
    latest = ended(store)
    queue = PrintQueue(store, store.clock)
    label = queue.add(LabelAsked(latest.attempt_id, "PF3K0A1", "carton", '{"verdict_word":"HOLD"}', "anna", "verdict"))
    queue.begin(label.job_id)
    queue.done(label.job_id, "printer")
    await view.open(SUPERVISOR)
    await give(view, Verb.CHOICE, 1)
    await give(view, Verb.CHOICE, 1)
    [_, again] = queue.of_attempt(latest.attempt_id)
    assert '"verdict_word":"PASS"' in again.fields
    assert queue.of_attempt(before.attempt_id) == []


async def test_other_commands_and_scans_mean_nothing_here(view: SupervisorView) -> None:
    await view.open(SUPERVISOR)
    for verb in (Verb.PASS, Verb.FAIL, Verb.HOLD, Verb.GO):
        assert await view.obey(CommandCode(verb), SUPERVISOR) is None
