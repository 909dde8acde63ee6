"""The laptop's part in what a technician is asked: the one exercise that it does meanwhile, and how far that is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol

from hardware.laptops.link import Progress
from station.bench.questions import NUMBERS, Questions
from station.bench.task_words import progress_words
from station.bench.tasks import SHOWS_NUMBER, Task

__all__ = ["LaptopPart", "Running", "Runs"]

_RANDOM_BYTES: Final = 4


class Running(Protocol):
    """One run of an exercise. An earlier run of the same exercise may still be ending: it is another one."""

    def finish(self) -> None:
        """Ends it with what it has measured so far: its item comes. Where it has not begun, it never will."""
        ...

    def stop(self) -> None:
        """Ends it, or takes back that it was to start. It gives no item."""
        ...


class Runs(Protocol):
    """The laptop that is being tested, as far as it is exercised at the technician's hands."""

    def start(self, name: str, arguments: dict[str, Any], told: Callable[[Progress | None], None]) -> Running:
        """Starts an exercise, as soon as nothing runs that it cannot run beside.

        `told` is called in the loop with each progress, and once with None when it has ended, however it ended; its
        item, where it gave one, is evidence by then. It takes the place of an earlier one's.
        """
        ...


class _Run:
    """One exercise, for the task of that number (from 1). `number` is what it shows at its end; 0: nothing."""

    def __init__(self, name: str, place: int, number: int) -> None:
        self.name = name
        self.place = place
        self.number = number
        self.progress: Progress | None = None
        self.shown = False
        self.ended = False
        self.running: Running | None = None

    def finish(self) -> None:
        """Ends it with what it has."""
        if self.running is not None:
            self.running.finish()

    def stop(self) -> None:
        """Ends it for good."""
        if self.running is not None:
            self.running.stop()


class LaptopPart:
    """One slot's. `changed` is called when the laptop has told something; `random_bytes` gives chance."""

    def __init__(self, changed: Callable[[], None], random_bytes: Callable[[int], bytes]) -> None:
        self._changed = changed
        self._random_bytes = random_bytes
        self._runs: Runs | None = None
        self._run: _Run | None = None
        self._finishing: set[_Run] = set()

    def begin(self, runs: Runs | None) -> None:
        """Another laptop, or None where none is there to do anything."""
        self._runs, self._run = runs, None
        self._finishing.clear()

    @property
    def idle(self) -> bool:
        """True where nothing is done for the task in hand, and nothing was."""
        return self._run is None

    def has_ended(self, place: int) -> bool:
        """True where what was done for the task of that number has ended."""
        return self._run is not None and self._run.ended and self._run.place == place

    @property
    def finishing(self) -> bool:
        """True while the evidence of a task that is done has still to come."""
        return bool(self._finishing)

    @property
    def number(self) -> int:
        """The number on the laptop's screen; 0 where there is none."""
        return self._run.number if self._run is not None else 0

    @property
    def how_far(self) -> tuple[str, int, int]:
        """How far it is: in words, and so many of how many (0 of 0: not counted)."""
        run = self._run
        if run is None:
            return "", 0, 0
        shows = run.name in SHOWS_NUMBER
        words = progress_words(run.name, run.progress, ended=run.ended, shown=run.shown, shows=shows)
        if run.progress is None or run.ended:
            return words, 0, 0
        return words, run.progress.done, run.progress.of

    def has_shown(self, task: Task | None) -> bool:
        """Whether the laptop has shown what the task in hand is about, where it has anything to show."""
        return task is None or not task.exercise or (self._run is not None and self._run.shown)

    def start(self, task: Task, place: int) -> None:
        """Does the exercise of the task in hand, from its beginning and with another number than before."""
        if self._runs is None:
            return
        before = self._run
        if before is not None and not before.ended:
            before.stop()
        number = self._number(before.number if before is not None else 0) if task.exercise in SHOWS_NUMBER else 0
        run = self._run = _Run(task.exercise, place, number)
        arguments = {**task.arguments, **({"number": number} if number else {})}
        run.running = self._runs.start(run.name, arguments, lambda progress: self._told(run, progress))

    def leave(self, questions: Questions) -> None:
        """Lets go of what is done for a task that is no longer in hand. Where the task is done, its evidence comes."""
        run = self._run
        if run is None or (run.place == questions.place and questions.current is not None):
            return
        self._run = None
        if run.ended or self._runs is None:
            return
        if questions.is_done(run.place):
            self._finishing.add(run)
            run.finish()
        else:
            run.stop()

    def stop(self) -> None:
        """Ends what is done for the task in hand; nothing comes of it."""
        if self._run is not None and not self._run.ended:
            self._run.stop()
        self._run = None

    def _told(self, run: _Run, progress: Progress | None) -> None:
        if progress is None:
            run.ended = True
            self._finishing.discard(run)
        else:
            run.progress = progress
            run.shown = run.shown or progress.state == "shown"
        self._changed()

    def _number(self, besides: int) -> int:
        """A number from 1 to `NUMBERS`, each as likely as the others, and not the one before."""
        left = [number for number in range(1, NUMBERS + 1) if number != besides]
        return left[int.from_bytes(self._random_bytes(_RANDOM_BYTES), "big") % len(left)]
