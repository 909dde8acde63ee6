"""What a recorded decision does to a finding: a waiver lets a fault through, an approval stands behind a claim.

A waiver covers what was found wrong (`fail`) and what the evidence does not say (`inconclusive`). It never covers
`error`: where the bench could not look, there is nothing that anybody could let through.
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
    if finding.verdict not in _WAIVABLE:
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


def _bears(waiver: Waiver, finding: Finding, limit: Limit | None) -> bool:
    """True where the reading is no worse than the waiver allows."""
    if waiver.worst is None:
        return True
    value = finding.value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    if isinstance(limit, AtLeast):
        return value >= waiver.worst
    return isinstance(limit, AtMost) and value <= waiver.worst


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
