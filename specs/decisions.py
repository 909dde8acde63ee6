"""What people decide about laptops and models: approvals of what no bench can measure, and waivers of a fault.

A decision is never edited: it is recorded, and it may be ended. Here are the values and the rule for when one is in
force; what a decision does to a finding is `checks.judge`'s business, where it is kept is the store's.
"""

from __future__ import annotations

import math
from datetime import date
from typing import Final

from msgspec import Struct

from specs.facts import Facts
from specs.naming import model_names, serials

__all__ = ["NO_DECISIONS", "Approval", "Decisions", "Subject", "Waiver"]


class Subject(Struct, frozen=True):
    """Which laptops a decision is about: one serial number, or every laptop of one model (maker and product).

    Exactly one of the two is given; both are compared without regard to case.
    """

    serial: str = ""
    model: str = ""

    def __post_init__(self) -> None:
        if bool(self.serial) == bool(self.model):
            raise ValueError("a decision is about one serial number or about one model")

    def covers(self, facts: Facts) -> bool:
        """True for a laptop of this model, or of this serial number and no other: label and firmware both say it."""
        if self.model:
            return any(self.model.casefold() == name.casefold() for name in model_names(facts))
        known = serials(facts)
        return bool(known) and all(self.serial.casefold() == serial.casefold() for serial in known)


class _Decision(Struct, frozen=True, kw_only=True):
    """Who decided, when, for how long, and whether it was ended since. Times are UTC, RFC 3339; `until` is the last
    day on which it holds (2026-12-31), empty where it has no end.
    """

    id: str
    by: str
    made_at: str
    until: str = ""
    ended_at: str = ""

    def __post_init__(self) -> None:
        if not self.by.strip():
            raise ValueError("a decision has an owner")
        # Days are compared as texts: "never" would come after every day there is.
        if self.until and not _is_day(self.until):
            raise ValueError("the last day of a decision is a date as in 2026-12-31")

    def in_force(self, moment: str) -> bool:
        """True at a moment (UTC, RFC 3339): made before it, not ended, its last day not over."""
        if self.made_at > moment or (self.ended_at and self.ended_at <= moment):
            return False
        return not self.until or moment[:10] <= self.until


class Approval(_Decision, frozen=True, kw_only=True, tag="approval"):
    """A model's approval: for each attested row its claim, and the document that shows it.

    An approval of a claim of 7 hours says nothing of a claim of 9: it holds for a row only where the claim is the same.
    """

    model: str
    claims: dict[str, str]
    document: str

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.model.strip() or not self.document.strip():
            raise ValueError("an approval is about a model, and a document shows it")

    def covers(self, facts: Facts) -> bool:
        """True for a laptop of this model."""
        return Subject(model=self.model).covers(facts)


class Waiver(_Decision, frozen=True, kw_only=True, tag="waiver"):
    """A supervisor lets one fault through, with an owner (`by`), a reason and an end.

    `check` is the row it is about; `profile` the id of the profile, empty for every profile. `worst` bounds it where
    the reading is a number, in the canonical unit of the check's measure: a worse reading is not let through.
    """

    subject: Subject
    check: str
    reason: str
    profile: str = ""
    worst: float | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.until:
            raise ValueError("a waiver has an end")
        if not self.reason.strip():
            raise ValueError("a waiver has a reason")
        # JSON has no infinity: kept as null, the bound would come back as none at all.
        if self.worst is not None and not math.isfinite(self.worst):
            raise ValueError("the bound of a waiver is a finite number")


class Decisions(Struct, frozen=True):
    """The decisions that `judge` is given: those in force when the laptop is judged."""

    approvals: tuple[Approval, ...] = ()
    waivers: tuple[Waiver, ...] = ()

    def not_ended(self, moment: str) -> Decisions:
        """Those that nobody had ended by then. One whose last day is over was not ended: it has run out."""

        def stands(decision: _Decision) -> bool:
            return not decision.ended_at or decision.ended_at > moment

        return Decisions(tuple(filter(stands, self.approvals)), tuple(filter(stands, self.waivers)))

    def in_force(self, *moments: str) -> Decisions:
        """Those that are in force at one of these moments at least."""

        def held(decision: _Decision) -> bool:
            return any(decision.in_force(moment) for moment in moments)

        return Decisions(tuple(filter(held, self.approvals)), tuple(filter(held, self.waivers)))


NO_DECISIONS: Final = Decisions()


def _is_day(text: str) -> bool:
    """True for a day as in 2026-12-31, the one of ISO 8601's forms that sorts as time does."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
