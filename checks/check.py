"""What a check is: a header that explains it, and a pure function from facts to a reading.

A check says which value it reads and how a person should understand it. Which values are allowed is never here:
that is the profile's limit, compared in `checks.judge`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias, TypeVar

from msgspec import Struct

from specs.facts import Fact, Facts, Known, Unknown
from specs.quantities import Measure

__all__ = ["Check", "Example", "Measured", "Reading", "absent", "every", "measured", "smallest"]

T = TypeVar("T")

Value: TypeAlias = bool | float | str | tuple[str, ...]


class Measured(Struct, frozen=True):
    """A reading: the value in the canonical unit of the check's measure, and the evidence it was read from.

    `detail` is what a person is told beside the value: which disk, which panel, in the device's own words.
    """

    value: Value
    evidence: tuple[str, ...] = ()
    detail: str = ""


Reading: TypeAlias = Measured | Unknown


class Example(Struct, frozen=True):
    """A worked example, run by a test: for these facts the check reads this value (None: unknown)."""

    says: str
    facts: Facts
    value: Value | None


class Check(Struct, frozen=True):
    """One check. `needs` are the evidence items it reads ("edid-*" stands for every item with that beginning)."""

    id: str
    title: str
    measure: Measure
    looks_at: str
    needs: tuple[str, ...]
    decides: str
    remedy: str
    read: Callable[[Facts], Reading]
    examples: tuple[Example, ...]


def measured(fact: Fact[Any], detail: str = "") -> Reading:
    """The reading of a single fact."""
    return Measured(fact.value, fact.evidence, detail) if isinstance(fact, Known) else fact


def absent(reason: str, *facts: Fact[Any]) -> Unknown:
    """Unknown because the evidence was read and does not say."""
    evidence = tuple(dict.fromkeys(item for fact in facts for item in fact.evidence))
    return Unknown(reason, evidence, "absent")


def every(facts: Iterable[Fact[Any]]) -> tuple[str, ...]:
    """The ids of all evidence behind several facts, each once, in order."""
    return tuple(dict.fromkeys(item for fact in facts for item in fact.evidence))


def smallest(parts: Iterable[tuple[str, Fact[float] | Fact[int]]]) -> Reading | None:
    """The smallest known value of several named parts; an unknown part makes the whole unknown.

    None where there are no parts. A laptop with two batteries is as good as its worse one.
    """
    named = list(parts)
    for _, fact in named:
        if isinstance(fact, Unknown):
            return fact
    known = [(fact.value, name, fact.evidence) for name, fact in named if isinstance(fact, Known)]
    if not known:
        return None
    value, name, evidence = min(known, key=lambda entry: entry[0])
    return Measured(value, evidence, name)
