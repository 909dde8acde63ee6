"""How a virtual laptop reaches its bench: a serial port that the bench can open, or a network with nothing else in it.

Both count what the laptop has said since the bench first answered, which is how a laptop dies in the middle of a test.
"""

from __future__ import annotations

import contextlib
import shlex
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from msgspec import Struct

from hardware.simulated.line import Faults
from hardware.simulated.noisy_line import NoisyLine

__all__ = ["BENCH", "CountedLine", "Meter", "SerialLine", "Served", "network_line", "network_options", "serial_options"]

_DIAL_S: Final = 5.0
BENCH: Final = "10.0.2.100:8711"
"""Where the laptop finds the bench, in its own network of one address."""


class Served(Struct, frozen=True):
    """A folder that is served to a laptop that starts over the network, and the first file that it asks for."""

    folder: Path
    first: str
    to_uefi: bool


class Meter:
    """Counts bytes from the laptop since the bench's first word; at `limit` it calls `burnt`, once."""

    def __init__(self, limit: int | None = None, burnt: Callable[[], None] | None = None) -> None:
        self._left = limit
        self._burnt = burnt
        self._answered = False
        self.from_laptop = 0
        self.to_laptop = 0

    def bench_said(self, size: int) -> None:
        """The bench said so many bytes."""
        self._answered = True
        self.to_laptop += size

    def laptop_said(self, size: int) -> None:
        """The laptop said so many bytes."""
        self.from_laptop += size
        if self._answered and self._left is not None:
            self._left -= size
            if self._left <= 0 and self._burnt:
                burnt, self._burnt = self._burnt, None
                burnt()


def serial_options(folder: Path, kind: str) -> list[str]:
    """QEMU's options for the laptop's own serial port ("serial") or a USB adapter of FTDI's kind ("ftdi")."""
    options = ["-chardev", f"socket,id=line,path={folder / 'line.sock'},server=on,wait=off"]
    if kind == "serial":
        return [*options, "-serial", "chardev:line"]
    return [*options, "-device", "usb-serial,bus=usb.0,chardev=line,serial=FT0INTAKE"]


def network_options(folder: Path, mac: str, *, served: Served | None = None) -> list[str]:
    """QEMU's options for a network in which there is only the bench, each connection to it through `relay.py`."""
    relay = Path(__file__).with_name("relay.py")
    command = shlex.join([sys.executable, "-I", "-S", str(relay), str(folder / "bench.sock")]).replace(",", ",,")
    network = f"user,id=net,restrict=on,guestfwd=tcp:{BENCH}-cmd:{command}"
    if served is None:
        # The network chip's own start-up code would look for a server at every start.
        return ["-netdev", network, "-device", f"e1000,netdev=net,mac={mac},romfile="]
    network += f",tftp={str(served.folder).replace(',', ',,')},bootfile={served.first}"
    # UEFI has a driver of its own for this one; it takes a random number for the conversation.
    card = f"virtio-net-pci,netdev=net,mac={mac},bootindex=0" + (",romfile=" if served.to_uefi else "")
    return ["-netdev", network, "-device", card, "-device", "virtio-rng-pci"]


class CountedLine:
    """Takes connections at a Unix socket, dials on for each, and carries bytes both ways.

    `from_caller` and `to_caller` are told how many. A call that cannot be dialled on is hung up.
    """

    def __init__(
        self,
        path: Path,
        dial: Callable[[], socket.socket],
        from_caller: Callable[[int], None],
        to_caller: Callable[[int], None],
    ) -> None:
        self._dial = dial
        self._from_caller = from_caller
        self._to_caller = to_caller
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(8)
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._closed = False
        self._start(self._accept)

    def close(self) -> None:
        """Hangs up every connection, and takes no more."""
        with self._lock:
            self._closed = True
            for one in (self._listener, *self._open):
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                caller, _ = self._listener.accept()
            except OSError:  # closed
                return
            self._start(self._connect, caller)

    def _connect(self, caller: socket.socket) -> None:
        with caller:
            try:
                called = self._dial()
            except OSError:
                return
            with called:
                with self._lock:
                    if self._closed:
                        return
                    self._open |= {caller, called}
                back = self._start(self._carry, called, caller, self._to_caller)
                self._carry(caller, called, self._from_caller)
                back.join()
                with self._lock:
                    self._open -= {caller, called}

    def _carry(self, source: socket.socket, target: socket.socket, count: Callable[[int], None]) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                count(len(data))
                target.sendall(data)
        for one in (source, target):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _start(self, work: Callable[..., None], *arguments: object) -> threading.Thread:
        thread = threading.Thread(target=work, args=arguments, name="laptop-line", daemon=True)
        thread.start()
        return thread


class SerialLine:
    """The laptop's serial port as one of this computer's, at `port`: with the speed and the faults of a real cable."""

    def __init__(self, folder: Path, port: Path, meter: Meter, *, baud: int, faults: Faults, seed: int) -> None:
        def dial() -> socket.socket:
            return _unix(folder / "line.sock")

        self._counted = CountedLine(folder / "wire.sock", dial, meter.bench_said, meter.laptop_said)
        try:
            self._line = NoisyLine(port, folder / "wire.sock", baud=baud, faults=faults, seed=seed)
        except OSError:
            self._counted.close()
            raise

    def cut(self) -> None:
        """Pulls the cable out."""
        self._line.cut()

    def mend(self) -> None:
        """Plugs it in again."""
        self._line.mend()

    def close(self) -> None:
        """Takes the port away; who has it open is hung up."""
        self._line.close()
        self._counted.close()


def network_line(folder: Path, bench: tuple[str, int], meter: Meter) -> CountedLine:
    """Each of the laptop's connections, to the bench. One that is not there hangs up, and the laptop tries again."""

    def dial() -> socket.socket:
        called = socket.create_connection(bench, _DIAL_S)
        called.settimeout(None)
        return called

    return CountedLine(folder / "bench.sock", dial, meter.laptop_said, meter.bench_said)


def _unix(path: Path) -> socket.socket:
    called = socket.socket(socket.AF_UNIX)
    try:
        called.connect(str(path))
    except OSError:
        called.close()
        raise
    return called
