"""What a technician did at a slot that can be taken back, and what came of HOLD and UNDO. Pure."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

__all__ = ["Act", "Held", "Undone"]


class Held(Enum):
    """What became of HOLD. `early`: the laptop's attempt is not open yet."""

    NEW = "new"
    ALREADY = "already"
    EARLY = "early"


class Undone(Struct, frozen=True):
    """What was taken back: an answer (no serial), a PASS or FAIL that still wanted a choice (`unfinished`), or the hold
    on a laptop, which may have been ended before.
    """

    serial: str = ""
    ended_before: bool = False
    unfinished: bool = False


class Act(Struct, frozen=True):
    """An answer (no hold), one that still wants a choice, or a hold on a laptop with its attempt.

    `at` is by the monotonic clock.
    """

    at: float
    unfinished: bool = False
    hold_id: str = ""
    serial: str = ""
    attempt_id: str = ""
