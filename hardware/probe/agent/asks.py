"""What the bench has asked for, by number; each ask's frames are kept until the bench has them all.

The session that holds the laptop takes the frames from here one by one, and the bench tells by `resume` where it was
when a line was lost.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from . import wording
from .ask import Ask
from .messages import BadMessage, failed

if TYPE_CHECKING:
    from collections.abc import Callable

    from .ask import Commands
    from .messages import Collect, Exercise

MOST_OPEN = 32
"""Asks that are known and not done. A whole plan has about a dozen."""
_MOST_REMEMBERED = 128


class Asks:
    """All asks of this laptop. Every method may be called from any thread."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands
        self._lock = threading.Lock()
        self._open: dict[int, Ask] = {}
        self._ending: list[Ask] = []
        self._past = _Past()
        self._tell: Callable[[], None] = _nobody

    def begin(self, order: Collect | Exercise) -> None:
        """Starts what is asked for, unless its number is known already. Raises `BadMessage` where it is too much."""
        with self._lock:
            if order.ask in self._open or order.ask in self._past:
                return
            if len(self._open) >= MOST_OPEN:
                raise BadMessage(f"more than {MOST_OPEN} asks at once")
            self._ending = [one for one in self._ending if not one.over.is_set()]
            ending = [*self._ending, *(one for one in self._open.values() if one.stopped and not one.over.is_set())]
            ask = self._open[order.ask] = Ask(order, self._keep)
            ask.start(self._commands, ending)

    def resume(self, number: int, n: int) -> dict[str, Any] | None:
        """Goes on with an ask from frame `n` on; gives what is to be said where there is no such ask."""
        with self._lock:
            ask = self._open.get(number)
            if ask is None:
                return failed(number, n, wording.UNKNOWN_ASK)
            # What is being said on this connection already, loses nothing on the way.
            ask.next = n if ask.next is None else ask.next
        return None

    def stop(self, number: int) -> None:
        """Ends what runs of an ask; its last frames still come."""
        with self._lock:
            ask = self._open.get(number)
            if ask is not None:
                ask.stop()

    def drop(self, number: int) -> None:
        """Forgets an ask, ends what still runs of it, and says no more of it."""
        with self._lock:
            ask = self._open.pop(number, None)
            if ask is not None:
                self._past.add(number)
                self._end(ask)

    def forget(self) -> None:
        """Drops every ask, and its number too."""
        with self._lock:
            for ask in self._open.values():
                self._end(ask)
            self._open.clear()
            self._past = _Past()

    def wait(self, seconds: float) -> None:
        """Time for what was dropped to end."""
        until = time.monotonic() + seconds
        for ask in list(self._ending):
            ask.over.wait(max(0.0, until - time.monotonic()))

    def attach(self, tell: Callable[[], None]) -> None:
        """From now on `tell` is called when there is more to say; nothing is said of an ask before its `resume`."""
        with self._lock:
            self._tell = tell
            for ask in self._open.values():
                ask.next = None

    def detach(self) -> None:
        """Nobody listens any more."""
        self.attach(_nobody)

    def next_frame(self) -> bytes | None:
        """The next frame to say, of each ask in turn; None where there is none."""
        with self._lock:
            for number, ask in self._open.items():
                if ask.next is not None and ask.next < len(ask.frames):
                    frame = ask.frames[ask.next]
                    ask.next += 1
                    # To the end of the row: a long answer must not keep the others waiting.
                    self._open[number] = self._open.pop(number)
                    return frame
        return None

    def running(self) -> list[str]:
        """What goes on now, in words for the screen."""
        with self._lock:
            return [ask.title for ask in self._open.values() if not ask.over.is_set()]

    def take_screen(self) -> bool:
        """True while one of them draws on the laptop's screen, or puts back what was there."""
        with self._lock:
            return any(ask.takes_screen and not ask.over.is_set() for ask in (*self._open.values(), *self._ending))

    def _end(self, ask: Ask) -> None:
        if not ask.over.is_set():
            ask.stop()
            self._ending.append(ask)

    def _keep(self, ask: Ask, frame: bytes) -> None:
        with self._lock:
            ask.frames.append(frame)
            # With the lock, so that nobody is told any more once `detach` is done.
            self._tell()


class _Past:
    """The numbers of asks that are over, in little room."""

    def __init__(self) -> None:
        self._to = 0
        self._beyond: set[int] = set()

    def __contains__(self, number: int) -> bool:
        return number <= self._to or number in self._beyond

    def add(self, number: int) -> None:
        self._beyond.add(number)
        if len(self._beyond) > _MOST_REMEMBERED:
            # Numbers come in order, so what is missing before the lowest of so many never comes.
            self._to = min(self._beyond)
        while self._to + 1 in self._beyond:
            self._to += 1
        self._beyond = {one for one in self._beyond if one > self._to}


def _nobody() -> None:
    """Takes the place of a session."""
