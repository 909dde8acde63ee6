"""The views' catalogue: every sentence that history, the supervisor's figures and the bench's health say."""

from __future__ import annotations

from typing import Final

from checks.verdict import Verdict
from specs.text import clean
from station.local_time import local_time
from station.store.override_book import Override
from station.wording import VERDICT_WORD

__all__ = [
    "ALL_SHOWN",
    "BACK_TO_HOLDS",
    "CLOSED",
    "DOCTOR_BROKEN",
    "DOCTOR_NAME",
    "DOCTOR_REMEDY",
    "DOCTOR_SLOW",
    "HOLD_TAKEN_BACK",
    "LOOKING",
    "NEWER_SHOWN",
    "NEWEST_ALREADY",
    "NOTHING_ENDED",
    "NOT_A_SUPERVISOR",
    "NO_HOLDS",
    "NO_LABEL",
    "NO_MODEL",
    "NO_MORE_HOLDS",
    "NO_OLDER",
    "NO_PRINTER",
    "OPEN_FIRST",
    "RECORD_CHANGED",
    "RELEASE_REASONS",
    "REPRINT_REASON",
    "REST_OF_MODELS",
    "SCAN_ALONE",
    "UNREADABLE",
    "holds_shown",
    "label_again",
    "more_holds",
    "no_label_again",
    "no_row",
    "no_such_reason",
    "nobody_enrolled",
    "none_found",
    "not_held_any_more",
    "older_shown",
    "opened",
    "override_line",
    "released",
    "resumes",
    "second_person",
    "serial_found",
    "several_found",
    "shift_since",
    "too_long",
    "too_short",
    "why_release",
]

# History

ALL_SHOWN: Final = "All tests of this bench again."
CLOSED: Final = "Closed. Back to the list."
NEWER_SHOWN: Final = "Newer tests."
NEWEST_ALREADY: Final = "These are the newest tests, and nothing is looked for."
NO_OLDER: Final = "There are no older tests."
NOTHING_ENDED: Final = "No test has ended at this bench yet."
OPEN_FIRST: Final = "Open a test first: give its number, 1 to 9."
NO_PRINTER: Final = "No printer is set at this bench, so no label can be printed again."
NO_LABEL: Final = "No label of this test was printed here. Print its first one: station label print."
REPRINT_REASON: Final = "asked for in the bench's history"
RECORD_CHANGED: Final = "The record of this test is not what was written. Call the supervisor."
SCAN_ALONE: Final = "None of these codes is a serial. Scan the code marked S/N by itself, or type a part of it."
UNREADABLE: Final = "The record of this test cannot be read. Call the supervisor."
HOLD_TAKEN_BACK: Final = "{serial} is no longer on hold: the hold just made is taken back."


def serial_found(serial: str, tests: int, verdict: str | None, status: str, ended_at: str, now: str, held: bool) -> str:
    """ "PF3K0A1: 3 tests here; last FAIL at 14:01. It is on hold." """
    word = _outcome(verdict, status)
    hold = " It is on hold." if held else ""
    if tests == 1:
        return f"{clean(serial, 60)}: 1 test here, {word} {_when(ended_at, now)}.{hold}"
    return f"{clean(serial, 60)}: {tests:,} tests here; last {word} {_when(ended_at, now)}.{hold}"


def several_found(part: str, tests: int) -> str:
    """A part of a serial was looked for."""
    return f"{tests:,} tests of laptops with {clean(part, 40)} in their serial."


def none_found(what: str) -> str:
    """Nothing was tested here by that serial, or a part of it."""
    return f"{clean(what, 60)}: no laptop with that in its serial was tested at this bench. Look at another bench."


def too_short(part: str, least: int) -> str:
    """Too little to look for."""
    return f"{clean(part, 40)!r} is too little to look for: give at least {least} characters of the serial."


def too_long(most: int) -> str:
    """More than a serial is."""
    return f"That is longer than a serial. Give at most {most} characters of it, or scan the label's S/N code alone."


def older_shown(first: int, last: int, total: int) -> str:
    """NEXT went to older tests."""
    return f"Tests {first:,} to {last:,} of {total:,}."


def opened(serial: str, verdict: str | None, status: str, ended_at: str, now: str) -> str:
    """CHOICE opened a row."""
    return f"{clean(serial, 60)}: {_outcome(verdict, status)} {_when(ended_at, now)}."


def no_row(number: int) -> str:
    """CHOICE for a row that is not there."""
    return f"There is no row {number} here. Look at the list, and choose again."


