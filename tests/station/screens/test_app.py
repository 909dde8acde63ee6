import asyncio
import contextlib
import time
from collections.abc import Callable

import pytest
from msgspec.structs import replace
from textual import events

from checks.verdict import Verdict
from hardware.scanners.wording import BROKEN_SCAN
from station.bench.protocol import (
    BenchChanged,
    Event,
    FocusSlot,
    Goodbye,
    Press,
    Scan,
    ScanAnswer,
    ScanOutcome,
    SlotChanged,
    Stage,
    StopSlot,
)
from station.bench.protocol import Command as EngineCommand
from station.bench.protocol import Seen as SeenNow
from station.screens import wording
from station.screens.acting import after_act
from station.screens.app import BenchApp
from station.screens.bridge import unix_connection
from station.screens.cues import Cue
from station.screens.following import after_event
from station.screens.shown import Act, Contact, Seen, Shown
from station.screens.sounds import Sounds
from tests.station.screens import samples
from tests.station.screens.fake_engine import FakeEngine
from tests.station.screens.test_bridge import until


class Quiet(Sounds):
    """Keeps the cues, plays none."""

    def __init__(self) -> None:
        super().__init__(lambda delay: None, {"STATION_SOUND": "off"})
        self.heard: list[Cue] = []

    def play(self, cue: Cue) -> None:
        self.heard.append(cue)


class Bench:
    """A person at the bench: presses keys as the terminal's driver does, sees what is shown."""

    def __init__(self, app: BenchApp, engine: FakeEngine, sounds: Quiet) -> None:
        self.app, self.engine, self.sounds = app, engine, sounds

    @property
    def shown(self):
        return self.app.shown

    @property
    def page(self) -> str:
        return "\n".join("".join(text for text, _ in line) for line in self.app._canvas._lines)

    def key(self, key: str, character: str | None = None, at: float | None = None) -> None:
        event = events.Key(key, character)
        event.time = time.monotonic() if at is None else at
        self.app.post_message(event)

    def burst(self, text: str, end: str = "enter") -> None:
        for character in text:
            self.key(character, character)
        if end:
            self.key(end, "\r")

    def type(self, text: str) -> None:
        """Slow enough for a hand, without the wait: the times of the keys say so."""
        start = time.monotonic() - 0.2 * len(text)
        for place, character in enumerate(text):
            self.key(character, character, at=start + 0.2 * place)

    async def sees(self, true: Callable[[], object]) -> None:
        await until(true)

    async def reads(self, *parts: str) -> None:
        await until(lambda: all(part in self.page for part in parts))


@contextlib.asynccontextmanager
async def bench(tmp_path, state=samples.READY, size=(80, 24), started=True, answer=None):
    engine = FakeEngine(tmp_path / "s", state, *([answer] if answer else []))
    if started:
        await engine.start()
    sounds = Quiet()
    app = BenchApp(unix_connection(engine.path), tmp_path / "kept", sounds=sounds)
    async with app.run_test(size=size) as pilot:
        person = Bench(app, engine, sounds)
        if started:
            await person.sees(lambda: person.shown.contact is Contact.LIVE)
        await pilot.pause()
        yield person
    with contextlib.suppress(AssertionError):
        await engine.stop()


async def test_the_first_paint_does_not_wait_for_the_engine(tmp_path):
    async with bench(tmp_path, started=False) as person:
        await person.reads(wording.STARTING)


async def test_a_burst_is_a_scan_and_its_answer_is_shown_and_heard(tmp_path):
    async with bench(tmp_path) as person:
        person.burst("PF3K0A5X")
        await person.reads("Slot 1 tests PF3K0A5X.")
        assert person.engine.scans == ["PF3K0A5X"]
        assert person.sounds.heard == [Cue.ACCEPTED]


