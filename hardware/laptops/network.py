"""Laptops on the network: the door that agents dial (`AgentListener`) and the places they are given (`NetworkDock`)."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import socket
import ssl
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

from hardware.laptops import wording
from hardware.laptops.admission import Admission, Knock
from hardware.laptops.asking import Patience
from hardware.laptops.berth import Berth
from hardware.laptops.connection import Connection, ConnectionEnded
from hardware.laptops.dock import Away
from hardware.laptops.framing import FrameError
from hardware.laptops.keys import BenchKeys, KeysError, stick_of
from hardware.laptops.link import Link, LinkError
from hardware.laptops.messages import PROTOCOL, Hello, Refused
from hardware.laptops.placing import Places
from hardware.laptops.session import AgentSession
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
LOOK_SECONDS: Final = 3.0
"""Seconds between two looks at which sticks were withdrawn."""


class AgentListener:
    """Listens for agents: TLS 1.3, and only for sticks whose certificate this bench has issued and not revoked.

    An agent that names a slot goes to the `NetworkDock` of that slot, one that names none to where it was lately, or
    to the one that has been free for the longest (`placing`). Where there is no place it is told why and when to try
    again. Nobody takes the place of a laptop that answers, or has time to come back. A laptop whose stick is withdrawn
    is away within some seconds.
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
        self._working: list[asyncio.Task[None]] = []
        self._serving: set[asyncio.Task[None]] = set()
        self._admission = Admission()
        self.places = Places()

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
        self._working = [
            asyncio.create_task(self._accept(self._socket, self._context)),
            asyncio.create_task(self._let_withdrawn_go()),
        ]

    async def close(self) -> None:
        """Ends every connection and lets the port go."""
        tasks = [*self._serving, *self._working]
        for berth in self.places.all():
            if berth.session is not None:
                berth.session.end(wording.SLOT_CLOSED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._socket is not None:
            self._socket.close()
        self._working = []

    async def _accept(self, listening: socket.socket, context: ssl.SSLContext) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, address = await loop.sock_accept(listening)
            except OSError:
                # No more files, or the caller is gone already.
                await asyncio.sleep(NO_MORE_FILES_SECONDS)
                continue
            knock = self._admission.enter(str(address[0]), loop.time(), functools.partial(_cut, connection))
            if knock is not None:
                task = asyncio.create_task(self._greet(connection, knock, context))
                self._serving.add(task)
                task.add_done_callback(self._serving.discard)
            else:
                connection.close()
            # Where many wait, `sock_accept` itself gives nobody else a turn.
            await asyncio.sleep(0)

    async def _greet(self, accepted: socket.socket, knock: Knock, context: ssl.SSLContext) -> None:
        """One connection, from its beginning to its end."""
        connection = None
        try:
            try:
                async with asyncio.timeout(self.patience.first_s):
                    await _first_byte(accepted)
                knock.spoke = True
                async with asyncio.timeout(self.patience.hello_s):
                    carrier = await TlsCarrier.accepted(accepted, context, self.patience.hello_s)
                    connection = Connection(carrier)
                    hello = await connection.hello()
            finally:
                self._admission.leave(knock)
            stick = stick_of(carrier.certificate)
            place = await self._place(hello, stick)
            if isinstance(place, Berth):
                self._admission.know(knock)
                try:
                    await place.serve(hello, stick, connection)
                finally:
                    self.places.remember(hello.boot, place, asyncio.get_running_loop().time())
            else:
                connection.send(place)
                async with asyncio.timeout(REFUSAL_SECONDS):
                    await connection.flush()
        except (OSError, TimeoutError, FrameError, ConnectionEnded):
            pass  # whoever it was did not say who, in time and in order: nobody is to be told
        finally:
            if connection is not None:
                connection.close()
            else:
                accepted.close()

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
        place = self._free(hello, stick)
        # One that started anew left its old connection behind, which says nothing any more.
        if isinstance(place, AgentSession) and await place.gives_way(OTHERS_SECONDS):
            place = self._free(hello, stick)
        return (
            Refused(wording.SLOT_TAKEN.format(slot=hello.slot), AGAIN_SOON)
            if isinstance(place, AgentSession)
            else place
        )

    def _free(self, hello: Hello, stick: str) -> Berth | AgentSession | Refused:
        """Where the laptop goes as things are now, who is there before it, or why it goes nowhere."""
        own = self.places.of(hello.boot)
        if own is not None and own.session is not None:
            return own if own.session.stick == stick else Refused(wording.NOT_ITS_BOOT, AGAIN_LATE)
        if not hello.slot:
            now = asyncio.get_running_loop().time()
            return self.places.free(hello.boot, now) or Refused(wording.BENCH_FULL, AGAIN_SOON)
        wanted = self.places.at(hello.slot)
        if wanted is None:
            return Refused(wording.NO_SUCH_SLOT.format(slot=hello.slot), AGAIN_SOON)
        return wanted.session or wanted

    async def _let_withdrawn_go(self) -> None:
        """Ends the laptops whose sticks are withdrawn while they are there."""
        mark = None
        while True:
            found = await asyncio.to_thread(self._keys.revoked_mark)
            if found != mark:
                # Where they cannot be read, the next look tries again.
                with contextlib.suppress(KeysError):
                    revoked = await asyncio.to_thread(self._keys.revoked)
                    mark = found
                    for session in [one.session for one in self.places.all()]:
                        if session is not None and session.stick in revoked:
                            session.end(wording.WITHDRAWN)
            await asyncio.sleep(LOOK_SECONDS)


async def _first_byte(connection: socket.socket) -> None:
    """Until the caller has said something, or is gone. Nothing is taken of it, and no work done for it before."""
    loop = asyncio.get_running_loop()
    came = asyncio.Event()
    loop.add_reader(connection, came.set)
    try:
        await came.wait()
    finally:
        loop.remove_reader(connection)


def _cut(connection: socket.socket) -> None:
    """Ends the connection; whoever speaks over it finds it at its end."""
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


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
        listener.places.add(self._slot, berth)
        try:
            async with aclosing(berth.comings()) as comings:
                async for there in comings:
                    yield there
        finally:
            listener.places.remove(self._slot)
