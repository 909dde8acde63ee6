"""The bench's catalogue: every sentence that the engine says to a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from specs.text import clean

__all__ = [
    "ABORTED_BY_OPERATOR",
    "ANOTHER_CODE",
    "ANOTHER_EXERCISE",
    "ANOTHER_FIRMWARE",
    "ASKING",
    "BADGE_TWICE",
    "BENCH_CHECK_DONE",
    "CLOSING_NOW",
    "COMMAND_DEFECT",
    "DEFECT",
    "DISK_REFUSES",
    "EXERCISE_DEFECT",
    "FLOODED",
    "GAVE_NOTHING",
    "GO_RESUMES",
    "GRAMMAR_FAULTY",
    "HELD_BY_COMMAND",
    "HOLD_SETTLES",
    "HOLD_TAKEN_BACK",
    "INTERRUPTED_NOTE",
    "JUST_CHANGED",
    "KEPT_TOO_LONG",
    "LABEL_OF_ANSWER",
    "LABEL_OF_HOLD",
    "LABEL_OF_RELEASE",
    "LABEL_TAKEN_BACK",
    "LAPTOP_ASKING",
    "LAPTOP_BENCH_CHECK",
    "LAPTOP_HELD",
    "LAPTOP_STOPPED",
    "LAPTOP_TESTING",
    "LEAFED",
    "NOBODY_ENROLLED",
    "NOBODY_SIGNED_IN",
    "NOTHING_KEPT",
    "NOTHING_TO_UNDO",
    "NOT_SAVED",
    "NOT_THIS_BENCH",
    "NO_LAPTOP",
    "NO_PROFILE",
    "NO_SECOND_PERSON",
    "NO_SUCH_VIEW",
    "OTHER_LABEL_READ",
    "PRINTING_STOPPED",
    "QUESTION_LEFT",
    "READY",
    "SAVING",
    "SCANNED_AGAIN",
    "SCAN_DEFECT",
    "SETTLING",
    "SEVERAL_COMMANDS",
    "SIGN_IN",
    "STOP_IS_FOR_SLOTS",
    "UNDONE_ASKING",
    "UNDONE_SLOT",
    "UNKNOWN_BADGE",
    "VIEW_DEFECT",
    "WAITS_FOR_LAPTOP",
    "a_supervisor_too",
    "accepted",
    "already_here",
    "another_person",
    "answered",
    "approved",
    "asking_laptops",
    "back_to_question",
    "badge_for_conflict",
    "badge_for_waiver",
    "busy",
    "came_of_answer",
    "closing",
    "collecting",
    "confirming",
    "conflict",
    "contradiction",
    "exercising",
    "failed",
    "focused",
    "held",
    "held_already",
    "held_both",
    "interrupted_here",
    "interrupted_notice",
    "judging",
    "just_scanned",
    "label_taken_back",
    "laptop_place",
    "link_gone",
    "no_label_layout",
    "no_laptop_in",
    "no_such_address",
    "no_such_link",
    "no_such_place",
    "no_such_scanner",
    "no_such_slot",
    "no_such_speed",
    "not_stopped",
    "nothing_here",
    "nothing_runs",
    "nothing_stopped",
    "nothing_to_hold",
    "number_right",
    "other_serial",
    "profile_faulty",
    "profile_in_use",
    "read_twice",
    "reason_taken",
    "released",
    "released_before",
    "resumed",
    "shown",
    "signed_in",
    "signed_in_already",
    "signed_off",
    "skipped",
    "slot_busy",
    "stop_again",
    "stopping",
    "taken_back",
    "tested_here",
    "too_early_to_hold",
    "too_many_wait",
    "too_old",
    "two_say",
    "unknown_command",
    "unsettled_notice",
    "verdict_taken_back",
    "waited_too_long",
    "waiting_lost",
    "waits_already",
    "waits_for_laptop",
    "waits_unless_that_one",
    "weak_serial",
    "which_slot",
]

READY: Final = "Scan a laptop."
SAVING: Final = "Saving."
ABORTED_BY_OPERATOR: Final = "Stopped at the bench. Scan again to start over."
INTERRUPTED_NOTE: Final = "The bench stopped in the middle of this attempt."
NO_PROFILE: Final = "no profile"
NO_LAPTOP: Final = "No slot has a laptop. Connect one, or put a recorded bundle in a slot."
DEFECT: Final = "The station made a mistake, which is in its log. Nothing is held against the laptop. Scan it again."
NOT_SAVED: Final = "Nothing was done: the disk is full or failing. Free some space, then do it again."
DISK_REFUSES: Final = "The bench cannot save: the disk is full or failing. Free some space; it goes on by itself."


SETTLING: Final = "Your answers count in a moment. UNDO takes the last one back."
JUST_CHANGED: Final = "The screen has just changed, so nothing was done. Look again, and press again."
CLOSING_NOW: Final = "The bench is closing, and takes in no more laptops. Start it again, and scan again."
ASKING: Final = "Waiting for you: answer the question."
HELD_BY_COMMAND: Final = "Put aside at the bench with the HOLD command."
HOLD_TAKEN_BACK: Final = "Taken back at the bench with the UNDO command."
LABEL_OF_HOLD: Final = "put on hold"
LABEL_OF_RELEASE: Final = "taken off hold"
LABEL_OF_ANSWER: Final = "The last answer was taken back, so that there is another verdict."
GRAMMAR_FAULTY: Final = "No scanning: {fault} Mend the file, or take it away, and start the bench again."
PRINTING_STOPPED: Final = "The printing of labels has stopped, and is started again. The labels wait."
SEVERAL_COMMANDS: Final = "Several commands were in view at once. Cover the others, and show the one that you mean."
ANOTHER_CODE: Final = "That is another code of the label just read."
NOT_THIS_BENCH: Final = (
    "That command sheet is not this bench's. Use this bench's own, or print one: station label commands -o sheet.pdf."
)
QUESTION_LEFT: Final = "The bench was closed before the question was answered. Scan the laptop again."
NOTHING_TO_UNDO: Final = "There is nothing to take back."
EXERCISE_DEFECT: Final = "The station made a mistake in an exercise, which is in its log."
GAVE_NOTHING: Final = "the laptop gave nothing for this exercise"
ANOTHER_EXERCISE: Final = "the laptop answered another exercise than the one that the bench asked for"
WAITS_FOR_LAPTOP: Final = "Waits for a laptop: connect one, or start it from the boot stick."
LAPTOP_TESTING: Final = "Testing: leave this laptop in its slot."
LAPTOP_ASKING: Final = "Testing: the bench has a question."
BENCH_CHECK_DONE: Final = "The bench check is over. This laptop goes back on its shelf, and into no carton."
LAPTOP_BENCH_CHECK: Final = "The bench check is over: look at the bench."
LAPTOP_STOPPED: Final = "Stopped: look at the bench."
LAPTOP_HELD: Final = "On hold: put it on the hold shelf."
UNDONE_SLOT: Final = "The next laptop goes into any free slot again."
FLOODED: Final = "So many codes came at once that some were not kept. Look for a scanner that repeats by itself."

HOLD_SETTLES: Final = "puts both serial numbers on hold"
GO_RESUMES: Final = "goes on with the test"
NOTHING_KEPT: Final = "Nothing was kept of that test. Scan the laptop again."
KEPT_TOO_LONG: Final = "That test began too long ago to be gone on with. Scan the laptop again."
ANOTHER_FIRMWARE: Final = (
    "This laptop's firmware is not as it was when its test began, so nothing was taken over. Scan the laptop again."
)


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
    """The same serial number twice within two seconds."""
    return f"{serial} was scanned a moment ago, and counts once."


def read_twice(what: str) -> str:
    """The same command twice within two seconds."""
    return f"{what} was read twice, and counts once. Wait two seconds to give it again."


def unknown_command(text: str) -> str:
    """A code of our namespace that means nothing here."""
    return f"{text} is no command of this bench. Print a new sheet: station label commands -o sheet.pdf."


def focused(slot: int, waits: bool) -> str:
    """SLOT N was scanned."""
    return f"Slot {slot}: the next laptop goes in here." if waits else f"Slot {slot}: commands speak to it now."


def answered(slot: int, answer: str, question: str) -> str:
    """PASS or FAIL answered a question."""
    return f"Slot {slot}: {answer}: {clean(question, 120)}"


_CAME: Final = {
    "listed": "Slot {slot}: choose what is wrong, 1 to {most}. UNDO goes back to the question.",
    "number": "Slot {slot}: choose the number that the laptop shows, 1 to 9. UNDO goes back to the question.",
    "wrong": "That is not the number on the laptop of slot {slot}. It shows another one now: look again, and choose.",
    "given up": "Slot {slot}: wrong a second time, so the question stays open. The laptop cannot pass it now.",
    "nothing": "Slot {slot} asks nothing now, so there is nothing to answer.",
    "unseen": "The question of slot {slot} does not stand on a screen yet. Turn to slot {slot}, read it, then answer.",
    "unshown": "The laptop in slot {slot} has not shown it yet. Look at its screen, then answer. NEXT leaves it open.",
    "doing": "The laptop in slot {slot} counts by itself, and ends it. FAIL: something is wrong; NEXT: go on as it is.",
    "choose": "Slot {slot} waits for a number: choose one, or UNDO to go back to the question.",
    "no such": "There is no such number to choose in slot {slot}. Look at the list, and choose again.",
    "reason": "Slot {slot} asks why the laptop is tested again: choose the reason, 1 to {most}.",
    "no choice": "Slot {slot} asks for no number now. Answer PASS, FAIL or NEXT.",
    "spent": "The number was wrong twice in slot {slot}, so PASS no longer counts. FAIL, or NEXT to leave it open.",
}


def came_of_answer(came: str, slot: int, most: int) -> str:
    """PASS, FAIL, NEXT or CHOICE that was no answer, or not yet one; `most` is the last number of the list."""
    return _CAME[came].format(slot=slot, most=most)


def failed(slot: int, symptom: str) -> str:
    """FAIL with its symptom answered a question."""
    return f"Slot {slot}: FAIL: {clean(symptom, 120)}"


def number_right(slot: int, number: int) -> str:
    """The number on the laptop's screen was the one that was chosen, and so a question passed."""
    return f"Slot {slot}: PASS: {number} is the number on the laptop."


