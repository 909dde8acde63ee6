"""A serial scanner on a pseudo-terminal: to whoever opens its path it is a port with a scanner behind it.

It is plugged in when it is made, can be pulled out and plugged in again, and sends what it is told to scan. What a pty
lacks of a port: a baud rate, DTR and RTS, and a place in the system's list of ports (`seen` gives its own).
"""

from __future__ import annotations

import contextlib
import os
import random
import select
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from hardware.scanners.serial_ports import PortSeen
from hardware.simulated.pty_port import LinkTaken, PtyPort

__all__ = ["ACCEPTS_WITHIN", "LinkTaken", "PtyScanner", "scan_lines"]

ACCEPTS_WITHIN: Final = 5.0
"""Seconds that a scanner waits for a reader that takes nothing; then the rest of what it sends is lost."""

HONEYWELL: Final = (0x0C2E, 0x0720)


class PtyScanner:
    """One stand-in. `link`, where one is given, is a symbolic link to the port that is the same from plug to plug, as
    the paths under /dev/serial/by-id are; without one, each plugging in may give another path, as with ttyACM numbers.

    A link that a stand-in left behind is taken over; nothing else at its path is replaced, and nothing else removed.
    """

    def __init__(self, link: Path | None = None, *, usb: tuple[int, int] = HONEYWELL, serial: str = "") -> None:
        self._port = PtyPort(link)
        self._usb = usb
        self._serial = serial
        self.plug()

    @property
    def path(self) -> str:
        """Where it is to be opened; where it was, while it is pulled out."""
        return self._port.path

    def seen(self) -> tuple[PortSeen, ...]:
        """The system's list of ports, were this its only one."""
        if self._port.master is None:
            return ()
        return (PortSeen(self.path, *self._usb, self._serial),)

    def plug(self) -> None:
        """Plugs it in, if it is out. Raises `LinkTaken`, or `OSError` where there can be no link; it is out then."""
        self._port.plug()

    def unplug(self) -> None:
        """Pulls it out, if it is in: whoever has it open is hung up."""
        self._port.unplug()

    def scan(self, text: str, end: str = "\r") -> None:
        """Sends one code and its end."""
        self.send(f"{text}{end}".encode())

    def noise(self, size: int, seed: int = 0) -> None:
        """Sends so many bytes of noise, the same for the same seed."""
        self.send(random.Random(seed).randbytes(size))

    def send(self, data: bytes) -> None:
        """Sends bytes as they are. A scanner that is pulled out sends nothing, and one that nobody reads loses them."""
        while data and (master := self._port.master) is not None:
            _, writable, _ = select.select([], [master], [], ACCEPTS_WITHIN)
            if not writable:
                return
            with contextlib.suppress(BlockingIOError):
                data = data[os.write(master, data) :]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.unplug()


def scan_lines(lines: Iterable[str], scanner: PtyScanner) -> None:
    """Scans each line, until there are no more."""
    for line in lines:
        if text := line.rstrip("\r\n"):
            scanner.scan(text)
