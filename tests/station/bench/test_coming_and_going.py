"""Laptops come to a slot and leave it: what the slot shows, and what becomes of an attempt in between."""

from __future__ import annotations

import asyncio
from pathlib import Path

from station.bench import wording
from station.bench.docks import ListenAddress
from station.bench.protocol import Press, Quit, ScanAnswer, ScanOutcome, Seen, Stage, UseAddress
from station.records import AttemptStatus
from tests.station.bench.floor import HeldLaptop, PlugDock, TestDocks, open_floor

ONE = {"slot.1": "one"}


async def test_a_slot_without_a_laptop_says_what_it_waits_for(tmp_path: Path) -> None:
    async with open_floor(tmp_path, {"one": PlugDock()}, ONE) as floor:
        slot = floor.slot()
        assert (slot.stage, slot.link, slot.headline) == (Stage.EMPTY, "test dock", wording.WAITS_FOR_LAPTOP)
        assert floor.engine.slots[1].waits
        answer = await floor.scan("S1234567")
        assert answer.sentence == wording.waits_for_laptop("S1234567")


async def test_a_laptop_that_comes_is_ready_to_be_scanned(tmp_path: Path) -> None:
    dock, laptop = PlugDock(), HeldLaptop()
    async with open_floor(tmp_path, {"one": dock}, ONE) as floor:
        dock.plug(laptop)
        slot = await floor.until_stage(Stage.READY)
        assert slot.link == laptop.name
        await floor.until(lambda: bool(laptop.pages))
        assert laptop.pages[-1].headline == wording.READY


async def test_a_fault_of_the_place_is_told(tmp_path: Path) -> None:
    dock = PlugDock()
    async with open_floor(tmp_path, {"one": dock}, ONE) as floor:
        dock.unplug("ttyUSB0 cannot be opened. Plug the adapter in.")
        await floor.until(lambda: "Plug the adapter in." in floor.slot().headline)
        assert floor.slot().stage is Stage.EMPTY


async def test_a_verdict_stays_in_view_when_its_laptop_leaves_until_the_next_comes(tmp_path: Path) -> None:
    laptop, following = HeldLaptop(), HeldLaptop()
    following.identity = "another start"
    dock = PlugDock(laptop)
    laptop.gate.set()
    async with open_floor(tmp_path, {"one": dock}, ONE) as floor:
        await floor.until_stage(Stage.READY)
        await floor.scan("S1234567")
        done = await floor.until_stage(Stage.DONE)
        dock.unplug()
        await floor.until(lambda: floor.slot().away)
        assert (floor.slot().verdict, floor.slot().serial) == (done.verdict, "S1234567")
        assert not floor.engine.slots[1].free
        dock.plug(following)
        slot = await floor.until_stage(Stage.READY)
        assert (slot.serial, slot.verdict, slot.away) == ("", None, False)


async def test_a_laptop_that_only_lost_its_cable_keeps_its_verdict(tmp_path: Path) -> None:
    laptop = HeldLaptop()
    dock = PlugDock(laptop)
    laptop.gate.set()
    async with open_floor(tmp_path, {"one": dock}, ONE) as floor:
        await floor.until_stage(Stage.READY)
        await floor.scan("S1234567")
        await floor.until_stage(Stage.DONE)
        dock.unplug()
        await floor.until(lambda: floor.slot().away)
        dock.plug(laptop)
        await floor.until(lambda: not floor.slot().away)
        assert floor.slot().stage is Stage.DONE
        assert floor.engine.slots[1].free


async def test_a_laptop_that_vanishes_in_mid_test_is_aborted_and_the_next_one_can_come(tmp_path: Path) -> None:
    laptop, following = HeldLaptop(vanishes=True), HeldLaptop()
    following.identity = "another start"
    dock = PlugDock(laptop)
    async with open_floor(tmp_path, {"one": dock}, ONE) as floor:
        await floor.until_stage(Stage.READY)
        await floor.scan("S1234567")
        await floor.until_stage(Stage.COLLECTING)
        dock.unplug()
        laptop.gate.set()
        slot = await floor.until_stage(Stage.ABORTED)
        assert (slot.verdict, slot.away) == (None, True)
        assert floor.engine.state().recent[0].status == AttemptStatus.ABORTED.value
        dock.plug(following)
        await floor.until_stage(Stage.READY)


async def test_the_place_is_let_go_when_the_slot_gets_another(tmp_path: Path) -> None:
    dock, other = PlugDock(), PlugDock()
    async with open_floor(tmp_path, {"one": dock, "two": other}, ONE) as floor:
        await floor.engine.slots[1].use(other)
        assert dock.closed
    assert other.closed


async def test_another_address_is_kept_and_the_places_on_the_network_are_asked_for_anew(tmp_path: Path) -> None:
    dock = PlugDock()
    async with open_floor(tmp_path, {"network": dock}, {"slot.1": "network"}) as floor:
        docks = floor.engine._docks
        assert isinstance(docks, TestDocks)
        await floor.engine.handle(UseAddress("127.0.0.1:9999"))
        assert docks.addresses == [ListenAddress("127.0.0.1", 9999)]
        assert dock.closed
        dock.plug(HeldLaptop())
        await floor.until_stage(Stage.READY)
        await floor.engine.handle(UseAddress("everywhere"))
        answer = floor.of(ScanAnswer)[-1]
        assert answer.outcome is ScanOutcome.REFUSED
        assert len(docks.addresses) == 1


