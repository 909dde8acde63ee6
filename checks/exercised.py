"""Exercises that broke off: what they measured until then may fail a laptop and never pass it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from checks.check import Reading
from checks.disputes import doubted
from specs.facts import Facts, Unknown

__all__ = ["unless_broken_off"]


def unless_broken_off(exercise: str, read: Callable[..., Reading]) -> Callable[..., Reading]:
    """A check's function, whose reading passes nothing where the exercise did not come to its end."""

    def whole(facts: Facts, *arguments: Any) -> Reading:
        return doubted(read(facts, *arguments), _broken_off(facts, exercise))

    return whole


def _broken_off(facts: Facts, exercise: str) -> Unknown | None:
    why = next((one.reason for one in facts.exercises.broken_off if one.exercise == exercise), None)
    if why is None:
        return None
    return Unknown(f"the exercise broke off: {why}", (f"exercise-{exercise}",), "unreadable")
