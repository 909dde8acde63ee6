"""A serial port in a thread of its own: found, opened, read and written, and found again after it was pulled out.

It speaks packets (`LineEnd`) and hands on what is whole and in order, one conversation after the other: a new one
begins when the laptop's end started anew, or when the bench has had enough of the one before.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import secrets
import select
import socket
import stat
import termios
import threading
import time
from collections.abc import Callable
from typing import Final, TypeAlias

import serial

from hardware.laptops import wording
from hardware.laptops.framing import PIECE
from hardware.probe.wire.arq import LineEnd
from hardware.probe.wire.packets import Role
from hardware.scanners.serial_ports import (
    AnyKnown,
    AtPath,
    OpenPort,
    Ports,
    PortSeen,
    SerialSpec,
    close_port,
)
from specs.text import clean

__all__ = ["LineCarrier", "LinePort"]

LOOK_EVERY: Final = 1.0
"""Seconds between two tries to open the port."""
LONGEST_WAIT: Final = 1.0
SHORTEST_TALK: Final = 0.1
"""Seconds between the beginnings of two conversations; a laptop starts anew every few seconds at most."""
MOST_A_TURN: Final = 256 * 1024
TURN: Final = 0.1
"""Bytes that are read within so many seconds, and then no more: an adapter may bring far more than its line could."""
READ_SIZE: Final = 4096
"""Bytes taken at once: what Linux keeps of a line."""
MOST_HELD: Final = PIECE
"""Bytes held each way between the thread and the event loop."""

_NOT_THERE: Final = frozenset({errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.EIO})

Told: TypeAlias = "Callable[[LineCarrier | str], None]"
"""Told, on the event loop, of each new conversation, and of why there is no port (empty where there is one)."""


class LinePort(threading.Thread):
    """The port that `spec` names, until `end`. Errors of the port are told as sentences, and it is tried again."""

    def __init__(self, name: str, spec: SerialSpec, ports: Ports, opener: OpenPort, told: Told) -> None:
        super().__init__(name=name, daemon=True)
        self._spec = spec
        self._ports = ports
        self._opener = opener
        self._told = told
        self._loop = asyncio.get_running_loop()
        self._ending = threading.Event()
        self._awake, self._waker = socket.socketpair()
        self._waker.setblocking(False)
        self._awake.setblocking(False)
        self._device = ""
        self._unplugged = False
        self._talk: LineCarrier | None = None

    def end(self) -> None:
        """Lets the port go; returns at once, and `join` waits for it."""
        self._ending.set()
        self.wake()

    def wake(self) -> None:
        """Something is to be written, or was read. From any thread."""
        with contextlib.suppress(OSError):  # full: it will wake up anyway
            self._waker.send(b"\n")

    def run(self) -> None:
        try:
            while not self._ending.is_set():
                port = self._open()
                if port is None:
                    self._wait([], [], LOOK_EVERY)
                    continue
                self._unplugged = False
                self._tell("")
                try:
                    self._speak(port)
                except (OSError, termios.error):
                    self._tell(wording.SERIAL_UNPLUGGED.format(device=self._device))
                    self._unplugged = True
                finally:
                    self._end_talk(broken=True)
                    close_port(port)
        finally:
            self._awake.close()
            self._waker.close()

    # ---- the port ------------------------------------------------------------------------------------

    def _open(self) -> serial.Serial | None:
        device = self._find()
        if device is None:
            return None
        self._device = clean(device)
        try:
            return self._opener(device, self._spec.line)
        except (OSError, termios.error, ValueError) as error:
            if not (self._unplugged and getattr(error, "errno", None) in _NOT_THERE):
                self._tell(_why(device, error))
            return None

    def _find(self) -> str | None:
        where = self._spec.where
        if isinstance(where, AtPath):
            return where.path
        assert not isinstance(where, AnyKnown)
        found = [port for port in self._ports() if (port.vendor, port.product) == (where.vendor, where.product)]
        for port in sorted(found, key=_device):
            if where.serial in ("", port.serial):
                return port.device
        # What was unplugged stays so, whatever the next look finds in its place.
        if not self._unplugged:
            self._tell(wording.SERIAL_NOT_THERE.format(device=f"{where.vendor:04x}:{where.product:04x}"))
        return None

    def _speak(self, port: serial.Serial) -> None:
        """Speaks until the port is gone (`OSError`) or this is to end."""
        end = self._new_end()
        restarts: int | None = None
        out = b""
        talked_at = turn_at = 0.0
        read = 0
        while not self._ending.is_set():
            now = time.monotonic()
            if self._talk is not None and self._talk.given_up:
                self._end_talk()
                end, restarts = self._new_end(), None
            if end.connected and restarts != end.restarts:
                restarts = end.restarts
                self._end_talk()
                self._rest(talked_at + SHORTEST_TALK - now)
                talked_at = time.monotonic()
                self._talk = LineCarrier(self)
                self._tell(self._talk)
            if self._talk is not None:
                self._talk.exchange(end)
            if not out:
                out = end.outgoing(now)
            if out:
                out = out[_written(port.fileno(), out) :]
            # What the port has not taken is offered again when it can be, and nothing else is asked for before.
            wait = LONGEST_WAIT if out else end.wake_at - time.monotonic()
            if port.fileno() in self._wait([port.fileno()], [port.fileno()] if out else [], wait):
                data = port.read(READ_SIZE)
                end.feed(data, time.monotonic())
                read += len(data)
                if read >= MOST_A_TURN:
                    self._rest(turn_at + TURN - time.monotonic())
                if now >= turn_at + TURN:
                    turn_at, read = now, 0

    def _rest(self, seconds: float) -> None:
        """Does nothing for so long, or until this is to end."""
        self._ending.wait(max(0.0, seconds))

    def _new_end(self) -> LineEnd:
        return LineEnd(Role.BENCH, secrets.randbits(63) + 1, time.monotonic())

    def _wait(self, readable: list[int], writable: list[int], seconds: float) -> list[int]:
        seconds = max(0.0, min(LONGEST_WAIT, seconds))
        ready, _, _ = select.select([*readable, self._awake.fileno()], writable, [], seconds)
        if self._awake.fileno() in ready:
            with contextlib.suppress(OSError):
                self._awake.recv(READ_SIZE)
        return ready

    # ---- what the loop is told -----------------------------------------------------------------------

    def _end_talk(self, *, broken: bool = False) -> None:
        if self._talk is not None:
            self._talk.over(broken=broken)
            self._talk = None

    def _tell(self, told: LineCarrier | str) -> None:
        self.on_loop(lambda: self._told(told))

    def on_loop(self, call: Callable[[], None]) -> None:
        """Has the event loop make the call, where it still runs."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(call)


