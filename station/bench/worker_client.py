"""The engine's side of a slot's worker: starts it, asks it, and replaces it when it dies or is too slow."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from typing import Final, TypeVar

import msgspec

from checks.verdict import Finding, Severity, Verdict
from hardware.evidence.bundle import Item
from specs.profile import Profile
from station.bench.worker import Add, Answer, Begin, Identify, Judged, JudgeNow, Named, Request
from station.frames import framed
from station.records import DeviceSeen

__all__ = ["WorkerClient", "WorkerFailed", "not_judged"]

DEADLINE_S: Final = 20.0
"""Seconds for one answer. A typical bundle takes 15 ms, and the hostile items of the tests stay under 2 s each."""

_ANSWERS: Final[msgspec.msgpack.Decoder[Answer]] = msgspec.msgpack.Decoder(Answer)

A = TypeVar("A", Judged, Named)


class WorkerFailed(Exception):
    """The worker died or missed its deadline on this evidence."""


class WorkerClient:
    """One slot's worker process. Requests are answered in order; one at a time."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._lock = asyncio.Lock()
        self._history: list[Begin | Add] = []

    async def start(self) -> None:
        """Starts the process ahead of its first use."""
        async with self._lock:
            await self._running(None)

    async def begin(self, request: Begin) -> None:
        """A new attempt."""
        async with self._lock:
            self._history = [request]
            await self._send(request)

    async def add(self, request: Add) -> None:
        """One more item of the attempt in hand."""
        async with self._lock:
            self._history.append(request)
            await self._send(request)

    async def judge(self, request: JudgeNow) -> Judged:
        """Judges by the items so far. Raises `WorkerFailed` where there is no answer in time."""
        return await self._ask(request, Judged)

    async def identify(self, item: Item) -> Named:
        """Who the laptop of this item is; the attempt in hand knows nothing of it. Raises as `judge`."""
        return await self._ask(Identify(item), Named)

    async def stop(self) -> None:
        """Ends the process."""
        async with self._lock:
            await self._discard()

    async def _ask(self, request: Request, kind: type[A]) -> A:
        async with self._lock:
            try:
                async with asyncio.timeout(DEADLINE_S):
                    await self._send(request)
                    return await self._answer(kind)
            except (TimeoutError, OSError, asyncio.IncompleteReadError, msgspec.DecodeError) as error:
                await self._discard()
                raise WorkerFailed("the evidence could not be read in time") from error
            except asyncio.CancelledError:
                # Its answer would be taken for the next question's.
                await self._discard()
                raise

    async def _send(self, request: Request) -> None:
        for attempt in (1, 2):
            process = await self._running(request)
            assert process.stdin is not None
            try:
                process.stdin.write(framed(request))
                await process.stdin.drain()
                return
            except (BrokenPipeError, ConnectionResetError):
                # It died since the last request: a new one is told everything again, once.
                await self._discard()
                if attempt == 2:
                    raise

    async def _answer(self, kind: type[A]) -> A:
        assert self._process is not None
        assert self._process.stdout is not None
        size = int.from_bytes(await self._process.stdout.readexactly(4), "big")
        answer = _ANSWERS.decode(await self._process.stdout.readexactly(size))
        if not isinstance(answer, kind):
            raise msgspec.DecodeError("the answer to something else")
        return answer

    async def _running(self, request: Request | None) -> asyncio.subprocess.Process:
        """The live process; a new one has been told everything of the attempt but `request`."""
        if self._process is not None and self._process.returncode is None:
            return self._process
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "station.bench.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        assert self._process.stdin is not None
        for earlier in self._history:
            if earlier is not request:
                self._process.stdin.write(framed(earlier))
        return self._process

    async def _discard(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def not_judged(profile: Profile, reason: str) -> Judged:
    """What stands in the place of an answer that never came: the bench could not judge, and why."""
    findings = tuple(
        Finding(
            check=row.check,
            verdict=Verdict.ERROR,
            severity=Severity(row.severity),
            value=None,
            unit=row.measure.unit,
            limits=row.limits(),
            reason="judge_failed",
            detail=reason,
        )
        for row in profile.requirements
    )
    return Judged(findings, Verdict.ERROR, DeviceSeen(), (reason,))
