"""The upload job as a child of the engine, so that compressing and sending never hold up a scan.

    python -m station.bench.sync_child STORE ADDRESS TOKEN_FILE

Woken by a line on standard input; prints one JSON line after each step that says anything new.
"""

from __future__ import annotations

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from station.bench.companion_messages import SyncSaid
from station.bench.lifeline import hold_on
from station.store.bench_store import BenchStore
from station.store.outbox import StoreOutbox
from station.sync.service import make_job, watch
from station.sync.transport import HttpTransport
from station.sync.upload import Idle, Progress, RetryLater, Step, Stopped

__all__ = ["main", "said"]


def said(step: Step) -> SyncSaid:
    """A step as the bench's bar shows it."""
    match step:
        case RetryLater():
            return SyncSaid("away", step.sentence)
        case Stopped():
            return SyncSaid("stopped", step.sentence)
        case Idle() | Progress():
            return SyncSaid("ok")


def main(arguments: list[str]) -> int:
    """Runs until its parent is gone."""
    store_path, address, token = Path(arguments[0]), arguments[1], Path(arguments[2]).read_text("ascii").strip()
    asyncio.run(_run(store_path, address, token))
    return 0


async def _run(store_path: Path, address: str, token: str) -> None:
    loop = asyncio.get_running_loop()
    stop, wake = asyncio.Event(), asyncio.Event()
    hold_on(lambda: loop.call_soon_threadsafe(wake.set))

    def tell(step: Step) -> None:
        # Every step, not only a change: the engine counts the outbox again after each.
        sys.stdout.buffer.write(msgspec.json.encode(said(step)) + b"\n")
        sys.stdout.buffer.flush()

    with ThreadPoolExecutor(1, thread_name_prefix="sync") as executor, HttpTransport(address, token) as transport:
        outbox = await loop.run_in_executor(executor, lambda: StoreOutbox(BenchStore(store_path)))
        await watch(make_job(outbox, transport), stop, wake, tell, executor)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
