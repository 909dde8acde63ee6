"""The touchpad under a finger: does all of it feel, do its buttons click, and does it feel anybody who is not there?

As with the keyboard, a part counts as dead where nearly all others answered (`gone_through_percent`): below that
perhaps nobody touched it, and a person who finds a dead part says so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final

from msgspec import Meta, Struct

from checks.check import Check, Example, Kind, Measured, Reading, absent
from checks.exercised import gone_through, unless_broken_off
from specs.facts import Exercises, Facts, TouchpadTouched, Unknown, known
from specs.quantities import Measure

__all__ = ["CHECKS"]

_NEEDS: Final = ("exercise-touchpad",)
_PARTS: Final = 25 + 2
"""The cells and the two buttons."""


class TouchArguments(Struct, frozen=True, forbid_unknown_fields=True):
    """When it is known that all of the touchpad was touched."""

    gone_through_percent: Annotated[
        int,
        Meta(
            ge=50,
            le=100,
            description="per cent of the 25 cells and two buttons that must have answered before the others count as"
            " touched and dead; with fewer, perhaps nobody touched them",
        ),
    ] = 100


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


def _of_whole(count: Callable[[TouchpadTouched], int]) -> Callable[[Facts, TouchArguments], Reading]:
    """The same, unknown too where nobody went through the whole of it."""
    touched = _of_touched(count)

    def read(facts: Facts, arguments: TouchArguments) -> Reading:
        reading, pad = touched(facts), facts.exercises.touchpad
        if isinstance(pad, Unknown) or isinstance(reading, Unknown):
            return reading
        answered = pad.value.cells + (pad.value.left_clicks > 0) + (pad.value.right_clicks > 0)
        if gone_through(answered, _PARTS, arguments.gone_through_percent):
            return reading
        return absent(f"the touchpad was not gone through to the end: {answered} of {_PARTS} parts answered", pad)

    return read


def _clicks(facts: Facts, arguments: TouchArguments) -> Reading:
    pad = facts.exercises.touchpad
    reading = _of_whole(lambda seen: min(seen.left_clicks, seen.right_clicks))(facts, arguments)
    if isinstance(pad, Unknown) or isinstance(reading, Unknown):
        return reading
    if max(pad.value.left_clicks, pad.value.right_clicks) <= 0:
        return absent("neither button clicked: nobody pressed them, or both are dead", pad)
    return reading


def _of(cells: int, left: int, right: int, ghosts: int = 0) -> Facts:
    return Facts(exercises=Exercises(touchpad=known(TouchpadTouched(cells, left, right, 2, ghosts))))


_NEARLY: Final = {"gone_through_percent": 90}

CHECKS: Final = (
    Check(
        id="touchpad.cells",
        title="Touchpad area",
        kind=Kind.EXERCISE,
        measure=Measure.COUNT,
        looks_at="how many of the touchpad's 25 cells, five rows of five, felt a finger",
        needs=_NEEDS,
        decides="unknown until nearly all cells and buttons answered, as the profile has it: before, perhaps nobody"
        " touched the others; a sound touchpad feels with all 25",
        remedy="A part of the touchpad feels nothing. Sweep over it again, then put the laptop on the repair shelf.",
        read=unless_broken_off("touchpad", _of_whole(lambda seen: seen.cells)),
        arguments=TouchArguments,
        examples=(
            Example("all of it", _of(25, 1, 1), 25),
            Example("a dead corner", _of(24, 1, 1), 24, _NEARLY),
            Example("a dead corner, where only a person may say that it was touched", _of(24, 1, 1), None),
            Example("one cell, then nobody went on", _of(1, 0, 0), None, _NEARLY),
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
        decides="the profile gives the least; unknown where nobody went through the touchpad, or no button clicked",
        remedy="A button of the touchpad does not click. Put the laptop on the repair shelf.",
        read=unless_broken_off("touchpad", _clicks),
        arguments=TouchArguments,
        examples=(
            Example("both", _of(25, 3, 2), 2),
            Example("only the left one", _of(25, 3, 0), 0, _NEARLY),
            Example("neither", _of(25, 0, 0), None, _NEARLY),
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
