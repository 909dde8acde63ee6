"""What the bench shows decides what scans and commands mean; no view reaches a slot, and its defects stop nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hardware.scanners.scanner import Code
from station.bench import wording
from station.bench.badges import new_badge
from station.bench.command_codes import SCREENS, CommandCode, Verb, command_key
from station.bench.pages import HistoryPage, Page
from station.bench.protocol import (
    BenchChanged,
    PageChanged,
    Press,
    ScanAnswer,
    ScanOutcome,
    Show,
    Stage,
    View,
)
from station.bench.understanding import Understanding
from station.bench.views.view import BenchView, Came, Who
from station.clock import SYSTEM_CLOCK, Clock
from station.store.bench_store import StoreRefused
from station.store.journal import ScanFate
from station.store.people_book import PeopleBook
from tests.station.bench.floor import HeldLaptop, open_floor
from tests.station.bench.test_scan_desk import ASKING_PROFILE, Hand, fates, store_of

OURS, OTHER = "PF1A2B3C", "PF9Z9Z9Z"


class Looking:
    """A view that remembers what it was asked. `fault` is raised by whatever it is asked next."""

    def __init__(self) -> None:
        self.opened: list[Who] = []
        self.closed = 0
        self.reads: list[tuple[tuple[str, ...], str, Who]] = []
        self.commands: list[CommandCode] = []
        self.changed = False
        self.query = ""
        self.fault: Exception | None = None
        self.answer: Came | None = Came(ScanOutcome.ACCEPTED, "Looked up.", ScanFate.FOUND)
        self.obeys: Came | None = Came(ScanOutcome.ACCEPTED, "Turned over.")

    def _fail(self) -> None:
        if self.fault is not None:
            raise self.fault

    async def open(self, who: Who) -> None:
        self._fail()
        self.opened.append(who)

    async def refresh(self) -> bool:
        self._fail()
        return self.changed

    def close(self) -> None:
        self.closed += 1
        self._fail()

    @property
    def page(self) -> Page:
        return HistoryPage(query=self.query)

    async def read(self, codes: Sequence[Code], meaning: Understanding, who: Who) -> Came | None:
        self._fail()
        self.reads.append((tuple(code.text for code in codes), meaning.serial, who))
        self.query = meaning.serial
        return self.answer

    async def obey(self, command: CommandCode, who: Who) -> Came | None:
        self._fail()
        self.commands.append(command)
        return self.obeys


@asynccontextmanager
async def bench(
    folder: Path, views: dict[View, Looking], laptop: HeldLaptop | None = None, profile: str = ""
) -> AsyncIterator[Hand]:
    now = [1_000.0]
    clock = Clock(SYSTEM_CLOCK.wall, lambda: now[0], SYSTEM_CLOCK.random_bytes)
    settings = {"slot.1": "one"}
    if profile:
        (folder / "asking.toml").write_text(profile)
        settings["profile"] = str(folder / "asking.toml")
    one = laptop or HeldLaptop()
    one.gate.set()
    given: dict[View, BenchView] = dict(views.items())
    async with open_floor(folder, {"one": one}, settings, clock, views=given) as floor:
        yield Hand(floor, now, command_key(store_of(folder)))


def everything() -> dict[View, Looking]:
    return {view: Looking() for view in (View.RECEIVE, View.HISTORY, View.SUPERVISOR, View.HEALTH)}


def last(hand: Hand) -> ScanAnswer:
    return hand.floor.of(ScanAnswer)[-1]


async def test_each_screen_is_shown_by_its_barcode_and_by_a_key(tmp_path: Path) -> None:
    views = everything()
    async with bench(tmp_path, views) as hand:
        for number, view in enumerate(SCREENS, start=1):
            answer = await hand.command(Verb.SCREEN, number)
            assert answer.outcome is ScanOutcome.ACCEPTED
            state = hand.floor.engine.state()
            assert state.bar.view is view
            assert (state.page is None) == (view in (View.BENCH, View.SLOT))
        await hand.floor.engine.handle(Show(View.HISTORY))
        assert hand.floor.engine.state().bar.view is View.HISTORY
        assert [len(one.opened) for one in views.values()] == [1, 2, 1, 1]
        assert [one.closed for one in views.values()] == [1, 1, 1, 1]
        assert views[View.HISTORY].opened[0] == Who("anna")


async def test_in_history_a_label_is_looked_up_and_starts_nothing(tmp_path: Path) -> None:
    views = everything()
    async with bench(tmp_path, views) as hand:
        await hand.floor.engine.handle(Show(View.HISTORY))
        answer = await hand.scan(OURS)
        assert (answer.outcome, answer.sentence, answer.slot) == (ScanOutcome.ACCEPTED, "Looked up.", 0)
        assert views[View.HISTORY].reads == [((OURS,), OURS, Who("anna"))]
        assert hand.floor.of(PageChanged)[-1] == PageChanged(HistoryPage(query=OURS))
        hand.wait(-2.0)  # the scanner bounces
        assert (await hand.scan(OURS)).outcome is ScanOutcome.KNOWN
        assert hand.floor.slot().stage is Stage.READY
        await hand.floor.engine.handle(Show(View.BENCH))
        assert hand.floor.of(PageChanged)[-1] == PageChanged(None)
        assert (await hand.scan(OURS)).slot == 1
    assert fates(tmp_path)[:2] == [(OURS, "found"), (OURS, "known")]


@pytest.mark.parametrize("view", [View.BENCH, View.SLOT, View.SUPERVISOR, View.HEALTH])
async def test_elsewhere_a_label_starts_a_test(view: View, tmp_path: Path) -> None:
    async with bench(tmp_path, everything()) as hand:
        await hand.floor.engine.handle(Show(view))
        assert (await hand.scan(OURS)).slot == 1


async def test_what_a_view_does_not_want_means_what_it_means_at_the_bench(tmp_path: Path) -> None:
    views = everything()
    views[View.RECEIVE].answer = None
    async with bench(tmp_path, views) as hand:
        await hand.floor.engine.handle(Show(View.RECEIVE))
        assert (await hand.scan(OURS)).slot == 1


@pytest.mark.parametrize("view", [View.RECEIVE, View.HISTORY, View.SUPERVISOR, View.HEALTH])
async def test_in_a_view_no_command_ever_reaches_a_slot(view: View, tmp_path: Path) -> None:
    views = everything()
    async with bench(tmp_path, views, profile=ASKING_PROFILE) as hand:
        await hand.scan(OURS)
        state = await hand.floor.until_stage(Stage.ASKING)
        await hand.floor.engine.handle(Show(view))
        for verb in (Verb.PASS, Verb.FAIL, Verb.NEXT, Verb.UNDO, Verb.HOLD, Verb.GO):
            assert (await hand.command(verb)).sentence == "Turned over."
        await hand.command(Verb.CHOICE, 3)
        await hand.floor.engine.handle(Press("PASS", choice=0, view=view))
        await hand.floor.engine.handle(Press("CHOICE", choice=2, view=view))
        asked = views[view].commands
        assert [one.verb.value for one in asked[:6]] == ["PASS", "FAIL", "NEXT", "UNDO", "HOLD", "GO"]
        assert asked[6:] == [CommandCode(Verb.CHOICE, 3), CommandCode(Verb.PASS), CommandCode(Verb.CHOICE, 2)]
        after = hand.floor.slot()
        assert (after.turn, after.question_place, after.held) == (state.turn, state.question_place, False)


async def test_a_key_that_was_pressed_at_another_screen_does_nothing(tmp_path: Path) -> None:
    views = everything()
    async with bench(tmp_path, views, profile=ASKING_PROFILE) as hand:
        await hand.scan(OURS)
        await hand.floor.until_stage(Stage.ASKING)
        state = await hand.look()
        await hand.floor.engine.handle(Show(View.SUPERVISOR))
        await hand.floor.engine.handle(Press("PASS", 1, state.attempt_id, state.turn, view=View.BENCH))
        assert (last(hand).outcome, last(hand).sentence) == (ScanOutcome.REFUSED, wording.JUST_CHANGED)
        assert views[View.SUPERVISOR].commands == []
        await hand.floor.engine.handle(Show(View.SLOT))
        await hand.floor.engine.handle(Press("PASS", 1, state.attempt_id, state.turn, view=View.SUPERVISOR))
        assert last(hand).sentence == wording.JUST_CHANGED
        await hand.floor.engine.handle(Press("PASS", 1, state.attempt_id, state.turn, view=View.BENCH))
        assert last(hand).outcome is ScanOutcome.ACCEPTED  # both show the slot in focus


async def test_a_command_that_means_nothing_to_a_view_is_refused(tmp_path: Path) -> None:
    views = everything()
    views[View.HEALTH].obeys = None
    async with bench(tmp_path, views) as hand:
        await hand.floor.engine.handle(Show(View.HEALTH))
        answer = await hand.command(Verb.FAIL)
        assert (answer.outcome, answer.sentence) == (ScanOutcome.REFUSED, wording.nothing_here("FAIL"))


async def test_slot_n_goes_back_to_the_bench(tmp_path: Path) -> None:
    async with bench(tmp_path, everything()) as hand:
        await hand.floor.engine.handle(Show(View.HISTORY))
        await hand.command(Verb.SLOT, 1)
        assert hand.floor.engine.state().bar.view is View.BENCH
        assert hand.floor.engine.state().bar.next_slot == 1


async def test_a_view_is_looked_at_again_each_second_and_after_each_attempt(tmp_path: Path) -> None:
    views = everything()
    history = views[View.HISTORY]
    async with bench(tmp_path, views) as hand:
        await hand.scan(OURS)
        await hand.floor.engine.handle(Show(View.HISTORY))
        history.changed, history.query = True, "after the attempt"
        await hand.floor.until(lambda: hand.floor.engine.state().page == HistoryPage("after the attempt"))
        history.query = "a second later"
        await hand.floor.engine.tick()
        assert hand.floor.engine.state().page == HistoryPage("a second later")
        pages = len(hand.floor.of(PageChanged))
        await hand.floor.engine.tick()
        assert len(hand.floor.of(PageChanged)) == pages  # the same page is not sent again


@pytest.mark.parametrize("fault", [ZeroDivisionError("a defect"), StoreRefused("disk full")], ids=["defect", "disk"])
async def test_a_defect_in_a_view_is_answered_and_the_bench_runs_on(
    fault: Exception, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    views = everything()
    history = views[View.HISTORY]
    async with bench(tmp_path, views) as hand:
        await hand.floor.engine.handle(Show(View.HISTORY))
        history.fault = fault
        expected = wording.NOT_SAVED if isinstance(fault, StoreRefused) else wording.VIEW_DEFECT
        assert (await hand.scan(OURS)).sentence == expected
        assert (await hand.command(Verb.NEXT)).sentence == expected
        await hand.floor.engine.tick()
        await hand.floor.engine.handle(Show(View.BENCH))
        assert (await hand.scan(OURS)).slot == 1
        await hand.floor.until_serial(OURS)
        await hand.floor.engine.handle(Show(View.HISTORY))
        assert (last(hand).outcome, last(hand).sentence) == (ScanOutcome.REFUSED, expected)
        assert hand.floor.engine.state().bar.view is View.BENCH
    assert ("ZeroDivisionError" in capsys.readouterr().err) == isinstance(fault, ZeroDivisionError)


async def test_a_screen_that_this_bench_does_not_have_is_refused(tmp_path: Path) -> None:
    async with bench(tmp_path, {}) as hand:
        answer = await hand.command(Verb.SCREEN, 4)
        assert (answer.outcome, answer.sentence) == (ScanOutcome.REFUSED, wording.NO_SUCH_VIEW)
        assert hand.floor.engine.state().bar.view is View.BENCH


async def test_what_is_counted_in_is_counted_in_somebodys_name_and_history_is_free(tmp_path: Path) -> None:
    views = everything()
    badge = new_badge(SYSTEM_CLOCK.random_bytes)
    PeopleBook(store_of(tmp_path)).enrol("Kofi", "supervisor", badge, "boss")
    async with bench(tmp_path, views) as hand:
        await hand.floor.engine.handle(Show(View.RECEIVE))
        assert (await hand.scan(OURS)).sentence == wording.SIGN_IN
        assert (await hand.command(Verb.PASS)).sentence == wording.SIGN_IN
        assert (views[View.RECEIVE].reads, views[View.RECEIVE].commands) == ([], [])
        await hand.floor.engine.handle(Show(View.HISTORY))
        assert (await hand.scan(OURS)).sentence == "Looked up."
        await hand.floor.engine.handle(Show(View.RECEIVE))
        await hand.scan(badge)
        await hand.scan(OTHER)
        assert views[View.RECEIVE].reads == [((OTHER,), OTHER, Who("Kofi", supervisor=True))]


async def test_a_new_screen_gets_the_page_that_is_shown(tmp_path: Path) -> None:
    async with bench(tmp_path, everything()) as hand:
        await hand.floor.engine.handle(Show(View.HISTORY))
        assert hand.floor.engine.state().page == HistoryPage()
        shown = [event.bar.view for event in hand.floor.of(BenchChanged)]
        assert View.HISTORY in shown
