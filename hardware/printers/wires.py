"""The ways to a ZPL printer: a network connection, a serial port, a device file. Bytes only, with a limit to every
wait.

A wire raises `PrinterError` with one sentence for whatever keeps it from the printer, `PrinterHolds` where the printer
may have the whole of what was sent all the same, and `PrinterRefused` where what was named can never be one.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import select
import socket
import stat
import struct
import termios
import time
from typing import Final, Protocol

import serial
from msgspec import Struct

from hardware.printers.host_status import LONGEST_ANSWER, is_whole
from hardware.printers.printer import PrinterError, PrinterHolds, PrinterRefused
from hardware.printers.wording import WIRE

__all__ = ["DeviceWire", "Patience", "SerialWire", "TcpWire", "Wire"]

_CHUNK: Final = 4096
_PIECE: Final = 256
"""Bytes that a serial port is given at once: a quarter of a second at 9600 baud."""
_SEND_BUFFER: Final = 64 * 2**10
"""Bytes that the system may hold back for us: with its own megabytes, a printer that hangs would look like one that
takes everything."""


_BROKEN: Final = (OSError, termios.error)
"""What a serial port raises that is gone: pyserial passes on termios' own error, which is no `OSError`."""


class Patience(Struct, frozen=True):
    """How long is waited, in seconds: our choices. `stall` is the longest time in which a printer takes nothing at
    all."""

    connect: float = 3.0
    stall: float = 10.0
    answer: float = 1.0
    finish: float = 3.0


class Wire(Protocol):
    """An open way to one printer."""

    def write(self, data: bytes) -> None:
        """Returns when the printer has taken every byte, as far as the way can tell.

        Raises `PrinterError` where the end of `data` has not left us, and `PrinterHolds` where it has, or may have.
        """
        ...

    def ask(self, question: bytes) -> bytes:
        """What the printer answers within `Patience.answer`; empty where it is silent. Raises `PrinterError`."""
        ...

    def close(self) -> None:
        """Lets the way go. Never raises."""
        ...


