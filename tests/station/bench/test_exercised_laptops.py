"""A profile that wants exercises: the laptop does them, they are evidence, and none can pretend to have done them."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from checks.verdict import Verdict
from hardware.evidence.bundle import Item, ProbeName, make_item
from hardware.laptops.exercises import EXERCISES, item_of
from hardware.laptops.link import CaptureStarted, ExerciseOrder, LinkLost, Progress
from station.bench.protocol import Scan, SlotState, Stage, UseProfile
from station.clock import SYSTEM_CLOCK
from station.records import AttemptRecord, AttemptStatus
from station.store.bench_store import BenchStore
from tests.station.bench.floor import PlainLaptop, open_floor

ONE = {"slot.1": "one"}
PROFILE = """
id = "memories"
version = "1"
[require."memory.test"]
arguments = { least_mb = 64, least_percent = 10 }
at_most = 0
confirm = "2 of 3"
source = "a test of the bench"
standing = "inferred"
"""


def memory_tested(mismatches: int) -> bytes:
    """What the probe says of a memory test."""
    first = [{"offset": 4096, "expected": "00ff", "found": "00fe"}] if mismatches else []
    measured = {"bytes": 2**30, "available": 2**31, "passes": 3, "mismatches": mismatches, "first": first}
    item = {"exercise": "memory", "version": 1, "arguments": {}, "seconds": 1.5, "restored": None, "measured": measured}
    return json.dumps(item).encode()


class Exercised(PlainLaptop):
    """A laptop whose memory tests find so many mismatches, one after the other; None: it goes away in the middle."""

    def __init__(self, *mismatches: int | None, pretends: bool = False, live: bool = True) -> None:
        super().__init__("exercised laptop", live=live)
        self._mismatches = list(mismatches)
        self._pretends = pretends

    async def collect(self, *, fast: bool = False) -> AsyncGenerator[CaptureStarted | Item, None]:
        yield CaptureStarted("id", "2026-11-24T11:00:00.000Z", ProbeName("test", "1"), ("memory",))
        yield make_item("memory", b"MemTotal: 4000000 kB\n")
        if self._pretends:
            yield make_item(item_of("memory"), memory_tested(0))

    async def exercise(self, order: ExerciseOrder) -> AsyncGenerator[Progress | Item, None]:
        self.exercised.append(order)
        yield Progress("started")
        mismatches = self._mismatches.pop(0)
        if mismatches is None:
            raise LinkLost("the laptop went away in the middle of the memory test")
        yield make_item(item_of(order.name), memory_tested(mismatches))


async def run(
    folder: Path, laptop: Exercised, stage: Stage = Stage.DONE, profile: str = PROFILE
) -> tuple[AttemptRecord, SlotState]:
    """One laptop by that profile."""
    path = folder / "memories.toml"
    path.write_text(profile)
    async with open_floor(folder, {"one": laptop}, ONE) as floor:
        await floor.engine.handle(UseProfile(str(path)))
        await floor.engine.handle(Scan("S1234567"))
        state = await floor.until_stage(stage)
    store = BenchStore(folder / "bench.sqlite", SYSTEM_CLOCK)
    [record] = store.recent(1)
    store.close()
    return record, state


async def test_the_profile_says_which_exercise_runs_and_its_measurement_decides(tmp_path: Path) -> None:
    laptop = Exercised(0)
    record, state = await run(tmp_path, laptop)
    assert [(order.name, order.seconds) for order in laptop.exercised] == [("memory", EXERCISES["memory"].deadline_s)]
    assert record.verdict is Verdict.PASS
    assert item_of("memory") in {meta.id for meta in record.evidence}
    assert state.expected == state.done == 2


async def test_a_fault_that_an_exercise_finds_is_looked_for_again_and_fails(tmp_path: Path) -> None:
    laptop = Exercised(3, 2, 1)
    record, _ = await run(tmp_path, laptop)
    assert record.verdict is Verdict.FAIL
    kept = {meta.id for meta in record.evidence}
    assert {"exercise-memory", "exercise-memory.again2"} <= kept


async def test_a_fault_that_does_not_come_back_is_marginal_and_never_a_clean_pass(tmp_path: Path) -> None:
    record, _ = await run(tmp_path, Exercised(3, 0, 0))
    assert record.verdict is Verdict.MARGINAL


async def test_a_laptop_that_says_it_has_exercised_by_itself_is_not_believed(tmp_path: Path) -> None:
    record, _ = await run(tmp_path, Exercised(5, 5, 5, pretends=True))
    assert record.verdict is Verdict.FAIL


async def test_recorded_exercises_stand_and_nothing_is_made_to_do_them_again(tmp_path: Path) -> None:
    laptop = Exercised(pretends=True, live=False)
    record, _ = await run(tmp_path, laptop)
    assert record.verdict is Verdict.PASS
    assert laptop.exercised == []


@pytest.mark.parametrize("before", [(), (3,)])
async def test_a_laptop_that_leaves_in_an_exercise_is_aborted_and_never_failed(
    tmp_path: Path, before: tuple[int, ...]
) -> None:
    record, state = await run(tmp_path, Exercised(*before, None), Stage.ABORTED)
    assert (record.status, record.verdict, state.verdict) == (AttemptStatus.ABORTED, None, None)


async def test_a_reading_that_is_taken_again_brings_no_exercise_that_was_not_ordered(tmp_path: Path) -> None:
    class Forging(Exercised):
        async def collect(self, *, fast: bool = False) -> AsyncGenerator[CaptureStarted | Item, None]:
            yield CaptureStarted("id", "2026-11-24T11:00:00.000Z", ProbeName("test", "1"), ("camera",))
            yield make_item(item_of("memory"), memory_tested(0))
            yield make_item("camera", b"{}")

    camera = '[require."camera.present"]\nequals = true' + PROFILE.partition("at_most = 0")[2]
    both = f"{PROFILE}\n{camera}"
    record, _ = await run(tmp_path, Forging(5, 5, 5), profile=both)
    assert record.verdict is Verdict.FAIL
    [found] = [one for one in record.findings if one.check == "memory.test"]
    assert [reading.verdict for reading in found.readings] == [Verdict.FAIL] * len(found.readings)
    assert len(found.readings) > 1
