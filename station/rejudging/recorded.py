"""The decisions that stand in an attempt's own findings, as decisions again.

A record travels further than the book of the bench that made it: central has the records of every bench and the books
of none. What was let through or approved there must not come to nothing when it is judged again elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from checks.deciding import ATTESTED
from checks.verdict import ATTESTED_ROW, Decided, Finding, Verdict
from specs.decisions import Approval, Decisions, Subject, Waiver
from specs.facts import Facts
from specs.naming import model_names, serials

__all__ = ["with_recorded"]


def with_recorded(decisions: Decisions, findings: Iterable[Finding], facts: Facts) -> Decisions:
    """`decisions`, and those behind the findings of this very laptop that are not among them.

    Their time is that of the attempt: they were in force when it was judged.
    """
    known = {one.id for one in (*decisions.approvals, *decisions.waivers)}
    names, numbers = model_names(facts), serials(facts)
    if not names and not numbers:
        return decisions
    subject = Subject(model=names[0]) if names else Subject(serial=numbers[0])
    approvals, waivers = [*decisions.approvals], [*decisions.waivers]
    for finding in findings:
        decision = finding.decision
        if decision is None or decision.id in known:
            continue
        # A record comes from outside: one that names no owner or no end has no decision to carry on.
        with suppress(ValueError):
            if finding.verdict is Verdict.WAIVED:
                waivers.append(_waiver(finding, decision, subject))
            elif finding.reason == ATTESTED and names:
                approvals.append(_approval(finding, decision, names[0]))
    return Decisions(tuple(approvals), tuple(waivers))


def _waiver(finding: Finding, decision: Decided, subject: Subject) -> Waiver:
    return Waiver(
        id=decision.id,
        by=decision.by,
        made_at="",
        until=decision.until,
        subject=subject,
        check=finding.check,
        reason=decision.reason,
        profile=decision.profile,
        worst=decision.worst,
    )


def _approval(finding: Finding, decision: Decided, model: str) -> Approval:
    return Approval(
        id=decision.id,
        by=decision.by,
        made_at="",
        until=decision.until,
        model=model,
        claims={finding.check.removeprefix(ATTESTED_ROW): str(finding.value)},
        document=decision.reason,
    )
