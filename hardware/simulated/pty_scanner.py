"""A serial scanner on a pseudo-terminal: to whoever opens its path it is a port with a scanner behind it.

It is plugged in when it is made, can be pulled out and plugged in again, and sends what it is told to scan. What a pty
lacks of a port: a baud rate, DTR and RTS, and a place in the system's list of ports (`seen` gives its own).
"""

from __future__ import annotations

import contextlib
import os
import random
import select
import tty
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from hardware.scanners.serial_ports import PortSeen

__all__ = ["ACCEPTS_WITHIN", "PtyScanner", "run"]

ACCEPTS_WITHIN: Final = 5.0
"""Seconds that a scanner waits for a reader that takes nothing; then the rest of what it sends is lost."""

HONEYWELL: Final = (0x0C2E, 0x0720)


class PtyScanner:
    """One stand-in. `link`, where one is given, is a symbolic link to the port that is the same from plug to plug, as
    the paths under /dev/serial/by-id are; without one, each plugging in may give another path, as with ttyACM numbers.
    """

    def __init__(self, link: Path | None = None, *, usb: tuple[int, int] = HONEYWELL, serial: str = "") -> None:
        self._link = link
        self._usb = usb
        self._serial = serial
        self._master: int | None = None
        self._slave: int | None = None
        self._device = ""
        self.plug()

    @property
    def path(self) -> str:
        """Where it is to be opened; where it was, while it is pulled out."""
        return str(self._link) if self._link else self._device

    def seen(self) -> tuple[PortSeen, ...]:
        """The system's list of ports, were this its only one."""
        if self._master is None:
            return ()
        return (PortSeen(self.path, *self._usb, self._serial),)

    def plug(self) -> None:
        """Plugs it in, if it is out."""
        if self._master is not None:
            return
        self._master, self._slave = os.openpty()
        # No echo and no editing. Held open, because a line that nobody has open forgets how it is set.
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self._device = os.ttyname(self._slave)
        if self._link:
            fresh = self._link.with_name(f".{self._link.name}.new")
            fresh.unlink(missing_ok=True)
            fresh.symlink_to(self._device)
            fresh.replace(self._link)

    def unplug(self) -> None:
        """Pulls it out, if it is in: whoever has it open is hung up."""
        if self._master is None or self._slave is None:
            return
        if self._link:
            self._link.unlink(missing_ok=True)
        os.close(self._master)
        os.close(self._slave)
        self._master = self._slave = None

    def scan(self, text: str, end: str = "\r") -> None:
        """Sends one code and its end."""
        self.send(f"{text}{end}".encode())

    def noise(self, size: int, seed: int = 0) -> None:
        """Sends so many bytes of noise, the same for the same seed."""
        self.send(random.Random(seed).randbytes(size))

    def send(self, data: bytes) -> None:
        """Sends bytes as they are. A scanner that is pulled out sends nothing, and one that nobody reads loses them."""
        while data and self._master is not None:
            _, writable, _ = select.select([], [self._master], [], ACCEPTS_WITHIN)
            if not writable:
                return
            with contextlib.suppress(BlockingIOError):
                data = data[os.write(self._master, data) :]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.unplug()


def run(lines: Iterable[str], link: Path) -> None:
    """A scanner at `link` that scans each line, until there are no more."""
    with PtyScanner(link) as scanner:
        for line in lines:
            if text := line.rstrip("\r\n"):
                scanner.scan(text)
