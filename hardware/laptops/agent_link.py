"""The link to a laptop that runs our agent, behind a serial line or the network."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from hardware.evidence.bundle import Item
from hardware.laptops.link import CaptureStarted, ExerciseOrder, LaptopPage, Progress
from hardware.laptops.messages import Collect, ExerciseAsk
from hardware.laptops.session import AgentSession

__all__ = ["AgentLink"]


class AgentLink:
    """The `Link` over one session; when that is over, it can only say so."""

    def __init__(self, name: str, session: AgentSession) -> None:
        self._name = name
        self._session = session

    @property
    def name(self) -> str:
        """The dock's name."""
        return self._name

    @property
    def identity(self) -> str:
        """The number that the agent gave itself when it started."""
        return self._session.boot

    @property
    def live(self) -> bool:
        """True: the agent looks anew each time."""
        return True

    @property
    def narrow(self) -> bool:
        """True where the agent says that it is on a serial line."""
        return self._session.narrow

    async def collect(self, *, fast: bool = False) -> AsyncGenerator[CaptureStarted | Item, None]:
        """As `Link`. A connection that breaks meanwhile has 20 s to be there again."""
        ask = self._session.ask(Collect(fast))
        try:
            while (value := await ask.next()) is not None:
                assert not isinstance(value, Progress)
                yield value
        finally:
            self._session.leave(ask)

    async def exercise(self, order: ExerciseOrder) -> AsyncGenerator[Progress | Item, None]:
        """As `Link`. A laptop that says nothing in time gives the item with that reason."""
        ask = self._session.ask(ExerciseAsk(order.name, order.arguments, order.seconds))
        try:
            while (value := await ask.next()) is not None:
                assert not isinstance(value, CaptureStarted)
                yield value
        finally:
            self._session.leave(ask)

    def finish(self, name: str) -> None:
        """As `Link`."""
        self._session.finish(name)

    def busy(self, busy: bool) -> None:
        """As `Link`."""
        self._session.hold(busy)

    async def lost(self) -> str:
        """As `Link`."""
        return await self._session.lost()

    async def show(self, page: LaptopPage) -> None:
        """As `Link`: sent when the line takes it, and again after it broke."""
        if self._session.over is None:
            self._session.show(page)
