"""A bad null-modem cable: a port on a pseudo-terminal at one end, a virtual laptop's Unix socket at the other.

The laptop's end is what QEMU gives with `-chardev socket,path=PATH,server=on,wait=off` (the line connects to it once it
is there) or with `server=off` (the line listens). In between lies a `Line`, with its speed and its faults; while
that is cut, the port is gone, and comes back under the same path. What a pseudo-terminal lacks of a port: a baud rate
(the line has its own) and the modem's signals.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from hardware.simulated.line import CLEAN, Faults, Line, Side
from hardware.simulated.pty_port import PtyPort

__all__ = ["NoisyLine"]

AGAIN_S: Final = 0.2
"""Seconds after which a laptop that is not there is looked for again, and after which a cut is looked at again."""
_PIECE: Final = 4096


class NoisyLine:
    """One line, from when it is made until `close`; it runs in a thread of its own.

    `port` is the path under which the bench opens it; `laptop` the path of the laptop's socket: the line listens there
    where `listen` is true, and connects otherwise. Raises `LinkTaken` where something else is at `port`, and `OSError`
    where the port cannot be made or `laptop` cannot be listened at.
    """

    def __init__(
        self,
        port: Path,
        laptop: Path,
        *,
        listen: bool = False,
        baud: int = 115_200,
        faults: Faults = CLEAN,
        seed: int = 0,
    ) -> None:
        self.path = str(port)
        self._port = PtyPort(port)
        self._laptop = laptop
        self._line = Line(time.monotonic(), baud=baud, faults=faults, seed=seed)
        self._lock = threading.Lock()
        self._closed = False
        self._listener = _listener(laptop) if listen else None
        self._peer: socket.socket | None = None
        self._peer_again = 0.0
        self._wake, self._waker = os.pipe()
        try:
            self._port.plug()
        except OSError:
            self._release()
            raise
        self._thread = threading.Thread(target=self._run, name=f"line {port.name}", daemon=True)
        self._thread.start()

    def cut(self) -> None:
        """Pulls the cable out, until `mend`: what is on the line is lost, and the port is gone."""
        with self._lock:
            self._line.cut()
        self._nudge()

    def mend(self) -> None:
        """Plugs it in again."""
        with self._lock:
            self._line.mend()
        self._nudge()

    def close(self) -> None:
        """Takes port and socket away. May be called again."""
        if not self._closed:
            self._closed = True
            self._nudge()
            self._thread.join()
            self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _nudge(self) -> None:
        os.write(self._waker, b".")

    def _release(self) -> None:
        self._port.unplug()
        self._drop_peer()
        if self._listener is not None:
            self._listener.close()
            self._laptop.unlink(missing_ok=True)
        os.close(self._wake)
        os.close(self._waker)

    def _run(self) -> None:
        while not self._closed:
            now = time.monotonic()
            with self._lock:
                connected = self._line.connected(now)
                self._set_port(connected)
                self._find_peer(now)
                if connected:
                    self._deliver(now)
                wait = self._wait(now, connected)
                readers = self._readers(connected)
            ready, _, _ = select.select([*readers, self._wake], [], [], wait)
            if self._wake in ready:
                os.read(self._wake, _PIECE)
            with self._lock:
                self._take_up(ready, time.monotonic())

    def _set_port(self, connected: bool) -> None:
        if connected:
            # Somebody may stand in the link's place for a moment; the port is tried again on the next turn.
            with contextlib.suppress(OSError):
                self._port.plug()
        else:
            self._port.unplug()

    def _wait(self, now: float, connected: bool) -> float:
        if not connected:
            return AGAIN_S / 10
        ready_at = min(self._line.ready_at(side) for side in Side)
        return max(0.0, min(AGAIN_S, ready_at - now))

    def _readers(self, connected: bool) -> list[int]:
        """What is read: only what there is room for, so that whoever writes waits, as at a port."""
        readers = []
        if self._port.master is not None and self._line.room(Side.BENCH):
            readers.append(self._port.master)
        if self._peer is not None and (not connected or self._line.room(Side.LAPTOP)):
            readers.append(self._peer.fileno())
        if self._peer is None and self._listener is not None:
            readers.append(self._listener.fileno())
        return readers

    def _take_up(self, ready: list[int], now: float) -> None:
        master, peer = self._port.master, self._peer
        if master is not None and master in ready:
            with contextlib.suppress(BlockingIOError):
                self._line.put(Side.BENCH, os.read(master, self._line.room(Side.BENCH)), now)
        if peer is not None and peer.fileno() in ready:
            try:
                data = peer.recv(min(_PIECE, self._line.room(Side.LAPTOP) or _PIECE))
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if data:
                self._line.put(Side.LAPTOP, data, now)
            else:
                self._drop_peer()
        elif peer is None and self._listener is not None and self._listener.fileno() in ready:
            self._peer, _ = self._listener.accept()
            self._peer.setblocking(False)

    def _deliver(self, now: float) -> None:
        to_bench, to_laptop = (self._line.take(side, now) for side in (Side.BENCH, Side.LAPTOP))
        # What nobody takes is lost, as on a port that nobody has open.
        if to_bench and self._port.master is not None:
            with contextlib.suppress(BlockingIOError):
                os.write(self._port.master, to_bench)
        if to_laptop and self._peer is not None:
            with contextlib.suppress(BlockingIOError):
                try:
                    self._peer.send(to_laptop)
                except (BrokenPipeError, ConnectionResetError):
                    self._drop_peer()

    def _find_peer(self, now: float) -> None:
        if self._peer is not None or self._listener is not None or now < self._peer_again:
            return
        self._peer_again = now + AGAIN_S
        peer = socket.socket(socket.AF_UNIX)
        try:
            peer.connect(str(self._laptop))
        except OSError:  # it is not there yet, or not any more
            peer.close()
            return
        peer.setblocking(False)
        self._peer = peer

    def _drop_peer(self) -> None:
        if self._peer is not None:
            self._peer.close()
            self._peer = None


def _listener(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX)
    try:
        listener.bind(str(path))
        listener.listen(1)
    except OSError:
        listener.close()
        raise
    return listener
