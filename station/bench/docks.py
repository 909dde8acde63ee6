"""The docks of one bench: those that the settings of its slots name, and the one listener that laptops dial."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol

from msgspec import Struct

from hardware.laptops.announcing import addresses_at, keep_announced
from hardware.laptops.dock import Away, Dock, FixedDock
from hardware.laptops.keys import BenchKeys, KeysError
from hardware.laptops.link import Link, LinkError
from hardware.laptops.network import AgentListener, NetworkDock
from hardware.laptops.recorded import RecordedBundle
from hardware.laptops.serial_line import SerialDock
from hardware.laptops.this_machine import ThisMachine
from specs.text import clean
from station.bench import wording

__all__ = [
    "NETWORK",
    "THIS_MACHINE",
    "USUAL_ADDRESS",
    "Docks",
    "LaptopRefused",
    "ListenAddress",
    "RealDocks",
    "check_laptop",
    "parse_address",
]

THIS_MACHINE: Final = "this-machine"
NETWORK: Final = "network"
USUAL_ADDRESS: Final = "0.0.0.0:8711"
"""Every network of this computer: laptops dial from the bench's own network, and are known by their stick's key."""
_SERIAL: Final = "serial:"
_USUAL_BAUD: Final = 115200
_BAUDS: Final = (9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600)
_AGAIN_S: Final = 5.0
"""Seconds until a listener that could not be started is tried again."""


class LaptopRefused(Exception):
    """The setting of a slot, or of where laptops dial, is none. One sentence."""


class ListenAddress(Struct, frozen=True):
    """Where laptops dial: an IP address of this computer (0.0.0.0: all of them) and a port (0: any)."""

    host: str
    port: int


class Docks(Protocol):
    """Gives a slot its dock."""

    def dock(self, laptop: str, slot: int) -> Dock:
        """The dock of a setting that `check_laptop` took. A fault that shows only later is the dock's own to tell."""
        ...

    async def listen_on(self, address: ListenAddress) -> None:
        """Laptops dial here from now on. Docks of the network that are in use by then must be asked for anew."""
        ...

    async def close(self) -> None:
        """No laptop can dial any more."""
        ...


def parse_address(text: str) -> ListenAddress:
    """The address in "ADDRESS:PORT". Raises `LaptopRefused`."""
    host, colon, port = text.rpartition(":")
    try:
        if not colon or not (port.isascii() and port.isdecimal() and len(port) <= 5 and int(port) <= 65535):
            raise ValueError(port)
        return ListenAddress(str(ipaddress.ip_address(host.strip("[]"))), int(port))
    except ValueError as error:
        raise LaptopRefused(wording.no_such_address(text)) from error


def check_laptop(laptop: str) -> str:
    """The setting as it is kept, with a path made absolute. Raises `LaptopRefused`."""
    if laptop in ("", THIS_MACHINE, NETWORK):
        return laptop
    if laptop.startswith(_SERIAL):
        try:
            _serial_dock(laptop)
        except LinkError as error:
            raise LaptopRefused(str(error)) from error
        return laptop
    path = Path(laptop).expanduser().absolute()
    if not path.exists():
        raise LaptopRefused(wording.no_such_link(laptop))
    return str(path)


class RealDocks:
    """The docks of a real bench. `keys` is the folder of its keys; they are made when the first laptop may dial.

    `told` is given what the technician should know and no slot shows: one sentence, once.
    """

    def __init__(
        self,
        keys: Path,
        bench_name: str,
        address: ListenAddress | None = None,
        told: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        self._keys = keys
        self._bench_name = bench_name
        self._address = address or parse_address(USUAL_ADDRESS)
        self._listener: AgentListener | None = None
        self._told = told
        self._announcing: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()

    def dock(self, laptop: str, slot: int) -> Dock:
        """The dock of a setting that `check_laptop` took."""
        if laptop == THIS_MACHINE:
            return FixedDock(ThisMachine())
        if laptop == NETWORK:
            return _Dialled(self, slot)
        if laptop.startswith(_SERIAL):
            return _serial_dock(laptop, self._bench_name, slot)
        return FixedDock(RecordedBundle(Path(laptop)))

    async def listener(self) -> AgentListener:
        """The listener, started when it is first asked for. Raises `LinkError` and `KeysError`."""
        async with self._starting:
            if self._listener is None:
                keys = await asyncio.to_thread(BenchKeys.open, self._keys, self._bench_name, datetime.now(UTC))
                listener = AgentListener(self._address.host, self._address.port, keys, self._bench_name)
                await listener.start()
                self._listener = listener
                host = self._address.host
                # Laptops find the bench by this where the stick names no address. Those that know it need not wait.
                self._announcing = asyncio.create_task(
                    keep_announced(self._bench_name, lambda: addresses_at(host), listener.port, self._told)
                )
            return self._listener

    async def listen_on(self, address: ListenAddress) -> None:
        """Laptops dial here from now on."""
        await self.close()
        self._address = address

    async def close(self) -> None:
        """No laptop can dial any more."""
        async with self._starting:
            announcing, self._announcing = self._announcing, None
            if announcing is not None:
                announcing.cancel()
                await asyncio.wait([announcing])
            listener, self._listener = self._listener, None
            if listener is not None:
                await listener.close()


class _Dialled:
    """The place of one slot at the listener, which is started when somebody waits at it."""

    def __init__(self, docks: RealDocks, slot: int) -> None:
        self._docks = docks
        self._slot = slot

    @property
    def name(self) -> str:
        """network"""
        return NETWORK

    async def comings(self) -> AsyncGenerator[Link | Away, None]:
        """As `Dock`; a listener that cannot be started is told and tried again."""
        listener = None
        while listener is None:
            try:
                listener = await self._docks.listener()
            except (LinkError, KeysError) as error:
                yield Away(clean(str(error)))
                await asyncio.sleep(_AGAIN_S)
        async with aclosing(NetworkDock(listener, self._slot).comings()) as comings:
            async for there in comings:
                yield there


def _serial_dock(laptop: str, bench_name: str = "", slot: int = 0) -> SerialDock:
    """The dock of "serial:DEVICE[?baud=N]". Raises `LinkError`, and `LaptopRefused` for a wrong speed."""
    device, mark, options = laptop.removeprefix(_SERIAL).partition("?")
    baud = _USUAL_BAUD
    if mark:
        name, _, value = options.partition("=")
        known = {str(one): one for one in _BAUDS}
        if name != "baud" or value not in known:
            raise LaptopRefused(wording.no_such_speed(options, _BAUDS))
        baud = known[value]
    return SerialDock(device, baud, bench_name=bench_name, slot=slot)