async def test_fifty_bursts_at_once_all_arrive_in_order(tmp_path):
    async with bench(tmp_path) as person:
        codes = [f"PF3K0A{number:03}" for number in range(50)]
        for code in codes:
            person.burst(code)
        await person.sees(lambda: len(person.engine.scans) == 50)
        assert person.engine.scans == codes


async def test_what_a_hand_types_is_shown_and_enter_sends_it(tmp_path):
    async with bench(tmp_path) as person:
        person.type("pf3k0a5")
        await person.reads("▸ pf3k0a5")
        assert person.engine.scans == []
        person.key("enter", "\r")
        await person.sees(lambda: person.engine.scans == ["pf3k0a5"])
        assert person.shown.typed == ""


async def test_escape_wipes_what_was_typed(tmp_path):
    async with bench(tmp_path) as person:
        person.type("PF3")
        await person.reads("▸ PF3")
        person.key("escape", "\x1b")
        await person.sees(lambda: person.shown.typed == "")
        await person.reads(wording.PROMPT)


async def test_a_burst_comes_from_the_wedge_with_its_identifier_split_off_and_typing_from_the_keyboard(tmp_path):
    async with bench(tmp_path) as person:
        person.burst("]C1010950")
        person.burst("PF3K0A5X")
        person.type("pf3k0a6x")
        person.key("enter", "\r")
        await person.sees(lambda: len(person.engine.heard) == 3)
        assert [replace(scan, ref="") for scan in person.engine.heard] == [
            Scan("010950", "wedge", "]C1"),
            Scan("PF3K0A5X", "wedge"),
            Scan("pf3k0a6x", "keyboard"),
        ]
        await person.reads("Slot 1 tests pf3k0a6x.")


async def test_digits_and_letters_are_typing_and_never_act(tmp_path):
    async with bench(tmp_path, samples.FOUR) as person:
        person.type("123qQpf?")
        await person.reads("▸ 123qQpf?")
        assert person.shown.focus == 1


async def test_a_paste_with_enter_is_a_scan(tmp_path):
    async with bench(tmp_path) as person:
        person.app.post_message(events.Paste("PF3K0A5X\n"))
        await person.sees(lambda: person.engine.scans == ["PF3K0A5X"])


@pytest.mark.parametrize(
    ("key", "character"),
    [("ctrl+q", "\x11"), ("ctrl+c", "\x03"), ("f10", None), ("f8", None), ("f5", None), ("escape", "\x1b")],
)
async def test_a_command_key_inside_a_burst_does_nothing_but_reach_the_engine(tmp_path, key, character):
    async with bench(tmp_path, samples.COLLECTING) as person:
        person.key(key, character)
        person.burst("PF3K")
        await person.sees(lambda: person.engine.scans)
        person.burst("0A5X", end="")
        person.key(key, character)
        person.key(key, character)
        person.burst("99")
        await person.sees(lambda: len(person.engine.scans) == 2)
        await asyncio.sleep(0.3)
        assert person.app.is_running
        assert person.shown.question is None
        assert all(isinstance(command, Scan) for command in person.engine.heard)
        assert all(not scan.isprintable() for scan in person.engine.scans)


async def test_a_broken_scan_is_said_and_heard_and_the_next_one_counts(tmp_path):
    async with bench(tmp_path) as person:
        person.burst("PF3K0A5X", end="")
        await person.reads(BROKEN_SCAN)
        assert person.sounds.heard == [Cue.REFUSED]
        assert person.engine.scans == []
        person.burst("PF3K0A5X")
        await person.sees(lambda: person.engine.scans == ["PF3K0A5X"])


async def test_a_scan_with_the_help_open_is_a_scan(tmp_path):
    async with bench(tmp_path) as person:
        person.key("f1")
        await person.reads("What to do")
        person.burst("PF3K0A5X")
        await person.reads("Slot 1 tests PF3K0A5X.")
        person.key("f1")
        await person.sees(lambda: "What to do" not in person.page)


