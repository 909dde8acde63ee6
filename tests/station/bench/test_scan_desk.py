"""The desk: a scan is kept before it is understood, a double read counts once, a command does what it says, once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hardware.scanners.grammar.grammar import Grammar
from hardware.scanners.grammar.meaning import LabelReading
from hardware.scanners.scanner import Code, Garbled, Heard
from station.bench import wording
from station.bench.command_codes import CommandCode, Verb, command_key, command_text
from station.bench.protocol import (
    BrokenScan,
    FocusSlot,
    Leafed,
    Press,
    Scan,
    ScanAnswer,
    ScanKept,
    ScanOutcome,
    Seen,
    SlotState,
    Stage,
)
from station.bench.stop_command import STOP_ASKED_S
from station.clock import SYSTEM_CLOCK, Clock, utc_text
from station.store.bench_store import BenchStore
from station.store.hold_book import HoldBook
from station.store.journal import ScanFate
from tests.station.bench.floor import Floor, HeldLaptop, open_floor

TWO = {"slot.1": "one", "slot.2": "two"}

ASKING_PROFILE = """
id = "asking"
title = "Two looks"
version = "1"
effective_from = 2021-10-18
extends = "intake-laptop"

[attest."case.whole"]
claim = "the case is whole"
by = "technician"
look = "Look at the case: no crack."
severity = "blocker"
source = "our own bench"
standing = "inferred"

[attest."hinge.firm"]
claim = "the hinge is firm"
by = "technician"
look = "Open and close the lid."
severity = "blocker"
source = "our own bench"
standing = "inferred"
"""


class Hand:
    """A technician's hand with a command sheet; the clock moves on between two of its scans."""

    def __init__(self, floor: Floor, now: list[float], key: str) -> None:
        self.floor = floor
        self._now = now
        self._key = key

    def wait(self, seconds: float = 3.0) -> None:
        self._now[0] += seconds

    async def scan(self, text: str) -> ScanAnswer:
        self.wait()
        return await self.floor.scan(text)

    async def look(self) -> SlotState:
        """The slot in focus, after a screen has painted what it asks."""
        slot = self.floor.slot(self.floor.engine.state().bar.focus)
        if slot.question:
            await self.floor.engine.handle(Seen(slot.number, slot.attempt_id, slot.turn))
        return slot

    async def press(self, verb: str, choice: int = 0) -> ScanAnswer:
        """A key, pressed at what the screen shows of the slot in focus."""
        slot = await self.look()
        await self.floor.engine.handle(Press(verb, slot.number, slot.attempt_id, slot.turn, choice))
        return self.floor.of(ScanAnswer)[-1]

    async def command(self, verb: Verb, number: int = 0) -> ScanAnswer:
        await self.look()
        return await self.scan(command_text(CommandCode(verb, number), self._key))


@asynccontextmanager
async def at_bench(folder: Path, *laptops: HeldLaptop, profile: str = "") -> AsyncIterator[Hand]:
    now = [1_000.0]
    clock = Clock(SYSTEM_CLOCK.wall, lambda: now[0], SYSTEM_CLOCK.random_bytes)
    settings = dict(TWO)
    if profile:
        (folder / "asking.toml").write_text(profile)
        settings["profile"] = str(folder / "asking.toml")
    one, two = (*laptops, HeldLaptop(), HeldLaptop())[:2]
    async with open_floor(folder, {"one": one, "two": two}, settings, clock) as floor:
        yield Hand(floor, now, command_key(store_of(folder)))


def store_of(folder: Path) -> BenchStore:
    return BenchStore(folder / "bench.sqlite")


def fates(folder: Path) -> list[tuple[str, str]]:
    found = store_of(folder).database.query("SELECT raw, outcome FROM scan ORDER BY rowid")
    return [(row["raw"], row["outcome"]) for row in found]


def verdict_of(state: SlotState, row: str) -> str:
    [line] = [line for line in state.checks if line.check.endswith(row)]
    return line.verdict.value


# Kept before it is understood


