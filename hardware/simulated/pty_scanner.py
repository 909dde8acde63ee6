"""A serial scanner on a pseudo-terminal: to whoever opens its path it is a port with a scanner behind it.

It is plugged in when it is made, can be pulled out and plugged in again, and sends what it is told to scan. What a pty
lacks of a port: a baud rate, DTR and RTS, and a place in the system's list of ports (`seen` gives its own).
"""

from __future__ import annotations

import contextlib
import os
import random
import secrets
import select
import tty
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from hardware.scanners.serial_ports import PortSeen

__all__ = ["ACCEPTS_WITHIN", "LinkTaken", "PtyScanner", "scan_lines"]

ACCEPTS_WITHIN: Final = 5.0
"""Seconds that a scanner waits for a reader that takes nothing; then the rest of what it sends is lost."""

HONEYWELL: Final = (0x0C2E, 0x0720)

_PTYS: Final = "/dev/pts"
"""Where Linux has pseudo-terminals. A link to one of them is what a stand-in that was killed leaves behind."""


class LinkTaken(FileExistsError):
    """Something stands at the link's path that no stand-in has made. It is as it was."""


class PtyScanner:
    """One stand-in. `link`, where one is given, is a symbolic link to the port that is the same from plug to plug, as
    the paths under /dev/serial/by-id are; without one, each plugging in may give another path, as with ttyACM numbers.

    A link that a stand-in left behind is taken over; nothing else at its path is replaced, and nothing else removed.
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
        """Plugs it in, if it is out. Raises `LinkTaken`, or `OSError` where there can be no link; it is out then."""
        if self._master is not None:
            return
        self._master, self._slave = os.openpty()
        # No echo and no editing. Held open, because a line that nobody has open forgets how it is set.
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self._device = os.ttyname(self._slave)
        if self._link:
            try:
                _point(self._link, self._device)
            except OSError:
                self.unplug()
                raise

    def unplug(self) -> None:
        """Pulls it out, if it is in: whoever has it open is hung up."""
        if self._master is None or self._slave is None:
            return
        if self._link and _target(self._link) == self._device:
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


def scan_lines(lines: Iterable[str], scanner: PtyScanner) -> None:
    """Scans each line, until there are no more."""
    for line in lines:
        if text := line.rstrip("\r\n"):
            scanner.scan(text)


def _point(link: Path, device: str) -> None:
    """Makes the link, in the place of one to a pseudo-terminal or of nothing."""
    try:
        link.symlink_to(device)
    except FileExistsError as error:
        if os.path.dirname(_target(link)) != _PTYS:
            raise LinkTaken(error.errno, "something else is there", str(link)) from error
        fresh = link.with_name(f".scanner-{secrets.token_hex(8)}")
        fresh.symlink_to(device)
        fresh.replace(link)


def _target(link: Path) -> str:
    """What a symbolic link says; blank where there is none."""
    try:
        return os.readlink(link)
    except OSError:
        return ""
