"""One ask: a thread that follows the child which does it, and the frames that came of it."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from ..exercises.ending import CHANGING, PUT_BACK_SECONDS
from . import wording
from .child import Child
from .frames import BadFrame, Frame, FrameReader
from .messages import Exercise, answer, failed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..exercises.console import Console
    from .messages import Collect

LARGEST_ANSWER = 20 * 2**20
"""Bytes kept of one ask: a bundle (16 MiB) and its headers."""
COLLECT_SECONDS = 120.0
"""Time for a capture, which ends by itself after 100 s."""
ENDING_SECONDS = 3.0
"""An exercise is told to end so long before it is killed, so that what it has measured still comes."""
_END_SECONDS = 2.0
"""Time for a child to end by itself after its last word."""
STOPPED_SECONDS = PUT_BACK_SECONDS + _END_SECONDS
"""From a stop until nothing runs any more, but for what hangs in the kernel."""
_LONGEST_ERROR = 250


class Commands(NamedTuple):
    """How the children are started: the probe, what a capture and an exercise are told besides, and the console that an
    exercise may take.
    """

    probe: tuple[str, ...]
    collect: tuple[str, ...] = ()
    exercise: tuple[str, ...] = ()
    console: Console | None = None


class Ask:
    """What the bench asked for. `frames` and `next` belong to who keeps the asks, with a lock of its own."""

    def __init__(self, order: Collect | Exercise, keep: Callable[[Ask, bytes], None]) -> None:
        self.number = order.ask
        self.title = wording.exercising(order.name) if isinstance(order, Exercise) else wording.COLLECTING
        self.takes_screen = isinstance(order, Exercise) and order.name == "display"
        """True where it draws on the laptop's screen itself."""
        self.frames: list[bytes] = []
        self.next: int | None = 0
        """The number of the frame to say next; None until it is resumed."""
        self.over = threading.Event()
        """Set once nothing runs any more, or what does hangs in the kernel."""
        self._order = order
        self._keep = keep
        self._count = 0
        self._size = 0
        self._answered = False
        self._stop = _Flag()

    def start(self, commands: Commands, ending: Sequence[Ask]) -> None:
        """Begins; an exercise once those that are `ending` have put back what they changed."""
        after = list(ending) if isinstance(self._order, Exercise) else []
        console = commands.console if self.takes_screen else None
        work = (_command(self._order, commands), after, console)
        threading.Thread(target=self._run, args=work, daemon=True).start()

    @property
    def stopped(self) -> bool:
        """True once it was told to end."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Ends the child soon. It may put back what it changed, and say what it has."""
        self._stop.set()

    def _run(self, command: Sequence[str], after: Sequence[Ask], console: Console | None) -> None:
        until = time.monotonic() + STOPPED_SECONDS
        for ask in after:
            ask.over.wait(max(0.0, until - time.monotonic()))
        began = time.monotonic()
        give_back = console.keep() if console is not None else None
        status: int | None = None
        child: Child | None = None
        try:
            child = Child(command)
            reason = self._follow(child, began)
        except OSError as error:
            reason = wording.not_started(error) if child is None else _mistake(error)
        except Exception as mistake:
            # The ask ends with a reason, and its child ends, whatever we have done wrong.
            reason = _mistake(mistake)
        if child is not None:
            status = child.kill()
            if reason is None and not self._answered:
                reason = wording.ended(status, child.last_words())
        back = give_back is not None and give_back()
        try:
            self._finish(reason, status, began, unchanged=back or not self._count)
        finally:
            self.over.set()
            self._stop.close()
            if child is not None:
                child.leave()

    def _follow(self, child: Child, began: float) -> str | None:
        """Takes what the child says until it ends, or why it was ended."""
        seconds = self._order.seconds if isinstance(self._order, Exercise) else COLLECT_SECONDS
        until, reason = began + seconds, None
        reader = FrameReader()
        while True:
            if reason is None and (self._stop.is_set() or time.monotonic() >= until):
                reason = wording.STOPPED if self._stop.is_set() else wording.killed(seconds)
                until = time.monotonic() + PUT_BACK_SECONDS
                child.ask_to_end()
            left = until - time.monotonic()
            if left <= 0:
                return reason
            heard = child.listen(left, None if reason else self._stop.fd)
            try:
                for frame in reader.feed(heard.data):
                    self._take(frame)
            except (BadFrame, _TooMuch) as error:
                return wording.nonsense(str(error))
            if heard.over:
                child.wait(min(left, _END_SECONDS))
                return reason

    def _take(self, frame: Frame) -> None:
        kind = frame.header.get("frame")
        if isinstance(self._order, Exercise):
            if kind == "end":
                return
            if kind not in ("item", "progress"):
                raise BadFrame("a frame that no exercise gives")
        elif kind not in ("start", "item", "end"):
            raise BadFrame("a frame that no capture gives")
        self._say(frame.header, frame.body)
        if kind == ("item" if isinstance(self._order, Exercise) else "end"):
            self._answered = True

    def _say(self, header: dict[str, Any], body: bytes = b"") -> None:
        encoded = Frame(answer(header, self.number, self._count), body).encode()
        if self._size + len(encoded) > LARGEST_ANSWER and header["frame"] in ("item", "progress", "start"):
            raise _TooMuch(f"more than {LARGEST_ANSWER} bytes in all")
        self._size += len(encoded)
        self._count += 1
        self._keep(self, encoded)

    def _finish(self, reason: str | None, status: int | None, began: float, *, unchanged: bool) -> None:
        """The last frame, and before it what is missing."""
        why = (reason or "")[:_LONGEST_ERROR]
        if isinstance(self._order, Exercise):
            if not self._answered:
                if self._order.name in CHANGING and not unchanged:
                    why = f"{why[: _LONGEST_ERROR - len(wording.MAYBE_CHANGED) - 2]}; {wording.MAYBE_CHANGED}"
                self._say(_missing(self._order.name, why, status, time.monotonic() - began))
            self._say({"frame": "end", "items": 1})
        elif not self._answered:
            self._say(failed(self.number, self._count, why))


