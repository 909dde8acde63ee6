"""What the screen shows, as one immutable value. Pure: no clock, no Textual. `following` says how news changes it.

The slot in view is the slot to which command barcodes speak, always: who presses PASS sees what is passed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from station.bench.pages import HistoryPage, Page, ReceivePage, SupervisorPage
from station.bench.protocol import (
    Answering,
    BenchState,
    SlotState,
    Stage,
    View,
)

__all__ = [
    "BUSY_STAGES",
    "SLOT_VIEWS",
    "Act",
    "Answer",
    "Contact",
    "Question",
    "Seen",
    "Shown",
    "asked_of",
    "asks",
    "chooses",
]

BUSY_STAGES: Final = frozenset({Stage.COLLECTING, Stage.ASKING, Stage.JUDGING, Stage.SAVING})
"""An attempt runs."""

SLOT_VIEWS: Final = frozenset({View.BENCH, View.SLOT})
"""The views in which a slot is in view, and the keys speak to it."""


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
    GO = "go"
    LIST = "list of screens"
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
    """What was in view when a key was pressed: the view, and in those of slots the slot (0: none), its attempt, and the
    turn of what it asks.
    """

    slot: int = 0
    attempt_id: str = ""
    turn: int = 0
    view: View = View.BENCH


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
    """Everything the screen paints. `heard` is when each slot last spoke, and `asked` when what is asked or chosen from
    in view came up, both on the same clock as `now`. `kept` names the scans that wait here, `kept_more` counts the
    others; of all of them `kept_at_risk` are in memory alone. `listing`: the list of screens is open.
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
    listing: bool = False
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
    def view(self) -> View:
        """What the bench shows."""
        return self.state.bar.view if self.state else View.BENCH

    @property
    def seen(self) -> Seen:
        """What a key that is pressed now is about."""
        slot = self.slot
        if slot is None or self.view not in SLOT_VIEWS:
            return Seen(view=self.view)
        return Seen(slot.number, slot.attempt_id, slot.turn, self.view)

    @property
    def kept_count(self) -> int:
        """How many scans wait here."""
        return len(self.kept) + self.kept_more

    def seconds(self, slot: SlotState) -> float:
        """How long the slot's attempt has taken by now, also while the engine has nothing new to say."""
        if slot.stage not in BUSY_STAGES or self.contact is not Contact.LIVE:
            return slot.seconds
        return slot.seconds + self._since_heard(slot)

    def left(self, slot: SlotState) -> float:
        """How many seconds the machine's part usually still takes by now; below 0: nobody knows."""
        if slot.stage not in BUSY_STAGES or slot.left < 0 or self.contact is not Contact.LIVE:
            return -1.0
        return max(0.0, slot.left - self._since_heard(slot))

    def _since_heard(self, slot: SlotState) -> float:
        return max(0.0, self.now - self.heard.get(slot.number, self.now))


def asked_of(slot: SlotState) -> str:
    """What the technician is asked about the laptop in a slot, while an attempt runs; else empty."""
    return slot.question if slot.stage in BUSY_STAGES else ""


def chooses(shown: Shown) -> bool:
    """True where a number from 1 to 9 answers what is asked in view, or chooses from what stands there."""
    if shown.view not in SLOT_VIEWS:
        return bool(_offered(shown.state.page if shown.state else None))
    slot = shown.slot
    return slot is not None and asked_of(slot) != "" and slot.guide.answering in _BY_NUMBER


_BY_NUMBER: Final = frozenset({Answering.SYMPTOM, Answering.NUMBER, Answering.REASON})


def _offered(page: Page | None) -> tuple[str, ...]:
    """What a number chooses from on a page, so that it is known again."""
    match page:
        case HistoryPage(rows=rows, opened=None):
            return tuple(row.attempt_id for row in rows)
        case SupervisorPage(choices=choices) if choices:
            return choices
        case SupervisorPage(holds=holds):
            return tuple(hold.serial for hold in holds if hold.number)
        case _:
            return ()


def asks(shown: Shown) -> tuple[object, ...]:
    """What is asked in view, or to be chosen from, so that it is known again; empty where nothing is."""
    if shown.view not in SLOT_VIEWS:
        page = shown.state.page if shown.state else None
        question = page.asked if isinstance(page, ReceivePage | SupervisorPage) else ""
        return (shown.view, question, *_offered(page)) if question or _offered(page) else ()
    slot = shown.slot
    if slot is None:
        return ()
    if slot.stop is not None and slot.stage is Stage.STOPPED:
        return (slot.number, slot.stop)
    if asked_of(slot):
        return (slot.number, slot.attempt_id, slot.turn)
    return (slot.number, slot.blocked) if slot.blocked else ()
