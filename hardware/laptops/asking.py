"""One thing that was asked of a laptop: what of its answer waits for its reader, and how long to wait for the rest."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from math import inf

from msgspec import Struct

from hardware.evidence.bundle import Item, make_item
from hardware.laptops import wording
from hardware.laptops.answers import Answer, CaptureAnswer, ExerciseAnswer, Given
from hardware.laptops.exercises import item_of
from hardware.laptops.link import LinkError, LinkLost, Progress
from hardware.laptops.messages import Collect, ExerciseAsk

__all__ = ["OpenAsk", "Patience"]


class Patience(Struct, frozen=True):
    """How long a laptop is waited for, in seconds."""

    first_s: float = 5.0
    """From a connection to its first byte."""
    hello_s: float = 30.0
    """From the first byte of a connection to its hello, the handshake of TLS included."""
    ping_s: float = 5.0
    """Of silence, after which it is asked whether it is there."""
    silent_s: float = 15.0
    """Of silence, after which it is away."""
    grace_s: float = 20.0
    """To come back to what it was asked, or to its attempt, after its connection broke."""
    capture_s: float = 120.0
    """For a capture; the probe itself ends after 100 s."""
    quiet_s: float = 30.0
    """Without a frame of a capture. The slowest items of a probe take 20 s."""
    exercise_more_s: float = 20.0
    """For an exercise beyond its own deadline: the agent first lets one that was stopped put back what it changed, and
    may have to kill this one (hardware/probe/agent/ask.py)."""
    reader_s: float = 30.0
    """For the bench to take what has come, once it waits in the way of everything else."""


class OpenAsk:
    """One ask. The session puts values in and says how it ends; one reader takes them out with `next`.

    What the laptop may take is counted only while the reader waits, and not while its connection is broken, for
    `Patience.grace_s` in all.
    """

    def __init__(
        self,
        number: int,
        what: Collect | ExerciseAsk,
        patience: Patience,
        is_away: Callable[[], bool],
        freed: Callable[[int], None],
    ) -> None:
        self.number = number
        self.what = what
        self.answer: Answer = CaptureAnswer() if isinstance(what, Collect) else ExerciseAnswer(what.name)
        self.n = 0
        """The number of the frame that comes next."""
        self.finishing = False
        """True once an exercise is told to end with what it has."""
        self.unread = 0
        """Bytes that wait for the reader."""
        self._patience = patience
        self._is_away = is_away
        self._freed = freed
        self._values: deque[Given] = deque()
        self._fault: LinkError | None = None
        self._ended = False
        self._changed = asyncio.Event()
        if isinstance(what, Collect):
            self._left, self._quiet_s = patience.capture_s, patience.quiet_s
        else:
            self._left, self._quiet_s = what.seconds + patience.exercise_more_s, inf
        self._quiet = self._quiet_s
        self._outage = patience.grace_s

    def put(self, value: Given) -> None:
        """One more value. Of progress nobody has read yet, the newest of a state is enough."""
        self._quiet = self._quiet_s
        last = self._values[-1] if self._values else None
        if isinstance(value, Progress) and isinstance(last, Progress) and last.state == value.state:
            self._values.pop()
        if isinstance(value, Item):
            self.unread += value.meta.size
        self._values.append(value)
        self._changed.set()

    def end(self) -> None:
        """The answer is whole."""
        self._ended = True
        self._changed.set()

    def fail(self, error: LinkError) -> None:
        """Nothing more will come. An answer that is whole and read stays so."""
        if self._values or not self._ended:
            self._fault = self._fault or error
        self._changed.set()

    def drop(self) -> None:
        """Forgets what was not read."""
        self._values.clear()
        freed, self.unread = self.unread, 0
        self._freed(freed)

    def wake(self) -> None:
        """The laptop's connection broke, or is there again."""
        self._changed.set()

    async def next(self) -> Given | None:
        """The next value, None after the last. Raises `LinkLost` and `LinkError`, after all values that have come."""
        loop = asyncio.get_running_loop()
        while True:
            if self._values:
                return self._pop()
            if self._fault is not None:
                raise self._fault
            if self._ended:
                return None
            away = self._is_away()
            wait = min(self._left, self._quiet) + (self._outage if away else 0.0)
            if wait <= 0:
                return self._too_late()
            self._changed.clear()
            began = loop.time()
            await _happens(self._changed, wait)
            self._spend(loop.time() - began, away)

    def _pop(self) -> Given:
        value = self._values.popleft()
        if isinstance(value, Item):
            self.unread -= value.meta.size
            self._freed(value.meta.size)
        return value

    def _spend(self, seconds: float, away: bool) -> None:
        if away:
            free = min(self._outage, seconds)
            self._outage -= free
            seconds -= free
        self._left -= seconds
        self._quiet -= seconds

    def _too_late(self) -> Item:
        """What an exercise gives whose laptop says nothing. Raises for a capture, which has nothing to give."""
        if isinstance(self.what, ExerciseAsk):
            self._ended = True
            seconds = self.what.seconds + self._patience.exercise_more_s
            return make_item(item_of(self.what.name), b"", error=wording.NO_EXERCISE.format(seconds=seconds))
        if not self.answer.started:
            seconds = min(self._patience.quiet_s, self._patience.capture_s)
            self._fault = LinkError(wording.NO_ANSWER.format(seconds=seconds))
        elif self._left <= 0:
            self._fault = LinkLost(wording.TOO_SLOW.format(seconds=self._patience.capture_s))
        else:
            self._fault = LinkLost(wording.BROKE_OFF.format(seconds=self._patience.quiet_s))
        raise self._fault


async def _happens(event: asyncio.Event, seconds: float) -> None:
    """Waits for the event, at most so long."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
