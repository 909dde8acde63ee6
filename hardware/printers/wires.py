"""The ways to a ZPL printer: a network connection, a serial port, a device file. Bytes only, with a limit to every
wait.

A wire raises `PrinterError` with one sentence for whatever keeps it from the printer, and `PrinterRefused` where what
was named can never be one.
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
from hardware.printers.printer import PrinterError, PrinterRefused
from hardware.printers.wording import WIRE

__all__ = ["DeviceWire", "Patience", "SerialWire", "TcpWire", "Wire"]

_CHUNK: Final = 4096
_PIECE: Final = 256
"""Bytes that a serial port is given at once: a quarter of a second at 9600 baud."""
_SEND_BUFFER: Final = 64 * 2**10
"""Bytes that the system may hold back for us: with its own megabytes, a printer that hangs would look like one that
takes everything."""


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
        """Returns when the printer has taken every byte, as far as the way can tell."""
        ...

    def ask(self, question: bytes) -> bytes:
        """What the printer answers within `Patience.answer`; empty where it is silent."""
        ...

    def close(self) -> None:
        """Lets the way go. Never raises."""
        ...


class _DescriptorWire:
    """What a socket and a device file share: waiting until a descriptor takes or gives bytes."""

    def __init__(self, name: str, descriptor: int, patience: Patience) -> None:
        self._name, self._descriptor, self._patience = name, descriptor, patience

    def write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            _, writable, _ = select.select((), (self._descriptor,), (), self._patience.stall)
            if not writable:
                raise PrinterError(WIRE["stalled"].format(name=self._name))
            try:
                rest = rest[os.write(self._descriptor, rest[:_CHUNK]) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise PrinterError(WIRE["lost"].format(name=self._name)) from error

    def ask(self, question: bytes) -> bytes:
        self._forget_what_came()
        self.write(question)
        return self._read(self._patience.answer)

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

    def write(self, data: bytes) -> None:
        super().write(data)
        self._wait_until_taken()

    def close(self) -> None:
        try:
            # Half first: closed with something unread, the system would reset the connection and lose what is on its
            # way.
            self._socket.shutdown(socket.SHUT_WR)
            self._read(0.2)
        except OSError:
            pass
        self._socket.close()

    def _wait_until_taken(self) -> None:
        """Until the printer's end has confirmed every byte; where the system does not tell, nothing is waited for."""
        left, until = self._unconfirmed(), time.monotonic() + self._patience.stall
        while left:
            if time.monotonic() > until:
                raise PrinterError(WIRE["stalled"].format(name=self._name))
            time.sleep(0.005)
            now = self._unconfirmed()
            if now < left:
                until = time.monotonic() + self._patience.stall
            left = now

    def _unconfirmed(self) -> int:
        if self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            raise PrinterError(WIRE["lost"].format(name=self._name))
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


class SerialWire:
    """A printer on a serial port, 8 bits, no parity, one stop bit, XON/XOFF; the printer must be set to the same."""

    def __init__(self, name: str, path: str, baud: int, patience: Patience) -> None:
        self._name, self._patience = name, patience
        self._broken = False
        try:
            self._port = serial.Serial(
                path, baud, timeout=0.05, write_timeout=patience.stall, xonxoff=True, exclusive=True
            )
        except (OSError, ValueError) as error:
            raise _not_opened(error, name) from error

    def write(self, data: bytes) -> None:
        try:
            # A piece at a time, so that the wait is for a printer that takes nothing, not for a slow line.
            for start in range(0, len(data), _PIECE):
                self._port.write(data[start : start + _PIECE])
            self._wait_until_gone()
        except serial.SerialTimeoutException as error:
            self._broken = True
            raise PrinterError(WIRE["stalled"].format(name=self._name)) from error
        except OSError as error:
            self._broken = True
            raise PrinterError(WIRE["lost"].format(name=self._name)) from error

    def ask(self, question: bytes) -> bytes:
        answer = b""
        try:
            self._port.reset_input_buffer()
            self.write(question)
            until = time.monotonic() + self._patience.answer
            while not is_whole(answer) and time.monotonic() < until:
                answer += self._port.read(LONGEST_ANSWER - len(answer))
        except OSError as error:
            raise PrinterError(WIRE["lost"].format(name=self._name)) from error
        return answer

    def close(self) -> None:
        try:
            # Or closing waits, without end, for a printer that hangs.
            if self._broken:
                self._port.reset_output_buffer()
            self._port.close()
        except OSError:
            pass

    def _wait_until_gone(self) -> None:
        """Until the port has sent what it holds; flush() would wait without end for a printer that hangs."""
        left, until = self._port.out_waiting, time.monotonic() + self._patience.stall
        while left:
            if time.monotonic() > until:
                self._broken = True
                raise PrinterError(WIRE["stalled"].format(name=self._name))
            time.sleep(0.01)
            now = self._port.out_waiting
            if now < left:
                until = time.monotonic() + self._patience.stall
            left = now


def _not_opened(error: Exception, name: str) -> PrinterError | PrinterRefused:
    # pyserial tells the number of what it could not open, and leaves that of what it could not set up to termios.
    number = getattr(error, "errno", None) or next(iter(getattr(error.__context__, "args", ())), None)
    if number in (errno.EACCES, errno.EPERM):
        return PrinterError(WIRE["not_allowed"].format(name=name))
    if number in (errno.EBUSY, errno.EAGAIN):
        return PrinterError(WIRE["busy"].format(name=name))
    if number in (errno.EISDIR, errno.ENOTTY, errno.EINVAL) or isinstance(error, ValueError):
        return PrinterRefused(WIRE["no_device"].format(name=name))
    return PrinterError(WIRE["not_there"].format(name=name))