async def test_a_scan_is_in_the_store_before_anybody_understands_it(tmp_path: Path) -> None:
    seen: list[list[tuple[str, str]]] = []

    class Looks:
        """A grammar that looks into the store, through a connection of its own, when it is asked."""

        def read(self, codes: Sequence[Code]) -> LabelReading:
            seen.append(fates(tmp_path))
            return Grammar.load().read(codes)

    async with open_floor(tmp_path, {"one": HeldLaptop()}, {"slot.1": "one"}) as floor:
        floor.engine.desk._grammar = Looks()
        await floor.scan("PF1A2B3C")
    assert seen == [[("PF1A2B3C", "read")]]


async def test_a_scan_that_was_not_understood_before_a_crash_is_said_at_the_next_start(tmp_path: Path) -> None:
    store_of(tmp_path).journal.keep((Code("PF1A2B3C"),), "wedge")
    async with open_floor(tmp_path, {"one": HeldLaptop()}, {"slot.1": "one"}) as floor:
        assert wording.unsettled_notice("PF1A2B3C") in floor.engine.state().notices
    assert fates(tmp_path) == [("PF1A2B3C", "lost")]


async def test_a_burst_of_fifty_scans_loses_none_and_each_has_one_answer(tmp_path: Path) -> None:
    laptop = HeldLaptop()
    async with open_floor(tmp_path, {"one": laptop}, {"slot.1": "one"}) as floor:
        texts = [f"PF{number:06d}" for number in range(50)]
        await asyncio.gather(*(floor.engine.handle(Scan(text, "wedge")) for text in texts))
        answers = floor.of(ScanAnswer)
        assert sorted(answer.text for answer in answers) == texts
        assert {answer.outcome for answer in answers} == {ScanOutcome.ACCEPTED, ScanOutcome.REFUSED}
    assert sorted(raw for raw, _ in fates(tmp_path)) == texts


async def test_the_same_code_from_two_scanners_counts_once(tmp_path: Path) -> None:
    async with open_floor(tmp_path, {"one": HeldLaptop(), "two": HeldLaptop()}, TWO) as floor:
        label = (Code("20XXCB1V75", "]C0"), Code("PF1A2B3C", "]C0"))
        await floor.engine.heard(Heard("camera 0", label))
        await floor.engine.heard(Heard("serial scanner", (Code("PF1A2B3C"),)))
        assert [answer.outcome for answer in floor.of(ScanAnswer)] == [ScanOutcome.ACCEPTED, ScanOutcome.KNOWN]
        await floor.until(lambda: floor.slot().done == 1)
    assert [outcome for _, outcome in fates(tmp_path)] == ["accepted", "accepted", "known"]


async def test_all_codes_of_a_label_are_evidence_with_what_each_was_taken_for(tmp_path: Path) -> None:
    laptop = HeldLaptop()
    laptop.gate.set()
    async with open_floor(tmp_path, {"one": laptop}, {"slot.1": "one"}) as floor:
        await floor.engine.heard(Heard("camera 0", (Code("288C2B994EF7", "]C0"), Code("PF1A2B3C", "]C0"))))
        await floor.until_stage(Stage.DONE)
    record = store_of(tmp_path).recent(1)[0]
    assert (record.scan.serial, record.scan.scanner) == ("PF1A2B3C", "camera 0")
    bundle = store_of(tmp_path).evidence(record.attempt_id)
    assert b'"taken_for":"MAC address"' in bundle.items["scans"].data
    assert b'"symbology":"]C0"' in bundle.items["scans"].data


