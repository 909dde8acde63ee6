"""The screen's end of the socket: reads events, sends commands, comes back by itself, and loses no scan.

It knows nothing of Textual: news goes to a callback, in the loop that runs it. Every text is cleaned here, once.
A scan is kept from the moment it is handed over until the engine has answered it. If the connection is lost
meanwhile it is sent again, so a scan may reach the engine twice (it then answers "known") and never not at all.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar

import msgspec
from msgspec import Struct

from hardware.scanners.grammar.shapes import unsecret
from specs.text import clean
from station.bench.namespace import is_command
from station.bench.protocol import (
    LONGEST_LINE,
    LONGEST_SHOWN_SCAN,
    PROTOCOL,
    BenchState,
    Command,
    Event,
    Goodbye,
    Hello,
    Scan,
    ScanAnswer,
    SlotChanged,
    SlotState,
    Stage,
    decode_event,
    encode,
)
from station.screens import wording

__all__ = [
    "Arrived",
    "Away",
    "Bridge",
    "Connect",
    "Connection",
    "Kept",
    "News",
    "Starter",
    "cleaned_event",
    "unix_connection",
]

REPAINTS_A_SECOND: Final = 10
LONGEST_RETRY: Final = 1.0
SLOW_START: Final = 10.0
START_AGAIN: Final = 10.0
"""Seconds before an engine that did not come up is started once more."""
BRING_BACK: Final = 2.0
"""Seconds between two starts of an engine that does come up, so that one that dies at once is not started in a loop."""

_cleaned: Final = lru_cache(maxsize=8192)(clean)
_T = TypeVar("_T")


class Connection(NamedTuple):
    """One open connection to the engine."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


Connect: TypeAlias = Callable[[], Awaitable[Connection]]


def unix_connection(path: Path) -> Connect:
    """Connects to the engine's socket; its lines are bounded to `LONGEST_LINE`."""

    async def connect() -> Connection:
        return Connection(*await asyncio.open_unix_connection(path, limit=LONGEST_LINE))

    return connect


@dataclass(frozen=True, slots=True)
class Arrived:
    """An event, cleaned."""

    event: Event


@dataclass(frozen=True, slots=True)
class Away:
    """The engine cannot be reached; `problem` is the sentence to show, empty for the usual one."""

    problem: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """The scans that wait here for the engine to come back."""

    scans: tuple[str, ...]


News: TypeAlias = Arrived | Away | Kept


class Starter:
    """Starts the engine, in a thread of its own, and gives each start its time."""

    def __init__(self, start_engine: Callable[[], None] | None) -> None:
        self._start = start_engine
        self._asked: float | None = None
        self._came_up = False
        self.problem = ""

    def ask(self) -> None:
        """Start it, unless that was asked a moment ago or there is no way to."""
        now = time.monotonic()
        wait = BRING_BACK if self._came_up else START_AGAIN
        if self._start is None or (self._asked is not None and now - self._asked < wait):
            return
        self._asked, self._came_up = now, False
        threading.Thread(target=self._run, args=(self._start,), daemon=True, name="start-engine").start()

    def came_up(self) -> None:
        """The engine has spoken: if it goes away, it may be brought back."""
        self._came_up = True

    def give_up(self) -> None:
        """The engine was stopped on purpose: do not bring it back."""
        self._start = None

    def _run(self, start: Callable[[], None]) -> None:
        try:
            start()
            self.problem = ""
        except Exception as error:
            self.problem = wording.CANNOT_START.format(why=clean(str(error)) or type(error).__name__)


