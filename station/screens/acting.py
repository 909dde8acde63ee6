"""What the keys do to what is shown, and what they ask of the engine. Pure: no clock, no Textual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, TypeAlias

from station.bench.protocol import Command, FocusSlot, Press, Show, SignOff, SlotState, StopSlot, View
from station.screens import wording
from station.screens.following import looking_at
from station.screens.screen_list import SCREENS, SIGN_OFF
from station.screens.shown import BUSY_STAGES, SLOT_VIEWS, Act, Answer, Contact, Question, Seen, Shown, asks
from station.screens.stop_panel import settled_by

__all__ = ["Effect", "after_act", "after_choice", "after_screen"]

QUESTION_OPENS: Final = 0.3
"""Seconds before a press counts as an answer to what has just come up: a key that bounces does not answer its own
question, and a finger that was on its way does not answer one that nobody has read.
"""

Effect: TypeAlias = Command | Act | None
"""What must be done besides: a command for the engine, or LEAVE or ESCAPE."""

_VERBS: Final[Mapping[Act, str]] = {
    Act.PASS: "PASS",
    Act.FAIL: "FAIL",
    Act.NEXT: "NEXT",
    Act.UNDO: "UNDO",
    Act.HOLD: "HOLD",
    Act.GO: "GO",
}
_BEHIND: Final = frozenset({*_VERBS, Act.STOP})
"""What is about that which the help and the list of screens hide."""
_ANSWERS: Final = frozenset({Act.PASS, Act.FAIL, Act.NEXT, Act.GO})


def after_act(shown: Shown, act: Act, now: float, seen: Seen | None = None) -> tuple[Shown, Effect]:
    """The screen after a key, and what must be done besides. `seen` is what was in view when the key was pressed, where
    that was before now.
    """
    question = shown.question
    if question and act is question.act:
        if now - question.since < QUESTION_OPENS:
            return shown, None
        return _confirmed(replace(shown, question=None), question)
    shown = replace(shown, question=None)
    if (shown.listing or shown.helping) and act in _BEHIND:
        return _note(shown, wording.HELP_IS_OPEN if shown.helping else wording.LIST_IS_OPEN), None
    match act:
        case Act.HELP:
            return replace(shown, helping=not shown.helping, page=0), None
        case Act.LIST:
            return replace(shown, listing=not shown.listing or shown.helping, helping=False, page=0), None
        case Act.NEXT_SLOT:
            return _next_slot(shown, now)
        case Act.FORTH | Act.BACK:
            step = 1 if act is Act.FORTH else -1
            return replace(shown, page=(shown.page + step) % max(1, shown.pages)), None
        case Act.STOP:
            return _ask_stop(shown, now), None
        case Act.LEAVE:
            return _ask_leave(shown, now)
        case Act.HINT_LEAVE:
            return _note(shown, wording.LEAVE_KEY), None
        case Act.ESCAPE:
            return (shown, None) if question else _back(shown)
        case _:
            return _press(shown, act, now, shown.seen if seen is None else seen)


def after_choice(shown: Shown, number: int, pressed: float, seen: Seen) -> tuple[Shown, Effect]:
    """The screen after a key from 1 to 9 that stood alone while there was something to choose; `seen` as in
    `after_act`, `pressed` when that was.
    """
    shown = replace(shown, question=None)
    if shown.contact is not Contact.LIVE:
        return _refused(shown, wording.AWAY), None
    if pressed - shown.asked < QUESTION_OPENS:
        return _refused(shown, wording.TOO_SOON), None
    return shown, _press_of("CHOICE", seen, number)


def after_screen(shown: Shown, number: int) -> tuple[Shown, Effect]:
    """The screen after a key from 1 to 9 that stood alone while the list of screens was open."""
    shown = replace(shown, question=None)
    if number > SIGN_OFF:
        return _refused(shown, wording.NO_SUCH_SCREEN.format(number=number)), None
    shown = replace(shown, listing=False, helping=False, page=0)
    if shown.contact is not Contact.LIVE:
        return _refused(shown, wording.AWAY), None
    return shown, SignOff() if number == SIGN_OFF else Show(SCREENS[number - 1])


def _back(shown: Shown) -> tuple[Shown, Effect]:
    """Esc: what lies in front goes first, then what is typed, and then the view."""
    if shown.helping or shown.listing:
        return replace(shown, helping=False, listing=shown.listing and shown.helping, page=0), None
    if shown.typed or shown.view is View.BENCH or shown.contact is not Contact.LIVE:
        return shown, Act.ESCAPE
    return shown, Show(View.BENCH)


def _confirmed(shown: Shown, question: Question) -> tuple[Shown, Effect]:
    """The same key a second time: yes."""
    if question.act is Act.STOP:
        return _note(shown, wording.STOPPING.format(slot=question.slot)), StopSlot(question.slot)
    if question.act is Act.HOLD:
        return shown, _press_of("HOLD", question.seen)
    return shown, question.act


def _press_of(verb: str, seen: Seen, choice: int = 0) -> Press:
    return Press(verb, seen.slot, seen.attempt_id, seen.turn, choice, seen.view)


def _press(shown: Shown, act: Act, now: float, seen: Seen) -> tuple[Shown, Effect]:
    """A key in place of a command barcode. What nothing can come of, the engine refuses, and says why."""
    if shown.contact is not Contact.LIVE:
        return _refused(shown, wording.AWAY), None
    slot = shown.slot if shown.view in SLOT_VIEWS else None
    settles = slot is not None and settled_by(slot) == _VERBS[act]
    if (act in _ANSWERS or settles) and asks(shown) and now - shown.asked < QUESTION_OPENS:
        return _refused(shown, wording.TOO_SOON), None
    if act is Act.HOLD and slot is not None and slot.serial and not slot.held and not settles:
        sentence = wording.ASK_HOLD.format(serial=slot.serial, slot=slot.number)
        return replace(shown, question=Question(Act.HOLD, sentence, now, shown.seen)), None
    return shown, _press_of(_VERBS[act], seen)


def _refused(shown: Shown, sentence: str) -> Shown:
    return replace(shown, answer=Answer("refused", "", sentence))


def _note(shown: Shown, sentence: str) -> Shown:
    return replace(shown, answer=Answer("note", "", sentence))


def _next_slot(shown: Shown, now: float) -> tuple[Shown, Effect]:
    """The next slot comes into view, and command barcodes speak to it."""
    if shown.view not in SLOT_VIEWS:
        return _note(shown, wording.NO_SLOT_HERE.format(key="F2")), None
    numbers = [slot.number for slot in shown.slots]
    if not numbers:
        return shown, None
    place = numbers.index(shown.focus) if shown.focus in numbers else -1
    number = numbers[(place + 1) % len(numbers)]
    shown = replace(looking_at(shown, number, now), helping=False, listing=False)
    return shown, FocusSlot(number) if shown.contact is Contact.LIVE else None


def _ask_stop(shown: Shown, now: float) -> Shown:
    slot = shown.slot
    if shown.view not in SLOT_VIEWS:
        return _note(shown, wording.NO_SLOT_HERE.format(key="F8"))
    if shown.contact is not Contact.LIVE:
        return _refused(shown, wording.AWAY)
    if not _runs(slot):
        return _note(shown, wording.NOTHING_RUNS.format(slot=shown.focus))
    sentence = wording.ASK_STOP.format(slot=shown.focus)
    return replace(shown, question=Question(Act.STOP, sentence, now, shown.seen))


def _runs(slot: SlotState | None) -> bool:
    return slot is not None and slot.stage in BUSY_STAGES


def _ask_leave(shown: Shown, now: float) -> tuple[Shown, Effect]:
    if shown.kept_at_risk:
        why = wording.KEPT_LOST.format(count=wording.many(shown.kept_at_risk, "scan"))
    elif shown.kept_count:
        why = wording.KEPT_STAYS.format(count=wording.scans_are(shown.kept_count))
    elif any(_runs(slot) for slot in shown.slots):
        why = wording.STILL_TESTING
    else:
        return shown, Act.LEAVE
    return replace(shown, question=Question(Act.LEAVE, wording.ASK_LEAVE.format(why=why), now)), None
