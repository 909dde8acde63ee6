"""A technician at the real bench with the real screen: what is asked is seen, answered, taken back, and proven."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from textual import events

from checks.catalogue import shapes
from specs.profiles import load_library
from station.bench.engine import Engine
from station.bench.keeper import Keeper
from station.bench.protocol import Goodbye, Quit, Scan, Stage
from station.bench.server import Server
from station.bench.task_words import WHICH_NUMBER
from station.clock import SYSTEM_CLOCK
from station.screens.app import BenchApp
from station.screens.bridge import unix_connection
from station.screens.sounds import Sounds
from station.store.bench_store import BenchStore
from tests.station.bench.floor import TestDocks
from tests.station.bench.test_interactive import DISPLAY, PROFILE, HandyLaptop
from tests.station.screens.test_bridge import until


class Bench:
    """A person at a screen, and the laptop before it."""

    def __init__(self, app: BenchApp, laptop: HandyLaptop) -> None:
        self.app = app
        self.laptop = laptop

    @property
    def page(self) -> str:
        return "\n".join("".join(text for text, _ in line) for line in self.app._canvas._lines)

    async def reads(self, *parts: str) -> None:
        await until(lambda: all(part in self.page for part in parts), 20)

    async def press(self, key: str) -> None:
        """One key, once what it answers has stood there for a moment, and not the same key in one press."""
        await asyncio.sleep(0.8)
        event = events.Key(key, key if len(key) == 1 else None)
        event.time = time.monotonic()
        self.app.post_message(event)

    async def number(self, count: int) -> int:
        """The number that the laptop shows the `count`-th time."""
        await until(lambda: len(self.laptop.exercised) == count, 20)
        self.laptop.says("display", "shown", 7, 7)
        await self.reads("On the laptop: all of it has been shown")
        return int(self.laptop.exercised[-1].arguments["number"])


@contextlib.asynccontextmanager
async def at_the_screen(folder: Path) -> AsyncIterator[Bench]:
    (folder / "hands.toml").write_text(PROFILE.format(rows=DISPLAY))
    keeper = Keeper(folder / "bench.sqlite", SYSTEM_CLOCK)
    await keeper.open()

    def settle(store: BenchStore) -> None:
        store.set_setting("slot.1", "one")
        store.set_setting("profile", str(folder / "hands.toml"))

    await keeper.ask(settle)
    laptop, server = HandyLaptop(), Server(folder / "s", "test")
    engine = Engine(keeper, load_library(shapes()), SYSTEM_CLOCK, "anna", server.publish, TestDocks({"one": laptop}))
    await engine.start("bench 7")
    await server.start(engine.state, engine.handle)
    silent = Sounds(lambda delay: None, {"STATION_SOUND": "off"})
    app = BenchApp(unix_connection(folder / "s"), folder / "kept", sounds=silent)
    try:
        async with app.run_test(size=(80, 24)):
            await until(lambda: app.shown.slot is not None and app.shown.slot.stage is Stage.READY)
            await engine.handle(Scan("PF1A2B3C"))
            yield Bench(app, laptop)
    finally:
        await engine.handle(Quit(now=True))
        await engine.closed.wait()
        await server.stop(Goodbye("closed"))
        await keeper.close()


def answers(folder: Path) -> list[dict[str, Any]]:
    store = BenchStore(folder / "bench.sqlite")
    item = store.evidence(store.recent(1)[0].attempt_id).items["operator"]
    return list(json.loads(item.data)["answers"])


async def test_fail_symptom_undo_pass_wrong_number_right_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("station.bench.hands_on.ANSWER_SETTLES_S", 0.05)
    async with at_the_screen(tmp_path) as bench:
        await bench.reads("Each colour fills the whole screen.", "1. Look at the laptop.", "F5 PASS")
        first = await bench.number(1)
        await bench.press("f7")
        await bench.reads("What is wrong?", "It stays dark", "Lines or stripes", "1-2 CHOICE")
        await bench.press("f6")
        await bench.reads("Nothing is answered yet.", "F5 PASS")
        await bench.press("f5")
        await bench.reads(WHICH_NUMBER, "1-9 CHOICE")
        wrong = first % 9 + 1
        await bench.press(str(wrong))
        await bench.reads("That is not the number on the laptop of slot 1.")
        second = await bench.number(2)
        await bench.press(str(second))
        await until(lambda: bench.app.shown.slot is not None and bench.app.shown.slot.stage is Stage.DONE, 20)
    [answer] = answers(tmp_path)
    assert answer["answer"] == "pass"
    assert answer["challenge"] == [{"asked": first, "given": wrong}, {"asked": second, "given": second}]
    # It was timed from when the laptop had shown it, and the person took a second at the least.
    assert answer["ms"] >= 800


async def test_a_fail_with_its_symptom_is_what_the_screen_says_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("station.bench.hands_on.ANSWER_SETTLES_S", 0.05)
    async with at_the_screen(tmp_path) as bench:
        await bench.reads("F7 FAIL")
        await bench.number(1)
        await bench.press("f7")
        await bench.reads("Lines or stripes")
        await bench.press("2")
        await bench.reads("✖ FAIL", "Lines or stripes, says anna")
    assert answers(tmp_path)[0]["symptom"] == "lines"
