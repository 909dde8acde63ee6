"""The engine as a process: `python -m station.bench --data FOLDER`.

Started by the screen or by `station bench --headless`; one for each data folder. Ends on `Quit`, SIGTERM or
SIGINT; attempts that run then stay open in the store, and the next start lists them as interrupted.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import getpass
import os
import signal
import socket
import sys
import traceback
from pathlib import Path

from checks.catalogue import shapes
from hardware.scanners.grammar.grammar import Grammar, GrammarError
from specs.profile import ProfileError
from specs.profiles import load_library
from specs.text import clean
from station import VERSION
from station.bench import wording
from station.bench.companions import CENTRAL_PORT, Companions
from station.bench.docks import USUAL_ADDRESS, LaptopRefused, ListenAddress, RealDocks, parse_address
from station.bench.engine import Engine
from station.bench.gate import Gate
from station.bench.keeper import Keeper
from station.bench.labels import labels_to_come
from station.bench.launch import ALREADY_RUNNING, hold_lock
from station.bench.places import ADDRESS
from station.bench.protocol import Goodbye, Quit, View
from station.bench.scanners import Scanners
from station.bench.server import Server
from station.bench.views.health import LOOK_AGAIN_S, HealthView
from station.bench.views.history import HistoryView
from station.bench.views.receive import ReceiveView
from station.bench.views.supervisor import SupervisorView
from station.clock import SYSTEM_CLOCK
from station.paths import Paths, PathsUnusable
from station.store.bench_store import StoreRefused
from station.store.database import StoreUnusable

__all__ = ["main"]

TICK_S = 1.0
FIRST_LOOK_S = 5.0
"""Seconds after the start in which the doctor waits: the first screen, and the first laptop, come first."""
MISSING_LOOK_S = 20.0
"""Seconds after which the doctor looks again while the slots are blocked by what he has found."""
LAST_LABELS_S = 5.0
"""How long a bench that closes waits for labels that are still to come out."""
LOCK_PATIENCE_S = 2.0
"""How long an engine that was killed a moment ago may still seem to hold the lock."""


def main() -> int:
    """Runs the engine; the exit status."""
    parser = argparse.ArgumentParser(prog="station.bench", description="The bench engine.")
    parser.add_argument("--data", type=Path)
    options = parser.parse_args()
    try:
        paths = Paths.prepare(options.data)
        lock = hold_lock(paths.engine_lock, LOCK_PATIENCE_S)
        if lock is None:
            return ALREADY_RUNNING
        with lock:
            return asyncio.run(_run(paths))
    except (PathsUnusable, StoreUnusable, StoreRefused, ProfileError) as error:
        print(error, file=sys.stderr)
        return 3


def _port() -> int:
    """The port of the embedded central store. Raises `PathsUnusable` where the environment names none."""
    text = os.environ.get("STATION_CENTRAL_PORT", str(CENTRAL_PORT))
    if not text.isascii() or not text.isdecimal() or int(text[:6]) > 65535:
        raise PathsUnusable(f"STATION_CENTRAL_PORT is {clean(text, 20)!r}; name a port from 0 to 65535")
    return int(text)


async def _run(paths: Paths) -> int:
    port = _port()
    keeper = Keeper(paths.store, SYSTEM_CLOCK)
    await keeper.open()
    server = Server(paths.engine_socket, VERSION)
    name = clean(socket.gethostname(), 40)

    def tell(sentence: str) -> None:
        # Before there is an engine no laptop is waited for, and nothing is announced.
        engine.notice(sentence)

    gate = Gate(keeper, SYSTEM_CLOCK)
    health = HealthView(keeper, SYSTEM_CLOCK, paths, gate, lambda: sorted(engine.slots), lambda: engine.gates.show())
    engine = Engine(
        keeper,
        load_library(shapes()),
        SYSTEM_CLOCK,
        _operator(),
        server.publish,
        RealDocks(paths.link_keys, name, await _agents_address(keeper), told=tell),
        grammar=_grammar(paths.own_grammar),
        views={
            View.RECEIVE: ReceiveView(keeper, SYSTEM_CLOCK),
            View.HISTORY: HistoryView(keeper, SYSTEM_CLOCK),
            View.SUPERVISOR: SupervisorView(keeper, SYSTEM_CLOCK),
            View.HEALTH: health,
        },
        gate=gate,
    )
    await engine.start(name)
    # Before the first screen can come: a setting that it sends must find what it sets.
    await engine.listen(Scanners(engine.heard, engine.devices.scanners_changed))
    await server.start(engine.state, engine.handle)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(
            number, lambda: asyncio.ensure_future(engine.handle(Quit(now=True)))
        )
    bench_id = await keeper.ask(lambda store: store.bench_id())
    counted = asyncio.Event()
    companions = Companions(paths, bench_id, name, port, engine.central, counted.set, engine.devices)
    engine.kept_something = companions.wake
    engine.labels_changed = companions.wake_printing
    companions.start()
    beside = (asyncio.create_task(_tick(engine, counted)), asyncio.create_task(_examine(engine, health)))
    await engine.closed.wait()
    await _let_labels_out(keeper, engine)
    for task in beside:
        task.cancel()
    await health.stop()
    await companions.stop()
    await server.stop(Goodbye(wording.closing()))
    await keeper.close()
    return 0


async def _tick(engine: Engine, counted: asyncio.Event) -> None:
    """Counts the outbox again each second, and at once when the upload has moved."""
    while True:
        try:
            await engine.tick()
        except StoreRefused:
            pass  # the next second asks again
        except Exception:
            traceback.print_exc()  # a defect of ours: labels must not wait for ever because of it
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(counted.wait(), TICK_S)
        counted.clear()


async def _examine(engine: Engine, health: HealthView) -> None:
    """Lets the doctor look soon after the start, as a shift begins, and now and then: what blocks the slots must be
    known without anybody asking, and known to be over.
    """
    await asyncio.sleep(FIRST_LOOK_S)
    while True:
        health.look()
        shift, looked_at = engine.gates.shift, SYSTEM_CLOCK.monotonic()
        while engine.gates.shift == shift:
            await asyncio.sleep(FIRST_LOOK_S)
            # Whoever has put right what blocks the slots stands there and waits.
            again = MISSING_LOOK_S if engine.gates.missing else LOOK_AGAIN_S
            if SYSTEM_CLOCK.monotonic() - looked_at >= again:
                break


async def _let_labels_out(keeper: Keeper, engine: Engine) -> None:
    """Gives the last labels a moment to come out; those of a printer in trouble wait for the next start."""
    deadline = SYSTEM_CLOCK.monotonic() + LAST_LABELS_S
    with contextlib.suppress(StoreRefused):
        while await keeper.ask(labels_to_come) and not engine.devices.printer_in_trouble:
            if SYSTEM_CLOCK.monotonic() > deadline:
                return
            await asyncio.sleep(0.05)


async def _agents_address(keeper: Keeper) -> ListenAddress:
    """Where laptops dial: STATION_AGENTS, else the setting. Raises `PathsUnusable` where the environment names none."""
    named = os.environ.get("STATION_AGENTS")
    if named is None:
        named = await keeper.ask(lambda store: store.setting(ADDRESS, USUAL_ADDRESS))
    try:
        return parse_address(named)
    except LaptopRefused as error:
        raise PathsUnusable(f"STATION_AGENTS: {error}") from error


def _grammar(own: Path) -> Grammar | str:
    """What reads labels; the sentence to show where the supervisor's own file is not right.

    Going on without its rules could take an asset tag for a serial number, so nothing is taken in then.
    """
    try:
        return Grammar.load(own if own.exists() else None)
    except (GrammarError, OSError) as error:
        return wording.GRAMMAR_FAULTY.format(fault=clean(str(error), 200))


def _operator() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "operator"


if __name__ == "__main__":
    sys.exit(main())
