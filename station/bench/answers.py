"""A technician's answers: what comes of one, and all of them as evidence, the item `operator`. Pure.

How the item is judged is `hardware.evidence.operator`'s; this is the bench's own side of it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import Enum
from typing import Final

import msgspec
from msgspec import Struct

from hardware.evidence.bundle import Item, make_item
from station.bench.tasks import Task

__all__ = ["OPERATOR_ITEM", "Answer", "Came", "Challenge", "answers_in", "answers_item", "stands"]

OPERATOR_ITEM: Final = "operator"


class Challenge(Struct, frozen=True):
    """One number that stood on the laptop's screen, and the one that was given."""

    asked: int
    given: int


class Answer(Struct, frozen=True, omit_defaults=True):
    """One answer as evidence: "pass", "fail" or "skipped", who gave it and how, and how long it took (milliseconds).

    `seen`: it stood on a screen; `ms` counts from `shown_at`, when it could first be answered. `symptom` is what is
    wrong, with the words that were chosen; `challenge` are the numbers that were given, also those before an UNDO.
    Of a reason for a retest there are only the words: nothing is wrong.
    """

    row: str
    asked: str
    answer: str
    by: str
    how: str
    shown_at: str
    ms: int
    seen: bool
    symptom: str = ""
    symptom_words: str = ""
    challenge: tuple[Challenge, ...] = ()


class Came(Enum):
    """What came of an answer. The second half are refusals: nothing has changed."""

    ANSWERED = "answered"
    LISTED = "listed"
    NUMBER = "number"
    WRONG = "wrong"
    GIVEN_UP = "given up"

    NOTHING = "nothing"
    UNSEEN = "unseen"
    UNSHOWN = "unshown"
    DOING = "doing"
    CHOOSE = "choose"
    NO_SUCH = "no such"
    NO_CHOICE = "no choice"
    REASON = "reason"
    SPENT = "spent"

    @property
    def taken(self) -> bool:
        """True where something has changed."""
        return self in _TAKEN


_TAKEN: Final = frozenset({Came.ANSWERED, Came.LISTED, Came.NUMBER, Came.WRONG, Came.GIVEN_UP})


class _Answers(Struct, frozen=True):
    answers: tuple[Answer, ...]


def answers_item(answers: Sequence[Answer]) -> Item | None:
    """The answers as evidence; None where there are none."""
    if not answers:
        return None
    return make_item(OPERATOR_ITEM, msgspec.json.encode({"answers": answers}), source="the technician")


def answers_in(data: bytes) -> tuple[Answer, ...]:
    """The answers in an item that a bench wrote, the last one for each row; none where it is no such item."""
    try:
        found = msgspec.json.decode(data, type=_Answers).answers
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ()
    last: dict[str, Answer] = {}
    for one in found:
        last.pop(one.row, None)
        last[one.row] = one
    return tuple(last.values())


def stands(task: Task, answer: Answer, has: Collection[str]) -> bool:
    """Whether an earlier answer is one to this very question, with all that such an answer needs.

    A fault that somebody has seen stands in any case: nobody gets a second look by pulling the plug.
    """
    if answer.asked != task.look:
        return False
    if task.gives_reason:
        return any(one.words == answer.symptom_words for one in task.symptoms)
    if answer.answer != "pass":
        return True
    shown = not task.exercise or task.exercise in has
    met = not task.challenge or (bool(answer.challenge) and answer.challenge[-1].asked == answer.challenge[-1].given)
    return shown and met and answer.seen and not task.ends_itself
