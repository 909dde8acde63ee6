"""A row's limit: from what a profile file says to a `Limit` in the canonical unit of the check's measure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from specs.limits import AtLeast, AtMost, Between, Count, Equals, Limit, LimitError, Matches, OneOf, Place, place
from specs.nearest import choose
from specs.quantities import Bounds, Measure, QuantityError, parse_quantity
from specs.text import clean

__all__ = ["BESIDE", "LIMIT_KEYS", "WrongLimit", "bounds_of", "fitting_limits", "limit_of_row"]

LIMIT_KEYS: Final = ("at_least", "at_most", "between", "equals", "one_of", "matches", "count")
BESIDE: Final[Mapping[str, tuple[str, ...]]] = {
    "accepted_from": ("at_least",),
    "marginal_below": ("between", "at_least"),
    "marginal_above": ("between", "at_most"),
    "says": ("one_of", "matches"),
}
"""What may stand beside a limit, and beside which ones."""

_FLOORS: Final = ("at_least", "accepted_from")
"""The smallest value that holds: at 0 every reading would."""
_REACHED: Final = (*_FLOORS, "equals", "one_of", "marginal_below")
"""A reading must be able to reach these, or nothing could ever meet them cleanly; and the first value of a range."""


class WrongLimit(Exception):
    """A row's limit cannot be one: which of its keys, why, and what to do. `member` is the place in a list, from 1."""

    def __init__(self, key: str, problem: str, remedy: str, member: int = 0) -> None:
        super().__init__(problem)
        self.key, self.remedy, self.member = key, remedy, member


def fitting_limits(measure: Measure) -> tuple[str, ...]:
    """The limits that a check of this measure can have."""
    if measure is Measure.YES_NO:
        return ("equals",)
    if measure is Measure.TEXT:
        return ("equals", "one_of", "matches", "count")
    plain = ("at_least", "at_most", "between", "equals", "one_of")
    return (*plain, "count") if measure is Measure.COUNT else plain


def bounds_of(key: str, measure: Measure, member: int = 0) -> Bounds:
    """Which numbers this key of a limit may have: of a list, the value in this place (from 1)."""
    bounds = measure.bounds
    reached = key in _REACHED or (key == "between" and member == 1)
    return Bounds(
        positive=key in _FLOORS and not bounds.signed,
        most=bounds.most if reached else None,
        whole=bounds.whole,
        signed=bounds.signed,
    )


def limit_of_row(row: Mapping[str, Any], measure: Measure, words: tuple[str, ...] = ()) -> Limit:
    """The one limit of a row, of a check that can read nothing but `words` where there are any.

    Raises `WrongLimit` where it has none, several, or one that cannot be meant.
    """
    named = [name for name in LIMIT_KEYS if name in row]
    if len(named) != 1:
        problem = f"has {len(named)} limits: {', '.join(named)}" if named else "has no limit"
        remedy = "write exactly one of " + ", ".join(fitting_limits(measure))
        raise WrongLimit(named[1] if named else "", problem, remedy)
    op = named[0]
    for extra, needs in BESIDE.items():
        if extra in row and op not in needs:
            remedy = "remove it: the limit speaks for itself" if extra == "says" else f"remove it, or use {needs[-1]}"
            raise WrongLimit(extra, f"goes with {' or '.join(needs)} only", remedy)
    try:
        limit = _LIMIT_OF[op](op, row, measure)
    except LimitError as error:
        # The message of a limit names the key that is wrong where it is not the limit itself.
        key = str(error).split(" ", 1)[0]
        raise WrongLimit(key if key in row else op, str(error), "correct that row") from error
    if words:
        _among(words, op, limit)
    return limit


def _among(words: tuple[str, ...], op: str, limit: Limit) -> None:
    """Nothing, where the check can read what the limit asks for. Raises `WrongLimit` otherwise."""
    match limit:
        case Matches():
            if not any(place(word, limit) is Place.WITHIN for word in words):
                problem = "the pattern matches nothing that this check can read"
                raise WrongLimit(op, problem, f"match one of these: {', '.join(words)}")
        case Equals(value):
            _a_word(words, op, value)
        case OneOf(values):
            for member, value in enumerate(values, 1):
                _a_word(words, op, value, member)


def _a_word(words: tuple[str, ...], op: str, value: object, member: int = 0) -> None:
    if str(value).casefold() not in {word.casefold() for word in words}:
        problem = f"{clean(str(value), 40)!r} is nothing that this check can read"
        raise WrongLimit(op, problem, choose(str(value), words), member)


