"""A serial port as a way to the bench, and which ports a laptop has. Linux; no other program is needed.

Nothing on the line is trusted: ..wire finds whole packets among boot messages and noise.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import select
import termios
import time

from ..wire.arq import LineEnd
from ..wire.packets import Role
from . import wording
from .carrier import Gone, Lost

BAUDS = {
    9600: termios.B9600,
    19200: termios.B19200,
    38400: termios.B38400,
    57600: termios.B57600,
    115200: termios.B115200,
    230400: termios.B230400,
    460800: termios.B460800,
    921600: termios.B921600,
}
"""The speeds that a port can be set to (termios(3)); every UART and adapter knows those up to 115200."""
DEFAULT_BAUD = 115200
SILENT_SECONDS = 10.0
"""A bench that was there says something every half second (..wire.arq); silent so long, another may take the laptop."""
TTYS = "/sys/class/tty"
PORT = re.compile(r"tty(S|USB|ACM)[0-9]{1,3}")
_PIECE = 4096
_MODEM_SUBCLASSES = ("08", "09", "0d", "0e")
"""Communications subclasses of USB: wireless handset control, device management, network control (NCM), mobile
broadband (MBIM); USB-IF, class definitions for communications devices."""


def ports(folder: str = TTYS) -> list[str]:
    """The devices of all serial ports that are there now: real UARTs, and USB adapters; not the laptop's own modem."""
    found = []
    with contextlib.suppress(OSError):
        for name in sorted(os.listdir(folder)):
            match = PORT.fullmatch(name)
            if match is None:
                continue
            place, kind = os.path.join(folder, name), match.group(1)
            if _is_uart(os.path.join(place, "type")) if kind == "S" else kind != "ACM" or not _is_modem(place):
                found.append(f"/dev/{name}")
    return found


def _is_modem(place: str) -> bool:
    """True for the control port of a mobile network modem: what the agent says there would be commands to it.

    It is built in, or another of its interfaces is one of a modem, or carries a network.
    """
    interface = os.path.realpath(os.path.join(place, "device"))
    device = os.path.dirname(interface)
    if _read(os.path.join(device, "removable")) == "fixed":
        return True
    with contextlib.suppress(OSError):
        for name in os.listdir(device):
            beside = os.path.join(device, name)
            kind = (_read(os.path.join(beside, "bInterfaceClass")), _read(os.path.join(beside, "bInterfaceSubClass")))
            if (kind[0] == "02" and kind[1] in _MODEM_SUBCLASSES) or os.path.isdir(os.path.join(beside, "net")):
                return True
    return False


def _read(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return file.read(16).decode("ascii", "replace").strip()
    except OSError:
        return ""


def _is_uart(path: str) -> bool:
    # The kernel makes four ttyS whether there are UARTs behind them or not; type 0 is PORT_UNKNOWN (serial_core.h).
    return _read(path) not in ("", "0")


class SerialCarrier:
    """One open port. Raises `Lost` where it cannot be opened, `Gone` where it is not there."""

    narrow = True

    def __init__(self, device: str, baud: int) -> None:
        self._name = os.path.basename(device)
        try:
            self._fd = os.open(device, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            raise self._broken(error) from error
        try:
            _set_raw(self._fd, baud)
        except (OSError, termios.error) as error:
            os.close(self._fd)
            raise Lost(wording.no_serial(self._name, error.args[0])) from error
        session = int.from_bytes(os.urandom(8), "big") or 1
        self._end = LineEnd(Role.LAPTOP, session, time.monotonic())
        self._backlog = b""
        self._unsent = b""

    def reached(self) -> bool:
        """True once a bench has answered."""
        return self._end.connected

    def room(self) -> int:
        """As `Carrier`."""
        return 0 if self._backlog else self._end.room

    def send(self, data: bytes) -> None:
        """As `Carrier`."""
        self._backlog += data
        self._fill()

    def turn(self, seconds: float, wake: int) -> bytes:
        """As `Carrier`. Lost where the bench started anew, or has been silent for long."""
        now = time.monotonic()
        self._fill()
        if not self._unsent:
            self._unsent = self._end.outgoing(now)
        try:
            self._write()
            # What could not be written waits for the port; nothing new is asked for before.
            wait = seconds if self._unsent else max(0.0, min(seconds, self._end.wake_at - now))
            ready = select.select([self._fd, wake], [self._fd] if self._unsent else [], [], wait)[0]
            if self._fd in ready:
                self._read()
        except OSError as error:
            raise self._broken(error) from error
        heard = self._end.heard_at
        if self._end.restarts:
            raise Lost(wording.BENCH_STARTED_ANEW)
        if heard is not None and time.monotonic() - heard > SILENT_SECONDS:
            raise Lost(wording.silent(self._name))
        return self._end.read()

    def close(self) -> None:
        """As `Carrier`."""
        with contextlib.suppress(OSError, termios.error):
            termios.tcflush(self._fd, termios.TCIOFLUSH)  # closing waits for what is not sent
        with contextlib.suppress(OSError):
            os.close(self._fd)

    def _fill(self) -> None:
        if self._backlog:
            self._backlog = self._backlog[self._end.write(self._backlog) :]

    def _write(self) -> None:
        if self._unsent:
            with contextlib.suppress(BlockingIOError):
                self._unsent = self._unsent[os.write(self._fd, self._unsent) :]

    def _read(self) -> None:
        with contextlib.suppress(BlockingIOError):
            data = os.read(self._fd, _PIECE)
            if not data:
                raise OSError(errno.EIO, "hung up")
            self._end.feed(data, time.monotonic())

    def _broken(self, error: OSError) -> Lost:
        sentence = wording.no_serial(self._name, error.errno)
        return Gone(sentence) if error.errno in (errno.ENOENT, errno.ENODEV, errno.ENXIO) else Lost(sentence)


def _set_raw(fd: int, baud: int) -> None:
    """8 bits, no parity, 1 stop bit, no flow control, nothing changed on the way, modem lines not looked at."""
    speed = BAUDS[baud]
    control = termios.CS8 | termios.CREAD | termios.CLOCAL
    modes = termios.tcgetattr(fd)
    modes[:6] = [0, 0, control, 0, speed, speed]
    modes[6][termios.VMIN] = 0
    modes[6][termios.VTIME] = 0
    termios.tcsetattr(fd, termios.TCSANOW, modes)
    termios.tcflush(fd, termios.TCIFLUSH)