async def test_stopping_takes_two_presses_and_a_scan_between_them_is_a_scan(tmp_path):
    async with bench(tmp_path, samples.COLLECTING) as person:
        person.key("f8")
        await person.reads(wording.ASK_STOP.format(slot=1))
        person.key("escape", "\x1b")
        await person.sees(lambda: person.shown.question is None)
        person.key("f8")
        await person.sees(lambda: person.shown.question)
        person.burst("PF3K0A6X")
        await person.sees(lambda: person.engine.scans == ["PF3K0A6X"])
        await asyncio.sleep(0.2)
        person.key("f8")
        await person.sees(lambda: person.shown.question)
        await asyncio.sleep(0.35)
        person.key("f8")
        await person.sees(lambda: StopSlot(1) in person.engine.heard)


async def test_stopping_what_does_not_run_says_so(tmp_path):
    async with bench(tmp_path) as person:
        person.key("f8")
        await person.reads(wording.NOTHING_RUNS.format(slot=1))
        assert person.engine.heard == []


def asked(verb: str, slot: int = 1, attempt_id: str = "a1", turn: int | None = None) -> Press:
    """A key, with what `samples.ASKING` has in view."""
    return Press(verb, slot, attempt_id, samples.ASKING.slots[0].turn if turn is None else turn)


KEYS_OF_COMMANDS = {"f5": "PASS", "f7": "FAIL", "f9": "NEXT", "f6": "UNDO"}


@pytest.mark.parametrize(("key", "verb"), KEYS_OF_COMMANDS.items())
async def test_each_answer_has_a_key_and_what_came_of_it_is_shown_and_heard(tmp_path, key, verb):
    def answer(command: EngineCommand) -> list[Event]:
        assert command == asked(verb)
        return [ScanAnswer(ScanOutcome.ACCEPTED, verb, f"Slot 1: {verb}.", 1, "key")]

    async with bench(tmp_path, samples.ASKING, answer=answer) as person:
        await asyncio.sleep(0.35)
        person.key(key)
        await person.reads("✔ ACCEPTED", f"Slot 1: {verb}.")
        assert person.engine.heard == [asked(verb)]
        assert person.sounds.heard == [Cue.ACCEPTED]


async def test_a_key_on_its_way_does_not_answer_a_question_that_has_just_come_up(tmp_path):
    async with bench(tmp_path, samples.COLLECTING) as person:
        person.key("f5")  # acts when it has stood alone for a moment, and then the question is there
        person.engine.say(SlotChanged(samples.ASKING.slots[0]))
        await person.reads(wording.TOO_SOON)
        assert person.sounds.heard == [Cue.REFUSED]
        await asyncio.sleep(0.35)
        person.key("f7")
        await person.sees(lambda: person.engine.heard == [asked("FAIL")])


async def test_a_key_that_is_kept_down_answers_one_question(tmp_path):
    async with bench(tmp_path, samples.ASKING) as person:
        await asyncio.sleep(0.35)
        pressed = time.monotonic()
        person.key("f5", at=pressed)
        for repeat in range(20):
            person.key("f5", at=pressed + 0.5 + repeat * 0.03)
        person.key("f5", at=pressed + 1.6)
        person.burst("PF3K0A6X")
        await person.sees(lambda: person.engine.scans)
        await asyncio.sleep(0.3)
        assert person.engine.heard.count(asked("PASS")) == 1


async def test_the_engine_hears_what_stands_on_the_screen_once_it_does(tmp_path):
    async with bench(tmp_path, samples.ASKING) as person:
        turn = samples.ASKING.slots[0].turn
        await person.sees(lambda: person.engine.seen == [SeenNow(1, "a1", turn)])
        person.key("f1")
        await person.reads("What to do")
        person.engine.say(SlotChanged(samples.LISTED.slots[0]))
        await person.sees(lambda: person.shown.slot.turn == samples.LISTED.slots[0].turn)
        assert len(person.engine.seen) == 1  # the help is in front of it
        person.key("f1")
        await person.sees(lambda: person.engine.seen[1:] == [SeenNow(1, "a1", samples.LISTED.slots[0].turn)])


