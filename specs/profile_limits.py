"""A row's limit: from what a profile file says to a `Limit` in the canonical unit of the check's measure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from specs.limits import AtLeast, AtMost, Between, Equals, Limit, LimitError, Matches, OneOf
from specs.quantities import Measure, QuantityError, parse_quantity
from specs.text import clean

__all__ = ["LIMIT_KEYS", "WrongLimit", "limit_of_row"]

LIMIT_KEYS: Final = ("at_least", "at_most", "between", "equals", "one_of", "matches", "count")


class WrongLimit(Exception):
    """A row's limit cannot be one: which of its keys, why, and what to do."""

    def __init__(self, key: str, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.key, self.remedy = key, remedy


def limit_of_row(row: Mapping[str, Any], measure: Measure) -> Limit:
    """The one limit of a row. Raises `WrongLimit` where it has none, several, or one that cannot be meant."""
    named = [name for name in LIMIT_KEYS if name in row]
    if len(named) != 1:
        problem = f"has {len(named)} limits: {', '.join(named)}" if named else "has no limit"
        raise WrongLimit(named[1] if named else "", problem, "write exactly one of " + ", ".join(LIMIT_KEYS))
    op = named[0]
    for extra, needs in (("accepted_from", "at_least"), ("marginal_below", "at_least"), ("marginal_above", "at_most")):
        if extra in row and op != needs:
            raise WrongLimit(extra, f"goes with {needs} only", f"remove it, or use {needs}")
    if "says" in row and op not in ("one_of", "matches"):
        raise WrongLimit("says", "goes with one_of or matches only", "remove it: the limit speaks for itself")
    try:
        return _LIMIT_OF[op](op, row, measure)
    except LimitError as error:
        # The message of a limit names the key that is wrong where it is not the limit itself.
        key = str(error).split(" ", 1)[0]
        raise WrongLimit(key if key in row else op, str(error), "correct that row") from error


def _number(key: str, given: Any, measure: Measure) -> float:
    if not isinstance(given, (str, int, float)):
        raise WrongLimit(key, "is not a number with a unit", f"write it as in {_example(key, measure)}")
    try:
        return parse_quantity(given, measure).value
    except QuantityError as error:
        remedy = f"write it as in {_example(key, measure)}" if measure.is_number else "use equals, one_of or matches"
        raise WrongLimit(key, str(error).partition("; ")[0], remedy) from error


def _example(key: str, measure: Measure) -> str:
    return f'{key} = "4 {measure.unit}"' if measure.unit else f"{key} = 4"


def _optional(key: str, row: Mapping[str, Any], measure: Measure) -> float | None:
    return _number(key, row[key], measure) if key in row else None


def _at_least(op: str, row: Mapping[str, Any], measure: Measure) -> Limit:
    accepted, marginal = _optional("accepted_from", row, measure), _optional("marginal_below", row, measure)
    return AtLeast(_number(op, row[op], measure), accepted, marginal)


def _at_most(op: str, row: Mapping[str, Any], measure: Measure) -> Limit:
    return AtMost(_number(op, row[op], measure), _optional("marginal_above", row, measure))


def _between(op: str, row: Mapping[str, Any], measure: Measure) -> Limit:
    given = row[op]
    if not isinstance(given, list) or len(given) != 2:
        raise WrongLimit(op, "needs two values", 'write it as in between = ["10 in", "14 in"]')
    return Between(_number(op, given[0], measure), _number(op, given[1], measure))


def _count(op: str, row: Mapping[str, Any], measure: Measure) -> Limit:
    if measure is not Measure.COUNT:
        raise WrongLimit(op, f"does not fit a check of {measure.value}", "use another limit")
    return Equals(_number(op, row[op], measure))


def _equals(op: str, row: Mapping[str, Any], measure: Measure) -> Limit:
    return Equals(_exact(op, row[op], measure))


def _one_of(op: str, row: Mapping[str, Any], measure: Measure) -> Limit:
    if measure is Measure.YES_NO:
        raise WrongLimit(op, "does not fit a check of yes or no", "use equals = true or equals = false")
    if not isinstance(row[op], list):
        raise WrongLimit(op, "is not a list", "write it as in one_of = [121, 164]")
    return OneOf(tuple(_exact(op, item, measure) for item in row[op]))


def _matches(op: str, row: Mapping[str, Any], measure: Measure) -> Limit:
    if measure is not Measure.TEXT or not isinstance(row[op], str):
        raise WrongLimit(op, "needs a pattern in quotes, and a check of text", "use another limit")
    return Matches(row[op])


_LIMIT_OF: Final[dict[str, Callable[[str, Mapping[str, Any], Measure], Limit]]] = {
    "at_least": _at_least,
    "at_most": _at_most,
    "between": _between,
    "count": _count,
    "equals": _equals,
    "one_of": _one_of,
    "matches": _matches,
}


def _exact(key: str, given: Any, measure: Measure) -> bool | float | str:
    if measure is Measure.YES_NO:
        if not isinstance(given, bool):
            raise WrongLimit(key, "a check of yes or no needs true or false", f"write {key} = true or {key} = false")
        return given
    if measure is Measure.TEXT:
        if not isinstance(given, str):
            raise WrongLimit(key, "a check of text needs text", "put it in quotes")
        if not given or clean(given) != given:
            problem = "is blank or holds characters that no reading has"
            raise WrongLimit(key, problem, "write the text as the laptop gives it")
        return given
    return _number(key, given, measure)
