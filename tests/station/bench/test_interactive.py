"""Questions with the laptop in hand: it does its part once one is seen, and what is done on it ends by itself."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from hardware.evidence.bundle import Item, ProbeName, make_item
from hardware.laptops.exercises import item_of
from hardware.laptops.link import CaptureStarted, ExerciseOrder, Progress
from station.bench import wording
from station.bench.command_codes import Verb, command_key
from station.bench.protocol import Answering, Press, ScanAnswer, ScanOutcome, Stage
from station.bench.task_words import WHICH_NUMBER
from station.clock import SYSTEM_CLOCK, Clock
from tests.station.bench.floor import ITEMS, PlainLaptop, open_floor
from tests.station.bench.test_scan_desk import Hand, store_of, verdict_of

PROFILE = """
id = "hands"
title = "Hands on"
version = "1"
effective_from = 2021-10-18

[require."memory.installed"]
at_least = "1 MB"
source = "a test"
standing = "inferred"
{rows}
"""
KEYBOARD = """
[require."keyboard.keys"]
at_most = 0
source = "a test"
standing = "inferred"
"""
TOUCHPAD = """
[require."touchpad.cells"]
at_least = 25
source = "a test"
standing = "inferred"
"""
DISPLAY = """
[attest."display.image"]
claim = "the image is even"
by = "technician"
look = "Each colour fills the whole screen."
purpose = "Shows dots that do not work."
steps = ["Look at the laptop.", "Remember the number."]
symptoms = ["dark: It stays dark", "lines: Lines or stripes"]
exercise = "display"
challenge = true
severity = "blocker"
source = "a test"
standing = "inferred"
"""


class HandyLaptop(PlainLaptop):
    """Its exercises say what the test says, and end when the test or the bench ends them."""

    def __init__(self) -> None:
        super().__init__("handy laptop")
        self._says: dict[str, asyncio.Queue[Progress | None]] = {}
        self.ended: list[str] = []

    async def collect(self, *, fast: bool = False) -> AsyncGenerator[CaptureStarted | Item, None]:
        yield CaptureStarted("id", "2026-11-24T11:00:00.000Z", ProbeName("test", "1"), ("cpu", "memory"))
        for item in ITEMS:
            yield item

    async def exercise(self, order: ExerciseOrder) -> AsyncGenerator[Progress | Item, None]:
        self.exercised.append(order)
        says = self._says[order.name] = asyncio.Queue()
        try:
            yield Progress("started")
            while (progress := await says.get()) is not None:
                yield progress
            measured = {"exercise": order.name, "version": 1, "arguments": order.arguments}
            yield make_item(item_of(order.name), json.dumps(measured).encode(), source="test")
        finally:
            self.ended.append(order.name)

    def says(self, name: str, state: str, done: int = 0, of: int = 0) -> None:
        self._says[name].put_nowait(Progress(state, done, of))

    def finish(self, name: str) -> None:
        super().finish(name)
        self._says[name].put_nowait(None)


class Bench:
    """The bench, the hand and the laptop."""

    def __init__(self, hand: Hand, laptop: HandyLaptop) -> None:
        self.hand = hand
        self.floor = hand.floor
        self.laptop = laptop

    async def asks(self, question: str) -> None:
        await self.floor.until(lambda: self.floor.slot().question == question)

    async def exercises(self, count: int = 1) -> ExerciseOrder:
        """Looks at the question, and waits until so many exercises were begun."""
        await self.hand.look()
        await self.floor.until(lambda: len(self.laptop.exercised) == count)
        return self.laptop.exercised[-1]

    async def shows(self) -> None:
        self.laptop.says("display", "shown", 7, 7)
        await self.floor.until(lambda: self.floor.slot().guide.progress == "all of it has been shown")

    def answers(self, folder: Path) -> list[dict[str, Any]]:
        store = store_of(folder)
        item = store.evidence(store.recent(1)[0].attempt_id).items["operator"]
        return list(json.loads(item.data)["answers"])


@asynccontextmanager
async def at(folder: Path, *rows: str) -> AsyncIterator[Bench]:
    now = [1_000.0]
    clock = Clock(SYSTEM_CLOCK.wall, lambda: now[0], SYSTEM_CLOCK.random_bytes)
    (folder / "hands.toml").write_text(PROFILE.format(rows="".join(rows)))
    laptop = HandyLaptop()
    settings = {"slot.1": "one", "profile": str(folder / "hands.toml")}
    async with open_floor(folder, {"one": laptop}, settings, clock) as floor:
        bench = Bench(Hand(floor, now, command_key(store_of(folder))), laptop)
        await bench.hand.scan("PF1A2B3C")
        await floor.until(lambda: floor.slot().question != "")
        yield bench


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("station.bench.hands_on.ANSWER_SETTLES_S", 0.05)


async def test_a_question_brings_what_helps_with_it_and_the_laptop_begins_once_it_is_seen(tmp_path: Path) -> None:
    async with at(tmp_path, DISPLAY) as bench:
        slot = bench.floor.slot()
        assert (slot.guide.purpose, slot.guide.steps) == (
            "Shows dots that do not work.",
            ("Look at the laptop.", "Remember the number."),
        )
        assert bench.laptop.exercised == []
        order = await bench.exercises()
        assert order.name == "display"
        assert 1 <= order.arguments["number"] <= 9
        bench.laptop.says("display", "going", 3, 7)
        await bench.floor.until(lambda: bench.floor.slot().guide.progress == "picture 3 of 7")


async def test_neither_key_nor_barcode_answers_what_no_screen_has_shown(tmp_path: Path) -> None:
    async with at(tmp_path, DISPLAY) as bench:
        slot = bench.floor.slot()
        await bench.floor.engine.handle(Press("FAIL", 1, slot.attempt_id, slot.turn))
        last = bench.floor.of(ScanAnswer)[-1]
        assert (last.outcome, last.sentence) == (ScanOutcome.REFUSED, wording.came_of_answer("unseen", 1, 0))
        await bench.exercises()
        answer = await bench.hand.press("PASS")
        assert answer.sentence == wording.came_of_answer("unshown", 1, 0)
        await bench.shows()
        assert (await bench.hand.press("PASS")).outcome is ScanOutcome.ACCEPTED


async def test_fail_symptom_undo_pass_wrong_number_right_number(tmp_path: Path) -> None:
    async with at(tmp_path, DISPLAY) as bench:
        hand, floor = bench.hand, bench.floor
        first = (await bench.exercises()).arguments["number"]
        await bench.shows()
        assert (await hand.press("FAIL")).sentence == wording.came_of_answer("listed", 1, 2)
        assert floor.slot().guide.choices == ("It stays dark", "Lines or stripes")
        assert (await hand.command(Verb.UNDO)).sentence == wording.back_to_question(1)
        await hand.press("PASS")
        assert (floor.slot().question, floor.slot().guide.answering) == (WHICH_NUMBER, Answering.NUMBER)
        wrong = first % 9 + 1
        answer = await hand.press("CHOICE", wrong)
        assert (answer.outcome, answer.sentence) == (ScanOutcome.REFUSED, wording.came_of_answer("wrong", 1, 0))
        second = (await bench.exercises(2)).arguments["number"]
        assert second != first
        assert (await hand.press("CHOICE", second)).sentence == wording.came_of_answer("unshown", 1, 0)
        await bench.shows()
        assert (await hand.command(Verb.CHOICE, second)).sentence == wording.number_right(1, second)
        state = await floor.until_stage(Stage.DONE)
        assert verdict_of(state, "display.image") == "pass"
        assert bench.laptop.finished == ["display"]
    [said] = bench.answers(tmp_path)
    assert said["challenge"] == [{"asked": first, "given": wrong}, {"asked": second, "given": second}]
    assert (said["answer"], said["how"], said["seen"]) == ("pass", "barcode", True)


async def test_two_wrong_numbers_leave_the_question_open_and_the_laptop_does_not_pass(tmp_path: Path) -> None:
    async with at(tmp_path, DISPLAY) as bench:
        for count in (1, 2):
            number = (await bench.exercises(count)).arguments["number"]
            await bench.shows()
            if count == 1:
                await bench.hand.press("PASS")
            answer = await bench.hand.press("CHOICE", number % 9 + 1)
        assert answer.sentence == wording.came_of_answer("given up", 1, 0)
        state = await bench.floor.until_stage(Stage.DONE)
        assert verdict_of(state, "display.image") == "inconclusive"
    assert bench.answers(tmp_path)[0]["answer"] == "skipped"


async def test_a_fail_is_evidence_with_its_symptom_and_decides(tmp_path: Path) -> None:
    async with at(tmp_path, DISPLAY) as bench:
        await bench.exercises()
        await bench.shows()
        await bench.hand.press("FAIL")
        assert (await bench.hand.press("CHOICE", 2)).sentence == wording.failed(1, "Lines or stripes")
        state = await bench.floor.until_stage(Stage.DONE)
        assert verdict_of(state, "display.image") == "fail"
        [line] = [line for line in state.checks if line.check.endswith("display.image")]
        assert "Lines or stripes, says anna" in line.measured
    [said] = bench.answers(tmp_path)
    assert (said["symptom"], said["symptom_words"]) == ("lines", "Lines or stripes")


async def test_what_a_requirement_needs_is_asked_first_and_ends_by_itself(tmp_path: Path) -> None:
    async with at(tmp_path, KEYBOARD, DISPLAY) as bench:
        floor = bench.floor
        assert (floor.slot().questions, floor.slot().guide.answering) == (2, Answering.DOING)
        assert (await bench.exercises()).name == "keyboard"
        assert (await bench.hand.press("PASS")).sentence == wording.came_of_answer("doing", 1, 0)
        bench.laptop.says("keyboard", "going", 41, 87)
        await floor.until(lambda: floor.slot().guide.progress == "41 of 87 keys")
        bench.laptop.finish("keyboard")  # all keys are down and up
        await bench.asks("Each colour fills the whole screen.")
        assert floor.slot().question_place == 2


async def test_a_fail_of_what_no_row_names_decides_too(tmp_path: Path) -> None:
    async with at(tmp_path, KEYBOARD) as bench:
        await bench.exercises()
        await bench.hand.press("FAIL")
        await bench.hand.press("CHOICE", 1)
        state = await bench.floor.until_stage(Stage.DONE)
        assert verdict_of(state, "exercise.keyboard") == "fail"
        assert state.verdict is not None
        assert state.verdict.value == "fail"
        assert bench.laptop.finished == ["keyboard"]
    assert bench.answers(tmp_path)[0]["row"] == "exercise.keyboard"


async def test_a_fail_of_one_thing_done_on_the_laptop_does_not_end_the_next(tmp_path: Path) -> None:
    async with at(tmp_path, KEYBOARD, TOUCHPAD) as bench:
        await bench.exercises()
        await bench.hand.press("FAIL")
        bench.laptop.finish("keyboard")  # the last key goes down while the symptoms are listed
        await bench.floor.until(lambda: "keyboard" in bench.laptop.ended)
        await bench.hand.press("CHOICE", 1)
        assert (bench.floor.slot().question_place, bench.floor.slot().guide.answering) == (2, Answering.DOING)
        assert (await bench.exercises(2)).name == "touchpad"


async def test_next_ends_what_is_done_on_the_laptop_with_what_there_is(tmp_path: Path) -> None:
    async with at(tmp_path, KEYBOARD) as bench:
        await bench.exercises()
        assert (await bench.hand.press("NEXT")).outcome is ScanOutcome.ACCEPTED
        await bench.floor.until_stage(Stage.DONE)
        assert bench.laptop.finished == ["keyboard"]
        store = store_of(tmp_path)
        items = store.evidence(store.recent(1)[0].attempt_id).items
        assert {"exercise-keyboard", "operator"} <= items.keys()


async def test_an_undo_has_it_done_anew(tmp_path: Path) -> None:
    async with at(tmp_path, KEYBOARD, DISPLAY) as bench:
        await bench.exercises()
        await bench.hand.press("NEXT")
        await bench.asks("Each colour fills the whole screen.")
        assert (await bench.exercises(2)).name == "display"
        await bench.hand.command(Verb.UNDO)
        assert bench.floor.slot().question_place == 1
        assert (await bench.exercises(3)).name == "keyboard"
        await bench.floor.until(lambda: bench.laptop.ended == ["keyboard", "display"])


async def test_what_the_laptop_could_not_show_is_shown_again_when_it_is_answered(tmp_path: Path) -> None:
    async with at(tmp_path, DISPLAY) as bench:
        await bench.exercises()
        bench.laptop.finish("display")
        await bench.floor.until(lambda: bench.floor.slot().guide.progress.startswith("the laptop could not show it"))
        assert (await bench.hand.press("PASS")).sentence == wording.came_of_answer("unshown", 1, 0)
        await bench.exercises(2)
        await bench.shows()
        assert (await bench.hand.press("PASS")).outcome is ScanOutcome.ACCEPTED
