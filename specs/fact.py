"""What a fact is: a value with the evidence it was read from, or the reason why it is not known.

The facts themselves are in `specs.facts`, which gives these words too.
"""

from __future__ import annotations

from typing import Any, Final, Generic, TypeAlias, TypeVar

from msgspec import Struct, field

__all__ = ["NOT_COLLECTED", "Fact", "Known", "Unknown", "known", "unknown", "value_of"]

T = TypeVar("T")


class Known(Struct, Generic[T], frozen=True, tag="known"):
    """A value that was read, and the ids of the evidence items it was read from."""

    value: T
    evidence: tuple[str, ...] = ()


class Unknown(Struct, frozen=True, tag="unknown"):
    """Why a value is not known, in plain English, and the evidence items that were looked at.

    `problem` tells apart the ways of not knowing. `absent`: the evidence was read and does not say (a blank, a
    placeholder). `not_collected`: the item is not in the bundle. `unreadable`: the item is there or was tried, but
    could not be read or parsed; this one blames the bench, not the laptop. A check knows a fourth, `differs`: two
    sources say different things.
    """

    reason: str
    evidence: tuple[str, ...] = ()
    problem: str = "not_collected"


Fact: TypeAlias = Known[T] | Unknown

NOT_COLLECTED: Final = Unknown("no evidence was collected for this")


def known(value: T, *evidence: str) -> Known[T]:
    """`Known(value)` read from the evidence items named."""
    return Known(value, evidence)


def value_of(fact: Fact[T]) -> T | None:
    """The value of a known fact, None for an unknown one."""
    return fact.value if isinstance(fact, Known) else None


def unknown() -> Any:
    """The default of a fact: nobody looked."""
    return field(default=NOT_COLLECTED)
