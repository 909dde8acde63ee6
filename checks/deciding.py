"""What a recorded decision does to a finding: a waiver lets a fault through, an approval stands behind a claim.

A waiver covers what was found wrong (`fail`) and what the evidence does not say (`inconclusive`). It never covers
`error`: where the bench could not look, at the whole or at a part of it, now or when it looked again, there is nothing
that anybody could let through. A bound holds for every reading; what was not read is within none.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from checks.verdict import Decided, Finding, Verdict
from specs.decisions import Approval, Waiver
from specs.facts import Facts
from specs.limits import AtLeast, AtMost, Limit
from specs.profile import MODEL, Attested

__all__ = ["ATTESTED", "approved", "waived"]

ATTESTED: Final = "attested"
"""The reason code of a claim that a document stands behind."""

_WAIVABLE: Final = frozenset({Verdict.FAIL, Verdict.INCONCLUSIVE})


def waived(finding: Finding, limit: Limit | None, profile_id: str, facts: Facts, waivers: Iterable[Waiver]) -> Finding:
    """The finding, let through where a waiver covers it. Its reason stays, so that a fault is counted as what it is.

    Of several waivers the one that ends last counts, then the one with the smallest id: whatever their order.
    """
    if finding.verdict not in _WAIVABLE or not _looked_at(finding):
        return finding
    covering = [
        waiver
        for waiver in waivers
        if waiver.check == finding.check
        and waiver.profile in ("", profile_id)
        and _bears(waiver, finding, limit)
        and waiver.subject.covers(facts)
    ]
    if not covering:
        return finding
    last = max(waiver.until for waiver in covering)
    chosen = min((waiver for waiver in covering if waiver.until == last), key=lambda waiver: waiver.id)
    decision = Decided(chosen.id, chosen.by, chosen.reason, chosen.until, finding.verdict, chosen.profile, chosen.worst)
    return msgspec.structs.replace(finding, verdict=Verdict.WAIVED, decision=decision)


def _looked_at(finding: Finding) -> bool:
    """True where the bench could look at all of it, each time that it looked."""
    in_part = finding.unread in ("unreadable", "not_collected")
    return not in_part and all(reading.verdict is not Verdict.ERROR for reading in finding.readings)


def _bears(waiver: Waiver, finding: Finding, limit: Limit | None) -> bool:
    """True where no reading is worse than the waiver allows, and where it has a bound, nothing was left unread."""
    if waiver.worst is None:
        return True
    values = [reading.value for reading in finding.readings] or [finding.value]
    return not finding.unread and all(_within(value, waiver.worst, limit) for value in values)


def _within(value: object, worst: float, limit: Limit | None) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    if isinstance(limit, AtLeast):
        return value >= worst
    return isinstance(limit, AtMost) and value <= worst


def approved(finding: Finding, claim: Attested, facts: Facts, approvals: Iterable[Approval]) -> Finding:
    """The finding of an attested row, with the model's approval behind it where there is one for this very claim."""
    if claim.by != MODEL or finding.verdict is not Verdict.INCONCLUSIVE:
        return finding
    covering = [one for one in approvals if one.claims.get(claim.name) == claim.claim and one.covers(facts)]
    if not covering:
        return finding
    chosen = max(covering, key=lambda approval: (approval.made_at, approval.id))
    decision = Decided(chosen.id, chosen.by, chosen.document, chosen.until, finding.verdict)
    return msgspec.structs.replace(
        finding, verdict=Verdict.PASS, reason=ATTESTED, detail=chosen.document, decision=decision
    )
