import asyncio
import contextlib
import os
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from msgspec.structs import replace

from checks.verdict import Verdict
from specs.text import clean, is_clean
from station.bench.pages import HistoryPage, ReceivePage
from station.bench.protocol import (
    LONGEST_LINE,
    BenchChanged,
    BenchState,
    BrokenScan,
    Goodbye,
    PageChanged,
    PutInSlot,
    Scan,
    ScanAnswer,
    ScanKept,
    ScanOutcome,
    SlotChanged,
    Stage,
    StopSlot,
)
from station.clock import utc_text
from station.screens import bridge as bridge_module
from station.screens import gathering, wording
from station.screens.bridge import Arrived, Away, Bridge, Handed, Kept, News, unix_connection
from station.screens.keeping import KeptScans
from station.screens.starter import BRING_BACK, Starter
from tests.station.screens import samples
from tests.station.screens.fake_engine import FakeEngine, accept


async def until(true: Callable[[], object], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came true"
        await asyncio.sleep(0.005)


class Ear(list[News]):
    def events(self, kind: type[Any]) -> list[Any]:
        return [news.event for news in self if isinstance(news, Arrived) and isinstance(news.event, kind)]

    @property
    def problem(self) -> str:
        return next((news.problem for news in reversed(self) if isinstance(news, Away)), "")

    @property
    def kept(self) -> tuple[str, ...]:
        return next((news.scans for news in reversed(self) if isinstance(news, Kept)), ())


@contextlib.asynccontextmanager
async def talking(engine: FakeEngine, starter: Starter | None = None, started: bool = True):
    ear = Ear()
    kept = KeptScans(engine.path.parent / "kept")
    bridge = Bridge(unix_connection(engine.path), ear.append, kept, starter)
    if started:
        await engine.start()
    task = asyncio.create_task(bridge.run())
    try:
        if started:
            await until(lambda: ear.events(BenchState))
        yield bridge, ear
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        kept.close()
        with contextlib.suppress(AssertionError):
            await engine.stop()


@pytest.fixture
def engine(tmp_path):
    return FakeEngine(tmp_path / "s", samples.READY)


async def test_the_whole_state_comes_first(engine):
    async with talking(engine) as (_, ear):
        assert ear.events(BenchState) == [samples.READY]


async def test_a_scan_is_sent_and_its_answer_comes_back(engine):
    async with talking(engine) as (bridge, ear):
        assert bridge.send(Scan("PF3K0A5X")) is Handed.SENT
        await until(lambda: ear.events(ScanAnswer))
        assert ear.events(ScanAnswer)[0].outcome is ScanOutcome.ACCEPTED


async def test_slot_changes_are_gathered_and_the_last_one_wins(engine):
    async with talking(engine) as (_, ear):
        started = time.monotonic()
        for done in range(200):
            engine.say(SlotChanged(samples.slot(stage=Stage.COLLECTING, done=done, expected=200)))
            await asyncio.sleep(0.001)
        await until(lambda: ear.events(SlotChanged) and ear.events(SlotChanged)[-1].slot.done == 199)
        assert len(ear.events(SlotChanged)) <= (time.monotonic() - started) * 10 + 2


async def test_a_verdict_is_told_at_once_and_after_it_nothing_older(engine):
    async with talking(engine) as (_, ear):
        slots = [samples.slot(stage=Stage.COLLECTING, done=done, expected=9) for done in range(9)]
        done = samples.slot(stage=Stage.DONE, verdict=Verdict.PASS)
        engine.say(*map(SlotChanged, [*slots, done]))
        await until(lambda: ear.events(SlotChanged) and ear.events(SlotChanged)[-1].slot == done, 0.09)
        await asyncio.sleep(0.2)
        assert ear.events(SlotChanged)[-1].slot == done


@pytest.mark.parametrize("stage", [Stage.DONE, Stage.ABORTED, Stage.STOPPED])
async def test_what_a_person_must_act_on_is_told_in_the_order_it_came_and_does_not_wait(engine, monkeypatch, stage):
    monkeypatch.setattr(gathering, "REPAINTS_A_SECOND", 0.001)  # what waits for its turn waits for ever
    async with talking(engine) as (_, ear):
        engine.say(SlotChanged(samples.slot(1, Stage.COLLECTING)), SlotChanged(samples.slot(2, stage)))
        await until(lambda: ear.events(SlotChanged))
        assert [event.slot.number for event in ear.events(SlotChanged)] == [1, 2]


async def test_pages_are_gathered_and_the_newest_one_wins(engine):
    async with talking(engine) as (_, ear):
        started = time.monotonic()
        for received in range(200):
            engine.say(PageChanged(ReceivePage("D-1", received=received)))
            await asyncio.sleep(0.001)
        await until(lambda: ear.events(PageChanged) and ear.events(PageChanged)[-1].page.received == 199)
        told = [event.page.received for event in ear.events(PageChanged)]
        assert told == sorted(told)
        assert len(told) <= (time.monotonic() - started) * 10 + 2


async def test_a_page_that_was_asked_for_does_not_wait_for_the_slots(engine, monkeypatch):
    async with talking(engine) as (_, ear):
        engine.say(SlotChanged(samples.slot(1, Stage.COLLECTING)))
        await until(lambda: ear.events(SlotChanged))
        monkeypatch.setattr(gathering, "REPAINTS_A_SECOND", 0.001)
        engine.say(SlotChanged(samples.slot(1, Stage.JUDGING)), PageChanged(HistoryPage("PF3K0A5X")))
        await until(lambda: ear.events(PageChanged))
        assert ear.events(SlotChanged)[-1].slot.stage is Stage.JUDGING


async def test_a_page_that_waits_is_told_before_the_answer_and_the_bar_that_came_after_it(engine, monkeypatch):
    monkeypatch.setattr(gathering, "REPAINTS_A_SECOND", 0.001)
    pages = [PageChanged(ReceivePage("D-1", received=number)) for number in range(3)]
    answer = ScanAnswer(ScanOutcome.ACCEPTED, "X", "It is counted.")
    bar = BenchChanged(samples.READY.bar, ())
    async with talking(engine) as (_, ear):
        engine.say(*pages, answer, PageChanged(None), bar)
        await until(lambda: ear.events(BenchChanged))
        told = [news.event for news in ear if isinstance(news, Arrived)][1:]
        assert told == [pages[0], pages[2], answer, PageChanged(None), bar]


async def test_a_page_of_before_does_not_follow_the_whole_state_that_came_after_it(engine, monkeypatch):
    monkeypatch.setattr(gathering, "REPAINTS_A_SECOND", 0.001)
    pages = [PageChanged(ReceivePage("D-1", received=number)) for number in range(2)]
    async with talking(engine) as (_, ear):
        engine.say(*pages, samples.FAIL, BenchChanged(samples.FAIL.bar, ()))
        await until(lambda: ear.events(BenchChanged))
        assert ear.events(PageChanged) == pages[:1]


async def test_what_was_gathered_is_told_before_an_answer(engine):
    async with talking(engine) as (_, ear):
        engine.say(
            SlotChanged(samples.slot(stage=Stage.COLLECTING)),
            SlotChanged(samples.slot(stage=Stage.JUDGING)),
            ScanAnswer(ScanOutcome.KNOWN, "X", "It is here."),
        )
        await until(lambda: ear.events(ScanAnswer))
        assert ear.events(SlotChanged)[-1].slot.stage is Stage.JUDGING


@pytest.mark.parametrize(
    "text", [samples.HOSTILE, samples.LONG, "\u202e" * 50, "a\x1b[2Jb"], ids=["mix", "long", "rtl", "ansi"]
)
async def test_every_text_is_cleaned_at_the_boundary(engine, text):
    engine.state = samples.hostile(text)
    async with talking(engine) as (_, ear):
        (state,) = ear.events(BenchState)
        seen = [*texts_of(state)]
        assert len(seen) > 70
        assert all(is_clean(one) for one in seen)


def texts_of(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from texts_of(item)
    else:
        for name in getattr(value, "__struct_fields__", ()):
            yield from texts_of(getattr(value, name))


async def test_scans_made_while_the_engine_is_away_are_kept_and_sent_in_order(engine):
    async with talking(engine) as (bridge, ear):
        await engine.stop()
        await until(lambda: any(isinstance(news, Away) for news in ear))
        for number in range(3):
            assert bridge.send(Scan(f"PF3K0A{number}")) is Handed.KEPT
        assert ear.kept == ("PF3K0A0", "PF3K0A1", "PF3K0A2")
        assert bridge.send(StopSlot(1)) is Handed.AWAY
        await engine.start()
        await until(lambda: len(engine.scans) == 3)
        assert engine.scans == ["PF3K0A0", "PF3K0A1", "PF3K0A2"]
        await until(lambda: ear.kept == ())


async def test_a_scan_that_was_never_answered_is_sent_again(engine):
    engine.answer = lambda command: []
    async with talking(engine) as (bridge, ear):
        assert bridge.send(Scan("PF3K0A5X")) is Handed.SENT
        await until(lambda: engine.scans)
        await engine.stop()
        await until(lambda: ear.kept == ("PF3K0A5X",))
        await engine.start()
        await until(lambda: engine.scans == ["PF3K0A5X", "PF3K0A5X"])


async def test_a_scan_that_was_answered_is_not_sent_again(engine):
    async with talking(engine) as (bridge, ear):
        bridge.send(Scan("PF3K0A5X"))
        bridge.send(PutInSlot(1, "this-machine"))
        await until(lambda: ear.events(ScanAnswer))
        await engine.stop()
        await until(lambda: any(isinstance(news, Away) for news in ear))
        await engine.start()
        await until(lambda: len(ear.events(BenchState)) == 2)
        await asyncio.sleep(0.05)
        assert engine.scans == ["PF3K0A5X"]


@pytest.mark.parametrize("line", [b"noise\n", b"\xff\xfe\n", b'{"type":"nonsense"}\n', b"[" * 5000 + b"\n", b"\n"])
async def test_a_line_that_is_no_event_ends_the_connection_with_a_sentence(engine, line):
    async with talking(engine) as (_, ear):
        engine.say_raw(line)
        await until(lambda: ear.problem == wording.UNREADABLE)
        await until(lambda: len(ear.events(BenchState)) == 2)


async def test_an_endless_line_ends_the_connection(engine):
    async with talking(engine) as (_, ear):
        engine.say_raw(b"x" * (2 * LONGEST_LINE + 2))
        await until(lambda: ear.problem == wording.UNREADABLE)


async def test_an_engine_of_another_version_is_refused_for_good(engine):
    engine.protocol = 999
    await engine.start()
    ear = Ear()
    await asyncio.wait_for(Bridge(unix_connection(engine.path), ear.append, KeptScans(engine.path.parent)).run(), 5)
    assert ear.problem == wording.DIFFERENT_VERSIONS
    await engine.stop()


async def test_an_engine_that_is_not_there_is_started_and_not_again_at_once(engine):
    asked: list[float] = []
    starter = Starter(lambda: asked.append(time.monotonic()))
    async with talking(engine, starter, started=False) as (_, ear):
        await asyncio.sleep(0.3)
        assert len(asked) == 1
        await engine.start()
        await until(lambda: ear.events(BenchState))


async def test_an_engine_that_died_is_brought_back_but_not_in_a_loop(engine):
    asked: list[float] = []
    starter = Starter(lambda: asked.append(time.monotonic()))
    async with talking(engine, starter, started=False) as (_, ear):
        await until(lambda: asked)
        await engine.start()
        await until(lambda: len(ear.events(BenchState)) == 1)
        await engine.stop()
        await until(lambda: len(asked) == 2)
        await engine.start()
        await until(lambda: len(ear.events(BenchState)) == 2)
        await engine.stop()
        await until(lambda: len(asked) == 3)
        assert min(later - earlier for earlier, later in pairwise(asked)) >= BRING_BACK * 0.99


async def test_an_engine_that_cannot_be_started_says_why_in_one_sentence(engine):
    def fails() -> None:
        raise OSError("no space left on \x1b[31mdevice")

    async with talking(engine, Starter(fails), started=False) as (_, ear):
        await until(lambda: ear.problem)
        assert ear.problem == wording.CANNOT_START.format(why="no space left on [31mdevice")


async def test_an_engine_that_said_goodbye_is_not_started_again(engine):
    asked: list[int] = []
    async with talking(engine, Starter(lambda: asked.append(1))) as (_, ear):
        engine.say(Goodbye("Stopped for the night."))
        await until(lambda: ear.events(Goodbye))
        await engine.stop()
        await asyncio.sleep(0.3)
        assert asked == []
        assert "Stopped for the night." in next(n.problem for n in ear if isinstance(n, Away))


async def test_one_that_somebody_has_started_again_is_brought_back_like_any_other(engine):
    asked: list[int] = []
    async with talking(engine, Starter(lambda: asked.append(1))) as (_, ear):
        engine.say(Goodbye("Stopped for a moment."))
        await until(lambda: ear.events(Goodbye))
        await engine.stop()
        states = len(ear.events(BenchState))
        await engine.start()
        await until(lambda: len(ear.events(BenchState)) > states)
        await engine.stop()
        await until(lambda: asked)


def bare(command):
    """A scan without what differs from one to the next."""
    return replace(command, ref="", read_at="") if isinstance(command, Scan) else replace(command, ref="")


def answering(**changes):
    """An engine whose answers to scans are not quite for them."""

    def answer(command):
        if not isinstance(command, Scan):
            return []
        right = ScanAnswer(ScanOutcome.ACCEPTED, command.text, "So.", 1, command.scanner, command.ref)
        return [replace(right, **changes)]

    return answer


@pytest.mark.parametrize("scanner", ["", "key", "wedge", "serial scanner /dev/ttyACM0", "camera 0"])
@pytest.mark.parametrize("ref", ["", "another-screens"])
@pytest.mark.parametrize("text", ["PASS", "PF3K0A5X", "\x07", "\u202e", "   "])
async def test_an_answer_that_does_not_bear_its_mark_is_not_for_our_scan(engine, scanner, ref, text):
    engine.answer = answering(text=clean(text), scanner=scanner, ref=ref)
    async with talking(engine) as (bridge, ear):
        bridge.send(Scan(text, "wedge"))
        await until(lambda: ear.events(ScanAnswer))
        await engine.stop()
        await until(lambda: ear.kept == (clean(text),))
        await engine.start()
        await until(lambda: engine.scans == [text, text])


@pytest.mark.parametrize("text", ["\x07", "\u202e", "   ", "\u200b\u2066"])
async def test_a_scan_of_which_nothing_can_be_shown_is_answered_like_any_other(engine, text):
    engine.answer = answering(text=clean(text))
    async with talking(engine) as (bridge, ear):
        bridge.send(Scan(text, "wedge"))
        await until(lambda: ear.events(ScanAnswer))
        assert bridge.at_risk == ()
        await engine.stop()
        await until(lambda: any(isinstance(news, Away) for news in ear))
        await engine.start()
        await until(lambda: len(ear.events(BenchState)) == 2)
        await asyncio.sleep(0.05)
        assert engine.scans == [text]


async def test_the_next_screen_sends_what_the_one_before_kept_broken_scans_too_and_no_command(engine):
    scans = [Scan("PF3K0A1X", "wedge", "]C0"), BrokenScan("PF3", "wedge", "Why."), Scan("PF3K0A2X", "keyboard")]
    async with talking(engine, started=False) as (bridge, ear):
        assert [bridge.send(scan) for scan in scans] == [Handed.KEPT] * 3
        assert bridge.send(Scan("IS1:PASS:K7Q2", "wedge")) is Handed.AWAY
        assert ear.kept == ("PF3K0A1X", "PF3K0A2X")
    async with talking(engine) as (bridge, ear):
        await until(lambda: len(ear.events(ScanAnswer)) == 2)
        assert [bare(scan) for scan in engine.heard] == scans
        assert ear.kept == ()
    folder = engine.path.parent / "kept"
    assert list(folder.iterdir()) == []


async def test_a_broken_scan_that_was_kept_is_sent_until_the_engine_has_it_and_not_once_more(engine):
    folder = engine.path.parent / "kept"
    engine.answer = lambda command: []
    async with talking(engine, started=False) as (bridge, _):
        bridge.send(BrokenScan("PF3", "wedge", "Why."))
    async with talking(engine):
        await until(lambda: engine.heard)
        assert len(list(folder.iterdir())) == 1
    engine.answer = accept
    async with talking(engine) as (_, ear):
        await until(lambda: not list(folder.iterdir()))
        await engine.stop()
        await until(lambda: any(isinstance(news, Away) for news in ear))
        await engine.start()
        await until(lambda: len(ear.events(BenchState)) == 2)
        await asyncio.sleep(0.05)
        assert [bare(scan) for scan in engine.heard] == [BrokenScan("PF3", "wedge", "Why.")] * 2
        assert len({scan.ref for scan in engine.heard}) == 1
        assert ear.events(ScanKept) == []


async def test_the_answer_to_another_screens_same_code_leaves_ours_waiting(engine):
    engine.answer = lambda command: []
    async with talking(engine) as (bridge, ear), talking(engine, started=False) as (other, _):
        bridge.send(Scan("PF3K0A5X", "wedge"))
        await until(lambda: engine.scans)
        other.send(Scan("PF3K0A5X", "wedge"))
        await until(lambda: len(engine.scans) == 2)
        engine.say(*accept(engine.heard[1]))
        await until(lambda: ear.events(ScanAnswer) and not other.at_risk)
        assert bridge.at_risk == ("PF3K0A5X",)


async def test_every_scan_has_a_mark_of_its_own_command_barcodes_and_broken_ones_too(engine):
    async with talking(engine) as (bridge, _):
        for scan in [Scan("A1"), Scan("A1"), Scan("IS1:PASS:K7Q2"), BrokenScan("A", "wedge", "Why.")] * 50:
            bridge.send(scan)
        await until(lambda: len(engine.heard) == 200)
        assert len({scan.ref for scan in engine.heard}) == 200
        assert all(0 < len(scan.ref) <= 64 and is_clean(scan.ref) for scan in engine.heard)


async def test_a_scan_sent_at_once_bears_no_time_and_one_sent_later_the_time_at_which_it_was_read(engine):
    engine.answer = lambda command: []
    before = utc_text(time.time())
    async with talking(engine) as (bridge, ear):
        bridge.send(Scan("A1"))
        await until(lambda: engine.scans == ["A1"])
        assert engine.heard[0].read_at == ""
        await engine.stop()
        await until(lambda: ear.kept)
        bridge.send(Scan("B2"))
        after = utc_text(time.time())
        await engine.start()
        await until(lambda: engine.scans == ["A1", "A1", "B2"])
        assert before <= engine.heard[1].read_at <= engine.heard[2].read_at <= after
        assert engine.heard[1].ref == engine.heard[0].ref


async def test_two_screens_send_what_a_third_has_kept_once(engine):
    async with talking(engine, started=False) as (bridge, _):
        bridge.send(Scan("PF3K0A5X", "wedge"))
    await engine.start()
    async with talking(engine, started=False) as (_, ear), talking(engine, started=False) as (_, other):
        await until(lambda: ear.events(BenchState) and other.events(BenchState) and engine.scans)
        await asyncio.sleep(0.1)
        assert engine.scans == ["PF3K0A5X"]


async def test_what_was_sent_is_on_the_disk_as_soon_as_the_engine_is_gone(engine):
    engine.answer = lambda command: []
    async with talking(engine) as (bridge, ear):
        bridge.send(Scan("PF3K0A5X", "wedge"))
        assert bridge.at_risk == ("PF3K0A5X",)
        await until(lambda: engine.scans)
        await engine.stop()
        await until(lambda: ear.kept)
        assert bridge.at_risk == ()
    engine.answer = answering()
    async with talking(engine):
        await until(lambda: engine.scans == ["PF3K0A5X"] * 2)


async def test_who_leaves_does_not_have_what_the_engine_was_told_replayed_hours_later(engine):
    engine.answer = lambda command: []
    async with talking(engine) as (bridge, _):
        bridge.send(Scan("PF3K0A5X", "wedge"))
        await until(lambda: engine.scans)
    assert not (engine.path.parent / "kept").exists()
    assert bridge.at_risk == ("PF3K0A5X",)


async def test_a_disk_that_refuses_what_was_sent_leaves_it_in_memory_and_says_so(engine, monkeypatch):
    def refuses(handle, data):
        raise OSError(28, "No space left on device")

    engine.answer = lambda command: []
    async with talking(engine) as (bridge, ear):
        bridge.send(Scan("PF3K0A5X", "wedge"))
        await until(lambda: engine.scans)
        with monkeypatch.context() as full:
            full.setattr(os, "write", refuses)
            await engine.stop()
            await until(lambda: ear.kept)
            assert bridge.kept == Kept(("PF3K0A5X",), at_risk=1)
            assert bridge.send(Scan("PF3K0A6X", "wedge")) is Handed.DISK_REFUSES
            assert bridge.kept == Kept(("PF3K0A5X",), at_risk=1)
        assert bridge.send(Scan("PF3K0A7X", "wedge")) is Handed.KEPT
        assert bridge.kept == Kept(("PF3K0A5X", "PF3K0A7X"))
        await engine.start()
        await until(lambda: engine.scans == ["PF3K0A5X", "PF3K0A5X", "PF3K0A7X"])


async def test_only_so_many_scans_are_kept_and_the_next_is_refused(engine, monkeypatch):
    monkeypatch.setattr(bridge_module, "MOST_SCANS", 40)
    async with talking(engine, started=False) as (bridge, ear):
        for number in range(40):
            assert bridge.send(Scan(f"PF{number:06}", "wedge")) is Handed.KEPT
        assert bridge.send(Scan("PF3K0A5X", "wedge")) is Handed.NO_ROOM
        assert bridge.send(BrokenScan("PF3", "wedge", "Why.")) is Handed.NO_ROOM
        assert (len(ear.kept), bridge.kept.more) == (32, 8)
        await engine.start()
        await until(lambda: len(ear.events(ScanAnswer)) == 40)
        assert bridge.send(Scan("PF3K0A5X", "wedge")) is Handed.SENT
