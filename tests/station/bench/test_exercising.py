"""What an attempt has the laptop do: side by side, in its time, and nothing but the item that was asked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable

import pytest

from hardware.evidence.bundle import Item, make_item
from hardware.laptops.exercises import EXERCISES, item_of
from hardware.laptops.link import ExerciseOrder, LinkLost, Progress
from station.bench import wording
from station.bench.exercising import Exercising, arguments_for
from tests.station.bench.floor import PlainLaptop, item_by


class Athlete(PlainLaptop):
    """Each exercise runs until the test lets it end. `most` is which ran at once at the busiest."""

    def __init__(self, *, lost_in: str = "", another: str = "") -> None:
        super().__init__("athlete")
        self.gates: dict[str, asyncio.Event] = {name: asyncio.Event() for name in EXERCISES}
        self.running: set[str] = set()
        self.together: list[frozenset[str]] = []
        self._lost_in = lost_in
        self._another = another

    async def exercise(self, order: ExerciseOrder) -> AsyncGenerator[Progress | Item, None]:
        self.exercised.append(order)
        self.running.add(order.name)
        self.together.append(frozenset(self.running))
        try:
            yield Progress("started")
            await self.gates[order.name].wait()
            if order.name == self._lost_in:
                raise LinkLost("the laptop went away")
            if self._another:
                yield make_item(self._another, b"{}", source="test")
            else:
                yield item_by(order)
        finally:
            self.running.discard(order.name)

    def finish(self, name: str) -> None:
        super().finish(name)
        self.gates[name].set()

    def open_all(self) -> None:
        for gate in self.gates.values():
            gate.set()


def _exercising(laptop: PlainLaptop) -> tuple[Exercising, list[Item]]:
    kept: list[Item] = []

    async def keep(item: Item) -> None:
        kept.append(item)

    return Exercising(laptop, keep, lambda: None, lambda count: b"\x07" * count), kept


async def _until_running(laptop: Athlete, *names: str) -> None:
    async with asyncio.timeout(10):
        while not set(names) <= laptop.running:
            await asyncio.sleep(0)


async def test_what_shares_nothing_runs_side_by_side_and_what_does_waits() -> None:
    laptop = Athlete()
    exercising, kept = _exercising(laptop)
    running = asyncio.create_task(exercising.run(["memory", "cpu", "storage", "sound", "keyboard"]))
    await _until_running(laptop, "storage", "sound")
    laptop.open_all()
    await running
    assert sorted(item.meta.id for item in kept) == [item_of(one) for one in ("cpu", "memory", "sound", "storage")]
    assert not any({"memory", "cpu"} <= together for together in laptop.together)
    assert any({"storage", "sound"} <= together for together in laptop.together)


async def test_an_item_that_was_not_asked_for_is_no_evidence_of_an_exercise() -> None:
    laptop = Athlete(another="exercise-cpu")
    laptop.open_all()
    exercising, kept = _exercising(laptop)
    await exercising.run(["memory"])
    assert [(item.meta.id, item.data) for item in kept] == [("exercise-memory", b"")]
    assert kept[0].meta.error


async def test_a_recording_of_another_challenge_is_no_answer() -> None:
    class Recorded(PlainLaptop):
        async def exercise(self, order: ExerciseOrder) -> AsyncGenerator[Progress | Item, None]:
            yield item_by(ExerciseOrder(order.name, {"hertz": [2500, 5000]}, 1.0))

    exercising, kept = _exercising(Recorded())
    await exercising.run(["sound"])
    assert [(item.meta.id, item.data, item.meta.error) for item in kept] == [
        ("exercise-sound", b"", wording.ANOTHER_EXERCISE)
    ]


async def test_a_laptop_that_goes_away_ends_the_run() -> None:
    laptop = Athlete(lost_in="storage")
    exercising, kept = _exercising(laptop)
    running = asyncio.create_task(exercising.run(["memory", "storage"]))
    await _until_running(laptop, "memory", "storage")
    laptop.gates["storage"].set()
    with pytest.raises(LinkLost):
        await running
    assert exercising.failure is not None
    await exercising.close()
    assert not laptop.running
    assert kept == []


async def _until(said: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not said():
            await asyncio.sleep(0)


async def test_a_hands_on_exercise_tells_how_far_it_is_and_that_it_has_ended() -> None:
    laptop = Athlete()
    exercising, kept = _exercising(laptop)
    told: list[Progress | None] = []
    run = exercising.start("keyboard", {"layout": "iso-uk"}, told.append)
    await _until_running(laptop, "keyboard")
    run.finish()
    await _until(lambda: told[-1:] == [None])
    assert told == [Progress("started"), None]
    assert [item.meta.id for item in kept] == ["exercise-keyboard"]
    assert laptop.exercised[0].arguments == {"layout": "iso-uk"}


async def test_a_hands_on_exercise_waits_for_what_it_shares() -> None:
    laptop = Athlete()
    exercising, _ = _exercising(laptop)
    display = exercising.start("display", {"number": 3}, lambda _: None)
    await _until_running(laptop, "display")
    exercising.start("lid", {}, lambda _: None)
    await asyncio.sleep(0)
    assert "lid" not in laptop.running
    display.stop()
    await _until_running(laptop, "lid")
    assert "display" not in laptop.running
    await exercising.close()
    assert not laptop.running


async def test_one_that_was_only_waiting_ends_without_an_item() -> None:
    laptop = Athlete()
    exercising, kept = _exercising(laptop)
    told: list[Progress | None] = []
    exercising.start("display", {"number": 3}, lambda _: None)
    exercising.start("lid", {}, told.append).finish()
    assert told == [None]
    await exercising.close()
    assert kept == []


async def test_a_second_run_is_another_than_the_one_that_is_still_ending() -> None:
    laptop = Athlete()
    exercising, kept = _exercising(laptop)
    first_told: list[Progress | None] = []
    second_told: list[Progress | None] = []
    third_told: list[Progress | None] = []
    first = exercising.start("touchpad", {}, first_told.append)
    await _until_running(laptop, "touchpad")
    # It is asked to end, and takes its time; meanwhile it is wanted anew, and given up again, twice.
    gate = laptop.gates["touchpad"]
    laptop.gates["touchpad"] = asyncio.Event()
    first.finish()
    exercising.start("touchpad", {}, second_told.append).stop()
    exercising.start("touchpad", {}, third_told.append).finish()
    assert (second_told, third_told) == ([None], [None])
    assert None not in first_told
    gate.set()
    await _until(lambda: first_told[-1:] == [None])
    assert [item.meta.id for item in kept] == ["exercise-touchpad"]
    await asyncio.sleep(0)
    assert not laptop.running


async def test_a_flood_of_progress_is_told_ten_times_a_second_and_what_is_shown_at_once() -> None:
    class Babbler(PlainLaptop):
        async def exercise(self, order: ExerciseOrder) -> AsyncGenerator[Progress | Item, None]:
            for number in range(5000):
                yield Progress("going", number % 7, 7)
            yield Progress("shown")
            yield make_item(item_of(order.name), b"", source="test", error="babbles")

    exercising, _ = _exercising(Babbler())
    told: list[Progress | None] = []
    exercising.start("display", {"number": 3}, told.append)
    await _until(lambda: told[-1:] == [None])
    assert Progress("shown") in told
    assert len(told) < 100


def test_the_tones_are_drawn_anew_and_differ() -> None:
    def drawn(byte: int) -> tuple[int, int]:
        left, right = arguments_for("sound", narrow=False, random_bytes=lambda _: bytes([byte, byte]))["hertz"]
        return left, right

    tones = {drawn(byte) for byte in range(256)}
    assert len(tones) > 50
    assert all(2000 <= left <= 4000 < 4500 <= right <= 6500 for left, right in tones)


def test_a_picture_is_small_over_a_slow_line() -> None:
    narrow = arguments_for("camera", narrow=True, random_bytes=bytes)
    wide = arguments_for("camera", narrow=False, random_bytes=bytes)
    assert narrow["width"] < wide["width"]
