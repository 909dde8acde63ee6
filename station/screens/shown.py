"""What the screen shows, as one immutable value, and how events and keys change it. Pure: no clock, no Textual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final

from checks.verdict import MAY_SHIP, Verdict
from station.bench.protocol import (
    BenchChanged,
    BenchState,
    Event,
    Goodbye,
    ScanAnswer,
    SlotChanged,
    SlotState,
    Stage,
)
from station.screens import wording

__all__ = [
    "BUSY_STAGES",
    "Act",
    "Answer",
    "Contact",
    "Cue",
    "Question",
    "Shown",
    "after_act",
    "after_event",
    "after_time",
    "cue_of",
]

BUSY_STAGES: Final = frozenset({Stage.COLLECTING, Stage.JUDGING, Stage.SAVING})

QUESTION_OPENS: Final = 0.3
"""Seconds before a second press counts, so that one press that bounces does not answer its own question."""

QUESTION_CLOSES: Final = 10.0


class Contact(Enum):
    """How things stand with the engine."""

    STARTING = "starting"
    LIVE = "live"
    LOST = "lost"


class Act(Enum):
    """What a key means, in verbs."""

    HELP = "help"
    NEXT_SLOT = "next slot"
    FORTH = "forth"
    BACK = "back"
    STOP = "stop"
    LEAVE = "leave"
    ESCAPE = "escape"
    HINT_LEAVE = "hint leave"


class Cue(Enum):
    """A moment that is heard as well as seen."""

    ACCEPTED = "accepted"
    WAITING = "waiting"
    KNOWN = "known"
    REFUSED = "refused"
    PASS = "pass"
    FAIL = "fail"
    REVIEW = "review"
    ABORTED = "aborted"


@dataclass(frozen=True, slots=True)
class Answer:
    """The last thing said about a scan or a key. `look` is a row of `theme.ANSWERS`; a fresh one flashes."""

    look: str
    text: str
    sentence: str
    fresh: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """A question that the second press of the same key answers with yes."""

    act: Act
    sentence: str
    since: float
    slot: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything the screen paints. `heard` is when each slot last spoke, on the same clock as `now`."""

    state: BenchState | None = None
    contact: Contact = Contact.STARTING
    problem: str = ""
    typed: str = ""
    answer: Answer | None = None
    kept: tuple[str, ...] = ()
    focus: int = 1
    page: int = 0
    pages: int = 1
    question: Question | None = None
    helping: bool = False
    clock: str = ""
    now: float = 0.0
    heard: Mapping[int, float] = field(default_factory=dict)

    @property
    def slots(self) -> tuple[SlotState, ...]:
        return self.state.slots if self.state else ()

    @property
    def slot(self) -> SlotState | None:
        """The slot in focus."""
        return next((slot for slot in self.slots if slot.number == self.focus), self.slots[0] if self.slots else None)

    def seconds(self, slot: SlotState) -> float:
        """How long the slot's attempt has taken by now, also while the engine has nothing new to say."""
        if slot.stage not in BUSY_STAGES or self.contact is not Contact.LIVE:
            return slot.seconds
        return slot.seconds + max(0.0, self.now - self.heard.get(slot.number, self.now))


def after_event(shown: Shown, event: Event, now: float) -> Shown:
    """The screen after the engine said something."""
    match event:
        case BenchState():
            return _after_state(shown, event, now)
        case SlotChanged(slot=slot):
            return _after_slot(shown, slot, now)
        case BenchChanged(bar=bar, recent=recent, notices=notices) if shown.state:
            return replace(shown, state=BenchState(bar=bar, slots=shown.state.slots, recent=recent, notices=notices))
        case ScanAnswer(outcome=outcome, text=text, sentence=sentence, slot=number):
            answer = Answer(outcome.value, text, sentence)
            known = any(slot.number == number for slot in shown.slots)
            shown = replace(shown, answer=answer)
            return replace(shown, focus=number, page=0) if known else shown
        case Goodbye(sentence=sentence):
            return replace(
                shown, contact=Contact.LOST, problem=wording.ENGINE_ENDED.format(why=sentence), question=None
            )
        case _:
            return shown


def _after_state(shown: Shown, state: BenchState, now: float) -> Shown:
    numbers = [slot.number for slot in state.slots]
    return replace(
        shown,
        state=state,
        contact=Contact.LIVE,
        problem="",
        focus=shown.focus if shown.focus in numbers else min(numbers, default=1),
        page=0,
        now=now,
        heard=dict.fromkeys(numbers, now),
    )


