"""Every sentence and word of central's pages, in one place. Texts of the interface for programs are in `api.py`."""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = [
    "GROUP_WORDS",
    "NOT_ASKED",
    "NOT_ASKED_ANY_MORE",
    "NO_CHANGE",
    "OUTCOME_WORDS",
    "REASONS",
    "SEVERITIES",
    "STANDING_HELP",
    "STANDING_LISTS",
    "STANDING_WORDS",
    "VERDICT_HELP",
    "Mark",
    "apart",
    "changed_findings",
    "gaps",
    "judged_again",
    "mark",
    "not_judged_again",
    "other_changes",
    "reason_words",
    "when_tested",
]


class Mark(NamedTuple):
    """How an outcome is shown: never by colour alone. `kind` picks the colour in `station.css`."""

    word: str
    glyph: str
    kind: str


# Okabe-Ito colours with black text, a glyph and the word (domain/tui.md section 5).
OUTCOME_WORDS: Final = {
    "pass": Mark("Pass", "✔", "pass"),
    "marginal": Mark("Marginal", "✔", "pass"),
    "waived": Mark("Waived", "✔", "pass"),
    "fail": Mark("Fail", "✖", "fail"),
    "inconclusive": Mark("Inconclusive", "?", "review"),
    "error": Mark("Bench error", "!", "review"),
    "aborted": Mark("Aborted", "–", "none"),
    "interrupted": Mark("Interrupted", "–", "none"),
}

GROUP_WORDS: Final = {"may-ship": "may ship (pass, marginal or waived)", "counted": "judged (verdict other than error)"}

VERDICT_HELP: Final = {
    "pass": "within every limit",
    "marginal": "ships, close to a limit",
    "waived": "ships by decision",
    "fail": "blames the laptop",
    "inconclusive": "not enough evidence",
    "error": "blames the bench",
    "aborted": "stopped, no verdict",
    "interrupted": "bench stopped, no verdict",
}

SEVERITIES: Final = {"blocker": "blocker", "major": "major", "minor": "minor", "info": "for information"}

REASONS: Final = {
    "within": "within the limit",
    "marginal": "within the limit, in its marginal band",
    "below_limit": "below the limit",
    "above_limit": "above the limit",
    "different": "not what is required",
    "unknown": "the laptop does not say",
    "unreadable": "could not be read",
    "not_collected": "was not collected",
    "no_such_check": "this station has no such check",
    "judge_failed": "could not be judged",
    "flaky": "out of the limit once, and good often enough when read again",
    "sources_differ": "two sources say different things",
    "attested": "attested by a document",
    "not_yet_attested": "no document yet",
    "technician_looks": "for the technician to look at",
    "technician_saw": "the technician looked: it is so",
    "technician_saw_fault": "the technician looked: it is not so",
    "technician_asked_otherwise": "the technician was asked something else",
    "challenge_not_met": "the number on the laptop's screen was not given",
    "answers_unreadable": "the technician's answers cannot be read",
}

STANDING_WORDS: Final = {"bench_check": "bench check", "taken_back": "taken back"}
"""Beside the verdict of an attempt that counts in no number."""

STANDING_HELP: Final = {
    "bench_check": "A golden or known-bad laptop, tested to prove the bench: it counts in no number.",
    "taken_back": "An answer was taken back before the label came out: this verdict counts in no number.",
}

STANDING_LISTS: Final = {
    "counts": "what is counted",
    "bench_check": "bench checks: golden and known-bad laptops",
    "taken_back": "what was taken back",
    "all": "every attempt, also what counts in no number",
}