async def test_what_another_slot_asks_is_not_seen_before_it_is_in_view(tmp_path):
    async with bench(tmp_path, samples.PROMISED) as person:
        await person.reads("slot 3")
        assert person.engine.seen == []
        person.key("f2")
        person.key("f2", at=time.monotonic() + 1)
        person.engine.say(person.engine.focused(2))
        await person.sees(lambda: [seen.slot for seen in person.engine.seen] == [2])


@pytest.mark.parametrize("key", ["1", "8"])
async def test_a_digit_alone_chooses_from_the_list(tmp_path, key):
    async with bench(tmp_path, samples.LISTED) as person:
        await asyncio.sleep(0.35)
        person.key(key, key)
        chosen = Press("CHOICE", 1, "a1", samples.LISTED.slots[0].turn, int(key))
        await person.sees(lambda: person.engine.heard == [chosen])
        await person.sees(lambda: person.shown.typed == "")


async def test_a_digit_that_begins_a_scan_or_a_typed_serial_chooses_nothing(tmp_path):
    async with bench(tmp_path, samples.LISTED) as person:
        await asyncio.sleep(0.35)
        person.burst("1PF3K0A6X")
        await person.sees(lambda: person.engine.scans == ["1PF3K0A6X"])
        person.type("pf3")
        await person.reads("▸ pf3")
        person.key("3", "3")
        await person.reads("▸ pf33")
        await asyncio.sleep(0.3)
        assert [command for command in person.engine.heard if isinstance(command, Press)] == []


async def test_a_digit_is_typing_where_no_list_is_open(tmp_path):
    async with bench(tmp_path, samples.ASKING) as person:
        await asyncio.sleep(0.35)
        person.key("5", "5")
        await person.reads("▸ 5")
        await asyncio.sleep(0.3)
        assert person.engine.heard == []
        assert person.shown.typed == "5"


async def test_a_digit_on_its_way_does_not_choose_from_a_list_that_has_just_come_up(tmp_path):
    async with bench(tmp_path, samples.LISTED) as person:
        person.engine.say(SlotChanged(replace(samples.LISTED.slots[0], turn=6)))
        await person.sees(lambda: person.shown.slot.turn == 6)
        person.key("5", "5")
        await person.reads(wording.TOO_SOON)


async def test_a_hold_asks_first_and_the_same_key_again_holds(tmp_path):
    async with bench(tmp_path, samples.PASS) as person:
        person.key("f4")
        await person.reads(wording.ASK_HOLD.format(serial="PF3K0A5X", slot=1))
        assert person.engine.heard == []
        await asyncio.sleep(0.35)
        person.key("f4")
        await person.sees(lambda: person.engine.heard == [Press("HOLD", 1, "a1", 0)])
        person.engine.say(SlotChanged(samples.HELD.slots[0]))
        await person.reads("‖ ON HOLD", wording.HELD, "✔ PASS")


@pytest.mark.parametrize("another", ["slot", "laptop"])
async def test_a_hold_that_was_asked_for_one_laptop_is_not_given_to_another(tmp_path, another):
    async with bench(tmp_path, samples.FOUR) as person:
        person.key("f4")
        await person.sees(lambda: person.shown.question)
        if another == "slot":
            person.engine.say(person.engine.focused(2))
        else:
            slot = samples.slot(stage=Stage.COLLECTING, **{**samples.SEEN, "attempt_id": "a2", "serial": "PF3K0A9X"})
            person.engine.say(SlotChanged(slot))
        await person.sees(lambda: person.shown.question is None)
        await asyncio.sleep(0.35)
        person.key("f4")
        await person.sees(lambda: person.shown.question)
        assert not any(isinstance(command, Press) for command in person.engine.heard)