def label_again(serial: str) -> str:
    """GO queued a copy of a label."""
    return f"The label of {clean(serial, 60)} is printed again."


def no_label_again(why: str) -> str:
    """A label cannot be printed again; `why` is the sentence of `station label`, without its full stop."""
    said = clean(why)
    return f"{said[:1].upper()}{said[1:]}."


def resumes(attempt_id: str) -> str:
    """An attempt took over the evidence of another."""
    return f"Goes on from the evidence of attempt {clean(attempt_id)[-8:]}."


def second_person(name: str) -> str:
    """An attempt was begun against a rule of the bench."""
    return f"Tested all the same: {clean(name, 80)} approved it."


# The supervisor's figures

NO_HOLDS: Final = "No laptop is on hold at this bench."
NO_MORE_HOLDS: Final = "All holds have their numbers already."
BACK_TO_HOLDS: Final = "Nothing is released. Back to the holds."
NOT_A_SUPERVISOR: Final = "Only a supervisor releases a laptop. Sign in with a supervisor's badge, then choose again."
NO_MODEL: Final = "model not known"
REST_OF_MODELS: Final = "all other models"
RELEASE_REASONS: Final = (
    "Looked at: nothing is wrong with it",
    "Repaired, and it may go on",
    "Held by mistake",
    "Goes back to the supplier",
    "Goes to recycling",
    "Label and laptop are sorted out",
)
"""Why a laptop may leave the hold shelf; at most nine, by the numbers of the keys."""

_KINDS: Final = {
    "conflict": "tested against its label",
    "gate_waiver": "slot opened without its golden laptops",
}


def shift_since(hours: str) -> str:
    """What the figures are counted over; `hours` is "06:00 to 14:00"."""
    return f"this shift, {hours}"


def nobody_enrolled(serial: str) -> str:
    """Where nobody can sign in, a laptop is let go by command."""
    return f"No supervisor is enrolled. Type: station hold release {clean(serial, 60)} --by NAME --reason WHY"


def why_release(serial: str) -> str:
    """What is asked before a laptop is let go."""
    return f"Why is {clean(serial, 60)} released?"


def released(serial: str, reason: str) -> str:
    """A laptop is let go."""
    return f"{clean(serial, 60)} is released: {clean(reason, 120)}. If a label says HOLD, put the new one over it."


def not_held_any_more(serial: str) -> str:
    """Somebody else has released it meanwhile."""
    return f"{clean(serial, 60)} is not on hold any more: somebody has released it."


def no_such_reason(most: int) -> str:
    """CHOICE for a reason that is not there."""
    return f"There is no such reason. Choose 1 to {most}, or UNDO to release nothing."


def more_holds(count: int) -> str:
    """Holds that a page has no room for."""
    return f"and {count:,} more on hold: station hold list"


def holds_shown(first: int, last: int, total: int) -> str:
    """NEXT gave the numbers to later holds."""
    return f"Numbers 1 to {last - first + 1} are holds {first:,} to {last:,} of {total:,} now."


def override_line(override: Override, now: str) -> str:
    """One override in words."""
    kind = _KINDS.get(override.kind) or clean(override.kind.replace("_", " "), 40)
    about = [f"slot {override.slot}" if override.slot else "", clean(override.serial, 60)]
    what = ", ".join([kind, *(word for word in about if word)])
    who = f"{clean(override.approved_by, 80)} for {clean(override.asked_by, 80)}"
    return f"{_when(override.made_at, now).removeprefix('at ')}  {what}: {who}: {clean(override.reason, 120)}"


# The bench's health

LOOKING: Final = "The doctor looks at this bench; that may take half a minute."
DOCTOR_NAME: Final = "Doctor"
DOCTOR_SLOW: Final = "it gave no answer within {seconds:.0f} seconds; what stands here is from before"
DOCTOR_BROKEN: Final = "it gave no answer that can be read; what stands here is from before"
DOCTOR_REMEDY: Final = "Press NEXT to look again. If it stays so, run `station doctor` and call the supervisor."


def _outcome(verdict: str | None, status: str) -> str:
    return VERDICT_WORD[Verdict(verdict)] if verdict else clean(status, 20)


def _when(utc: str, now: str) -> str:
    """ "at 14:01" today, "on 30 Nov at 14:01" on other days."""
    moment, today = local_time(utc), local_time(now)
    if moment is None:
        return f"at {clean(utc, 16)}"
    same_day = today is not None and moment.date() == today.date()
    return f"at {moment:%H:%M}" if same_day else f"on {moment.day} {moment:%b} at {moment:%H:%M}"
