"""Which exercises a profile makes a laptop do: every one whose item some check of its rows reads."""

from __future__ import annotations

from typing import Final

from checks.catalogue import CATALOGUE
from specs.profile import Profile

__all__ = ["exercises_of"]

_ITEM: Final = "exercise-"


def exercises_of(profile: Profile) -> tuple[str, ...]:
    """The names of the exercises ("memory", "camera"), each once, in the order of the profile's rows.

    Rows that are only recorded count: what is never done can never be recorded.
    """
    needs = [need for row in profile.requirements if row.check in CATALOGUE for need in CATALOGUE[row.check].needs]
    return tuple(dict.fromkeys(need.removeprefix(_ITEM) for need in needs if need.startswith(_ITEM)))
