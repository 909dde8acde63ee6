"""A run over a whole store: ranges of attempts to several processes, results kept in order, so that it can go on.

A run that is killed goes on where it was: results are kept range by range together with how far it has come. A range
whose evidence kills its process, or takes too long, is judged again attempt by attempt, and only the one that did it
is left without a verdict.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from typing import Final

import msgspec
from msgspec import Struct

from hardware.evidence.version import reader_version
from specs.profile import Profile
from station.frames import framed, read_frame
from station.rejudging import wording
from station.rejudging.archive import Archive, Plan, Rejudged, Run
from station.rejudging.errors import RejudgeUnable
from station.rejudging.places import Place, open_archive
from station.rejudging.versions import judge_version
from station.rejudging.worker import Answer, Begin, Failed, Judged, Range, Ready

__all__ = ["make_plan", "run_over"]

RANGE: Final = 200
"""Attempts that one process is given at once: a fifth of a second by kept facts, a second or two by evidence."""
SECONDS_FOR_A_RANGE: Final = 300.0
SECONDS_FOR_ONE: Final = 20.0
"""As for the bench's own worker (`worker_client.DEADLINE_S`): a typical bundle takes 6 ms."""

SECONDS_TO_START: Final = 60.0

_ANSWERS: Final[msgspec.msgpack.Decoder[Answer]] = msgspec.msgpack.Decoder(Answer)

Progress = Callable[[int], None]


def make_plan(archive: Archive, profile: Profile, moment: str) -> Plan:
    """What to judge by, under a key that changes with anything that the results depend on."""
    decisions = archive.decisions()
    published = [run.run_id for run in archive.published()]
    # Which decisions count changes with the day: a preview of last year is none of today.
    standing = decisions.not_ended(moment).in_force(moment)
    depends = (profile.reference, profile.digest, decisions, standing, published, reader_version(), judge_version())
    key = hashlib.sha256(msgspec.json.encode(depends, order="sorted")).hexdigest()
    return Plan(key, profile.reference, profile.digest, msgspec.msgpack.encode(profile), decisions, moment)


def run_over(archive: Archive, place: Place, plan: Plan, progress: Progress, processes: int | None = None) -> Run:
    """The run of that plan, complete up to the newest attempt; an earlier one goes on where it was.

    `progress` is told how many attempts are done each time that results were kept. `processes` is how many work at once
    (default: one for each processor).
    """
    run = archive.open_run(plan)
    # Decisions count as of the moment at which the run began.
    plan = msgspec.structs.replace(plan, moment=run.moment)
    with contextlib.closing(_Pool(place, plan, processes or os.cpu_count() or 1)) as pool:
        done = run.done_to
        for _, results in pool.in_order(_unjudged(archive, run)):
            run = archive.keep(run, results, done, complete=False)
        for last, results in pool.in_order(_ranges(archive, done)):
            run = archive.keep(run, results, last, complete=False)
            done = last
            progress(len(results))
    return archive.keep(run, (), done, complete=True)


def _unjudged(archive: Archive, run: Run) -> Iterable[Range]:
    """What this run could not judge before: its evidence may have come since, as it does at central."""
    waiting = [one for one in archive.results(run) if one.verdict is None] if run.done_to else []
    return [Range(one.number, one.number) for one in waiting]


def _ranges(archive: Archive, done_to: int) -> Iterable[Range]:
    while numbers := archive.numbers(done_to, RANGE):
        done_to = numbers[-1]
        yield Range(numbers[0], done_to)


class _Task(Struct):
    """One range in the hands of a process."""

    index: int
    asked: Range
    deadline: float


