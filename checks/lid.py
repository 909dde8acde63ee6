"""The lid: does its switch tell of closing and of opening?"""

from __future__ import annotations

from typing import Final

from checks.check import Check, Example, Kind, Measured, Reading, absent
from checks.exercised import unless_broken_off
from specs.facts import Exercises, Facts, LidMoved, Unknown, known
from specs.quantities import Measure

__all__ = ["CHECKS"]


def _switch(facts: Facts) -> Reading:
    lid = facts.exercises.lid
    if isinstance(lid, Unknown):
        return lid
    seen = lid.value
    if seen.switches <= 0:
        return absent("the laptop has no lid switch that tells", lid)
    if seen.closed <= 0 and seen.opened <= 0:
        return absent("the switch told of nothing: nobody moved the lid, or it is dead", lid)
    told = f"closed: {seen.closed}, opened: {seen.opened}"
    return Measured(seen.closed > 0 and seen.opened > 0, lid.evidence, told)


def _of(closed: int, opened: int) -> Facts:
    return Facts(exercises=Exercises(lid=known(LidMoved(1, closed, opened))))


CHECKS: Final = (
    Check(
        id="lid.switch",
        title="Lid switch",
        kind=Kind.EXERCISE,
        measure=Measure.YES_NO,
        looks_at="whether the switch told of the lid closing and then of its opening",
        needs=("exercise-lid",),
        decides="yes where it told of both; unknown where it told of nothing, for then perhaps nobody moved the lid",
        remedy="The lid's switch does not tell. Close and open it once more, then put the laptop on the repair shelf.",
        read=unless_broken_off("lid", _switch),
        examples=(
            Example("closed and opened", _of(1, 1), True),
            Example("it hangs when closed", _of(1, 0), False),
            Example("nobody moved it", _of(0, 0), None),
            Example("nobody was asked", Facts(), None),
        ),
    ),
)
