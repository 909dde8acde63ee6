"""The exercises of one attempt: the machine-run ones by the plan, the hands-on ones when the technician comes to them.

Each gives one evidence item, which `keep` takes. An exercise that the laptop could not do is an item with the reason;
a laptop that went away ends the attempt (`failure`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import aclosing
from typing import Any, Final

from hardware.evidence.bundle import Item, make_item
from hardware.evidence.exercises.item import head_of
from hardware.laptops.exercises import EXERCISES, Exercise, item_of
from hardware.laptops.link import ExerciseOrder, Link, LinkError, Progress
from station.bench import wording
from station.bench.plan import machine_run, startable

__all__ = ["Exercising", "arguments_for"]

WIDE_PX: Final = 640
NARROW_PX: Final = 160
"""Pixels across of a camera picture over a network, and over a serial line: 160 x 120 still show a printed code, and
stay below the 32 kB of a whole bundle (domain/boot-and-virtual-laptops.md section 3)."""
_LOWEST_HERTZ: Final = 2000
_HERTZ_STEP: Final = 10
_HERTZ_STEPS: Final = 200
"""The tones are drawn from 2 to 4 kHz for the left and 4.5 to 6.5 kHz for the right: within what small loudspeakers
play, around the 5 kHz that Checkbox uses (domain/test-executives.md section 5), and never the same."""

BETWEEN_PROGRESS_S: Final = 0.1
"""A laptop may say how far it is thousands of times a second; every screen is told ten times."""

Told = Callable[[Progress | None], None]


def arguments_for(name: str, *, narrow: bool, random_bytes: Callable[[int], bytes]) -> dict[str, Any]:
    """The arguments of a machine-run exercise; the tones are a challenge that a stored recording cannot meet."""
    if name == "camera":
        return {"width": NARROW_PX if narrow else WIDE_PX}
    if name == "sound":
        left, right = (int.from_bytes(random_bytes(2), "big") % (_HERTZ_STEPS + 1) for _ in range(2))
        return {"hertz": [_LOWEST_HERTZ + _HERTZ_STEP * left, _LOWEST_HERTZ + 2500 + _HERTZ_STEP * right]}
    return {}


def _answers(order: ExerciseOrder, data: bytes) -> bool:
    """True where the item says that it was made by this order: a recording has another challenge in it."""
    head = head_of(data)
    if head is None or head.exercise != order.name:
        return False
    return all(head.arguments.get(key) == value for key, value in order.arguments.items())


class _Run:
    """One run of one exercise: it waits, runs, and ends once. `told` is None for the machine-run ones."""

    def __init__(self, exercise: Exercise, arguments: dict[str, Any], told: Told | None, owner: Exercising) -> None:
        self.exercise = exercise
        self.arguments = arguments
        self.task: asyncio.Task[None] | None = None
        self._told = told
        self._owner = owner
        self._newest: Progress | None = None
        self._later: asyncio.TimerHandle | None = None
        self._shown = False

    def further(self, progress: Progress) -> None:
        """How far it is: at most ten times a second, the newest; and at once that there is something to be seen."""
        if progress.state == "shown" and not self._shown:
            self._shown = True
            self._tell(progress)
        elif self._later is None:
            self._tell(progress)
            self._later = asyncio.get_running_loop().call_later(BETWEEN_PROGRESS_S, self._tell_newest)
        else:
            self._newest = progress

    def over(self) -> None:
        """It has ended, however it ended; told once."""
        if self._later is not None:
            self._later.cancel()
        told, self._told = self._told, None
        if told is not None:
            told(None)

    def _tell_newest(self) -> None:
        newest, self._newest, self._later = self._newest, None, None
        if newest is not None:
            self.further(newest)

    def _tell(self, progress: Progress) -> None:
        if self._told is not None:
            self._told(progress)

    def finish(self) -> None:
        """Ends it with what it has measured so far, or takes back that it was to start."""
        self._owner.finish(self)

    def stop(self) -> None:
        """Ends it without an item, or takes back that it was to start."""
        self._owner.stop(self)


class Exercising:
    """One laptop's exercises. `keep` is awaited with each item; `changed` is called when something starts or ends."""

    def __init__(
        self,
        link: Link,
        keep: Callable[[Item], Awaitable[object]],
        changed: Callable[[], None],
        random_bytes: Callable[[int], bytes],
    ) -> None:
        self._link = link
        self._keep = keep
        self._changed = changed
        self._random_bytes = random_bytes
        self._running: dict[str, _Run] = {}
        self._waiting: list[_Run] = []
        self.failure: LinkError | None = None
        """Why no exercise can go on: the laptop is away."""

    @property
    def titles(self) -> tuple[str, ...]:
        """What runs now, in words."""
        return tuple(EXERCISES[name].title for name in self._running)

    async def run(self, names: Iterable[str]) -> None:
        """Does the machine-run ones among `names`, side by side where they share nothing; until all have ended.

        Raises `LinkError` where the laptop went away.
        """
        waiting = list(machine_run(names))
        mine = {one.name for one in waiting}
        while waiting or mine & self._running.keys():
            for one in startable(waiting, self._busy()):
                waiting.remove(one)
                arguments = arguments_for(one.name, narrow=self._link.narrow, random_bytes=self._random_bytes)
                self._begin(_Run(one, arguments, None, self))
            # A hands-on one may be what the next has to wait for.
            tasks = [run.task for run in self._running.values() if run.task is not None]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if self.failure is not None:
                raise self.failure

    def start(self, name: str, arguments: dict[str, Any], told: Told) -> _Run:
        """Starts a hands-on exercise as soon as nothing runs that shares a part with it.

        `told` is called with each progress, and once with None when it has ended; the item that it gave, where it gave
        one, is evidence by then.
        """
        run = _Run(EXERCISES[name], arguments, told, self)
        self._waiting.append(run)
        self._start_waiting()
        return run

    def finish(self, run: _Run) -> None:
        """Ends one with what it has measured so far."""
        if not self._drop(run) and self._running.get(run.exercise.name) is run:
            self._link.finish(run.exercise.name)

    def stop(self, run: _Run) -> None:
        """Ends one; nothing comes of it."""
        if not self._drop(run) and run.task is not None:
            run.task.cancel()

    async def close(self) -> None:
        """Ends whatever still runs."""
        for run in list(self._waiting):
            self._drop(run)
        tasks = [run.task for run in self._running.values() if run.task is not None]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _drop(self, run: _Run) -> bool:
        """Takes back that it was to start; False where it does not wait."""
        if run not in self._waiting:
            return False
        self._waiting.remove(run)
        run.over()
        return True

    def _busy(self) -> list[Exercise]:
        return [run.exercise for run in self._running.values()]

    def _start_waiting(self) -> None:
        for one in startable([run.exercise for run in self._waiting], self._busy()):
            run = next(run for run in self._waiting if run.exercise is one)
            self._waiting.remove(run)
            self._begin(run)

    def _begin(self, run: _Run) -> None:
        run.task = asyncio.create_task(self._do(run))
        self._running[run.exercise.name] = run
        run.task.add_done_callback(lambda task: self._ended(run, task))
        self._changed()

    def _ended(self, run: _Run, task: asyncio.Task[None]) -> None:
        del self._running[run.exercise.name]
        if not task.cancelled() and (error := task.exception()) is not None:
            if not isinstance(error, LinkError):
                asyncio.get_running_loop().call_exception_handler({"message": "exercise", "exception": error})
                error = LinkError(wording.EXERCISE_DEFECT)
            self.failure = error
        run.over()
        self._start_waiting()
        self._changed()

    async def _do(self, run: _Run) -> None:
        exercise = run.exercise
        order = ExerciseOrder(exercise.name, run.arguments, exercise.deadline_s)
        found: Item | None = None
        async with aclosing(self._link.exercise(order)) as steps:
            async for step in steps:
                if isinstance(step, Progress):
                    run.further(step)
                # Another item than the one that was asked for is none of an exercise.
                elif step.meta.id == item_of(exercise.name):
                    found = step
        reason = ""
        if found is None:
            reason = wording.GAVE_NOTHING
        elif found.data and not _answers(order, found.data):
            reason = wording.ANOTHER_EXERCISE
        if found is None or reason:
            found = make_item(item_of(exercise.name), b"", source=f"exercise {exercise.name}", error=reason)
        await self._keep(found)