def back_to_question(slot: int) -> str:
    """UNDO while a number was waited for."""
    return f"Slot {slot}: back to the question. Nothing is answered yet."


def skipped(slot: int, question: str) -> str:
    """NEXT left a question open."""
    return f"Slot {slot}: left open: {clean(question, 120)}"


def taken_back(slot: int) -> str:
    """UNDO took the last answer back."""
    return f"Slot {slot}: the last answer is taken back. It is asked again."


def held(serial: str) -> str:
    """HOLD put a laptop aside."""
    return f"{serial} is on hold. Put it on the hold shelf; a supervisor releases it."


def held_already(serial: str) -> str:
    """HOLD for a laptop that is on hold."""
    return f"{serial} is on hold already."


def released(serial: str) -> str:
    """UNDO took a hold back."""
    return f"{serial} is no longer on hold."


def no_label_layout(name: str) -> str:
    """A layout of a sheet of codes was named for labels."""
    return f"{clean(name, 60)} is a sheet of codes, and no label. Choose another layout: station label layouts."


def released_before(serial: str) -> str:
    """UNDO for a hold that a supervisor has ended already."""
    return f"{serial} is not on hold any more: somebody has released it."


def too_early_to_hold(serial: str) -> str:
    """HOLD for a laptop whose attempt is not open yet: the store is busy."""
    return f"{serial} is just being taken in, and is not on hold yet. Give HOLD again."


