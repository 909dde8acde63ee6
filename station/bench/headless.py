"""The bench without a screen: scans on standard input, one JSON line an event on standard output.

    printf 'PF1A2B3C\nIS1:CHOICE-1:K7Q2\nIS1:PASS:K7Q2\n' | station bench --headless --slot 1=bundle.zip

Each line is what a scanner would have read: a label, a command of the bench's sheet, a badge. A serial number is sent
once a slot is free for it, and a command once the slots of the labels before it show what they ask: PASS answers a
question, and CHOICE says why a laptop is tested again. A label that waits for a laptop which is not there counts as
answered, and holds nothing up.

Ends when standard input has ended, every scan from it has its verdict and no label waits (ten minutes at most); without
a scan at once. An engine that was started for it ends too. A laptop that then still waits for a person's answer is
aborted.
"""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time
from collections.abc import Sequence
from io import RawIOBase
from typing import BinaryIO, Final

import msgspec

from station.bench.launch import EngineUnreachable, reach_engine, wait_until_gone
from station.bench.namespace import is_command
from station.bench.protocol import (
    LONGEST_LINE,
    BenchBar,
    BenchChanged,
    BenchState,
    Command,
    Event,
    Goodbye,
    Quit,
    Scan,
    ScanAnswer,
    ScanOutcome,
    Seen,
    SlotChanged,
    SlotState,
    Stage,
    View,
    decode_event,
    encode,
)
from station.paths import Paths

__all__ = ["CommandRefused", "run_headless", "tell_engine"]

LONGEST_SCAN: Final = 64 * 1024
STDIN: Final = "stdin"
"""What the scans from here are said to be read by."""
_LOOK_AGAIN_S: Final = 0.2
_SAYING_S: Final = 5.0
"""Seconds within which laptops that are there have said who they are. A label that waits for longer waits for a laptop
that is not there."""
_TAKES_SCANS: Final = frozenset({View.RECEIVE, View.HISTORY})
"""What is shown where a scan takes no slot."""
_RUNNING: Final = frozenset({Stage.COLLECTING, Stage.ASKING, Stage.JUDGING, Stage.SAVING})


class CommandRefused(Exception):
    """The engine could not do what it was told; one sentence."""


def tell_engine(paths: Paths, commands: Sequence[Command]) -> None:
    """Gives commands to the engine, started here where none runs.

    Raises `EngineUnreachable`, and `CommandRefused` with the engine's own sentence.
    """
    reach_engine(paths)
    with _connected(paths) as connection, connection.makefile("rb") as events:
        for command in commands:
            connection.sendall(encode(command))
        # The commands have been read once the engine has closed its side after ours.
        connection.shutdown(socket.SHUT_WR)
        while line := events.readline(LONGEST_LINE):
            event = decode_event(line)
            # An answer without a scanner is to a setting.
            if isinstance(event, ScanAnswer) and event.outcome is ScanOutcome.REFUSED and not event.scanner:
                raise CommandRefused(event.sentence)


def run_headless(paths: Paths, commands: Sequence[Command], scans: RawIOBase, output: BinaryIO) -> int:
    """Feeds the scans to the engine and writes its events; 0 when all is done.

    `scans` must not be buffered: a thread inside a buffered file would abort Python when it ends. Raises
    `EngineUnreachable` where the engine went away, and `CommandRefused` with the engine's own sentence.
    """
    started = reach_engine(paths)
    if commands:
        # Over a connection of their own, which is read to its end: one that is closed with events unread may lose them.
        tell_engine(paths, commands)
    with _connected(paths) as connection, connection.makefile("rb") as events:
        counted, sender = _Counted(), _Sender(connection)
        feeder = threading.Thread(target=_feed, args=(scans, sender, counted), daemon=True)
        feeder.start()
        try:
            _follow(_arriving(events), output, counted, sender)
            if started:
                connection.sendall(encode(Quit()))
                wait_until_gone(paths, 20)
        finally:
            # The reading thread holds the file; it lets go when the connection has ended.
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
    return 0


