"""Readings of several like parts: disks, batteries, adapters, memory modules. Their order never matters.

A laptop is as good as its worst part, and a part that gave no reading can make it fail and never pass: it goes into
`Measured.unread`, the gravest of such parts where there are several, with its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias, TypeVar

from checks.check import Measured, Reading, every
from specs.facts import Fact, Known, Unknown

__all__ = ["Named", "all_told", "count_of", "gravest", "gravest_of", "sum_of", "texts_of", "worst_of"]

T = TypeVar("T")
F = TypeVar("F", bound=Known[Any] | Unknown)

Named: TypeAlias = Iterable[tuple[str, Fact[T]]]
"""What each of several parts says, with the part's name."""

# A bench that could not look comes before one that did not, and that before evidence that does not say: the first
# two are put right by looking again, and until then nobody knows.
_GRAVITY: Final = {"unreadable": 0, "not_collected": 1, "differs": 2, "absent": 3}


def gravest(facts: Iterable[Fact[Any] | None]) -> Unknown | None:
    """Of all that is unknown the one to tell first, whatever their order; None where everything is known."""
    unknown = [fact for fact in facts if isinstance(fact, Unknown)]
    return min(unknown, key=lambda why: (_GRAVITY.get(why.problem, 0), why.reason, why.evidence), default=None)


def gravest_of(parts: Iterable[tuple[str, Fact[Any] | None]]) -> Unknown | None:
    """The gravest of what several parts do not tell, with the name of the part: which disk, which battery?

    Of a single part everybody knows which it is, and its reason stays what it is.
    """
    named = list(parts)
    if len({name for name, _ in named}) < 2:
        return gravest(fact for _, fact in named)
    return gravest(
        Unknown(f"{name}: {fact.reason}", fact.evidence, fact.problem)
        for name, fact in named
        if isinstance(fact, Unknown)
    )


def worst_of(parts: Iterable[tuple[str, Fact[int] | Fact[float]]], pick: Callable[..., Any]) -> Reading | None:
    """The worst known value by `pick` (`min` or `max`), with the gravest of the parts that gave none.

    None where there are no parts; unknown where none of them is known. A laptop with two batteries is as good as its
    worse one.
    """
    named = _in_order(parts)
    known = [(fact.value, name, fact.evidence) for name, fact in named if isinstance(fact, Known)]
    unread = gravest_of(named)
    if not known:
        return unread
    value, name, evidence = pick(known, key=lambda entry: entry[0])
    return Measured(value, evidence, name, unread)


def texts_of(parts: Named[str], none: Measured) -> Reading:
    """The different words of all parts, in alphabetical order; `none` where there are no parts.

    A limit of such a reading holds where each word is allowed: a right disk never excuses a wrong one beside it.
    """
    named = _in_order(parts)
    told = [(name, fact) for name, fact in named if isinstance(fact, Known)]
    unread = gravest_of(named)
    if not told:
        return none if unread is None else unread
    words = tuple(sorted({fact.value for _, fact in told}))
    names = ", ".join(name for name, _ in told)
    return Measured(words, every(fact for _, fact in told), names, unread, all_must=True)


def sum_of(parts: Named[float]) -> Measured | Unknown:
    """The sum over all parts, 0 of none; unknown where one is unknown, for a part of a sum says nothing."""
    named = _in_order(parts)
    unread = gravest_of(named)
    if unread is not None:
        return unread
    told = [fact for _, fact in named if isinstance(fact, Known)]
    return Measured(sum(fact.value for fact in told), every(told), ", ".join(name for name, _ in named))


def all_told(parts: Named[str], none: Measured) -> Reading:
    """Yes where every part names a thing of its own, such as its driver, with their words; `none` of no parts.

    Unknown where one names none.
    """
    named = _in_order(parts)
    if not named:
        return none
    told = [fact for _, fact in named if isinstance(fact, Known)]
    words = ", ".join(sorted({fact.value for fact in told}))
    return gravest_of(named) or Measured(True, every(told), words)


def count_of(parts: Fact[tuple[T, ...]], name: Callable[[T], str]) -> Reading:
    """How many parts there are, with their names; a known empty list is 0."""
    if isinstance(parts, Unknown):
        return parts
    return Measured(len(parts.value), parts.evidence, ", ".join(sorted(map(name, parts.value))))


def _in_order(parts: Iterable[tuple[str, F]]) -> list[tuple[str, F]]:
    return sorted(parts, key=lambda part: (part[0], part[1].evidence))
