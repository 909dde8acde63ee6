"""The keyboard under fingers: does every key go down and come up? Which keyboard answers is in `checks.input`.

A keyboard with a dead key can never be gone through to the last one. So a key counts as silent where nearly all others
answered (`gone_through_percent`, the profile's number); below that perhaps nobody pressed it, and a person who finds
a dead key says so.
"""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta, Struct

from checks.check import Check, Example, Kind, Measured, Reading, absent
from checks.exercised import gone_through, unless_broken_off
from checks.keyboard_layouts import KEYS, Layout
from specs.facts import Exercises, Facts, KeysPressed, Unknown, known
from specs.quantities import Measure

__all__ = ["CHECKS"]

_NEEDS: Final = ("exercise-keyboard",)


class KeysArguments(Struct, frozen=True, forbid_unknown_fields=True):
    """Which keys must answer, and when it is known that they were pressed."""

    layout: Annotated[
        Layout, Meta(description="whose keys must answer; which ones the laptop itself asks for does not matter")
    ] = "iso-uk"
    gone_through_percent: Annotated[
        int,
        Meta(
            ge=50,
            le=100,
            description="per cent of the keys that must have answered before the others count as pressed and silent;"
            " with fewer, perhaps nobody pressed them",
        ),
    ] = 100


def _missing(facts: Facts, arguments: KeysArguments) -> Reading:
    keys = facts.exercises.keyboard
    if isinstance(keys, Unknown):
        return keys
    missing = _silent(keys.value, arguments)
    if (why := _left_open(missing, arguments)) is not None:
        return absent(why, keys)
    return Measured(len(missing), keys.evidence, ", ".join(missing))


def _stuck(facts: Facts, arguments: KeysArguments) -> Reading:
    keys = facts.exercises.keyboard
    if isinstance(keys, Unknown):
        return keys
    why = _left_open(_silent(keys.value, arguments), arguments)
    if why is not None and not keys.value.stuck:
        return absent(why, keys)
    return Measured(len(keys.value.stuck), keys.evidence, ", ".join(keys.value.stuck))


def _silent(keys: KeysPressed, arguments: KeysArguments) -> list[str]:
    """The layout's keys that did not answer, row by row."""
    answered = set(keys.pressed)
    return [key for key in KEYS[arguments.layout] if key not in answered]


def _left_open(silent: list[str], arguments: KeysArguments) -> str | None:
    """Why nobody knows that the silent ones were pressed; None where that is known."""
    of = len(KEYS[arguments.layout])
    answered = of - len(silent)
    if gone_through(answered, of, arguments.gone_through_percent):
        return None
    if not answered:
        return "no key was pressed, or none answers"
    return f"the keys were not gone through to the end: {answered} of {of} answered"


def _but(*silent: str, stuck: tuple[str, ...] = ()) -> Facts:
    """A keyboard of which all keys answered but these."""
    pressed = tuple(key for key in KEYS["iso-uk"] if key not in silent)
    return Facts(exercises=Exercises(keyboard=known(KeysPressed(pressed, stuck))))


_NEARLY: Final = {"gone_through_percent": 95}
_THREE: Final = Facts(exercises=Exercises(keyboard=known(KeysPressed(("Q", "W", "E"), ()))))
_NOBODY: Final = Facts(exercises=Exercises(keyboard=known(KeysPressed((), ()))))

CHECKS: Final = (
    Check(
        id="keyboard.keys",
        title="Keys that do not answer",
        kind=Kind.EXERCISE,
        measure=Measure.COUNT,
        looks_at="how many keys of the layout, as it is known here, never went down and up",
        needs=_NEEDS,
        decides="unknown until nearly all answered, as the profile has it: before, perhaps nobody pressed the others; a"
        " sound keyboard misses none",
        remedy="Keys do not answer. Press them once more; if they stay silent, put the laptop on the repair shelf.",
        read=unless_broken_off("keyboard", _missing),
        arguments=KeysArguments,
        examples=(
            Example("all answer", _but(), 0),
            Example("all but two", _but("Z", "left Shift"), 2, _NEARLY),
            Example("all but two, where only a person may say that they were pressed", _but("Z", "left Shift"), None),
            Example("three answered, then nobody went on", _THREE, None, _NEARLY),
            Example("nobody typed", _NOBODY, None),
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
        decides="none is known to hang until nearly all answered, as the profile has it; a sound keyboard has none",
        remedy="A key hangs. Loosen it; if it still hangs, put the laptop on the repair shelf.",
        read=unless_broken_off("keyboard", _stuck),
        arguments=KeysArguments,
        examples=(
            Example("none", _but(), 0),
            Example("one", _but("Enter", stuck=("Enter",)), 1, _NEARLY),
            Example("three answered, then nobody went on", _THREE, None, _NEARLY),
            Example("nobody was asked", Facts(), None),
        ),
    ),
)
