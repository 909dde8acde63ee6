"""After a power cut: each slot shows what became of its laptop, and an interrupted test goes on where it was."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as settings_of
from hypothesis import strategies as st

from checks.verdict import Verdict
from hardware.evidence.bundle import Item, make_item
from hardware.laptops.link import CaptureStarted, ExerciseOrder, Progress
from hardware.scanners.scanner import Code
from station.bench import wording
from station.bench.answers import Answer, Challenge
from station.bench.attempt import RunningAttempt
from station.bench.protocol import Answering, ScanOutcome, SlotState, Stage, StopKind, StopSlot
from station.bench.questions import Questions
from station.bench.resuming import OLDEST_KEPT_S, kept_of, too_old
from station.bench.retesting import REASONS
from station.bench.start import Start
from station.bench.tasks import Task
from station.clock import SYSTEM_CLOCK, Clock, utc_text
from station.records import AttemptRecord, AttemptStatus
from station.store.bench_store import BenchStore
from station.store.journal import ScanFate
from tests.station.bench.floor import Floor, PlainLaptop, PlugDock, item_by, open_floor, smbios_item

ONE = {"slot.1": "one"}
SERIAL = "PF3K0A1"
PROFILE = """
id = "cut"
version = "1"
[require."processor.vendor"]
one_of = ["Intel"]
source = "a test of the bench"
standing = "inferred"
[require."memory.installed"]
at_least = "1 MB"
source = "a test of the bench"
standing = "inferred"
[require."memory.test"]
arguments = { least_mb = 64, least_percent = 10 }
at_most = 0
source = "a test of the bench"
standing = "inferred"
[attest."case.whole"]
claim = "the case is whole"
by = "technician"
look = "Look at the case: nothing is broken."
severity = "blocker"
source = "a test of the bench"
standing = "inferred"
[attest."hinge.firm"]
claim = "the hinge is firm"
by = "technician"
look = "Open and close the lid."
severity = "blocker"
source = "a test of the bench"
standing = "inferred"
"""
INTEL = make_item("cpu", b"processor\t: 0\nvendor_id\t: GenuineIntel\n", source="test")
OTHER = make_item("cpu", b"processor\t: 0\nvendor_id\t: AuthenticAMD\n", source="test")
MEMORY = make_item("memory", b"MemTotal: 4000000 kB\n", source="test")
NO_MEMORY = make_item("memory", b"", error="ETIMEDOUT", source="test")
TESTED = {"bytes": 2**30, "available": 2**31, "passes": 3, "mismatches": 0, "first": []}


class Cut(PlainLaptop):
    """A laptop that gives its items in turn, and stops before `stops`, if that is one of them, for ever."""

    def __init__(self, *items: Item, stops: str = "", serial: str = SERIAL, identity: str = "one start") -> None:
        super().__init__("cut laptop", serial=serial)
        self.identity = identity
        self.captures = 0
        self._items = items or (INTEL, MEMORY)
        self._stops = stops

    async def collect(self, *, fast: bool = False) -> AsyncGenerator[CaptureStarted | Item, None]:
        self.captures += 0 if fast else 1
        async for one in self.named("cpu", "memory"):
            yield one
        for item in self._items:
            if item.meta.id == self._stops:
                await self.left.wait()
            yield item

    async def exercise(self, order: ExerciseOrder) -> AsyncGenerator[Progress | Item, None]:
        self.exercised.append(order)
        yield Progress("started")
        if order.name == self._stops:
            await self.left.wait()
        yield item_by(order, TESTED)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("station.bench.hands_on.ANSWER_SETTLES_S", 0.05)


def settings(folder: Path) -> dict[str, str]:
    (folder / "cut.toml").write_text(PROFILE)
    return {**ONE, "profile": str(folder / "cut.toml")}


def records(folder: Path) -> list[AttemptRecord]:
    """Oldest first."""
    store = BenchStore(folder / "bench.sqlite")
    found = store.recent(9)[::-1]
    store.close()
    return found


async def interrupted(
    folder: Path,
    laptop: Cut,
    done: int,
    *answers: str,
    clock: Clock = SYSTEM_CLOCK,
    start: Start = Start(),  # noqa: B008
) -> None:
    """A test that has `done` items and these answers when the power goes."""
    async with open_floor(folder, {"one": laptop}, settings(folder), clock, abandon=True) as floor:
        await floor.begin(SERIAL, start)
        await floor.until(lambda: floor.slot().question != "")
        for answer in answers:
            await floor.press(*(("CHOICE", int(answer)) if answer.isdigit() else (answer,)))
        await floor.until(lambda: floor.slot().done >= done)


def go_on(floor: Floor) -> None:
    """GO, as the desk does it."""
    profile = floor.engine.judged_by
    assert not isinstance(profile, str)
    floor.engine.slots[1].resume(profile, "ben")


async def answer_all(floor: Floor) -> SlotState:
    """Passes whatever is still asked, and gives the slot with its verdict."""
    await floor.until(lambda: floor.slot().question != "" or floor.slot().stage is Stage.DONE)
    while floor.slot().stage is not Stage.DONE:
        before = floor.slot().turn
        if floor.slot().question:
            await floor.press("PASS")
        await floor.until(lambda before=before: floor.slot().turn != before or floor.slot().stage is Stage.DONE)  # type: ignore[misc]
    return floor.slot()


# What a slot shows


async def test_after_a_start_each_slot_shows_what_its_laptop_came_to_and_knows_it_again(tmp_path: Path) -> None:
    async with open_floor(tmp_path, {"one": Cut()}, settings(tmp_path)) as floor:
        await floor.begin(SERIAL)
        done = await answer_all(floor)
    dock = PlugDock()
    async with open_floor(tmp_path, {"one": dock}) as floor:
        slot = floor.slot()
        assert (slot.stage, slot.verdict, slot.away) == (Stage.DONE, done.verdict, True)
        assert (slot.serial, slot.laptop, slot.checks) == (SERIAL, done.laptop, done.checks)
        assert (slot.headline, slot.attempt_id) == (done.headline, done.attempt_id)
        assert not floor.engine.slots[1].free
        dock.plug(Cut(identity="another start"))
        await floor.until(lambda: not floor.slot().away)
        assert (floor.slot().verdict, floor.slot().says) == (done.verdict, SERIAL)
        dock.unplug()
        await floor.until(lambda: floor.slot().away)
        dock.plug(Cut(serial="PF9Z9Z9"))
        ready = await floor.until_stage(Stage.READY)
        assert (ready.verdict, ready.serial, ready.says) == (None, "", "PF9Z9Z9")


async def test_a_laptop_that_never_leaves_keeps_its_verdict_also_where_it_does_not_say_who_it_is(
    tmp_path: Path,
) -> None:
    for _ in range(2):
        async with open_floor(tmp_path, {"one": Cut(serial="")}, settings(tmp_path)) as floor:
            if floor.slot().stage is Stage.READY:
                await floor.begin(SERIAL)
                await answer_all(floor)
            assert (floor.slot().stage, floor.slot().away) == (Stage.DONE, False)


async def test_a_test_that_was_interrupted_is_shown_and_one_key_goes_on_with_it(tmp_path: Path) -> None:
    await interrupted(tmp_path, Cut(stops="memory"), 2)
    dock = PlugDock()
    async with open_floor(tmp_path, {"one": dock}) as floor:
        slot, here = floor.engine.slots[1], floor.slot()
        assert (here.stage, here.verdict, here.away, slot.resumable) == (Stage.ABORTED, None, True, False)
        assert here.headline == wording.INTERRUPTED_NOTE
        dock.plug(Cut(identity="another start"))
        here = await floor.until_stage(Stage.STOPPED)
        assert here.stop is not None
        assert (here.stop.kind, here.stop.verb, here.stop.sentence) == (
            StopKind.INTERRUPTED,
            "GO",
            wording.interrupted_here(SERIAL),
        )
        assert (slot.resumable, slot.free, here.serial) == (True, True, SERIAL)
        dock.unplug()
        await floor.until(lambda: floor.slot().away)
        assert (floor.slot().stop, slot.resumable) == (None, False)


async def test_another_laptop_in_the_slot_after_the_cut_is_just_another_laptop(tmp_path: Path) -> None:
    await interrupted(tmp_path, Cut(stops="memory"), 2)
    async with open_floor(tmp_path, {"one": PlugDock(Cut(serial="PF9Z9Z9"))}) as floor:
        assert (floor.slot().stage, floor.slot().says) == (Stage.READY, "PF9Z9Z9")
        assert not floor.engine.slots[1].resumable
        with pytest.raises(RuntimeError):
            go_on(floor)
    assert [record.status for record in records(tmp_path)] == [AttemptStatus.INTERRUPTED]


async def test_a_scan_of_the_label_takes_the_place_of_going_on(tmp_path: Path) -> None:
    await interrupted(tmp_path, Cut(stops="memory"), 2)
    async with open_floor(tmp_path, {"one": PlugDock(Cut())}) as floor:
        await floor.until_stage(Stage.STOPPED)
        assert (await floor.scan(SERIAL)).outcome is ScanOutcome.ACCEPTED
        assert (await answer_all(floor)).verdict is Verdict.PASS
    assert records(tmp_path)[-1].resumes == ""


# Going on


async def test_what_was_kept_is_taken_over_and_only_the_rest_is_read(tmp_path: Path) -> None:
    await interrupted(tmp_path, Cut(stops="memory"), 2, "PASS")
    # What was read already is not read from this one: its processor is another maker's.
    laptop = Cut(OTHER, MEMORY, identity="another start")
    async with open_floor(tmp_path, {"one": PlugDock(laptop)}) as floor:
        await floor.until_stage(Stage.STOPPED)
        go_on(floor)
        asked = await floor.until_asks(Answering.VERDICT)
        assert (asked.question, asked.question_place) == ("Open and close the lid.", 2)
        state = await answer_all(floor)
        assert (state.verdict, state.serial) == (Verdict.PASS, SERIAL)
        assert floor.engine.state().notices == ()
    old, new = records(tmp_path)
    assert (old.status, old.verdict) == (AttemptStatus.INTERRUPTED, None)
    assert (new.status, new.resumes, new.operator, new.attempt_no) == (
        AttemptStatus.COMPLETED,
        old.attempt_id,
        "ben",
        2,
    )
    assert new.scan == old.scan
    store = BenchStore(tmp_path / "bench.sqlite")
    before, after = store.evidence(old.attempt_id).items, store.evidence(new.attempt_id).items
    assert set(after) == {"scans", "smbios", "cpu", "memory", "exercise-memory", "operator"}
    assert all(after[name] == before[name] for name in ("smbios", "cpu"))
    rows = [one["row"] for one in json.loads(after["operator"].data)["answers"]]
    assert rows == ["case.whole", "hinge.firm"]


async def test_an_exercise_that_is_done_is_not_done_again_and_one_that_broke_off_is(tmp_path: Path) -> None:
    class Breaking(Cut):
        async def exercise(self, order: ExerciseOrder) -> AsyncGenerator[Progress | Item, None]:
            item = item_by(order, TESTED)
            yield make_item(item.meta.id, item.data, source="test", error="killed at its deadline")

    for number, (first, again) in enumerate(((Cut(), 0), (Breaking(), 1))):
        folder = tmp_path / str(number)
        folder.mkdir()
        await interrupted(folder, first, 4)
        laptop = Cut(identity="another start")
        async with open_floor(folder, {"one": PlugDock(laptop)}) as floor:
            await floor.until_stage(Stage.STOPPED)
            go_on(floor)
            assert (await answer_all(floor)).verdict is Verdict.PASS
        assert len(laptop.exercised) == again


async def test_what_could_not_be_read_before_the_cut_is_read_again(tmp_path: Path) -> None:
    await interrupted(tmp_path, Cut(INTEL, NO_MEMORY), 4)
    async with open_floor(tmp_path, {"one": PlugDock(Cut())}) as floor:
        await floor.until_stage(Stage.STOPPED)
        go_on(floor)
        assert (await answer_all(floor)).verdict is Verdict.PASS
    [memory] = [meta for meta in records(tmp_path)[-1].evidence if meta.id == "memory"]
    assert (memory.error, memory.sha256) == (None, MEMORY.meta.sha256)


async def test_a_fault_that_was_read_before_the_cut_is_not_gone_after_it(tmp_path: Path) -> None:
    await interrupted(tmp_path, Cut(OTHER, MEMORY, stops="memory"), 2)
    async with open_floor(tmp_path, {"one": PlugDock(Cut())}) as floor:
        await floor.until_stage(Stage.STOPPED)
        go_on(floor)
        assert (await answer_all(floor)).verdict is Verdict.FAIL


async def test_a_fault_that_was_seen_before_the_cut_is_not_asked_again_and_decides(tmp_path: Path) -> None:
    await interrupted(tmp_path, Cut(stops="memory"), 2, "FAIL", "1")
    async with open_floor(tmp_path, {"one": PlugDock(Cut())}) as floor:
        await floor.until_stage(Stage.STOPPED)
        go_on(floor)
        assert (await floor.until_asks(Answering.VERDICT)).question_place == 2
        assert (await answer_all(floor)).verdict is Verdict.FAIL


async def test_an_answer_of_before_the_cut_can_still_be_taken_back(tmp_path: Path) -> None:
    await interrupted(tmp_path, Cut(stops="memory"), 2, "FAIL", "1")
    async with open_floor(tmp_path, {"one": PlugDock(Cut())}) as floor:
        await floor.until_stage(Stage.STOPPED)
        go_on(floor)
        await floor.until(lambda: floor.slot().question_place == 2)
        assert (await floor.press("UNDO")).sentence == wording.taken_back(1)
        assert floor.slot().question_place == 1
        assert (await answer_all(floor)).verdict is Verdict.PASS


async def test_other_firmware_ends_it_with_a_sentence_and_nothing_is_judged(tmp_path: Path) -> None:
    await interrupted(tmp_path, Cut(stops="memory"), 2)
    laptop = Cut()
    laptop.table = smbios_item(SERIAL, version="2.0")
    async with open_floor(tmp_path, {"one": PlugDock(laptop)}) as floor:
        await floor.until_stage(Stage.STOPPED)
        go_on(floor)
        assert (await floor.until_stage(Stage.ABORTED)).headline == wording.ANOTHER_FIRMWARE
    assert [(one.status, one.verdict) for one in records(tmp_path)] == [
        (AttemptStatus.INTERRUPTED, None),
        (AttemptStatus.ABORTED, None),
    ]


async def test_firmware_that_can_no_longer_be_read_ends_it_too(tmp_path: Path) -> None:
    class Silent(Cut):
        """It says who it is when it comes, and not when it is tested."""

        async def collect(self, *, fast: bool = False) -> AsyncGenerator[CaptureStarted | Item, None]:
            table = self.table
            async for one in super().collect(fast=fast):
                yield make_item("smbios", b"", error="EIO") if one is table and not fast else one

    await interrupted(tmp_path, Cut(stops="memory"), 2)
    async with open_floor(tmp_path, {"one": PlugDock(Silent())}) as floor:
        await floor.until_stage(Stage.STOPPED)
        go_on(floor)
        assert (await floor.until_stage(Stage.ABORTED)).headline == wording.ANOTHER_FIRMWARE


async def test_a_second_cut_goes_on_from_all_that_was_kept(tmp_path: Path) -> None:
    await interrupted(tmp_path, Cut(stops="memory"), 2, "PASS")
    async with open_floor(tmp_path, {"one": PlugDock(Cut(stops="memory"))}, abandon=True) as floor:
        await floor.until_stage(Stage.STOPPED)
        go_on(floor)
        await floor.until(lambda: floor.slot().done >= 2 and floor.slot().question_place == 2)
    async with open_floor(tmp_path, {"one": PlugDock(Cut(OTHER, MEMORY))}) as floor:
        await floor.until_stage(Stage.STOPPED)
        go_on(floor)
        assert (await floor.until_asks(Answering.VERDICT)).question_place == 2
        assert (await answer_all(floor)).verdict is Verdict.PASS
    first, second, third = records(tmp_path)
    assert (second.resumes, third.resumes) == (first.attempt_id, second.attempt_id)


async def test_a_second_cut_in_the_first_moment_of_going_on_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(self: RunningAttempt) -> None:
        await asyncio.Event().wait()

    await interrupted(tmp_path, Cut(stops="memory"), 2, "FAIL", "1")
    with monkeypatch.context() as patched:
        patched.setattr(RunningAttempt, "open", never)
        async with open_floor(tmp_path, {"one": PlugDock(Cut(stops="memory"))}, abandon=True) as floor:
            await floor.until_stage(Stage.STOPPED)
            go_on(floor)
            await floor.until(lambda: floor.slot().attempt_id != "" and floor.slot().stage is Stage.COLLECTING)
    async with open_floor(tmp_path, {"one": PlugDock(Cut(OTHER, MEMORY))}) as floor:
        await floor.until_stage(Stage.STOPPED)
        go_on(floor)
        assert (await floor.until_asks(Answering.VERDICT)).question_place == 2
        assert (await answer_all(floor)).verdict is Verdict.FAIL
    first, second, third = records(tmp_path)
    assert (second.resumes, third.resumes) == (first.attempt_id, second.attempt_id)
    store = BenchStore(tmp_path / "bench.sqlite")
    assert store.evidence(third.attempt_id).items["cpu"].data == INTEL.data


async def test_what_was_kept_too_long_is_not_gone_on_with(tmp_path: Path) -> None:
    now = [SYSTEM_CLOCK.wall()]
    clock = Clock(lambda: now[0], SYSTEM_CLOCK.monotonic, SYSTEM_CLOCK.random_bytes)
    await interrupted(tmp_path, Cut(stops="memory"), 2, clock=clock)
    now[0] += OLDEST_KEPT_S - 60
    dock = PlugDock(Cut())
    async with open_floor(tmp_path, {"one": dock}, clock=clock) as floor:
        await floor.until_stage(Stage.STOPPED)
        # It gets too old while the slot waits for GO.
        now[0] += 120
        go_on(floor)
        assert (await floor.until_stage(Stage.ABORTED)).headline == wording.KEPT_TOO_LONG
    assert len(records(tmp_path)) == 1
    async with open_floor(tmp_path, {"one": PlugDock(Cut())}, clock=clock) as floor:
        await floor.until(lambda: not floor.slot().away)
        assert (floor.slot().stage, floor.engine.slots[1].resumable) == (Stage.ABORTED, False)


async def test_a_laptop_that_contradicts_its_label_does_not_get_round_the_second_person_by_a_power_cut(
    tmp_path: Path,
) -> None:
    for number, (approved_by, goes_on) in enumerate((("", False), ("ben", True))):
        folder = tmp_path / str(number)
        folder.mkdir()
        other = Cut(stops="memory", serial="PF9Z9Z9")
        await interrupted(folder, other, 2, start=Start(approved_by=approved_by))
        async with open_floor(folder, {"one": PlugDock(Cut(serial="PF9Z9Z9"))}) as floor:
            await floor.until(lambda floor=floor: not floor.slot().away)  # type: ignore[misc]
            assert floor.engine.slots[1].resumable is goes_on
            if goes_on:
                go_on(floor)
                await answer_all(floor)
                assert records(folder)[-1].approved_by == "ben"


def test_an_age_that_nobody_knows_is_too_old() -> None:
    assert too_old("yesterday", 0.0)
    assert too_old(utc_text(OLDEST_KEPT_S * 3), 0.0)  # the clock was set back
    assert not too_old(utc_text(1_000.0), 1_000.0 + OLDEST_KEPT_S)


@pytest.mark.parametrize("answered", [True, False])
async def test_why_it_is_tested_again_is_asked_once_and_not_forgotten(answered: bool, tmp_path: Path) -> None:
    async with open_floor(tmp_path, {"one": Cut()}, settings(tmp_path)) as floor:
        await floor.begin(SERIAL)
        await answer_all(floor)
    retest = Start(retest_of="It was tested here at 14:01: PASS.")
    await interrupted(tmp_path, Cut(stops="memory"), 2, *(("2",) if answered else ()), start=retest)
    async with open_floor(tmp_path, {"one": PlugDock(Cut())}) as floor:
        await floor.until_stage(Stage.STOPPED)
        go_on(floor)
        if not answered:
            asked = await floor.until_asks(Answering.REASON)
            assert "PASS." in asked.question
            await floor.press("CHOICE", 2)
        assert (await floor.until_asks(Answering.VERDICT)).question_place == 2
        await answer_all(floor)
    assert records(tmp_path)[-1].retest == REASONS[1].code


async def test_a_test_that_goes_on_can_be_stopped(tmp_path: Path) -> None:
    await interrupted(tmp_path, Cut(stops="memory"), 2)
    async with open_floor(tmp_path, {"one": PlugDock(Cut())}) as floor:
        await floor.until_stage(Stage.STOPPED)
        go_on(floor)
        await floor.engine.handle(StopSlot(1))
        assert (await floor.until_stage(Stage.ABORTED)).headline == wording.ABORTED_BY_OPERATOR


# Nothing passes by itself


@pytest.mark.parametrize("done", [1, 2, 3])
async def test_what_is_in_neither_half_is_never_a_pass(done: int, tmp_path: Path) -> None:
    """The second half gives nothing: each required check that lacks its evidence says so."""
    stops = {1: "cpu", 2: "memory", 3: ""}[done]
    await interrupted(tmp_path, Cut(stops=stops), done)
    nothing = Cut(make_item("kernel", b"Linux", source="test"))
    async with open_floor(tmp_path, {"one": PlugDock(nothing)}) as floor:
        await floor.until_stage(Stage.STOPPED)
        go_on(floor)
        state = await answer_all(floor)
    old, new = records(tmp_path)
    read = {meta.id for meta in old.evidence if meta.error is None} | {"smbios", "kernel", "exercise-memory"}
    assert {meta.id for meta in new.evidence if meta.error is None} == read | {"scans", "operator"}
    [vendor] = [one for one in new.findings if one.check == "processor.vendor"]
    assert (vendor.verdict is Verdict.PASS) == ("cpu" in read)
    assert (state.verdict is Verdict.PASS) == ("cpu" in read)


ITEM = st.tuples(
    st.sampled_from(["smbios", "cpu", "memory", "exercise-memory", "exercise-lid", "battery", "battery.again2"]),
    st.binary(max_size=12),
    st.sampled_from([None, "EIO", "killed at its deadline"]),
    st.booleans(),
)


@given(st.lists(ITEM, max_size=6, unique_by=lambda one: one[0]), st.booleans())
@settings_of(deadline=None)
def test_exactly_what_was_read_is_taken_over_with_every_byte(
    read: list[tuple[str, bytes, str | None, bool]], whole: bool
) -> None:
    items = [make_item(name, data, error=error, truncated=cut) for name, data, error, cut in read]
    with TemporaryDirectory() as folder:
        store = BenchStore(Path(folder) / "bench.sqlite")
        label = store.journal.settle(store.journal.keep((Code(SERIAL),), "wedge"), ScanFate.KEPT, serial=SERIAL)
        begun = store.begin_attempt(label.giving, slot=1, operator="a", profile="p", profile_digest="", link="l")
        for place, item in enumerate(items):
            store.spool_item(begun, place, item)
        store.recover("cut")
        kept = kept_of(store, begun, SYSTEM_CLOCK.wall(), whole=whole)
        store.close()
    assert [scan.id for scan in kept.label.scans] == [scan.id for scan in label.scans]
    good = [one for one in items if one.meta.error is None]
    good = [one for one in good if not (one.meta.truncated and one.meta.id.startswith("exercise-"))]
    assert list(kept.items) == (items if whole else good)
    assert kept.exercises == {
        one.meta.id.removeprefix("exercise-") for one in kept.items if one.meta.id.startswith("exercise-")
    }


def plain(row: str, **more: Any) -> Task:
    return Task(row, f"look at {row}", weighs=True, **more)


def answer(row: str, said: str, challenge: Sequence[tuple[int, int]] = ()) -> Answer:
    numbers = tuple(Challenge(*one) for one in challenge)
    return Answer(row, f"look at {row}", said, "anna", "key", "2026-11-24T10:40:00.000Z", 1, True, challenge=numbers)


def test_a_pass_of_something_that_was_shown_needs_what_was_measured_and_a_fail_does_not() -> None:
    tasks = (plain("display", exercise="display", challenge=True), plain("screen", exercise="display"))
    for said, has, place in (("pass", (), 1), ("pass", ("display",), 2), ("fail", (), 2)):
        questions = Questions(tasks)
        questions.restore((answer("display", said, [(4, 4)]),), has)
        assert questions.place == place


def test_a_number_that_was_wrong_before_the_cut_buys_no_third_guess() -> None:
    questions = Questions((plain("display", exercise="display", challenge=True),))
    questions.restore((), ("display",), reopened=answer("display", "skipped", [(4, 3), (5, 6)]))
    assert questions.spent


def test_an_answer_to_another_question_is_none_to_this_one_and_what_nobody_asks_stays_evidence() -> None:
    questions = Questions((plain("case"),))
    other = Answer("case", "is the case red?", "pass", "anna", "key", "", 1, True)
    questions.restore((other, answer("exercise.lid", "fail")), ())
    assert (questions.place, questions.waiting) == (1, True)
    item = questions.item()
    assert item is not None
    assert [one["row"] for one in json.loads(item.data)["answers"]] == ["exercise.lid"]


SAID = st.sampled_from(["pass", "fail", "skipped", "nothing"])


@given(
    st.lists(st.tuples(SAID, st.booleans(), st.booleans(), st.booleans(), st.booleans()), max_size=5),
    st.integers(0, 4),
)
def test_whatever_was_kept_no_task_is_done_that_nobody_did(
    kept: list[tuple[str, bool, bool, bool, bool]], taken_back: int
) -> None:
    """What is done after a cut was answered to that very question, with what such an answer needs, or was measured."""
    tasks, answers, has = [], [], set()
    for place, (said, exercised, measured, ends_itself, same) in enumerate(kept):
        name = f"one{place}"
        tasks.append(plain(name, exercise=name if exercised else "", ends_itself=exercised and ends_itself))
        if exercised and measured:
            has.add(name)
        if said != "nothing":
            one = answer(name, said)
            answers.append(one if same else Answer(name, "something else", said, "anna", "key", "", 1, True))
    reopened = answers.pop() if answers and taken_back == 0 else None
    questions = Questions(tuple(tasks))
    questions.restore(answers, has, reopened)
    for place, task in enumerate(tasks):
        good = [one for one in answers if one.row == task.row and one.asked == task.look]
        if reopened is not None and reopened.row == task.row:
            assert not questions.is_done(place + 1)
        elif questions.is_done(place + 1) and not good:
            assert task.ends_itself
            assert task.exercise in has
        elif good and good[0].answer != "pass":
            assert questions.is_done(place + 1)
        elif good and questions.is_done(place + 1) and not task.ends_itself:
            assert not task.exercise or task.exercise in has
    assert questions.waiting == (not all(questions.is_done(place + 1) for place in range(len(tasks))))
    while questions.undo():
        pass
    assert questions.given == 0