class LineCarrier:
    """One conversation over the port, a `Carrier`. `exchange` and `over` are the thread's, all else is the loop's."""

    def __init__(self, port: LinePort) -> None:
        self._port = port
        self._lock = threading.Lock()
        self._received = bytearray()
        self._to_send = bytearray()
        self._is_over = False
        self._broken = False
        self._told = False
        self._news = asyncio.Event()
        self.given_up = False
        """True once the bench has closed it."""

    async def read(self) -> bytes:
        """As `Carrier`."""
        while True:
            self._news.clear()
            with self._lock:
                piece = bytes(self._received)
                self._received.clear()
                over, broken = self._is_over, self._broken
            if self.given_up:
                return b""
            if piece:
                self._port.wake()
                return piece
            if over:
                if broken:
                    raise ConnectionResetError("the port is gone")
                return b""
            await self._news.wait()

    async def write(self, data: bytes) -> None:
        """As `Carrier`: returns when the thread has taken most of it."""
        with self._lock:
            self._to_send += data
        self._port.wake()
        while True:
            self._news.clear()
            with self._lock:
                waiting, over = len(self._to_send), self._is_over
            if over or self.given_up:
                raise ConnectionResetError("the conversation is over")
            if waiting < MOST_HELD:
                return
            await self._news.wait()

    def close(self) -> None:
        """As `Carrier`: the laptop is told that the bench's stream begins anew."""
        self.given_up = True
        self._news.set()
        self._port.wake()

    def exchange(self, end: LineEnd) -> None:
        """Moves bytes between the packets and the loop, in bounded portions."""
        with self._lock:
            before = len(self._received), len(self._to_send)
            if self._to_send:
                del self._to_send[: end.write(bytes(self._to_send[: end.room]))]
            if len(self._received) < MOST_HELD:
                self._received += end.read()
            changed = before != (len(self._received), len(self._to_send))
        if changed:
            self._port.on_loop(self._news.set)

    def over(self, *, broken: bool) -> None:
        """Nothing more will come."""
        with self._lock:
            self._is_over = True
            self._broken = broken
        self._port.on_loop(self._news.set)


def _device(port: PortSeen) -> str:
    return port.device


def _written(port: int, data: bytes) -> int:
    """How many bytes of `data` the port took. Raises `OSError` where it is gone."""
    try:
        return os.write(port, data)
    except BlockingIOError:
        return 0


def _is_device(path: str) -> bool:
    try:
        return stat.S_ISCHR(os.stat(path).st_mode)
    except OSError:
        return True  # it has just gone; why it could not be opened says more


def _why(device: str, error: Exception) -> str:
    shown = clean(device)
    match getattr(error, "errno", None):
        case number if number in _NOT_THERE:
            return wording.SERIAL_NOT_THERE.format(device=shown)
        case errno.EACCES | errno.EPERM:
            return wording.SERIAL_DENIED.format(device=shown)
        case errno.EBUSY | errno.EAGAIN:
            return wording.SERIAL_BUSY.format(device=shown)
        case _ if not _is_device(device):
            return wording.SERIAL_NO_PORT.format(device=shown)
        case _:
            return wording.SERIAL_FAULT.format(device=shown, why=clean(str(error), 120))
