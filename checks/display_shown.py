"""The display filled with colours: were they shown? How they looked is the technician's row."""

from __future__ import annotations

from typing import Final

from checks.check import Check, Example, Kind, Measured, Reading, absent
from checks.exercised import unless_broken_off
from specs.facts import DisplayShown, Exercises, Facts, Unknown, known
from specs.quantities import Measure

__all__ = ["CHECKS"]


def _shown(facts: Facts) -> Reading:
    display = facts.exercises.display
    if isinstance(display, Unknown):
        return display
    if not display.value.colours:
        return absent("nothing was shown", display)
    if not display.value.complete:
        return absent("the colours were not gone through to the end", display)
    return Measured(len(display.value.colours), display.evidence, ", ".join(display.value.colours))


def _of(*colours: str, complete: bool = True) -> Facts:
    return Facts(exercises=Exercises(display=known(DisplayShown(colours, complete))))


CHECKS: Final = (
    Check(
        id="display.shown",
        title="Colours shown",
        kind=Kind.EXERCISE,
        measure=Measure.COUNT,
        looks_at="how many different colours filled the screen",
        needs=("exercise-display",),
        decides="the profile gives the least; unknown where somebody ended it before the last; whether they looked"
        " right a person says, in a row of its own",
        remedy="The colours were not all shown. Go through them once more, to the end.",
        read=unless_broken_off("display", _shown),
        examples=(
            Example("three", _of("red", "green", "blue"), 3),
            Example("ended after two", _of("red", "green", complete=False), None),
            Example("nothing", _of(), None),
            Example("nobody looked", Facts(), None),
        ),
    ),
)
