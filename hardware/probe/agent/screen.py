"""The laptop's text console: pages are written to it, and nothing is ever read from it.

The only control sequences are those made here (console_codes(4)); what others say has none left (messages.clean).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import struct
import termios
from typing import TYPE_CHECKING

from .page import PLAIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .page import Row

DEFAULT_SIZE = (80, 24)
MOST_COLUMNS, MOST_ROWS = 400, 150
_HOME = b"\x1b[H"
# No cursor, never dark, nothing left from before.
_BEGIN = b"\x1b[?25l\x1b[9;0]\x1b[14;0]\x1b[0m\x1b[2J"
_COLOURS = {
    PLAIN: ("0;37;40", "47"),
    "ready": ("0;1;37;44", "47"),
    "busy": ("0;30;43", "40"),
    "pass": ("0;30;42", "40"),
    "fail": ("0;1;37;41", "47"),
    "hold": ("0;1;37;45", "47"),
}
"""For each tone: the colours of a row, and of the blocks of its large letters."""
_BLOCKS = re.compile("#+")


class Screen:
    """One console, which may be missing: then nothing is shown, and it is tried again."""

    def __init__(self, device: str) -> None:
        self._device = device
        self._fd: int | None = None
        self._drawn: tuple[object, ...] = ()

    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        if self._open():
            with contextlib.suppress(OSError):
                assert self._fd is not None
                rows, columns = struct.unpack("HHHH", fcntl.ioctl(self._fd, termios.TIOCGWINSZ, bytes(8)))[:2]
                if rows and columns:
                    return min(columns, MOST_COLUMNS), min(rows, MOST_ROWS)
        return DEFAULT_SIZE

    def draw(self, rows: Sequence[Row]) -> None:
        """Shows the page. Never raises, and never waits for the console."""
        if tuple(rows) == self._drawn or not self._open():
            return
        assert self._fd is not None
        first = _BEGIN if not self._drawn else b""
        data = first + _HOME + b"\r\n".join(_encode(row) for row in rows) + b"\x1b[0m"
        self._drawn = tuple(rows)
        try:
            while data:
                data = data[os.write(self._fd, data) :]
        except BlockingIOError:
            self._drawn = ()  # it is drawn again when the console takes it
        except OSError:
            self._close()

    def _open(self) -> bool:
        if self._fd is None:
            with contextlib.suppress(OSError):
                self._fd = os.open(self._device, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
                self._drawn = ()
                _keep_quiet(self._fd)
        return self._fd is not None

    def _close(self) -> None:
        if self._fd is not None:
            with contextlib.suppress(OSError):
                os.close(self._fd)
        self._fd = None


def _keep_quiet(fd: int) -> None:
    """Keys that are pressed neither appear on the page nor stop it (^S) nor end anything (^C)."""
    with contextlib.suppress(OSError, termios.error):
        modes = termios.tcgetattr(fd)
        modes[0] &= ~(termios.IXON | termios.IXOFF)
        modes[3] &= ~(termios.ECHO | termios.ICANON | termios.ISIG)
        termios.tcsetattr(fd, termios.TCSANOW, modes)


def _encode(row: Row) -> bytes:
    colours, blocks = _COLOURS[row.tone]
    text = row.text
    if row.blocks:
        text = _BLOCKS.sub(lambda match: f"\x1b[{blocks}m{' ' * len(match.group())}\x1b[{colours}m", text)
    # To the end of the row in the row's own colour.
    return f"\x1b[{colours}m{text}\x1b[K".encode("ascii", "replace")
