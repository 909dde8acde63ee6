"""Regular expressions that cannot run for ever: the part of the language that a profile may use.

A profile is data from outside and a laptop's texts are hostile, so a pattern is refused where some text of
`specs.text.LONGEST_TEXT` characters could be matched in too many ways: nested repeats, alternatives that are
repeated, long rows of repeats. Not for matching (that is `specs.limits`).

Allowed: letters, digits, escaped punctuation, `.`, classes `[a-z]`, `\\d \\w \\s`, groups `(...)` and `(?:...)`,
alternatives `|`, and the repeats `* + ? {n} {n,m}`.
"""

from __future__ import annotations

import re
from typing import Final

from specs.text import LONGEST_TEXT

__all__ = ["LONGEST_PATTERN", "PatternError", "check_pattern"]

LONGEST_PATTERN: Final = 200

MOST_WAYS: Final = 20_000_000
"""How many ways a text may be tried: three free repeats ("*") are fine, four are not. Under a second when all fail."""

_REPEAT: Final = re.compile(r"(?:[*+?]|\{(\d{1,3})?(,)?(\d{1,3})?\})\??", re.ASCII)
_CLASS: Final = re.compile(r"\[\^?(?:\\[dwsDWS]|\\[^0-9A-Za-z]|[^\]\[\\])+\]", re.ASCII)
_SET_OPERATORS: Final = ("&&", "||", "~~", "--")


class PatternError(ValueError):
    """The pattern is refused; the message says why."""


def check_pattern(pattern: str) -> None:
    """Nothing, where `pattern` is a regular expression that ends soon on any text. Raises `PatternError` otherwise."""
    if not pattern:
        raise PatternError("the pattern is empty")
    if len(pattern) > LONGEST_PATTERN:
        raise PatternError(f"the pattern is longer than {LONGEST_PATTERN} characters")
    ways, end = _alternatives(pattern, 0)
    if end != len(pattern):
        raise PatternError("the pattern closes a bracket that it never opened")
    if ways > MOST_WAYS:
        raise PatternError("the pattern repeats so much that it could run for ever; use fewer or shorter repeats")
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise PatternError(f"the pattern is not a regular expression ({error})") from error


def _alternatives(pattern: str, at: int) -> tuple[int, int]:
    """In how many ways the alternatives from `at` on can be tried, and where they end."""
    ways, at = _sequence(pattern, at)
    while at < len(pattern) and pattern[at] == "|":
        more, at = _sequence(pattern, at + 1)
        ways += more
    return min(ways, MOST_WAYS + 1), at


def _sequence(pattern: str, at: int) -> tuple[int, int]:
    ways = 1
    while at < len(pattern) and pattern[at] not in "|)":
        once, at = _atom(pattern, at)
        repeat = _REPEAT.match(pattern, at)
        if repeat is not None:
            at = repeat.end()
            once = _repeated(once, *_bounds(repeat))
        ways = min(ways * once, MOST_WAYS + 1)
    return ways, at


def _atom(pattern: str, at: int) -> tuple[int, int]:
    character = pattern[at]
    if character == "(":
        if pattern.startswith("(?", at) and not pattern.startswith("(?:", at):
            raise PatternError("the pattern uses (?, of which only (?: is allowed")
        ways, end = _alternatives(pattern, at + (3 if pattern.startswith("(?:", at) else 1))
        if end >= len(pattern):
            raise PatternError("the pattern opens a bracket that it never closes")
        return ways, end + 1
    if character == "[":
        found = _CLASS.match(pattern, at)
        if found is None or any(operator in found[0] for operator in _SET_OPERATORS):
            raise PatternError("the pattern has a [class] that is not a plain one")
        return 1, found.end()
    if character == "\\":
        escaped = pattern[at + 1 : at + 2]
        if not escaped or (escaped.isalnum() and escaped not in "dwsDWS"):
            raise PatternError(r"the pattern escapes more than punctuation, \d, \w and \s")
        return 1, at + 2
    if character in "*+?{}":
        raise PatternError("the pattern repeats nothing, or repeats a repeat, which could run for ever")
    return 1, at + 1


def _bounds(repeat: re.Match[str]) -> tuple[int, int]:
    low, comma, high = repeat.groups()
    match repeat[0][0]:
        case "*":
            return 0, LONGEST_TEXT
        case "+":
            return 1, LONGEST_TEXT
        case "?":
            return 0, 1
    if low is None:
        raise PatternError("the pattern has a repeat without a first number, as in {2,5}")
    first = int(low)
    last = first if comma is None else LONGEST_TEXT if high is None else int(high)
    if first > last or last > LONGEST_TEXT:
        raise PatternError(f"the pattern has a repeat that is empty or above {LONGEST_TEXT}")
    return first, last


def _repeated(once: int, low: int, high: int) -> int:
    if once == 1:
        return high - low + 1
    ways = 0
    for times in range(low, high + 1):
        ways += once ** min(times, 32)
        if ways > MOST_WAYS:
            break
    return ways
