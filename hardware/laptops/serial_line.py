"""A laptop at the end of a serial line."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

from hardware.laptops import wording
from hardware.laptops.asking import Patience
from hardware.laptops.berth import Berth
from hardware.laptops.connection import Connection, ConnectionEnded
from hardware.laptops.dock import Away
from hardware.laptops.framing import FrameError
from hardware.laptops.line_port import LineCarrier, LinePort
from hardware.laptops.link import Link, LinkError
from hardware.laptops.messages import PROTOCOL, Refused
from hardware.scanners.serial_ports import (
    AtPath,
    ByUsb,
    OpenPort,
    Ports,
    SerialSpec,
    SpecRefused,
    open_port,
    parse_serial_spec,
    seen_ports,
)
from specs.text import clean

__all__ = ["SerialDock"]

JOIN_SECONDS: Final = 2.0
"""Time for the thread to let the port go."""
SHORT_SECONDS: Final = 1.0
MOST_SHORT: Final = 2
AGAIN_SECONDS: Final = 2.0
"""After so many conversations in a row that were so short, the bench waits so long before the next."""
REFUSAL_SECONDS: Final = 5.0
"""Time for a laptop that is not taken to hear why."""
AGAIN_LATE: Final = 300.0
"""Seconds after which it asks again: only a person can change something."""


class SerialDock:
    """The place at one serial port: /dev/ttyUSB0, a path under /dev/serial/by-id, or usb:0403:6001[:SERIAL].

    Raises `LinkError` at once where `device` names no port, or `baud` is no speed. A port that cannot be opened is
    `Away` with the reason, and is tried again once a second; one that is pulled out is found again, by its USB ids
    under whatever number. `bench_name` and `slot` are shown on the laptop.
    """

    def __init__(
        self,
        device: str,
        baud: int = 115200,
        *,
        bench_name: str = "",
        slot: int = 0,
        ports: Ports = seen_ports,
        opener: OpenPort = open_port,
        patience: Patience | None = None,
    ) -> None:
        self._spec = _spec(device, baud)
        self._ports = ports
        self._opener = opener
        self._bench_name = bench_name
        self._slot = slot
        self._patience = patience or Patience()

    @property
    def name(self) -> str:
        """serial line ttyUSB0"""
        where = self._spec.where
        if isinstance(where, ByUsb):
            return f"serial line {where.vendor:04x}:{where.product:04x}"
        assert isinstance(where, AtPath)
        return f"serial line {clean(os.path.basename(where.path), 60)}"

    async def comings(self) -> AsyncGenerator[Link | Away, None]:
        """As `Dock`. The port is open while somebody iterates."""
        berth = Berth(self.name, self._bench_name, self._slot, self._patience)
        told: asyncio.Queue[LineCarrier] = asyncio.Queue()

        def tell(what: LineCarrier | str) -> None:
            if isinstance(what, str):
                berth.tell_away(what)
            else:
                while not told.empty():
                    told.get_nowait()  # over already, or it would not be followed by another
                told.put_nowait(what)

        port = LinePort(self.name, self._spec, self._ports, self._opener, tell)
        port.start()
        serving = asyncio.create_task(self._serve(berth, told))
        try:
            async with aclosing(berth.comings()) as comings:
                async for there in comings:
                    yield there
        finally:
            serving.cancel()
            port.end()
            await asyncio.gather(serving, return_exceptions=True)
            await asyncio.to_thread(port.join, JOIN_SECONDS)

    async def _serve(self, berth: Berth, conversations: asyncio.Queue[LineCarrier]) -> None:
        """Speaks with whoever is at the other end, one conversation after the other."""
        loop = asyncio.get_running_loop()
        short = 0
        while True:
            connection = Connection(await conversations.get())
            began = loop.time()
            try:
                async with asyncio.timeout(self._patience.hello_s):
                    hello = await connection.hello()
                if hello.protocol == PROTOCOL:
                    await berth.serve(hello, hello.stick, connection)
                else:
                    connection.send(Refused(wording.OTHER_PROTOCOL, AGAIN_LATE))
                    async with asyncio.timeout(REFUSAL_SECONDS):
                        await connection.flush()
            except (TimeoutError, ConnectionEnded):
                pass
            except FrameError as error:
                berth.tell_away(wording.sentence(wording.NONSENSE.format(what=error)))
            finally:
                connection.close()
            short = short + 1 if loop.time() - began < SHORT_SECONDS else 0
            if short > MOST_SHORT:
                await asyncio.sleep(AGAIN_SECONDS)


def _spec(device: str, baud: int) -> SerialSpec:
    refused = LinkError(wording.SERIAL_REFUSED.format(text=clean(device, 40)))
    try:
        where = parse_serial_spec(device).where
    except SpecRefused as error:
        raise refused from error
    if not isinstance(where, AtPath | ByUsb) or "?" in device:
        raise refused
    try:
        return parse_serial_spec(f"{device}?baud={baud}")
    except SpecRefused as error:
        raise LinkError(wording.BAUD_REFUSED.format(baud=baud)) from error