async def test_the_address_does_not_change_under_a_laptop_that_is_tested(tmp_path: Path) -> None:
    laptop = HeldLaptop()
    async with open_floor(tmp_path, {"network": PlugDock(laptop)}, {"slot.1": "network"}) as floor:
        await floor.until_stage(Stage.READY)
        await floor.scan("S1234567")
        await floor.engine.handle(UseAddress("127.0.0.1:9999"))
        assert floor.of(ScanAnswer)[-1].sentence == wording.slot_busy(1)
        laptop.gate.set()
        await floor.until_stage(Stage.DONE)


class Waiting(HeldLaptop):
    """A laptop that gives everything at once: what is waited for is the technician."""

    def __init__(self, identity: str) -> None:
        super().__init__()
        self.identity = identity
        self.gate.set()


LOOKED_AT = """
id = "looked-at"
version = "1"
[require."processor.vendor"]
one_of = ["Intel"]
source = "a test of the bench"
standing = "inferred"
[attest."case.whole"]
claim = "the case is whole"
by = "technician"
look = "Look at the case: nothing is broken."
severity = "major"
source = "a test of the bench"
standing = "inferred"
"""


async def test_a_laptop_that_leaves_while_a_person_is_asked_is_aborted_and_the_next_one_is_another(
    tmp_path: Path,
) -> None:
    profile = tmp_path / "looked-at.toml"
    profile.write_text(LOOKED_AT)
    first, second = Waiting("first"), Waiting("second")
    dock = PlugDock(first)
    async with open_floor(tmp_path, {"one": dock}, {**ONE, "profile": str(profile)}) as floor:
        await floor.until_stage(Stage.READY)
        await floor.scan("S1234567")
        await floor.until_stage(Stage.ASKING)
        assert first.attempts == [True]
        dock.unplug()
        dock.plug(second)
        first.left.set()
        slot = await floor.until_stage(Stage.READY)
        assert (slot.serial, slot.verdict, slot.question) == ("", None, "")
        assert floor.engine.state().recent[0].status == AttemptStatus.ABORTED.value
        assert first.attempts == [True, False]
        await floor.until(lambda: bool(second.pages))
        assert all("S1234567" not in line for page in second.pages for line in (page.headline, *page.lines))


async def test_a_laptop_that_is_back_in_time_is_asked_on(tmp_path: Path) -> None:
    profile = tmp_path / "looked-at.toml"
    profile.write_text(LOOKED_AT)
    laptop = Waiting("the same")
    dock = PlugDock(laptop)
    async with open_floor(tmp_path, {"one": dock}, {**ONE, "profile": str(profile)}) as floor:
        await floor.until_stage(Stage.READY)
        await floor.scan("S1234567")
        asked = await floor.until_stage(Stage.ASKING)
        dock.unplug()
        dock.plug(laptop)
        await floor.engine.handle(Seen(1, asked.attempt_id, asked.turn))
        await floor.engine.handle(Press("PASS", 1, asked.attempt_id, asked.turn))
        done = await floor.until_stage(Stage.DONE)
        assert done.serial == "S1234567"
        assert floor.engine.slots[1].free


async def test_a_place_that_leaves_with_a_sentence_keeps_the_verdict_in_view_and_says_it(tmp_path: Path) -> None:
    laptop = Waiting("first")
    dock = PlugDock(laptop)
    async with open_floor(tmp_path, {"one": dock}, ONE) as floor:
        await floor.until_stage(Stage.READY)
        await floor.scan("S1234567")
        done = await floor.until_stage(Stage.DONE)
        dock.unplug("ttyUSB0 is gone. Plug the adapter in.")
        await floor.until(lambda: floor.slot().away)
        assert floor.slot().verdict is done.verdict
        assert floor.slot().now == "ttyUSB0 is gone. Plug the adapter in."


async def test_what_the_docks_have_to_say_is_a_notice_told_once(tmp_path: Path) -> None:
    async with open_floor(tmp_path, {"one": PlugDock()}, ONE) as floor:
        floor.engine.notice("The bench cannot announce itself.")
        floor.engine.notice("The bench cannot announce itself.")
        assert floor.engine.state().notices.count("The bench cannot announce itself.") == 1


async def test_two_who_close_the_bench_close_it_once(tmp_path: Path) -> None:
    async with open_floor(tmp_path, {"one": PlugDock(HeldLaptop())}, ONE) as floor:
        await floor.engine.handle(Quit())
        await floor.engine.handle(Quit())
        async with asyncio.timeout(20):
            await floor.engine.closed.wait()


async def test_a_bench_that_waits_for_its_laptops_can_still_be_closed_at_once(tmp_path: Path) -> None:
    laptop = HeldLaptop()
    async with open_floor(tmp_path, {"one": PlugDock(laptop)}, ONE) as floor:
        await floor.until_stage(Stage.READY)
        await floor.scan("S1234567")
        await floor.until_stage(Stage.COLLECTING)
        await floor.engine.handle(Quit())
        await floor.engine.handle(Quit(now=True))
        async with asyncio.timeout(20):
            await floor.engine.closed.wait()
