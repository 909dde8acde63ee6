"""Input: is there a keyboard? Its layout and its keys are for the technician."""

from __future__ import annotations

from typing import Final

from checks.check import Check, Example, Reading, measured
from specs.facts import Facts, InputDevices, known
from specs.quantities import Measure

__all__ = ["CHECKS"]


def _keyboard(facts: Facts) -> Reading:
    return measured(facts.input.keyboard)


CHECKS: Final = (
    Check(
        id="input.keyboard",
        title="Keyboard",
        measure=Measure.YES_NO,
        looks_at="whether a keyboard answers; its layout is for the technician's eyes",
        needs=("input",),
        decides="yes where one does",
        remedy="The keyboard does not answer. Put the laptop on the repair shelf.",
        read=_keyboard,
        examples=(Example("fitted", Facts(input=InputDevices(keyboard=known(True))), True),),
    ),
)
