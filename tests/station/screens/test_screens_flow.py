"""A person goes from screen to screen with keys and scans, and no key says what it did not mean."""

import asyncio

import pytest
from msgspec.structs import replace

from station.bench.badges import new_badge
from station.bench.protocol import (
    BrokenScan,
    Command,
    Event,
    FocusSlot,
    PageChanged,
    Press,
    Scan,
    ScanAnswer,
    ScanOutcome,
    Show,
    SignOff,
    SlotChanged,
    View,
)
from station.screens import wording
from station.screens.cues import Cue
from station.screens.painting import Line
from station.screens.shown import Contact
from tests.station.screens import page_samples, samples
from tests.station.screens.test_app import Bench, bench

BADGE = new_badge(lambda count: bytes(range(7, 7 + count)))
SECRET = BADGE.split(":")[2]
READ = 0.35
"""Seconds after which what has come up has been read."""


def presses(person: Bench) -> list[Command]:
    return [command for command in person.engine.heard if not isinstance(command, Scan)]


def in_history(**changes):
    return samples.looks_at(samples.FOUR, View.HISTORY, replace(page_samples.HISTORY, **changes))


@pytest.mark.parametrize("key", ["f11", "home"])
@pytest.mark.parametrize(("digit", "command"), [("3", Show(View.RECEIVE)), ("4", Show(View.HISTORY)), ("7", SignOff())])
async def test_the_list_opens_and_a_number_chooses(tmp_path, key, digit, command):
    async with bench(tmp_path, samples.FOUR) as person:
        person.key(key)
        await person.reads(wording.LIST_TITLE, "RECEIVE", "BENCH HEALTH", "SIGN OFF")
        person.key(digit, digit)
        await person.sees(lambda: person.engine.heard == [command])
        await person.sees(lambda: wording.LIST_TITLE not in person.page)
        assert person.shown.typed == ""


async def test_the_screen_follows_the_engine_from_view_to_view_and_esc_leads_back(tmp_path):
    async with bench(tmp_path, samples.FOUR) as person:
        person.key("f11")
        await person.reads(wording.LIST_TITLE)
        person.key("4", "4")
        await person.sees(lambda: Show(View.HISTORY) in person.engine.heard)
        person.engine.say(person.engine.shows(View.HISTORY), PageChanged(page_samples.HISTORY))
        await person.reads("SCAN OR TYPE A SERIAL", "PF3K0A5X", "REVIEW")
        person.key("escape", "\x1b")
        await person.sees(lambda: Show(View.BENCH) in person.engine.heard)
        person.engine.say(person.engine.shows(View.BENCH), PageChanged(None))
        await person.reads("slot 1", wording.PROMPT_NEXT)


@pytest.mark.parametrize("key", ["f11", "home", "escape"])
async def test_the_list_closes_with_nothing_done(tmp_path, key):
    async with bench(tmp_path, samples.FOUR) as person:
        person.key("f11")
        await person.reads(wording.LIST_TITLE)
        await asyncio.sleep(0.75)
        person.key(key)
        await person.sees(lambda: wording.LIST_TITLE not in person.page)
        assert person.engine.heard == []


async def test_a_list_key_that_is_kept_down_or_bounces_opens_the_list_once(tmp_path):
    async with bench(tmp_path, samples.FOUR) as person:
        for _ in range(3):
            person.key("home")
        await person.reads(wording.LIST_TITLE)
        await asyncio.sleep(0.3)
        assert person.shown.listing


@pytest.mark.parametrize("code", ["1PF3K0A6X", "5CG1234567", "4006381333931"])
async def test_a_scan_while_the_list_is_open_is_a_scan_whatever_it_begins_with(tmp_path, code):
    async with bench(tmp_path, samples.FOUR) as person:
        person.key("f11")
        await person.reads(wording.LIST_TITLE)
        person.burst(code)
        await person.sees(lambda: person.engine.scans == [code])
        await person.reads(f"Slot 1 tests {code}.")
        assert presses(person) == []
        assert wording.LIST_TITLE not in person.page


@pytest.mark.parametrize("key", ["f12", "end"])
async def test_one_key_resumes_what_was_interrupted(tmp_path, key):
    async with bench(tmp_path, samples.INTERRUPTED) as person:
        await asyncio.sleep(READ)
        for _ in range(2):  # a bounce is one press
            person.key(key)
        await person.sees(lambda: person.engine.heard)
        await asyncio.sleep(0.2)
        assert person.engine.heard == [Press("GO", 1, "a1", 0)]