async def test_what_comes_late_of_a_label_names_no_second_laptop(tmp_path: Path) -> None:
    laptop = HeldLaptop()
    laptop.gate.set()
    serial, mac, order = Code("5CG1234XYZ", "]C0"), Code("288C2B994EF7", "]C0"), Code("L12345-001", "]C0")
    async with at_bench(tmp_path, laptop) as hand:

        async def reads(*codes: Code) -> ScanAnswer:
            hand.wait(3.0)
            await hand.floor.engine.heard(Heard("camera 0", codes))
            return hand.floor.of(ScanAnswer)[-1]

        assert (await reads(serial)).outcome is ScanOutcome.ACCEPTED
        await hand.floor.until_stage(Stage.DONE)
        late = await reads(serial, mac)
        assert (late.outcome, late.sentence) == (ScanOutcome.KNOWN, wording.ANOTHER_CODE)
        assert (await reads(mac)).outcome is ScanOutcome.KNOWN
        weak = await reads(mac, order)
        assert (weak.outcome, weak.sentence) == (ScanOutcome.REFUSED, wording.weak_serial("L12345-001"))
        assert len(store_of(tmp_path).recent(9)) == 1
        assert (await reads(serial, mac)).outcome is ScanOutcome.ACCEPTED  # the whole label is shown again


async def test_a_scan_that_only_waited_in_a_screen_starts_nothing_after_ten_minutes(tmp_path: Path) -> None:
    async with open_floor(tmp_path, {"one": HeldLaptop()}, {"slot.1": "one"}) as floor:
        for read_at in (utc_text(SYSTEM_CLOCK.wall() - 700), "yesterday", "2026-11-30T10:00:00"):
            await floor.engine.handle(Scan("PF1A2B3C", "wedge", ref="a", read_at=read_at))
            last = floor.of(ScanAnswer)[-1]
            assert (last.outcome, last.ref) == (ScanOutcome.REFUSED, "a")
            assert last.sentence == wording.too_old(read_at)
        await floor.engine.handle(Scan("PF1A2B3C", "wedge", ref="b", read_at=utc_text(SYSTEM_CLOCK.wall() - 60)))
        assert floor.of(ScanAnswer)[-1].outcome is ScanOutcome.ACCEPTED
        await floor.engine.handle(BrokenScan("PF1A", "wedge", "Broken scan. Scan again.", "c"))
        assert floor.of(ScanKept)[-1].ref == "c"


async def test_noise_is_kept_and_refused_in_one_sentence(tmp_path: Path) -> None:
    chance = random.Random(5)
    noise = "".join(chr(chance.randrange(256)) for _ in range(4096))
    async with open_floor(tmp_path, {"one": HeldLaptop()}, {"slot.1": "one"}) as floor:
        await floor.engine.heard(Garbled("serial scanner", noise, "That was noise. Scan again."))
        [answer] = floor.of(ScanAnswer)
        assert (answer.outcome, answer.sentence) == (ScanOutcome.REFUSED, "That was noise. Scan again.")
        assert answer.text.isprintable()
        assert (await floor.scan("PF1A2B3C")).outcome is ScanOutcome.ACCEPTED
        await floor.until(lambda: floor.slot().done == 1)
    assert [outcome for _, outcome in fates(tmp_path)] == ["refused", "accepted"]


@pytest.mark.parametrize(
    "text",
    [
        "\x1b]0;PWNED\x07AB",
        "[@click=app.quit]x[/]",
        "AB\0CD",
        "\u202eC3B2A1FP",
        "=cmd|' /C calc'!A0",
        pytest.param("A" * 10_000, id="10,000 letters"),
    ],
)
async def test_a_hostile_code_is_refused_safely_by_every_scanner(text: str, tmp_path: Path) -> None:
    async with open_floor(tmp_path, {"one": HeldLaptop()}, {"slot.1": "one"}) as floor:
        for heard in (Heard("camera 0", (Code(text, "]Q1"),)), Heard("serial scanner", (Code(text),))):
            await floor.engine.heard(heard)
        for answer in floor.of(ScanAnswer):
            assert answer.outcome is ScanOutcome.REFUSED
            assert answer.sentence.isprintable()
            assert answer.text.isprintable()
        assert floor.slot().stage is Stage.READY


async def test_a_product_key_is_neither_kept_nor_shown(tmp_path: Path) -> None:
    key = "VK7JG-NPHTM-C97JM-9MPGT-3V66T"
    async with open_floor(tmp_path, {"one": HeldLaptop()}, {"slot.1": "one"}) as floor:
        answer = await floor.scan(key)
        assert answer.outcome is ScanOutcome.REFUSED
        assert "NPHTM" not in answer.text + answer.sentence
        await floor.engine.heard(Heard("camera 0", (Code(key), Code("PF1A2B3C", "]C0"))))
        assert floor.of(ScanAnswer)[-1].outcome is ScanOutcome.ACCEPTED
    assert [raw for raw, _ in fates(tmp_path)] == ["•••••-3V66T", "•••••-3V66T", "PF1A2B3C"]