def other_serial(serial: str) -> str:
    """A label that has given one laptop seems to name another one too."""
    return f"That label seems to name a second laptop, {serial}. Take both away, then show one label alone."


def weak_serial(serial: str) -> str:
    """A part of a label just read names a laptop by nothing but its form."""
    return f"{serial} may be another code of the label just read. Scan the code marked S/N by itself."


def too_old(read_at: str) -> str:
    """A scan that waited in a screen while the engine was away, too long to be about the laptop that is there now."""
    return f"That was scanned a while ago ({clean(read_at, 30)}) and only kept. Scan the laptop that is there now."


def nothing_to_hold(slot: int) -> str:
    """HOLD where there is no laptop."""
    return f"Slot {slot} has no laptop to put aside. Scan the laptop first."


def no_laptop_in(slot: int) -> str:
    """SLOT N for a slot without a link."""
    return f"Slot {slot} has no laptop. Connect one, or choose another slot."


def no_such_scanner(text: str) -> str:
    """A setting that names no scanner."""
    return f"{text!r} names no scanner. Use serial:auto, serial:PORT, or camera:0, camera:FILE, camera:http://ADDRESS."


def no_such_place(place: int, most: int) -> str:
    """A scanner for a place that is not there."""
    return f"There is no place {place} for a scanner: they are numbered 1 to {most}."


def unsettled_notice(text: str) -> str:
    """A scan that the bench kept and did not come to understand before it stopped."""
    return f"{clean(text, 40)}: the bench stopped just after this scan, and did nothing with it. Scan it again."


def collecting(item: str) -> str:
    """What is being read."""
    return f"reading {clean(item, 40)}"


def exercising(titles: Sequence[str]) -> str:
    """What the laptop is made to do now."""
    return ", ".join(titles)


