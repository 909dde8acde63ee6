"""The laptop at one dock: which start of which laptop it is, told to whoever waits at the dock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from math import inf

from hardware.laptops import wording
from hardware.laptops.agent_link import AgentLink
from hardware.laptops.asking import Patience
from hardware.laptops.connection import Connection
from hardware.laptops.dock import Away
from hardware.laptops.link import Link
from hardware.laptops.messages import Hello
from hardware.laptops.session import AgentSession
from hardware.laptops.weighing import Scales

__all__ = ["Berth"]


class Berth:
    """One place for one laptop with an agent. It takes one only while somebody iterates over `comings`."""

    def __init__(self, name: str, bench: str, slot: int, patience: Patience) -> None:
        self.name = name
        self.slot = slot
        self._bench = bench
        self._patience = patience
        self._scales = Scales()
        self._session: AgentSession | None = None
        self._there: Link | Away = Away()
        self._fault = ""
        self._changed = asyncio.Event()
        self.open = False
        """True while somebody iterates."""
        self.left_at = -inf
        """When the last laptop left, by the event loop's clock."""

    @property
    def session(self) -> AgentSession | None:
        """The laptop that is there, or has some seconds to come back."""
        return self._session

    async def serve(self, hello: Hello, stick: str, connection: Connection) -> None:
        """Speaks with the laptop of this hello, booted from this stick, until the connection is over. Never raises.

        With the boot id of the one that is there it is the same laptop, and goes on where it was; with any other,
        the one that was there started anew.
        """
        self._fault = ""  # it is there, so nothing keeps laptops away any more
        session = self._session
        if session is None or session.boot != hello.boot:
            if session is not None:
                session.end(wording.STARTED_ANEW)
            session = self._session = AgentSession(hello, stick, self._patience, self._scales, self._look)
            self._tell(AgentLink(self.name, session))
        await session.serve(connection, self._bench, self.slot)

    def tell_away(self, sentence: str) -> None:
        """Why no laptop can be there; empty where one can. It is told once none is there."""
        self._fault = sentence
        if self._session is None:
            self._tell(Away(sentence))

    async def comings(self) -> AsyncGenerator[Link | Away, None]:
        """As `Dock`. Raises `RuntimeError` where somebody iterates already."""
        if self.open:
            raise RuntimeError(f"{self.name} is waited at already")
        self.open = True
        self._there = Away()
        told: Link | Away | None = None
        try:
            while True:
                self._changed.clear()
                there = self._there
                if told is None or (there is not told and there != told):
                    told = there
                    yield there
                if self._there is told or self._there == told:
                    await self._changed.wait()
        finally:
            self.open = False
            if self._session is not None:
                self._session.end(wording.SLOT_CLOSED)
            await self._scales.close()

    def _look(self) -> None:
        """The laptop may be away."""
        session = self._session
        if session is not None and session.over is not None:
            self._session = None
            self.left_at = asyncio.get_running_loop().time()
            self._tell(Away(wording.sentence(session.over) if session.over else self._fault))

    def _tell(self, there: Link | Away) -> None:
        self._there = there
        self._changed.set()
