"""How the upload job is run: once, for the command line, or for ever beside the bench engine."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

from station.clock import age_words
from station.sync.outbox import Outbox, OutboxStatus
from station.sync.transport import Transport
from station.sync.upload import Idle, Progress, RetryLater, Step, Stopped, SyncJob

__all__ = ["SyncReport", "make_job", "run_once", "status_words", "watch"]

_LOOK_AGAIN: Final = 60.0
"""Seconds after which an idle watch looks into the outbox even if nobody woke it."""


class SyncReport(Struct, frozen=True):
    """What one run did. `finished` where nothing is left to send; else `sentence` says what is in the way."""

    stored: int
    duplicates: int
    dead: int
    evidence: int
    finished: bool
    sentence: str
    stopped: bool = False


def make_job(outbox: Outbox, transport: Transport) -> SyncJob:
    """A job with this machine's clock and chance."""
    return SyncJob(outbox, transport, lambda: datetime.now(UTC), random.Random())


def run_once(job: SyncJob) -> SyncReport:
    """Send all that waits; give up for now at the first answer that asks to wait."""
    total = Progress()
    while True:
        step = job.step()
        match step:
            case Progress():
                total = _sum(total, step)
            case Idle(held_back):
                words = f"; {held_back} evidence items cannot be sent now" if held_back else ""
                return _report(total, True, f"Everything is at central{words}.")
            case Stopped(sentence):
                return _report(total, False, sentence, stopped=True)
            case RetryLater(_, sentence, smaller):
                # A batch on which central failed as a whole is tried in smaller ones at once.
                if not smaller:
                    return _report(total, False, sentence)


async def watch(
    job: SyncJob,
    stop: asyncio.Event,
    wake: asyncio.Event,
    told: Callable[[Step], None] = lambda step: None,
    executor: Executor | None = None,
) -> None:
    """Send whatever waits, and again whenever `wake` is set, until `stop` is set.

    Every step runs in `executor`, one at a time; by default a thread of its own. Give one with a single thread
    where the outbox must be used from the thread that opened it. `told` hears of each step, on the event loop.
    After `Stopped` it tries again when woken, or after five minutes.
    """
    loop = asyncio.get_running_loop()
    own = None if executor is not None else ThreadPoolExecutor(1, thread_name_prefix="sync")
    try:
        while not stop.is_set():
            wake.clear()
            step = await loop.run_in_executor(executor or own, job.step)
            told(step)
            match step:
                case Progress():
                    continue
                case RetryLater(seconds, _):
                    # A new record does not make central come back sooner.
                    await _wait(seconds, stop)
                case Stopped():
                    await _wait(300.0, stop, wake)
                case Idle():
                    await _wait(_LOOK_AGAIN, stop, wake)
    finally:
        if own is not None:
            own.shutdown(wait=False)


def status_words(status: OutboxStatus, now: datetime) -> str:
    """The outbox in one line: "12 unsent, oldest 3 min; last receipt 10:50:51 UTC; 1 dead letter"."""
    parts = [f"{status.unsent:,} unsent" if status.unsent else "nothing unsent"]
    if status.oldest_unsent_at:
        parts[0] += f", oldest {_age(status.oldest_unsent_at, now)}"
    if status.evidence_unsent:
        parts.append(f"{status.evidence_unsent:,} evidence items unsent")
    last = status.last_receipt_at
    parts.append(f"last receipt {last[11:19]} UTC on {last[:10]}" if last else "no receipt yet")
    if status.dead:
        parts.append(f"{status.dead:,} dead letter{'s' if status.dead != 1 else ''}")
    return "; ".join(parts)


def _age(at: str, now: datetime) -> str:
    try:
        return age_words(max(0.0, (now - datetime.fromisoformat(at)).total_seconds()))
    except (ValueError, TypeError):
        return "of unknown age"


async def _wait(seconds: float, *events: asyncio.Event) -> None:
    waiting = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in waiting:
            one.cancel()


def _sum(a: Progress, b: Progress) -> Progress:
    return Progress(a.stored + b.stored, a.duplicates + b.duplicates, a.dead + b.dead, a.evidence + b.evidence)


def _report(total: Progress, finished: bool, sentence: str, stopped: bool = False) -> SyncReport:
    return SyncReport(total.stored, total.duplicates, total.dead, total.evidence, finished, sentence, stopped)
