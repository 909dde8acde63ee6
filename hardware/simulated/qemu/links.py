"""How a virtual laptop reaches its bench: a serial port that the bench can open, or a network with nothing else in it.

Both count what the laptop has said since the bench first answered, which is how a laptop dies in the middle of a test.
"""

from __future__ import annotations

import contextlib
import os
import select
import shlex
import socket
import sys
import threading
import time
import tty
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

__all__ = ["BENCH", "Line", "Meter", "NetworkLine", "SerialLine", "network_options", "serial_options"]

_NOBODY_READS_S: Final = 0.5
"""A line on which the bench took nothing for so long loses what comes, as a wire does, until it takes something."""

_DIAL_S: Final = 5.0
BENCH: Final = "10.0.2.100:8711"
"""Where the laptop finds the bench, in its own network of one address."""


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


class Line(Protocol):
    """One end of a laptop's connection, on the bench's computer."""

    def close(self) -> None:
        """Takes it away; who has it open is hung up."""
        ...


def serial_options(folder: Path, kind: str) -> list[str]:
    """QEMU's options for the laptop's own serial port ("serial") or a USB adapter of FTDI's kind ("ftdi")."""
    options = ["-chardev", f"socket,id=line,path={folder / 'line.sock'},server=on,wait=off"]
    if kind == "serial":
        return [*options, "-serial", "chardev:line"]
    return [*options, "-device", "usb-serial,bus=usb.0,chardev=line,serial=FT0INTAKE"]


def network_options(folder: Path, mac: str, *, boot_files: Path | None = None, boot_file: str = "") -> list[str]:
    """QEMU's options for a network in which there is only the bench, each connection to it through `relay.py`.

    `boot_files` is a folder that is served to a laptop that starts over the network, `boot_file` the first of them.
    """
    relay = Path(__file__).with_name("relay.py")
    command = shlex.join([sys.executable, "-I", "-S", str(relay), str(folder / "bench.sock")]).replace(",", ",,")
    network = f"user,id=net,restrict=on,guestfwd=tcp:{BENCH}-cmd:{command}"
    if boot_files is None:
        # The network chip's own start-up code would look for a server at every start.
        return ["-netdev", network, "-device", f"e1000,netdev=net,mac={mac},romfile="]
    network += f",tftp={str(boot_files).replace(',', ',,')},bootfile={boot_file}"
    # UEFI has a driver of its own for this one; it takes a random number for the conversation.
    return [
        "-netdev",
        network,
        "-device",
        f"virtio-net-pci,netdev=net,mac={mac},bootindex=0",
        "-device",
        "virtio-rng-pci",
    ]


class SerialLine:
    """Carries bytes between QEMU's socket and a pseudo-terminal, whose path `link` the bench opens as a serial port."""

    def __init__(self, socket_path: Path, link: Path, meter: Meter) -> None:
        self._qemu = socket.socket(socket.AF_UNIX)
        self._qemu.connect(str(socket_path))
        self._qemu.setblocking(False)
        # Held open, because a line that nobody has open forgets how it is set.
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        link.unlink(missing_ok=True)
        link.symlink_to(os.ttyname(self._slave))
        self.path = link
        self._meter = meter
        self._wake, self._stop = os.pipe()
        self._thread = threading.Thread(target=self._carry, name="serial-line", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Hangs up both ends."""
        os.close(self._stop)
        self._thread.join()
        self.path.unlink(missing_ok=True)
        for handle in (self._master, self._slave, self._wake):
            os.close(handle)
        self._qemu.close()

    def _carry(self) -> None:
        qemu = self._qemu.fileno()
        silent_since = 0.0
        while True:
            ready, _, _ = select.select([qemu, self._master, self._wake], [], [])
            if self._wake in ready:
                return
            with contextlib.suppress(BlockingIOError):
                if qemu in ready:
                    data = self._qemu.recv(4096)
                    if not data:
                        return
                    self._meter.laptop_said(len(data))
                    silent_since = self._to_bench(data, silent_since)
                if self._master in ready:
                    data = os.read(self._master, 4096)
                    self._meter.bench_said(len(data))
                    self._to_laptop(data)

    def _to_bench(self, data: bytes, silent_since: float) -> float:
        """Writes what is taken; the time since when nothing was taken, or 0.0."""
        view = memoryview(data)
        while view:
            wait = 0.0 if silent_since and time.monotonic() - silent_since > _NOBODY_READS_S else _NOBODY_READS_S
            if not select.select([], [self._master], [], wait)[1]:
                return silent_since or time.monotonic() - _NOBODY_READS_S
            try:
                view = view[os.write(self._master, view) :]
                silent_since = 0.0
            except BlockingIOError:
                continue
        return 0.0

    def _to_laptop(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            _, writable, _ = select.select([], [self._qemu], [], _NOBODY_READS_S)
            if not writable:
                return
            try:
                view = view[self._qemu.send(view) :]
            except BlockingIOError:
                continue
            except OSError:
                return


class NetworkLine:
    """Takes the laptop's connections at a Unix socket, and dials the bench for each."""

    def __init__(self, socket_path: Path, bench: tuple[str, int], meter: Meter) -> None:
        self._bench = bench
        self._meter = meter
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(socket_path))
        self._listener.listen(8)
        self._open: set[socket.socket] = set()
        self._closed = False
        threading.Thread(target=self._accept, name="network-line", daemon=True).start()

    def close(self) -> None:
        """Hangs up every connection, and takes no more."""
        self._closed = True
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in list(self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while not self._closed:
            try:
                laptop, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._connect, args=(laptop,), name="network-line", daemon=True).start()

    def _connect(self, laptop: socket.socket) -> None:
        with laptop:
            try:
                bench = socket.create_connection(self._bench, _DIAL_S)
            except OSError:
                # As a bench that is not there: the laptop tries again.
                return
            with bench:
                bench.settimeout(None)
                self._open |= {laptop, bench}
                back = threading.Thread(
                    target=self._carry, args=(bench, laptop, self._meter.bench_said), name="network-line", daemon=True
                )
                back.start()
                self._carry(laptop, bench, self._meter.laptop_said)
                back.join()
                self._open -= {laptop, bench}

    def _carry(self, source: socket.socket, target: socket.socket, count: Callable[[int], None]) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                count(len(data))
                target.sendall(data)
        for one in (source, target):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
