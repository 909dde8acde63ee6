"""A label and a laptop that name two serial numbers stop their slot, until a person has decided."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from station.bench import wording
from station.bench.protocol import SlotChanged, Stage, StopKind
from station.bench.slot import Slot
from station.records import AttemptRecord, AttemptStatus
from station.store.bench_store import BenchStore, StoreRefused
from station.store.hold_book import HoldBook
from station.store.journal import KeptLabel
from tests.station.bench.floor import Floor, HeldLaptop, PlugDock, open_floor

LABEL, SAYS = "PF1A2B3C", "PF3K0A1"
SENTENCE = "The label says PF1A2B3C, and the laptop says PF3K0A1."


@asynccontextmanager
async def stopped(folder: Path) -> AsyncIterator[tuple[Floor, Slot, PlugDock, KeptLabel]]:
    """A slot that a label has stopped."""
    laptop = HeldLaptop(serial=SAYS)
    laptop.gate.set()
    dock = PlugDock(laptop)
    async with open_floor(folder, {"one": dock}, {"slot.1": "one"}) as floor:
        slot = floor.engine.slots[1]
        label = await floor.kept(LABEL)
        slot.conflict(label, SENTENCE)
        yield floor, slot, dock, label


async def hold(floor: Floor, slot: Slot) -> AttemptRecord:
    profile = floor.engine.judged_by
    assert not isinstance(profile, str)
    return await slot.hold_conflict(profile, "anna")


async def test_a_conflict_says_what_is_wrong_and_which_key_settles_it(tmp_path: Path) -> None:
    async with stopped(tmp_path) as (floor, slot, _, label):
        state = floor.slot()
        assert state.stop is not None
        assert (state.stage, state.stop.kind, state.stop.verb) == (Stage.STOPPED, StopKind.CONFLICT, "HOLD")
        assert (state.stop.sentence, state.serial, state.says) == (SENTENCE, LABEL, SAYS)
        assert (slot.free, slot.busy, slot.stopped_label) == (True, False, label)


async def test_a_stop_that_is_cleared_gives_its_label_back_and_the_slot_is_ready(tmp_path: Path) -> None:
    async with stopped(tmp_path) as (floor, slot, _, label):
        assert slot.clear_stop() == label
        assert (floor.slot().stage, floor.slot().stop, slot.stopped_label) == (Stage.READY, None, None)
        assert floor.slot().says == SAYS


async def test_a_laptop_that_leaves_ends_the_stop_and_its_label_can_still_be_settled(tmp_path: Path) -> None:
    async with stopped(tmp_path) as (floor, slot, dock, label):
        dock.unplug()
        await floor.until_stage(Stage.EMPTY)
        assert floor.slot().stop is None
        assert slot.clear_stop() == label
        assert slot.stopped_label is None


async def test_a_conflict_that_is_approved_is_tested_with_its_label(tmp_path: Path) -> None:
    async with stopped(tmp_path) as (floor, slot, _, label):
        profile = floor.engine.judged_by
        assert not isinstance(profile, str)
        slot.begin(label, profile, "anna")
        assert (floor.slot().stop, slot.stopped_label) == (None, None)
        assert (await floor.until_stage(Stage.DONE)).serial == LABEL


async def test_both_serials_are_held_for_one_reason_and_the_attempt_has_the_evidence(tmp_path: Path) -> None:
    async with stopped(tmp_path) as (floor, slot, _, _):
        record = await hold(floor, slot)
        state, both = floor.slot(), wording.held_both(LABEL, SAYS)
        assert (state.stage, state.held, state.stop, state.headline) == (Stage.ABORTED, True, None, both)
        assert (slot.stopped_label, slot.busy, slot.free) == (None, False, True)
    store = BenchStore(tmp_path / "bench.sqlite")
    # What was the next thing to do is done: the reason is the fact alone.
    fact = wording.contradiction(LABEL, SAYS)
    assert store.record(record.attempt_id) == record
    assert (record.status, record.verdict, record.note) == (AttemptStatus.ABORTED, None, fact)
    assert (record.scan.serial, record.device.serial) == (LABEL, SAYS)
    evidence = store.evidence(record.attempt_id).items
    assert set(evidence) == {"scans", "smbios"}
    assert SAYS.encode() in evidence["smbios"].data
    holds = HoldBook(store).open_holds()
    assert {(one.serial, one.reason, one.attempt_id) for one in holds} == {
        (LABEL, fact, record.attempt_id),
        (SAYS, fact, record.attempt_id),
    }


@pytest.mark.parametrize("fails", ["begin_attempt", "spool_item", "finish_attempt"])
async def test_a_disk_that_refuses_leaves_the_slot_stopped_and_it_can_be_asked_again(
    fails: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: BenchStore, *args: object, **more: object) -> None:
        raise StoreRefused("database or disk is full")

    async with stopped(tmp_path) as (floor, slot, _, label):
        with monkeypatch.context() as patched:
            patched.setattr(BenchStore, fails, full)
            with pytest.raises(StoreRefused):
                await hold(floor, slot)
        assert (floor.slot().stage, slot.stopped_label, slot.busy) == (Stage.STOPPED, label, False)
        await hold(floor, slot)
        assert floor.slot().stage is Stage.ABORTED
    store = BenchStore(tmp_path / "bench.sqlite")
    assert (len(store.recent(9)), store.open_attempts()) == (1, [])
    assert len(HoldBook(store).open_holds()) == 2


async def test_the_laptops_own_screen_names_no_serial_that_may_be_anothers(tmp_path: Path) -> None:
    laptop = HeldLaptop(serial=SAYS)
    async with open_floor(tmp_path, {"one": PlugDock(laptop)}, {"slot.1": "one"}) as floor:
        floor.engine.slots[1].conflict(await floor.kept(LABEL), SENTENCE)
        await floor.until(lambda: bool(laptop.pages) and laptop.pages[-1].headline == wording.LAPTOP_STOPPED)
        assert all(LABEL not in line for line in laptop.pages[-1].lines)


async def test_a_blocked_slot_says_so_whatever_happens_in_it(tmp_path: Path) -> None:
    laptop = HeldLaptop(serial=SAYS)
    laptop.gate.set()
    dock = PlugDock(laptop)
    async with open_floor(tmp_path, {"one": dock}, {"slot.1": "one"}) as floor:
        slot = floor.engine.slots[1]
        slot.block("No golden laptop was tested here in this shift.")
        await floor.begin("PF1A2B3C")
        await floor.until_stage(Stage.DONE)
        dock.unplug()
        await floor.until(lambda: floor.slot().away)
        slot.block("")
        assert floor.slot().blocked == ""
        blocked = {event.slot.blocked for event in floor.of(SlotChanged) if event.slot.attempt_id}
        assert blocked == {"No golden laptop was tested here in this shift.", ""}
        assert floor.slot().verdict is not None