class _DescriptorWire:
    """What a socket and a device file share: waiting until a descriptor takes or gives bytes."""

    def __init__(self, name: str, descriptor: int, patience: Patience) -> None:
        self._name, self._descriptor, self._patience = name, descriptor, patience

    def write(self, data: bytes) -> None:
        self._hand_over(data)
        if trouble := self._trouble_until_taken():
            raise PrinterHolds(WIRE[f"end_{trouble}"].format(name=self._name))

    def ask(self, question: bytes) -> bytes:
        self._forget_what_came()
        self._hand_over(question)
        if trouble := self._trouble_until_taken():
            raise PrinterError(WIRE[trouble].format(name=self._name))
        return self._read(self._patience.answer)

    def _hand_over(self, data: bytes) -> None:
        """Gives the system every byte. Raises `PrinterError` where the last ones were not taken."""
        rest = memoryview(data)
        while rest:
            if not self._takes_more():
                raise PrinterError(WIRE["stalled"].format(name=self._name))
            try:
                rest = rest[os.write(self._descriptor, rest[:_CHUNK]) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise PrinterError(WIRE["lost"].format(name=self._name)) from error

    def _takes_more(self) -> bool:
        """True once the descriptor takes bytes; False where it took none for `Patience.stall`."""
        _, writable, _ = select.select((), (self._descriptor,), (), self._patience.stall)
        return bool(writable)

    def _trouble_until_taken(self) -> str:
        """Waits until the system holds back nothing of what it was given; "lost" or "stalled" where it stays so."""
        raise NotImplementedError

    def _read(self, seconds: float) -> bytes:
        until = time.monotonic() + seconds
        answer = b""
        while not is_whole(answer) and (left := until - time.monotonic()) > 0:
            readable, _, _ = select.select((self._descriptor,), (), (), left)
            if not readable:
                break
            piece = self._some()
            if not piece:
                break
            answer += piece
        return answer

    def _some(self) -> bytes:
        """What is there to read; empty at the end, and where reading is not possible."""
        try:
            return os.read(self._descriptor, LONGEST_ANSWER)
        except OSError:
            return b""

    def _forget_what_came(self) -> None:
        """An answer that came too late would be taken for the next one's."""
        for _ in range(64):
            readable, _, _ = select.select((self._descriptor,), (), (), 0)
            if not readable or not self._some():
                return


class TcpWire(_DescriptorWire):
    """A network printer's raw port (9100)."""

    def __init__(self, name: str, host: str, port: int, patience: Patience) -> None:
        try:
            self._socket = socket.create_connection((host, port), timeout=patience.connect)
        except ConnectionRefusedError as error:
            raise PrinterError(WIRE["refused"].format(name=name)) from error
        except (socket.gaierror, UnicodeError) as error:
            raise PrinterError(WIRE["no_such_host"].format(name=name)) from error
        except OSError as error:
            raise PrinterError(WIRE["unreachable"].format(name=name)) from error
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        self._socket.setblocking(False)
        super().__init__(name, self._socket.fileno(), patience)

    def close(self) -> None:
        try:
            # Half first: closed with something unread, the system would reset the connection and lose what is on its
            # way.
            self._socket.shutdown(socket.SHUT_WR)
            self._read(0.2)
        except OSError:
            pass
        self._socket.close()

    def _trouble_until_taken(self) -> str:
        """Until the printer's end has confirmed every byte; where the system does not tell, nothing is waited for."""
        least, until = None, 0.0
        while True:
            left = self._unconfirmed()
            # In this order: a connection that broke has nothing unconfirmed either.
            if self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                return "lost"
            if not left:
                return ""
            if least is None or left < least:
                least, until = left, time.monotonic() + self._patience.stall
            elif time.monotonic() > until:
                return "stalled"
            time.sleep(0.005)

    def _unconfirmed(self) -> int:
        try:
            # On Linux the same request is called SIOCOUTQ for a socket.
            (count,) = struct.unpack("i", fcntl.ioctl(self._descriptor, termios.TIOCOUTQ, b"\0\0\0\0"))
        except OSError:
            return 0
        return int(count)


class DeviceWire(_DescriptorWire):
    """A printer's device file: /dev/usb/lp0. It says how it is where its driver lets answers through."""

    def __init__(self, name: str, path: str, patience: Patience) -> None:
        flags = os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
        try:
            descriptor = os.open(path, os.O_RDWR | flags)
        except OSError as error:
            raise _not_opened(error, name) from error
        if not stat.S_ISCHR(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise PrinterRefused(WIRE["no_device"].format(name=name))
        super().__init__(name, descriptor, patience)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            os.close(self._descriptor)

    def _trouble_until_taken(self) -> str:
        # A driver gives its printer one piece at a time, and drops the one on its way when it is closed.
        return "" if self._takes_more() else "stalled"


class SerialWire:
    """A printer on a serial port, 8 bits, no parity, one stop bit, XON/XOFF; the printer must be set to the same."""

    def __init__(self, name: str, path: str, baud: int, patience: Patience) -> None:
        self._name, self._patience = name, patience
        self._broken = False
        try:
            self._port = serial.Serial(
                path, baud, timeout=0.05, write_timeout=patience.stall, xonxoff=True, exclusive=True
            )
        except (*_BROKEN, ValueError) as error:
            raise _not_opened(error, name) from error

    def write(self, data: bytes) -> None:
        if trouble := self._trouble_sending(data[:-_PIECE]):
            raise PrinterError(WIRE[trouble].format(name=self._name))
        # pyserial does not tell how much of a piece has gone: the last one may have gone whole.
        if trouble := self._trouble_sending(data[-_PIECE:]) or self._trouble_until_gone():
            raise PrinterHolds(WIRE[f"end_{trouble}"].format(name=self._name))

    def ask(self, question: bytes) -> bytes:
        answer = b""
        try:
            self._port.reset_input_buffer()
            if trouble := self._trouble_sending(question) or self._trouble_until_gone():
                raise PrinterError(WIRE[trouble].format(name=self._name))
            until = time.monotonic() + self._patience.answer
            while not is_whole(answer) and time.monotonic() < until:
                answer += self._port.read(LONGEST_ANSWER - len(answer))
        except _BROKEN as error:
            self._broken = True
            raise PrinterError(WIRE["lost"].format(name=self._name)) from error
        return answer

    def close(self) -> None:
        # Or closing waits, without end, for a printer that hangs.
        if self._broken:
            with contextlib.suppress(*_BROKEN):
                self._port.reset_output_buffer()
        with contextlib.suppress(*_BROKEN):
            self._port.close()

    def _trouble_sending(self, data: bytes) -> str:
        """Gives the port every byte; "lost" or "stalled" where it does not take them."""
        try:
            # A piece at a time, so that the wait is for a printer that takes nothing, not for a slow line.
            for start in range(0, len(data), _PIECE):
                self._port.write(data[start : start + _PIECE])
        except serial.SerialTimeoutException:
            self._broken = True
            return "stalled"
        except _BROKEN:
            self._broken = True
            return "lost"
        return ""

    def _trouble_until_gone(self) -> str:
        """Until the port has sent what it holds; flush() would wait without end for a printer that hangs."""
        try:
            left, until = self._port.out_waiting, time.monotonic() + self._patience.stall
            while left:
                if time.monotonic() > until:
                    self._broken = True
                    return "stalled"
                time.sleep(0.01)
                now = self._port.out_waiting
                if now < left:
                    until = time.monotonic() + self._patience.stall
                left = now
        except _BROKEN:
            self._broken = True
            return "lost"
        return ""


def _not_opened(error: Exception, name: str) -> PrinterError | PrinterRefused:
    # pyserial tells the number of what it could not open, and leaves that of what it could not set up to termios.
    number = getattr(error, "errno", None)
    if number is None:
        number = next(iter((error if isinstance(error, termios.error) else error.__context__ or error).args), None)
    if number in (errno.EACCES, errno.EPERM):
        return PrinterError(WIRE["not_allowed"].format(name=name))
    if number in (errno.EBUSY, errno.EAGAIN):
        return PrinterError(WIRE["busy"].format(name=name))
    if number in (errno.EISDIR, errno.ENOTTY, errno.EINVAL) or isinstance(error, ValueError):
        return PrinterRefused(WIRE["no_device"].format(name=name))
    return PrinterError(WIRE["not_there"].format(name=name))
