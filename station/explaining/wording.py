"""What `station explain` says to a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from specs.text import clean
from station.explaining.kept import Kept
from station.findings import finding_limit, finding_measured
from station.records import AttemptKind
from station.rejudging.archive import Change, Rejudged, Run
from station.store.lookup import SHORTEST_END, Found
from station.wording import VERDICT_WORD

__all__ = ["REASONS", "STATES", "reason_words"]

REASONS: Final = {
    "within": "within the limit",
    "marginal": "within the limit, in its marginal band",
    "below_limit": "below the limit",
    "above_limit": "above the limit",
    "different": "not what the profile asks for",
    "flaky": "out of the limit once, and within it often enough when read again",
    "unknown": "the evidence was read and does not say",
    "sources_differ": "two sources in the evidence say different things",
    "unreadable": "the evidence is there or was tried, and could not be read: that blames the bench",
    "not_collected": "the evidence that it needs was not collected: that blames the bench",
    "no_such_check": "the station that judged did not know this check",
    "judge_failed": "the station that judged could not work on this evidence",
    "attested": "nothing was measured: a document stands behind it",
    "not_yet_attested": "nothing was measured, and no document stands behind it yet",
    "technician_looks": "nothing was measured: the technician looks at every laptop",
    "technician_saw": "nothing was measured: the technician looked, and it is so",
    "technician_saw_fault": "nothing was measured: the technician looked, and it is not so",
    "technician_asked_otherwise": "the technician said yes, but to another question than this profile asks",
    "challenge_not_met": "nothing was measured: nobody gave the number that stood on the laptop's screen",
    "answers_unreadable": "the technician's answers were kept and cannot be read: that blames the bench",
}
"""A finding's reason code in plain words."""

STATES: Final = {
    Kept.WHOLE: "",
    Kept.NO_BYTES: "no bytes could be collected",
    Kept.MISSING: "the store has lost its bytes",
    Kept.DIFFERENT: "the store's bytes are not those of the record (SHA-256 differs); they are not shown",
}

BENCH_CHECK: Final = "bench check: a golden or known-bad laptop, which proves the bench and counts in no number"
SAME: Final = "read again today: the same"
NOT_ATTESTED: Final = "nothing to read: no bench measures this"
NO_ROW: Final = "no row of the profile asks for it: the technician saw it while the laptop was exercised"
ANSWERED: Final = "nothing to read again: a person looked, and answered"
NO_EVIDENCE: Final = "the finding names no item: nothing that was collected says anything of it"
NOT_NAMED: Final = "not collected"
EMPTY: Final = "the item is empty, and that is what was read"
NOTHING_NEEDED: Final = "whatever it says, the reading is the same: that it was collected is enough"
LEAST: Final = "(the least of each item that reads the same; the rest of it changes nothing)"
LEAST_TODAY: Final = "(the least of each item that gives today's reading; the rest changes nothing)"
SAYS_ITS_OWN: Final = "one of the sources that say different things"
DOES_NOT_SAY: Final = "looked at: it does not say"
NOT_READABLE: Final = "looked at: it could not be read"
COLLECTED: Final = "collected"
EMPTY_UNKNOWN: Final = "the item is empty"
NOT_NARROWED: Final = "read too; its bytes are not narrowed down here (the first four items are)"
UNFINISHED: Final = "not narrowed down to the end; less of it may be enough"
RECORD_CHANGED: Final = "The record itself is not the one that was written (its SHA-256 differs): trust nothing in it."
NO_FINDINGS: Final = "It has no findings: it ended without a judgement. Scan the laptop again."


def reason_words(code: str) -> str:
    """A reason code in plain words; one that is not known here as it is."""
    return REASONS.get(code) or clean(code.replace("_", " "))


def no_store(folder: str) -> str:
    """There is no bench store in the data folder."""
    return f"no bench has worked in {clean(folder)} yet; name its data folder with --data"


def store_damaged(why: str) -> str:
    """SQLite cannot read the store."""
    return f"the bench's store cannot be read ({clean(why)}); check the disk, and restore the store from its backup"


def no_attempt(name: str) -> str:
    """No attempt is meant by that."""
    return (
        f"no attempt on this bench is named {clean(name, 60)!r}; give its id, the last {SHORTEST_END} or more"
        " characters of it, or the laptop's serial number"
    )


def still_running(attempt_id: str) -> str:
    """The attempt has not ended."""
    return f"attempt {attempt_id} has not ended; explain it when it has"


