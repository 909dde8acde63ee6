"""The processor: every thread computes what has a known result, while temperatures and clocks are watched."""

from __future__ import annotations

import hashlib
import os
import select
import signal
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from . import wording
from .arguments import Rule
from .processes import dying_with_parent
from .session import CannotMeasure, Session

if TYPE_CHECKING:
    from collections.abc import Iterator

ARGUMENTS = {"work_s": Rule(0.1, 3000, 18.0, whole=False)}
MOST_SAMPLES = 64
MOST_SENSORS = 32
MOST_THREADS = 256
WARMEST_LIMIT, COOLEST_LIMIT = 150.0, 40.0
"""Degrees Celsius: a critical limit outside of these is no limit but a placeholder of the firmware."""
SEED = b"intake-probe cpu"
CRASHES = frozenset({signal.SIGILL, signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE})
"""What ends code that was right where the processor computes wrong. The kernel ends others, too: by SIGKILL where
memory runs out.
"""


class Answer(NamedTuple):
    """What one round computes: a chain of SHA-256, a chain of large products, a chain of floating point."""

    digest: str
    whole: int
    real: str


RIGHT = Answer(
    "e9cc95d9c83a7e6b65aafbaa09a1e37b79943862f44ea4e64a2e15eb956d36ab", 2314705453048791831, "0x1.f916c522f572cp-2"
)
"""What `compute` gives on a right processor; tests/hardware/probe/exercises/test_cpu.py computes it in another way."""


def run(session: Session, work_s: float) -> dict[str, Any]:
    """Loads all threads for `work_s` seconds, or until a sensor passes its critical limit."""
    sensors = Sensors(session)
    before = throttled(session)
    began = time.monotonic()
    until = session.limit(work_s)
    threads = sorted(os.sched_getaffinity(0))[:MOST_THREADS]
    load = Load(threads, until)
    samples: list[dict[str, Any]] = []
    too_hot = False
    try:
        pace = max(1.0, work_s / (MOST_SAMPLES - 2))
        next_at = began
        while not session.over() and time.monotonic() < until and load.running():
            now = time.monotonic()
            if now >= next_at and len(samples) < MOST_SAMPLES:
                next_at = now + pace
                samples.append({"at": session.elapsed(), "celsius": sensors.read(), "mhz": megahertz(session)})
                session.progress("going", int(now - began), int(work_s))
                too_hot = sensors.too_hot(samples[-1]["celsius"], samples[0]["celsius"])
                if too_hot:
                    break
            # Not woken by each round, which would take the time of a thread.
            session.wait(max(0.0, min(next_at, until) - time.monotonic()))
            load.collect()
        ended = time.monotonic()
    finally:
        load.end(session)
    if load.started == 0:
        raise CannotMeasure(wording.NO_CPU_STARTED)
    lost = wording.load_ended(len(load.lost), load.started, load.lost[0]) if load.lost else None
    if load.rounds == 0:
        raise CannotMeasure(lost or wording.TOO_LITTLE_TIME)
    if lost is not None:
        session.fell_short(lost)
    elif load.started < len(threads):
        session.fell_short(wording.load_not_started(load.started, len(threads)))
    elif too_hot:
        session.fell_short(wording.load_too_hot(ended - began, work_s))
    elif ended < began + work_s and not load.crashed:
        session.fell_short(wording.stopped_after(ended - began, work_s))
    return {
        "threads": load.started,
        "rounds": load.rounds,
        "wrong": load.wrong,
        "samples": samples,
        "critical": sensors.critical,
        "throttled_before": before,
        "throttled_after": throttled(session),
    }


# ---- the load --------------------------------------------------------------------------------------------------


def compute() -> Answer:
    """One round. IEEE 754 and the SHA standard leave no room: every right processor gives the same."""
    digest = SEED
    for _ in range(40):
        digest = hashlib.sha256(digest * 512).digest()
    whole = int.from_bytes(digest * 8, "big") | 1
    modulus = (1 << 2203) - 1  # a Mersenne prime
    value = 3
    for _ in range(400):
        value = (value * value + whole) % modulus
    real = 0.3141592653589793
    for _ in range(4000):
        # The logistic map where it is chaotic: one wrong bit is in every later one.
        real = 3.99 * real * (1.0 - real)
    return Answer(digest.hex(), value & (1 << 64) - 1, real.hex())


