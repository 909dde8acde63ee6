"""Every sentence of the bench screen, in one place (those of the help are in `help_wording`). What the engine says
arrives ready and is not repeated here.
"""

from __future__ import annotations

from typing import Final

__all__ = [
    "ANSWER_KEYS",
    "ASK_HOLD",
    "ASK_LEAVE",
    "ASK_STOP",
    "AWAY",
    "BADGE",
    "BADGE_WANTED",
    "BENCH_CHECK",
    "BLOCKED_WAITS",
    "BUSY",
    "CANNOT_START",
    "CARTON",
    "CENTRAL",
    "CHOICE_KEYS",
    "COMMAND_AWAY",
    "CRASHED",
    "DEVICE",
    "DEVICES_MORE",
    "DEVICE_DOES",
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
    "HELP_IS_OPEN",
    "HERE",
    "HOW_TO_ANSWER",
    "KEPT",
    "KEPT_ANSWER",
    "KEPT_AT_RISK",
    "KEPT_LOST",
    "KEPT_STAYS",
    "KEYS",
    "LABELS_WAIT",
    "LABELS_WAIT_FOR",
    "LABELS_WAIT_SHORT",
    "LABEL_WAITS",
    "LEAVE_KEY",
    "LEFT",
    "LEFT_AT_RISK",
    "LEFT_KEPT",
    "LEFT_NOTHING",
    "LIST_IS_OPEN",
    "LIST_TITLE",
    "LOOK_AT",
    "LOOK_AT_SHORT",
    "LOST",
    "NEXT_HERE",
    "NEXT_LAPTOP",
    "NEXT_LAPTOP_SHORT",
    "NOBODY",
    "NOTHING_RUNS",
    "NO_CHECKS",
    "NO_ROOM",
    "NO_SCANS",
    "NO_SLOTS",
    "NO_SLOT_HERE",
    "NO_SUCH_SCREEN",
    "NO_TERMINAL",
    "ONE_MOMENT",
    "PAGES",
    "PROGRESS",
    "PROMPT",
    "PROMPT_ASKING",
    "PROMPT_BADGE",
    "PROMPT_BUSY",
    "PROMPT_CHOOSE",
    "PROMPT_DELIVERY",
    "PROMPT_LOST",
    "PROMPT_NEXT",
    "PROMPT_STOPPED",
    "PROMPT_VIEW",
    "PURPOSE",
    "QUESTION",
    "REASON_KEYS",
    "SAYS",
    "SCAN_TO_START",
    "SCREENS",
    "SENT",
    "SIGN_OFF",
    "SIGN_OFF_NOBODY",
    "SIGN_OFF_WHO",
    "STARTING",
    "STEP",
    "STILL_STARTING",
    "STILL_TESTING",
    "STOPPED_AT",
    "STOPPED_AT_SHORT",
    "STOPPING",
    "STOP_WAITS",
    "SUPERVISOR_MARK",
    "SUPERVISOR_ROLE",
    "TEST_SAID",
    "TILE_EMPTY",
    "TILE_READY",
    "TILE_SAYS",
    "TILE_SCAN_LABEL",
    "TOO_SOON",
    "UNREADABLE",
    "VIEW_KEYS",
    "WAITING",
    "WAIVE_DOES",
    "many",
    "scans_are",
    "sign_off",
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
PROMPT_STOPPED: Final = "READ WHY THIS SLOT STOPPED, THEN DECIDE"
PROMPT_LOST: Final = ("WAIT FOR THE BENCH ENGINE", "scans are kept")
PROMPT_BADGE: Final = "SCAN YOUR BADGE"
NOBODY: Final = "nobody is signed in"
BADGE: Final = "badge"
BADGE_WANTED: Final = "SCAN A BADGE: {why}"
PROMPT_VIEW: Final = {
    "receive": ("SCAN A {counted}", "it is counted in"),
    "history": ("SCAN OR TYPE A SERIAL", "it is looked up"),
    "supervisor": ("SCAN A LAPTOP", "its test begins"),
    "health": ("SCAN A LAPTOP", "its test begins"),
}
"""What a scan means in each view but those of slots: what to scan, and what comes of it."""
PROMPT_DELIVERY: Final = ("SCAN A DELIVERY NOTE", "it is opened")
CARTON: Final = "CARTON"
STOPPED_AT: Final = "stopped: slot {slots}"
STOPPED_AT_SHORT: Final = "slot {slots}"
LOOK_AT_SHORT: Final = "slot {slots}"
NEXT_LAPTOP_SHORT: Final = "next → {slot}"
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
NO_SLOT_HERE: Final = "{key} is for the slots. Esc shows the bench, F11 every screen."
HELP_IS_OPEN: Final = "The help is open, so nothing was done. F1 goes back; then press again."
LIST_IS_OPEN: Final = "The list of screens is open: choose a number. Esc closes it."
NO_SUCH_SCREEN: Final = "There is no number {number} in the list of screens."
LIST_TITLE: Final = "Which screen? Press its number, or scan SCREEN and the number. Esc goes back."
HERE: Final = "here"
SCREENS: Final = {
    "bench": ("BENCH", "every slot at a glance"),
    "slot": ("ONE SLOT", "the slot in view, large"),
    "receive": ("RECEIVE", "count a delivery in: pallets, cartons, laptops"),
    "history": ("HISTORY", "look a laptop up: its tests and their checks"),
    "supervisor": ("SUPERVISOR", "this bench's figures, holds and overrides"),
    "health": ("BENCH HEALTH", "scanners, printer, clock, disk; golden laptops"),
}
"""By the value of its `View`: the name of a screen, and what it is for."""
SIGN_OFF: Final = "SIGN OFF"
SIGN_OFF_WHO: Final = "{operator} leaves the bench"
SIGN_OFF_NOBODY: Final = "nobody is signed in"
BACK: Final = "back"
TO_THE_BENCH: Final = "bench"
ONE_MOMENT: Final = "One moment…"
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
STOP_WAITS: Final = "This slot waits for you: decide below. The other slots go on."
BLOCKED_WAITS: Final = "No laptop of a delivery is tested here. What to do stands below."
WAIVE_DOES: Final = "asks for the badge of a second person, who lets this slot test until the end of the shift"
SAYS: Final = "The laptop here says {serial}: scan its label."
TILE_SAYS: Final = "says {serial}"
TILE_SCAN_LABEL: Final = "scan its label"
BENCH_CHECK: Final = "bench check"
BENCH_CHECK_SHORT: Final = "check"
LEFT: Final = "about {time} left"
LEFT_NOTHING: Final = "any moment now"
LABEL_WAITS: Final = "{serial} waits for its laptop"
LABELS_WAIT_FOR: Final = "{count} wait for their laptops"
LABELS_WAIT_SHORT: Final = "{count} waiting"
SUPERVISOR_MARK: Final = "★"
SUPERVISOR_ROLE: Final = "★ supervisor"
WAITING: Final = "Waiting for you: answer the question below."
HAS_LEFT: Final = "has left; the next laptop can come"
HELD: Final = "It does not ship, whatever the test says. Put it on the hold shelf."
HELD_SHORT: Final = "It does not ship."
TEST_SAID: Final = "test: {outcome}"
NEXT_HERE: Final = "the next laptop"
LABELS_WAIT: Final = "{count} to print"
DEVICE: Final = {"scanner": "SCANNER", "camera": "CAMERA", "printer": "PRINTER"}
DEVICE_DOES: Final = {"scanner": "scan", "printer": "print"}
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

REASON_KEYS: Final = (("1-{most}", "CHOICE", ""),)
"""The same where nothing but the reason of a retest answers."""

KEYS: Final = (
    ("F1", "help"),
    ("F2", "next slot"),
    ("F3", "more"),
    ("F4", "hold"),
    ("F6", "undo"),
    ("F8", "stop"),
    ("F12", "go on"),
    ("F11", "screens"),
    ("F10", "leave"),
)
VIEW_KEYS: Final = {
    "receive": (),  # its page names them, as they change
    "history": (("1-9", "open"), ("F9", "older"), ("F6", "back"), ("F4", "hold"), ("F12", "label again")),
    "supervisor": (("1-9", "choose"), ("F9", "more holds"), ("F6", "back")),
    "health": (("F9", "look again"),),
}
"""What the keys do in each view but those of slots, in a word."""


def wanted(limit: str) -> str:
    """What the profile asks for, after the reading."""
    return f", wanted {limit}"


def sign_off(operator: str) -> tuple[str, str]:
    """The entry of the list of screens that signs off."""
    return SIGN_OFF, SIGN_OFF_WHO.format(operator=operator) if operator else SIGN_OFF_NOBODY


def scans_are(count: int) -> str:
    """ "1 scan is", "3 scans are"."""
    return many(count, "scan is", "scans are")


def labels_wait(count: int) -> str:
    """ "3 labels wait for their laptops"."""
    return LABELS_WAIT_FOR.format(count=many(count, "label"))


def many(count: int, one: str, more: str = "") -> str:
    """ "1 scan", "3 scans"."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"
