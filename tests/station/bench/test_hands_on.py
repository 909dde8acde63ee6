"""A technician's hands at a slot: what was answered is kept at once, what was done can be taken back, and nobody speaks
to a laptop, or answers a question, that they have not seen.
"""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

import pytest

from station.bench import wording
from station.bench.command_codes import Verb
from station.bench.keeper import Keeper
from station.bench.protocol import Press, PutInSlot, Quit, ScanAnswer, ScanOutcome, Stage, StopSlot
from station.records import AttemptStatus
from station.store.bench_store import BenchStore
from station.store.hold_book import HoldBook
from tests.station.bench.floor import HeldLaptop
from tests.station.bench.test_scan_desk import ASKING_PROFILE, Hand, at_bench, store_of, verdict_of


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("station.bench.hands_on.ANSWER_SETTLES_S", 0.4)


def asked(hand: Hand, slot: int) -> bool:
    return hand.floor.slot(slot).question != ""


def operator_item(folder: Path) -> bytes:
    store = store_of(folder)
    return store.evidence(store.recent(1)[0].attempt_id).items["operator"].data


async def test_a_laptop_whose_attempt_is_not_open_yet_is_in_its_slot_already(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store may be busy for seconds: another process publishes, prints, uploads."""
    gate = asyncio.Event()
    real = Keeper.insist

    async def slow(self: Keeper, *args: object) -> object:
        await gate.wait()
        return await real(self, *args)  # type: ignore[arg-type]

    async with at_bench(tmp_path) as hand:
        monkeypatch.setattr(Keeper, "insist", slow)
        await hand.scan("PF1A2B3C")
        again = await hand.scan("PF1A2B3C")
        assert (again.outcome, again.slot) == (ScanOutcome.KNOWN, 1)
        held = await hand.command(Verb.HOLD)
        assert (held.outcome, held.sentence) == (ScanOutcome.REFUSED, wording.too_early_to_hold("PF1A2B3C"))
        gate.set()
        await hand.floor.until(lambda: hand.floor.slot().attempt_id != "")
        assert (await hand.command(Verb.HOLD)).sentence == wording.held("PF1A2B3C")


async def test_the_last_answer_can_be_taken_back_for_a_moment(tmp_path: Path) -> None:
    laptop = HeldLaptop()
    laptop.gate.set()
    async with at_bench(tmp_path, laptop, profile=ASKING_PROFILE) as hand:
        await hand.scan("PF1A2B3C")
        await hand.floor.until_stage(Stage.ASKING)
        await hand.command(Verb.PASS)
        await hand.press("FAIL")
        await hand.press("CHOICE", 1)
        await hand.floor.until(lambda: hand.floor.slot().now == wording.SETTLING)
        assert (await hand.command(Verb.UNDO)).sentence == wording.taken_back(1)
        await hand.floor.until_stage(Stage.ASKING)
        await hand.press("PASS")
        state = await hand.floor.until_stage(Stage.DONE)
        assert verdict_of(state, "hinge.firm") == "pass"
    assert operator_item(tmp_path).count(b'"answer":"pass"') == 2


@pytest.mark.parametrize("ending", ["stopped", "vanished", "killed"])
async def test_an_answer_outlives_an_attempt_that_does_not_end(ending: str, tmp_path: Path) -> None:
    laptop = HeldLaptop(vanishes=ending == "vanished")
    async with at_bench(tmp_path, laptop, profile=ASKING_PROFILE) as hand:
        await hand.scan("PF1A2B3C")
        await hand.floor.until(lambda: hand.floor.slot().question != "")
        await hand.press("FAIL")
        assert (await hand.press("CHOICE", 4)).outcome is ScanOutcome.ACCEPTED
        if ending == "stopped":
            await hand.floor.engine.handle(StopSlot(1))
            await hand.floor.until_stage(Stage.ABORTED)
        elif ending == "vanished":
            laptop.gate.set()
            await hand.floor.until_stage(Stage.ABORTED)
        else:
            await hand.floor.engine._slots[1].abandon()
    if ending == "killed":
        async with at_bench(tmp_path):
            pass
    assert store_of(tmp_path).recent(1)[0].status in (AttemptStatus.ABORTED, AttemptStatus.INTERRUPTED)
    assert b'"answer":"fail"' in operator_item(tmp_path)


async def test_an_answer_that_cannot_be_kept_is_asked_still(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from station.store.bench_store import StoreRefused

    def full(self: BenchStore, *args: object) -> None:
        raise StoreRefused("database or disk is full")

    async with at_bench(tmp_path, profile=ASKING_PROFILE) as hand:
        await hand.scan("PF1A2B3C")
        await hand.floor.until(lambda: hand.floor.slot().question != "")
        with monkeypatch.context() as patched:
            patched.setattr(BenchStore, "spool_again", full)
            assert (await hand.press("PASS")).sentence == wording.NOT_SAVED
        assert hand.floor.slot().question_place == 1
        assert (await hand.press("PASS")).outcome is ScanOutcome.ACCEPTED
        assert hand.floor.slot().question_place == 2


async def test_an_undo_that_cannot_be_kept_takes_nothing_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from station.store.bench_store import StoreRefused

    def full(self: BenchStore, *args: object) -> None:
        raise StoreRefused("database or disk is full")

    async with at_bench(tmp_path, profile=ASKING_PROFILE) as hand:
        await hand.scan("PF1A2B3C")
        await hand.floor.until(lambda: hand.floor.slot().question != "")
        await hand.command(Verb.PASS)
        with monkeypatch.context() as patched:
            patched.setattr(BenchStore, "spool_again", full)
            assert (await hand.command(Verb.UNDO)).sentence == wording.NOT_SAVED
        assert hand.floor.slot().question_place == 2
        assert (await hand.command(Verb.UNDO)).sentence == wording.taken_back(1)


async def test_a_stop_before_the_attempt_is_open_ends_it_as_soon_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = asyncio.Event()
    real = Keeper.insist

    async def slow(self: Keeper, *args: object) -> object:
        await gate.wait()
        return await real(self, *args)  # type: ignore[arg-type]

    async with at_bench(tmp_path) as hand:
        monkeypatch.setattr(Keeper, "insist", slow)
        await hand.scan("PF1A2B3C")
        await hand.floor.engine.handle(StopSlot(1))
        await hand.floor.engine.handle(StopSlot(1))
        gate.set()
        assert (await hand.floor.until_stage(Stage.ABORTED)).headline == wording.ABORTED_BY_OPERATOR
        assert (await hand.scan("PF9Z9Z9Z")).slot == 2
        assert hand.floor.engine._slots[1].free


async def test_a_key_never_answers_a_question_that_was_not_on_the_screen(tmp_path: Path) -> None:
    async with at_bench(tmp_path, profile=ASKING_PROFILE) as hand:
        await hand.scan("PF1A2B3C")
        await hand.floor.until(lambda: hand.floor.slot().question != "")
        seen = hand.floor.slot()
        await hand.command(Verb.PASS)  # the same question, from another scanner
        for press in (
            Press("PASS", 1, seen.attempt_id, seen.turn),
            Press("FAIL", 2, seen.attempt_id, 2),
            Press("HOLD", 1, "another attempt", 2),
            Press("PASS"),
        ):
            await hand.floor.engine.handle(press)
            last = hand.floor.of(ScanAnswer)[-1]
            assert (last.outcome, last.sentence) == (ScanOutcome.REFUSED, wording.JUST_CHANGED)
        assert hand.floor.slot().question_place == 2
        assert HoldBook(store_of(tmp_path)).open_holds() == []


async def test_a_supervisors_release_is_seen_and_undo_does_not_claim_it(tmp_path: Path) -> None:
    laptop = HeldLaptop()
    laptop.gate.set()
    async with at_bench(tmp_path, laptop) as hand:
        await hand.scan("PF1A2B3C")
        await hand.floor.until_stage(Stage.DONE)
        await hand.command(Verb.HOLD)
        assert HoldBook(store_of(tmp_path)).end("PF1A2B3C", "ben", "looked at")
        await hand.floor.engine.refresh()
        assert not hand.floor.slot().held
        undone = await hand.command(Verb.UNDO)
        assert (undone.outcome, undone.sentence) == (ScanOutcome.KNOWN, wording.released_before("PF1A2B3C"))
        assert (await hand.command(Verb.HOLD)).sentence == wording.held("PF1A2B3C")


async def test_undo_takes_back_in_the_order_in_which_things_were_done(tmp_path: Path) -> None:
    async with at_bench(tmp_path, profile=ASKING_PROFILE) as hand:
        await hand.scan("PF1A2B3C")
        await hand.floor.until(lambda: hand.floor.slot().question != "")
        await hand.command(Verb.HOLD)
        await hand.command(Verb.SLOT, 2)
        await hand.command(Verb.SLOT, 1)
        await hand.press("FAIL")
        await hand.press("CHOICE", 1)
        assert (await hand.command(Verb.UNDO)).sentence == wording.taken_back(1)
        assert (await hand.command(Verb.UNDO)).sentence == wording.UNDONE_SLOT
        assert (await hand.command(Verb.UNDO)).sentence == wording.released("PF1A2B3C")


async def test_a_hold_can_be_taken_back_after_the_verdict_and_not_for_the_next_laptop(tmp_path: Path) -> None:
    laptop = HeldLaptop()
    async with at_bench(tmp_path, laptop, profile=ASKING_PROFILE) as hand:
        await hand.scan("PF1A2B3C")
        await hand.floor.until(lambda: hand.floor.slot().question != "")
        await hand.command(Verb.HOLD)
        await hand.command(Verb.PASS)
        await hand.press("PASS")
        laptop.gate.set()
        await hand.floor.until_stage(Stage.DONE)
        assert (await hand.command(Verb.UNDO)).sentence == wording.released("PF1A2B3C")
        await hand.command(Verb.HOLD)
        await hand.floor.engine.handle(PutInSlot(1, ""))
        assert (await hand.command(Verb.UNDO)).sentence == wording.NOTHING_TO_UNDO
        assert HoldBook(store_of(tmp_path)).open("PF1A2B3C") is not None


async def test_pass_for_one_slot_and_pass_for_another_are_two_commands(tmp_path: Path) -> None:
    async with at_bench(tmp_path, profile=ASKING_PROFILE) as hand:
        for serial, slot in (("PF1A2B3C", 1), ("PF9Z9Z9Z", 2)):
            await hand.scan(serial)
            await hand.floor.until(partial(asked, hand, slot))
        await hand.command(Verb.PASS)
        await hand.command(Verb.SLOT, 1)
        hand.wait(-5.0)  # within two seconds of the first PASS
        assert (await hand.command(Verb.PASS)).outcome is ScanOutcome.ACCEPTED
        assert [hand.floor.slot(number).question_place for number in (1, 2)] == [2, 2]


async def test_next_turns_only_to_slots_that_have_a_laptop(tmp_path: Path) -> None:
    async with at_bench(tmp_path) as hand:
        await hand.floor.engine.handle(PutInSlot(2, ""))
        assert (await hand.command(Verb.NEXT)).slot == 1


async def test_a_scan_that_meets_the_closing_says_so_and_starts_nothing(tmp_path: Path) -> None:
    laptop = HeldLaptop()
    async with at_bench(tmp_path, laptop) as hand:
        await hand.scan("PF1A2B3C")
        await hand.floor.engine.handle(Quit())
        answer = await hand.scan("PF9Z9Z9Z")
        assert (answer.outcome, answer.sentence) == (ScanOutcome.REFUSED, wording.CLOSING_NOW)
        laptop.gate.set()
        await hand.floor.engine.closed.wait()
    assert [record.scan.serial for record in store_of(tmp_path).recent(5)] == ["PF1A2B3C"]
