"""Repeated readings of one laptop: items that were collected again to confirm a failing reading.

`battery.again2` is the second reading of `battery`. A round is the whole bundle with the items of that reading in
the place of the first ones, so that each round can be read and judged as if it were the only one. Nothing of the
first reading is ever replaced in the record.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import Struct

from hardware.evidence.bundle import Bundle, Item

__all__ = ["MOST_ROUNDS", "Round", "again_id", "is_again", "split_rounds"]

MOST_ROUNDS: Final = 9
"""Readings of one item: the first, and eight more. A profile's rule of confirmation asks for no more."""

_AGAIN: Final = re.compile(r"(.+)\.again([2-9])", re.ASCII)


class Round(Struct, frozen=True):
    """One reading of the laptop: its bundle, and the ids under which the items that were read again are kept."""

    bundle: Bundle
    kept_as: Mapping[str, str]


def again_id(item_id: str, number: int) -> str:
    """The id of an item of a later round (2 to `MOST_ROUNDS`). Raises `ValueError` for any other number."""
    if not 2 <= number <= MOST_ROUNDS:
        raise ValueError(f"there is no round {number}")
    return f"{item_id}.again{number}"


def is_again(item_id: str) -> bool:
    """True for an item of a later round."""
    return _AGAIN.fullmatch(item_id) is not None


def split_rounds(bundle: Bundle) -> tuple[Round, ...]:
    """The rounds of a bundle, the first one first. A bundle without repeated items is its only round."""
    first: list[Item] = []
    later: dict[int, dict[str, Item]] = {}
    for item in bundle.items.values():
        again = _AGAIN.fullmatch(item.meta.id)
        if again is None:
            first.append(item)
        else:
            meta = msgspec.structs.replace(item.meta, id=again[1])
            later.setdefault(int(again[2]), {})[again[1]] = msgspec.structs.replace(item, meta=meta)
    # A reading of what was never read before is no second reading, and each round costs as much as the first.
    here = {item.meta.id for item in first}
    later = {
        number: kept
        for number, again in later.items()
        if (kept := {item_id: item for item_id, item in again.items() if item_id in here})
    }
    if not later:
        return (Round(bundle if len(first) == len(bundle.items) else Bundle.of(first), {}),)
    return (Round(Bundle.of(first), {}), *(_later_round(first, number, later[number]) for number in sorted(later)))


def _later_round(first: list[Item], number: int, again: Mapping[str, Item]) -> Round:
    bundle = Bundle.of(again.get(item.meta.id, item) for item in first)
    return Round(bundle, {item_id: again_id(item_id, number) for item_id in again})