def _number(key: str, given: Any, measure: Measure, member: int = 0) -> float:
    if measure.is_number:
        remedy = f"write it as in {_example(key, measure)}"
    else:
        remedy = "use " + " or ".join(fitting_limits(measure))
    if not isinstance(given, (str, int, float)):
        problem = "is not a number with a unit" if measure.unit else "is not a number"
        raise WrongLimit(key, problem, remedy, member)
    try:
        value = parse_quantity(given, measure).value
    except QuantityError as error:
        raise WrongLimit(key, str(error).partition("; ")[0], remedy, member) from error
    beyond = _beyond(value, given, bounds_of(key, measure, member))
    if beyond:
        raise WrongLimit(key, beyond, remedy, member)
    return value or 0.0  # and never -0.0, which is the same number and another text


def _beyond(value: float, given: object, bounds: Bounds) -> str:
    """Why a number is out of its bounds; empty where it is not."""
    if value < 0 and not bounds.signed:
        return f"{given!r} is below 0, and no reading is"
    if bounds.positive and value == 0:
        return f"{given!r} always holds: no reading is below 0"
    if bounds.most is not None and value > bounds.most:
        return f"{given!r} is more than the whole, {bounds.most} %"
    if bounds.whole and value != int(value):
        return f"{given!r} is not a whole number, and every reading is"
    return ""


def _example(key: str, measure: Measure) -> str:
    if key in ("between", "one_of"):
        return f"{key} = [{', '.join(measure.examples)}]"
    return f"{key} = {measure.examples[0]}"


def _optional(key: str, row: Mapping[str, Any], measure: Measure) -> float | None:
    return _number(key, row[key], measure) if key in row else None


def _at_least(op: str, row: Mapping[str, Any], measure: Measure) -> Limit:
    accepted, marginal = _optional("accepted_from", row, measure), _optional("marginal_below", row, measure)
    return AtLeast(_number(op, row[op], measure), accepted, marginal)


def _at_most(op: str, row: Mapping[str, Any], measure: Measure) -> Limit:
    return AtMost(_number(op, row[op], measure), _optional("marginal_above", row, measure))


def _between(op: str, row: Mapping[str, Any], measure: Measure) -> Limit:
    given = row[op]
    if not measure.is_number:
        raise WrongLimit(op, f"does not fit a check of {measure.value}", "use " + " or ".join(fitting_limits(measure)))
    if not isinstance(given, list) or len(given) != 2:
        raise WrongLimit(op, "needs two values", f"write it as in {_example(op, measure)}")
    low, high = (_number(op, item, measure, place) for place, item in enumerate(given, 1))
    return Between(low, high, _optional("marginal_below", row, measure), _optional("marginal_above", row, measure))


def _count(op: str, row: Mapping[str, Any], measure: Measure) -> Limit:
    if op not in fitting_limits(measure):
        raise WrongLimit(op, f"does not fit a check of {measure.value}", "use another limit")
    number = _number(op, row[op], Measure.COUNT)
    if isinstance(row[op], str):
        raise WrongLimit(op, "is in quotes, and a count is a bare number", "write it as in count = 2")
    if measure is Measure.TEXT and number == 0:
        # A list with nothing in it is a blank reading, and so unknown: never a pass.
        raise WrongLimit(op, "could never be met: a reading that lists nothing is unknown", "write count = 1 or more")
    return Count(int(number))


def _equals(op: str, row: Mapping[str, Any], measure: Measure) -> Limit:
    return Equals(_exact(op, row[op], measure))


def _one_of(op: str, row: Mapping[str, Any], measure: Measure) -> Limit:
    if measure is Measure.YES_NO:
        raise WrongLimit(op, "does not fit a check of yes or no", "use equals = true or equals = false")
    if not isinstance(row[op], list):
        raise WrongLimit(op, "is not a list", "write it as in one_of = [121, 164]")
    return OneOf(tuple(_exact(op, item, measure, place) for place, item in enumerate(row[op], 1)))


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


def _exact(key: str, given: Any, measure: Measure, member: int = 0) -> bool | float | str:
    if measure is Measure.YES_NO:
        if not isinstance(given, bool):
            remedy = f"write {key} = true or {key} = false"
            raise WrongLimit(key, "a check of yes or no needs true or false", remedy, member)
        return given
    if measure is Measure.TEXT:
        if not isinstance(given, str):
            raise WrongLimit(key, "a check of text needs text", "put it in quotes", member)
        if not given or clean(given) != given:
            problem = "is blank or holds characters that no reading has"
            raise WrongLimit(key, problem, "write the text as the laptop gives it", member)
        return given
    return _number(key, given, measure, member)
