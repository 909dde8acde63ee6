"""What the gate and the charts of the golden laptops say to a person: every sentence of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Final

from specs.text import clean
from station.bench.expecting import GoldenKind, Problem
from station.bench.shifts import Shift
from station.doctor_symptom import Symptom
from station.findings import check_name
from station.store.golden_book import GateWaiver, Golden, GoldenRun

__all__ = [
    "KIND_NAMES",
    "NONE_REGISTERED",
    "NOT_YET",
    "OFF",
    "came_out",
    "came_out_otherwise",
    "clock_words",
    "drifts_aside",
    "drifts_beyond",
    "moment_words",
    "no_profile",
    "none_registered",
    "not_to_its_end",
    "other_profile",
    "problem_words",
    "problems_words",
    "run_sentence",
    "scan_bad",
    "scan_good",
    "shift_words",
    "slot_open",
    "steady",
    "symptom",
    "too_few",
    "waived",
]

KIND_NAMES: Final[dict[GoldenKind, str]] = {"good": "golden laptop (good)", "bad": "known-bad laptop"}

OFF: Final = "No golden laptop is registered, so the slots are not checked at the start of a shift."
NOT_YET: Final = "not yet in this shift"
NONE_REGISTERED: Final = "none is registered"

_VERDICTS: Final = {
    "pass": "passed",
    "marginal": "passed near a limit",
    "waived": "was let through",
    "fail": "failed",
    "inconclusive": "could not be decided",
    "error": "could not be tested",
    "": "was not tested",
}
_NAMED: Final = 3
"""Laptops or checks that one sentence names."""
_SHOWN: Final = 40


def slot_open(slot: int) -> str:
    """The slot may test."""
    return f"Slot {slot}: the golden and the known-bad laptop came out as expected in this shift."


def symptom(found: Symptom) -> str:
    """Something is missing that the bench cannot do without."""
    said = f"No slot tests laptops until this is put right. {found.name}: {found.found}"
    return clean(f"{said} {found.remedy}".strip(), 512)


def no_profile(slot: int) -> str:
    """Golden laptops are registered, and nothing to judge them by."""
    return f"Slot {slot}: no profile is in use; choose one with station bench --profile ID."


def none_registered(slot: int, profile: str, kind: GoldenKind) -> str:
    """A kind of golden laptop is missing for the profile in use."""
    return (
        f"Slot {slot}: no {KIND_NAMES[kind]} is registered for {_short(profile)}. A supervisor registers one:"
        f" station golden add SERIAL --kind {kind}."
    )


def scan_good(slot: int, good: Sequence[Golden], bad: Sequence[Golden]) -> str:
    """The first thing to do in a shift."""
    then = f"; then the known-bad laptop {_serials(bad)}" if bad else ""
    return f"Slot {slot}: scan the golden laptop (good) {_serials(good)} first{then}."


def scan_bad(slot: int, bad: Sequence[Golden]) -> str:
    """The second thing to do in a shift."""
    return f"Slot {slot}: now scan the known-bad laptop {_serials(bad)}."


def came_out(run: GoldenRun, zone: tzinfo | None) -> str:
    """How the last run of a kind came out, in a few words."""
    when = f"{clock_words(run.at, zone)} ({_short(run.serial)})"
    return f"as expected at {when}" if run.well else f"not as expected at {when}: {problems_words(run.problems)}"


def came_out_otherwise(slot: int, run: GoldenRun) -> str:
    """A golden laptop did not say what it always says: the slot is in doubt, not the laptop."""
    return (
        f"Slot {slot}: the {KIND_NAMES[run.kind]} {_short(run.serial)} did not come out as expected"
        f" ({problems_words(run.problems)}). Check the slot's cable, link and stick and scan it again;"
        " if it does the same, call a supervisor."
    )


def waived(waiver: GateWaiver, zone: tzinfo | None) -> str:
    """The slot works without its golden laptops."""
    return clean(
        f"Slot {waiver.slot} works without its golden laptops until {moment_words(waiver.until, zone)}:"
        f" {waiver.asked_by}, approved by {waiver.approved_by} ({waiver.reason}).",
        512,
    )


def run_sentence(golden: Golden, slot: int, problems: Sequence[Problem]) -> str:
    """How a golden laptop came out, said when its test has ended."""
    if problems:
        return (
            f"The {KIND_NAMES[golden.kind]} {_short(golden.serial)} did not come out as expected in slot {slot}:"
            f" {problems_words(problems)}. The slot is blocked until it does."
        )
    return f"The {KIND_NAMES[golden.kind]} {_short(golden.serial)} came out as expected in slot {slot}."


def not_to_its_end(golden: Golden, slot: int) -> str:
    """A golden laptop went away in mid-test, or the bench stopped."""
    return (
        f"The {KIND_NAMES[golden.kind]} {_short(golden.serial)} was not tested to its end in slot {slot}, so it proves"
        " nothing. Scan it again."
    )


def other_profile(golden: Golden, profile: str) -> str:
    """A golden laptop was tested under a profile for which nobody knows what to expect."""
    return (
        f"{_short(golden.serial)} is the {KIND_NAMES[golden.kind]} for {_short(golden.profile)}, and it was judged by"
        f" {_short(profile)}: that proves nothing. End it and register it again with station golden, or use another."
    )


def problems_words(problems: Sequence[Problem]) -> str:
    """The checks that came out otherwise, the first few by name."""
    named = "; ".join(problem_words(one) for one in problems[:_NAMED])
    more = len(problems) - _NAMED
    return f"{named}; and {more} more" if more > 0 else named


def problem_words(problem: Problem) -> str:
    """One check that came out otherwise: what it did, and what it should have done."""
    if not problem.check:
        return "nothing of it was tested that proves anything"
    name, did = _short(check_name(problem.check)), _VERDICTS.get(problem.found, _short(problem.found))
    if problem.expected == ("fail",):
        return f"{name} {did} and should fail"
    if problem.found == "fail":
        return f"{name} failed and should not"
    return f"{name} {did} and should pass"


def shift_words(shift: Shift, zone: tzinfo | None = None) -> str:
    """The shift by its hours: "06:00 to 14:00"."""
    begins, ends = (datetime.fromtimestamp(moment, zone) for moment in (shift.begins, shift.ends))
    return f"{begins:%H:%M} to {ends:%H:%M}"


def clock_words(at: str, zone: tzinfo | None = None) -> str:
    """A moment (UTC, RFC 3339) by the clock on the wall: "06:12"."""
    return f"{datetime.fromisoformat(at).astimezone(zone):%H:%M}"


def moment_words(at: str, zone: tzinfo | None = None) -> str:
    """A moment (UTC, RFC 3339) by the calendar and the clock on the wall: "2026-11-30 14:00"."""
    return f"{datetime.fromisoformat(at).astimezone(zone):%Y-%m-%d %H:%M}"


def drifts_beyond(title: str, newest: str, low: str, high: str) -> str:
    """The newest reading of a golden laptop lies beyond its limits."""
    return (
        f"{title}: {newest} lies beyond {low} to {high}. Test it again in another slot: if it reads the same there, the"
        " laptop has changed; else the slot has."
    )


def drifts_aside(title: str, run: int, centre: str) -> str:
    """The newest readings of a golden laptop all lie on one side of what it used to read."""
    return (
        f"{title}: the latest {run} readings all lie on one side of {centre}. Compare the slots, and this laptop with"
        " another golden one."
    )


def steady(title: str, low: str, high: str) -> str:
    """A reading of a golden laptop keeps within its limits."""
    return f"{title}: steady, between {low} and {high}." if low != high else f"{title}: steady at {low}."


def too_few(title: str, have: int, needed: int) -> str:
    """Not enough runs for limits."""
    return f"{title}: {have} of the {needed} runs that a chart needs."


def _serials(goldens: Sequence[Golden]) -> str:
    named = " or ".join(_short(one.serial) for one in goldens[:_NAMED])
    return f"{named} or another" if len(goldens) > _NAMED else named


def _short(text: str) -> str:
    return clean(text, _SHOWN)
