"""How what the engine says, and time, change what is shown. Pure: no clock, no Textual."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import msgspec

from station.bench.protocol import (
    BenchBar,
    BenchChanged,
    BenchState,
    Event,
    Goodbye,
    Leafed,
    PageChanged,
    ScanAnswer,
    ScanOutcome,
    SlotChanged,
    SlotState,
)
from station.screens import wording
from station.screens.hiding import hide
from station.screens.shown import BUSY_STAGES, SLOT_VIEWS, Act, Answer, Contact, Question, Shown, asks

__all__ = ["after_event", "after_time", "looking_at"]

QUESTION_CLOSES: Final = 10.0
"""Seconds after which a question of the screen's own that nobody answered is asked no more."""


def after_event(shown: Shown, event: Event, now: float) -> Shown:
    """The screen after the engine said something."""
    return _asked_since(shown, _after_event(shown, event, now), now)


def looking_at(shown: Shown, slot: int, now: float) -> Shown:
    """The screen with another slot in view. What was being asked of the slot before is asked no more."""
    if slot == shown.focus:
        return shown
    page = 0 if shown.view in SLOT_VIEWS else shown.page
    return _asked_since(shown, replace(shown, focus=slot, page=page, question=None), now)


def _asked_since(before: Shown, after: Shown, now: float) -> Shown:
    """`after`, with the time at which the question that is now in view came into view."""
    return after if asks(before) == asks(after) else replace(after, asked=now)


def _after_event(shown: Shown, event: Event, now: float) -> Shown:
    match event:
        case BenchState():
            return _after_state(shown, event, now)
        case SlotChanged(slot=slot):
            return _after_slot(shown, slot, now)
        case BenchChanged(bar=bar, recent=recent, notices=notices) if shown.state:
            state = msgspec.structs.replace(shown.state, bar=bar, recent=recent, notices=notices)
            return _follow(replace(shown, state=state), shown.state.bar, bar, now)
        case PageChanged(page=page) if shown.state:
            return replace(shown, state=msgspec.structs.replace(shown.state, page=page))
        case ScanAnswer(outcome=outcome, text=text, sentence=sentence):
            question = None if _taken_by_scan(shown.question, event) else shown.question
            return replace(shown, answer=Answer(outcome.value, hide(text), sentence), question=question)
        case Leafed(verb="HELP"):
            return replace(shown, helping=not shown.helping, page=0, question=None)
        case Leafed(verb="MORE"):
            return replace(shown, page=(shown.page + 1) % max(1, shown.pages))
        case Goodbye(sentence=sentence):
            return replace(
                shown, contact=Contact.LOST, problem=wording.ENGINE_ENDED.format(why=sentence), question=None
            )
        case _:
            return shown


def _follow(shown: Shown, before: BenchBar, bar: BenchBar, now: float) -> Shown:
    """Look at the view of the bench, and at the slot to which commands speak, where that is news: an older bar must not
    undo a press of F2.
    """
    if bar.view is not before.view:
        shown = replace(shown, page=0, question=None, helping=False, listing=False)
    known = any(slot.number == bar.focus for slot in shown.slots)
    return looking_at(shown, bar.focus, now) if known and bar.focus != before.focus else shown


def _after_state(shown: Shown, state: BenchState, now: float) -> Shown:
    numbers = [slot.number for slot in state.slots]
    return replace(
        shown,
        state=state,
        contact=Contact.LIVE,
        problem="",
        focus=state.bar.focus if state.bar.focus in numbers else min(numbers, default=1),
        page=0,
        question=None,
        now=now,
        heard=dict.fromkeys(numbers, now),
    )


def _after_slot(shown: Shown, slot: SlotState, now: float) -> Shown:
    if shown.state is None:
        return shown
    before = next((old for old in shown.slots if old.number == slot.number), None)
    if before is None:
        slots = tuple(sorted((*shown.slots, slot), key=lambda one: one.number))
    else:
        slots = tuple(slot if old is before else old for old in shown.slots)
    state = msgspec.structs.replace(shown.state, slots=slots)
    another = before is None or _laptop(before) != _laptop(slot)
    fresh = another or before is None or before.stage is not slot.stage
    return replace(
        shown,
        state=state,
        now=now,
        heard={**shown.heard, slot.number: now},
        page=0 if fresh and slot.number == shown.focus and shown.view in SLOT_VIEWS else shown.page,
        question=None if _settled(shown.question, slot, another) else shown.question,
    )


def _laptop(slot: SlotState) -> tuple[str, str, str]:
    """What is another one once another laptop is in the slot, or the same is tested again."""
    return slot.attempt_id, slot.serial, slot.link


def _taken_by_scan(question: Question | None, answer: ScanAnswer) -> bool:
    """True where a scanner, whichever, has just put a laptop in the slot of the question."""
    scanned = answer.scanner not in {"", "key"} and answer.outcome is ScanOutcome.ACCEPTED
    return scanned and question is not None and question.slot == answer.slot != 0


def _settled(question: Question | None, slot: SlotState, another: bool) -> bool:
    """True for a question that this change of its slot has made pointless, or about another laptop."""
    if question is None or question.slot != slot.number:
        return False
    return another or (question.act is Act.STOP and slot.stage not in BUSY_STAGES)


def after_time(shown: Shown, now: float, clock: str) -> Shown:
    """The screen a moment later: the clock, and a question nobody answered."""
    question = shown.question
    if question and now - question.since > QUESTION_CLOSES:
        question = None
    return replace(shown, now=now, clock=clock, question=question)
