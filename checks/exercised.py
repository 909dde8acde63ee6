"""Exercises that were not done to their end: what was found until then may fail a laptop and never pass it.

One may have broken off, which is the bench's fault. One that needs hands may have been ended by them (NEXT, or nobody
came): then most of what is missing is missing for want of a finger, and nothing of it blames the laptop.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from checks.check import Reading
from checks.disputes import doubted
from checks.several import gravest
from specs.facts import Facts, Unknown

__all__ = ["gone_through", "unless_broken_off"]


def gone_through(done: int, of: int, percent: int) -> bool:
    """True where so many per cent of the parts answered that somebody went through them: the rest had its turn."""
    return 100 * done >= percent * of


def unless_broken_off(exercise: str, read: Callable[..., Reading]) -> Callable[..., Reading]:
    """A check's function, whose reading passes nothing where the exercise broke off. Where nothing was found until
    then, that it broke off is why.
    """

    def whole(facts: Facts, *arguments: Any) -> Reading:
        reading, why = read(facts, *arguments), _broken_off(facts, exercise)
        if isinstance(reading, Unknown):
            return gravest((reading, why)) or reading
        return doubted(reading, why)

    return whole


def _broken_off(facts: Facts, exercise: str) -> Unknown | None:
    why = next((one.reason for one in facts.exercises.broken_off if one.exercise == exercise), None)
    if why is None:
        return None
    return Unknown(f"the exercise broke off: {why}", (f"exercise-{exercise}",), "unreadable")
