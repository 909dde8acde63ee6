"""What F1 says, for each screen: what it is for, its keys, its barcodes and its words. A term with no words is a title,
words with no term are a paragraph.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

__all__ = ["HELPS", "LIST"]

Entry: TypeAlias = tuple[str, str]

LIST: Final = "list"
"""The topic of the list of screens; the others are the values of `View`."""

_BIG_WORDS: Final[tuple[Entry, ...]] = (
    ("What the big word means", ""),
    ("✔ PASS", "Ready to ship. A MARGINAL pass ships too and is counted."),
    ("✖ FAIL", "The laptop is at fault. Every failing check says what was measured and what to do."),
    ("? REVIEW", "The laptop did not show enough to decide. The lines below say what is missing."),
    ("! NO TEST", "The bench could not do its work. It says nothing about the laptop. Test again."),
    ("■ ABORTED", "The test was stopped, or the laptop went away. Scan it again."),
    ("◆ LOOK", "The bench asks what only a person can see. Look at the laptop, then answer PASS or FAIL."),
    ("‖ ON HOLD", "It does not ship, whatever its verdict. Hold shelf; a supervisor releases it."),
    ("▲ STOP", "The slot waits for a decision. One sentence says why, and one key goes on. The other slots run on."),
    ("⊘ BLOCKED", "No laptop of a delivery is tested here until its golden laptops are, or a second person waives it."),
)

_SHEET: Final[tuple[Entry, ...]] = (
    ("The command sheet", ""),
    (
        "",
        "Its barcodes do what the keys do: CHOICE 2 is the key 2, GO is F12, HELP is F1, MORE is F3, SCREEN 4 shows the"
        " history. SLOT 3 turns to slot 3, and keeps it for the next laptop. STOP ends a test when it is scanned twice,"
        " two to ten seconds apart. Leaving the screen has no barcode.",
    ),
    ("", "Print one for this bench: station label commands -o sheet.pdf. Another bench's is refused."),
)

_BADGES: Final[tuple[Entry, ...]] = (
    ("Badges", ""),
    (
        "",
        "Scan your badge to sign in; ★ marks a supervisor. F11 and 7 sign you off. Where a badge is asked for, another"
        " person scans theirs, and one of the two is a supervisor. A badge is never shown.",
    ),
)

_SOUNDS: Final[tuple[Entry, ...]] = (
    ("Sounds", ""),
    ("a scan", "taken: one short high. Already had: two short. Refused: one long low, or three bells."),
    ("a verdict", "rising for PASS, falling for FAIL, level for REVIEW, NO TEST and what is on hold."),
    ("a stop", "the long low one: look which slot says STOP."),
)

_QUESTIONS: Final[tuple[Entry, ...]] = (
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
    ("", "A laptop that was tested before asks why it is tested again: choose the reason. The checks run meanwhile."),
)

_SLOT_KEYS: Final[tuple[Entry, ...]] = (
    ("Keys", ""),
    ("F1", "HELP: this page, and back. While it is open no key answers or stops anything."),
    ("F2", "the next slot, where there are several; commands speak to the slot in view"),
    ("F3 ↓ ↑", "MORE: more checks, page by page"),
    ("F4 F4", "HOLD: put the laptop in this slot aside. In a stopped slot once is enough."),
    ("F5 F7", "PASS, FAIL: answer the question. F9, NEXT, leaves it open; with no question: next slot."),
    ("1 to 9", "where a list is open: what is wrong, after FAIL; the number on the laptop, after PASS; why again"),
    ("F6", "UNDO: back from a list; take the last answer, hold or slot choice back, until the label prints"),
    ("F8 F8", "STOP: end the test in this slot"),
    ("F10", "leave the screen"),
    ("F11", "or Home: the list of screens"),
    ("F12", "or End: GO, go on with what stopped"),
    ("Esc", "wipe what is typed; from one slot, back to the bench"),
)

_STOPS: Final[tuple[Entry, ...]] = (
    ("When a slot stops", ""),
    (
        "two serials",
        "The label says another laptop than the one in the slot. Scan the right label, or take it back with F6."
        " F4 puts both on hold; F12 tests it all the same, with a second person's badge.",
    ),
    ("a power cut", "Its test broke off. F12 goes on from what was read; or scan the laptop to begin again."),
    ("blocked", "Test the golden laptops here. F12 asks for a second person's badge, until the end of the shift."),
)

_OTHER_KEYS: Final[tuple[Entry, ...]] = (
    ("F3 ↓ ↑", "more, page by page"),
    ("F11", "or Home: the list of screens"),
    ("Esc", "wipe what is typed; else back to the bench"),
    ("F10", "leave the screen"),
    ("", "F2 and F8 are for the slots and do nothing here. Tests go on meanwhile: the top says which slot needs you."),
)

_BENCH: Final[tuple[Entry, ...]] = (
    ("What to do", ""),
    ("", "Scan the label of the laptop in the slot. No key is needed, not before and not after."),
    ("", "No scanner? Type the serial and press Enter. Esc wipes what you typed."),
    ("", "The verdict stays until the next scan. Take the laptop off, put the next one on, scan."),
    ("", "With several slots, the label finds the slot whose laptop says the same serial."),
    ("", "A label that comes before its laptop waits for it, up to ten minutes."),
    *_BIG_WORDS,
    *_SLOT_KEYS,
    *_STOPS,
    *_QUESTIONS,
    *_BADGES,
    *_SHEET,
    ("The camera", ""),
    (
        "",
        "Hold the label still, flat and close, until you hear it. Where the camera cannot read what it sees,"
        " the top of the screen says what to do: closer, hold still, more light, focus, less glare.",
    ),
    *_SOUNDS,
)

HELPS: Final[Mapping[str, tuple[Entry, ...]]] = {
    "bench": _BENCH,
    "slot": (
        ("One slot", ""),
        ("", "The slot in view, large, to be read from two metres. Scans start tests as on the bench."),
        ("", "What other slots need stands at the top at the right; F2 goes to the next one."),
        *_BIG_WORDS,
        *_SLOT_KEYS,
        *_STOPS,
        *_QUESTIONS,
        *_SHEET,
        *_SOUNDS,
    ),
    "receive": (
        ("Receive", ""),
        ("", "Count a delivery in. Scan its note first, then each pallet or carton; no test begins here."),
        ("", "A code that was counted already is counted once. One that is not on the list is extra: put it aside."),
        ("Keys", ""),
        ("F7", "FAIL: the carton just scanned is damaged"),
        ("F6", "UNDO: take the last scan back; no, where something is asked"),
        ("F9", "NEXT: close the delivery; it asks first where something is missing"),
        ("F12", "or End: GO, yes to what is asked"),
        *_OTHER_KEYS,
        *_SHEET,
        *_SOUNDS,
    ),
    "history": (
        ("History", ""),
        ("", "Scan a laptop, or type a part of its serial and press Enter: its tests are listed, the newest first."),
        ("", "No test begins here. An asterisk and Enter list everything again."),
        ("Keys", ""),
        ("1 to 9", "open that line, with its checks. Type a serial that begins with a digit without a pause."),
        ("F9", "NEXT: older tests"),
        ("F6", "UNDO: back, step by step"),
        ("F4", "HOLD: put the laptop of the open test on hold"),
        ("F12", "or End: GO, print the label of the open test again"),
        *_OTHER_KEYS,
        *_SHEET,
    ),
    "supervisor": (
        ("Supervisor", ""),
        ("", "This bench and shift in figures: how slots, models and checks come out, and nothing about people."),
        ("", "First pass: laptops that passed at their first completed test. Bench checks are not counted."),
        ("Keys", ""),
        ("1 to 9", "choose a laptop on hold; then the reason for which it is released. For supervisors who signed in."),
        ("F9", "NEXT: more laptops on hold"),
        ("F6", "UNDO: back to the holds"),
        *_OTHER_KEYS,
        *_BADGES,
        *_SHEET,
    ),
    "health": (
        ("Bench health", ""),
        ("", "What the bench needs to be trusted: scanners, printer, camera, links, clock, disk, profile, central."),
        ("✖", "It does not work; what to do stands below it. What the bench cannot do without stops every slot."),
        ("Golden laptops", ""),
        (
            "",
            "One laptop known to be good and one known to be bad are tested in each slot, each shift, like any other"
            " laptop: scan them. Until both came out as they must, the slot is blocked.",
        ),
        (
            "",
            "Without a golden laptop at hand, a second person can let a slot test until the end of the shift: press F12"
            " with that slot in view.",
        ),
        ("Keys", ""),
        ("F9", "NEXT: look again"),
        *_OTHER_KEYS,
        *_SHEET,
    ),
    LIST: (
        ("The list of screens", ""),
        ("", "Press a number alone, or scan SCREEN and the number from the command sheet. A scan is a scan, here too."),
        ("1", "the bench: every slot at a glance"),
        ("2", "one slot, large"),
        ("3", "receive: count a delivery in"),
        ("4", "history: look a laptop up"),
        ("5", "supervisor: figures, holds, overrides"),
        ("6", "bench health: devices, clock, golden laptops"),
        ("7", "sign off; the next person scans a badge"),
        ("Keys", ""),
        ("F11", "or Home: open and close the list"),
        ("Esc", "close it"),
        ("F10", "leave the screen; the engine goes on, and with it the tests"),
        *_BADGES,
    ),
}
"""By topic, what its help says."""
