"""The findings of attested rows: what a document stands behind, and what a technician saw on this very laptop.

Whoever failed a laptop by its row has found a fault: it decides, whatever the row weighs, and only a waiver lets it
through. A pass is an answer to the question that was asked, and stands behind no other: where the profile asks
something else by now, nobody has looked.
"""

from __future__ import annotations

from typing import Final

import msgspec

from checks.deciding import ATTESTED
from checks.needing import exercises_of
from checks.verdict import ATTESTED_ROW, Finding, Severity, Verdict
from specs.asking import OWN_ROWS
from specs.facts import Answer, Fact, Unknown
from specs.profile import TECHNICIAN, Attested, Profile
from specs.text import LONGEST_TEXT, clean

__all__ = [
    "ANSWERS_UNREADABLE",
    "ASKED_OTHERWISE",
    "CHALLENGE_NOT_MET",
    "NOT_ATTESTED",
    "NOT_LOOKED",
    "REASONS",
    "SAW",
    "SAW_FAULT",
    "attested",
    "seen_besides",
]

NOT_ATTESTED: Final = "not_yet_attested"
NOT_LOOKED: Final = "technician_looks"
SAW: Final = "technician_saw"
SAW_FAULT: Final = "technician_saw_fault"
ASKED_OTHERWISE: Final = "technician_asked_otherwise"
CHALLENGE_NOT_MET: Final = "challenge_not_met"
ANSWERS_UNREADABLE: Final = "answers_unreadable"
REASONS: Final = (
    ATTESTED,
    NOT_ATTESTED,
    NOT_LOOKED,
    SAW,
    SAW_FAULT,
    ASKED_OTHERWISE,
    CHALLENGE_NOT_MET,
    ANSWERS_UNREADABLE,
)
"""Every reason code of an attested row."""


def attested(claim: Attested, answers: Fact[tuple[Answer, ...]]) -> Finding:
    """The finding of an attested row, before anybody approves or waives it. `answers` are those of this laptop."""
    return _of_technician(claim, answers) if claim.by == TECHNICIAN else _unanswered(claim)


def seen_besides(profile: Profile, answers: Fact[tuple[Answer, ...]]) -> tuple[Finding, ...]:
    """What a technician said while an exercise was done that no row of the profile names.

    A fault decides like any other that somebody has seen, and so does a number on the laptop's screen that nobody could
    give. All else is no finding: the exercise was measured, and its rows say what came of it.
    """
    if isinstance(answers, Unknown):
        told = any(claim.by == TECHNICIAN for claim in profile.attested)  # those rows say so
        matters = not told and exercises_of(profile) != () and _were_given(answers)
        return (_lost(_ANSWERS, answers),) if matters else ()
    named = {claim.name for claim in profile.attested}
    last = {one.row: one for one in answers.value if one.row.startswith(OWN_ROWS) and one.row not in named}
    return tuple(_said(one, answers.evidence) for one in last.values() if one.answer == "fail" or _wrong_numbers(one))


_ANSWERS: Final = Finding(
    f"{ATTESTED_ROW}{OWN_ROWS}answers", Verdict.ERROR, Severity.MINOR, "what was seen", "", None, ANSWERS_UNREADABLE
)


def _said(answer: Answer, evidence: tuple[str, ...]) -> Finding:
    failed = answer.answer == "fail"
    return Finding(
        check=f"{ATTESTED_ROW}{answer.row}",
        verdict=Verdict.FAIL if failed else Verdict.INCONCLUSIVE,
        severity=Severity.MINOR,
        value=clean(answer.asked) or answer.row,
        unit="",
        limits=None,
        reason=SAW_FAULT if failed else CHALLENGE_NOT_MET,
        detail=_fault(answer, answer.row) if failed else _wrong_numbers(answer),
        evidence=evidence,
    )


def _wrong_numbers(answer: Answer) -> str:
    """What was given for the number on the laptop's screen, where a question was left open for that; else empty."""
    wrong = [given for asked, given in answer.challenge if asked != given]
    if answer.answer != "skipped" or not wrong:
        return ""
    by = clean(answer.by) or "the technician"
    return f"{by} gave {', '.join(map(str, wrong))} for the number on the laptop's screen, which was another"


def _fault(answer: Answer, look: str) -> str:
    """What the technician saw, and who that was."""
    by = clean(answer.by) or "the technician"
    asked = clean(answer.asked) or look
    saw = clean(answer.saw)
    return clean(f"{saw}, says {by}: {asked}" if saw else f"not so, says {by}: {asked}", 2 * LONGEST_TEXT)


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
            detail=_fault(last, claim.look),
        )
    if detail := _wrong_numbers(last):
        return msgspec.structs.replace(found, verdict=Verdict.INCONCLUSIVE, reason=CHALLENGE_NOT_MET, detail=detail)
    if last.answer != "pass":
        return unanswered
    if clean(last.asked) != clean(claim.look):
        return msgspec.structs.replace(found, verdict=Verdict.INCONCLUSIVE, reason=ASKED_OTHERWISE)
    if claim.challenge and not last.met_challenge:
        detail = "nobody gave the number on the laptop's screen"
        return msgspec.structs.replace(found, verdict=Verdict.INCONCLUSIVE, reason=CHALLENGE_NOT_MET, detail=detail)
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
