"""What every way of reaching a laptop can do: say what it is, collect evidence item by item, and exercise the laptop.

Implementations: `this_machine` (the probe as a process on the bench computer), `recorded` (a stored bundle),
`agent_link` (the probe on the laptop, behind a serial line or the network). Where laptops come and go is a `dock`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any, Protocol

from msgspec import Struct

from hardware.evidence.bundle import Item, ProbeName

__all__ = ["CaptureStarted", "ExerciseOrder", "LaptopPage", "Link", "LinkError", "LinkLost", "Progress"]


class LinkError(Exception):
    """The laptop could not be asked; the bench's fault, not the laptop's. One sentence with the remedy."""


class LinkLost(LinkError):
    """The laptop went away in the middle of a capture: the attempt is aborted, never failed."""


class CaptureStarted(Struct, frozen=True):
    """The first thing a link gives: which capture this is, and which items will come (in this order)."""

    bundle_id: str
    captured_at: str
    probe: ProbeName
    expected: tuple[str, ...] = ()


class ExerciseOrder(Struct, frozen=True):
    """One exercise to be done: its name (`hardware.laptops.exercises`), its arguments (plain values), and its deadline
    in seconds, after which it is killed with everything that it started.
    """

    name: str
    arguments: dict[str, Any]
    seconds: float


class Progress(Struct, frozen=True):
    """How far an exercise is. `state` is "started", "going", or "shown" (what a person is to look at is on the laptop's
    screen); `done` of `of` parts are finished (0 of 0: not counted).
    """

    state: str
    done: int = 0
    of: int = 0


class LaptopPage(Struct, frozen=True):
    """What the laptop's own screen says to the person before it: a headline and a few lines of plain words.

    `tone` is "ready", "busy", "pass", "fail" or "hold".
    """

    headline: str
    lines: tuple[str, ...] = ()
    tone: str = "ready"


class Link(Protocol):
    """One laptop that can be asked for its evidence."""

    @property
    def name(self) -> str:
        """What a person calls this link: "this machine", "recorded bundle x.zip", "serial line ttyUSB0"."""
        ...

    @property
    def identity(self) -> str:
        """The same for the same start of the same laptop: one that lost its cable and is back is known again by it."""
        ...

    @property
    def live(self) -> bool:
        """True for a laptop: asked again, it answers anew. False for recorded evidence, which cannot change."""
        ...

    @property
    def narrow(self) -> bool:
        """True for a slow line, over which pictures are sent small."""
        ...

    def collect(self, *, fast: bool = False) -> AsyncGenerator[CaptureStarted | Item, None]:
        """One capture: `CaptureStarted`, then each item as it arrives; ends when the capture is whole.

        Raises `LinkLost` where the laptop vanishes first, `LinkError` where it cannot be asked at all.
        Closing the iterator early stops the capture and leaves no process behind.
        """
        ...

    def exercise(self, order: ExerciseOrder) -> AsyncGenerator[Progress | Item, None]:
        """One exercise: any number of `Progress`, then the one item `exercise-NAME`.

        An exercise that could not be done, or was killed at its deadline, gives its item with the reason. Several run
        at once, also beside a capture. Closing the iterator early ends the exercise, and what it changed is put back.
        Raises `LinkLost` and `LinkError` as `collect`; `LinkError` too where the link is not live.
        """
        ...

    def finish(self, name: str) -> None:
        """Asks the exercise of that name, where it runs, to end now: its item comes with what was measured so far."""
        ...

    def busy(self, busy: bool) -> None:
        """True from the beginning of an attempt to its end. While it is, a laptop that loses its cable has 20 s to come
        back and stays the same link, also where nothing is asked of it. False again while it has them: the time ends.
        """
        ...

    async def lost(self) -> str:
        """Waits until this laptop is away for good, after the time that it had to come back, and gives why: a clause
        with the remedy, as that of a `LinkLost`. Never returns where a laptop cannot leave.
        """
        ...

    async def show(self, page: LaptopPage) -> None:
        """Puts the page on the laptop's own screen, where it has one of ours. Never raises, and never waits long."""
        ...
