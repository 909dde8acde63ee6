"""Every sentence of the bench screen, in one place. What the engine says arrives ready and is not repeated here."""

from __future__ import annotations

from typing import Final

__all__ = [
    "ANSWER_KEYS",
    "ASK_HOLD",
    "ASK_LEAVE",
    "ASK_STOP",
    "AWAY",
    "BUSY",
    "CANNOT_START",
    "CENTRAL",
    "CHOICE_KEYS",
    "COMMAND_AWAY",
    "CRASHED",
    "DEVICE",
    "DEVICES_MORE",
    "DEVICE_STATES",
    "DIFFERENT_VERSIONS",
    "DISK_REFUSES",
    "DOING_KEYS",
    "EMPTY_SLOT",
    "ENGINE_ENDED",
    "EXPECTED",
    "HAS_LEFT",
    "HELD",
    "HELD_SHORT",
    "HELP",
    "HOW_TO_ANSWER",
    "KEPT",
    "KEPT_ANSWER",
    "KEPT_AT_RISK",
    "KEPT_LOST",
    "KEPT_STAYS",
    "KEYS",
    "LABELS_WAIT",
    "LEAVE_KEY",
    "LEFT_AT_RISK",
    "LEFT_KEPT",
    "LOOK_AT",
    "LOST",
    "NEXT_HERE",
    "NEXT_LAPTOP",
    "NOTHING_RUNS",
    "NO_CHECKS",
    "NO_ROOM",
    "NO_SCANS",
    "NO_SLOTS",
    "NO_TERMINAL",
    "PAGES",
    "PROGRESS",
    "PROMPT",
    "PROMPT_ASKING",
    "PROMPT_BUSY",
    "PROMPT_CHOOSE",
    "PROMPT_NEXT",
    "PURPOSE",
    "QUESTION",
    "SCAN_TO_START",
    "SENT",
    "STARTING",
    "STEP",
    "STILL_STARTING",
    "STILL_TESTING",
    "STOPPING",
    "TEST_SAID",
    "TILE_EMPTY",
    "TILE_READY",
    "TOO_SOON",
    "UNREADABLE",
    "WAITING",
    "many",
    "scans_are",
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
AWAY: Final = "The bench engine is away: that key did nothing."

PROMPT: Final = "SCAN A LAPTOP"
PROMPT_NEXT: Final = "SCAN THE NEXT LAPTOP"
PROMPT_BUSY: Final = "A laptop is being tested"
PROMPT_ASKING: Final = "LOOK AT THE LAPTOP, THEN ANSWER"
NEXT_LAPTOP: Final = "next laptop → slot {slot}"
LOOK_AT: Final = "look at slot {slots}"
BUSY: Final = "scan the next one when it is in the slot"

SENT: Final = "Read. Waiting for the engine's answer…"
COMMAND_AWAY: Final = "The bench engine is away, so nothing was done. Give the command again when it is back."
KEPT_ANSWER: Final = "Kept here. It is sent when the bench engine is back."
KEPT: Final = "{count} kept here: {scans}"
KEPT_AT_RISK: Final = "The disk refuses {count}: leave this screen open. Kept here: {scans}"
DISK_REFUSES: Final = (
    "Not taken: the bench engine is away and this bench's disk keeps nothing. Scan it again when the engine is back."
)
NO_ROOM: Final = "Not taken: too many scans wait for the bench engine already. Scan it again when it has answered them."
LEFT_KEPT: Final = "{count} kept on this bench for the bench engine, and sent when the bench is opened again."
LEFT_AT_RISK: Final = (
    "The bench engine has not answered these scans, and they are not kept; scan them again unless the bench shows them:"
    " {scans}"
)

NO_TERMINAL: Final = "The bench screen needs a terminal; without one, use: station bench --headless"
ASK_STOP: Final = "Stop the test in slot {slot}? F8 again stops it, Esc lets it run."
STOPPING: Final = "Asked the engine to stop the test in slot {slot}."
NOTHING_RUNS: Final = "Nothing is being tested in slot {slot}."
ASK_HOLD: Final = "Put {serial} in slot {slot} on hold? F4 again holds it, Esc does not."
TOO_SOON: Final = "That question has just come up. Look first, then answer."
ASK_LEAVE: Final = "{why} F10 again leaves, Esc stays."
LEAVE_KEY: Final = "F10 leaves the bench screen."
NO_SCANS: Final = "No scan yet."

SCAN_TO_START: Final = "Scan the laptop's label, or type its serial and press Enter."
PAGES: Final = "Supervisors' pages: {url}"
NO_SLOTS: Final = "This bench has no slots."
KEPT_LOST: Final = "{count} not on the disk would be lost."
KEPT_STAYS: Final = "{count} kept for the next start."
STILL_TESTING: Final = "A test is running, and goes on without the screen."
TILE_READY: Final = "scan to start"
TILE_EMPTY: Final = "no laptop"
EMPTY_SLOT: Final = "No laptop is connected to this slot."
NO_CHECKS: Final = "No check has been judged."
QUESTION: Final = "question {place} of {count}"
HOW_TO_ANSWER: Final = "Press, or scan from the command sheet:"
STEP: Final = "{place}. {step}"
PURPOSE: Final = "What for: {purpose}"
PROGRESS: Final = "On the laptop: {progress}"
PROMPT_CHOOSE: Final = "CHOOSE A NUMBER"
WAITING: Final = "Waiting for you: answer the question below."
HAS_LEFT: Final = "has left; the next laptop can come"
HELD: Final = "It does not ship, whatever the test says. Put it on the hold shelf."
HELD_SHORT: Final = "It does not ship."
TEST_SAID: Final = "test: {outcome}"
NEXT_HERE: Final = "the next laptop"
LABELS_WAIT: Final = "{count} to print"
DEVICE: Final = {"scanner": "SCANNER", "camera": "CAMERA", "printer": "PRINTER"}
DEVICE_STATES: Final = {
    "away": "It is not there. Plug it in, or switch it on.",
    "blind": "It sees a code and cannot read it. Hold the label differently.",
    "fault": "It does not work. Look at it.",
}
DEVICES_MORE: Final = "{count} more need you"
EXPECTED: Final = "{judged} of {expected} checks judged"

CENTRAL: Final = {"ok": "central ok", "away": "central away", "stopped": "central stopped"}
CRASHED: Final = "The bench screen has ended by a fault of its own; the bench engine goes on. The details are in {log}"

ANSWER_KEYS: Final = (
    ("F5", "PASS", ""),
    ("F7", "FAIL", ""),
    ("F9", "NEXT", "leaves it open"),
    ("F6", "UNDO", "takes back"),
)
"""What answers a question: the key, the command of the same meaning on the sheet, and what it does."""
DOING_KEYS: Final = (
    ("F7", "FAIL", "something is wrong"),
    ("F9", "NEXT", "ends it as it is"),
    ("F6", "UNDO", "takes back"),
)
"""The same while something is done on the laptop, which ends by itself."""
CHOICE_KEYS: Final = (("1-{most}", "CHOICE", ""), ("F6", "UNDO", "back to the question"))
"""The same while there is something to choose from."""

KEYS: Final = (
    ("F1", "help"),
    ("F2", "next slot"),
    ("F3", "more"),
    ("F4", "hold"),
    ("F6", "undo"),
    ("F8", "stop"),
    ("F10", "leave"),
)

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
    ("◆ LOOK", "The bench asks what only a person can see. Look at the laptop, then answer PASS or FAIL."),
    ("‖ ON HOLD", "It does not ship, whatever its verdict. Hold shelf; a supervisor releases it."),
    ("Keys", ""),
    ("F1", "this page, and back"),
    ("F2", "the next slot, where there are several; commands speak to the slot in view"),
    ("F3 ↓ ↑", "more checks, page by page"),
    ("F4 F4", "HOLD: put the laptop in this slot aside"),
    ("F5 F7", "PASS, FAIL: answer the question. F9, NEXT, leaves it open; with no question: next slot."),
    ("1 to 9", "where a list is open: what is wrong, after FAIL; the number on the laptop, after PASS"),
    ("F6", "UNDO: back from a list; take the last answer, hold or slot choice back"),
    ("F8 F8", "stop the test in this slot"),
    ("F10", "leave the screen"),
    ("Questions", ""),
    (
        "",
        "Look at the laptop, not at its papers. An answer counts once its question stood on this screen, and once the"
        " laptop has shown what it is to show.",
    ),
    (
        "",
        "FAIL asks what is wrong: choose the nearest. Where a number is asked for, read it off the laptop: two wrong"
        " ones, and the question stays open.",
    ),
    ("", "What is done on the laptop, such as pressing each key, ends by itself. NEXT ends it as it is."),
    ("The command sheet", ""),
    (
        "",
        "Its barcodes do what the keys do: CHOICE 2 is the key 2. SLOT 3 turns to slot 3,"
        " and keeps it for the next laptop.",
    ),
    ("", "Print one for this bench: station label commands -o sheet.pdf. Another bench's is refused."),
    ("The camera", ""),
    (
        "",
        "Hold the label still, flat and close, until you hear it. Where the camera cannot read what it sees,"
        " the top of the screen says what to do: closer, hold still, more light, focus, less glare.",
    ),
    ("Sounds", ""),
    ("a scan", "taken: one short high. Already had: two short. Refused: one long low, or three bells."),
    ("a verdict", "rising for PASS, falling for FAIL, level for REVIEW, NO TEST and what is on hold."),
)


def wanted(limit: str) -> str:
    """What the profile asks for, after the reading."""
    return f", wanted {limit}"


def scans_are(count: int) -> str:
    """ "1 scan is", "3 scans are"."""
    return many(count, "scan is", "scans are")


def many(count: int, one: str, more: str = "") -> str:
    """ "1 scan", "3 scans"."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"