def _after_slot(shown: Shown, slot: SlotState, now: float) -> Shown:
    if shown.state is None:
        return shown
    before = next((old for old in shown.slots if old.number == slot.number), None)
    slots = tuple(
        sorted([*(old for old in shown.slots if old.number != slot.number), slot], key=lambda one: one.number)
    )
    state = BenchState(bar=shown.state.bar, slots=slots, recent=shown.state.recent, notices=shown.state.notices)
    fresh = before is None or before.attempt_id != slot.attempt_id or before.stage is not slot.stage
    question = shown.question
    if question and question.slot == slot.number and slot.stage not in BUSY_STAGES:
        question = None
    return replace(
        shown,
        state=state,
        now=now,
        heard={**shown.heard, slot.number: now},
        page=0 if fresh and slot.number == shown.focus else shown.page,
        question=question,
    )


def cue_of(before: Shown, event: Event) -> Cue | None:
    """What is to be heard for an event, if anything. A whole state is never heard: it is old news."""
    match event:
        case ScanAnswer(outcome=outcome):
            return Cue(outcome.value)
        case SlotChanged(slot=slot):
            was = next((old.stage for old in before.slots if old.number == slot.number), None)
            if was is slot.stage or was is None:
                return None
            if slot.stage is Stage.ABORTED:
                return Cue.ABORTED
            if slot.stage is Stage.DONE and slot.verdict is not None:
                return _verdict_cue(slot.verdict)
    return None


def _verdict_cue(verdict: Verdict) -> Cue:
    if verdict in MAY_SHIP:
        return Cue.PASS
    return Cue.FAIL if verdict is Verdict.FAIL else Cue.REVIEW


def after_act(shown: Shown, act: Act, now: float) -> tuple[Shown, Act | None]:
    """The screen after a key, and what must be done now besides: STOP (the slot in focus), LEAVE or ESCAPE."""
    question = shown.question
    if question and act is question.act:
        if now - question.since < QUESTION_OPENS:
            return shown, None
        return _answered(replace(shown, question=None), question)
    shown = replace(shown, question=None)
    match act:
        case Act.HELP:
            return replace(shown, helping=not shown.helping), None
        case Act.NEXT_SLOT:
            return _next_slot(shown), None
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


def after_time(shown: Shown, now: float, clock: str) -> Shown:
    """The screen a moment later: the clock, and a question nobody answered."""
    question = shown.question
    if question and now - question.since > QUESTION_CLOSES:
        question = None
    return replace(shown, now=now, clock=clock, question=question)


def _answered(shown: Shown, question: Question) -> tuple[Shown, Act | None]:
    if question.act is Act.STOP:
        sentence = wording.STOPPING.format(slot=question.slot)
        return replace(shown, focus=question.slot, answer=Answer("note", "", sentence)), Act.STOP
    return shown, question.act


def _next_slot(shown: Shown) -> Shown:
    numbers = [slot.number for slot in shown.slots]
    if not numbers:
        return shown
    place = numbers.index(shown.focus) if shown.focus in numbers else -1
    return replace(shown, focus=numbers[(place + 1) % len(numbers)], page=0, helping=False)


def _ask_stop(shown: Shown, now: float) -> Shown:
    slot = shown.slot
    if shown.contact is not Contact.LIVE:
        return replace(shown, answer=Answer("note", "", wording.AWAY))
    if slot is None or slot.stage not in BUSY_STAGES:
        return replace(shown, answer=Answer("note", "", wording.NOTHING_RUNS.format(slot=shown.focus)))
    sentence = wording.ASK_STOP.format(slot=slot.number)
    return replace(shown, question=Question(Act.STOP, sentence, now, slot.number))


def _ask_leave(shown: Shown, now: float) -> tuple[Shown, Act | None]:
    if shown.kept:
        why = wording.KEPT_LOST.format(count=wording.many(len(shown.kept), "scan"))
    elif any(slot.stage in BUSY_STAGES for slot in shown.slots):
        why = wording.STILL_TESTING
    else:
        return shown, Act.LEAVE
    return replace(shown, question=Question(Act.LEAVE, wording.ASK_LEAVE.format(why=why), now)), None
