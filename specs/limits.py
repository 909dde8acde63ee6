"""Limits as closed, structured data: what a requirement allows, and where its marginal band lies.

A limit is stored as data beside each finding and rendered in words only when a person looks (`limit_words`).
Numbers are in the canonical unit of the check's measure. How a value is compared lives here; which value is
compared is a check's business.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final, TypeAlias, cast

import msgspec
from msgspec import Struct

from specs.patterns import PatternError, check_pattern
from specs.quantities import Measure, render, render_exact
from specs.text import LONGEST_TEXT

__all__ = [
    "AtLeast",
    "AtMost",
    "Between",
    "Count",
    "Equals",
    "Limit",
    "LimitError",
    "Matches",
    "OneOf",
    "Place",
    "limit_data",
    "limit_words",
    "place",
    "place_of_all",
    "value_words",
]


class LimitError(ValueError):
    """The limit cannot be one; the message says what was wrong and what would be right."""


class Place(Enum):
    """Where a value lies against a limit."""

    WITHIN = "within"
    MARGINAL = "marginal"
    BELOW = "below_limit"
    ABOVE = "above_limit"
    DIFFERENT = "different"


class AtLeast(Struct, frozen=True, tag="at_least", tag_field="op"):
    """`value` or more. `accepted_from` is the written tolerance of a nominal size; `marginal_below` a band above it."""

    value: float
    accepted_from: float | None = None
    marginal_below: float | None = None

    def __post_init__(self) -> None:
        _finite(self.value, self.accepted_from, self.marginal_below)
        if self.accepted_from is not None and self.accepted_from > self.value:
            raise LimitError("accepted_from must not be above at_least")
        if self.marginal_below is not None and self.marginal_below <= self.floor:
            raise LimitError("marginal_below must be above the limit, or no value can be marginal")

    @property
    def floor(self) -> float:
        """The smallest value that is within the limit."""
        return self.value if self.accepted_from is None else self.accepted_from


class AtMost(Struct, frozen=True, tag="at_most", tag_field="op"):
    """`value` or less; above `marginal_above` the value is marginal."""

    value: float
    marginal_above: float | None = None

    def __post_init__(self) -> None:
        _finite(self.value, self.marginal_above)
        if self.marginal_above is not None and self.marginal_above >= self.value:
            raise LimitError("marginal_above must be below at_most, or no value can be marginal")


class Between(Struct, frozen=True, tag="between", tag_field="op"):
    """From `low` to `high`, both allowed; below `marginal_below` and above `marginal_above` the value is marginal.

    Some value always stays clean: the two bands never meet, and neither fills the range.
    """

    low: float
    high: float
    marginal_below: float | None = None
    marginal_above: float | None = None

    def __post_init__(self) -> None:
        _finite(self.low, self.high, self.marginal_below, self.marginal_above)
        below, above = self.marginal_below, self.marginal_above
        if self.low > self.high:
            raise LimitError("the range is empty: its first value is above its second")
        if below is not None and not self.low < below <= self.high:
            raise LimitError("marginal_below must lie inside the range, above its first value")
        if above is not None and not self.low <= above < self.high:
            raise LimitError("marginal_above must lie inside the range, below its second value")
        if below is not None and above is not None and below > above:
            raise LimitError("marginal_below must not be above marginal_above, or every value is marginal")


class Count(Struct, frozen=True, tag="count", tag_field="op"):
    """Exactly `value`: of a reading that is a list the number of its members, of one that is a number the number."""

    value: int

    def __post_init__(self) -> None:
        if self.value < 0:
            raise LimitError("count must not be below 0")


class Equals(Struct, frozen=True, tag="equals", tag_field="op"):
    """Exactly `value`. Texts are compared without regard to case."""

    value: bool | float | str

    def __post_init__(self) -> None:
        if not isinstance(self.value, (bool, str)):
            _finite(self.value)


class OneOf(Struct, frozen=True, tag="one_of", tag_field="op"):
    """Any of `values`."""

    values: tuple[float | str, ...]

    def __post_init__(self) -> None:
        if not self.values:
            raise LimitError("one_of is empty: nothing could ever meet it")
        for value in self.values:
            if not isinstance(value, str):
                _finite(value)


class Matches(Struct, frozen=True, tag="matches", tag_field="op"):
    """A text that the regular expression `pattern` matches whole, without regard to case.

    A pattern that could run for ever on a hostile text is refused (`specs.patterns`).
    """

    pattern: str

    def __post_init__(self) -> None:
        try:
            check_pattern(self.pattern)
        except PatternError as error:
            raise LimitError(str(error)) from error


Limit: TypeAlias = AtLeast | AtMost | Between | Count | Equals | OneOf | Matches


def place_of_all(values: tuple[str, ...], limit: Limit) -> Place:
    """Where several texts lie that must all be allowed: within where each is. They are counted as in `place`."""
    if isinstance(limit, Count):
        return place(values, limit)
    return Place.WITHIN if values and all(place(one, limit) is Place.WITHIN for one in values) else Place.DIFFERENT


def place(value: bool | float | str | tuple[str, ...], limit: Limit) -> Place:
    """Where `value` lies. Pure and total: a value of a kind that the limit cannot compare is DIFFERENT.

    A tuple (such as Wi-Fi standards) is within where any of its members is, and is counted by its members. NaN and
    infinity are within nothing, a text longer than any cleaned one matches nothing, and a single text counts for
    nothing: it may say that there is none.
    """
    if isinstance(limit, Count):
        counted: object = len(value) if isinstance(value, tuple) else value
        same = not isinstance(counted, (bool, str)) and counted == limit.value
        return Place.WITHIN if same else Place.DIFFERENT
    if isinstance(value, tuple):
        return Place.WITHIN if any(place(item, limit) is Place.WITHIN for item in value) else Place.DIFFERENT
    match limit:
        case Equals(wanted):
            return Place.WITHIN if _same(value, wanted) else Place.DIFFERENT
        case OneOf(values):
            return Place.WITHIN if any(_same(value, wanted) for wanted in values) else Place.DIFFERENT
        case Matches(pattern):
            if not isinstance(value, str) or len(value) > LONGEST_TEXT:
                return Place.DIFFERENT
            return Place.WITHIN if re.fullmatch(pattern, value, re.IGNORECASE) is not None else Place.DIFFERENT
    if isinstance(value, (bool, str)) or (isinstance(value, float) and not math.isfinite(value)):
        return Place.DIFFERENT
    match limit:
        case AtLeast():
            if value < limit.floor:
                return Place.BELOW
            band = limit.marginal_below
            return Place.MARGINAL if band is not None and value < band else Place.WITHIN
        case AtMost():
            if value > limit.value:
                return Place.ABOVE
            band = limit.marginal_above
            return Place.MARGINAL if band is not None and value > band else Place.WITHIN
        case Between(low, high, below, above):
            if value < low:
                return Place.BELOW
            if value > high:
                return Place.ABOVE
            near = (below is not None and value < below) or (above is not None and value > above)
            return Place.MARGINAL if near else Place.WITHIN


def limit_data(limit: Limit, measure: Measure) -> dict[str, Any]:
    """The limit as plain data, with its measure, as findings store it. Absent parts are left out."""
    data = cast("dict[str, Any]", msgspec.to_builtins(limit))
    plain = {key: list(value) if isinstance(value, tuple) else value for key, value in data.items()}
    return {**{key: value for key, value in plain.items() if value is not None}, "measure": measure.name.lower()}


def limit_words(data: Mapping[str, Any] | None) -> str:
    """A stored limit in words: "at least 4 GB", "one of 121, 164". Empty for None or what is no limit. Never raises."""
    if not data:
        return ""
    measure = _measure_of(data)
    op = data.get("op")
    if op in ("one_of", "matches") and isinstance(words := data.get("words"), str):
        return words
    if op in ("at_least", "at_most"):
        return f"{_COMPARED[op]} {_word(data.get('value'), measure)}{_asides(data, measure)}"
    if op == "between":
        return f"{_word(data.get('low'), measure)} to {_word(data.get('high'), measure)}{_asides(data, measure)}"
    if op == "count":
        return f"exactly {_word(data.get('value'), measure)}"
    if op == "equals":
        return _word(data.get("value"), measure)
    if op == "one_of":
        values = data.get("values")
        items = values if isinstance(values, (list, tuple)) else ()
        return "one of " + ", ".join(_word(item, measure) for item in items)
    if op == "matches":
        return f"matching {data.get('pattern', '?')}"
    return ""


_COMPARED: Final = {"at_least": "at least", "at_most": "at most"}
_ASIDES: Final = (
    ("accepted_from", "accepted from"),
    ("marginal_below", "marginal below"),
    ("marginal_above", "marginal above"),
)


def _asides(data: Mapping[str, Any], measure: Measure) -> str:
    asides = [f"{words} {_word(data[key], measure)}" for key, words in _ASIDES if data.get(key) is not None]
    return f" ({', '.join(asides)})" if asides else ""


def value_words(value: bool | float | str, data: Mapping[str, Any] | None) -> str:
    """A reading in words beside its stored limit: rounded, but never so that it reads as the limit or crosses it."""
    limit = data or {}
    numbers = [limit.get(key) for key in ("value", "low", "high", *(key for key, _ in _ASIDES))]
    listed = limit.get("values")
    numbers += listed if isinstance(listed, (list, tuple)) else []
    beside = [number for number in numbers if isinstance(number, (int, float)) and not isinstance(number, bool)]
    return render(value, _measure_of(limit), beside)


def _measure_of(data: Mapping[str, Any]) -> Measure:
    name = str(data.get("measure", "text")).upper()
    return Measure[name] if name in Measure.__members__ else Measure.TEXT


def _word(value: object, measure: Measure) -> str:
    if isinstance(value, (bool, str)):
        return render(value, measure)
    return render_exact(value, measure) if isinstance(value, (int, float)) else "?"


def _same(value: bool | float | str, wanted: bool | float | str) -> bool:
    if isinstance(value, str) and isinstance(wanted, str):
        return value.casefold() == wanted.casefold()
    if isinstance(value, bool) != isinstance(wanted, bool):
        return False
    return value == wanted


def _finite(*values: float | None) -> None:
    for value in values:
        if value is not None and not math.isfinite(value):
            raise LimitError("a limit must be a finite number")