class Bridge:
    """Keeps one connection up and tells what comes over it."""

    def __init__(self, connect: Connect, tell: Callable[[News], None], starter: Starter | None = None) -> None:
        self._connect = connect
        self._tell = tell
        self._starter = starter or Starter(None)
        self._writer: asyncio.StreamWriter | None = None
        self._kept: deque[Scan] = deque()  # made while away
        self._unanswered: deque[Scan] = deque()
        self._pending: dict[int, SlotState] = {}
        self._flushed_at = 0.0
        self._flusher: asyncio.TimerHandle | None = None
        self._refused = False

    def send(self, command: Command) -> bool:
        """Send a command. False if the engine is away: a laptop's scan is then kept, anything else is not."""
        if self._writer is None or self._writer.is_closing():
            if isinstance(command, Scan) and not is_command(command.text):
                self._kept.append(command)
                self._tell_kept()
            return False
        # A command barcode is never sent twice: obeyed already, it would answer the next question too.
        if isinstance(command, Scan) and not is_command(command.text):
            self._unanswered.append(command)
        self._writer.write(encode(command))
        return True

    @property
    def kept(self) -> tuple[str, ...]:
        """The scans that have not reached the engine, oldest first."""
        return tuple(scan.text for scan in self._kept)

    async def run(self) -> None:
        """Connect, listen, and connect again, until cancelled."""
        started, wait = time.monotonic(), 0.05
        while not self._refused:
            try:
                connection = await self._connect()
            except (TimeoutError, OSError):
                self._starter.ask()
                if self._starter.problem:
                    self._tell(Away(self._starter.problem))
                elif time.monotonic() - started > SLOW_START:
                    self._tell(Away(wording.STILL_STARTING))
                await asyncio.sleep(wait)
                wait = min(wait * 1.4, LONGEST_RETRY)
                continue
            if await self._listen(connection):
                started, wait = time.monotonic(), 0.05
            await asyncio.sleep(wait)
            wait = min(wait * 1.4, LONGEST_RETRY)

    async def _listen(self, connection: Connection) -> bool:
        """Until the connection ends. True if the engine had said anything."""
        reader, writer = connection
        problem, spoke = "", False
        try:
            while line := await reader.readline():
                event = cleaned_event(decode_event(line))
                spoke = True
                problem = self._hear(event, writer) or problem
                if self._refused:
                    break
        except (OSError, EOFError):
            pass
        except (ValueError, RecursionError):  # a line too long, or no event (msgspec's errors are ValueErrors)
            problem = wording.UNREADABLE
        finally:
            self._hang_up(writer)
        self._tell(Away(problem))
        self._tell_kept()
        return spoke

    def _hear(self, event: Event, writer: asyncio.StreamWriter) -> str:
        """Pass an event on. Gives a sentence if it means that the engine leaves."""
        match event:
            case Hello(protocol=protocol):
                if protocol != PROTOCOL:
                    self._refused = True
                    return wording.DIFFERENT_VERSIONS
                return ""
            case SlotChanged(slot=slot) if slot.stage not in {Stage.DONE, Stage.ABORTED}:
                self._pending[slot.number] = slot
                self._flush_soon()
                return ""
            case SlotChanged(slot=slot):
                self._pending.pop(slot.number, None)
            case BenchState():
                self._pending.clear()
            case ScanAnswer(text=text):
                self._answered(text)
        self._flush()
        self._tell(Arrived(event))
        if isinstance(event, BenchState):
            self._catch_up(writer)
        return self._let_go(event) if isinstance(event, Goodbye) else ""

    def _let_go(self, goodbye: Goodbye) -> str:
        """The engine stops on purpose: it is not brought back, and scans from now on are kept."""
        self._starter.give_up()
        self._writer = None
        return wording.ENGINE_ENDED.format(why=goodbye.sentence)

    def _catch_up(self, writer: asyncio.StreamWriter) -> None:
        """The engine is there: send what waited for it, oldest first."""
        self._starter.came_up()
        self._writer = writer
        waiting = [*self._kept]
        self._kept.clear()
        for scan in waiting:
            self.send(scan)
        if waiting:
            self._tell_kept()

    def _hang_up(self, writer: asyncio.StreamWriter) -> None:
        self._writer = None
        # What was sent and not answered may never have been read.
        self._kept.extendleft(reversed(self._unanswered))
        self._unanswered.clear()
        self._pending.clear()
        with contextlib.suppress(OSError, RuntimeError):
            writer.close()

    def _answered(self, text: str) -> None:
        """Take the scan off the list that this answer is for. Answers come in order, but not all are for our scans."""
        for scan in self._unanswered:
            if clean(unsecret(scan.text), LONGEST_SHOWN_SCAN) == text:
                self._unanswered.remove(scan)
                return

    def _tell_kept(self) -> None:
        self._tell(Kept(tuple(_cleaned(unsecret(scan.text)) for scan in self._kept)))

    def _flush_soon(self) -> None:
        if self._flusher is None:
            due = max(0.0, self._flushed_at + 1 / REPAINTS_A_SECOND - time.monotonic())
            self._flusher = asyncio.get_running_loop().call_later(due, self._flush)

    def _flush(self) -> None:
        if self._flusher is not None:
            self._flusher.cancel()
            self._flusher = None
        pending, self._pending = self._pending, {}
        if pending:
            self._flushed_at = time.monotonic()
        for slot in pending.values():
            self._tell(Arrived(SlotChanged(slot)))


def cleaned_event(value: _T) -> _T:
    """The same event with every text in it cleaned, however deep."""
    cleaned: Any = value
    match value:
        case str():
            cleaned = _cleaned(value) if len(value) < 1024 else clean(value)
        case tuple():
            cleaned = tuple(cleaned_event(item) for item in value)
        case Struct():
            cleaned = msgspec.structs.replace(
                value, **{name: cleaned_event(getattr(value, name)) for name in value.__struct_fields__}
            )
    return cleaned  # type: ignore[no-any-return]
