"""The laptop's text console: while it is in its graphics mode, the kernel draws no text over the pictures.

The mode outlives the process that has set it. So whoever survives that process can give the console back, too: `keep`.
Numbers: linux/kd.h.
"""

from __future__ import annotations

import fcntl
import os
import struct
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

DEVICE = "/dev/tty0"
"""The console that is seen."""
GET_MODE, SET_MODE = 0x4B3B, 0x4B3A
TEXT, GRAPHICS = 0, 1


class Console(NamedTuple):
    """A console by its device. `ours`: no other program draws on it whatever its mode, as on the boot stick."""

    path: str
    ours: bool = False

    def mode(self) -> int:
        """`TEXT` or `GRAPHICS`. Raises `OSError` where there is none, or where this user may not have it."""
        told = bytearray(8)
        file = self._open()
        try:
            fcntl.ioctl(file, GET_MODE, told)
        finally:
            os.close(file)
        return int(struct.unpack_from("@i", told)[0])

    def set_mode(self, mode: int) -> None:
        """Back in text mode, the kernel draws its text anew. Raises `OSError`."""
        file = self._open()
        try:
            fcntl.ioctl(file, SET_MODE, mode)
        finally:
            os.close(file)

    def is_taken(self) -> bool:
        """True where another program draws on it. Raises `OSError`."""
        return self.mode() == GRAPHICS and not self.ours

    def keep(self) -> Callable[[], bool]:
        """To be called before something may take the console; what it gives puts it back into text mode afterwards.

        That one never raises, and gives True where the console shows text. It leaves alone what another program had.
        """
        try:
            taken = self.is_taken()
        except OSError:
            taken = True

        def give_back() -> bool:
            if taken:
                return False
            try:
                self.set_mode(TEXT)
            except OSError:
                return False
            return True

        return give_back

    def _open(self) -> int:
        return os.open(self.path, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