class Load:
    """A process for each of `threads`, bound to it, until the time `until`. Each tells of every round by one byte.

    `wrong` counts wrong results, and the processes that crashed as code that was right does on a wrong processor.
    """

    def __init__(self, threads: list[int], until: float) -> None:
        self.rounds = 0
        self.wrong = 0
        self.crashed = 0
        self.lost: list[int] = []
        """How those ended that others ended, or that failed, as `subprocess` counts it: no fault of the processor."""
        self._pipes: dict[int, int] = {}
        for thread in threads:
            try:
                pid, pipe = _fork_round_after_round(thread, until)
            except OSError:  # no more processes are allowed; the others do what they can
                break
            self._pipes[pipe] = pid
        self.started = len(self._pipes)

    def running(self) -> bool:
        """True while one of them runs."""
        return bool(self._pipes)

    def collect(self, milliseconds: int = 0) -> None:
        """Counts the rounds that were told; waits at most so long for one."""
        poll = select.poll()
        for pipe in self._pipes:
            poll.register(pipe, select.POLLIN)
        for pipe, _ in poll.poll(milliseconds):
            told = os.read(pipe, 64 * 1024)
            self.rounds += len(told)
            self.wrong += told.count(b"x")
            if not told:
                os.close(pipe)
                _, status = os.waitpid(self._pipes.pop(pipe), 0)
                self._ended(-os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))

    def _ended(self, status: int) -> None:
        if -status in CRASHES:
            self.crashed += 1
            self.wrong += 1
        elif status:
            self.lost.append(status)

    def end(self, session: Session) -> None:
        """Lets each finish its round, for a short time, and ends the rest."""
        until = time.monotonic() + 1.0
        while self._pipes and time.monotonic() < until and not session.stopping:
            self.collect(100)
        self.collect()
        for pipe, pid in self._pipes.items():
            os.kill(pid, signal.SIGKILL)
            os.close(pipe)
            os.waitpid(pid, 0)
        self._pipes.clear()


def _fork_round_after_round(thread: int, until: float) -> tuple[int, int]:
    ours, theirs = os.pipe()
    dying = dying_with_parent(signal.SIGKILL)
    try:
        pid = os.fork()
    except OSError:
        os.close(ours)
        os.close(theirs)
        raise
    if pid == 0:
        status = 1
        try:
            dying()
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                signal.signal(number, signal.SIG_IGN)  # it is the exercise that is stopped
            os.close(ours)
            os.sched_setaffinity(0, [thread])
            while time.monotonic() < until:
                os.write(theirs, b"." if compute() == RIGHT else b"x")
            status = 0
        finally:
            os._exit(status)
    os.close(theirs)
    return pid, ours


# ---- what is watched -------------------------------------------------------------------------------------------


class Sensors:
    """The temperature sensors, by names that do not change while it runs."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._files: dict[str, str] = {}
        self.critical: dict[str, float] = {}
        for name, file, limit in (*_zones(session), *_chips(session)):
            if name not in self._files and len(self._files) < MOST_SENSORS:
                self._files[name] = file
                if limit is not None and COOLEST_LIMIT <= limit <= WARMEST_LIMIT:
                    self.critical[name] = limit

    def read(self) -> dict[str, float]:
        """Degrees Celsius by sensor; those that do not answer are left out."""
        found: dict[str, float] = {}
        for name, file in self._files.items():
            value = self._session.number(file)
            if value is not None:
                found[name] = round(value / 1000, 1)
        return found

    def too_hot(self, now: dict[str, float], at_first: dict[str, float]) -> bool:
        """True where a sensor is at its critical limit. One that was there before the load tells no truth."""
        return any(
            name in now and now[name] >= limit > at_first.get(name, limit) for name, limit in self.critical.items()
        )


def _zones(session: Session) -> Iterator[tuple[str, str, float | None]]:
    base = "/sys/class/thermal"
    for zone in session.names(base):
        if not zone.startswith("thermal_zone"):
            continue
        limit = None
        for name in session.names(f"{base}/{zone}"):
            is_kind = name.startswith("trip_point_") and name.endswith("_type")
            if is_kind and session.text(f"{base}/{zone}/{name}") == "critical":
                limit = session.number(f"{base}/{zone}/{name[: -len('_type')]}_temp")
        kind = session.text(f"{base}/{zone}/type") or "zone"
        yield f"{zone[len('thermal_') :]} {kind}"[:60], f"{base}/{zone}/temp", None if limit is None else limit / 1000


def _chips(session: Session) -> Iterator[tuple[str, str, float | None]]:
    base = "/sys/class/hwmon"
    for chip in session.names(base):
        kind = session.text(f"{base}/{chip}/name") or chip
        for name in session.names(f"{base}/{chip}"):
            if name.startswith("temp") and name.endswith("_input"):
                stem = f"{base}/{chip}/{name[: -len('_input')]}"
                label = session.text(f"{stem}_label") or name[: -len("_input")]
                limit = session.number(f"{stem}_crit")
                yield f"{kind} {label}"[:60], f"{stem}_input", None if limit is None else limit / 1000


def megahertz(session: Session) -> int | None:
    """The mean clock of all threads; None where the kernel does not say."""
    base = "/sys/devices/system/cpu"
    clocks = [
        clock
        for name in session.names(base)[:MOST_THREADS]
        if name[:3] == "cpu" and name[3:].isdigit()
        for clock in [session.number(f"{base}/{name}/cpufreq/scaling_cur_freq")]
        if clock is not None
    ]
    return round(sum(clocks) / len(clocks) / 1000) if clocks else None


def throttled(session: Session) -> int | None:
    """How often the processor was slowed down for its heat since it was started; None where the kernel does not say."""
    base = "/sys/devices/system/cpu"
    counts = [
        count
        for name in session.names(base)[:MOST_THREADS]
        if name[:3] == "cpu" and name[3:].isdigit()
        for kind in ("core", "package")
        for count in [session.number(f"{base}/{name}/thermal_throttle/{kind}_throttle_count")]
        if count is not None
    ]
    return sum(counts) if counts else None
