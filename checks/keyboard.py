"""The keyboard under fingers: does every key go down and come up? Which keyboard answers is in `checks.input`."""

from __future__ import annotations

from typing import Final

from checks.check import Check, Example, Kind, Measured, Reading, absent
from checks.exercised import unless_broken_off
from specs.facts import Exercises, Facts, KeysPressed, Unknown, known
from specs.quantities import Measure

__all__ = ["CHECKS"]

_NEEDS: Final = ("exercise-keyboard",)


def _missing(facts: Facts) -> Reading:
    keys = facts.exercises.keyboard
    if isinstance(keys, Unknown):
        return keys
    if keys.value.wanted <= 0 or keys.value.pressed <= 0:
        return absent("no key was pressed, or none answers", keys)
    return Measured(len(keys.value.missing), keys.evidence, ", ".join(keys.value.missing))


def _stuck(facts: Facts) -> Reading:
    keys = facts.exercises.keyboard
    if isinstance(keys, Unknown):
        return keys
    if not keys.value.stuck and keys.value.pressed <= 0:
        return absent("no key was pressed, or none answers", keys)
    return Measured(len(keys.value.stuck), keys.evidence, ", ".join(keys.value.stuck))


def _of(pressed: int, missing: tuple[str, ...] = (), stuck: tuple[str, ...] = ()) -> Facts:
    done = KeysPressed(pressed + len(missing), pressed, missing, stuck, not missing)
    return Facts(exercises=Exercises(keyboard=known(done)))


CHECKS: Final = (
    Check(
        id="keyboard.keys",
        title="Keys that do not answer",
        kind=Kind.EXERCISE,
        measure=Measure.COUNT,
        looks_at="how many keys of the layout never went down and up",
        needs=_NEEDS,
        decides="unknown where no key at all was pressed; a sound keyboard misses none",
        remedy="Keys do not answer. Press them once more; if they stay silent, put the laptop on the repair shelf.",
        read=unless_broken_off("keyboard", _missing),
        examples=(
            Example("all answer", _of(82), 0),
            Example("two do not", _of(80, ("Z", "left Shift")), 2),
            Example("nobody typed", _of(0, ("Z",)), None),
            Example("nobody was asked", Facts(), None),
        ),
    ),
    Check(
        id="keyboard.stuck",
        title="Keys that hang",
        kind=Kind.EXERCISE,
        measure=Measure.COUNT,
        looks_at="how many keys were down with nobody on them, or never came up again",
        needs=_NEEDS,
        decides="unknown where no key at all was pressed; a sound keyboard has none",
        remedy="A key hangs. Loosen it; if it still hangs, put the laptop on the repair shelf.",
        read=unless_broken_off("keyboard", _stuck),
        examples=(
            Example("none", _of(82), 0),
            Example("one", _of(81, (), ("Enter",)), 1),
            Example("nobody was asked", Facts(), None),
        ),
    ),
)