async def test_a_conflict_is_seen_and_heard_once_and_hold_ends_it_with_one_press(tmp_path):
    stopped = SlotChanged(samples.CONFLICT.slots[0])

    def answer(command: Command) -> list[Event]:
        if isinstance(command, Scan):
            sentence = "Slot 1 stopped: look at it."
            return [ScanAnswer(ScanOutcome.REFUSED, command.text, sentence, 1, "", command.ref), stopped]
        return []

    async with bench(tmp_path, answer=answer) as person:
        person.burst("PF3K0A6X")
        await person.reads(samples.TWO_SERIALS[:40], "F4 HOLD", wording.PROMPT_STOPPED)
        assert person.sounds.heard == [Cue.REFUSED]
        await asyncio.sleep(READ)
        person.key("f4")
        await person.sees(lambda: presses(person) == [Press("HOLD", 1)])


async def test_in_the_history_a_number_opens_its_line_and_f9_and_f6_go_about(tmp_path):
    async with bench(tmp_path, in_history()) as person:
        await person.reads("PF3K0A4X")
        await asyncio.sleep(READ)
        person.key("2", "2")
        for key in ("f9", "f6", "f2", "f8"):
            await asyncio.sleep(0.8)
            person.key(key)
        await person.reads(wording.NO_SLOT_HERE.format(key="F8"))
        assert person.engine.heard == [
            Press("CHOICE", choice=2, view=View.HISTORY),
            Press("NEXT", view=View.HISTORY),
            Press("UNDO", view=View.HISTORY),
        ]
        assert person.shown.typed == ""


async def test_a_serial_that_begins_with_a_digit_is_typed_in_the_history(tmp_path):
    async with bench(tmp_path, in_history()) as person:
        await asyncio.sleep(READ)
        person.key("5", "5")
        await asyncio.sleep(0.3)  # as a hand types
        person.key("c", "c")
        await person.reads("▸ 5c")
        await asyncio.sleep(0.8)
        person.key("g", "g")
        person.key("enter", "\r")
        await person.sees(lambda: person.engine.scans == ["5cg"])
        assert presses(person) == []


async def test_with_a_test_open_a_digit_is_typing(tmp_path):
    state = samples.looks_at(samples.FOUR, View.HISTORY, page_samples.HISTORY_OPENED)
    async with bench(tmp_path, state) as person:
        await asyncio.sleep(READ)
        person.key("1", "1")
        await person.reads("▸ 1")
        await asyncio.sleep(0.8)
        assert person.engine.heard == []
        assert person.shown.typed == "1"


async def test_a_supervisor_chooses_a_hold_and_then_why(tmp_path):
    state = samples.looks_at(samples.FOUR, View.SUPERVISOR, page_samples.SUPERVISOR)
    async with bench(tmp_path, state) as person:
        await asyncio.sleep(READ)
        person.key("1", "1")
        await person.sees(lambda: person.engine.heard == [Press("CHOICE", choice=1, view=View.SUPERVISOR)])
        person.engine.say(PageChanged(page_samples.SUPERVISOR_ASKED))
        await person.reads("What is PF3K0A2X released for?")
        person.key("3", "3")  # the finger that was on its way
        await person.reads(wording.TOO_SOON)
        await asyncio.sleep(0.8)
        person.key("3", "3")
        await person.sees(lambda: len(person.engine.heard) == 2)
        assert person.engine.heard[-1] == Press("CHOICE", choice=3, view=View.SUPERVISOR)


async def test_receiving_answers_with_keys_and_never_speaks_to_a_slot(tmp_path):
    state = samples.looks_at(samples.ASKING, View.RECEIVE, page_samples.RECEIVE_ASKED)
    async with bench(tmp_path, state) as person:
        await person.reads("5 cartons are missing", "SCAN A CARTON")
        assert person.engine.seen == []  # what the slot asks does not stand on the screen
        await asyncio.sleep(READ)
        for key in ("f12", "f7", "f5", "f4"):
            person.key(key)
            await asyncio.sleep(0.8)
        verbs = ("GO", "FAIL", "PASS", "HOLD")
        assert person.engine.heard == [Press(verb, view=View.RECEIVE) for verb in verbs]
        assert person.shown.question is None


