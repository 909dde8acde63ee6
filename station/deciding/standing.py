"""Where a recorded decision stands at a moment, and in which order decisions are listed. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Any

import msgspec

from specs.decisions import Approval, Waiver
from station.findings import check_name
from station.store.decision_book import Entry

__all__ = ["Standing", "document", "in_order", "of_kind", "standing"]


class Standing(Enum):
    """What a decision does now. `NOT_YET`: the bench's clock was set back since it was made."""

    IN_FORCE = "in_force"
    NOT_YET = "not_yet"
    ENDED = "ended"
    OVER = "over"


def standing(entry: Entry, now: str) -> Standing:
    """Where it stands at a moment (UTC, RFC 3339)."""
    decision = entry.decision
    if decision.in_force(now):
        return Standing.IN_FORCE
    if decision.ended_at and decision.ended_at <= now:
        return Standing.ENDED
    return Standing.NOT_YET if decision.made_at > now else Standing.OVER


def of_kind(entries: Iterable[Entry], kind: type[Approval] | type[Waiver]) -> tuple[Entry, ...]:
    """The approvals, or the waivers."""
    return tuple(entry for entry in entries if isinstance(entry.decision, kind))


def in_order(entries: Iterable[Entry], now: str) -> list[Entry]:
    """Those in force first, the one that ends soonest before others; then the rest, the latest first."""
    listed = list(entries)
    held = [entry for entry in listed if standing(entry, now) is Standing.IN_FORCE]
    rest = [entry for entry in listed if standing(entry, now) is not Standing.IN_FORCE]
    held.sort(key=lambda entry: (not entry.decision.until, entry.decision.until, entry.decision.id))
    rest.sort(key=lambda entry: (entry.decision.made_at, entry.decision.id), reverse=True)
    return held + rest


def document(entry: Entry, now: str) -> dict[str, Any]:
    """A decision as data, for `--json`."""
    data: dict[str, Any] = msgspec.to_builtins(entry.decision)
    kind = data.pop("type")
    shown = {"kind": kind, **data, "ended_by": entry.ended_by, "ended_reason": entry.ended_reason}
    if isinstance(entry.decision, Waiver):
        shown["title"] = check_name(entry.decision.check)
    return {**shown, "standing": standing(entry, now).value}