TITLE: Final = "Intake Station"
LIVE: Final = "updates by itself"
UNKNOWN_MODEL: Final = "model unknown"
NO_VALUE: Final = "not known"
NO_LIMIT: Final = "none"
NOT_UPLOADED: Final = "not uploaded yet"
NO_BYTES: Final = "nothing was read"
RATE_NOTE: Final = (
    "Pass rate = may ship (pass, marginal, waived) out of judged (every verdict but bench error). "
    "Aborted, interrupted and bench error are shown and never counted in it. "
    "The bar is the 95 % Wilson interval: the rate that these numbers allow."
)
CHECK_NOTE: Final = "Failed out of executed: required findings that decided. One laptop can fail several checks."
FIRST_PASS_NOTE: Final = (
    "First pass counts each bench's first verdict on a serial (bench error left out): "
    "what was broken off before it, or taken back, is none."
)
DAY_NOTE: Final = "A day is the UTC date on which the attempt ended."
EMPTY_EVER: Final = "No attempt has arrived yet."
EMPTY_EVER_HELP: Final = (
    "Start a bench with ./run and scan a laptop. Its result appears here by itself; "
    "a bench that was away sends what it has kept with station sync."
)
EMPTY_DAY: Final = "No attempt ended on this day."
EMPTY_LIST: Final = "No attempt matches."
EMPTY_CHECKS: Final = "No required check has failed."
EMPTY_BENCHES: Final = "No bench is enrolled yet. The first start of a bench enrols it."
APART_NOTE: Final = "Kept apart, and in none of the numbers above:"
TAKEN_OVER: Final = "Another attempt went on with this evidence"
BENCH_NOTE: Final = "Each bench numbers its records without gaps, so that central can prove it has all of them."
COMPLETE: Final = "complete"
NOTHING_SENT: Final = "nothing sent yet"
NOT_FOUND: Final = "There is no such page or attempt."
NOT_FOUND_HELP: Final = "Go to today's page and follow the links from there."
BAD_ADDRESS: Final = "This address cannot be understood"
FINDINGS: Final = "Findings"
FINDINGS_WHEN_TESTED: Final = "Findings when the laptop was tested"
NOT_ASKED: Final = "not asked for"
NOT_ASKED_ANY_MORE: Final = "not asked for any more"
NO_CHANGE: Final = "No finding changed."
EVIDENCE_MISSING: Final = "The bench has not uploaded this item yet; it follows after the results."


def mark(outcome: str) -> Mark:
    """The mark of an outcome; its own word where it is none of ours."""
    return OUTCOME_WORDS.get(outcome, Mark(outcome, "?", "review"))


def reason_words(code: str) -> str:
    """A reason code in words; an unknown code as it is, without its underscores."""
    return REASONS.get(code, code.replace("_", " "))


def apart(standing: str, count: int) -> str:
    """Attempts of a day that count in no number."""
    word = STANDING_WORDS[standing]
    if standing == "bench_check":
        return f"1 {word}" if count == 1 else f"{count:,} {word}s"
    return f"1 verdict {word}" if count == 1 else f"{count:,} verdicts {word}"


def when_tested(outcome: str) -> str:
    """The verdict above is in force since; this was the bench's."""
    return f"This is the verdict in force. When the laptop was tested it was: {mark(outcome).word}."


def judged_again(date: str, profile: str, verdict: str, operator: str, reason: str) -> str:
    """Another verdict was put in force."""
    word = mark(verdict).word
    return f"Judged again on {date} by {profile}: {word}, put in force by {operator}: {reason.rstrip('. ')}."


def not_judged_again(date: str, profile: str, problem: str, operator: str, reason: str) -> str:
    """A run was put in force that could not judge this attempt."""
    return (
        f"Not judged again on {date} by {profile}: {problem.rstrip('. ')}. Its verdict stays as it was."
        f" The other verdicts were put in force by {operator}: {reason.rstrip('. ')}."
    )


def changed_findings(count: int) -> str:
    """How many findings turned."""
    return "1 finding changed" if count == 1 else f"{count:,} findings changed, those that need a person first"


def other_changes(count: int) -> str:
    """Findings that decide as before."""
    if count == 1:
        return "1 other finding has another reading, limit or reason, and the same answer."
    return f"{count:,} other findings have another reading, limit or reason, and the same answer."


def gaps(stored: int, highest: int, high_water: int, quarantined: int) -> str:
    """What a bench's numbers say, in words."""
    if highest == 0:
        return NOTHING_SENT
    missing = highest - stored - quarantined
    parts = []
    if missing:
        parts.append(f"{missing:,} missing after number {high_water:,}")
    if quarantined:
        parts.append(f"{quarantined:,} refused, kept in quarantine")
    return "; ".join(parts) or COMPLETE
