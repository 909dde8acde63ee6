"""The form that all `exercise-NAME` items share, and how what was measured becomes a fact.

    {"exercise": "memory", "version": 1, "arguments": {...}, "seconds": 19.8, "restored": null, "measured": {...}}

`arguments` are what the exercise was told to do, all of them: what the bench asked for is compared with them.
`restored` is true or false where the exercise changed something of the laptop and put it back, or could not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, TypeAlias, TypeVar

import msgspec
from msgspec import Meta, Struct

from hardware.evidence.bundle import Bundle
from hardware.evidence.catalogue import base_id
from hardware.evidence.decoding import LARGEST_NUMBER, decode_json
from hardware.evidence.errors import EvidenceError
from hardware.evidence.items import Noted
from specs.facts import BrokenOff, Exercises, Facts, Known
from specs.text import clean

__all__ = [
    "EXERCISE",
    "MOST_ARGUMENTS",
    "Celsius",
    "Count",
    "Decibel",
    "Head",
    "Name",
    "Seconds",
    "broken_off",
    "head_of",
    "opened",
    "told",
]

MOST_ARGUMENTS: Final = 4096
"""Bytes of the arguments as they stand in an item: the longest that the bench gives has two tones in it."""
LONGEST_S: Final = 86_400.0
"""Seconds in any reading: no exercise takes a day."""

Count: TypeAlias = Annotated[int, Meta(ge=0, le=LARGEST_NUMBER)]
Seconds: TypeAlias = Annotated[float, Meta(ge=0, le=LONGEST_S)]
Decibel: TypeAlias = Annotated[float, Meta(ge=-1000, le=1000)]
Celsius: TypeAlias = Annotated[float, Meta(ge=-1e6, le=1e6)]
Name: TypeAlias = Annotated[str, Meta(max_length=4096)]
"""A text of the laptop's, as it came: `specs.text.clean` cuts and cleans it where it becomes a fact."""


_Exercise: TypeAlias = Annotated[str, Meta(max_length=64)]


class Head(Struct, frozen=True):
    """What every exercise says beside what it measured."""

    exercise: _Exercise
    version: Literal[1]
    arguments: Mapping[str, Any]
    seconds: Seconds
    restored: bool | None


class _Outline(Struct, frozen=True):
    """The same with its arguments as they stand: what they hold is decoded only where that is little."""

    exercise: _Exercise
    version: Literal[1]
    arguments: msgspec.Raw
    seconds: Seconds
    restored: bool | None


EXERCISE: Final = "exercise-"
"""What the ids of these items begin with; the exercise's name follows."""

D = TypeVar("D", bound=Head)


def head_of(data: bytes) -> Head | None:
    """What an item says that it is of, with no look at what it measured; None where it is no result of an exercise.

    `opened` refuses whatever has no head here, so that what the bench compares is what is judged later. Cheap on any
    bytes: of 4 MiB nothing but the head becomes objects, and of its arguments at most `MOST_ARGUMENTS` bytes.
    """
    try:
        found = msgspec.json.decode(data, type=_Outline)
        if len(memoryview(found.arguments)) > MOST_ARGUMENTS:
            return None
        arguments = msgspec.json.decode(found.arguments, type=dict[str, Any])
    except (ValueError, RecursionError):
        return None
    return Head(found.exercise, found.version, arguments, found.seconds, found.restored)


def opened(data: bytes, item: str, exercise: str, form: type[D]) -> D:
    """The item as its form has it. Raises `EvidenceError` where the bytes are anything else, where they are of another
    exercise, and for a second item of one exercise: of two results nobody could say which counts.
    """
    if base_id(item) != item:
        raise EvidenceError("an exercise gives one item, and this is a second one")
    if head_of(data) is None:
        raise EvidenceError(f"the bytes are no result of the exercise {exercise}")
    try:
        found = msgspec.convert(decode_json(data), form)
    except msgspec.ValidationError as error:
        raise EvidenceError(f"the bytes are no result of the exercise {exercise}") from error
    if found.exercise != exercise:
        raise EvidenceError(f"the result is of another exercise than {exercise}")
    return found


def broken_off(bundle: Bundle) -> tuple[BrokenOff, ...]:
    """The exercises that gave something and did not come to their end: killed, hung, or cut short on the way."""
    return tuple(
        BrokenOff(item.meta.id.removeprefix(EXERCISE), clean(item.meta.error or "it was cut short"))
        for item in bundle.items.values()
        if item.meta.id.startswith(EXERCISE) and item.data and (item.meta.error or item.meta.truncated)
    )


def told(found: Head, item: str, **measured: Any) -> Facts | Noted:
    """The fact of one exercise, named as in `Exercises`, with a note where the laptop was not put back as it was."""
    known = {name: Known(value, (item,)) for name, value in measured.items()}
    facts = Facts(exercises=msgspec.structs.replace(Exercises(), **known))
    if found.restored is False:
        return Noted(facts, "what it changed on the laptop could not be set back; start the laptop anew")
    return facts
