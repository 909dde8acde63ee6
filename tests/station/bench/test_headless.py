"""Commands from the command line: done, or refused with the engine's own sentence."""

from __future__ import annotations

import asyncio
import io
import os
import threading
from collections.abc import AsyncIterator
from io import FileIO
from pathlib import Path

import msgspec
import pytest

from station.bench import wording
from station.bench.headless import CommandRefused, run_headless, tell_engine
from station.bench.protocol import (
    BenchBar,
    BenchChanged,
    BenchState,
    Command,
    Goodbye,
    PutInSlot,
    Scan,
    ScanAnswer,
    ScanOutcome,
    Seen,
    SlotChanged,
    SlotState,
    Stage,
)
from station.bench.server import Server
from station.paths import Paths


class Told:
    def __init__(self, paths: Paths, commands: list[Command]) -> None:
        self.paths = paths
        self.commands = commands


@pytest.fixture
async def told(tmp_path: Path) -> AsyncIterator[Told]:
    """An engine's door behind which every command for slot 1 is refused."""
    paths = Paths.prepare(tmp_path / "data")
    server = Server(paths.engine_socket, "1")
    commands: list[Command] = []

    async def handle(command: Command) -> None:
        commands.append(command)
        if isinstance(command, PutInSlot) and command.slot == 1:
            server.publish(ScanAnswer(ScanOutcome.REFUSED, "PF1A2B3C", "somebody else's scan", scanner="wedge"))
            server.publish(ScanAnswer(ScanOutcome.REFUSED, "", wording.slot_busy(1), 1))
            await asyncio.sleep(0.05)

    await server.start(lambda: BenchState(BenchBar("b", "o", "p", "P"), (SlotState(1),), ()), handle)
    yield Told(paths, commands)
    await server.stop(Goodbye("closed"))


async def in_thread(paths: Paths, command: Command) -> BaseException | None:
    """`tell_engine` waits, so it runs beside the loop that serves it."""
    found: list[BaseException] = []

    def run() -> None:
        try:
            tell_engine(paths, [command])
        except CommandRefused as error:
            found.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    async with asyncio.timeout(10):
        while thread.is_alive():
            await asyncio.sleep(0.01)
    return found[0] if found else None


async def test_what_was_written_of_a_question_is_told_as_seen_once(tmp_path: Path) -> None:
    paths = Paths.prepare(tmp_path / "data")
    server = Server(paths.engine_socket, "1")
    asks = SlotState(1, Stage.ASKING, attempt_id="a1", question="Is it whole?", question_place=1, questions=1, turn=3)
    state = BenchState(BenchBar("b", "o", "p", "P"), (asks, SlotState(2)), ())
    commands: list[Command] = []

    async def handle(command: Command) -> None:
        commands.append(command)
        if command == Seen(1, "a1", 3):
            server.publish(SlotChanged(msgspec.structs.replace(asks, seconds=2.0)))
            server.publish(SlotChanged(msgspec.structs.replace(asks, turn=4)))
        elif command == Seen(1, "a1", 4):
            server.publish(SlotChanged(SlotState(1, Stage.DONE, attempt_id="a1", turn=5)))

    await server.start(lambda: state, handle)
    reading, writing = os.pipe()
    output = io.BytesIO()

    def write(line: bytes) -> int:
        if b'"stage":"done"' in line:
            os.close(writing)  # the end of standard input, once all of it was written
        return io.BytesIO.write(output, line)

    output.write = write  # type: ignore[assignment,method-assign]
    with FileIO(reading) as scans:
        await asyncio.wait_for(asyncio.to_thread(run_headless, paths, [], scans, output), 20)
    await server.stop(Goodbye("closed"))
    assert commands == [Seen(1, "a1", 3), Seen(1, "a1", 4)]


async def test_a_refused_command_is_told_in_the_engines_words(told: Told) -> None:
    error = await in_thread(told.paths, PutInSlot(1, "this-machine"))
    assert str(error) == "Slot 1 is testing a laptop. Wait, or stop it first."


async def test_a_command_that_is_done_says_nothing_and_has_been_read_when_it_returns(told: Told) -> None:
    assert await in_thread(told.paths, PutInSlot(2, "this-machine")) is None
    assert told.commands == [PutInSlot(2, "this-machine")]


async def test_a_label_that_waits_holds_nothing_up_and_is_waited_for_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two scans, of which the first waits for a laptop that is not there, and a command between them."""
    monkeypatch.setattr("station.bench.headless._SAYING_S", 0.0)
    paths = Paths.prepare(tmp_path / "data")
    server = Server(paths.engine_socket, "1")
    bar = BenchBar("b", "o", "p", "P")
    texts: list[str] = []

    async def handle(command: Command) -> None:
        if not isinstance(command, Scan):
            return
        texts.append(command.text)
        if command.text == "PF1A2B3C":
            server.publish(ScanAnswer(ScanOutcome.ACCEPTED, command.text, "It waits.", scanner="stdin"))
            server.publish(BenchChanged(msgspec.structs.replace(bar, waiting=("PF1A2B3C",)), ()))
        elif command.text == "PF9Z9Z9Z":
            # Its laptop comes: a slot begins, the bench says so, and nothing waits any more.
            begun = SlotState(1, Stage.COLLECTING, attempt_id="a1")
            server.publish(ScanAnswer(ScanOutcome.REFUSED, command.text, "Busy.", scanner="stdin"))
            server.publish(SlotChanged(begun))
            server.publish(ScanAnswer(ScanOutcome.ACCEPTED, "PF1A2B3C", "It began.", 1, "bench"))
            server.publish(BenchChanged(bar, ()))
            server.publish(SlotChanged(msgspec.structs.replace(begun, stage=Stage.DONE)))
        else:
            server.publish(ScanAnswer(ScanOutcome.ACCEPTED, command.text, "Slot 1.", 1, "stdin"))

    await server.start(lambda: BenchState(bar, (SlotState(1),), ()), handle)
    reading, writing = os.pipe()
    os.write(writing, b"PF1A2B3C\nIS1:SLOT-1:K7Q2\nPF9Z9Z9Z\n")
    os.close(writing)
    output = io.BytesIO()
    with FileIO(reading) as scans:
        await asyncio.wait_for(asyncio.to_thread(run_headless, paths, [], scans, output), 40)
    await server.stop(Goodbye("closed"))
    assert texts == ["PF1A2B3C", "IS1:SLOT-1:K7Q2", "PF9Z9Z9Z"]
    assert output.getvalue().count(b'"It began."') == 1


async def test_who_only_sets_something_does_not_wait_for_what_others_scanned(tmp_path: Path) -> None:
    """A label waits for its laptop, and a slot reads another: neither was scanned from here."""
    paths = Paths.prepare(tmp_path / "data")
    server = Server(paths.engine_socket, "1")
    bar = BenchBar("b", "o", "p", "P", waiting=("PF1A2B3C",))
    commands: list[Command] = []

    async def handle(command: Command) -> None:
        commands.append(command)

    state = BenchState(bar, (SlotState(1, Stage.COLLECTING, attempt_id="a1"), SlotState(2)), ())
    await server.start(lambda: state, handle)
    reading, writing = os.pipe()
    os.close(writing)
    with FileIO(reading) as scans:
        told = asyncio.to_thread(run_headless, paths, [PutInSlot(2, "")], scans, io.BytesIO())
        assert await asyncio.wait_for(told, 20) == 0
    await server.stop(Goodbye("closed"))
    assert commands == [PutInSlot(2, "")]
