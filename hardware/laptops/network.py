"""Laptops on the network: the door that agents dial (`AgentListener`) and the places they are given (`NetworkDock`)."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

from hardware.laptops import wording
from hardware.laptops.admission import Admission
from hardware.laptops.asking import Patience
from hardware.laptops.berth import Berth
from hardware.laptops.connection import Connection, ConnectionEnded
from hardware.laptops.dock import Away
from hardware.laptops.framing import FrameError
from hardware.laptops.keys import BenchKeys, KeysError, stick_of
from hardware.laptops.link import Link, LinkError
from hardware.laptops.messages import PROTOCOL, Hello, Refused
from hardware.laptops.tls_carrier import TlsCarrier
from specs.text import clean

__all__ = ["AgentListener", "NetworkDock"]

BACKLOG: Final = 64
REFUSAL_SECONDS: Final = 5.0
"""Time for a laptop that is not taken to hear why."""
AGAIN_SOON: Final = 10.0
"""Seconds after which a laptop asks again for which there was no place."""
AGAIN_LATE: Final = 300.0
"""Seconds where only a person can change something."""
OTHERS_SECONDS: Final = 3.0
"""Time for the laptop in a slot to prove that it is still there, when another one wants the slot."""
NO_MORE_FILES_SECONDS: Final = 0.5


class AgentListener:
    """Listens for agents: TLS 1.3, and only for sticks whose certificate this bench has issued and not revoked.

    An agent that names a slot goes to the `NetworkDock` of that slot, one that names none to the lowest free one.
    Where there is no place it is told why and when to try again. Nobody takes the place of a laptop that answers.
    """

    def __init__(
        self, host: str, port: int, keys: BenchKeys, bench_name: str, patience: Patience | None = None
    ) -> None:
        self._host = host
        self._wanted_port = port
        self._keys = keys
        self.bench_name = bench_name
        self.patience = patience or Patience()
        self._socket: socket.socket | None = None
        self._context: ssl.SSLContext | None = None
        self._accepting: asyncio.Task[None] | None = None
        self._serving: set[asyncio.Task[None]] = set()
        self._admission = Admission()
        self._berths: dict[int, Berth] = {}

    @property
    def port(self) -> int:
        """The port that it listens on, from `start` on; what was asked for may have been 0 (any)."""
        return int(self._socket.getsockname()[1]) if self._socket is not None else self._wanted_port

    async def start(self) -> None:
        """Begins to listen. Raises `LinkError` where the address cannot be had."""
        try:
            self._context = await asyncio.to_thread(self._keys.server_context)
            family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
            self._socket = socket.create_server((self._host, self._wanted_port), family=family, backlog=BACKLOG)
            self._socket.setblocking(False)
        except (OSError, OverflowError) as error:
            why = clean(getattr(error, "strerror", None) or str(error))
            raise LinkError(wording.CANNOT_LISTEN.format(host=self._host, port=self._wanted_port, why=why)) from error
        self._accepting = asyncio.create_task(self._accept(self._socket, self._context))

    async def close(self) -> None:
        """Ends every connection and lets the port go."""
        tasks = [*self._serving, *([self._accepting] if self._accepting is not None else [])]
        for berth in self._berths.values():
            if berth.session is not None:
                berth.session.end(wording.SLOT_CLOSED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._socket is not None:
            self._socket.close()
        self._accepting = None

    def add(self, slot: int, berth: Berth) -> None:
        """From now on laptops may be given this place. Raises `RuntimeError` where the slot has one."""
        if slot in self._berths:
            raise RuntimeError(f"slot {slot} is waited at already")
        self._berths[slot] = berth

    def remove(self, slot: int) -> None:
        """No more laptops for this slot."""
        self._berths.pop(slot, None)

    async def _accept(self, listening: socket.socket, context: ssl.SSLContext) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, address = await loop.sock_accept(listening)
            except OSError:
                # No more files, or the caller is gone already.
                await asyncio.sleep(NO_MORE_FILES_SECONDS)
                continue
            caller = str(address[0])
            if self._admission.enter(caller, loop.time()):
                task = asyncio.create_task(self._greet(connection, caller, context))
                self._serving.add(task)
                task.add_done_callback(self._serving.discard)
            else:
                connection.close()
            # Where many wait, `sock_accept` itself gives nobody else a turn.
            await asyncio.sleep(0)

    async def _greet(self, accepted: socket.socket, caller: str, context: ssl.SSLContext) -> None:
        """One connection, from its first byte to its end."""
        connection = None
        try:
            try:
                async with asyncio.timeout(self.patience.hello_s):
                    carrier = await TlsCarrier.accepted(accepted, context, self.patience.hello_s)
                    connection = Connection(carrier)
                    hello = await connection.hello()
            finally:
                self._admission.leave(caller)
            stick = stick_of(carrier.certificate)
            place = await self._place(hello, stick)
            if isinstance(place, Berth):
                await place.serve(hello, stick, connection)
            else:
                connection.send(place)
                async with asyncio.timeout(REFUSAL_SECONDS):
                    await connection.flush()
        except (OSError, TimeoutError, FrameError, ConnectionEnded):
            pass  # whoever it was did not say who, in time and in order: nobody is to be told
        finally:
            if connection is not None:
                connection.close()

    async def _place(self, hello: Hello, stick: str) -> Berth | Refused:
        """Where the laptop goes, or why it goes nowhere."""
        try:
            revoked = stick in await asyncio.to_thread(self._keys.revoked)
        except KeysError:
            return Refused(wording.NO_KEYS, AGAIN_SOON)
        if revoked:
            return Refused(wording.REVOKED, AGAIN_LATE)
        if hello.protocol != PROTOCOL:
            return Refused(wording.OTHER_PROTOCOL, AGAIN_LATE)
        if not stick or hello.stick not in ("", stick):
            return Refused(wording.NOT_ITS_STICK, AGAIN_LATE)
        for berth in self._berths.values():
            if berth.session is not None and berth.session.boot == hello.boot:
                return berth if berth.session.stick == stick else Refused(wording.NOT_ITS_BOOT, AGAIN_LATE)
        return await self._named(hello.slot) if hello.slot else self._lowest()

    def _lowest(self) -> Berth | Refused:
        free = [slot for slot, berth in self._berths.items() if berth.session is None]
        return self._berths[min(free)] if free else Refused(wording.BENCH_FULL, AGAIN_SOON)

    async def _named(self, slot: int) -> Berth | Refused:
        berth = self._berths.get(slot)
        if berth is None:
            return Refused(wording.NO_SUCH_SLOT.format(slot=slot), AGAIN_SOON)
        there = berth.session
        if there is not None:
            # One that started anew left its old connection behind, which says nothing any more.
            if await there.answers(OTHERS_SECONDS):
                return Refused(wording.SLOT_TAKEN.format(slot=slot), AGAIN_SOON)
            there.end(wording.STARTED_ANEW)
            if berth.session is not None or self._berths.get(slot) is not berth:
                return Refused(wording.SLOT_TAKEN.format(slot=slot), AGAIN_SOON)
        return berth


class NetworkDock:
    """The place of one slot at a listener. It takes a laptop only while somebody iterates over `comings`."""

    def __init__(self, listener: AgentListener, slot: int) -> None:
        self._listener = listener
        self._slot = slot

    @property
    def name(self) -> str:
        """network, slot 3"""
        return f"network, slot {self._slot}"

    async def comings(self) -> AsyncGenerator[Link | Away, None]:
        """As `Dock`. Raises `RuntimeError` where somebody iterates already."""
        listener = self._listener
        berth = Berth(self.name, listener.bench_name, self._slot, listener.patience)
        listener.add(self._slot, berth)
        try:
            async with aclosing(berth.comings()) as comings:
                async for there in comings:
                    yield there
        finally:
            listener.remove(self._slot)
