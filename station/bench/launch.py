"""Starting the engine, and reaching one that runs already."""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Final

from station.bench.protocol import LONGEST_LINE, Hello, decode_event
from station.paths import Paths

__all__ = [
    "EngineUnreachable",
    "engine_answers",
    "hold_lock",
    "reach_engine",
    "start_and_watch",
    "start_engine",
    "wait_until_gone",
]

STARTING_S: Final = 20.0
WATCHED_S: Final = 5.0
"""An engine that cannot start ends within a second or two; one that is still there then is coming up."""


class EngineUnreachable(Exception):
    """The engine could not be started or does not answer. One sentence with the remedy."""


def engine_answers(path: Path) -> bool:
    """True where an engine listens on the socket."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(2)
            probe.connect(str(path))
    except OSError:
        return False
    return True


def _answering(path: Path) -> int:
    """The process of the engine that listens on the socket; 0 where none answers."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(2)
            probe.connect(str(path))
            with probe.makefile("rb") as said:
                hello = decode_event(said.readline(LONGEST_LINE))
    except (OSError, ValueError):  # gone again, or cut off
        return 0
    return hello.pid if isinstance(hello, Hello) else 0


def start_engine(paths: Paths) -> subprocess.Popen[bytes]:
    """Starts the engine as a process of its own session: it outlives the screen that started it."""
    log = os.open(paths.engine_log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "station.bench", "--data", str(paths.data)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            cwd="/",
        )
    finally:
        os.close(log)


def start_and_watch(paths: Paths) -> None:
    """Starts the engine and watches its first seconds. Raises `EngineUnreachable` where it ends in them by a fault."""
    process = start_engine(paths)
    try:
        status = process.wait(WATCHED_S)
    except subprocess.TimeoutExpired:
        return
    # One that somebody killed did start.
    if status > 0 and status != ALREADY_RUNNING:
        raise EngineUnreachable(_last_line(paths.engine_log))


def reach_engine(paths: Paths) -> int:
    """Returns when an engine answers, and gives its process where it was started here; 0 where somebody else did, be it
    in the same moment. Raises `EngineUnreachable`.
    """
    if engine_answers(paths.engine_socket):
        return 0
    process = start_engine(paths)
    deadline = time.monotonic() + STARTING_S
    while time.monotonic() < deadline:
        if answering := _answering(paths.engine_socket):
            if answering == process.pid:
                return process.pid
            # It waits for the lock still, and must not take it up when the other one is stopped.
            process.terminate()
            process.wait()
            return 0
        if process.poll() not in (None, ALREADY_RUNNING):
            raise EngineUnreachable(f"the bench engine could not start; {_last_line(paths.engine_log)}")
        time.sleep(0.02)
    raise EngineUnreachable(f"the bench engine does not answer; see {paths.engine_log}")


def wait_until_gone(paths: Paths, seconds: float) -> bool:
    """True once no engine holds the lock."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        lock = hold_lock(paths.engine_lock)
        if lock is not None:
            lock.close()
            return True
        time.sleep(0.05)
    return False


ALREADY_RUNNING: Final = 75
"""The engine's exit status where another one holds the lock (EX_TEMPFAIL of sysexits.h)."""


def hold_lock(path: Path, patience: float = 0.0) -> IO[bytes] | None:
    """The lock of the one engine, held until the file is closed or the process dies; None where it is taken.

    `patience` is how many seconds to try. An engine that is killed while it starts a process leaves its lock to a child
    that has not become that process yet: on a busy machine for some tenths of a second.
    """
    file = path.open("ab")
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return file
        except OSError:
            if time.monotonic() >= deadline:
                file.close()
                return None
            time.sleep(0.02)


def _last_line(log: Path) -> str:
    try:
        lines = log.read_bytes()[-4096:].decode("utf-8", "replace").strip().splitlines()
    except OSError:
        lines = []
    return lines[-1] if lines else f"see {log}"
