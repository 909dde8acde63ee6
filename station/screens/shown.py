"""What the screen shows, as one immutable value, and how events change it. Pure: no clock, no Textual.

The slot in view is the slot to which command barcodes speak, always: who presses PASS sees what is passed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final

from station.bench.protocol import (
    Answering,
    BenchBar,
    BenchChanged,
    BenchState,
    Event,
    Goodbye,
    ScanAnswer,
    ScanOutcome,
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
    "Question",
    "Seen",
    "Shown",
    "after_event",
    "after_time",
    "asked_of",
    "chooses",
    "looking_at",
]

BUSY_STAGES: Final = frozenset({Stage.COLLECTING, Stage.ASKING, Stage.JUDGING, Stage.SAVING})
"""An attempt runs."""

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
    PASS = "pass"
    FAIL = "fail"
    NEXT = "next"
    CHOICE = "choice"
    UNDO = "undo"
    HOLD = "hold"
    LEAVE = "leave"
    ESCAPE = "escape"
    HINT_LEAVE = "hint leave"


@dataclass(frozen=True, slots=True)
class Answer:
    """The last thing said about a scan or a key. `look` is a row of `theme.ANSWERS`; a fresh one flashes."""

    look: str
    text: str
    sentence: str
    fresh: bool = True


@dataclass(frozen=True, slots=True)
class Seen:
    """What was in view when a key was pressed: the slot (0: none), its attempt, and the turn of what it asks."""

    slot: int = 0
    attempt_id: str = ""
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Question:
    """A question that the second press of the same key answers with yes. `seen` is what was in view when it was put."""

    act: Act
    sentence: str
    since: float
    seen: Seen = Seen()

    @property
    def slot(self) -> int:
        """The slot of which it is asked; 0: of none."""
        return self.seen.slot


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything the screen paints. `heard` is when each slot last spoke, and `asked` when the question in view came
    up, both on the same clock as `now`. `kept` names the scans that wait here, `kept_more` counts the others; of all of
    them `kept_at_risk` are in memory alone.
    """

    state: BenchState | None = None
    contact: Contact = Contact.STARTING
    problem: str = ""
    typed: str = ""
    answer: Answer | None = None
    kept: tuple[str, ...] = ()
    kept_more: int = 0
    kept_at_risk: int = 0
    focus: int = 1
    page: int = 0
    pages: int = 1
    question: Question | None = None
    helping: bool = False
    clock: str = ""
    now: float = 0.0
    asked: float = float("-inf")
    heard: Mapping[int, float] = field(default_factory=dict)

    @property
    def slots(self) -> tuple[SlotState, ...]:
        return self.state.slots if self.state else ()

    @property
    def slot(self) -> SlotState | None:
        """The slot in focus."""
        return next((slot for slot in self.slots if slot.number == self.focus), self.slots[0] if self.slots else None)

    @property
    def seen(self) -> Seen:
        """What a key that is pressed now is about."""
        slot = self.slot
        return Seen(slot.number, slot.attempt_id, slot.turn) if slot else Seen()

    @property
    def kept_count(self) -> int:
        """How many scans wait here."""
        return len(self.kept) + self.kept_more

    def seconds(self, slot: SlotState) -> float:
        """How long the slot's attempt has taken by now, also while the engine has nothing new to say."""
        if slot.stage not in BUSY_STAGES or self.contact is not Contact.LIVE:
            return slot.seconds
        return slot.seconds + max(0.0, self.now - self.heard.get(slot.number, self.now))


def asked_of(slot: SlotState) -> str:
    """What the technician is asked about the laptop in a slot, while an attempt runs; else empty."""
    return slot.question if slot.stage in BUSY_STAGES else ""


def chooses(shown: Shown) -> bool:
    """True where a number from 1 to 9 answers what is asked in view."""
    slot = shown.slot
    return slot is not None and asked_of(slot) != "" and slot.guide.answering in _BY_NUMBER


_BY_NUMBER: Final = frozenset({Answering.SYMPTOM, Answering.NUMBER})


def after_event(shown: Shown, event: Event, now: float) -> Shown:
    """The screen after the engine said something."""
    return _asked_since(shown, _after_event(shown, event, now), now)


def looking_at(shown: Shown, slot: int, now: float) -> Shown:
    """The screen with another slot in view. What was being asked of the slot before is asked no more."""
    if slot == shown.focus:
        return shown
    return _asked_since(shown, replace(shown, focus=slot, page=0, question=None), now)


def _asked_since(before: Shown, after: Shown, now: float) -> Shown:
    """`after`, with the time at which the question that is now in view came into view."""
    return after if _asks(before) == _asks(after) else replace(after, asked=now)


def _asks(shown: Shown) -> tuple[object, ...]:
    slot = shown.slot
    return (slot.number, slot.attempt_id, slot.turn) if slot and asked_of(slot) else ()


def _after_event(shown: Shown, event: Event, now: float) -> Shown:
    match event:
        case BenchState():
            return _after_state(shown, event, now)
        case SlotChanged(slot=slot):
            return _after_slot(shown, slot, now)
        case BenchChanged(bar=bar, recent=recent, notices=notices) if shown.state:
            state = BenchState(bar=bar, slots=shown.state.slots, recent=recent, notices=notices)
            return _follow(replace(shown, state=state), shown.state.bar, bar, now)
        case ScanAnswer(outcome=outcome, text=text, sentence=sentence):
            question = None if _taken_by_scan(shown.question, event) else shown.question
            return replace(shown, answer=Answer(outcome.value, text, sentence), question=question)
        case Goodbye(sentence=sentence):
            return replace(
                shown, contact=Contact.LOST, problem=wording.ENGINE_ENDED.format(why=sentence), question=None
            )
        case _:
            return shown


def _follow(shown: Shown, before: BenchBar, bar: BenchBar, now: float) -> Shown:
    """Look at the slot to which commands speak, where that is news: an older bar must not undo a press of F2."""
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
    slots = tuple(
        sorted([*(old for old in shown.slots if old.number != slot.number), slot], key=lambda one: one.number)
    )
    state = BenchState(bar=shown.state.bar, slots=slots, recent=shown.state.recent, notices=shown.state.notices)
    another = before is None or _laptop(before) != _laptop(slot)
    fresh = another or before is None or before.stage is not slot.stage
    return replace(
        shown,
        state=state,
        now=now,
        heard={**shown.heard, slot.number: now},
        page=0 if fresh and slot.number == shown.focus else shown.page,
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