async def test_a_key_is_about_what_was_painted_when_it_was_pressed(tmp_path):
    async with bench(tmp_path, samples.PASS) as person:
        person.key("f6")  # acts when it has stood alone for a moment, and then another laptop is there
        await asyncio.sleep(0.02)
        another = {**samples.SEEN, "attempt_id": "a2", "serial": "PF3K0A9X"}
        person.engine.say(SlotChanged(samples.slot(stage=Stage.DONE, verdict=Verdict.PASS, **another)))
        await person.sees(lambda: person.shown.slot.attempt_id == "a2")
        await person.sees(lambda: person.engine.heard)
        assert person.engine.heard == [Press("UNDO", 1, "a1", 0)]


@pytest.mark.parametrize(
    "event",
    [
        ScanAnswer(ScanOutcome.ACCEPTED, "PF3K0A9X", "Slot 1 tests PF3K0A9X.", 1, "serial scanner /dev/ttyACM0"),
        SlotChanged(samples.slot(stage=Stage.DONE, verdict=Verdict.PASS, **{**samples.SEEN, "attempt_id": "a2"})),
        SlotChanged(samples.slot(stage=Stage.DONE, verdict=Verdict.PASS, **{**samples.SEEN, "serial": "PF3K0A9X"})),
        BenchChanged(replace(samples.FOUR.bar, focus=2), ()),
    ],
    ids=["another scanner", "attempt", "laptop", "slot"],
)
@pytest.mark.parametrize("act", [Act.HOLD, Act.STOP])
def test_a_question_about_a_laptop_goes_when_another_may_be_there(event, act):
    state = samples.bench(
        *(samples.COLLECTING.slots if act is Act.STOP else samples.PASS.slots), *samples.FOUR.slots[1:]
    )
    asked_it, effect = after_act(Shown(state, Contact.LIVE), act, 1.0)
    assert effect is None
    assert asked_it.question
    assert after_event(asked_it, event, 2.0).question is None


@pytest.mark.parametrize(
    "event",
    [
        ScanAnswer(ScanOutcome.ACCEPTED, "PF3K0A9X", "Slot 2 tests PF3K0A9X.", 2, "camera 0"),
        ScanAnswer(ScanOutcome.REFUSED, "PF3K0A9X", "No slot is free.", 0, "camera 0"),
        ScanAnswer(ScanOutcome.ACCEPTED, "UNDO", "Taken back.", 1, "key"),
        ScanAnswer(ScanOutcome.ACCEPTED, "", "Listening.", 1),
    ],
)
def test_a_question_stays_for_what_is_not_about_its_laptop_and_holds_what_it_asked_about(event):
    asked_it, _ = after_act(Shown(samples.PASS, Contact.LIVE), Act.HOLD, 1.0)
    _, effect = after_act(after_event(asked_it, event, 1.1), Act.HOLD, 2.0, Seen(3, "later", 9))
    assert effect == Press("HOLD", 1, "a1", 0)


@pytest.mark.parametrize("key", [*KEYS_OF_COMMANDS, "f4"])
async def test_a_command_key_while_the_engine_is_away_is_refused_and_not_kept(tmp_path, key):
    async with bench(tmp_path, samples.ASKING) as person:
        await person.engine.stop()
        await person.sees(lambda: person.shown.contact is Contact.LOST)
        person.key(key)
        await person.reads(wording.AWAY)
        assert person.sounds.heard == [Cue.REFUSED]
        await person.engine.start()
        await person.sees(lambda: person.shown.contact is Contact.LIVE)
        await asyncio.sleep(0.1)
        assert person.engine.heard == []


