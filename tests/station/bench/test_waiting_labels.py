"""Labels find their laptops whichever comes first, and one that cannot be right stops its slot for a decision."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from station.bench import wording
from station.bench.command_codes import Verb, command_key
from station.bench.labels_in_hand import LONGEST_WAIT_S
from station.bench.protocol import BenchChanged, ScanAnswer, ScanOutcome, Stage, StopKind
from station.bench.taking_in import BY_BENCH
from station.clock import SYSTEM_CLOCK, Clock
from station.records import AttemptStatus
from station.store.hold_book import HoldBook
from tests.station.bench.floor import HeldLaptop, PlugDock, open_floor
from tests.station.bench.test_scan_desk import Hand, fates, store_of

TWO = {"slot.1": "one", "slot.2": "two"}
OURS, OTHER = "PF1A2B3C", "PF9Z9Z9Z"


def laptop(serial: str = "", name: str = "") -> HeldLaptop:
    """A laptop that is tested as soon as it is taken in."""
    made = HeldLaptop(serial=serial)
    made.name = name or serial or "silent laptop"
    made.identity = f"start of {made.name}"
    made.gate.set()
    return made


@asynccontextmanager
async def bench(
    folder: Path, one: PlugDock | HeldLaptop, two: PlugDock | HeldLaptop | None = None
) -> AsyncIterator[Hand]:
    now = [1_000.0]
    clock = Clock(SYSTEM_CLOCK.wall, lambda: now[0], SYSTEM_CLOCK.random_bytes)
    laptops = {"one": one, "two": two} if two is not None else {"one": one}
    settings = TWO if two is not None else {"slot.1": "one"}
    async with open_floor(folder, laptops, settings, clock) as floor:
        yield Hand(floor, now, command_key(store_of(folder)))


def waiting(hand: Hand) -> tuple[str, ...]:
    return hand.floor.engine.state().bar.waiting


def last(hand: Hand) -> ScanAnswer:
    return hand.floor.of(ScanAnswer)[-1]


# Claims


async def test_each_label_finds_the_laptop_that_says_the_same(tmp_path: Path) -> None:
    async with bench(tmp_path, laptop(OURS), laptop(OTHER)) as hand:
        assert (await hand.scan(OTHER)).slot == 2
        assert (await hand.scan(OURS)).slot == 1
        await hand.floor.until_serial(OURS, 1)
        await hand.floor.until_serial(OTHER, 2)


async def test_two_laptops_that_say_the_same_are_both_left_alone(tmp_path: Path) -> None:
    async with bench(tmp_path, laptop(OURS, "a"), laptop(OURS, "b")) as hand:
        answer = await hand.scan(OURS)
        assert (answer.outcome, answer.sentence) == (ScanOutcome.REFUSED, wording.two_say(OURS, [1, 2]))
        assert {slot.stage for slot in hand.floor.engine.state().slots} == {Stage.READY}
    assert fates(tmp_path) == [(OURS, "refused")]


async def test_slot_n_points_and_the_firmware_decides(tmp_path: Path) -> None:
    async with bench(tmp_path, laptop(OURS), laptop(name="quiet")) as hand:
        await hand.command(Verb.SLOT, 2)
        assert (await hand.scan(OURS)).slot == 1
        await hand.command(Verb.SLOT, 2)
        assert (await hand.scan(OTHER)).slot == 2


# Labels that wait


async def test_a_label_waits_for_its_laptop_and_starts_by_itself_when_it_comes(tmp_path: Path) -> None:
    one, two = PlugDock(), PlugDock()
    async with bench(tmp_path, one, two) as hand:
        answer = await hand.scan(OURS)
        assert (answer.outcome, answer.slot, answer.sentence) == (
            ScanOutcome.ACCEPTED,
            0,
            wording.waits_for_laptop(OURS),
        )
        await hand.scan(OTHER)
        assert waiting(hand) == (OURS, OTHER)
        assert fates(tmp_path) == [(OURS, "waiting"), (OTHER, "waiting")]
        two.plug(laptop(OTHER))
        await hand.floor.until_serial(OTHER, 2)
        began = next(one for one in hand.floor.of(ScanAnswer) if one.scanner == BY_BENCH)
        assert (began.outcome, began.slot, began.sentence) == (ScanOutcome.ACCEPTED, 2, wording.accepted(OTHER, 2))
        assert waiting(hand) == (OURS,)
        one.plug(laptop(OURS))
        await hand.floor.until_serial(OURS, 1)
        assert waiting(hand) == ()
    assert fates(tmp_path) == [(OURS, "accepted"), (OTHER, "accepted")]


async def test_a_label_that_may_be_on_the_wrong_laptop_waits_and_says_how_to_have_it_judged(tmp_path: Path) -> None:
    async with bench(tmp_path, PlugDock(), laptop(OTHER)) as hand:
        answer = await hand.scan(OURS)
        assert answer.outcome is ScanOutcome.ACCEPTED
        assert answer.sentence == wording.waits_unless_that_one(OURS, OTHER, 2)
        await hand.command(Verb.SLOT, 2)
        assert (await hand.scan(OURS)).slot == 2
        assert hand.floor.slot(2).stage is Stage.STOPPED
        assert waiting(hand) == ()


async def test_a_laptop_that_says_nothing_takes_the_only_label_that_waits(tmp_path: Path) -> None:
    one = PlugDock()
    async with bench(tmp_path, one, PlugDock()) as hand:
        await hand.scan(OURS)
        one.plug(laptop())
        await hand.floor.until_serial(OURS, 1)


async def test_of_two_labels_that_wait_a_silent_laptop_takes_the_one_that_is_scanned_again(tmp_path: Path) -> None:
    one = PlugDock()
    async with bench(tmp_path, one, PlugDock()) as hand:
        await hand.scan(OURS)
        await hand.scan(OTHER)
        one.plug(laptop())
        await hand.floor.until_stage(Stage.READY)
        assert waiting(hand) == (OURS, OTHER)
        assert (await hand.scan(OTHER)).slot == 1
        assert waiting(hand) == (OURS,)
        await hand.floor.until_serial(OTHER)
        assert fates(tmp_path) == [(OURS, "waiting"), (OTHER, "known"), (OTHER, "accepted")]


async def test_a_label_waits_for_the_slot_that_it_was_promised(tmp_path: Path) -> None:
    one, two = PlugDock(), PlugDock()
    async with bench(tmp_path, one, two) as hand:
        await hand.scan(OTHER)
        await hand.command(Verb.SLOT, 2)
        assert hand.floor.engine.state().bar.next_slot == 2
        await hand.scan(OURS)
        assert hand.floor.engine.state().bar.next_slot == 0
        two.plug(laptop())
        await hand.floor.until_serial(OURS, 2)
        # What says nothing and was tested is not the other one that is waited for.
        await hand.floor.engine.tick()
        assert (waiting(hand), hand.floor.slot(2).serial) == ((OTHER,), OURS)


async def test_a_second_scan_of_a_label_that_waits_counts_once(tmp_path: Path) -> None:
    async with bench(tmp_path, PlugDock()) as hand:
        await hand.scan(OURS)
        again = await hand.scan(OURS)
        assert (again.outcome, again.sentence) == (ScanOutcome.KNOWN, wording.waits_already(OURS))
        assert waiting(hand) == (OURS,)


async def test_undo_takes_the_last_label_that_waits_back(tmp_path: Path) -> None:
    async with bench(tmp_path, PlugDock(), PlugDock()) as hand:
        await hand.scan(OURS)
        await hand.scan(OTHER)
        answer = await hand.command(Verb.UNDO)
        assert (answer.outcome, answer.sentence) == (ScanOutcome.ACCEPTED, wording.label_taken_back(OTHER))
        assert waiting(hand) == (OURS,)
        await hand.command(Verb.UNDO)
        assert waiting(hand) == ()
        assert (await hand.command(Verb.UNDO)).sentence == wording.NOTHING_TO_UNDO
    assert fates(tmp_path)[:2] == [(OURS, "refused"), (OTHER, "refused")]


async def test_a_label_waits_ten_minutes_and_at_most_sixteen_do(tmp_path: Path) -> None:
    async with bench(tmp_path, PlugDock()) as hand:
        for number in range(16):
            assert (await hand.scan(f"PF00000{number:02d}")).outcome is ScanOutcome.ACCEPTED
        refused = await hand.scan(OURS)
        assert (refused.outcome, refused.sentence) == (ScanOutcome.REFUSED, wording.too_many_wait(OURS, 16))
        await hand.floor.engine.tick()
        assert len(waiting(hand)) == 16
        hand.wait(LONGEST_WAIT_S)
        await hand.floor.engine.tick()
        assert waiting(hand) == ()
        assert (last(hand).outcome, last(hand).scanner) == (ScanOutcome.REFUSED, BY_BENCH)
        assert last(hand).sentence == wording.waited_too_long("PF0000015")
    assert {fate for _, fate in fates(tmp_path)} == {"refused"}


async def test_a_label_that_waited_when_the_bench_was_killed_is_lost_and_said_so(tmp_path: Path) -> None:
    async with open_floor(tmp_path, {"one": PlugDock()}, {"slot.1": "one"}, abandon=True) as floor:
        await floor.scan(OURS)
    async with open_floor(tmp_path, {"one": PlugDock()}, {"slot.1": "one"}) as floor:
        assert wording.waiting_lost(OURS) in floor.engine.state().notices
        assert floor.engine.state().bar.waiting == ()
    assert fates(tmp_path) == [(OURS, "lost")]
    assert store_of(tmp_path).recent(9) == []


async def test_the_next_label_waits_while_the_laptop_with_its_verdict_is_still_there(tmp_path: Path) -> None:
    one = PlugDock(laptop(OURS))
    async with bench(tmp_path, one) as hand:
        await hand.scan(OURS)
        await hand.floor.until_serial(OURS)
        await hand.scan(OTHER)
        assert (waiting(hand), hand.floor.slot().serial) == ((OTHER,), OURS)
        one.unplug()
        await hand.floor.until(lambda: hand.floor.slot().away)
        one.plug(laptop(OTHER))
        await hand.floor.until_serial(OTHER)


async def test_a_label_that_is_scanned_before_the_laptops_have_said_who_they_are_finds_its_own(tmp_path: Path) -> None:
    laptops = {"one": laptop(OTHER), "two": laptop(OURS)}
    async with open_floor(tmp_path, laptops, TWO, asked=False) as floor:
        answer = await floor.scan(OURS)
        assert (answer.outcome, answer.sentence) == (ScanOutcome.ACCEPTED, wording.asking_laptops(OURS))
        await floor.until_serial(OURS, 2)


@pytest.mark.parametrize("laptops", [1, 2])
async def test_no_label_stops_waiting_before_it_is_said_why(laptops: int, tmp_path: Path) -> None:
    """Whoever follows the events and leaves when nothing waits has heard everything."""
    here = {"one": laptop(OTHER), "two": laptop("5CG1234XYZ")}
    settings = dict(list(TWO.items())[:laptops])
    async with open_floor(tmp_path, here, settings, asked=False) as floor:
        await floor.scan(OURS)
        await floor.until(lambda: floor.of(ScanAnswer)[-1].scanner == BY_BENCH)
        await floor.until(lambda: floor.engine.state().bar.waiting == ())
        waits = [place for place, one in enumerate(floor.events) if isinstance(one, BenchChanged) and one.bar.waiting]
        said = next(place for place, one in enumerate(floor.events) if getattr(one, "scanner", "") == BY_BENCH)
        answer = floor.events[said]
        assert isinstance(answer, ScanAnswer)
        assert answer.outcome is ScanOutcome.REFUSED
        over = next(
            place
            for place, one in enumerate(floor.events)
            if place > waits[0] and isinstance(one, BenchChanged) and not one.bar.waiting
        )
        assert said < over


# Conflicts


async def test_a_label_that_can_only_be_for_a_laptop_that_says_another_serial_stops_its_slot(tmp_path: Path) -> None:
    async with bench(tmp_path, laptop(OTHER)) as hand:
        answer = await hand.scan(OURS)
        sentence = wording.conflict(OURS, OTHER, 1)
        assert (answer.outcome, answer.slot, answer.sentence) == (ScanOutcome.REFUSED, 1, sentence)
        state = hand.floor.slot()
        assert (state.stage, state.says, state.serial) == (Stage.STOPPED, OTHER, OURS)
        assert state.stop is not None
        assert (state.stop.kind, state.stop.sentence, state.stop.verb) == (StopKind.CONFLICT, sentence, "HOLD")
        assert fates(tmp_path) == [(OURS, "waiting")]
        assert waiting(hand) == ()
        again = await hand.scan(OURS)
        assert (again.outcome, again.sentence) == (ScanOutcome.REFUSED, sentence)
    assert store_of(tmp_path).recent(9) == []


async def test_the_right_label_ends_a_conflict_and_the_test_begins(tmp_path: Path) -> None:
    async with bench(tmp_path, laptop(OTHER)) as hand:
        await hand.scan(OURS)
        assert (await hand.scan(OTHER)).outcome is ScanOutcome.ACCEPTED
        await hand.floor.until_serial(OTHER)
    assert fates(tmp_path) == [(OURS, "refused"), (OTHER, "accepted")]


async def test_undo_in_a_conflict_takes_the_label_back(tmp_path: Path) -> None:
    async with bench(tmp_path, laptop(OTHER)) as hand:
        await hand.scan(OURS)
        answer = await hand.command(Verb.UNDO)
        assert (answer.outcome, answer.sentence) == (ScanOutcome.ACCEPTED, wording.label_taken_back(OURS))
        assert (hand.floor.slot().stage, hand.floor.slot().stop) == (Stage.READY, None)
    assert fates(tmp_path)[0] == (OURS, "refused")


async def test_hold_in_a_conflict_puts_both_serials_aside_and_keeps_why(tmp_path: Path) -> None:
    async with bench(tmp_path, laptop(OTHER)) as hand:
        await hand.scan(OURS)
        assert (await hand.command(Verb.HOLD)).sentence == wording.held_both(OURS, OTHER)
        assert hand.floor.slot().stop is None
    store = store_of(tmp_path)
    [record] = store.recent(9)
    assert (record.status, record.verdict, record.scan.serial) == (AttemptStatus.ABORTED, None, OURS)
    assert record.device.serial == OTHER
    assert HoldBook(store).open(OURS) is not None
    assert HoldBook(store).open(OTHER) is not None
    assert fates(tmp_path)[0] == (OURS, "accepted")


async def test_a_laptop_taken_out_of_a_conflict_leaves_its_label_waiting_for_the_right_one(tmp_path: Path) -> None:
    one = PlugDock(laptop(OTHER))
    async with bench(tmp_path, one) as hand:
        await hand.scan(OURS)
        one.unplug()
        await hand.floor.until(lambda: waiting(hand) == (OURS,))
        one.plug(laptop(OURS))
        await hand.floor.until_serial(OURS)
    assert fates(tmp_path) == [(OURS, "accepted")]


async def test_the_right_laptop_in_another_slot_ends_a_conflict_and_takes_its_label(tmp_path: Path) -> None:
    two = PlugDock(laptop(name="quiet"))
    async with bench(tmp_path, laptop(OTHER), two) as hand:
        await hand.command(Verb.SLOT, 1)
        await hand.scan(OURS)
        assert hand.floor.slot(1).stage is Stage.STOPPED
        two.plug(laptop(OURS))
        await hand.floor.until_serial(OURS, 2)
        assert (hand.floor.slot(1).stage, hand.floor.slot(1).stop) == (Stage.READY, None)
    assert fates(tmp_path)[1:] == [(OURS, "accepted")]


async def test_a_label_that_is_read_again_for_another_slot_stops_the_first_no_longer(tmp_path: Path) -> None:
    two = PlugDock()
    async with bench(tmp_path, laptop(OTHER), two) as hand:
        await hand.command(Verb.SLOT, 1)
        await hand.scan(OURS)
        hand.wait()
        await hand.command(Verb.SLOT, 2)
        assert (await hand.scan(OURS)).sentence == wording.waits_for_laptop(OURS)
        assert (hand.floor.slot(1).stage, waiting(hand)) == (Stage.READY, (OURS,))


async def test_a_slot_that_gets_another_place_in_a_conflict_leaves_its_label_waiting(tmp_path: Path) -> None:
    async with bench(tmp_path, laptop(OTHER)) as hand:
        await hand.scan(OURS)
        await hand.floor.engine.slots[1].use(None)
        await hand.floor.until(lambda: waiting(hand) == (OURS,))


async def test_a_label_that_was_taken_back_can_be_scanned_again_at_once(tmp_path: Path) -> None:
    async with bench(tmp_path, laptop(OTHER), PlugDock()) as hand:
        for slot in (1, 2):
            await hand.command(Verb.SLOT, slot)
            first = await hand.scan(OURS)
            await hand.command(Verb.UNDO)
            await hand.command(Verb.SLOT, slot)
            assert (await hand.scan(OURS)).sentence == first.sentence
            hand.wait()
            await hand.command(Verb.UNDO)
            hand.wait()


async def test_the_wrong_laptop_for_a_label_that_waits_is_said_when_it_comes(tmp_path: Path) -> None:
    one = PlugDock()
    async with bench(tmp_path, one) as hand:
        await hand.scan(OURS)
        one.plug(laptop(OTHER))
        await hand.floor.until_stage(Stage.STOPPED)
        answer = last(hand)
        assert (answer.outcome, answer.scanner) == (ScanOutcome.REFUSED, BY_BENCH)
        assert answer.sentence == wording.conflict(OURS, OTHER, 1)
        assert waiting(hand) == ()


async def test_the_other_slots_run_on_beside_a_conflict(tmp_path: Path) -> None:
    async with bench(tmp_path, laptop(OTHER), laptop(name="quiet")) as hand:
        await hand.scan("5CG1234XYZ")
        await hand.floor.until_serial("5CG1234XYZ", 2)
        await hand.command(Verb.SLOT, 1)
        await hand.scan(OURS)
        assert hand.floor.slot(1).stage is Stage.STOPPED
        assert (await hand.scan("5CG0000AAA")).slot == 2
        await hand.floor.until_serial("5CG0000AAA", 2)
        assert hand.floor.slot(1).stage is Stage.STOPPED


async def test_a_label_of_a_conflict_is_lost_with_the_bench_and_said_so(tmp_path: Path) -> None:
    async with open_floor(tmp_path, {"one": laptop(OTHER)}, {"slot.1": "one"}, abandon=True) as floor:
        await floor.scan(OURS)
        assert floor.slot().stage is Stage.STOPPED
    async with open_floor(tmp_path, {"one": laptop(OTHER)}, {"slot.1": "one"}) as floor:
        assert wording.waiting_lost(OURS) in floor.engine.state().notices
        assert floor.slot().stage is Stage.READY