async def test_esc_wipes_what_is_typed_before_it_leaves_the_view(tmp_path):
    async with bench(tmp_path, in_history()) as person:
        person.type("pf3")
        await person.reads("▸ pf3")
        person.key("escape", "\x1b")
        await person.sees(lambda: person.shown.typed == "")
        assert person.engine.heard == []
        person.key("escape", "\x1b", at=None)
        await person.sees(lambda: person.engine.heard == [Show(View.BENCH)])


async def test_f1_explains_the_view_and_the_list(tmp_path):
    async with bench(tmp_path, in_history(), size=(100, 40)) as person:
        person.key("f1")
        await person.reads("History", "NEXT: older tests")
        person.key("f11")
        await person.reads(wording.LIST_TITLE)
        person.key("f1", at=None)
        await person.reads("The list of screens", "sign off")
        await asyncio.sleep(0.75)
        person.key("escape", "\x1b")
        await person.reads(wording.LIST_TITLE)


@pytest.mark.parametrize("how", ["typed", "scanned", "broken", "torn", "while away"])
async def test_a_badge_is_never_on_the_screen_nor_on_the_disk(tmp_path, how):
    seen: list[str] = []

    def answer(command: Command) -> list[Event]:
        # An engine that says too much.
        if isinstance(command, Scan):
            return [ScanAnswer(ScanOutcome.ACCEPTED, command.text, "Anna is signed in.", 0, "wedge", command.ref)]
        return []

    async with bench(tmp_path, samples.NOBODY, answer=answer) as person:
        draw = person.app._canvas.draw

        def watched(lines: list[Line]) -> None:
            seen.append("\n".join("".join(text for text, _ in line) for line in lines))
            draw(lines)

        person.app._canvas.draw = watched
        if how == "while away":
            await person.engine.stop()
            await person.sees(lambda: person.shown.contact is Contact.LOST)
        if how == "typed":
            person.type(BADGE)
            await person.reads("▸ IS1:ID:…")
            person.key("enter", "\r")
        elif how == "broken":
            person.burst(BADGE[:-2], end="")
        elif how == "torn":
            person.burst(BADGE[5:], end="")
        else:
            person.burst(BADGE)
        expected = {"typed": "Anna is", "scanned": "Anna is", "while away": "so nothing was done"}
        await person.reads(expected.get(how, "BROKEN"))
        if how in {"broken", "torn"}:
            await person.sees(lambda: any(isinstance(one, BrokenScan) for one in person.engine.heard))
            assert all(SECRET[:4] not in one.text for one in person.engine.heard if isinstance(one, BrokenScan))
        assert person.shown.kept_count == 0
    assert seen
    for page in seen:
        assert not any(SECRET[at : at + 5] in page.upper() for at in range(len(SECRET) - 4))
    kept = "".join(path.read_text() for path in (tmp_path / "kept").glob("*"))
    assert SECRET[:6] not in kept.upper()


async def test_what_another_screen_does_is_followed_and_closes_the_list(tmp_path):
    async with bench(tmp_path, samples.FOUR) as person:
        person.key("f11")
        await person.reads(wording.LIST_TITLE)
        person.engine.say(person.engine.shows(View.SLOT))
        await person.sees(lambda: wording.LIST_TITLE not in person.page)
        person.key("f2")
        await person.sees(lambda: person.engine.heard == [FocusSlot(2)])
        await asyncio.sleep(READ)
        person.key("f6")
        await person.sees(lambda: Press("UNDO", 2, "a1", 0, view=View.SLOT) in person.engine.heard)


@pytest.mark.parametrize("text", [samples.HOSTILE, samples.LONG[:1000], "[/foo]", "\u202e\u2066abc"])
@pytest.mark.parametrize("name", ["history", "history_opened", "receive", "supervisor", "health"])
async def test_hostile_text_in_a_view_is_shown_as_text_and_crashes_nothing(tmp_path, text, name):
    view, content = page_samples.hostile(text)[name]
    async with bench(tmp_path, samples.hostile(text, view, content)) as person:
        for key in ("f3", "f1", "f1", "f11"):
            person.key(key)
            await asyncio.sleep(0.2)
        await person.sees(lambda: person.shown.listing)
        assert person.app.is_running
        assert all(character.isprintable() or character == "\n" for character in person.page)