def laptop_place(slot: int, bench: str) -> str:
    """Where the laptop is, on its own screen."""
    return f"Slot {slot} of {clean(bench, 40)}"


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


def interrupted_here(serial: str) -> str:
    """What stops a slot whose laptop was being tested when the bench stopped."""
    return f"The bench stopped in the middle of the test of {serial}. What was read until then is kept."


def no_such_slot(slot: int) -> str:
    """A command for a slot that is not there."""
    return f"There is no slot {slot}."


def slot_busy(slot: int) -> str:
    """A command that a running slot cannot take."""
    return f"Slot {slot} is testing a laptop. Wait, or stop it first."


def no_such_address(text: str) -> str:
    """A setting that says where laptops dial, and does not."""
    return (
        f"{clean(text, 60)!r} is no address to listen on. Name an IP address of this computer and a port: 0.0.0.0:8711."
    )


def no_such_speed(options: str, bauds: Sequence[int]) -> str:
    """A setting of a serial line with another option than a speed that lines have."""
    return f"{clean(options, 40)!r} is no speed of a serial line. Use baud= and one of {', '.join(map(str, bauds))}."


def no_such_link(text: str) -> str:
    """A setting of a slot that names no way to reach a laptop."""
    return (
        f"{clean(text, 60)!r} is no way to reach a laptop. Use this-machine, network, serial:/dev/ttyUSB0 or"
        " serial:/dev/ttyUSB0?baud=115200, or the path of a recorded bundle."
    )


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


# Claiming, people, views: what the desk says


SIGN_IN: Final = "Nobody is signed in. Scan your badge first, then do it again."
UNKNOWN_BADGE: Final = "That badge is nobody's here. Use your own, or get one: station operator add NAME."
BADGE_TWICE: Final = "That badge was read twice, and counts once."
NOBODY_SIGNED_IN: Final = "Nobody is signed in. Scan your badge to sign in."
NOBODY_ENROLLED: Final = "Nobody has to sign in at this bench: no operator is enrolled (station operator add NAME)."
NO_SECOND_PERSON: Final = (
    "That needs a second person, and this bench knows nobody. Enrol its people first: station operator add NAME."
)
UNDONE_ASKING: Final = "No second badge is waited for any more."
VIEW_DEFECT: Final = "The station made a mistake, which is in its log. Nothing was done. Go back to the bench."
COMMAND_DEFECT: Final = "The station made a mistake, which is in its log. Do that again, or start the bench again."
SCAN_DEFECT: Final = "The station made a mistake, which is in its log. Nothing was done. Scan it again."
NO_SUCH_VIEW: Final = "This bench does not have that screen."
SCANNED_AGAIN: Final = "The label was scanned again."
LABEL_TAKEN_BACK: Final = "Taken back at the bench with the UNDO command."
OTHER_LABEL_READ: Final = "Another label was scanned for the slot that this one stopped."


def two_say(serial: str, slots: Sequence[int]) -> str:
    """Two laptops give the same serial number."""
    named = " and ".join(str(slot) for slot in slots)
    return (
        f"The laptops in slots {named} both say that they are {serial}. Take one of them out, and scan {serial} again."
    )


def which_slot(serial: str, slots: Sequence[int]) -> str:
    """No laptop says this serial number, and each of several could be meant."""
    named = ", ".join(str(slot) for slot in slots)
    return (
        f"No laptop says that it is {serial}. Scan SLOT and the number of its slot ({named}), then scan {serial} again."
    )


def conflict(serial: str, says: str, slot: int) -> str:
    """The label can only be for this laptop, and the laptop says another serial number."""
    return (
        f"Slot {slot}: the label says {serial}, the laptop says {clean(says, 40)}. Put the right laptop in, or scan its"
        " own label. HOLD puts both aside."
    )


def contradiction(serial: str, says: str) -> str:
    """Why both serial numbers of a conflict are on hold."""
    return f"The label says {serial}, the laptop says {clean(says, 40)}."


def waits_for_laptop(serial: str) -> str:
    """A label whose laptop is not there yet."""
    return f"{serial} waits for its laptop, which starts by itself when it comes. UNDO takes it back."


def waits_unless_that_one(serial: str, says: str, slot: int) -> str:
    """The same, where one laptop is there whose own label nobody has scanned yet."""
    return (
        f"{serial} waits for its laptop. Is it the one in slot {slot}, which says {says}? Then scan SLOT {slot},"
        " and this label again."
    )


