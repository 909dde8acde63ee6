"""Display: colours that fill the screen, then a number that only who looks at it can know. It does not judge."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from . import framebuffer, wording
from .arguments import Rule
from .console import DEVICE, GRAPHICS, TEXT, Console
from .font import digit_lines
from .framebuffer import Screen
from .session import CannotMeasure, Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..laptop import Laptop

ARGUMENTS = {"number": Rule(1, 9)}  # the bench's, new each time
COLOURS = (
    ("red", (255, 0, 0)),
    ("green", (0, 255, 0)),
    ("blue", (0, 0, 255)),
    ("white", (255, 255, 255)),
    ("black", (0, 0, 0)),
    ("grey", (127, 127, 127)),
)
COLOUR_SECONDS = 2.0
NUMBER_SECONDS = 6.0
"""Then the colours come again, for who looked away."""
MOST_SHOWN = 64
_BLACK, _WHITE = (0, 0, 0), (255, 255, 255)


def run(session: Session, number: int) -> dict[str, Any]:
    """Round after round until it is told to stop. "shown" is said once the first round is on the screen to its end."""
    try:
        file = session.open("/dev/fb0", os.O_RDWR)
    except FileNotFoundError:
        raise CannotMeasure(wording.NO_SCREEN) from None
    screen = Screen(file, framebuffer.geometry_of(file))
    session.note(_nothing_shown(screen), "taking the screen")
    _take_console(session)
    before = screen.content()
    session.to_put_back(lambda: screen.write(before))
    return rounds(session, screen, number)


def rounds(session: Session, screen: Screen, number: int) -> dict[str, Any]:
    """Shows the colours and the number, again and again. Raises `OSError`."""
    geometry = screen.geometry
    result = _nothing_shown(screen)
    digit = digit_lines(number, geometry.width, geometry.height, geometry.pixel(*_WHITE), geometry.pixel(*_BLACK))
    while not session.over():
        for done, (name, colour) in enumerate(COLOURS):
            at = session.elapsed()
            screen.fill(colour)
            session.wait(COLOUR_SECONDS)
            if len(result["shown"]) < MOST_SHOWN:
                stood = round(session.elapsed() - at, 3)
                result["shown"].append({"colour": name, "at": at, "seconds": stood})
                session.note(result, "showing colours")
            if session.over():
                return result
            if not result["complete"]:
                session.progress("going", done + 1, len(COLOURS) + 1)
        screen.draw(digit)
        result["number"], result["complete"] = number, True
        session.progress("shown", len(COLOURS) + 1, len(COLOURS) + 1)
        session.wait(NUMBER_SECONDS)
    return result


def _nothing_shown(screen: Screen) -> dict[str, Any]:
    return {
        "shown": [],
        "width": screen.geometry.width,
        "height": screen.geometry.height,
        "number": None,
        "complete": False,
    }


def rescue(laptop: Laptop, ours: bool) -> Callable[[], bool]:
    """To be called before `run`. What it gives puts the screen back from outside, where who runs it was killed.

    With the console's text mode its picture comes back, too. `ours` as for `Console`.
    """
    return _console(laptop, ours).keep()


def _console(laptop: Laptop, ours: bool) -> Console:
    return Console(laptop.place(DEVICE), ours)


def _take_console(session: Session) -> None:
    """Puts the console into its graphics mode and back. Raises `CannotMeasure` where another program has it already.

    Where there is no console (a laptop without one, a copied tree) nothing would draw over the pictures.
    """
    console = _console(session.laptop, session.boot_stick)
    try:
        taken = console.is_taken()
    except FileNotFoundError:
        return
    if taken:
        raise CannotMeasure(wording.SCREEN_TAKEN)
    session.to_put_back(lambda: console.set_mode(TEXT))
    console.set_mode(GRAPHICS)
