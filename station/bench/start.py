"""How an attempt begins, beside its label and its profile."""

from __future__ import annotations

from msgspec import Struct

from station.records import AttemptKind

__all__ = ["Start"]


class Start(Struct, frozen=True):
    """What an attempt is for, and what stands behind it.

    `retest_of` says in one sentence what became of this laptop here before ("It was tested here at 14:01: FAIL.");
    empty where it is no retest. `approved_by` is the second person of an override.
    """

    kind: AttemptKind = AttemptKind.PRODUCTION
    retest_of: str = ""
    approved_by: str = ""
