"""The battery at work: what does it give with the charger unplugged?"""

from __future__ import annotations

from typing import Final

from checks.check import Check, Example, Kind, Reading, measured
from checks.exercised import unless_broken_off
from specs.facts import BatteryDraw, Exercises, Facts, Unknown, known
from specs.quantities import Measure

__all__ = ["CHECKS"]


def _draw(facts: Facts) -> Reading:
    draw = facts.exercises.battery
    if isinstance(draw, Unknown):
        return draw
    return measured(draw.value.watts, f"unplugged for {draw.value.on_battery_s:.0f} s")


CHECKS: Final = (
    Check(
        id="battery.draw",
        title="Battery draw",
        kind=Kind.EXERCISE,
        measure=Measure.POWER_W,
        looks_at="how much the batteries give together while the charger is unplugged",
        needs=("exercise-battery",),
        decides="unknown where the charger stayed in, and where the battery tells of no change at all",
        remedy="The battery gives too little, or the laptop takes too much. Put the laptop on the repair shelf.",
        read=unless_broken_off("battery", _draw),
        examples=(
            Example("at rest", Facts(exercises=Exercises(battery=known(BatteryDraw(15.0, known(6.2))))), 6.2),
            Example(
                "its gauge does not move",
                Facts(
                    exercises=Exercises(
                        battery=known(BatteryDraw(15.0, Unknown("the batteries told of no change", (), "absent")))
                    )
                ),
                None,
            ),
            Example("nobody unplugged it", Facts(), None),
        ),
    ),
)
