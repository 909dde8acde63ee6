"""The bench computer itself as the laptop: the probe as a process beside the engine.

A process of its own, because the probe may hang in the kernel and may need to be killed; in a session of its
own, so that whatever it started can be found and killed with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Final

from hardware.evidence.bundle import Item
from hardware.laptops.frames import FrameDecoder, FrameError
from hardware.laptops.link import CaptureStarted, LinkError, LinkLost
from specs.text import clean

__all__ = ["ThisMachine"]

CAPTURE_SECONDS: Final = 120.0
"""Time to wait for the probe's bytes. The probe itself ends its capture after 100 s."""
_END_SECONDS: Final = 2.0
_LARGEST_STDERR: Final = 8 * 1024
_PIECE: Final = 64 * 1024


class ThisMachine:
    """The `Link` to the computer that the station runs on.

    `probe` is the command that writes the stream; by default it is the probe beside this package, run by this
    Python with nothing but its standard library. `--fast` is added to it.
    """

    def __init__(self, probe: Sequence[str] | None = None, *, seconds: float = CAPTURE_SECONDS) -> None:
        folder = Path(__file__).resolve().parent.parent / "probe"
        self._command = tuple(probe or (sys.executable, "-I", "-S", "-B", str(folder), "--stream"))
        self._seconds = seconds

    @property
    def name(self) -> str:
        """this machine"""
        return "this machine"

    @property
    def live(self) -> bool:
        """True: the probe looks anew each time."""
        return True

    async def collect(self, *, fast: bool = False) -> AsyncGenerator[CaptureStarted | Item, None]:
        """One capture by a new probe process, which is gone when the iterator ends, however it ends."""
        process = await self._start(("--fast",) if fast else ())
        assert process.stdout is not None
        assert process.stderr is not None
        words = asyncio.create_task(_first_words(process.stderr))
        decoder = FrameDecoder()
        left = self._seconds
        try:
            while not decoder.finished:
                began = time.monotonic()
                try:
                    piece = await asyncio.wait_for(process.stdout.read(_PIECE), left)
                except TimeoutError:
                    raise _gone(decoder, f"sent nothing whole within {self._seconds:.0f} s") from None
                # What the bench does between two pieces is not the probe's time.
                left = max(0.0, left - (time.monotonic() - began))
                if not piece:
                    raise _gone(decoder, f"ended {await _how(process, words)}")
                try:
                    for value in decoder.feed(piece):
                        yield value
                except FrameError as error:
                    raise _gone(decoder, f"sent {error}") from error
            # Time to end by itself; a helper that hangs in the kernel may keep it for ever.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), _END_SECONDS)
        finally:
            _kill(process)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(_reap(process, words), _END_SECONDS)

    async def _start(self, more: tuple[str, ...]) -> Process:
        try:
            return await asyncio.create_subprocess_exec(
                *self._command,
                *more,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                limit=_PIECE,
                cwd="/",
                start_new_session=True,
            )
        except OSError as error:
            why = clean(error.strerror or str(error))
            raise LinkError(f"the probe could not be started ({why}); check that the station is whole") from error


def _gone(decoder: FrameDecoder, what: str) -> LinkError:
    """Before the first frame nothing was asked; after it, a capture broke off."""
    if decoder.started:
        return LinkLost(f"the probe on this machine {what} in the middle of the capture; scan the laptop again")
    return LinkError(f"the probe on this machine {what} before it began; run `station doctor`")


async def _how(process: Process, words: asyncio.Task[bytes]) -> str:
    said = b""
    with contextlib.suppress(TimeoutError):
        said = await asyncio.wait_for(asyncio.shield(words), _END_SECONDS)
        await asyncio.wait_for(process.wait(), _END_SECONDS)
    lines = said.decode("utf-8", "replace").split("\n")
    last = next((text for line in reversed(lines) if (text := clean(line, 160))), "")
    status = process.returncode
    how = f"by signal {-status}" if status is not None and status < 0 else f"with status {status}"
    return f"{how} ({last})" if last else how


async def _reap(process: Process, words: asyncio.Task[bytes]) -> None:
    """Reads the dead probe's pipes to their end, which closes them, and takes its status."""
    assert process.stdout is not None
    while await process.stdout.read(_PIECE):
        pass
    await words
    await process.wait()


async def _first_words(stream: asyncio.StreamReader) -> bytes:
    """The beginning of what the probe says on stderr; the rest is read too, so that it never blocks."""
    kept = b""
    while piece := await stream.read(_PIECE):
        kept += piece[: _LARGEST_STDERR - len(kept)]
    return kept


def _kill(process: Process) -> None:
    """Kills the probe and all of its session, at once: nothing here can be cancelled half-way."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    # A command of the probe has a process group of its own, but the same session.
    for pid in _session(process.pid):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def _session(leader: int) -> list[int]:
    """The processes of a session, from /proc; none where there is no /proc."""
    found = []
    with contextlib.suppress(OSError):
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                with contextlib.suppress(OSError, ValueError, IndexError):
                    # "pid (name) state ppid pgrp session ...", and the name may hold anything.
                    fields = Path("/proc", entry, "stat").read_bytes().rpartition(b")")[2].split()
                    if int(fields[3]) == leader:
                        found.append(int(entry))
    return found
