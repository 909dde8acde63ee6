"""The bench's catalogue: every sentence that the engine says to a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from specs.text import clean

__all__ = [
    "ABORTED_BY_OPERATOR",
    "DEFECT",
    "DISK_REFUSES",
    "INTERRUPTED_NOTE",
    "NO_LAPTOP",
    "NO_PROFILE",
    "READY",
    "SAVING",
    "accepted",
    "already_here",
    "busy",
    "closing",
    "collecting",
    "confirming",
    "interrupted_notice",
    "judging",
    "just_scanned",
    "link_gone",
    "no_such_laptop",
    "no_such_slot",
    "profile_faulty",
    "profile_in_use",
    "refused",
    "slot_busy",
]

READY: Final = "Scan a laptop."
SAVING: Final = "Saving."
ABORTED_BY_OPERATOR: Final = "Stopped at the bench. Scan again to start over."
INTERRUPTED_NOTE: Final = "The bench stopped in the middle of this attempt."
NO_PROFILE: Final = "no profile"
NO_LAPTOP: Final = "No slot has a laptop. Connect one, or put a recorded bundle in a slot."
DEFECT: Final = "The station made a mistake, which is in its log. Nothing is held against the laptop. Scan it again."
DISK_REFUSES: Final = "The bench cannot save: the disk is full or failing. Free some space; it goes on by itself."


def accepted(serial: str, slot: int) -> str:
    """A scan began an attempt."""
    return f"{serial}: slot {slot} started."


def busy(serial: str, slots: int) -> str:
    """A scan that found no free slot."""
    who = "The slot is" if slots == 1 else f"All {slots} slots are"
    return f"{who} still testing. Scan {serial} again when it is in a slot."


def already_here(serial: str, slot: int) -> str:
    """A scan of a laptop that is being tested."""
    return f"{serial} is already in slot {slot}."


def just_scanned(serial: str) -> str:
    """The scanner bounced."""
    return f"{serial} was scanned a moment ago."


def refused(reason: str) -> str:
    """A scan that is no serial number."""
    return f"{reason}. Scan the serial number."


def collecting(item: str) -> str:
    """What is being read."""
    return f"reading {clean(item, 40)}"


def confirming(titles: Sequence[str], number: int, rule: str) -> str:
    """A failing reading is taken again."""
    more = f" and {len(titles) - 1} more" if len(titles) > 1 else ""
    return f"reading {titles[0] if titles else 'it'}{more} again: number {number}, {rule} must be good"


def judging() -> str:
    """The evidence is complete."""
    return "judging"


def link_gone(reason: str) -> str:
    """The laptop went away in mid-test."""
    return f"{clean(reason, 160)} Nothing is held against the laptop. Connect it and scan again."


def interrupted_notice(serial: str, attempt_id: str) -> str:
    """An attempt that a stopped bench left behind."""
    return (
        f"{serial}: the bench stopped in mid-test, and there is no verdict. Scan it again. (attempt {attempt_id[-8:]})"
    )


def no_such_slot(slot: int) -> str:
    """A command for a slot that is not there."""
    return f"There is no slot {slot}."


def slot_busy(slot: int) -> str:
    """A command that a running slot cannot take."""
    return f"Slot {slot} is testing a laptop. Wait, or stop it first."


def no_such_laptop(reason: str) -> str:
    """A recorded bundle that is none."""
    return clean(reason)


def profile_in_use(title: str) -> str:
    """The profile was changed."""
    return f"From now on: {clean(title)}."


def profile_faulty(reference: str, fault: str) -> str:
    """The profile of the settings cannot be used: nothing is tested until somebody mends it or chooses another."""
    return (
        f"No testing: the profile {clean(reference, 80)} cannot be used. {clean(fault)}."
        " Mend it, or choose another with station bench --profile."
    )


def closing() -> str:
    """The engine was asked to stop."""
    return "The bench is closed."
