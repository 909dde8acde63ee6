"""The agent as a whole: reaches for a bench by every way it was told, and keeps the laptop's screen."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, NoReturn

from .. import NAME
from . import wording
from .ask import STOPPED_SECONDS
from .asks import Asks
from .page import page
from .reaching import Reaching
from .screen import Screen
from .status import Status

if TYPE_CHECKING:
    from .ask import Commands
    from .places import Told
    from .status import View

DRAW_SECONDS = 1.0
"""How often the page is drawn anew, for the seconds on it."""


def run(told: Told, commands: Commands, keys: str, screen: str | None) -> NoReturn:
    """Runs until a signal's `SystemExit`; then all that it started is ended, and may put back what it changed.

    Without a `screen` it says on stderr what becomes of it. Raises whatever mistake one of its threads has made.
    """
    status = Status(told.slot, told.complaints)
    asks = Asks(commands)
    try:
        reaching = Reaching(asks, status, told.slot, told.stick)
        for serial in told.serial:
            reaching.by_serial(serial)
        if told.network is not None:
            reaching.by_network(told.network, keys)
        face = _OnScreen(Screen(screen)) if screen else _OnStderr()
        while status.mistake is None:
            if not asks.take_screen():
                face.show(status.view(), asks.running())
            status.changed.wait(DRAW_SECONDS)
            status.changed.clear()
        raise status.mistake
    finally:
        asks.forget()
        asks.wait(STOPPED_SECONDS)


class _OnScreen:
    """The console of the laptop."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def show(self, view: View, running: list[str]) -> None:
        columns, rows = self._screen.size()
        self._screen.draw(page(view, running, time.monotonic(), columns, rows))


class _OnStderr:
    """A line for each thing that has changed."""

    def __init__(self) -> None:
        self._said: list[str] = []

    def show(self, view: View, running: list[str]) -> None:
        lines = [wording.at_bench(view.bench)] if view.bench is not None else []
        lines += [f"{way.name}: {way.doing}" for way in view.ways] + running
        if view.page is not None:
            lines.append(": ".join((view.page.headline, *view.page.lines)))
        for line in (*view.complaints, *lines):
            if line not in self._said:
                print(f"{NAME}: {line}", file=sys.stderr, flush=True)
        self._said = [*view.complaints, *lines]
