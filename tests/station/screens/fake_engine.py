"""A scripted engine on a real unix socket: says what a test tells it to, and keeps what it hears."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from station.bench.protocol import (
    PROTOCOL,
    BenchChanged,
    BenchState,
    BrokenScan,
    Command,
    Event,
    FocusSlot,
    Hello,
    Scan,
    ScanAnswer,
    ScanKept,
    ScanOutcome,
    Seen,
    View,
    decode_command,
    encode,
)


def accept(command: Command) -> list[Event]:
    """The shortest honest engine: every scan is accepted, and every broken one kept."""
    match command:
        case Scan(text=text, scanner=scanner, ref=ref):
            return [ScanAnswer(ScanOutcome.ACCEPTED, text, f"Slot 1 tests {text}.", 1, scanner, ref)]
        case BrokenScan(ref=ref):
            return [ScanKept(ref)]
    return []


class FakeEngine:
    """Listens at `path` once started, in the loop that starts it."""

    def __init__(self, path: Path, state: BenchState, answer: Callable[[Command], list[Event]] = accept) -> None:
        self.path = path
        self.state = state
        self.answer = answer
        self.heard: list[Command] = []
        self.seen: list[Seen] = []
        self.protocol = PROTOCOL
        self._writers: list[asyncio.StreamWriter] = []
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_unix_server(self._talk, self.path)

    async def stop(self) -> None:
        """Drop every connection and the socket, as a killed engine does."""
        assert self._server
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()
        with contextlib.suppress(FileNotFoundError):
            self.path.unlink()

    def say(self, *events: Event) -> None:
        for writer in self._writers:
            writer.writelines(encode(event) for event in events)

    def say_raw(self, line: bytes) -> None:
        for writer in self._writers:
            writer.write(line)

    def focused(self, slot: int) -> BenchChanged:
        """What every screen is told when commands speak to another slot."""
        self.state = replace(self.state, bar=replace(self.state.bar, focus=slot))
        return BenchChanged(self.state.bar, self.state.recent, self.state.notices)

    def shows(self, view: View) -> BenchChanged:
        """What every screen is told when the bench shows something else."""
        self.state = replace(self.state, bar=replace(self.state.bar, view=view))
        return BenchChanged(self.state.bar, self.state.recent, self.state.notices)

    @property
    def scans(self) -> list[str]:
        return [command.text for command in self.heard if isinstance(command, Scan)]

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        writer.write(encode(Hello(self.protocol, "test", 1)) + encode(self.state))
        with contextlib.suppress(OSError, asyncio.CancelledError):
            while line := await reader.readline():
                command = decode_command(line)
                if isinstance(command, Seen):
                    self.seen.append(command)
                    continue
                self.heard.append(command)
                if isinstance(command, FocusSlot):
                    self.say(self.focused(command.slot))
                writer.writelines(encode(event) for event in self.answer(command))


class EngineThread:
    """A fake engine in a loop of its own, for tests whose screen is another process."""

    def __init__(self, engine: FakeEngine) -> None:
        self.engine = engine
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def __enter__(self) -> "EngineThread":
        self.thread.start()
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        with contextlib.suppress(AssertionError):
            self.stop()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)

    def start(self) -> None:
        asyncio.run_coroutine_threadsafe(self.engine.start(), self.loop).result(5)

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self.engine.stop(), self.loop).result(5)

    def say(self, *events: Event) -> None:
        self.loop.call_soon_threadsafe(self.engine.say, *events)
