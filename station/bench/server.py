"""The engine's door: a Unix socket in the private data folder, one JSON object a line, any number of screens.

A screen that stops reading is let go, never waited for; a line that is no command ends that screen's connection
and nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import msgspec

from station.bench.protocol import (
    LONGEST_LINE,
    PROTOCOL,
    BenchState,
    Command,
    Event,
    Hello,
    decode_command,
    encode,
)

__all__ = ["Server"]

LONGEST_QUEUE: Final = 2_000
"""Events that a screen may lag behind: 16 slots at 10 a second for 12 s."""


class Server:
    """Sends what the engine publishes to every screen, and gives it what they ask."""

    def __init__(self, path: Path, version: str) -> None:
        self._path = path
        self._version = version
        self._screens: set[asyncio.Queue[bytes | None]] = set()
        self._server: asyncio.Server | None = None
        self._state: Callable[[], BenchState] | None = None
        self._handle: Callable[[Command], Awaitable[None]] | None = None

    async def start(self, state: Callable[[], BenchState], handle: Callable[[Command], Awaitable[None]]) -> None:
        """Opens the socket. The caller holds the engine's lock, so that a socket left behind is nobody's."""
        self._state, self._handle = state, handle
        self._path.unlink(missing_ok=True)
        old_mask = os.umask(0o177)
        try:
            self._server = await asyncio.start_unix_server(self._screen, str(self._path), limit=LONGEST_LINE)
        finally:
            os.umask(old_mask)

    def publish(self, event: Event) -> None:
        """Queues an event for every screen."""
        line = encode(event)
        for queue in tuple(self._screens):
            if queue.qsize() >= LONGEST_QUEUE:
                self._screens.discard(queue)
                # What it has not read is dropped; when it comes back it gets the whole state.
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(None)
            else:
                queue.put_nowait(line)

    async def stop(self, last: Event) -> None:
        """Says goodbye to every screen and closes the socket."""
        self.publish(last)
        for queue in tuple(self._screens):
            queue.put_nowait(None)
        if self._server is not None:
            self._server.close()
        for _ in range(100):
            if not self._screens:
                break
            await asyncio.sleep(0.01)
        self._path.unlink(missing_ok=True)

    async def _screen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert self._state is not None
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        queue.put_nowait(encode(Hello(PROTOCOL, self._version, os.getpid())))
        queue.put_nowait(encode(self._state()))
        self._screens.add(queue)
        sending = asyncio.create_task(_send(queue, writer))
        try:
            await self._read(reader)
        finally:
            self._screens.discard(queue)
            sending.cancel()
            with contextlib.suppress(OSError):
                writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        assert self._handle is not None
        while True:
            try:
                line = await reader.readline()
                if not line:
                    return
                command = decode_command(line)
            except (ValueError, OSError, msgspec.DecodeError):
                # Too long, not a command, or gone.
                return
            await self._handle(command)


async def _send(queue: asyncio.Queue[bytes | None], writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while (line := await queue.get()) is not None:
            writer.write(line)
            await writer.drain()
        writer.close()