# Commands


async def test_slot_n_sends_the_next_laptop_there_once(tmp_path: Path) -> None:
    async with at_bench(tmp_path) as hand:
        answer = await hand.command(Verb.SLOT, 2)
        assert (answer.outcome, answer.slot) == (ScanOutcome.ACCEPTED, 2)
        assert hand.floor.engine.state().bar.next_slot == 2
        assert (await hand.scan("PF1A2B3C")).slot == 2
        assert hand.floor.engine.state().bar.next_slot == 0
        busy = await hand.command(Verb.SLOT, 2)
        assert busy.sentence == wording.focused(2, waits=False)
        assert (await hand.scan("PF9Z9Z9Z")).slot == 1


async def test_a_promise_is_kept_for_fifteen_seconds_and_undo_takes_it_back(tmp_path: Path) -> None:
    async with at_bench(tmp_path) as hand:
        await hand.command(Verb.SLOT, 2)
        assert (await hand.command(Verb.UNDO)).sentence == wording.UNDONE_SLOT
        await hand.command(Verb.SLOT, 2)
        hand.wait(15)
        assert (await hand.scan("PF1A2B3C")).slot == 1


@pytest.mark.parametrize("number", [3, 99])
async def test_a_slot_that_is_not_there_is_refused(number: int, tmp_path: Path) -> None:
    async with at_bench(tmp_path) as hand:
        answer = await hand.command(Verb.SLOT, number)
        assert (answer.outcome, answer.sentence) == (ScanOutcome.REFUSED, wording.no_such_slot(number))


async def test_pass_and_fail_answer_what_the_profile_asks_and_undo_asks_again(tmp_path: Path) -> None:
    laptop = HeldLaptop()
    laptop.gate.set()
    async with at_bench(tmp_path, laptop, profile=ASKING_PROFILE) as hand:
        await hand.scan("PF1A2B3C")
        state = await hand.floor.until_stage(Stage.ASKING)
        assert (state.question, state.question_place, state.questions) == ("Look at the case: no crack.", 1, 2)
        await hand.command(Verb.FAIL)
        await hand.command(Verb.CHOICE, 2)
        assert hand.floor.slot().question == "Open and close the lid."
        assert (await hand.command(Verb.UNDO)).sentence == wording.taken_back(1)
        assert hand.floor.slot().question == "Look at the case: no crack."
        await hand.command(Verb.PASS)
        await hand.press("FAIL")
        await hand.press("CHOICE", 1)
        state = await hand.floor.until_stage(Stage.DONE)
        assert state.question == ""
        assert verdict_of(state, "case.whole") == "pass"
        assert verdict_of(state, "hinge.firm") == "fail"
    record = store_of(tmp_path).recent(1)[0]
    said = store_of(tmp_path).evidence(record.attempt_id).items["operator"].data
    assert said.count(b'"answer":') == 2
    assert b'"how":"barcode"' in said
    assert b'"how":"key"' in said


async def test_next_leaves_a_question_open_and_such_a_laptop_does_not_pass(tmp_path: Path) -> None:
    laptop = HeldLaptop()
    laptop.gate.set()
    async with at_bench(tmp_path, laptop, profile=ASKING_PROFILE) as hand:
        await hand.scan("PF1A2B3C")
        await hand.floor.until_stage(Stage.ASKING)
        await hand.command(Verb.NEXT)
        await hand.command(Verb.PASS)
        state = await hand.floor.until_stage(Stage.DONE)
        assert verdict_of(state, "case.whole") == "inconclusive"


