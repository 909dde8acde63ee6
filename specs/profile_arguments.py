"""The arguments that a row gives to its check: held against the check's own type, and made plain values.

Only what differs from the check's defaults is kept. So a default written out means what it means left out, and a row
from before a check took arguments keeps its digest.
"""

from __future__ import annotations

import datetime
import math
import typing
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import NODEFAULT, Struct, ValidationError
from msgspec.structs import FieldInfo

from specs.nearest import choose
from specs.text import LONGEST_TEXT, clean, is_clean

__all__ = ["MOST_MEMBERS", "WrongArgument", "arguments_of_row", "default_of", "typed_fields"]

MOST_MEMBERS: Final = 64
"""Members in one list: more names than any department writes down, and few enough to compare with every reading."""

_SAFE_NUMBER: Final = 2**53
"""Whole numbers to which every JSON reader keeps its digits."""


class WrongArgument(Struct, frozen=True):
    """One thing wrong with the arguments: which of them ("" for all), why, what to do, and the place in a list."""

    name: str
    problem: str
    remedy: str
    member: int = 0


def typed_fields(arguments: type[Struct]) -> dict[str, tuple[FieldInfo, Any]]:
    """The fields of a check's type of arguments, by name, each with its type and what is annotated on it."""
    hints = typing.get_type_hints(arguments, include_extras=True)
    return {field.name: (field, hints[field.name]) for field in msgspec.structs.fields(arguments)}


def arguments_of_row(row: Mapping[str, Any], arguments: type[Struct] | None) -> dict[str, Any] | list[WrongArgument]:
    """The arguments of a row as plain values, dates as ISO 8601: those that differ from the defaults, in their order.

    Everything that is wrong with them instead, where anything is.
    """
    given = row.get("arguments", {})
    if not isinstance(given, dict):
        return [WrongArgument("", "are not a table", "write them as in arguments = { name = value }")]
    if arguments is None:
        return [WrongArgument("", "are given, and this check takes none", "remove arguments")] if given else {}
    fields = typed_fields(arguments)
    wrong = list(_wrong(given, fields))
    if wrong:
        return wrong
    try:
        typed = msgspec.convert(given, arguments)
    except ValidationError as error:
        return [WrongArgument("", f"do not fit together ({clean(str(error), 120)})", "correct them")]
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(typed))
    defaults = {name: default_of(field) for name, (field, _) in fields.items() if not field.required}
    return {name: plain[name] for name in fields if name not in defaults or getattr(typed, name) != defaults[name]}


def default_of(field: FieldInfo) -> object:
    """The default of a field that has one."""
    return field.default if field.default_factory is NODEFAULT else field.default_factory()


def _wrong(given: Mapping[str, Any], fields: Mapping[str, tuple[FieldInfo, Any]]) -> Iterator[WrongArgument]:
    for name in given:
        if name not in fields:
            yield WrongArgument(name, "is not an argument of this check", choose(name, fields))
    for name, (field, kind) in fields.items():
        if name in given:
            yield from _wrong_value(name, given[name], kind)
        elif field.required:
            remedy = f"write it as in arguments = {{ {name} = {_example(_bare(kind))} }}"
            yield WrongArgument("", f"do not give {name}, which this check must have", remedy)


def _wrong_value(name: str, value: Any, kind: Any) -> Iterator[WrongArgument]:
    bare = _bare(kind)
    of = typing.get_args(bare)[0] if typing.get_origin(bare) in (tuple, list) else None
    if of is not None and isinstance(value, list):
        if len(value) > MOST_MEMBERS:
            yield WrongArgument(name, f"has more than {MOST_MEMBERS} members", "name fewer")
            return
        for member, item in enumerate(value, 1):
            problem = _problem(item, of)
            if problem:
                yield WrongArgument(name, problem, f"write it as in {name} = {_example(bare)}", member)
        return
    problem = _problem(value, kind)
    if problem:
        yield WrongArgument(name, problem, f"write it as in {name} = {_example(bare)}")


def _problem(value: Any, kind: Any) -> str:
    """What is wrong with one value; empty where nothing is."""
    bare = _bare(kind)
    if isinstance(value, str) and not (value.strip() and is_clean(value) and value == value.strip()):
        return f"is blank, longer than {LONGEST_TEXT} letters, or holds characters that no reading has"
    if isinstance(value, float) and not math.isfinite(value):
        return "is not a finite number"
    try:
        msgspec.convert(value, kind)
    except ValidationError as error:
        if _fits(value, bare):  # the type is right, so it is a bound that is not kept: its message has the number
            return f"is out of its bounds ({clean(str(error), 80)})"
        return f"is not {_words(bare)}"
    except OverflowError:
        return "has too many digits"
    if isinstance(value, int) and abs(value) > _SAFE_NUMBER:
        return "has too many digits"
    return ""


def _fits(value: Any, bare: Any) -> bool:
    try:
        msgspec.convert(value, bare)
    except (ValidationError, OverflowError):
        return False
    return True


def _bare(kind: Any) -> Any:
    """A type without what is annotated on it."""
    return typing.get_args(kind)[0] if typing.get_origin(kind) is Annotated else kind


_WORDS: Final[dict[Any, tuple[str, str]]] = {
    bool: ("true or false", "true"),
    int: ("a whole number", "5"),
    float: ("a number", "5.0"),
    str: ("a text in quotes", '"storage"'),
    datetime.date: ("a date", "2021-10-18"),
}


def _words(bare: Any) -> str:
    if typing.get_origin(bare) is Literal:
        return "one of " + ", ".join(map(str, typing.get_args(bare)))
    if typing.get_origin(bare) in (tuple, list):
        return "a list in square brackets"
    return _WORDS[bare][0]


def _example(bare: Any) -> str:
    if typing.get_origin(bare) is Literal:
        return f'"{typing.get_args(bare)[0]}"'
    if typing.get_origin(bare) in (tuple, list):
        return f"[{_example(_bare(typing.get_args(bare)[0]))}]"
    return _WORDS[bare][1]