class _TooMuch(Exception):
    """The answer is larger than an answer may be."""


class _Flag:
    """A flag that a thread can wait for together with files."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._set = False
        self._ends: tuple[int, int] | None = os.pipe()

    @property
    def fd(self) -> int | None:
        """Can be read once the flag is set."""
        return None if self._ends is None else self._ends[0]

    def is_set(self) -> bool:
        return self._set

    def set(self) -> None:
        with self._lock:
            if not self._set and self._ends is not None:
                os.write(self._ends[1], b"x")
            self._set = True

    def close(self) -> None:
        with self._lock:
            for end in self._ends or ():
                os.close(end)
            self._ends = None


def _command(order: Collect | Exercise, commands: Commands) -> tuple[str, ...]:
    if isinstance(order, Exercise):
        seconds = order.seconds - min(ENDING_SECONDS, order.seconds / 4)
        words = ("--exercise", order.name, "--arguments", order.arguments, "--seconds", f"{seconds:.3f}")
        return (*commands.probe, *words, *commands.exercise)
    fast = ("--fast",) if order.fast else ()
    return (*commands.probe, "--stream", *fast, *commands.collect)


def _mistake(mistake: Exception) -> str:
    return wording.our_mistake(type(mistake).__name__, str(mistake))


def _missing(name: str, why: str, status: int | None, seconds: float) -> dict[str, Any]:
    """The item of an exercise that gave none."""
    return {
        "frame": "item",
        "id": f"exercise-{name}",
        "source": f"exercise {name}",
        "exit": status,
        "ms": round(seconds * 1000, 3),
        "size": 0,
        "sha256": "",
        "truncated": False,
        "error": why,
    }
