"""The agent as it runs on a laptop, in a process of its own, at the bench's end of both ways: TLS and a serial line."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from hardware.evidence.bundle import Item
from hardware.laptops.link import CaptureStarted, ExerciseOrder, LaptopPage
from hardware.laptops.serial_line import SerialDock
from tests.hardware.laptops.places import Coming, PtyLine, network_bench, waiting_at
from tests.hardware.probe import laptop_tree

PROBE = Path(__file__).resolve().parents[3] / "hardware" / "probe"


@asynccontextmanager
async def agent(laptop: Path, *words: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", "-B", str(PROBE), "--agent", "--root", str(laptop), *words),
        stdin=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGTERM)
        await process.wait()


@asynccontextmanager
async def over_tls(folder: Path, laptop: Path) -> AsyncIterator[Coming]:
    async with network_bench(folder) as bench, waiting_at(bench.dock(2)) as coming:
        place = f"127.0.0.1:{bench.listener.port}"
        async with agent(laptop, "--reach", f"net:{place}", "--stick", "s1", "--keys", str(folder / "stick")):
            yield coming


@asynccontextmanager
async def over_a_line(_folder: Path, laptop: Path) -> AsyncIterator[Coming]:
    # Two ptys with their masters joined: a null modem.
    one, other = PtyLine(), PtyLine()
    loop = asyncio.get_running_loop()

    def joined(source: PtyLine, sink: PtyLine) -> None:
        with suppress(OSError):
            os.write(sink.master, os.read(source.master, 2048))

    for line in (one, other):
        os.set_blocking(line.master, False)
    loop.add_reader(one.master, joined, one, other)
    loop.add_reader(other.master, joined, other, one)
    try:
        async with waiting_at(SerialDock(one.path)) as coming, agent(laptop, "--reach", f"serial:{other.path}"):
            yield coming
    finally:
        loop.remove_reader(one.master)
        loop.remove_reader(other.master)
        one.close()
        other.close()


@pytest.fixture(params=[over_tls, over_a_line], ids=lambda way: way.__name__)
async def coming(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Coming]:
    laptop = laptop_tree.build(tmp_path / "laptop")
    async with request.param(tmp_path, laptop) as coming:
        yield coming


async def test_it_comes_is_captured_exercised_and_shown_something_and_goes(coming):
    link = await coming.link()
    started, *items = [value async for value in link.collect()]
    assert isinstance(started, CaptureStarted)
    assert [one.meta.id for one in items if isinstance(one, Item)] == list(started.expected)
    await link.show(LaptopPage("Slot 2", ("Leave it here.",), "busy"))
    *_, item = [value async for value in link.exercise(ExerciseOrder("wifi", {}, 20.0))]
    assert isinstance(item, Item)
    assert item.meta.id == "exercise-wifi"


async def test_captures_and_exercises_at_once_and_one_that_is_left(coming):
    link = await coming.link()
    left = link.collect()
    await anext(left)
    await left.aclose()

    async def captured():
        return [value async for value in link.collect(fast=True)]

    async def exercised(name):
        return [value async for value in link.exercise(ExerciseOrder(name, {}, 20.0))]

    capture, *items = await asyncio.gather(captured(), *map(exercised, ("wifi", "no-such", "lid")))
    assert len(capture) > 20
    assert [one[-1].meta.id for one in items] == ["exercise-wifi", "exercise-no-such", "exercise-lid"]
