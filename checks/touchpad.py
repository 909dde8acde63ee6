"""The touchpad under a finger: does all of it feel, do its buttons click, and does it feel anybody who is not there?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from checks.check import Check, Example, Kind, Measured, Reading, absent
from checks.exercised import unless_broken_off
from specs.facts import Exercises, Facts, TouchpadTouched, Unknown, known
from specs.quantities import Measure

__all__ = ["CHECKS"]

_NEEDS: Final = ("exercise-touchpad",)


def _of_touched(count: Callable[[TouchpadTouched], int]) -> Callable[[Facts], Reading]:
    """A count of the exercise; unknown where nothing was felt, for then perhaps nobody touched it."""

    def read(facts: Facts) -> Reading:
        pad = facts.exercises.touchpad
        if isinstance(pad, Unknown):
            return pad
        seen = pad.value
        if max(seen.cells, seen.left_clicks, seen.right_clicks, seen.ghosts) <= 0:
            return absent("the touchpad felt nothing: nobody touched it, or it is dead", pad)
        clicks = f"clicks: {seen.left_clicks} left, {seen.right_clicks} right"
        return Measured(count(seen), pad.evidence, f"{clicks}; fingers at once: {seen.fingers}")

    return read


def _of(cells: int, left: int, right: int, ghosts: int = 0) -> Facts:
    return Facts(exercises=Exercises(touchpad=known(TouchpadTouched(cells, left, right, 2, ghosts, cells == 25))))


CHECKS: Final = (
    Check(
        id="touchpad.cells",
        title="Touchpad area",
        kind=Kind.EXERCISE,
        measure=Measure.COUNT,
        looks_at="how many of the touchpad's 25 cells, five rows of five, felt a finger",
        needs=_NEEDS,
        decides="unknown where it felt nothing at all; a sound touchpad feels with all 25",
        remedy="A part of the touchpad feels nothing. Sweep over it again, then put the laptop on the repair shelf.",
        read=unless_broken_off("touchpad", _of_touched(lambda seen: seen.cells)),
        examples=(
            Example("all of it", _of(25, 1, 1), 25),
            Example("a dead corner", _of(21, 1, 1), 21),
            Example("nobody touched it", _of(0, 0, 0), None),
            Example("nobody was asked", Facts(), None),
        ),
    ),
    Check(
        id="touchpad.clicks",
        title="Touchpad buttons",
        kind=Kind.EXERCISE,
        measure=Measure.COUNT,
        looks_at="how often each of the two buttons clicked; the one that clicked less counts",
        needs=_NEEDS,
        decides="the profile gives the least; unknown where the touchpad felt nothing at all",
        remedy="A button of the touchpad does not click. Put the laptop on the repair shelf.",
        read=unless_broken_off("touchpad", _of_touched(lambda seen: min(seen.left_clicks, seen.right_clicks))),
        examples=(
            Example("both", _of(25, 3, 2), 2),
            Example("only the left one", _of(25, 3, 0), 0),
            Example("nobody was asked", Facts(), None),
        ),
    ),
    Check(
        id="touchpad.ghosts",
        title="Touchpad ghosts",
        kind=Kind.EXERCISE,
        measure=Measure.COUNT,
        looks_at="how many touches were felt before anybody was asked to touch it",
        needs=_NEEDS,
        decides="unknown where the touchpad felt nothing at all; a sound one feels none",
        remedy="The touchpad feels fingers that are not there. Dry and clean it; if it still does, put the laptop on"
        " the repair shelf.",
        read=unless_broken_off("touchpad", _of_touched(lambda seen: seen.ghosts)),
        examples=(
            Example("none", _of(25, 1, 1), 0),
            Example("two", _of(25, 1, 1, 2), 2),
            Example("nobody was asked", Facts(), None),
        ),
    ),
)
