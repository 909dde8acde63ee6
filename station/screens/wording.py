"""Every sentence of the bench screen, in one place. What the engine says arrives ready and is not repeated here."""

from __future__ import annotations

from typing import Final

__all__ = [
    "ASK_LEAVE",
    "ASK_STOP",
    "AWAY",
    "BROKEN_SCAN",
    "BUSY",
    "CANNOT_START",
    "CENTRAL",
    "CRASHED",
    "DIFFERENT_VERSIONS",
    "EMPTY_SLOT",
    "ENGINE_ENDED",
    "EXPECTED",
    "HELP",
    "KEPT",
    "KEPT_ANSWER",
    "KEPT_LOST",
    "KEYS",
    "LEAVE_KEY",
    "LEFT_KEPT",
    "LOST",
    "NOTHING_RUNS",
    "NO_CHECKS",
    "NO_SCANS",
    "NO_SLOTS",
    "NO_TERMINAL",
    "PAGES",
    "PROMPT",
    "PROMPT_BUSY",
    "PROMPT_NEXT",
    "SCAN_TO_START",
    "SENT",
    "STARTING",
    "STILL_STARTING",
    "STILL_TESTING",
    "STOPPING",
    "UNREADABLE",
    "many",
    "wanted",
]

STARTING: Final = "Starting the bench engine…"
STILL_STARTING: Final = "The bench engine is slow to start. This screen goes on trying; scans made now are kept."
CANNOT_START: Final = "The bench engine could not be started: {why}"
LOST: Final = "The bench engine is away. This is the last it said; scans made now are kept and sent when it is back."
ENGINE_ENDED: Final = "The bench engine has stopped: {why}"
UNREADABLE: Final = "The bench engine said something that this screen cannot read, so it asks again."
DIFFERENT_VERSIONS: Final = (
    "This screen and the bench engine are of different versions. Leave with F10 and start the bench again."
)
AWAY: Final = "The bench engine is away, so nothing can be stopped now."

PROMPT: Final = "SCAN A LAPTOP"
PROMPT_NEXT: Final = "SCAN THE NEXT LAPTOP"
PROMPT_BUSY: Final = "A laptop is being tested"
BUSY: Final = "scan the next one when it is in the slot"

BROKEN_SCAN: Final = "Broken scan. Scan again."
SENT: Final = "Read. Waiting for the engine's answer…"
KEPT_ANSWER: Final = "Kept here. It is sent when the bench engine is back."
KEPT: Final = "{count} kept here: {scans}"
LEFT_KEPT: Final = "These scans never reached the bench engine; scan them again: {scans}"

NO_TERMINAL: Final = "The bench screen needs a terminal; without one, use: station bench --headless"
ASK_STOP: Final = "Stop the test in slot {slot}? F8 again stops it, Esc lets it run."
STOPPING: Final = "Asked the engine to stop the test in slot {slot}."
NOTHING_RUNS: Final = "Nothing is being tested in slot {slot}."
ASK_LEAVE: Final = "{why} F10 again leaves, Esc stays."
LEAVE_KEY: Final = "F10 leaves the bench screen."
NO_SCANS: Final = "No scan yet."

SCAN_TO_START: Final = "Scan the laptop's label, or type its serial and press Enter."
PAGES: Final = "Supervisors' pages: {url}"
NO_SLOTS: Final = "This bench has no slots."
KEPT_LOST: Final = "{count} kept here would be lost."
STILL_TESTING: Final = "A test is running, and goes on without the screen."
EMPTY_SLOT: Final = "No laptop is connected to this slot."
NO_CHECKS: Final = "No check has been judged."
EXPECTED: Final = "{judged} of {expected} checks judged"

CENTRAL: Final = {"ok": "central ok", "away": "central away", "stopped": "central stopped"}
CRASHED: Final = "The bench screen has ended by a fault of its own; the bench engine goes on. The details are in {log}"

KEYS: Final = (("F1", "help"), ("F2", "next slot"), ("F3", "more"), ("F8", "stop"), ("F10", "leave"))

HELP: Final = (
    ("What to do", ""),
    ("", "Scan the label of the laptop in the slot. No key is needed, not before and not after."),
    ("", "No scanner? Type the serial and press Enter. Esc wipes what you typed."),
    ("", "The verdict stays until the next scan. Take the laptop off, put the next one on, scan."),
    ("What the big word means", ""),
    ("✔ PASS", "Ready to ship. A MARGINAL pass ships too and is counted."),
    ("✖ FAIL", "The laptop is at fault. Every failing check says what was measured and what to do."),
    ("? REVIEW", "The laptop did not show enough to decide. The lines below say what is missing."),
    ("! NO TEST", "The bench could not do its work. It says nothing about the laptop. Test again."),
    ("■ ABORTED", "The test was stopped, or the laptop went away. Scan it again."),
    ("Keys", ""),
    ("F1", "this page, and back"),
    ("F2", "the next slot, where there are several"),
    ("F3 ↓ ↑", "more checks, page by page"),
    ("F8 F8", "stop the test in this slot"),
    ("F10", "leave the screen"),
    ("Sounds", ""),
    ("accepted", "one short high. Already known: two short. Refused: one long low, or three bells."),
    ("verdict", "rising for PASS, falling for FAIL, level for REVIEW and NO TEST."),
)


def wanted(limit: str) -> str:
    """What the profile asks for, after the reading."""
    return f", wanted {limit}"


def many(count: int, one: str, more: str = "") -> str:
    """ "1 scan", "3 scans"."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"
