"""The arguments of an exercise, read strictly: nothing unknown, nothing of another kind, nothing out of its range."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from . import wording

if TYPE_CHECKING:
    from collections.abc import Mapping


class Refused(Exception):
    """An argument is not as it must be; the message is the sentence that says which and how it must be."""


class Rule(NamedTuple):
    """What one argument may be: a number from `low` to `high`, whole or not; `many` of them in a list; or one of
    `choices`. `default` None: it must be given.
    """

    low: float = 0
    high: float = 0
    default: object = None
    whole: bool = True
    many: int = 1
    choices: tuple[str, ...] = ()


def read_arguments(given: object, rules: Mapping[str, Rule]) -> dict[str, Any]:
    """Every argument of `rules` with its value. Raises `Refused`."""
    if not isinstance(given, dict):
        raise Refused(wording.NO_OBJECT)
    for key in given:
        if key not in rules:
            raise Refused(wording.unknown_argument(str(key), ", ".join(sorted(rules))))
    return {key: _value(key, given, rule) for key, rule in rules.items()}


def _value(key: str, given: dict[str, Any], rule: Rule) -> object:
    if key not in given:
        if rule.default is None:
            raise Refused(wording.missing_argument(key, _wanted(rule)))
        return rule.default
    value = given[key]
    if rule.many > 1:
        right = isinstance(value, (list, tuple)) and len(value) == rule.many and all(_fits(one, rule) for one in value)
    else:
        right = _fits(value, rule)
    if not right:
        raise Refused(wording.bad_argument(key, _wanted(rule)))
    return value


def _fits(value: object, rule: Rule) -> bool:
    if rule.choices:
        return isinstance(value, str) and value in rule.choices
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    if isinstance(value, float) and (rule.whole or not math.isfinite(value)):
        return False
    return rule.low <= value <= rule.high


def _wanted(rule: Rule) -> str:
    if rule.choices:
        return f"one of {', '.join(rule.choices)}"
    kind = "whole number" if rule.whole else "number"
    extent = f"from {rule.low:g} to {rule.high:g}"
    return f"a list of {rule.many} {kind}s {extent}" if rule.many > 1 else f"a {kind} {extent}"