def asking_laptops(serial: str) -> str:
    """A label was scanned while laptops are still asked who they are."""
    return f"{serial}: a moment, the laptops are being asked who they are."


def waits_already(serial: str) -> str:
    """The label of a laptop that is waited for, once more."""
    return f"{serial} waits for its laptop already. Connect it, or scan SLOT and the number of its slot first."


def too_many_wait(serial: str, most: int) -> str:
    """No more labels can wait."""
    return f"{most} labels wait for their laptops already. Connect those first, then scan {serial} again."


def waited_too_long(serial: str) -> str:
    """A label whose laptop did not come."""
    return f"{serial}: its laptop has not come for ten minutes. Scan it again when it is there."


def waiting_lost(serial: str) -> str:
    """A label that waited for its laptop when the bench stopped."""
    return f"{serial}: the bench stopped while this label waited for its laptop. Scan it again."


def label_taken_back(serial: str) -> str:
    """UNDO for a label that waited, or that stopped a slot."""
    return f"{serial}: its label is taken back, as if it had not been scanned."


def held_both(serial: str, says: str) -> str:
    """HOLD in a conflict."""
    return f"{serial} and {clean(says, 40)} are on hold. Put the laptop on the hold shelf; a supervisor releases both."


def tested_here(moment: str, verdict: str) -> str:
    """What became of a laptop at this bench before. `moment` is "at 14:01", or "on 30 Nov 14:01"."""
    return f"It was tested here {moment}: {verdict}."


def approved(serial: str, slot: int, approved_by: str) -> str:
    """A second person approved the test of a laptop that contradicts its label."""
    return f"{serial}: slot {slot} started, approved by {clean(approved_by, 40)}."


def badge_for_conflict(serial: str, slot: int) -> str:
    """Whose badge is waited for, and what for."""
    return f"Slot {slot}: badge of a second person, to test the laptop as {serial} all the same."


def badge_for_waiver(slot: int) -> str:
    """The same, for a slot that is blocked."""
    return f"Slot {slot}: badge of a second person, to open it until the end of the shift."


def another_person(name: str) -> str:
    """Somebody tried to approve what they asked for themselves."""
    return f"{name} has asked for it, and cannot approve it too. Another person's badge is needed."


def a_supervisor_too(name: str, other: str) -> str:
    """Two technicians cannot override."""
    return f"Neither {name} nor {other} is a supervisor, and one of the two must be. Call a supervisor."


def signed_in(name: str) -> str:
    """A badge signed somebody in."""
    return f"{name} is signed in."


def signed_in_already(name: str) -> str:
    """The badge of whoever is signed in."""
    return f"{name} is signed in already."


def signed_off(name: str) -> str:
    """Somebody left the bench."""
    return f"{name} is signed off."


def nothing_stopped(slot: int) -> str:
    """GO for a slot that nothing stops."""
    return f"Slot {slot} is not stopped, so there is nothing to go on with."


def resumed(serial: str, slot: int) -> str:
    """GO went on with an interrupted test."""
    return f"{serial}: slot {slot} goes on from what was kept."


def verdict_taken_back(slot: int) -> str:
    """UNDO after the verdict."""
    return f"Slot {slot}: the verdict and the last answer are taken back. It is asked again."


def reason_taken(slot: int, reason: str) -> str:
    """Why a laptop is tested again."""
    return f"Slot {slot}: tested again: {clean(reason, 120)}."


def shown(screen: str) -> str:
    """Another screen was asked for."""
    return f"The screen shows {screen}."


LEAFED: Final = {
    "HELP": "HELP explains the screen that is shown; once more goes back.",
    "MORE": "MORE turns to the next page.",
}
"""What is said to a command that is for the screens alone."""
STOP_IS_FOR_SLOTS: Final = "STOP is for the slots. Scan SCREEN 1, which is the bench, and then STOP."


def nothing_runs(slot: int) -> str:
    """STOP where no test runs."""
    return f"Nothing is being tested in slot {slot}, so there is nothing to stop."


def stop_again(slot: int) -> str:
    """STOP was scanned once."""
    return f"Slot {slot}: STOP again, in two to ten seconds, ends its test. UNDO lets it run."


def stopping(slot: int) -> str:
    """STOP was scanned twice."""
    return f"Slot {slot}: its test is being stopped."


def not_stopped(slot: int) -> str:
    """UNDO after the first STOP."""
    return f"Slot {slot}: its test goes on."


def nothing_here(verb: str) -> str:
    """A command that means nothing to what is shown."""
    return f"{verb} does nothing on this screen. F1 says what does."
