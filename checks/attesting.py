"""The findings of attested rows: what a document stands behind, and what a technician saw on this very laptop.

Whoever failed a laptop by its row has found a fault: it decides, whatever the row weighs, and only a waiver lets it
through. A pass is an answer to the question that was asked, and stands behind no other: where the profile asks
something else by now, nobody has looked.
"""

from __future__ import annotations

from typing import Final

import msgspec

from checks.deciding import ATTESTED
from checks.verdict import ATTESTED_ROW, Finding, Severity, Verdict
from specs.facts import Answer, Fact, Unknown
from specs.profile import TECHNICIAN, Attested
from specs.text import LONGEST_TEXT, clean

__all__ = [
    "ANSWERS_UNREADABLE",
    "ASKED_OTHERWISE",
    "NOT_ATTESTED",
    "NOT_LOOKED",
    "REASONS",
    "SAW",
    "SAW_FAULT",
    "attested",
]

NOT_ATTESTED: Final = "not_yet_attested"
NOT_LOOKED: Final = "technician_looks"
SAW: Final = "technician_saw"
SAW_FAULT: Final = "technician_saw_fault"
ASKED_OTHERWISE: Final = "technician_asked_otherwise"
ANSWERS_UNREADABLE: Final = "answers_unreadable"
REASONS: Final = (ATTESTED, NOT_ATTESTED, NOT_LOOKED, SAW, SAW_FAULT, ASKED_OTHERWISE, ANSWERS_UNREADABLE)
"""Every reason code of an attested row."""


def attested(claim: Attested, answers: Fact[tuple[Answer, ...]]) -> Finding:
    """The finding of an attested row, before anybody approves or waives it. `answers` are those of this laptop."""
    return _of_technician(claim, answers) if claim.by == TECHNICIAN else _unanswered(claim)


def _unanswered(claim: Attested) -> Finding:
    """What the row is while nobody has answered: whether a document stands behind it, or where somebody looks."""
    documented = bool(claim.document)
    open_reason, todo = NOT_ATTESTED, "no model approval document is on record"
    if claim.by == TECHNICIAN:
        open_reason, todo = NOT_LOOKED, claim.look
    return Finding(
        check=f"{ATTESTED_ROW}{claim.name}",
        verdict=Verdict.PASS if documented else Verdict.INCONCLUSIVE,
        severity=Severity(claim.severity),
        value=claim.claim,
        unit="",
        limits=None,
        reason=ATTESTED if documented else open_reason,
        detail=claim.document or todo,
    )


def _of_technician(claim: Attested, answers: Fact[tuple[Answer, ...]]) -> Finding:
    unanswered = _unanswered(claim)
    if isinstance(answers, Unknown):
        return _lost(unanswered, answers) if _were_given(answers) else unanswered
    # The last one counts: the reader keeps one for each row, and facts from elsewhere may not.
    given = [one for one in answers.value if one.row == claim.name]
    if not given:
        return unanswered
    last = given[-1]
    by = clean(last.by) or "the technician"
    found = msgspec.structs.replace(unanswered, evidence=answers.evidence)
    if last.answer == "fail":
        return msgspec.structs.replace(
            found,
            verdict=Verdict.FAIL,
            severity=found.severity.deciding,
            reason=SAW_FAULT,
            detail=clean(f"not so, says {by}: {clean(last.asked) or claim.look}", 2 * LONGEST_TEXT),
        )
    if last.answer != "pass":
        return unanswered
    if clean(last.asked) != clean(claim.look):
        return msgspec.structs.replace(found, verdict=Verdict.INCONCLUSIVE, reason=ASKED_OTHERWISE)
    return msgspec.structs.replace(found, verdict=Verdict.PASS, reason=SAW, detail=f"seen by {by}")


def _were_given(answers: Unknown) -> bool:
    """True where an item with answers was kept and nothing is known of it: not where none was collected."""
    return answers.problem in ("unreadable", "differs") or (
        answers.problem == "not_collected" and answers.evidence != ()
    )


def _lost(unanswered: Finding, answers: Unknown) -> Finding:
    """One of the answers may be the one that fails the laptop, so that it decides whatever the row weighs."""
    return msgspec.structs.replace(
        unanswered,
        verdict=Verdict.ERROR,
        severity=unanswered.severity.deciding,
        reason=ANSWERS_UNREADABLE,
        detail=clean(answers.reason, 2 * LONGEST_TEXT),
        evidence=answers.evidence,
    )
