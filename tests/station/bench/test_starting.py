"""After a power cut the bench comes back with each slot where it was, and nothing passes by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from station.bench import wording
from station.bench.protocol import PutInSlot, ScanOutcome, Stage, StopKind, UseAddress, View
from station.records import AttemptStatus
from station.store.bench_store import BenchStore
from tests.station.bench.floor import HeldLaptop, PlugDock, open_floor
from tests.station.kept import kept_scan

OURS, OTHER = "PF1A2B3C", "PF9Z9Z9Z"
ONE = {"slot.1": "one"}
TWO = {"slot.1": "one", "slot.2": "two"}


def kept(folder: Path) -> BenchStore:
    return BenchStore(folder / "bench.sqlite")


def laptop(serial: str = "", *, ready: bool = True) -> HeldLaptop:
    made = HeldLaptop(serial=serial)
    made.name = serial or "silent laptop"
    made.identity = f"start of {made.name}"
    if ready:
        made.gate.set()
    return made


async def interrupt(folder: Path, serial: str = OURS) -> None:
    """A bench that is killed in the middle of a test."""
    async with open_floor(folder, {"one": laptop(serial, ready=False)}, ONE, abandon=True) as floor:
        await floor.scan(serial)
        await floor.until(lambda: floor.slot().done > 0)


async def test_one_key_goes_on_with_a_test_that_was_interrupted_while_its_laptop_is_still_there(tmp_path: Path) -> None:
    await interrupt(tmp_path)
    async with open_floor(tmp_path, {"one": laptop(OURS)}, ONE) as floor:
        state = await floor.until_stage(Stage.STOPPED)
        assert state.stop is not None
        assert (state.stop.kind, state.stop.verb, state.verdict) == (StopKind.INTERRUPTED, "GO", None)
        # The slot itself says so now.
        assert not any(OURS in notice for notice in floor.engine.state().notices)
        answer = await floor.press("GO")
        assert (answer.outcome, answer.sentence) == (ScanOutcome.ACCEPTED, wording.resumed(OURS, 1))
        await floor.until_serial(OURS)
    after, before = kept(tmp_path).recent(9)
    assert (before.status, before.verdict) == (AttemptStatus.INTERRUPTED, None)
    assert (after.status, after.resumes) == (AttemptStatus.COMPLETED, before.attempt_id)


async def test_an_interrupted_test_of_a_laptop_that_is_gone_stays_a_notice_and_passes_nothing(tmp_path: Path) -> None:
    await interrupt(tmp_path)
    dock = PlugDock()
    async with open_floor(tmp_path, {"one": dock}, ONE) as floor:
        assert any(OURS in notice for notice in floor.engine.state().notices)
        state = floor.slot()
        assert (state.serial, state.away, state.verdict) == (OURS, True, None)
        dock.plug(laptop(OTHER))
        await floor.until_stage(Stage.READY)
        assert any(OURS in notice for notice in floor.engine.state().notices)
        dock.plug(laptop(OURS))
        await floor.until(lambda: floor.slot().says == OURS)
        await floor.scan(OURS)
        await floor.until_serial(OURS)
        await floor.until(lambda: not any(OURS in notice for notice in floor.engine.state().notices))
    assert kept(tmp_path).recent(1)[0].resumes == ""


async def test_the_label_of_an_interrupted_laptop_starts_its_test_anew(tmp_path: Path) -> None:
    await interrupt(tmp_path)
    async with open_floor(tmp_path, {"one": laptop(OURS)}, ONE) as floor:
        await floor.until_stage(Stage.STOPPED)
        assert (await floor.scan(OURS)).outcome is ScanOutcome.ACCEPTED
        await floor.until_serial(OURS)
    assert kept(tmp_path).recent(1)[0].resumes == ""


async def test_each_slot_comes_back_with_its_last_verdict(tmp_path: Path) -> None:
    laptops = {"one": laptop(OURS), "two": laptop(OTHER)}
    async with open_floor(tmp_path, laptops, TWO) as floor:
        await floor.scan(OURS)
        await floor.scan(OTHER)
        before = (await floor.until_serial(OURS, 1), await floor.until_serial(OTHER, 2))
    async with open_floor(tmp_path, {"one": laptop(OURS), "two": PlugDock()}, TWO) as floor:
        await floor.until(lambda: not floor.slot(1).away)
        for number, state in enumerate(before, start=1):
            now = floor.slot(number)
            assert (now.stage, now.serial, now.verdict) == (Stage.DONE, state.serial, state.verdict)
        assert (floor.slot(1).away, floor.slot(2).away) == (False, True)
        assert floor.engine.state().bar.view is View.BENCH


async def test_a_scan_that_had_not_come_to_a_slot_hides_no_slots_verdict(tmp_path: Path) -> None:
    async with open_floor(tmp_path, {"one": laptop(OURS)}, ONE) as floor:
        await floor.scan(OURS)
        await floor.until_serial(OURS)
    kept_scan(kept(tmp_path), OTHER)
    async with open_floor(tmp_path, {"one": laptop(OURS)}, ONE) as floor:
        assert any(notice.startswith(f"{OTHER}:") for notice in floor.engine.state().notices)
        assert (floor.slot().serial, floor.slot().stage) == (OURS, Stage.DONE)


async def test_a_label_scanned_while_a_restored_silent_laptop_is_asked_begins_its_test(tmp_path: Path) -> None:
    async with open_floor(tmp_path, {"one": laptop()}, ONE) as floor:
        await floor.scan(OURS)
        await floor.until_serial(OURS)
    async with open_floor(tmp_path, {"one": laptop()}, ONE, asked=False) as floor:
        await floor.scan(OTHER)
        await floor.until_serial(OTHER)


@pytest.mark.parametrize("command", [PutInSlot(1, "one"), PutInSlot(1, "two"), UseAddress("127.0.0.1:0")])
async def test_naming_the_same_place_again_after_a_power_cut_leaves_the_test_to_be_gone_on_with(
    command: PutInSlot | UseAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever starts the bench with the same command as every morning can still go on."""
    monkeypatch.setattr("station.bench.places.NETWORK", "one")
    monkeypatch.setattr("station.bench.places.check_laptop", str)
    await interrupt(tmp_path)
    async with open_floor(tmp_path, {"one": laptop(OURS), "two": laptop(OURS)}, ONE) as floor:
        await floor.until_stage(Stage.STOPPED)
        await floor.engine.handle(command)
        if command == PutInSlot(1, "two"):
            await floor.until_stage(Stage.READY)  # another place, and perhaps another laptop
            return
        await floor.until_stage(Stage.STOPPED)
        await floor.press("GO")
        await floor.until_serial(OURS)
