"""What `station golden` and `station gate` say to a person: every sentence of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Final

from specs.text import clean
from station.bench.expecting import GoldenKind
from station.bench.gate_wording import KIND_NAMES
from station.bench.pages import DriftLine, SlotGate
from station.bench.shifts import Shift
from station.findings import check_name
from station.local_time import local_moment
from station.store.golden_book import Golden

__all__ = [
    "NO_BY",
    "NO_DRIFT",
    "NO_GOLDEN",
    "NO_REASON",
    "NO_SECOND",
    "ONE_PERSON",
    "damaged_attempt",
    "drift_line",
    "ended",
    "gate_head",
    "gate_lines",
    "golden_lines",
    "known_golden",
    "moment_is_over",
    "moment_too_far",
    "never_tested",
    "no_attempt",
    "no_moment",
    "no_serial",
    "no_store",
    "no_supervisor",
    "no_waiver",
    "not_completed",
    "not_enrolled",
    "not_golden",
    "nothing_registered",
    "other_kind_missing",
    "registered",
    "shifts_now",
    "shifts_set",
    "waiver_ended",
]

NO_GOLDEN: Final = "No golden laptop is registered, so the slots are not checked at the start of a shift."
NO_DRIFT: Final = "No golden laptop has been read yet, so there is nothing to chart."
NO_BY: Final = "this needs an owner: give your name with --by"
NO_SECOND: Final = "a waiver needs a second person: give the name of who approves it with --and"
NO_REASON: Final = "a waiver needs a reason: say with --reason why the slot may work without its golden laptops"
ONE_PERSON: Final = "a waiver needs two people: --by and --and name the same one"

_SHOWN: Final = 80
_NAMED: Final = 4


def no_store(folder: str) -> str:
    """There is no bench store in the data folder."""
    return f"no bench has worked in {clean(folder)} yet; name its data folder with --data"


def no_serial(why: str) -> str:
    """The serial number cannot be one."""
    return f"{why[:1].lower()}{why[1:]}; type the serial number as it is on the label"


def never_tested(serial: str) -> str:
    """There is no attempt from which the laptop could be registered."""
    return f"{serial} has not been tested to its end at this bench; test it first, then register it"


def no_attempt(serial: str, typed: str) -> str:
    """No attempt, or not one alone, is meant."""
    return f"{clean(typed, _SHOWN)!r} names no single attempt on {serial}; give its whole id, or leave --attempt out"


def damaged_attempt(attempt_id: str) -> str:
    """The record of an attempt is not what was written."""
    return f"the record of attempt {attempt_id} is damaged; test the laptop again, then register it"


def not_completed(serial: str, status: str) -> str:
    """The attempt has no verdict."""
    return f"that attempt on {serial} was {status} and has no verdict; name a completed one, or test the laptop again"


def not_golden(serial: str, kind: GoldenKind, checks: Sequence[str]) -> str:
    """The attempt shows no laptop of that kind."""
    if kind == "bad":
        return (
            f"{serial} failed no required check, so it shows no fault that the bench must find; register another laptop"
        )
    if not checks:
        return f"{serial} was judged by no required check, so it shows nothing; test it under the profile in use"
    more = f" and {len(checks) - _NAMED} more" if len(checks) > _NAMED else ""
    named = ", ".join(check_name(one) for one in checks[:_NAMED])
    return f"{serial} did not come out well ({named}{more}), so it is no good golden laptop; register another one"


def known_golden(serial: str, kind: str) -> str:
    """The laptop is registered already."""
    name = KIND_NAMES["good" if kind == "good" else "bad"]
    return f"{serial} is registered already, as a {name}; end that first: station golden end {serial} --by NAME"


def nothing_registered(serial: str, known: Sequence[str]) -> str:
    """The laptop is not registered."""
    others = f"registered are {', '.join(known)}" if known else "no laptop is"
    return f"{serial} is not registered as a golden laptop; {others}"


def registered(golden: Golden) -> str:
    """A laptop proves the bench from now on."""
    faults = [check_name(check) for check, verdicts in golden.expected.items() if verdicts == ("fail",)]
    if golden.kind == "good":
        count = len(golden.expected)
        expects = f"{count} checks must come out as they did" if count > 1 else "its one check must come out as it did"
    else:
        expects = f"these must fail, and no other: {', '.join(faults)}"
    return f"Registered: {golden.serial}, {KIND_NAMES[golden.kind]} for {golden.profile}; {expects}."


def other_kind_missing(kind: GoldenKind, profile: str) -> str:
    """The slots need both kinds."""
    return (
        f"Every slot is blocked until a {KIND_NAMES[kind]} for {clean(profile, _SHOWN)} is registered too; a supervisor"
        " can open a slot meanwhile: station gate waive SLOT."
    )


def ended(golden: Golden) -> str:
    """A laptop proves the bench no longer."""
    return f"Ended: {golden.serial}, {KIND_NAMES[golden.kind]} for {golden.profile}. It is tested as any other now."


def golden_lines(golden: Golden) -> tuple[str, ...]:
    """A golden laptop in the list."""
    model = f" {golden.model}," if golden.model else ""
    line = (
        f"{golden.serial} {model} {KIND_NAMES[golden.kind]} for {golden.profile}, since"
        f" {local_moment(golden.made_at)}, by {golden.made_by}"
    )
    if not golden.ended_at:
        return (line,)
    return (line, f"    ended {local_moment(golden.ended_at)} by {golden.ended_by}")


def drift_line(line: DriftLine) -> str:
    """One chart in one line."""
    return f"{line.serial}  {line.state:8}  {line.sentence}"


def gate_head(shift: Shift, words: str, profile: str) -> str:
    """Which shift it is, and by which profile the slots work."""
    return f"Shift {words} (of {shift.name[:10]}), profile {clean(profile, _SHOWN) or 'none'}"


def gate_lines(gate: SlotGate) -> tuple[str, ...]:
    """How one slot stands."""
    return (
        f"Slot {gate.slot}: {gate.state}",
        f"    golden (good): {gate.good}",
        f"    known-bad: {gate.bad}",
        f"    {gate.sentence}",
    )


def no_moment(typed: str, example: str) -> str:
    """Not a day and a time."""
    return f"--until {clean(typed, 40)!r} is not a day and a time; write it as in --until {example}"


def moment_is_over(typed: str, now: str) -> str:
    """The end has gone by."""
    return f"--until {typed} is over already: it is {now}; name a later time"


def moment_too_far(typed: str, days: int, latest: str) -> str:
    """The end is too far away."""
    return f"--until {typed} is more than {days} days away; name {latest} or an earlier time, and renew it then"


def not_enrolled(name: str) -> str:
    """Somebody named is not known here."""
    return f"nobody called {clean(name, _SHOWN)!r} is enrolled at this bench; give names as station operator list does"


def no_supervisor(asks: str, approves: str) -> str:
    """Neither of the two may approve."""
    return f"neither {asks} nor {approves} is a supervisor; let a supervisor ask or approve"


def no_waiver(slot: int) -> str:
    """There is nothing to end."""
    return f"no waiver is in force for slot {slot}; see station gate show"


def waiver_ended(slot: int) -> str:
    """The waivers of a slot have ended."""
    return f"Slot {slot}: the waiver has ended. The slot needs its golden laptops again."


def shifts_now(starts: Sequence[time]) -> str:
    """When shifts begin."""
    return f"Shifts begin at {_starts(starts)} (local time)."


def shifts_set(starts: Sequence[time]) -> str:
    """Shifts begin at other times from now on."""
    return (
        f"{shifts_now(starts)} Where the present shift is another one now, every slot needs its golden laptops again."
    )


def _starts(starts: Sequence[time]) -> str:
    return ", ".join(f"{one:%H:%M}" for one in starts)
