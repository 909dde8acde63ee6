"""A dock: the place behind a slot where laptops come and go.

Implementations: `FixedDock` (this machine, a recorded bundle), `serial_line.SerialDock` (one serial port),
`network.NetworkDock` (a place that agents on the network are given to).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Protocol

from msgspec import Struct

from hardware.laptops.link import Link

__all__ = ["Away", "Dock", "FixedDock"]


class Away(Struct, frozen=True):
    """No laptop is there. `sentence` is empty where nothing is wrong; else it says what is, and what to do."""

    sentence: str = ""


class Dock(Protocol):
    """A place that holds one laptop at a time, or none."""

    @property
    def name(self) -> str:
        """What a person calls the place: "serial line ttyUSB0", "network"."""
        ...

    def comings(self) -> AsyncGenerator[Link | Away, None]:
        """What is there now, at once; then each change, within 2 s of it. Ends only by being closed, which lets the
        port go. A laptop that started anew is another `Link`. One that only lost its cable for a moment in
        the middle of an attempt (`Link.busy`) is the same one, and nothing is told.
        """
        ...


class FixedDock:
    """A dock whose laptop never leaves."""

    def __init__(self, link: Link) -> None:
        self._link = link

    @property
    def name(self) -> str:
        """The link's own."""
        return self._link.name

    async def comings(self) -> AsyncGenerator[Link | Away, None]:
        """The one link, for ever."""
        yield self._link
        await asyncio.Event().wait()