class _Pool:
    """Processes that judge ranges; answers come in the order of the questions."""

    def __init__(self, place: Place, plan: Plan, size: int) -> None:
        self._begin = Begin(place, plan)
        self._size = size
        self._busy: dict[_Process, _Task] = {}
        self._idle: list[_Process] = []

    def close(self) -> None:
        """Ends every process."""
        for process in (*self._busy, *self._idle):
            process.kill()
        self._busy, self._idle = {}, []

    def in_order(self, ranges: Iterable[Range]) -> Iterable[tuple[int, tuple[Rejudged, ...]]]:
        """The last number and the results of each range, in order."""
        waiting = iter(enumerate(ranges))
        ready: dict[int, tuple[int, tuple[Rejudged, ...]]] = {}
        wanted = 0
        more = True
        while more or self._busy or ready:
            # Results wait for those before them; not so many that a slow range fills the memory.
            while more and len(self._busy) < self._size and len(ready) < 4 * self._size:
                task = next(waiting, None)
                if task is None:
                    more = False
                else:
                    self._give(*task)
            if self._busy:
                index, asked, results = self._next_answer()
                ready[index] = (asked.last, results)
            while wanted in ready:
                yield ready.pop(wanted)
                wanted += 1

    def _give(self, index: int, asked: Range) -> None:
        process = self._idle.pop() if self._idle else _Process(self._begin)
        process.ask(asked)
        self._busy[process] = _Task(index, asked, time.monotonic() + SECONDS_FOR_A_RANGE)

    def _next_answer(self) -> tuple[int, Range, tuple[Rejudged, ...]]:
        with selectors.DefaultSelector() as selector:
            for process in self._busy:
                selector.register(process.answers, selectors.EVENT_READ, process)
            soonest = min(task.deadline for task in self._busy.values())
            ready = [key.data for key, _ in selector.select(max(0.0, soonest - time.monotonic()))]
        process = ready[0] if ready else min(self._busy, key=lambda one: self._busy[one].deadline)
        task = self._busy.pop(process)
        answer = process.answer(SECONDS_FOR_ONE) if ready else None
        if answer is None:
            process.kill()
            return task.index, task.asked, self._one_by_one(task.asked)
        self._idle.append(process)
        return task.index, task.asked, answer.results

    def _one_by_one(self, asked: Range) -> tuple[Rejudged, ...]:
        """A range that could not be judged whole: each attempt alone, and the one at fault without a verdict."""
        archive = open_archive(self._begin.place)
        try:
            kept = list(archive.kept(asked.first, asked.last))
        finally:
            archive.close()
        results: list[Rejudged] = []
        process: _Process | None = None
        for one in kept:
            process = process or _Process(self._begin)
            process.ask(Range(one.number, one.number))
            answer = process.answer(SECONDS_FOR_ONE)
            if answer is None:
                process.kill()
                process = None
                results.append(
                    Rejudged(one.number, one.attempt_id, one.serial, one.verdict, None, problem=wording.TOO_HARD)
                )
            else:
                results += answer.results
        if process is not None:
            process.kill()
        return tuple(results)


class _Process:
    """One worker process."""

    def __init__(self, begin: Begin) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "station.rejudging.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._write(begin)
        if not isinstance(self._next(SECONDS_TO_START), Ready):
            self.kill()
            raise RejudgeUnable(wording.NO_WORKERS)

    @property
    def answers(self) -> int:
        """The file descriptor on which answers come."""
        assert self._process.stdout is not None
        return self._process.stdout.fileno()

    def ask(self, asked: Range) -> None:
        """Gives it a range."""
        self._write(asked)

    def answer(self, seconds: float) -> Judged | None:
        """Its answer; None where it died, wrote what is none, or gave none in time.

        Raises `RejudgeUnable` where the store cannot be read.
        """
        answer = self._next(seconds)
        return answer if isinstance(answer, Judged) else None

    def _next(self, seconds: float) -> Answer | None:
        assert self._process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self.answers, selectors.EVENT_READ)
            if not selector.select(seconds):
                return None
        message = read_frame(self._process.stdout)
        try:
            answer = _ANSWERS.decode(message) if message is not None else None
        except msgspec.DecodeError:
            return None
        if isinstance(answer, Failed):
            raise RejudgeUnable(wording.store_failed(answer.sentence))
        return answer

    def kill(self) -> None:
        """Ends it."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        self._process.wait()

    def _write(self, message: object) -> None:
        assert self._process.stdin is not None
        # A process that is dead already is found out when its answer does not come.
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(framed(message))
            self._process.stdin.flush()
