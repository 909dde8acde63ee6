"""What a person is asked of one laptop, as the bench asks it: the profile's rows for the technician, and the exercises
that need hands and that no row names. Pure; the words of the exercises are in `station.bench.task_words`.
"""

from __future__ import annotations

import math
from typing import Final

import msgspec
from msgspec import Struct

from checks.catalogue import CATALOGUE
from checks.needing import exercises_of
from checks.verdict import Severity
from hardware.laptops.exercises import EXERCISES
from specs.asking import GENERAL_SYMPTOMS, OWN_ROWS, Symptom
from specs.limits import AtLeast, Between, Count, Equals, Limit
from specs.profile import TECHNICIAN, Attested, Profile
from station.bench.task_words import EXERCISE_WORDS

__all__ = ["SHOWS_NUMBER", "Task", "exercise_row", "tasks_of"]

SHOWS_NUMBER: Final = frozenset({"display"})
"""The exercises that show a number at their end, and go on until somebody has said how it looked."""

MOST_SOCKETS: Final = 32
"""What the exercise takes (hardware/probe/exercises/usb)."""
_ORDER: Final = {name: place for place, name in enumerate(EXERCISES)}


class Task(Struct, frozen=True):
    """One thing that is asked. `row` is the name under which the answer is evidence.

    With `exercise` the laptop does that meanwhile, with these `arguments`. `ends_itself`: the task is to do the
    exercise, and its measurements are the answer; else a person says PASS or FAIL. `weighs`: the attempt waits for it.
    `gives_reason`: nothing is looked at, and one of `symptoms` is why the laptop is tested again.
    """

    row: str
    look: str
    purpose: str = ""
    steps: tuple[str, ...] = ()
    symptoms: tuple[Symptom, ...] = GENERAL_SYMPTOMS
    exercise: str = ""
    arguments: dict[str, int] = {}
    challenge: bool = False
    ends_itself: bool = False
    weighs: bool = False
    gives_reason: bool = False


def exercise_row(name: str) -> str:
    """The row of an exercise that the bench asks by itself: "exercise.keyboard"."""
    return f"{OWN_ROWS}{name}"


def tasks_of(profile: Profile, *, live: bool) -> tuple[Task, ...]:
    """Everything that a person is asked. Where the laptop is not `live` it can do no exercise: then the rows are asked
    without theirs.

    What the laptop must be handled for comes first, because the attempt waits for it.
    """
    required = tuple(row for row in profile.requirements if Severity(row.severity).required)
    weighs = frozenset(exercises_of(msgspec.structs.replace(profile, requirements=required)) if live else ())
    rows = [_of_row(claim, profile, weighs, live=live) for claim in profile.attested if claim.by == TECHNICIAN]
    named = {task.exercise for task in rows}
    own = [name for name in exercises_of(profile) if live and name in EXERCISE_WORDS and name not in named]
    return (*(_of_exercise(name, profile, name in weighs) for name in sorted(own, key=_ORDER.__getitem__)), *rows)


def _of_row(claim: Attested, profile: Profile, weighs: frozenset[str], *, live: bool) -> Task:
    # What a laptop cannot do it is not made to do: lint has told of an exercise that there is not.
    exercise = claim.exercise if live and claim.exercise in EXERCISE_WORDS else ""
    arguments = _arguments(exercise, profile)
    return Task(
        row=claim.name,
        look=claim.look,
        purpose=claim.purpose,
        steps=claim.steps,
        symptoms=claim.symptoms or GENERAL_SYMPTOMS,
        exercise=exercise,
        arguments=arguments,
        challenge=claim.challenge and exercise in SHOWS_NUMBER,
        weighs=Severity(claim.severity).required or exercise in weighs,
    )


def _of_exercise(name: str, profile: Profile, weighs: bool) -> Task:
    words = EXERCISE_WORDS[name]
    return Task(
        row=exercise_row(name),
        look=words.look,
        purpose=words.purpose,
        steps=words.steps,
        symptoms=words.symptoms,
        exercise=name,
        arguments=_arguments(name, profile),
        # How a display looks, no measurement says: who has looked knows the number.
        challenge=name in SHOWS_NUMBER,
        ends_itself=name not in SHOWS_NUMBER,
        weighs=weighs,
    )


def _arguments(name: str, profile: Profile) -> dict[str, int]:
    """What the exercise must know of the profile: how many different sockets are to be tried."""
    if name != "usb":
        return {}
    rows = (row for row in profile.requirements if "exercise-usb" in _needs(row.check))
    wanted = max((_least(row.limit) for row in rows), default=1)
    return {"wanted": max(1, min(wanted, MOST_SOCKETS))}


def _needs(check: str) -> tuple[str, ...]:
    return CATALOGUE[check].needs if check in CATALOGUE else ()


def _least(limit: Limit) -> int:
    """The smallest whole number that a limit lets ship; 1 where it names none."""
    match limit:
        case AtLeast():
            return math.ceil(limit.floor)
        case Between(low=low):
            return math.ceil(low)
        case Count(value=value):
            return value
        case Equals(value=float() | int() as value):
            return math.ceil(value)
    return 1
