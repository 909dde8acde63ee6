"""How a technician is asked about a row that they attest: what it is for, step by step, what may be wrong, and what the
laptop does meanwhile. Read from a profile's row; which exercises there are, only the rooms above know.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from specs.text import clean

__all__ = [
    "ASKING_KEYS",
    "EXERCISE_PATTERN",
    "GENERAL_SYMPTOMS",
    "LONGEST_LINE",
    "LONGEST_PURPOSE",
    "MOST_STEPS",
    "MOST_SYMPTOMS",
    "OWN_ROWS",
    "SYMPTOM_CODE",
    "SYMPTOM_PATTERN",
    "Asking",
    "Symptom",
    "WrongAsking",
    "asking_of_row",
    "symptom_texts",
]

ASKING_KEYS: Final = ("purpose", "steps", "symptoms", "exercise", "challenge")

LONGEST_PURPOSE: Final = 160
"""Letters: two rows of an 80 column screen."""
MOST_STEPS: Final = 6
"""Steps that stand on a screen of 24 rows beside the question and what answers it."""
LONGEST_LINE: Final = 76
"""Letters of a step, and of the words of a symptom: one row of an 80 column screen."""
MOST_SYMPTOMS: Final = 9
"""One for each of the keys 1 to 9."""
SYMPTOM_CODE: Final = "[a-z][a-z0-9_]{0,31}"
SYMPTOM_PATTERN: Final = rf"{SYMPTOM_CODE}: \S.{{0,{LONGEST_LINE - 1}}}"
EXERCISE_PATTERN: Final = "[a-z][a-z0-9-]{0,31}"
OWN_ROWS: Final = "exercise."
"""What the rows begin with that the bench asks by itself, for an exercise that no row of the profile names."""


class Symptom(Struct, frozen=True):
    """One thing that may be wrong: its code for counting, and the words that the technician chooses by."""

    code: str
    words: str


GENERAL_SYMPTOMS: Final = (
    Symptom("does_not_work", "It does not work"),
    Symptom("damaged", "It is damaged"),
    Symptom("missing", "It is missing"),
    Symptom("something_else", "Something else"),
)
"""What may be wrong where a row does not say."""


class Asking(Struct, frozen=True):
    """What a row says of how it is asked. No `symptoms`: the general ones."""

    purpose: str = ""
    steps: tuple[str, ...] = ()
    symptoms: tuple[Symptom, ...] = ()
    exercise: str = ""
    challenge: bool = False


class WrongAsking(Struct, frozen=True):
    """One thing wrong with how a row is asked: the key, the problem, the remedy, and the place in a list (from 1)."""

    key: str
    problem: str
    remedy: str
    member: int = 0


def asking_of_row(row: Mapping[str, Any]) -> Asking | list[WrongAsking]:
    """What a row says of how it is asked, or everything that is wrong with it."""
    wrong: list[WrongAsking] = []
    purpose = _purpose(row, wrong)
    steps = _steps(row, wrong)
    symptoms = _symptoms(row, wrong)
    exercise = row.get("exercise", "")
    if not isinstance(exercise, str) or ("exercise" in row and re.fullmatch(EXERCISE_PATTERN, exercise) is None):
        wrong.append(WrongAsking("exercise", "is not the name of an exercise", 'write it as in exercise = "display"'))
    challenge = row.get("challenge", False)
    if not isinstance(challenge, bool):
        wrong.append(WrongAsking("challenge", "is not true or false", "write challenge = true, or leave it out"))
    elif challenge and "exercise" not in row:
        problem = "has no laptop's screen to stand on"
        wrong.append(WrongAsking("challenge", problem, "add the exercise that shows the number, or remove challenge"))
    return wrong or Asking(purpose, steps, symptoms, exercise, challenge)


def symptom_texts(symptoms: tuple[Symptom, ...]) -> list[str]:
    """The symptoms as a profile writes them: "code: words"."""
    return [f"{one.code}: {one.words}" for one in symptoms]


def _purpose(row: Mapping[str, Any], wrong: list[WrongAsking]) -> str:
    purpose = row.get("purpose", "")
    if not isinstance(purpose, str):
        wrong.append(WrongAsking("purpose", "is not text", "put it in quotes"))
        return ""
    if "purpose" in row and not clean(purpose):
        wrong.append(WrongAsking("purpose", "is blank", "write it, or remove it"))
    elif len(purpose) > LONGEST_PURPOSE:
        problem = f"is longer than {LONGEST_PURPOSE} letters"
        wrong.append(WrongAsking("purpose", problem, "say it in one sentence"))
    return clean(purpose)


def _list(row: Mapping[str, Any], key: str, most: int, remedy: str, wrong: list[WrongAsking]) -> list[Any]:
    """A list that says something, where there is one; what is wrong with it is added to `wrong`."""
    members = row.get(key, [])
    if not isinstance(members, list) or (key in row and not members):
        wrong.append(WrongAsking(key, "is not a list with anything in it", remedy))
        return []
    if len(members) > most:
        wrong.append(WrongAsking(key, f"has more than {most} members", "leave some out, or put some together"))
        return []
    return members


def _steps(row: Mapping[str, Any], wrong: list[WrongAsking]) -> tuple[str, ...]:
    remedy = 'write it as in steps = ["Open the lid.", "Press each key."]'
    steps = _list(row, "steps", MOST_STEPS, remedy, wrong)
    for place, step in enumerate(steps, 1):
        if not isinstance(step, str) or not clean(step):
            wrong.append(WrongAsking("steps", "is not a sentence", "write it in quotes, or remove it", place))
        elif len(step) > LONGEST_LINE:
            problem = f"is longer than {LONGEST_LINE} letters"
            wrong.append(WrongAsking("steps", problem, "split it, or say it shorter", place))
    return tuple(clean(step) for step in steps if isinstance(step, str))


def _symptoms(row: Mapping[str, Any], wrong: list[WrongAsking]) -> tuple[Symptom, ...]:
    remedy = 'write it as in symptoms = ["dead_pixels: Dots that never change", "dark: It stays dark"]'
    found: list[Symptom] = []
    for place, line in enumerate(_list(row, "symptoms", MOST_SYMPTOMS, remedy, wrong), 1):
        if not isinstance(line, str) or re.fullmatch(SYMPTOM_PATTERN, line) is None or not clean(line.split(": ")[1]):
            problem = f"is not a code and its words, at most {LONGEST_LINE} letters"
            wrong.append(WrongAsking("symptoms", problem, remedy, place))
            continue
        code, _, words = line.partition(": ")
        if any(one.code == code for one in found):
            wrong.append(WrongAsking("symptoms", f"has the code {code} a second time", "give it another code", place))
        found.append(Symptom(code, clean(words)))
    return tuple(found)
