"""The bench without a screen: scans on standard input, one JSON line an event on standard output.

Ends when standard input has ended and every scan has its verdict; an engine that was started for it ends too.
"""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time
from collections.abc import Sequence
from typing import BinaryIO, Final

import msgspec

from station.bench.launch import EngineUnreachable, engine_answers, reach_engine, wait_until_gone
from station.bench.protocol import (
    LONGEST_LINE,
    BenchChanged,
    BenchState,
    Command,
    Event,
    Goodbye,
    Quit,
    Scan,
    ScanAnswer,
    ScanOutcome,
    SlotChanged,
    Stage,
    decode_event,
    encode,
)
from station.paths import Paths

__all__ = ["CommandRefused", "run_headless", "tell_engine"]

LONGEST_SCAN: Final = 64 * 1024
_LOOK_AGAIN_S: Final = 0.2
_RUNNING: Final = frozenset({Stage.COLLECTING, Stage.JUDGING, Stage.SAVING})


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
            # An answer without a scanned text is to a command.
            if isinstance(event, ScanAnswer) and event.outcome is ScanOutcome.REFUSED and not event.text:
                raise CommandRefused(event.sentence)


def run_headless(paths: Paths, commands: Sequence[Command], scans: BinaryIO, output: BinaryIO) -> int:
    """Feeds the scans to the engine and writes its events; 0 when all is done, 3 where the engine went away."""
    started_here = not engine_answers(paths.engine_socket)
    reach_engine(paths)
    with _connected(paths) as connection, connection.makefile("rb") as events:
        for command in commands:
            connection.sendall(encode(command))
        counted = _Counted()
        feeder = threading.Thread(target=_feed, args=(scans, connection, counted), daemon=True)
        feeder.start()
        status = _follow(_arriving(events), output, counted)
        if status == 0 and started_here:
            connection.sendall(encode(Quit()))
            wait_until_gone(paths, 20)
        # The reading thread holds the file; it lets go when the connection has ended.
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
    return status


class _Counted:
    """How many scans were sent and answered, and what runs: done when all are in and nothing runs or waits."""

    def __init__(self) -> None:
        self.sent = 0
        self.answered = 0
        self.ended = threading.Event()
        self._running: set[int] = set()
        self._waiting = 0
        self._expected_slots: set[int] = set()

    def take(self, event: Event) -> None:
        """Follows one event."""
        match event:
            case BenchState():
                self._waiting = event.bar.scans_waiting
                self._running = {slot.number for slot in event.slots if slot.stage in _RUNNING}
            case BenchChanged():
                self._waiting = event.bar.scans_waiting
            case ScanAnswer():
                self.answered += 1
                if event.outcome.value == "accepted":
                    self._expected_slots.add(event.slot)
                elif event.outcome.value == "waiting":
                    self._waiting += 1
            case SlotChanged():
                number = event.slot.number
                self._expected_slots.discard(number)
                (self._running.add if event.slot.stage in _RUNNING else self._running.discard)(number)
            case _:
                pass

    @property
    def done(self) -> bool:
        """True where nothing more can come of the scans."""
        settled = self.ended.is_set() and self.answered >= self.sent
        return settled and not self._running and not self._waiting and not self._expected_slots


def _feed(scans: BinaryIO, connection: socket.socket, counted: _Counted) -> None:
    while line := scans.readline(LONGEST_SCAN):
        text = line.decode("utf-8", "backslashreplace").rstrip("\r\n")
        if text:
            counted.sent += 1
            try:
                connection.sendall(encode(Scan(text, "stdin")))
            except OSError:
                return
    counted.ended.set()


def _arriving(events: BinaryIO) -> queue.Queue[bytes]:
    """The lines as they come, an empty one at the end: waiting for one must not hide that all is done."""
    lines: queue.Queue[bytes] = queue.Queue()

    def read() -> None:
        while line := events.readline(LONGEST_LINE):
            lines.put(line)
        lines.put(b"")

    threading.Thread(target=read, daemon=True).start()
    return lines


def _follow(lines: queue.Queue[bytes], output: BinaryIO, counted: _Counted) -> int:
    while True:
        try:
            line = lines.get(timeout=_LOOK_AGAIN_S)
            event = decode_event(line)
        except queue.Empty:
            # Standard input may have ended after the last event.
            if counted.done:
                return 0
            continue
        except msgspec.DecodeError:
            return 3
        output.write(line)
        output.flush()
        counted.take(event)
        if isinstance(event, Goodbye):
            return 3
        if counted.done:
            return 0


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
