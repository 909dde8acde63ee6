"""`station sync`: the upload job over this bench's store, to the central store that runs here."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from datetime import UTC, datetime

import click
import msgspec
from msgspec import Struct

from station import wording
from station.central.address import read_address
from station.central.enrol import enrol_local
from station.paths import Paths
from station.store.bench_store import BenchStore
from station.store.outbox import StoreOutbox
from station.sync.service import make_job, run_once, status_words, watch
from station.sync.transport import HttpTransport
from station.sync.upload import Idle, Progress, RetryLater, Step, Stopped

__all__ = ["print_status", "sync_once", "sync_watch"]


class _Target(Struct, frozen=True):
    address: str
    token: str


def sync_once(paths: Paths, as_json: bool) -> int:
    """Sends all that waits, once. 0 where nothing is left, 3 where central could not be reached or refused."""
    target = _target(paths)
    if target is None:
        click.echo(wording.error(wording.NO_CENTRAL), err=True)
        return 3
    with HttpTransport(target.address, target.token) as transport:
        report = run_once(make_job(StoreOutbox(BenchStore(paths.store)), transport))
    if as_json:
        _print_line(msgspec.to_builtins(report))
    else:
        click.echo(wording.sync_done(report.stored, report.duplicates, report.dead, report.evidence, report.sentence))
    return 0 if report.finished else 3


def sync_watch(paths: Paths, as_json: bool) -> int:
    """Sends whatever waits until it is stopped; a line for each step that says anything."""
    target = _target(paths)
    if target is None:
        click.echo(wording.error(wording.NO_CENTRAL), err=True)
        return 3
    asyncio.run(_watch(paths, target, as_json))
    return 0


def print_status(paths: Paths, as_json: bool) -> int:
    """What is unsent, since when, and what central refused, with its reasons."""
    outbox = StoreOutbox(BenchStore(paths.store))
    status, dead = outbox.status(), outbox.dead_letters()
    if as_json:
        letters = [{"seq": seq, "attempt_id": attempt, "reason": reason} for seq, attempt, reason in dead]
        _print_line({**msgspec.to_builtins(status), "dead_letters": letters})
        return 0
    click.echo(status_words(status, datetime.now(UTC)))
    for seq, attempt, reason in dead:
        click.echo(f"  refused: no. {seq}, attempt {attempt}: {reason}")
    return 0


async def _watch(paths: Paths, target: _Target, as_json: bool) -> None:
    stop, wake = asyncio.Event(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)

    def told(step: Step) -> None:
        if as_json:
            _print_line({"step": type(step).__name__.lower(), **msgspec.to_builtins(step)})
            return
        match step:
            case RetryLater() | Stopped():
                click.echo(step.sentence)
            case Progress():
                click.echo(wording.sync_done(step.stored, step.duplicates, step.dead, step.evidence, ""))
            case Idle():
                pass

    async def poll() -> None:
        # The engine that writes the outbox is another process and cannot wake this one.
        while True:
            await asyncio.sleep(1)
            wake.set()

    polling = asyncio.create_task(poll())
    with HttpTransport(target.address, target.token) as transport:
        store = BenchStore(paths.store)
        await watch(make_job(StoreOutbox(store), transport), stop, wake, told)
    polling.cancel()


def _target(paths: Paths) -> _Target | None:
    """Where the central store that runs here answers, and this bench's token for it, enrolled where it was not."""
    address = read_address(paths.central)
    if address is None:
        return None
    return _Target(address, enrol_local(paths.central, BenchStore(paths.store).bench_id(), socket.gethostname()))


def _print_line(document: object) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(document) + b"\n")
    sys.stdout.buffer.flush()
