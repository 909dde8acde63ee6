"""A label printer that is not there: it takes ZPL over the network or a serial line and says how it is, as a real one
does.

It runs out of labels, is paused, opened, switched off and on, falls silent and hangs when it is told to, keeps what it
is sent while it cannot print, and turns each of our own jobs into the picture that would have come out.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import threading
import tty
from types import TracebackType
from typing import Final, Self

from PIL import Image

from hardware.printers.zpl import picture_of

__all__ = ["Mechanism", "SimulatedLabelPrinter", "SimulatedSerialLabelPrinter"]

_LARGEST_MEMORY: Final = 16 * 2**20
"""Bytes of one format that is not ended yet; past them it is thrown away, as noise."""
_MARK: Final = re.compile(rb"~HS|~JX|\^XA|\^XZ")
"""What it knows of ZPL: the question how it is, "cancel what is half", and a format's beginning and end."""
_FAULTS: Final = (
    "paper_out",
    "paused",
    "buffer_full",
    "diagnostic",
    "ram_lost",
    "under_temperature",
    "over_temperature",
    "head_open",
    "ribbon_out",
)


class Mechanism:
    """What happens inside: formats come in, labels come out. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: set[str] = set()
        self._coming = b""
        self._format: bytearray | None = None
        self._held: list[bytes] = []
        self._printed: list[bytes] = []
        self._labels_left: int | None = None
        self.silent = False
        """True: ~HS is not answered."""

    @property
    def jobs(self) -> tuple[bytes, ...]:
        """The bytes of each format that came out as a label, in order."""
        with self._lock:
            return tuple(self._printed)

    @property
    def held(self) -> tuple[bytes, ...]:
        """The formats that were taken and wait until the printer can print."""
        with self._lock:
            return tuple(self._held)

    def pictures(self) -> tuple[Image.Image, ...]:
        """The labels that came out. Raises `NotOurZpl` for a job that `hardware.printers.zpl` did not make."""
        return tuple(picture_of(job) for job in self.jobs)

    def paper_out(self) -> None:
        """The roll has ended."""
        self.set("paper_out")

    def runs_out_after(self, labels: int) -> None:
        """The roll ends after so many more labels."""
        with self._lock:
            self._labels_left = labels

    def load_paper(self) -> None:
        """A new roll is in; what was held comes out."""
        self.clear("paper_out")

    def pause(self) -> None:
        """Somebody pressed pause."""
        self.set("paused")

    def resume(self) -> None:
        """And pressed it once more."""
        self.clear("paused")

    def set(self, fault: str) -> None:
        """One of the faults by its name in `HostStatus`."""
        if fault not in _FAULTS:
            raise ValueError(f"a printer has no fault {fault!r}")
        with self._lock:
            self._faults.add(fault)

    def clear(self, fault: str) -> None:
        """The fault is mended; where it was the last one, what was held comes out."""
        with self._lock:
            self._faults.discard(fault)
            if fault == "paper_out":
                self._labels_left = None
            self._print()

    def forget(self) -> None:
        """What a printer that is switched off loses: everything that has not come out."""
        with self._lock:
            self._coming = b""
            self._format = None
            self._held.clear()

    def take(self, data: bytes) -> bytes:
        """Takes some bytes and gives what the printer answers to them. A half format waits for its rest, whichever
        connection that comes on."""
        with self._lock:
            whole = self._coming + data
            answer = b""
            at = 0
            for mark in _MARK.finditer(whole):
                self._keep(whole[at : mark.start()])
                answer += self._obey(mark[0])
                at = mark.end()
            # The last two bytes may begin a mark whose end is still to come.
            rest = max(at, len(whole) - 2)
            self._keep(whole[at:rest])
            self._coming = whole[rest:]
            return answer

    def _keep(self, data: bytes) -> None:
        """Bytes between two marks: a part of the format that is coming in, and noise where none is."""
        if self._format is not None:
            self._format += data
            if len(self._format) > _LARGEST_MEMORY:
                self._format = None

    def _obey(self, mark: bytes) -> bytes:
        """Does what a mark says and gives the answer. What begins with ~ is obeyed at once, also within a format."""
        if mark == b"~HS":
            return b"" if self.silent else self._status()
        if mark == b"~JX":
            self._format = None
        elif mark == b"^XA" and self._format is None:
            self._format = bytearray(mark)
        else:
            # A second beginning is no new format: what is left of one mixes with the next.
            self._keep(mark)
            if mark == b"^XZ" and self._format is not None:
                self._held.append(bytes(self._format))
                self._format = None
                self._print()
        return b""

    def _print(self) -> None:
        while self._held and not self._faults:
            if self._labels_left == 0:
                self._faults.add("paper_out")
                return
            if self._labels_left is not None:
                self._labels_left -= 1
            self._printed.append(self._held.pop(0))

    def _status(self) -> bytes:
        """The three lines, as `hardware.printers.host_status` names their fields."""

        def flag(name: str) -> int:
            return int(name in self._faults)

        coming = int(self._format is not None)
        first = (
            f"030,{flag('paper_out')},{flag('paused')},0406,{len(self._held):03d},{flag('buffer_full')},"
            f"{flag('diagnostic')},{coming},000,{flag('ram_lost')},{flag('under_temperature')},{flag('over_temperature')}"
        )
        second = f"000,0,{flag('head_open')},{flag('ribbon_out')},0,2,4,0,{len(self._held):08d},1,000"
        return "".join(f"\x02{line}\x03\r\n" for line in (first, second, "1234,0")).encode("ascii")


class SimulatedLabelPrinter(Mechanism):
    """A network printer on the loopback interface, on while it is used as a context.

    The port is the system's choice and stays the same when the printer is switched off and on.
    """

    def __init__(self) -> None:
        super().__init__()
        self.port = 0
        self._listener: socket.socket | None = None
        self._connections: set[socket.socket] = set()
        self._running = threading.Event()
        self._guard = threading.Lock()

    def __enter__(self) -> Self:
        self.switch_on()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.go_on()
        self.switch_off()

    @property
    def address(self) -> str:
        """What `open_printer` takes."""
        return f"tcp:127.0.0.1:{self.port}"

    def switch_on(self) -> None:
        """Listens; does nothing where it does already."""
        if self._listener is not None:
            return
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # A printer's buffer is small, so that one that hangs is soon noticed; connections inherit it.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(4)
        self.port = listener.getsockname()[1]
        self._listener = listener
        self._running.set()
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def switch_off(self) -> None:
        """Connections break, nobody listens, and what had not come out is lost."""
        with self._guard:
            listener, self._listener = self._listener, None
            connections = tuple(self._connections)
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.forget()

    def hang(self) -> None:
        """It takes connections and reads nothing more."""
        self._running.clear()

    def go_on(self) -> None:
        """It reads again."""
        self._running.set()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with self._guard:
                self._connections.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            while self._running.wait() and (data := connection.recv(4096)):
                # Once more: it may have been told to hang while it waited for these.
                self._running.wait()
                connection.sendall(self.take(data))
        except OSError:
            pass
        finally:
            with self._guard:
                self._connections.discard(connection)
            connection.close()


class SimulatedSerialLabelPrinter(Mechanism):
    """A printer on a serial line (a pseudo-terminal), on while it is used as a context."""

    def __init__(self) -> None:
        super().__init__()
        self.device = ""
        self._master = -1
        self._slave = -1

    def __enter__(self) -> Self:
        self._master, self._slave = os.openpty()
        # Open on both ends and raw: nothing is echoed, and the line stays when the other program leaves.
        tty.setraw(self._slave)
        self.device = os.ttyname(self._slave)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        # The reader ends when its last other end is gone.
        os.close(self._slave)
        self._thread.join(5)
        os.close(self._master)

    @property
    def address(self) -> str:
        """What `open_printer` takes."""
        return f"serial:{self.device}"

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while data := os.read(self._master, 4096):
                if answer := self.take(data):
                    os.write(self._master, answer)
