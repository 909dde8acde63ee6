"""The screen's end of the socket: reads events, sends commands, comes back by itself, and loses no scan.

It knows nothing of Textual: news goes to a callback, in the loop that runs it. Every text is cleaned here, once.
A scan is remembered from the moment it is handed over until the engine has answered it. While the engine is away it
is on the disk (`keeping`) before anybody is told that it was taken. What was not answered is sent again when the engine
is back, by this screen or the next: a scan may reach the engine twice (it then answers "known") and never not at all.
Each goes with a mark of its own, by which its answer is known among those to other screens; what goes later than it was
read says when that was, so that the engine begins no test of a laptop that is long gone.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from station.bench.namespace import is_command
from station.bench.protocol import (
    LONGEST_LINE,
    PROTOCOL,
    BenchState,
    BrokenScan,
    Command,
    Event,
    Goodbye,
    Hello,
    PageChanged,
    Scan,
    ScanAnswer,
    ScanKept,
    SlotChanged,
    decode_event,
    encode,
)
from station.screens import wording
from station.screens.cleaning import cleaned_event
from station.screens.gathering import Gathering
from station.screens.keeping import MOST_SCANS, DiskRefuses, KeptScans, NoRoom, Waiting
from station.screens.starter import Starter

__all__ = [
    "Arrived",
    "Away",
    "Bridge",
    "Connect",
    "Connection",
    "Handed",
    "Kept",
    "News",
    "unix_connection",
]

LONGEST_RETRY: Final = 1.0
SLOW_START: Final = 10.0

MOST_NAMED: Final = 32
"""Kept scans that are told by name: more than fit in the widest line."""


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
    """The laptops' scans that wait here for the engine to come back: the oldest by name, and how many more there are.
    `at_risk` of them the disk has refused: they are in this screen's memory alone.
    """

    scans: tuple[str, ...]
    more: int = 0
    at_risk: int = 0


News: TypeAlias = Arrived | Away | Kept


class Handed(Enum):
    """What became of a command that was handed over. Only what was `SENT` or `KEPT` will reach the engine."""

    SENT = "sent"
    KEPT = "kept"
    AWAY = "away"
    DISK_REFUSES = "disk refuses"
    NO_ROOM = "no room"


class Bridge:
    """Keeps one connection up and tells what comes over it."""

    def __init__(
        self, connect: Connect, tell: Callable[[News], None], keeping: KeptScans, starter: Starter | None = None
    ) -> None:
        self._connect = connect
        self._tell = tell
        self._keeping = keeping
        self._starter = starter or Starter(None)
        self._writer: asyncio.StreamWriter | None = None
        self._kept: deque[Waiting] = deque()  # made while away
        self._unanswered: deque[Waiting] = deque()
        self._gathering = Gathering(lambda event: tell(Arrived(event)))
        self._refused = False

    def send(self, command: Command) -> Handed:
        """Send a command. If the engine is away, a laptop's scan or a broken one is kept, and anything else is not."""
        scan = self._keeping.waiting(command) if isinstance(command, Scan | BrokenScan) else None
        laptop = _is_laptop(command)
        if laptop and self._full:
            return Handed.NO_ROOM
        if self._writer is None or self._writer.is_closing():
            return self._keep(scan) if scan and (laptop or isinstance(command, BrokenScan)) else Handed.AWAY
        if scan and laptop:
            self._unanswered.append(scan)
        self._writer.write(encode(scan.command if scan else command))
        return Handed.SENT

    @property
    def _full(self) -> bool:
        return len(self._kept) + len(self._unanswered) >= MOST_SCANS

    def _keep(self, scan: Waiting) -> Handed:
        if self._full:
            return Handed.NO_ROOM
        try:
            self._keeping.keep([*self._at_risk, scan])  # the disk may take by now what it refused before
        except DiskRefuses:
            return Handed.DISK_REFUSES
        except NoRoom:
            return Handed.NO_ROOM
        self._kept.append(scan)
        self._tell_kept()
        return Handed.KEPT

    @property
    def kept(self) -> Kept:
        """The laptops' scans that have not reached the engine, oldest first."""
        scans = [one for one in self._kept if isinstance(one.command, Scan)]
        named = tuple(one.shown for one in islice(scans, MOST_NAMED))
        return Kept(named, len(scans) - len(named), len(self._at_risk))

    @property
    def at_risk(self) -> tuple[str, ...]:
        """The scans that end with this screen: not answered, and not on the disk."""
        return tuple(one.shown for one in (*self._kept, *self._unanswered) if not one.on_disk)

    @property
    def _at_risk(self) -> list[Waiting]:
        return [one for one in self._kept if not one.on_disk]

    async def run(self) -> None:
        """Connect, listen, and connect again, until cancelled."""
        started, wait = time.monotonic(), 0.05
        if self._adopt():
            self._tell_kept()
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
        problem, spoke, leaving = "", False, False
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
        except asyncio.CancelledError:
            leaving = True
            raise
        finally:
            self._hang_up(writer, leaving=leaving)
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
            case SlotChanged():
                self._gathering.slot(event)
                return ""
            case PageChanged():
                self._gathering.page(event)
                return ""
            case BenchState():
                self._gathering.drop()
            case ScanAnswer():
                self._answered(event.ref)
            case ScanKept(ref=ref):
                self._answered(ref)
                return ""
        self._gathering.flush()
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
        self._adopt()
        waiting = [*self._kept]
        self._kept.clear()
        for scan in waiting:
            self._unanswered.append(scan)
            writer.write(encode(scan.later))
        if waiting:
            self._tell_kept()

    def _adopt(self) -> bool:
        """Takes over what screens before this one have left. True where there was anything."""
        if self._full:
            return False
        left = self._keeping.adopt()
        self._kept.extendleft(reversed(left))
        return bool(left)

    def _hang_up(self, writer: asyncio.StreamWriter, *, leaving: bool) -> None:
        self._writer = None
        # What was sent and not answered may never have been read.
        self._kept.extendleft(reversed(self._unanswered))
        self._unanswered.clear()
        if not leaving:
            # Who leaves has sent them to an engine that lives. Replayed by the next screen, hours later, each would
            # begin a test of a laptop that is long gone.
            with contextlib.suppress(DiskRefuses, NoRoom):
                self._keeping.keep(self._kept)
        self._gathering.drop()
        with contextlib.suppress(OSError, RuntimeError):
            writer.close()

    def _answered(self, ref: str) -> None:
        """Take the scan of this mark off the list. Other answers are for keys, settings and the engine's own scanners
        (they have no mark), and for what another screen read, be it the same code.
        """
        scan = next((one for one in self._unanswered if one.command.ref == ref), None)
        if scan is not None:
            self._unanswered.remove(scan)
            self._keeping.answered(scan)

    def _tell_kept(self) -> None:
        self._tell(self.kept)


def _is_laptop(command: Command) -> bool:
    """True for a scan that is kept and sent again.

    A command barcode never is: obeyed already, it would answer the next question too.
    """
    return isinstance(command, Scan) and not is_command(command.text)
