"""What a check's arguments are called, of which type they are and what they mean, for people who write profiles.

The types carry all of it (`Annotated` with a description), so that the list, the page and the reading of a profile
cannot differ.
"""

from __future__ import annotations

import datetime
import typing
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Struct

from checks.check import Check
from specs.profile_arguments import typed_fields

__all__ = ["Argument", "arguments_of", "written"]

_WORDS: Final[dict[Any, str]] = {
    bool: "true or false",
    int: "whole number",
    str: "text",
    datetime.date: "date",
}


class Argument(Struct, frozen=True):
    """One argument: `default` is as a profile would write it, None where the argument must be given."""

    name: str
    type: str
    default: str | None
    meaning: str


def arguments_of(check: Check) -> tuple[Argument, ...]:
    """The check's arguments in the order of its type; empty where it takes none."""
    if check.arguments is None:
        return ()
    return tuple(
        Argument(
            name=name,
            type=_type_words(hint),
            default=None if field.required else written(field.default),
            meaning=_meaning(hint),
        )
        for name, (field, hint) in typed_fields(check.arguments).items()
    )


def written(value: object) -> str:
    """A plain value as a profile would write it: true, "largest", 2021-10-18, ["storage"]."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(written, value))}]"
    return str(value)


def _type_words(hint: Any) -> str:
    if typing.get_origin(hint) is Annotated:
        return _type_words(typing.get_args(hint)[0])
    if typing.get_origin(hint) is Literal:
        return "one of " + ", ".join(written(value) for value in typing.get_args(hint))
    if typing.get_origin(hint) is tuple:
        return f"list of {_type_words(typing.get_args(hint)[0])}s"
    return _WORDS[hint]


def _meaning(hint: Any) -> str:
    notes = typing.get_args(hint)[1:] if typing.get_origin(hint) is Annotated else ()
    return next((note.description for note in notes if isinstance(note, msgspec.Meta) and note.description), "")