async def test_a_held_laptop_that_passes_is_not_heard_as_a_pass(tmp_path):
    async with bench(tmp_path, samples.HELD_WHILE_READING) as person:
        person.engine.say(SlotChanged(samples.HELD.slots[0]))
        await person.sees(lambda: person.sounds.heard)
        assert person.sounds.heard == [Cue.REVIEW]


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_fifty_scans_in_five_seconds_with_dialogs_and_sixteen_busy_slots_all_arrive_in_order(tmp_path, size):
    async with bench(tmp_path, samples.SIXTEEN, size) as person:

        async def slots_go_on() -> None:
            done = 0
            while True:
                done += 1
                person.engine.say(
                    *(SlotChanged(replace(slot, done=done % 34, now=f"item {done}")) for slot in samples.SIXTEEN.slots)
                )
                await asyncio.sleep(0.02)

        busy = asyncio.create_task(slots_go_on())
        codes = [f"PF3K0A{number:03}" for number in range(50)]
        opened: list[object] = []
        for number, code in enumerate(codes):
            if number % 5 == 0:
                await asyncio.sleep(0.2)  # a key within a scan is part of the scan
                person.key(("f8", "f4", "f1", "f10", "escape")[number // 5 % 5])
                await asyncio.sleep(0.2)
                opened.append(person.shown.question)
            person.burst(code)
            await asyncio.sleep(0.02)
        await person.sees(lambda: len(person.engine.scans) == 50)
        await person.reads(f"Slot 1 tests {codes[-1]}.")
        assert person.engine.scans == codes
        assert person.sounds.heard == [Cue.ACCEPTED] * 50
        assert sum(question is not None for question in opened) >= 4
        assert all(isinstance(command, Scan) for command in person.engine.heard)
        person.type("pf3")
        await person.reads("▸ pf3")
        busy.cancel()


async def test_leaving_is_one_key_on_an_idle_bench_and_two_on_a_busy_one(tmp_path):
    async with bench(tmp_path) as person:
        person.key("f10")
        await person.sees(lambda: not person.app.is_running)
        assert person.app.return_code == 0
    async with bench(tmp_path, samples.COLLECTING) as person:
        person.key("f10")
        await person.reads("F10 again leaves")
        assert person.app.is_running
        await asyncio.sleep(0.35)
        person.key("f10")
        await person.sees(lambda: not person.app.is_running)


async def test_who_looks_for_the_way_out_is_told(tmp_path):
    async with bench(tmp_path) as person:
        person.key("ctrl+c", "\x03")
        await person.reads(wording.LEAVE_KEY)
        assert person.app.is_running


async def test_a_verdict_stays_until_the_next_scan_takes_the_slot_with_no_key_pressed(tmp_path):
    async with bench(tmp_path, samples.COLLECTING) as person:
        person.engine.say(SlotChanged(samples.FAIL.slots[0]))
        await person.reads("✖ FAIL: 4 checks failed.", wording.PROMPT_NEXT)
        assert person.sounds.heard == [Cue.FAIL]
        person.burst("PF3K0A6X")
        await person.reads("Slot 1 tests PF3K0A6X.", "✖ FAIL: 4 checks failed.")
        person.engine.say(SlotChanged(samples.slot(stage=Stage.COLLECTING, serial="PF3K0A6X", now="reading smbios")))
        await person.reads("Reading smbios")


@pytest.mark.parametrize(
    ("verdict", "cue"),
    [
        (Verdict.PASS, Cue.PASS),
        (Verdict.MARGINAL, Cue.PASS),
        (Verdict.WAIVED, Cue.PASS),
        (Verdict.FAIL, Cue.FAIL),
        (Verdict.INCONCLUSIVE, Cue.REVIEW),
        (Verdict.ERROR, Cue.REVIEW),
    ],
)
async def test_each_verdict_is_heard_once(tmp_path, verdict, cue):
    async with bench(tmp_path, samples.JUDGING) as person:
        for _ in range(2):
            person.engine.say(SlotChanged(samples.slot(stage=Stage.DONE, verdict=verdict, **samples.SEEN)))
        await person.sees(lambda: person.sounds.heard)
        await asyncio.sleep(0.05)
        assert person.sounds.heard == [cue]


@pytest.mark.parametrize("outcome", ScanOutcome)
async def test_each_outcome_of_a_scan_is_heard_and_flashes(tmp_path, outcome):
    def answer(command: EngineCommand) -> list[Event]:
        assert isinstance(command, Scan)
        return [ScanAnswer(outcome, command.text, "So it is.")]

    async with bench(tmp_path, answer=answer) as person:
        person.burst("PF3K0A5X")
        await person.reads("So it is.")
        assert person.sounds.heard == [Cue(outcome.value)]
        assert person.shown.answer.fresh
        await person.sees(lambda: not person.shown.answer.fresh)


async def test_a_lost_engine_is_told_and_scans_are_kept_and_sent_when_it_is_back(tmp_path):
    async with bench(tmp_path, samples.FAIL, size=(120, 40)) as person:
        await person.engine.stop()
        await person.reads(wording.LOST, "Battery health")
        person.burst("PF3K0A7X")
        person.burst("PF3K0A8X")
        await person.reads("2 scans kept here: PF3K0A7X, PF3K0A8X", wording.KEPT_ANSWER)
        assert person.sounds.heard == [Cue.ACCEPTED, Cue.ACCEPTED]
        await person.engine.start()
        await person.sees(lambda: person.engine.scans == ["PF3K0A7X", "PF3K0A8X"])
        await person.sees(lambda: wording.LOST not in person.page and "kept here" not in person.page)
        await person.reads("Slot 1 tests PF3K0A8X.")


async def test_leaving_with_kept_scans_asks_first(tmp_path):
    async with bench(tmp_path) as person:
        await person.engine.stop()
        await person.sees(lambda: person.shown.contact is Contact.LOST)
        person.burst("PF3K0A7X")
        await person.sees(lambda: person.shown.kept)
        person.key("f10")
        await person.reads(wording.KEPT_STAYS.format(count="1 scan is"))
        assert person.app.is_running


async def test_a_scan_that_neither_the_engine_nor_the_disk_takes_is_refused_and_not_heard_as_taken(tmp_path):
    (tmp_path / "kept").write_text("no folder")
    async with bench(tmp_path) as person:
        await person.engine.stop()
        await person.sees(lambda: person.shown.contact is Contact.LOST)
        person.burst("PF3K0A7X")
        await person.reads("keeps nothing")
        assert person.shown.answer.sentence == wording.DISK_REFUSES
        assert person.sounds.heard == [Cue.REFUSED]
        assert person.shown.kept_count == 0


async def test_what_the_disk_refused_is_said_and_leaving_asks_with_that(tmp_path):
    (tmp_path / "kept").write_text("no folder")
    async with bench(tmp_path, answer=lambda command: []) as person:
        person.burst("PF3K0A7X")
        await person.sees(lambda: person.engine.scans)
        await person.engine.stop()
        await person.reads("The disk refuses 1 scan", "PF3K0A7X")
        person.key("f10")
        await person.reads(wording.KEPT_LOST.format(count="1 scan"))
        assert person.app.at_risk == ("PF3K0A7X",)


async def test_a_scan_is_on_the_disk_before_it_is_heard_as_taken(tmp_path):
    async with bench(tmp_path, started=False) as person:
        there: list[bool] = []
        person.sounds.play = lambda cue: there.append(
            any("PF3K0A7X" in one.read_text() for one in kept_files(tmp_path))
        )
        person.burst("PF3K0A7X")
        await person.sees(lambda: there)
        assert there == [True]


def kept_files(tmp_path):
    return [*(tmp_path / "kept").glob("*.jsonl")]


async def test_a_goodbye_is_shown_with_its_reason(tmp_path):
    async with bench(tmp_path) as person:
        person.engine.say(Goodbye("The bench is closed."))
        await person.reads("The bench is closed.")
        assert person.shown.contact is Contact.LOST


async def test_f2_goes_from_slot_to_slot_and_commands_go_with_it(tmp_path):
    async with bench(tmp_path, samples.FOUR) as person:
        person.key("f2")
        await person.reads("slot 2", "Battery health")
        await person.sees(lambda: person.engine.heard == [FocusSlot(2)])
        person.engine.say(BenchChanged(person.engine.state.bar, ()))
        await asyncio.sleep(0.05)
        assert person.shown.focus == 2


async def test_the_screen_looks_at_the_slot_to_which_commands_speak(tmp_path):
    async with bench(tmp_path, samples.bench(*samples.FOUR.slots, focus=3)) as person:
        assert person.shown.focus == 3
        person.engine.say(person.engine.focused(2))
        await person.reads("slot 2", "Battery health")
        # An answer that names another slot moves nothing: commands still speak to slot 2.
        person.engine.say(ScanAnswer(ScanOutcome.KNOWN, "X", "X is already in slot 4.", 4))
        await person.reads("X is already in slot 4.")
        assert person.shown.focus == 2


def test_a_bar_from_before_f2_does_not_take_it_back():
    old = BenchChanged(samples.FOUR.bar, ())
    shown, effect = after_act(Shown(samples.FOUR, Contact.LIVE), Act.NEXT_SLOT, 1.0)
    assert (shown.focus, effect) == (2, FocusSlot(2))
    shown = after_event(shown, old, 2.0)
    assert shown.focus == 2
    for number in (2, 3):
        shown = after_event(shown, BenchChanged(replace(old.bar, focus=number), ()), 3.0)
        assert shown.focus == number


async def test_f3_and_the_arrows_page_through_what_does_not_fit(tmp_path):
    async with bench(tmp_path, samples.FAIL) as person:
        await person.reads("+ 8 more: F3", "page 1 of 2")
        assert "Camera" not in person.page
        person.key("f3")
        await person.reads("Camera", "page 2 of 2")
        person.key("up")
        await person.reads("page 1 of 2")


@pytest.mark.parametrize("text", [samples.HOSTILE, samples.LONG, "[/foo]", "[@click=app.exit]x[/]", "\u202e\u2066abc"])
@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_hostile_text_is_shown_as_text_and_crashes_nothing(tmp_path, text, size):
    async with bench(tmp_path, samples.hostile(text), size) as person:
        person.engine.say(ScanAnswer(ScanOutcome.REFUSED, text, text), Goodbye(text))
        await person.sees(lambda: person.shown.contact is Contact.LOST)
        person.app.post_message(events.Paste(text + "\n"))
        await person.sees(lambda: person.shown.kept or person.shown.answer.look == "broken")
        for key in ("f3", "f1", "f2"):
            person.key(key)
            await asyncio.sleep(0.2)
        assert person.app.is_running
        assert all(character.isprintable() or character == "\n" for character in person.page)


async def test_the_mouse_does_nothing(tmp_path):
    async with bench(tmp_path, samples.hostile("[@click=app.exit]x[/]")) as person:
        place = (5, 5, 0, 0, 1, False, False, False)
        for kind in (events.MouseDown, events.MouseUp):
            person.app.post_message(kind(None, *place))
        await asyncio.sleep(0.1)
        assert person.app.is_running


async def test_a_fault_ends_the_screen_at_once_with_a_status_and_no_locals(tmp_path):
    engine = FakeEngine(tmp_path / "s", samples.READY)
    app = BenchApp(unix_connection(engine.path), tmp_path / "kept", sounds=Quiet())

    secret = "s3" + "cret"

    def fault() -> None:
        hidden = secret  # noqa: F841
        raise RuntimeError("a fault")

    async def meet_it() -> None:
        async with app.run_test():
            app.call_later(fault)
            await until(lambda: not app.is_running)

    with pytest.raises(RuntimeError, match="a fault"):
        await meet_it()
    assert app.return_code == 3
    assert app.crash is not None
    assert "a fault" in app.crash
    assert secret not in app.crash
