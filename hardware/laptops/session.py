"""The bench's end of what hardware/probe/agent says: one start of one laptop, over one connection after the other.

What is asked, goes on over a connection that breaks: the laptop has `Patience.grace_s` to come back with the same
boot id, and each answer then goes on at the frame where it was. It has that time also between two asks where it is
held (`hold`: an attempt runs); else it is away at once.

The laptop is hostile until judged. A frame that was not asked for, or is not what it says, ends the laptop at once,
with one sentence for everything that was asked of it. Its answers wait for their readers in a bounded place: where
it is full, the bench stops reading, which stops the laptop, pings and all, without counting its silence. A reader that
takes nothing meanwhile loses its own ask after `Patience.reader_s`, and the others go on.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Final

from hardware.evidence.bundle import Item, make_item
from hardware.laptops import wording
from hardware.laptops.asking import OpenAsk, Patience
from hardware.laptops.connection import Connection, ConnectionEnded
from hardware.laptops.exercises import item_of
from hardware.laptops.framing import FrameError
from hardware.laptops.link import CaptureStarted, LaptopPage, LinkError, LinkLost
from hardware.laptops.messages import (
    MOST_ASKS,
    Ask,
    AskedEnd,
    AskedItem,
    AskedProgress,
    AskedStart,
    BenchSays,
    Collect,
    Done,
    ExerciseAsk,
    Failed,
    Hello,
    LaptopSays,
    Ping,
    Pong,
    Resume,
    Show,
    Stop,
    Welcome,
)
from hardware.laptops.weighing import Scales
from specs.text import clean

__all__ = ["AgentSession"]

MOST_OPEN: Final = 24
"""Things asked at once. A whole plan has about a dozen; the agent takes 32, with those that it is just ending."""
MOST_UNREAD: Final = 4 * 2**20
"""Bytes of answers that wait for their readers before reading stops; one more item may come on top."""
MOST_CLOSED: Final = 64
"""Asks that are remembered though nobody reads them any more: what is on its way is known by it, and a laptop that was
away is told again that they are over.
"""
MOST_BUNDLES: Final = 64
"""Captures that are remembered, so that none is taken twice."""
MOST_PINGS: Final = 16
"""Pings without an answer, although bytes do come, after which the laptop counts as silent."""
LONGEST_WORDS: Final = 160
LONGEST_HEADLINE: Final = 64
LONGEST_LINE: Final = 400
MOST_LINES: Final = 12
"""What the agent shows (hardware/probe/agent/messages.py)."""

_Answered = AskedStart | AskedItem | AskedProgress | AskedEnd | Failed


class AgentSession:
    """One laptop from its start to when it is away. `changed` is called once, when it is over."""

    def __init__(
        self, hello: Hello, stick: str, patience: Patience, scales: Scales, changed: Callable[[], None]
    ) -> None:
        self.boot = hello.boot
        self.stick = stick
        self.narrow = hello.narrow
        self.over: str | None = None
        """Why the laptop is away, once it is: a clause with the remedy, or nothing where it simply went."""
        self._patience = patience
        self._scales = scales
        self._changed = changed
        self._connection: Connection | None = None
        self._served = False
        self._grace: asyncio.TimerHandle | None = None
        self._asks: dict[int, OpenAsk] = {}
        self._readers: set[OpenAsk] = set()
        self._left: OrderedDict[int, OpenAsk] = OrderedDict()
        self._done: deque[int] = deque(maxlen=MOST_CLOSED)
        self._number = 0
        self._bundles: deque[str] = deque(maxlen=MOST_BUNDLES)
        self._pings: set[int] = set()
        self._pinged = 0
        self._unread = 0
        self._room = asyncio.Event()
        self._page: LaptopPage | None = None
        self._held = False
        self._gone = asyncio.Event()

    # ---- for links -----------------------------------------------------------------------------------

    def ask(self, what: Collect | ExerciseAsk) -> OpenAsk:
        """Asks the laptop. Raises `LinkError` where it is away, or too much is asked of it already."""
        if self.over is not None:
            raise LinkError(self.over or wording.NOT_THERE)
        if len(self._asks) >= MOST_OPEN:
            raise LinkError(wording.TOO_MANY_ASKS.format(most=MOST_OPEN))
        if self._number >= MOST_ASKS:
            raise LinkError(wording.ALL_ASKED)
        self._number += 1
        ask = OpenAsk(self._number, what, self._patience, lambda: self._connection is None, self._freed)
        self._asks[ask.number] = ask
        self._readers.add(ask)
        self._send(Ask(ask.number, what))
        return ask

    def finish(self, name: str) -> None:
        """Ends the exercises of that name with what they have measured so far; their items still come."""
        for ask in self._asks.values():
            if isinstance(ask.what, ExerciseAsk) and ask.what.name == name:
                ask.finishing = True
                self._send(Stop(ask.number))

    def leave(self, ask: OpenAsk) -> None:
        """The reader wants no more of it: what was not read is forgotten, and what still runs is ended."""
        ask.drop()
        self._readers.discard(ask)
        if self._asks.pop(ask.number, None) is None:
            return
        self._left[ask.number] = ask
        if len(self._left) > MOST_CLOSED:
            self._left.popitem(last=False)
        self._send(Stop(ask.number))
        self._end_unwanted()

    def hold(self, held: bool) -> None:
        """True: a connection that breaks may come back also where nothing is asked. False: no longer."""
        self._held = held
        self._end_unwanted()

    async def lost(self) -> str:
        """Waits until the laptop is away for good. Gives a clause with the remedy."""
        await self._gone.wait()
        return self.over or wording.NOT_THERE

    def show(self, page: LaptopPage) -> None:
        """Puts the page on the laptop's screen, also after it was away for a moment."""
        self._page = page
        self._send(_shown(page))

    # ---- for docks -----------------------------------------------------------------------------------

    async def serve(self, connection: Connection, bench: str, slot: int) -> None:
        """Speaks with the laptop over this connection, in the place of any before, until it is over. Never raises."""
        before, self._connection = self._connection, connection
        if before is not None:
            before.close()
        if self._grace is not None:
            self._grace.cancel()
            self._grace = None
        self._pings.clear()
        connection.expect = self._expect
        connection.send(Welcome(clean(bench, LONGEST_HEADLINE), slot, fresh=not self._served), *self._again())
        self._served = True
        self._wake()
        tasks = [
            asyncio.create_task(one)
            for one in (self._read(connection), connection.write_all(), self._keep_alive(connection))
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            connection.close()
            if self._connection is connection:
                self._connection = None
                self._broke([one for one in ended if isinstance(one, Exception)])

    async def gives_way(self, seconds: float) -> bool:
        """True where the laptop is away for good, so that another one may have its place.

        One that is not heard within so many seconds of being asked whether it is there is away; where it is wanted, it
        has its time to come back from then on.
        """
        connection = self._connection
        if connection is not None and not await self._answers(connection, seconds) and self._connection is connection:
            if self._wanted:
                connection.close()
            else:
                self.end(wording.STARTED_ANEW)
        return self.over is not None

    async def _answers(self, connection: Connection, seconds: float) -> bool:
        """True where it is heard, or where the bench itself has still to take what it said before."""
        before = connection.heard
        with contextlib.suppress(ConnectionEnded):
            self._ping(connection)
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while self._connection is connection and connection.listening and connection.heard == before:
            if loop.time() >= until:
                return False
            await asyncio.sleep(0.05)
        return not connection.listening or connection.heard != before

    def end(self, why: str = "") -> None:
        """The laptop is away for good: everything that was asked is lost. `why` is a clause with the remedy."""
        if self.over is not None:
            return
        self.over = why
        if self._grace is not None:
            self._grace.cancel()
        for ask in self._asks.values():
            ask.fail(LinkLost(why or wording.NOT_THERE))
        self._asks.clear()
        if self._connection is not None:
            self._connection.close()
        self._gone.set()
        self._changed()

    # ---- what the laptop says ------------------------------------------------------------------------

    async def _read(self, connection: Connection) -> None:
        async for frame, body in connection.frames():
            await self._take(connection, frame, body)
            if self._unread > MOST_UNREAD:
                await self._readers_take()

    def _expect(self, frame: LaptopSays, body_length: int) -> None:
        match frame:
            case Hello():
                raise FrameError("a second hello")
            case Pong(number=number):
                if body_length or number not in self._pings:
                    raise FrameError("an answer to a ping that was not sent")
            case _:
                self._expect_answer(frame, body_length)

    def _expect_answer(self, frame: _Answered, body_length: int) -> None:
        # What was on its way when its reader left must be an answer too.
        ask = self._asks.get(frame.ask) or self._left.get(frame.ask)
        if ask is None:
            raise FrameError(f"an answer to ask {frame.ask}, which is not open")
        if frame.n != ask.n:
            raise FrameError(f"frame {frame.n} of ask {frame.ask} where {ask.n} comes next")
        if not isinstance(frame, Failed):
            ask.answer.expect(frame, body_length)
        elif body_length:
            raise FrameError("bytes where no item is")

    async def _take(self, connection: Connection, frame: LaptopSays, body: bytes) -> None:
        if isinstance(frame, Pong):
            self._pings.discard(frame.number)
            return
        assert not isinstance(frame, Hello)
        item: Item | None = None
        if isinstance(frame, AskedItem) and frame.ask in self._asks:
            item = await self._scales.whole_item(frame, body)
        # While the item was looked at, the laptop may have come by another connection, or its reader have left.
        ask = self._asks.get(frame.ask) or self._left.get(frame.ask)
        if ask is None or self._connection is not connection:
            return
        ask.n += 1
        if isinstance(frame, Failed):
            self._failed(ask, clean(frame.error, LONGEST_WORDS))
        else:
            self._given(ask, frame, item)

    def _given(self, ask: OpenAsk, frame: AskedStart | AskedItem | AskedProgress | AskedEnd, item: Item | None) -> None:
        value = ask.answer.take(frame, item)
        if isinstance(value, CaptureStarted):
            if value.bundle_id in self._bundles:
                raise FrameError("a capture that it has sent before")
            self._bundles.append(value.bundle_id)
        if value is not None and ask.number in self._asks:
            if isinstance(value, Item):
                self._unread += value.meta.size
            ask.put(value)
        if ask.answer.finished:
            self._ended(ask)

    def _failed(self, ask: OpenAsk, why: str) -> None:
        if isinstance(ask.what, ExerciseAsk):
            ask.put(make_item(item_of(ask.what.name), b"", error=why))
        else:
            lost = LinkLost if ask.answer.started else LinkError
            ask.fail(lost(wording.REFUSES.format(why=why)))
        self._ended(ask)

    def _ended(self, ask: OpenAsk) -> None:
        self._asks.pop(ask.number, None)
        self._left.pop(ask.number, None)
        ask.end()
        self._done.append(ask.number)
        self._send(Done(ask.number))

    async def _readers_take(self) -> None:
        """Waits until there is room again; nothing is read meanwhile."""
        while self._unread > MOST_UNREAD:
            self._room.clear()
            try:
                async with asyncio.timeout(self._patience.reader_s):
                    await self._room.wait()
            except TimeoutError:
                worst = max(self._readers, key=lambda ask: ask.unread)
                worst.fail(LinkError(wording.NOT_TAKEN.format(seconds=self._patience.reader_s)))
                self.leave(worst)

    def _freed(self, size: int) -> None:
        self._unread -= size
        self._room.set()

    # ---- what the bench says -------------------------------------------------------------------------

    def _send(self, *messages: BenchSays) -> None:
        if self._connection is not None:
            self._connection.send(*messages)

    def _again(self) -> list[BenchSays]:
        """What a laptop must be told that was away for a moment; some of it may have been lost on the way."""
        messages: list[BenchSays] = [Done(number) for number in self._done]
        for ask in self._left.values():
            messages += [Stop(ask.number), Resume(ask.number, ask.n)]
        for ask in self._asks.values():
            messages += [Ask(ask.number, ask.what), Resume(ask.number, ask.n)]
            if ask.finishing:
                messages.append(Stop(ask.number))
        if self._page is not None:
            messages.append(_shown(self._page))
        return messages

    def _ping(self, connection: Connection) -> None:
        if len(self._pings) >= MOST_PINGS:
            raise ConnectionEnded
        self._pinged += 1
        self._pings.add(self._pinged)
        connection.send(Ping(self._pinged))

    async def _keep_alive(self, connection: Connection) -> None:
        """Asks whether the laptop is there where it says nothing. Raises `ConnectionEnded` where it is not."""
        while True:
            quiet = connection.silent_s
            if quiet >= self._patience.silent_s:
                raise ConnectionEnded
            if quiet >= self._patience.ping_s:
                self._ping(connection)
            await asyncio.sleep(min(self._patience.ping_s, self._patience.silent_s - quiet))

    # ---- coming and going ----------------------------------------------------------------------------

    def _broke(self, reasons: list[Exception]) -> None:
        nonsense = next((one for one in reasons if isinstance(one, FrameError)), None)
        if nonsense is not None:
            self.end(wording.NONSENSE.format(what=nonsense))
        elif not self._wanted:
            self.end()
        elif self.over is None:
            self._grace = asyncio.get_running_loop().call_later(self._patience.grace_s, self._stayed_away)
        self._wake()

    @property
    def _wanted(self) -> bool:
        """True where a laptop whose connection broke has time to come back."""
        return self._held or bool(self._asks)

    def _end_unwanted(self) -> None:
        if self._connection is None and not self._wanted:
            self.end()

    def _stayed_away(self) -> None:
        self.end(wording.WENT_AWAY.format(seconds=self._patience.grace_s))

    def _wake(self) -> None:
        for ask in self._asks.values():
            ask.wake()


def _shown(page: LaptopPage) -> Show:
    lines = tuple(clean(line, LONGEST_LINE) for line in page.lines[:MOST_LINES])
    return Show(clean(page.headline, LONGEST_HEADLINE), lines, page.tone)