async def test_a_second_reading_of_pass_answers_no_second_question(tmp_path: Path) -> None:
    laptop = HeldLaptop()
    laptop.gate.set()
    async with at_bench(tmp_path, laptop, profile=ASKING_PROFILE) as hand:
        await hand.scan("PF1A2B3C")
        await hand.floor.until_stage(Stage.ASKING)
        await hand.command(Verb.PASS)
        hand.wait(-2.0)  # the next scan comes one second after the last
        answer = await hand.command(Verb.PASS)
        assert (answer.outcome, answer.sentence) == (ScanOutcome.KNOWN, wording.read_twice("PASS"))
        assert hand.floor.slot().question_place == 2


async def test_pass_where_nothing_is_asked_is_refused(tmp_path: Path) -> None:
    async with at_bench(tmp_path) as hand:
        answer = await hand.command(Verb.PASS)
        assert (answer.outcome, answer.sentence) == (ScanOutcome.REFUSED, wording.came_of_answer("nothing", 1, 0))
        assert (await hand.command(Verb.UNDO)).sentence == wording.NOTHING_TO_UNDO


async def test_next_moves_on_where_nothing_is_asked(tmp_path: Path) -> None:
    async with at_bench(tmp_path, profile=ASKING_PROFILE) as hand:
        assert (await hand.command(Verb.NEXT)).slot == 2
        assert (await hand.command(Verb.NEXT)).slot == 1
        await hand.floor.engine.handle(FocusSlot(2))
        assert hand.floor.engine.state().bar.focus == 2


async def test_stop_ends_a_test_when_it_is_scanned_twice(tmp_path: Path) -> None:
    async with at_bench(tmp_path) as hand:
        answer = await hand.command(Verb.STOP)
        assert (answer.outcome, answer.sentence) == (ScanOutcome.REFUSED, wording.nothing_runs(1))
        await hand.scan("PF1A2B3C")
        await hand.floor.until_stage(Stage.COLLECTING)
        answer = await hand.command(Verb.STOP)
        assert (answer.outcome, answer.sentence) == (ScanOutcome.ACCEPTED, wording.stop_again(1))
        hand.wait(-2.0)  # the next scan comes one second after the last
        assert (await hand.command(Verb.STOP)).outcome is ScanOutcome.KNOWN
        assert hand.floor.slot().stage is Stage.COLLECTING
        assert (await hand.command(Verb.STOP)).sentence == wording.stopping(1)
        await hand.floor.until_stage(Stage.ABORTED)


@pytest.mark.parametrize("meanwhile", [Verb.UNDO, Verb.HOLD, None], ids=str)
async def test_a_stop_that_was_taken_back_or_forgotten_ends_nothing(meanwhile: Verb | None, tmp_path: Path) -> None:
    async with at_bench(tmp_path) as hand:
        await hand.scan("PF1A2B3C")
        await hand.floor.until_stage(Stage.COLLECTING)
        await hand.command(Verb.STOP)
        if meanwhile is None:
            hand.wait(STOP_ASKED_S)
        else:
            answer = await hand.command(meanwhile)
            assert (answer.sentence == wording.not_stopped(1)) is (meanwhile is Verb.UNDO)
        assert (await hand.command(Verb.STOP)).sentence == wording.stop_again(1)
        assert hand.floor.slot().stage is Stage.COLLECTING


async def test_a_stop_of_one_slot_is_no_yes_for_another(tmp_path: Path) -> None:
    async with at_bench(tmp_path) as hand:
        for number, serial in ((1, "PF1A2B3C"), (2, "PF2A2B3C")):
            await hand.command(Verb.SLOT, number)
            await hand.scan(serial)
            await hand.floor.until_stage(Stage.COLLECTING, number)
        await hand.command(Verb.STOP)
        await hand.floor.engine.handle(FocusSlot(1))
        assert (await hand.command(Verb.STOP)).sentence == wording.stop_again(1)
        assert [hand.floor.slot(number).stage for number in (1, 2)] == [Stage.COLLECTING] * 2