class _Counted:
    """How many scans were sent and answered, what runs, and what waits.

    `settled` where nothing is under way; `room` where a scan would find a slot, or has nothing to wait for.
    """

    def __init__(self) -> None:
        self.sent = 0
        self.answered = 0
        self.ended = threading.Event()
        self._stages: dict[int, Stage] = {}
        # Until a slot has come to its questions, where it has any, a command would find nothing to answer.
        self._begun: frozenset[int] = frozenset()
        self._waiting = False
        self._waiting_since = float("-inf")
        self._view = View.BENCH
        self._known = False

    def take(self, event: Event) -> None:
        """Follows one event."""
        match event:
            case BenchState():
                for slot in event.slots:
                    self._take_slot(slot)
                self._take_bar(event.bar)
                self._known = True
            case BenchChanged():
                self._take_bar(event.bar)
            case ScanAnswer():
                # Those of other scanners, and of keys, are not for the scans that were sent from here.
                if event.scanner == STDIN:
                    self.answered += 1
            case SlotChanged():
                self._take_slot(event.slot)
            case _:
                pass

    def _take_slot(self, slot: SlotState) -> None:
        # A slot says that it has begun before the scan that began it is answered.
        begun = {slot.number} if slot.stage in _RUNNING and not slot.turn else set()
        self._begun = (self._begun - {slot.number}) | begun
        self._stages[slot.number] = _stage_for_scans(slot)

    def _take_bar(self, bar: BenchBar) -> None:
        if bar.waiting and not self._waiting:
            self._waiting_since = time.monotonic()
        self._waiting = bool(bar.waiting)
        self._view = bar.view

    @property
    def _told(self) -> bool:
        """True where the last scan is answered, and does not wait for laptops that still say who they are."""
        saying = self._waiting and time.monotonic() - self._waiting_since < _SAYING_S
        return self._known and self.answered >= self.sent and not saying

    @property
    def settled(self) -> bool:
        """True where every scan is answered and no attempt runs or is about to."""
        # Once standard input has ended nobody answers here what a slot asks.
        running = any(
            stage in _RUNNING and not (stage is Stage.ASKING and self.ended.is_set()) for stage in self._stages.values()
        )
        return self._known and self.answered >= self.sent and not self._waiting and not running

    @property
    def room(self) -> bool:
        """True where the last scan is answered and some slot is free, or none will ever be, or none is needed."""
        laptops = [stage for stage in self._stages.values() if stage is not Stage.EMPTY]
        free = [stage for stage in laptops if stage not in _RUNNING]
        return self._told and bool(free or not laptops or self._view in _TAKES_SCANS)

    @property
    def listening(self) -> bool:
        """True where the last scan is answered, and its slot shows what it asks: a command finds what it speaks to."""
        return self._told and not self._begun

    @property
    def done(self) -> bool:
        """True where nothing more can come of the scans. Where none was sent from here, what else waits is not ours."""
        return self.ended.is_set() and self._known and (self.sent == 0 or self.settled)


def _stage_for_scans(slot: SlotState) -> Stage:
    """A slot whose laptop has left is empty for the next scan, whatever it still shows."""
    return Stage.EMPTY if slot.away else slot.stage


class _Sender:
    """The way to the engine, for both threads: a line is never cut by another."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._one_line = threading.Lock()
        self._seen: dict[int, Seen] = {}

    def send(self, command: Command) -> None:
        """Sends a command. Raises `OSError` where the engine is gone."""
        with self._one_line:
            self._connection.sendall(encode(command))

    def seen(self, event: Event) -> None:
        """What a slot asks has been written, which is all that can be seen of it here."""
        slots: tuple[SlotState, ...] = ()
        if isinstance(event, BenchState):
            slots = event.slots
        elif isinstance(event, SlotChanged):
            slots = (event.slot,)
        for slot in slots:
            seen = Seen(slot.number, slot.attempt_id, slot.turn)
            if slot.question and self._seen.get(slot.number) != seen:
                self._seen[slot.number] = seen
                with contextlib.suppress(OSError):  # who reads the events finds the engine gone
                    self.send(seen)


def _feed(scans: RawIOBase, sender: _Sender, counted: _Counted) -> None:
    """Sends the scans, each when a slot is free for it: a script does not scan again as a person would."""
    while line := scans.readline(LONGEST_SCAN):
        text = line.decode("utf-8", "backslashreplace").rstrip("\r\n")
        if text:
            # A command is for the laptop that is on the bench; a serial number waits for a slot.
            while not (counted.listening if is_command(text) else counted.room):
                time.sleep(0.005)
            counted.sent += 1
            try:
                sender.send(Scan(text, STDIN))
            except OSError:
                return
    counted.ended.set()


def _arriving(events: BinaryIO) -> queue.Queue[bytes]:
    """The lines as they come, an empty one at the end: waiting for one must not hide that all is done."""
    lines: queue.Queue[bytes] = queue.Queue()

    def read() -> None:
        # The engine may die in mid-line; whatever ends the reading, the one who waits must be told.
        try:
            while line := events.readline(LONGEST_LINE):
                lines.put(line)
        except OSError:
            pass
        finally:
            lines.put(b"")

    threading.Thread(target=read, daemon=True).start()
    return lines


def _follow(lines: queue.Queue[bytes], output: BinaryIO, counted: _Counted, sender: _Sender) -> None:
    gone = "the bench engine ended before every scan had its verdict; start it again and scan the rest again"
    while True:
        try:
            line = lines.get(timeout=_LOOK_AGAIN_S)
            event = decode_event(line)
        except queue.Empty:
            # Standard input may have ended after the last event.
            if counted.done:
                return
            continue
        except msgspec.DecodeError as error:
            raise EngineUnreachable(gone) from error
        output.write(line)
        output.flush()
        sender.seen(event)
        counted.take(event)
        if isinstance(event, Goodbye):
            raise EngineUnreachable(gone)
        if counted.done:
            return


def _connected(paths: Paths) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    for _ in range(3):
        try:
            connection.connect(str(paths.engine_socket))
        except OSError:
            time.sleep(0.1)
        else:
            return connection
    connection.close()
    raise EngineUnreachable(f"the bench engine does not answer; see {paths.engine_log}")
