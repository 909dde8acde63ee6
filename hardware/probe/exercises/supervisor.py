"""An exercise in a process of its own: stopped at its deadline, killed where it hangs, and always exactly one outcome.

A disk that does not answer holds its reader in the kernel, where no signal reaches it; who must answer for it therefore
is another process.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from . import wording
from .ending import STOP_SECONDS
from .processes import adopt_orphans, children, dying_with_parent, end_children
from .worker import Task, work

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
LARGEST_MESSAGE = 8 * 2**20
"""Bytes of one message of the worker; an item has at most 4 MiB."""
_LOOK_SECONDS = 0.2
"""How often the worker is looked after where it says nothing: a child of its may hold the pipe open."""


class Outcome(NamedTuple):
    """What came of an exercise: what was measured, the reason where not all or nothing was, what was put back."""

    measured: dict[str, Any] | None
    error: str | None
    restored: bool | None


class Deadlines(NamedTuple):
    """Times of `time.monotonic`: until when the exercise measures, when it is told to stop, when it is killed."""

    measure: float
    stop: float
    kill: float

    @classmethod
    def within(cls, began: float, seconds: float) -> Deadlines:
        """All inside `seconds`, so that the outcome is told before somebody else kills the whole."""
        margin = min(3.0, seconds * 0.2)
        end = began + seconds
        return cls(end - margin, end - margin * 0.6, end - margin * 0.3)


class Stopping:
    """While it lasts, SIGTERM, SIGHUP and SIGINT are noted instead of ending the process."""

    def __init__(self) -> None:
        self.asked = False
        self.woken, self._wake = os.pipe()
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Stopping:
        for end in (self.woken, self._wake):
            os.set_blocking(end, False)
        for number in SIGNALS:
            self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        os.close(self.woken)
        os.close(self._wake)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True
        with contextlib.suppress(OSError):
            os.write(self._wake, b"x")


def supervise(
    task: Task, deadlines: Deadlines, stopping: Stopping, progress: Callable[[str, int, int], bool]
) -> Outcome:
    """Runs the task; every process that it started is dead when this returns.

    `progress` is called with each progress and gives False where nobody wants to know any more: then it is stopped.
    """
    spared = children()
    adopt_orphans()
    try:
        try:
            pid, pipe = _fork(task)
        except OSError as error:
            return Outcome(None, wording.not_started(wording.os_error(error)), None)
        watch = _Watch(pid, pipe, progress)
        try:
            watch.until_over(deadlines, stopping)
        finally:
            os.close(pipe)
            end_children(spared)
            watch.reap()
        return _rescued(task, watch.outcome())
    finally:
        adopt_orphans(False)


def _rescued(task: Task, outcome: Outcome) -> Outcome:
    """With what a dead worker could not put back put back from here, where that can be done."""
    if outcome.restored is False and task.rescue is not None:
        return outcome._replace(restored=task.rescue())
    return outcome


def _fork(task: Task) -> tuple[int, int]:
    ours, theirs = os.pipe()
    dying = dying_with_parent(signal.SIGTERM)
    # Blocked until the worker has handlers of its own: it must not run those that it inherits.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        pid = os.fork()
        if pid == 0:
            try:
                os.close(ours)
                dying()
                work(task, theirs)
            finally:
                os._exit(1)
    except OSError:
        os.close(ours)
        raise
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os.close(theirs)
    os.set_blocking(ours, False)
    return pid, ours


class _Watch:
    """What is known of the worker, as it tells it."""

    def __init__(self, pid: int, pipe: int, progress: Callable[[str, int, int], bool]) -> None:
        self._pid = pid
        self._pipe = pipe
        self._progress = progress
        self._buffer = bytearray()
        self._result: dict[str, Any] | None = None
        self._noted: dict[str, Any] | None = None
        self._doing = ""
        self._changed = False
        self._hung = False
        self._status: int | None = None
        self._unwanted = False

    def until_over(self, deadlines: Deadlines, stopping: Stopping) -> None:
        """Returns once there is a result, or no worker."""
        stop_at, kill_at = deadlines.stop, deadlines.kill
        told = False
        while self._result is None and not self.reap():
            now = time.monotonic()
            if now >= kill_at:
                self._hung = True
                return
            if not told and (stopping.asked or self._unwanted or now >= stop_at):
                told = True
                kill_at = min(kill_at, now + STOP_SECONDS)
                self._signal(signal.SIGTERM)
            next_at = min(kill_at, stop_at if not told else kill_at)
            poll = select.poll()
            poll.register(self._pipe, select.POLLIN)
            if not told:
                poll.register(stopping.woken, select.POLLIN)
            poll.poll(int(max(0.0, min(_LOOK_SECONDS, next_at - now)) * 1000) + 1)
            if not self._read():
                self._wait_for_end(min(kill_at, time.monotonic() + 1.0))
        self._read()

    def reap(self) -> bool:
        """True once the worker is dead."""
        if self._status is None:
            try:
                pid, status = os.waitpid(self._pid, os.WNOHANG)
            except ChildProcessError:  # it was taken with the other children
                pid, status = self._pid, 0
            if pid:
                self._status = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        return self._status is not None

    def outcome(self) -> Outcome:
        """What came of it."""
        if self._result is not None:
            return Outcome(self._result["result"], self._result["error"], self._result["restored"])
        error = wording.hung(self._doing) if self._hung else wording.ended(self._status or 0, self._doing)
        return Outcome(self._noted, error, False if self._changed else None)

    def _signal(self, number: int) -> None:
        if self._status is None:
            with contextlib.suppress(OSError):
                os.kill(self._pid, number)

    def _wait_for_end(self, until: float) -> None:
        # The pipe is closed, so the worker is about to be gone: its status says why.
        while not self.reap() and time.monotonic() < until:
            time.sleep(0.005)
        if self._status is None:
            self._signal(signal.SIGKILL)

    def _read(self) -> bool:
        """Takes what is in the pipe. False once nobody can write to it."""
        while True:
            try:
                piece = os.read(self._pipe, 256 * 1024)
            except BlockingIOError:
                return True
            if not piece:
                return False
            self._buffer += piece
            *lines, rest = self._buffer.split(b"\n")
            self._buffer = rest[:LARGEST_MESSAGE]
            for line in lines:
                self._take(json.loads(line.decode()))

    def _take(self, message: dict[str, Any]) -> None:
        if "progress" in message:
            self._unwanted = not self._progress(*message["progress"]) or self._unwanted
        elif "note" in message:
            self._noted, self._doing = message["note"], message["doing"]
        elif "changed" in message:
            self._changed = True
        elif "result" in message:
            self._result = message
