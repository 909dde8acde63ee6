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

import msgspec

from hardware.evidence.bundle import Item, make_item
from hardware.laptops import wording
from hardware.laptops.answers import ExerciseAnswer, Given
from hardware.laptops.exercises import item_of
from hardware.laptops.frames import FrameDecoder, FrameError
from hardware.laptops.link import CaptureStarted, ExerciseOrder, LaptopPage, LinkError, LinkLost, Progress
from hardware.probe.exercises.ending import PUT_BACK_SECONDS
from specs.text import clean

__all__ = ["ThisMachine"]

CAPTURE_SECONDS: Final = 120.0
"""Time to wait for the probe's bytes. The probe itself ends its capture after 100 s."""
_EXERCISE_MORE_SECONDS: Final = 10.0
"""Time for an exercise beyond its own deadline."""
_END_SECONDS: Final = 2.0
_LARGEST_STDERR: Final = 8 * 1024
_PIECE: Final = 64 * 1024


class ThisMachine:
    """The `Link` to the computer that the station runs on.

    `probe` is the probe's command; by default it is the probe beside this package, run by this Python with nothing but
    its standard library. What is asked is added to it: `--stream`, `--fast`, `--exercise`.
    """

    def __init__(self, probe: Sequence[str] | None = None, *, seconds: float = CAPTURE_SECONDS) -> None:
        folder = Path(__file__).resolve().parent.parent / "probe"
        self._command = tuple(probe or (sys.executable, "-I", "-S", "-B", str(folder)))
        self._seconds = seconds
        self._exercising: list[tuple[str, _Child]] = []

    @property
    def name(self) -> str:
        """this machine"""
        return "this machine"

    @property
    def identity(self) -> str:
        """this machine"""
        return "this machine"

    @property
    def live(self) -> bool:
        """True: the probe looks anew each time."""
        return True

    @property
    def narrow(self) -> bool:
        """False: it is read through a pipe."""
        return False

    async def collect(self, *, fast: bool = False) -> AsyncGenerator[CaptureStarted | Item, None]:
        """One capture by a new probe process, which is gone when the iterator ends, however it ends."""
        decoder = FrameDecoder()
        child = await _Child.start(self._command, "--stream", *(("--fast",) if fast else ()))
        try:
            async for value in child.values(decoder, self._seconds):
                assert not isinstance(value, Progress)
                yield value
            # A helper that hangs in the kernel may keep it for ever.
            await child.wait(_END_SECONDS)
        except _BrokeOff as error:
            # Before the first frame nothing was asked; after it, a capture broke off.
            if decoder.started:
                raise LinkLost(wording.PROBE_BROKE_OFF.format(did=error)) from error
            raise LinkError(wording.PROBE_NEVER_BEGAN.format(did=error)) from error
        finally:
            await child.kill()

    async def exercise(self, order: ExerciseOrder) -> AsyncGenerator[Progress | Item, None]:
        """One exercise by a new probe process. When the iterator ends, the process has put back what it changed, for
        which it has some seconds, and is gone.
        """
        arguments = msgspec.json.encode(order.arguments).decode()
        words = ("--exercise", order.name, "--arguments", arguments, "--seconds", f"{order.seconds:.3f}")
        answer = ExerciseAnswer(order.name)
        child = await _Child.start(self._command, *words)
        running = (order.name, child)
        self._exercising.append(running)
        try:
            async for value in child.values(FrameDecoder(answer), order.seconds + _EXERCISE_MORE_SECONDS):
                assert not isinstance(value, CaptureStarted)
                yield value
                if answer.has_item:
                    break
        except _BrokeOff as error:
            yield make_item(item_of(order.name), b"", error=wording.PROBE_IN_EXERCISE.format(did=error))
        finally:
            self._exercising.remove(running)
            try:
                await child.ask_to_end(PUT_BACK_SECONDS)
            finally:
                await child.kill()

    def finish(self, name: str) -> None:
        """As `Link`: a probe that is told to end still gives its item."""
        for running, child in self._exercising:
            if running == name:
                child.terminate()

    def busy(self, busy: bool) -> None:
        """Nothing: it cannot leave."""

    async def lost(self) -> str:
        """Never returns."""
        never: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        return await never

    async def show(self, page: LaptopPage) -> None:
        """Nothing: the screen of this machine is the bench's own."""


class _BrokeOff(Exception):
    """The probe did not answer whole. The message is a clause: what it did instead."""


class _Child:
    """One probe process, in a session of its own."""

    def __init__(self, process: Process) -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        self._process = process
        self._stdout = process.stdout
        self._words = asyncio.create_task(_first_words(process.stderr))

    @classmethod
    async def start(cls, command: Sequence[str], *more: str) -> _Child:
        """Raises `LinkError` where it cannot be started."""
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
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
            raise LinkError(wording.PROBE_NOT_STARTED.format(why=why)) from error
        return cls(process)

    async def values(self, decoder: FrameDecoder, seconds: float) -> AsyncGenerator[Given, None]:
        """What it writes, until that is whole. Raises `_BrokeOff`; what the bench does meanwhile is not its time."""
        left = seconds
        while not decoder.finished:
            began = time.monotonic()
            try:
                piece = await asyncio.wait_for(self._stdout.read(_PIECE), left)
            except TimeoutError:
                raise _BrokeOff(wording.DID_NOTHING.format(seconds=seconds)) from None
            left = max(0.0, left - (time.monotonic() - began))
            if not piece:
                raise _BrokeOff(wording.DID_END.format(how=await self._how()))
            try:
                for value in decoder.feed(piece):
                    yield value
            except FrameError as error:
                raise _BrokeOff(wording.DID_SEND.format(what=error)) from error

    async def wait(self, seconds: float) -> None:
        """Time to end by itself."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), seconds)

    def terminate(self) -> None:
        """Has it put back what it changed, say what it has, and end."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()

    async def ask_to_end(self, seconds: float) -> None:
        """Has it put back what it changed, and waits for its end."""
        self.terminate()
        reading = asyncio.create_task(_drain(self._stdout))
        try:
            await self.wait(seconds)
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    async def kill(self) -> None:
        """Kills it and all of its session, at once: nothing here can be cancelled half-way."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        # A command of the probe has a process group of its own, but the same session.
        for pid in _session(self._process.pid):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._reap(), _END_SECONDS)

    async def _how(self) -> str:
        said = b""
        with contextlib.suppress(TimeoutError):
            said = await asyncio.wait_for(asyncio.shield(self._words), _END_SECONDS)
            await asyncio.wait_for(self._process.wait(), _END_SECONDS)
        lines = said.decode("utf-8", "replace").split("\n")
        last = next((text for line in reversed(lines) if (text := clean(line, 160))), "")
        status = self._process.returncode
        if status is not None and status < 0:
            how = wording.BY_SIGNAL.format(number=-status)
        else:
            how = wording.WITH_STATUS.format(number=status)
        return f"{how} ({last})" if last else how

    async def _reap(self) -> None:
        """Reads the dead probe's pipes to their end, which closes them, and takes its status."""
        await _drain(self._stdout)
        await self._words
        await self._process.wait()


async def _drain(stream: asyncio.StreamReader) -> None:
    while await stream.read(_PIECE):
        pass


async def _first_words(stream: asyncio.StreamReader) -> bytes:
    """The beginning of what the probe says on stderr; the rest is read too, so that it never blocks."""
    kept = b""
    while piece := await stream.read(_PIECE):
        kept += piece[: _LARGEST_STDERR - len(kept)]
    return kept


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
