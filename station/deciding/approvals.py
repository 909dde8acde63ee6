"""An approval as a supervisor asks for it: which claims of a profile a document shows for one model. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from checks.verdict import ATTESTED_ROW
from specs.decisions import Approval
from specs.profile import MODEL, Attested, Profile
from station.deciding import wording
from station.deciding.errors import DecisionRefused
from station.deciding.typed import last_day, model_typed, near, owner, text_typed
from station.findings import check_name

__all__ = ["ApprovalAsked", "approval_asked"]


class ApprovalAsked(Struct, frozen=True):
    """What was typed, as it was typed. Empty where an option was left out."""

    model: str
    document: str
    by: str
    until: str = ""
    claims: tuple[str, ...] = ()


def approval_asked(asked: ApprovalAsked, profile: Profile, today: date) -> Approval:
    """The approval that was asked for, ready for the book. Raises `DecisionRefused`."""
    claims = _claims(profile, asked.claims)
    return Approval(
        id="",
        by=owner(asked.by),
        made_at="",
        until=last_day(asked.until, today) if asked.until else "",
        model=model_typed(asked.model),
        claims=claims,
        document=text_typed(asked.document, "--document", wording.NO_DOCUMENT),
    )


def _claims(profile: Profile, named: Sequence[str]) -> dict[str, str]:
    """The text of each claim that is approved, by its row's name: those named, else all that a model attests."""
    rows = {row.name: row for row in profile.attested}
    paper = {name: row.claim for name, row in rows.items() if row.by == MODEL}
    if not paper:
        raise DecisionRefused(wording.no_claims(profile.reference))
    if not named:
        return paper
    return {name: paper[name] for name in dict.fromkeys(_name(one, rows, paper, profile) for one in named)}


def _name(typed: str, rows: dict[str, Attested], paper: dict[str, str], profile: Profile) -> str:
    # A finding calls the row "attested.battery.hours".
    name = typed.strip().removeprefix(ATTESTED_ROW)
    if name in paper:
        return name
    if name in rows:
        raise DecisionRefused(wording.technician_claim(name, sorted(paper)))
    close = near(name, {one: check_name(f"{ATTESTED_ROW}{one}") for one in paper})
    raise DecisionRefused(wording.no_claim(name, profile.reference, close, sorted(paper)))
