"""What a check is: a header that explains it, and a pure function from facts to a reading.

A check says which value it reads and how a person should understand it. Which values are allowed is never here:
that is the profile's limit, compared in `checks.judge`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any, TypeAlias, TypeVar

import msgspec
from msgspec import Struct

from specs.facts import Fact, Facts, Known, Unknown
from specs.quantities import Measure

__all__ = ["Check", "Example", "Kind", "Measured", "Reading", "absent", "every", "measured"]

T = TypeVar("T")

Value: TypeAlias = bool | float | str | tuple[str, ...]


class Measured(Struct, frozen=True):
    """A reading: the value in the canonical unit of the check's measure, and the evidence it was read from.

    `detail` is what a person is told beside the value: which disk, which panel, in the device's own words.
    `unread` is a part that gave no reading, such as a second battery: a reading with one is good enough to fail
    a laptop and never to pass it. A `value` of several texts is within a limit where any of them is (the standards that
    a radio speaks), or, with `all_must`, where each of them is (the models of several disks).
    """

    value: Value
    evidence: tuple[str, ...] = ()
    detail: str = ""
    unread: Unknown | None = None
    all_must: bool = False


Reading: TypeAlias = Measured | Unknown


class Kind(Enum):
    """What a check is for: who the laptop is, what is fitted, how worn it is, how it is protected, what it runs, and
    what it does when it is made to.
    """

    IDENTITY = "identity"
    INVENTORY = "inventory"
    HEALTH = "health"
    SECURITY = "security"
    SOFTWARE = "software"
    EXERCISE = "exercise"


class Example(Struct, frozen=True):
    """A worked example, run by a test: for these facts the check reads this value (None: unknown).

    `arguments` are the check's arguments as a profile would write them; none are its defaults.
    """

    says: str
    facts: Facts
    value: Value | None
    arguments: dict[str, Any] = {}


class Check(Struct, frozen=True):
    """One check. `needs` are the evidence items it reads ("edid-*" stands for every item with that beginning).

    `arguments` is the type of its arguments, a frozen struct whose fields all have defaults or are required; `read`
    then takes them as its second parameter. `waivable` is false where no supervisor may let a fault through. `words`
    are all texts that the check can read, where they are a closed list: a limit with another word could never be met.
    """

    id: str
    title: str
    measure: Measure
    looks_at: str
    needs: tuple[str, ...]
    decides: str
    remedy: str
    read: Callable[..., Reading]
    examples: tuple[Example, ...]
    kind: Kind = Kind.INVENTORY
    arguments: type[Struct] | None = None
    waivable: bool = True
    words: tuple[str, ...] = ()

    def reading(self, facts: Facts, arguments: Mapping[str, Any] | None = None) -> Reading:
        """What the check reads, with a row's arguments (plain values).

        Arguments that do not fit, which `lint` refuses, make the reading unreadable: the bench's fault.
        """
        if self.arguments is None:
            return self.read(facts)
        try:
            typed = msgspec.convert(dict(arguments or {}), self.arguments)
        except msgspec.ValidationError as error:
            return Unknown(f"the arguments of the check do not fit ({error})", (), "unreadable")
        return self.read(facts, typed)


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