def ambiguous(name: str, found: Sequence[Found]) -> str:
    """Several attempts may be meant."""
    listed = ", ".join(f"{one.attempt_id} ({clean(one.serial, 40)}, {moment(one.finished_at)})" for one in found)
    return f"{clean(name, 60)!r} may mean {len(found)} attempts: {listed}; give the whole id of one"


def moment(utc: str) -> str:
    """A UTC time to the minute: "2026-11-24 10:40"."""
    return utc[:16].replace("T", " ")


def which_of(found: Found) -> str:
    """Which attempt of a serial number it is."""
    if found.of == 1:
        return "the only one of this serial number"
    return f"no. {found.attempt_no} of {found.of}" + (", the latest" if found.attempt_no == found.of else "")


def kind_words(kind: AttemptKind) -> str:
    """What the attempt was for; nothing where it was the usual."""
    return BENCH_CHECK if kind is AttemptKind.BENCH_CHECK else ""


def resumes(attempt_id: str) -> str:
    """Whose evidence the attempt went on with."""
    return f"from the evidence of attempt {attempt_id}"


def second_person(name: str) -> str:
    """Who let an override through."""
    return f"{name} let through what the bench had stopped"


def no_finding(name: str, known_check: bool) -> str:
    """The attempt has no finding of that check."""
    if known_check:
        return f"this attempt has no finding of {clean(name, 60)}: its profile does not ask for it; leave the check out"
    return f"no check of this attempt is called {clean(name, 60)!r}; leave the check out, and all are listed"


def no_judgement(status: str) -> str:
    """The attempt has no findings at all."""
    return f"this attempt was {status} and has no findings; leave the check out"


def several_checks(name: str, checks: Sequence[str]) -> str:
    """Several checks begin so."""
    return f"{clean(name, 60)!r} may mean {', '.join(map(clean, checks))}; name one of them"


def damaged_record(attempt_id: str) -> str:
    """The record cannot be decoded."""
    return f"the record of attempt {attempt_id} cannot be read; it was written by a newer station, or it is damaged"


def not_in_library(reference: str, digest: str) -> str:
    """The profile is not, or no longer, in the library."""
    return (
        f"profile {clean(reference, 80)} of digest {digest[:12]} is not in the library; only the stored limit is shown"
    )


def changed(words: str, *, was_read: bool) -> str:
    """Today's reading is another. `was_read` is false where the station that judged could not work on it at all."""
    since = "the parser has changed since" if was_read else "the station that judged could not work on it"
    return f"today's reading is {words}: {since}"


def not_read_again(why: str) -> str:
    """It was not judged again."""
    return f"not read again today: {why}"


def see_one(short: str, check: str) -> str:
    """How to see one check."""
    return f"One of them: station explain {clean(short, 40)} {clean(check, 60)}"


def more_findings(count: int) -> str:
    """Findings that did not fit."""
    return f"  … and {count} more; --json lists all"


def more_lines(count: int, most: int) -> str:
    """Lines that did not fit."""
    return f"… and {'more than ' if count >= most else ''}{count} more {'line' if count == 1 else 'lines'}"


def more_items(count: int) -> str:
    """Items that did not fit."""
    return f"… and {count} more {'item' if count == 1 else 'items'}; --json lists all"


def damaged_evidence(items: Sequence[str]) -> str:
    """Items whose bytes are not those of the record."""
    return f"{', '.join(items)}: not the bytes that the record names"


def evidence_sum(count: int, size: str, damaged: int) -> str:
    """The evidence of an attempt."""
    state = f"{damaged} of them not as the record names them" if damaged else "all as the record names them"
    return f"{count} {'item' if count == 1 else 'items'}, {size}, {state}" if count else "none was collected"


def judged_again(run: Run, result: Rejudged) -> str:
    """A published judgement that came after the attempt."""
    verdict = VERDICT_WORD[result.verdict] if result.verdict else "no verdict"
    return (
        f"Judged again by {clean(run.profile, 120)}: {verdict}. In force since {run.published_at[:10]},"
        f" by {clean(run.operator, 80)}: {clean(run.reason)}"
    )


def check_since(change: Change | None) -> str:
    """What it changed of one check."""
    if change is None:
        return "  This check says the same there as below."
    if change.finding is None:
        return "  This check is no longer asked for."
    limit = finding_limit(change.finding)
    asked = f"; asked: {limit}" if limit else ""
    return f"  This check says there: {VERDICT_WORD[change.finding.verdict]}, {finding_measured(change.finding)}{asked}"
