"""What carries the bytes between the agent and a bench: a small interface, kept by a serial line and by the network."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Protocol

    class Carrier(Protocol):
        """Bytes both ways, in order and whole, until it is lost."""

        narrow: bool
        """True for a slow line."""

        def reached(self) -> bool:
            """True once somebody speaks at the other end."""

        def room(self) -> int:
            """How many bytes `send` takes now; 0 where what it has is to be sent first."""

        def send(self, data: bytes) -> None:
            """Takes bytes to be sent, all of them, also where they are more than there is room for."""

        def turn(self, seconds: float, wake: int) -> bytes:
            """Sends and receives; gives what has come, b"" where nothing has within about `seconds`.

            Ends early where `wake` can be read. Raises `Lost`.
            """

        def close(self) -> None:
            """Lets go of the line. Never raises."""


class Lost(Exception):
    """The bench cannot be reached, or not any more. The message is a sentence for the laptop's screen."""


class Gone(Lost):
    """The port itself is not there any more, so it is not tried again."""


class Wake:
    """Wakes a thread that waits for files."""

    def __init__(self) -> None:
        self.fd, self._writer = os.pipe()
        os.set_blocking(self.fd, False)
        os.set_blocking(self._writer, False)

    def set(self) -> None:
        """From any thread."""
        with contextlib.suppress(BlockingIOError):  # full: it will wake up anyway
            os.write(self._writer, b"x")

    def clear(self) -> None:
        """What has been set is seen."""
        with contextlib.suppress(BlockingIOError):
            while os.read(self.fd, 4096):
                pass

    def close(self) -> None:
        """Must not be set afterwards."""
        os.close(self.fd)
        os.close(self._writer)
