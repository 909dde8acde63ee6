"""The exercises of one attempt: the machine-run ones by the plan, the hands-on ones when the technician comes to them.

Each gives one evidence item, which `keep` takes. An exercise that the laptop could not do is an item with the reason;
a laptop that went away ends the attempt (`failure`).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import aclosing
from typing import Any, Final

import msgspec
from msgspec import Struct

from hardware.evidence.bundle import Item, make_item
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

Told = Callable[[Progress | None], None]


def arguments_for(name: str, *, narrow: bool, random_bytes: Callable[[int], bytes]) -> dict[str, Any]:
    """The arguments of a machine-run exercise; the tones are a challenge that a stored recording cannot meet."""
    if name == "camera":
        return {"width": NARROW_PX if narrow else WIDE_PX}
    if name == "sound":
        left, right = (int.from_bytes(random_bytes(2), "big") % (_HERTZ_STEPS + 1) for _ in range(2))
        return {"hertz": [_LOWEST_HERTZ + _HERTZ_STEP * left, _LOWEST_HERTZ + 2500 + _HERTZ_STEP * right]}
    return {}


class _Done(Struct, frozen=True):
    """What an exercise says that it was told to do."""

    exercise: str
    arguments: dict[str, Any]


def _answers(order: ExerciseOrder, data: bytes) -> bool:
    """True where the item is of this order: a recording of another one has another challenge in it."""
    try:
        done = msgspec.json.decode(data, type=_Done)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return True  # what cannot be read is for the parser to tell
    told = {key: done.arguments.get(key) for key in order.arguments}
    return done.exercise == order.name and told == order.arguments


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
        self._running: dict[str, asyncio.Task[None]] = {}
        self._hands_on: dict[str, tuple[Mapping[str, Any], Told]] = {}
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
                self._begin(one, arguments_for(one.name, narrow=self._link.narrow, random_bytes=self._random_bytes))
            # A hands-on one may be what the next has to wait for.
            await asyncio.wait(self._running.values(), return_when=asyncio.FIRST_COMPLETED)
            if self.failure is not None:
                raise self.failure

    def start(self, name: str, arguments: dict[str, Any], told: Told) -> None:
        """Starts a hands-on exercise as soon as nothing runs that shares a part with it.

        `told` is called with each progress, and with None when it has ended and its item is evidence.
        """
        self._hands_on[name] = (arguments, told)
        self._start_waiting()

    def finish(self, name: str) -> None:
        """Ends a hands-on exercise with what it has measured so far: its item comes, and then `told(None)`."""
        if name in self._running:
            self._link.finish(name)
        elif (waiting := self._hands_on.pop(name, None)) is not None:
            waiting[1](None)

    def stop(self, name: str) -> None:
        """Ends a hands-on exercise, or takes back that it was to start; it gives no item."""
        self._hands_on.pop(name, None)
        task = self._running.get(name)
        if task is not None:
            task.cancel()

    async def close(self) -> None:
        """Ends whatever still runs."""
        self._hands_on.clear()
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _busy(self) -> list[Exercise]:
        return [EXERCISES[name] for name in self._running]

    def _start_waiting(self) -> None:
        for one in startable([EXERCISES[name] for name in self._hands_on], self._busy()):
            arguments, told = self._hands_on.pop(one.name)
            self._begin(one, dict(arguments), told)

    def _begin(self, exercise: Exercise, arguments: dict[str, Any], told: Told | None = None) -> None:
        task = asyncio.create_task(self._do(exercise, arguments, told))
        self._running[exercise.name] = task
        task.add_done_callback(lambda _: self._ended(exercise.name, task))
        self._changed()

    def _ended(self, name: str, task: asyncio.Task[None]) -> None:
        if self._running.get(name) is task:
            del self._running[name]
        if not task.cancelled() and (error := task.exception()) is not None:
            if not isinstance(error, LinkError):
                asyncio.get_running_loop().call_exception_handler({"message": "exercise", "exception": error})
                error = LinkError("the station made a mistake in an exercise; scan the laptop again")
            self.failure = error
        self._start_waiting()
        self._changed()

    async def _do(self, exercise: Exercise, arguments: dict[str, Any], told: Told | None) -> None:
        order = ExerciseOrder(exercise.name, arguments, exercise.deadline_s)
        found: Item | None = None
        async with aclosing(self._link.exercise(order)) as steps:
            async for step in steps:
                if isinstance(step, Progress):
                    if told is not None:
                        told(step)
                # Another item than the one that was asked for is none of an exercise.
                elif step.meta.id == item_of(exercise.name):
                    found = step
        reason = ""
        if found is None:
            reason = wording.GAVE_NOTHING
        elif found.data and not await asyncio.to_thread(_answers, order, found.data):
            reason = wording.ANOTHER_EXERCISE
        if found is None or reason:
            found = make_item(item_of(exercise.name), b"", source=f"exercise {exercise.name}", error=reason)
        await self._keep(found)
        if told is not None:
            with contextlib.suppress(asyncio.CancelledError):
                told(None)
