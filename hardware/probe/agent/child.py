"""A process that does one ask, in a session of its own, so that it can be killed with all that it started."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_WORDS = 4096
"""Bytes kept of the end of what a child says on stderr."""
_PIECE = 64 * 1024
_LOOK_SECONDS = 0.5
"""How often it is looked whether the child is still there: what it started may hold its pipes open for ever."""
_MOST_ROUNDS = 20


class Heard(NamedTuple):
    """What one look at a child brought: bytes of its stdout, and whether nothing more will come."""

    data: bytes
    over: bool


class Child:
    """A running child. Raises `OSError` where it cannot be started."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            cwd="/",
            start_new_session=True,
        )
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._out = self._process.stdout.fileno()
        self._err = self._process.stderr.fileno()
        self._open = [self._out, self._err]
        self._words = b""

    def listen(self, seconds: float, wake: int | None) -> Heard:
        """What comes next, within about `seconds` or until `wake` can be read."""
        until = time.monotonic() + seconds
        also = [] if wake is None else [wake]
        while True:
            gone = self._process.poll() is not None
            left = max(0.0, min(_LOOK_SECONDS, until - time.monotonic()))
            ready = select.select([*self._open, *also], [], [], 0 if gone else left)[0]
            if self._err in ready:
                self._listen_to_words()
            if self._out in ready:
                data = os.read(self._out, _PIECE)
                return Heard(data, not data)
            if gone and self._err not in ready:
                return Heard(b"", True)
            if wake in ready or time.monotonic() >= until:
                return Heard(b"", False)

    def ask_to_end(self) -> None:
        """Lets the child put back what it changed, and end. It ends by itself what it has started, and knows why."""
        if self._process.poll() is None:
            with contextlib.suppress(OSError):
                os.kill(self._process.pid, signal.SIGTERM)

    def wait(self, seconds: float) -> None:
        """Time to end by itself."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)

    def kill(self) -> int | None:
        """Kills all of the child's session; gives its exit status, None where it hangs in the kernel."""
        # A process that is just being started is in no list yet, so it is looked again until nobody is left.
        for _ in range(_MOST_ROUNDS):
            left = [pid for pid in _session(self._process.pid) if pid != self._process.pid]
            if self._process.poll() is None:
                left.append(self._process.pid)
            for pid in left:
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
            if not left:
                break
            self.wait(0.1)
        self.wait(1.0)
        return self._process.returncode

    def last_words(self) -> str:
        """The last line that the child said on stderr; empty where it said none."""
        lines = self._words.decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def leave(self) -> None:
        """Closes the pipes and waits for the child's end, for ever where it hangs in the kernel."""
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
        self._process.wait()

    def _listen_to_words(self) -> None:
        piece = os.read(self._err, _PIECE)
        if not piece:
            self._open.remove(self._err)
        self._words = (self._words + piece)[-LONGEST_WORDS:]


def _session(leader: int) -> list[int]:
    """The living processes of a session, from /proc; none where there is no /proc."""
    found = []
    with contextlib.suppress(OSError):
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                with contextlib.suppress(OSError, ValueError, IndexError), open(f"/proc/{entry}/stat", "rb") as file:
                    # "pid (name) state ppid pgrp session ...", and the name may hold anything.
                    fields = file.read().rpartition(b")")[2].split()
                    if int(fields[3]) == leader and fields[0] not in (b"Z", b"X"):
                        found.append(int(entry))
    return found
