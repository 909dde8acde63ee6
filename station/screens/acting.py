"""What the keys do to what is shown, and what they ask of the engine. Pure: no clock, no Textual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, TypeAlias

from station.bench.protocol import Command, FocusSlot, Press, SlotState, StopSlot
from station.screens import wording
from station.screens.shown import BUSY_STAGES, Act, Answer, Contact, Question, Seen, Shown, asked_of, looking_at

__all__ = ["Effect", "after_act", "after_choice"]

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
}
_ANSWERS: Final = frozenset({Act.PASS, Act.FAIL, Act.NEXT})


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
    match act:
        case Act.HELP:
            return replace(shown, helping=not shown.helping), None
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
            return replace(shown, answer=Answer("note", "", wording.LEAVE_KEY)), None
        case Act.ESCAPE:
            if question or shown.helping:
                return replace(shown, helping=False), None
            return shown, Act.ESCAPE
        case _:
            return _press(shown, act, now, shown.seen if seen is None else seen)


def after_choice(shown: Shown, number: int, now: float, seen: Seen) -> tuple[Shown, Effect]:
    """The screen after a key from 1 to 9 that stood alone while a list was open; `seen` as in `after_act`."""
    shown = replace(shown, question=None)
    if shown.contact is not Contact.LIVE:
        return _refused(shown, wording.AWAY), None
    if now - shown.asked < QUESTION_OPENS:
        return _refused(shown, wording.TOO_SOON), None
    return shown, Press("CHOICE", seen.slot, seen.attempt_id, seen.turn, number)


def _confirmed(shown: Shown, question: Question) -> tuple[Shown, Effect]:
    """The same key a second time: yes."""
    if question.act is Act.STOP:
        sentence = wording.STOPPING.format(slot=question.slot)
        return replace(shown, answer=Answer("note", "", sentence)), StopSlot(question.slot)
    if question.act is Act.HOLD:
        return shown, _press_of(Act.HOLD, question.seen)
    return shown, question.act


def _press_of(act: Act, seen: Seen) -> Press:
    return Press(_VERBS[act], seen.slot, seen.attempt_id, seen.turn)


def _press(shown: Shown, act: Act, now: float, seen: Seen) -> tuple[Shown, Effect]:
    """A key in place of a command barcode. What nothing can come of, the engine refuses, and says why."""
    if shown.contact is not Contact.LIVE:
        return _refused(shown, wording.AWAY), None
    slot = shown.slot
    if act in _ANSWERS and slot is not None and asked_of(slot) and now - shown.asked < QUESTION_OPENS:
        return _refused(shown, wording.TOO_SOON), None
    if act is Act.HOLD and slot is not None and slot.serial and not slot.held:
        sentence = wording.ASK_HOLD.format(serial=slot.serial, slot=slot.number)
        return replace(shown, question=Question(Act.HOLD, sentence, now, shown.seen)), None
    return shown, _press_of(act, seen)


def _refused(shown: Shown, sentence: str) -> Shown:
    return replace(shown, answer=Answer("refused", "", sentence))


def _next_slot(shown: Shown, now: float) -> tuple[Shown, Effect]:
    """The next slot comes into view, and command barcodes speak to it."""
    numbers = [slot.number for slot in shown.slots]
    if not numbers:
        return shown, None
    place = numbers.index(shown.focus) if shown.focus in numbers else -1
    number = numbers[(place + 1) % len(numbers)]
    shown = replace(looking_at(shown, number, now), helping=False)
    return shown, FocusSlot(number) if shown.contact is Contact.LIVE else None


def _ask_stop(shown: Shown, now: float) -> Shown:
    slot = shown.slot
    if shown.contact is not Contact.LIVE:
        return _refused(shown, wording.AWAY)
    if not _runs(slot):
        return replace(shown, answer=Answer("note", "", wording.NOTHING_RUNS.format(slot=shown.focus)))
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
