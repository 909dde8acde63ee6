"""Several accounts of one disk's health as one: the worst that any of them says.

Who reads a disk twice, or asks Windows too, must not pass it by the kinder answer: a disk that once said that it is
failing is failing, and counts of errors and wear only grow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from hardware.evidence.merge import prefer
from specs.facts import DiskHealth, Known

__all__ = ["worst_health"]

_PRE_EOL: Final = ("normal", "warning", "urgent")


def _failed_last(assessment: str) -> int:
    return int(assessment.casefold() == "failed")


def _state(pre_eol: str) -> int:
    return _PRE_EOL.index(pre_eol) if pre_eol in _PRE_EOL else -1


_BADNESS: Final[Mapping[str, Callable[[Any], int]]] = {
    "assessment": _failed_last,
    "pre_eol": _state,
    "available_spare": lambda share: -int(share),
    **dict.fromkeys(
        (
            "critical_warning",
            "media_errors",
            "reallocated",
            "pending",
            "uncorrectable",
            "percent_used",
            "life_used",
            "life_time_a",
            "life_time_b",
        ),
        int,
    ),
}


def worst_health(accounts: Sequence[DiskHealth]) -> DiskHealth:
    """The first account, completed by the others, and of each sign of wear or failure the worst that is known."""
    first, *others = accounts
    for other in others:
        first = prefer(first, other)
    worst = {}
    for leaf, badness in _BADNESS.items():
        known = [fact for one in accounts if isinstance(fact := getattr(one, leaf), Known)]
        if known:
            worst[leaf] = max(known, key=lambda fact: badness(fact.value))
    return msgspec.structs.replace(first, **worst)
