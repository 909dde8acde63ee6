"""The engine's door: hostile or slow screens harm only themselves."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from station.bench import server as server_module
from station.bench.protocol import (
    PROTOCOL,
    BenchBar,
    BenchState,
    Command,
    Goodbye,
    Hello,
    Scan,
    SlotChanged,
    SlotState,
    decode_command,
    decode_event,
    encode,
)
from station.bench.server import Server

STATE = BenchState(BenchBar("bench", "anna", "p@1", "P"), (SlotState(1),), ())


class Door:
    def __init__(self, server: Server, path: Path) -> None:
        self.server = server
        self.path = path
        self.commands: list[Command] = []

    async def handle(self, command: Command) -> None:
        self.commands.append(command)

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_unix_connection(str(self.path), limit=2**20)


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    path = tmp_path / "engine.sock"
    server = Server(path, "1.2.3")
    opened = Door(server, path)
    await server.start(lambda: STATE, opened.handle)
    yield opened
    await server.stop(Goodbye("closed"))


async def test_a_screen_gets_hello_the_state_and_then_what_changes(door: Door) -> None:
    reader, writer = await door.connect()
    hello = decode_event(await reader.readline())
    assert hello == Hello(PROTOCOL, "1.2.3", os.getpid())
    assert decode_event(await reader.readline()) == STATE
    change = SlotChanged(SlotState(1, serial="PF1A2B3C"))
    door.server.publish(change)
    assert decode_event(await reader.readline()) == change
    writer.close()


async def test_the_socket_is_only_its_owners(door: Door) -> None:
    assert door.path.stat().st_mode & 0o077 == 0


async def test_two_screens_both_hear_and_both_speak(door: Door) -> None:
    first, second = await door.connect(), await door.connect()
    for reader, _ in (first, second):
        await reader.readline()
        await reader.readline()
    first[1].write(encode(Scan("AAAA1")))
    second[1].write(encode(Scan("BBBB2")))
    async with asyncio.timeout(5):
        while len(door.commands) < 2:
            await asyncio.sleep(0.01)
    door.server.publish(Goodbye("x"))
    for reader, writer in (first, second):
        assert decode_event(await reader.readline()) == Goodbye("x")
        writer.close()


@pytest.mark.parametrize("line", [b"rubbish\n", b'{"type":"launch"}\n', b"\xff\xfe\n", b"x" * (2**20 + 10) + b"\n"])
async def test_a_line_that_is_no_command_ends_only_that_screen(door: Door, line: bytes) -> None:
    good, bad = await door.connect(), await door.connect()
    bad[1].write(line)
    async with asyncio.timeout(5):
        while await bad[0].readline():
            pass
    good[1].write(encode(Scan("AAAA1")))
    async with asyncio.timeout(5):
        while not door.commands:
            await asyncio.sleep(0.01)
    good[1].close()


async def test_a_screen_that_stops_reading_is_let_go(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "LONGEST_QUEUE", 50)
    reader, writer = await door.connect()
    big = SlotChanged(SlotState(1, headline="x" * 100_000))
    for _ in range(400):
        door.server.publish(big)
        await asyncio.sleep(0)
    fresh, fresh_writer = await door.connect()
    assert isinstance(decode_event(await fresh.readline()), Hello)
    assert len(door.server._screens) == 1
    writer.close()
    fresh_writer.close()
    del reader


@given(line=st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_a_command_or_the_documented_error(line: bytes) -> None:
    import msgspec

    with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
        decode_command(line)
