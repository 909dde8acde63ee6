"""Every sentence and word of the history, supervisor and health screens that the engine does not say itself."""

from __future__ import annotations

from typing import Final

from station.screens.wording import many

__all__ = [
    "AGAIN",
    "BENCH_CHECK",
    "BY_MODEL",
    "BY_SLOT",
    "CENTRE",
    "CHOOSE_KEYS",
    "COUNTS",
    "DONE",
    "DRIFT",
    "FAILING",
    "GATES",
    "HIGH",
    "HOLDS",
    "LOOKING",
    "LOW",
    "NEWEST",
    "NOTHING_DONE",
    "NO_CHECKS",
    "NO_DRIFT",
    "NO_FAILING",
    "NO_HOLDS",
    "NO_OVERRIDES",
    "NO_TESTS",
    "OVERRIDES",
    "PASSED",
    "UNFINISHED",
    "blocked_slots",
    "first_pass",
    "found_by",
    "health_state",
    "held_by",
    "looked_at",
    "opened_at",
    "place",
    "retests",
    "slot_golden",
    "slots_named",
    "tested_again",
    "troubles",
]

# History

NEWEST: Final = "Newest tests of this bench"
NO_TESTS: Final = "Scan a laptop's label, or type three or more characters of its serial and press Enter."
NO_CHECKS: Final = "No check has been judged."
BENCH_CHECK: Final = "Checks the bench itself: it counts in no yield."
AGAIN: Final = "again"


def found_by(query: str) -> str:
    """What the list is about."""
    return f"Looked for: {query}"


def place(first: int, last: int, total: int) -> str:
    """ "1 to 9 of 1,204"."""
    return f"{first:,} to {last:,} of {total:,}"


def opened_at(moment: str, slot: int, operator: str, took: str, profile: str) -> str:
    """When, where, by whom and against what one attempt was made."""
    words = [moment, f"slot {slot}", operator, f"took {took}" if took else "", profile]
    return ", ".join(word for word in words if word)


def tested_again(reason: str) -> str:
    """Why a laptop that had a verdict was tested again."""
    return f"Tested again: {reason}"


# The supervisor's figures

DONE: Final = "done"
PASSED: Final = "passed"
UNFINISHED: Final = "not finished"
NOTHING_DONE: Final = "No test of a delivery has been completed in this time."
HOLDS: Final = "On hold, oldest first"
NO_HOLDS: Final = "No laptop is on hold."
BY_SLOT: Final = "Slot"
BY_MODEL: Final = "Model"
COUNTS: Final = ("done", "✔ PASS", "✖ FAIL", "? REVIEW")
FAILING: Final = "Failing checks"
NO_FAILING: Final = "No check has failed."
DRIFT: Final = "Golden laptops: do the slots still read as they did?"
NO_DRIFT: Final = "No golden laptop has been tested yet."
HIGH: Final = "high"
CENTRE: Final = "centre"
LOW: Final = "low"
OVERRIDES: Final = "Latest overrides"
NO_OVERRIDES: Final = "Nothing was overridden."
CHOOSE_KEYS: Final = (("1-{most}", "CHOICE", ""), ("F6", "UNDO", "releases nothing"))


def first_pass(passed: int, first: int) -> str:
    """How many serials passed at their first completed attempt."""
    if not first:
        return "first pass: none yet"
    return f"first pass {100 * passed // first} % ({passed:,} of {first:,})"


def retests(count: int) -> str:
    """How many of the attempts were retests."""
    return many(count, "retest")


def held_by(since: str, by: str) -> str:
    """Since when, and by whom, a laptop is on hold."""
    return f"since {since} by {by}"


# The bench's health

GATES: Final = "Slots in this shift"
LOOKING: Final = "The doctor is looking at this bench…"

_STATES: Final = {
    "wait": "LOOKING",
    "well": "READY",
    "look": "WARNING",
}


def health_state(state: str) -> str:
    """The word for how the whole bench stands."""
    return _STATES[state]


def looked_at(moment: str) -> str:
    """When the doctor looked."""
    return f"looked at {moment}"


def troubles(count: int) -> str:
    """How many things need somebody."""
    return f"{many(count, 'thing needs you', 'things need you')}." if count else "All is well."


def blocked_slots(count: int) -> str:
    """How many slots test no laptop."""
    return f"{many(count, 'slot is', 'slots are')} blocked."


def slot_golden(good: str, bad: str) -> str:
    """How the two kinds of golden laptops came out in a slot."""
    return f"golden: {good}; known-bad: {bad}"


def slots_named(numbers: tuple[int, ...]) -> str:
    """ "1", "1-4", "1 3 5"."""
    if len(numbers) > 2 and numbers == tuple(range(numbers[0], numbers[0] + len(numbers))):
        return f"{numbers[0]}-{numbers[-1]}"
    return " ".join(map(str, numbers))