@pytest.mark.parametrize("verb", [Verb.HELP, Verb.MORE])
async def test_help_and_more_are_told_to_every_screen_and_do_nothing_else(verb: Verb, tmp_path: Path) -> None:
    async with at_bench(tmp_path, profile=ASKING_PROFILE) as hand:
        before = hand.floor.engine.state()
        answer = await hand.command(verb)
        assert (answer.outcome, answer.sentence) == (ScanOutcome.ACCEPTED, wording.LEAFED[verb.value])
        assert hand.floor.of(Leafed) == [Leafed(verb.value)]
        assert hand.floor.engine.state() == before


async def test_hold_puts_the_laptop_aside_until_undo_or_a_supervisor(tmp_path: Path) -> None:
    laptop = HeldLaptop()
    laptop.gate.set()
    async with at_bench(tmp_path, laptop) as hand:
        assert (await hand.command(Verb.HOLD)).sentence == wording.nothing_to_hold(1)
        await hand.scan("PF1A2B3C")
        await hand.floor.until_stage(Stage.DONE)
        assert (await hand.command(Verb.HOLD)).sentence == wording.held("PF1A2B3C")
        assert hand.floor.slot().held
        assert (await hand.command(Verb.HOLD)).outcome is ScanOutcome.KNOWN
        hold = HoldBook(store_of(tmp_path)).open("PF1A2B3C")
        assert hold is not None
        assert hold.made_by == "anna"
        assert (await hand.command(Verb.UNDO)).sentence == wording.released("PF1A2B3C")
        assert HoldBook(store_of(tmp_path)).open("PF1A2B3C") is None
        await hand.command(Verb.HOLD)
        await hand.scan("PF1A2B3C")  # tested again, it is still on hold
        await hand.floor.until(lambda: hand.floor.slot().stage is Stage.DONE and hand.floor.slot().held)


async def test_undo_after_the_verdict_asks_the_last_question_again(tmp_path: Path) -> None:
    laptop = HeldLaptop()
    laptop.gate.set()
    async with at_bench(tmp_path, laptop, profile=ASKING_PROFILE) as hand:
        await hand.scan("PF1A2B3C")
        await hand.floor.until_stage(Stage.ASKING)
        await hand.command(Verb.PASS)
        await hand.command(Verb.PASS)
        await hand.floor.until_stage(Stage.DONE)
        answer = await hand.command(Verb.UNDO)
        assert (answer.outcome, answer.sentence) == (ScanOutcome.ACCEPTED, wording.verdict_taken_back(1))
        await hand.floor.until(lambda: hand.floor.slot().question == "Open and close the lid.")
        await hand.command(Verb.FAIL)
        await hand.command(Verb.CHOICE, 1)
        state = await hand.floor.until_stage(Stage.DONE)
        assert verdict_of(state, "hinge.firm") == "fail"
    after, before = store_of(tmp_path).recent(9)
    assert after.resumes == before.attempt_id


async def test_a_sheet_of_another_bench_and_several_commands_at_once_are_refused(tmp_path: Path) -> None:
    async with at_bench(tmp_path) as hand:
        answer = await hand.scan(command_text(CommandCode(Verb.HOLD), "XXXX"))
        assert (answer.outcome, answer.sentence) == (ScanOutcome.REFUSED, wording.NOT_THIS_BENCH)
        key = command_key(store_of(tmp_path))
        sheet = tuple(Code(command_text(CommandCode(verb), key)) for verb in (Verb.PASS, Verb.FAIL))
        await hand.floor.engine.heard(Heard("camera 0", sheet))
        assert hand.floor.of(ScanAnswer)[-1].sentence == wording.SEVERAL_COMMANDS


async def test_a_bench_that_closes_does_not_wait_for_an_answer(tmp_path: Path) -> None:
    laptop = HeldLaptop()
    laptop.gate.set()
    async with at_bench(tmp_path, laptop, profile=ASKING_PROFILE) as hand:
        await hand.scan("PF1A2B3C")
        await hand.floor.until_stage(Stage.ASKING)
        await hand.floor.engine._slots[1].wait()
        assert hand.floor.slot().headline == wording.QUESTION_LEFT
    assert fates(tmp_path) == [("PF1A2B3C", ScanFate.ACCEPTED.value)]
