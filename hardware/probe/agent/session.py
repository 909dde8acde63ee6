"""One conversation with a bench: hello, welcome, then what the bench asks for, until the line is lost."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Any, NoReturn

from ..wire.deflate import NotPacked, Packer, Unpacker
from . import messages, wording
from .carrier import Lost, Wake
from .frames import BadFrame, Frame, FrameReader

if TYPE_CHECKING:
    from .asks import Asks
    from .carrier import Carrier
    from .hold import Hold
    from .messages import Message
    from .status import Status

TURN_SECONDS = 0.5
WELCOME_SECONDS = 20.0
"""How long a bench that was reached may take to welcome or refuse."""
SILENT_SECONDS = 30.0
"""A bench that has welcomed pings far more often."""
PIECE = 8 * 1024
"""Bytes of frames that are packed together: little frames are not packed one by one, and a large one does not fill
the memory a second time."""
MOST_WAITING = 256
"""Answers that wait to be sent. A bench that says more than it hears is not one of ours."""


class RefusedByBench(Exception):
    """The bench does not take this laptop now: its sentence, and when to try again (seconds)."""

    def __init__(self, sentence: str, again_s: float) -> None:
        super().__init__(sentence)
        self.again_s = again_s


class Session:
    """The agent's end of one conversation."""

    def __init__(self, carrier: Carrier, hello: dict[str, Any], asks: Asks, hold: Hold, status: Status) -> None:
        self._carrier = carrier
        self._asks = asks
        self._hold = hold
        self._status = status
        self._wake = Wake()
        self._packer = Packer()
        self._unpacker = Unpacker()
        self._reader = FrameReader(largest_body=0)
        self._answers: deque[bytes] = deque([Frame(hello).encode()])
        self._rest = b""
        self._welcomed = False
        self._reached_at: float | None = None
        self._heard_at = time.monotonic()

    @property
    def welcomed(self) -> bool:
        """True once the bench has taken the laptop."""
        return self._welcomed

    def run(self) -> NoReturn:
        """Talks until it is over: raises `Lost` or `RefusedByBench`, always."""
        try:
            while True:
                self._say()
                data = self._carrier.turn(TURN_SECONDS, self._wake.fd)
                self._wake.clear()
                if data:
                    self._heard_at = time.monotonic()
                    self._listen(data)
                self._look_at_the_clock()
        finally:
            if self._hold.held_by(self):
                self._asks.detach()
                self._status.lost()
                self._hold.let_go(self)
            self._wake.close()

    # ---- what is said ----------------------------------------------------------------------------------------------

    def _say(self) -> None:
        while self._carrier.room() > 0:
            batch = bytearray(self._rest)
            while len(batch) < PIECE:
                frame = self._next_frame()
                if frame is None:
                    break
                batch += frame
            self._rest = bytes(batch[PIECE:])
            if not batch:
                return
            self._carrier.send(self._packer.pack(bytes(batch[:PIECE])))

    def _next_frame(self) -> bytes | None:
        if self._answers:
            return self._answers.popleft()
        return self._asks.next_frame() if self._welcomed else None

    def _answer(self, header: dict[str, Any]) -> None:
        if len(self._answers) >= MOST_WAITING:
            raise Lost(wording.bad_bench("more than it listens to"))
        self._answers.append(Frame(header).encode())

    # ---- what is heard ---------------------------------------------------------------------------------------------

    def _listen(self, data: bytes) -> None:
        try:
            for piece in self._unpacker.unpack(data):
                for frame in self._reader.feed(piece):
                    self._obey(messages.understand(frame))
        except (NotPacked, BadFrame, messages.BadMessage) as error:
            raise Lost(wording.bad_bench(str(error))) from error

    def _obey(self, message: Message) -> None:
        if isinstance(message, messages.Refused):
            raise RefusedByBench(message.sentence, message.again_s)
        if isinstance(message, messages.Ping):
            self._answer(messages.pong(message.number))
        elif isinstance(message, messages.Welcome):
            self._be_welcomed(message)
        elif not self._welcomed:
            # Only who has the laptop may have anything done, or write on its screen.
            raise messages.BadMessage("an order before its welcome")
        else:
            self._obey_order(message)

    def _obey_order(self, message: Message) -> None:
        if isinstance(message, (messages.Collect, messages.Exercise)):
            self._asks.begin(message)
        elif isinstance(message, messages.Resume):
            unknown = self._asks.resume(message.ask, message.n)
            if unknown is not None:
                self._answer(unknown)
        elif isinstance(message, messages.Stop):
            self._asks.stop(message.ask)
        elif isinstance(message, messages.Done):
            self._asks.drop(message.ask)
        elif isinstance(message, messages.Show):
            self._status.show(message)

    def _be_welcomed(self, message: messages.Welcome) -> None:
        if self._welcomed:
            raise messages.BadMessage("a second welcome")
        if not self._hold.take(self):
            raise Lost(wording.HELD_ELSEWHERE)
        if message.fresh:
            self._asks.forget()
        self._asks.attach(self._wake.set)
        self._welcomed = True
        self._status.welcomed(message)

    def _look_at_the_clock(self) -> None:
        now = time.monotonic()
        if self._welcomed:
            if now - self._heard_at > SILENT_SECONDS:
                raise Lost(wording.BENCH_SILENT)
            return
        if self._hold.is_held():
            raise Lost(wording.HELD_ELSEWHERE)
        if self._reached_at is None and self._carrier.reached():
            self._reached_at = now
        if self._reached_at is not None and now - self._reached_at > WELCOME_SECONDS:
            raise Lost(wording.NO_WELCOME)
