"""Input: which of keyboard, touchpad and touchscreen answer? Keys and layout are for the technician."""

from __future__ import annotations

from typing import Final

from checks.check import Check, Example, Kind, Reading, measured
from specs.facts import Facts, InputDevices, known
from specs.quantities import Measure

__all__ = ["CHECKS"]


def _keyboard(facts: Facts) -> Reading:
    return measured(facts.input.keyboard)


def _touchpad(facts: Facts) -> Reading:
    return measured(facts.input.touchpad)


def _touchscreen(facts: Facts) -> Reading:
    return measured(facts.input.touchscreen)


CHECKS: Final = (
    Check(
        id="input.keyboard",
        title="Keyboard",
        kind=Kind.INVENTORY,
        measure=Measure.YES_NO,
        looks_at="whether a keyboard answers; its layout is for the technician's eyes",
        needs=("input",),
        decides="yes where one does",
        remedy="The keyboard does not answer. Put the laptop on the repair shelf.",
        read=_keyboard,
        examples=(
            Example("fitted", Facts(input=InputDevices(keyboard=known(True))), True),
            Example("nobody looked", Facts(), None),
        ),
    ),
    Check(
        id="input.touchpad",
        title="Touchpad",
        kind=Kind.INVENTORY,
        measure=Measure.YES_NO,
        looks_at="whether a touchpad answers",
        needs=("input",),
        decides="yes where one does; whether all of it feels a finger is for the exercises",
        remedy="The touchpad does not answer. Put the laptop on the repair shelf.",
        read=_touchpad,
        examples=(
            Example("none answers", Facts(input=InputDevices(touchpad=known(False))), False),
            Example("nobody looked", Facts(), None),
        ),
    ),
    Check(
        id="input.touchscreen",
        title="Touchscreen",
        kind=Kind.INVENTORY,
        measure=Measure.YES_NO,
        looks_at="whether a touchscreen answers",
        needs=("input",),
        decides="yes where one does; the profile says whether the model has one",
        remedy="This model should have a touchscreen, or should have none. Put the laptop on the query shelf.",
        read=_touchscreen,
        examples=(
            Example("none", Facts(input=InputDevices(touchscreen=known(False))), False),
            Example("nobody looked", Facts(), None),
        ),
    ),
)
