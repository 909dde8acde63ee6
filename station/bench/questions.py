"""What a person looks at on one laptop, one thing after the other, and what was answered. Pure: times are passed in.

A task that weighs is waited for; the others may be answered while the test runs. PASS and FAIL count once the question
stands on a screen; FAIL is complete with a symptom, and a PASS with a challenge once the right number was given. The
answers become the evidence item `operator`. Why a laptop is tested again is a task of its own kind: only a choice of
its reasons answers it.

    VERDICT --FAIL--> SYMPTOM --CHOICE--> answered fail          UNDO leads from SYMPTOM and NUMBER back to the question
       |  \\--NEXT--> answered skipped
       |--PASS--> answered pass
       |--PASS, with a challenge--> NUMBER --right--> answered pass
                                      |--wrong--> NUMBER (another number) --wrong--> answered skipped
    DOING --FAIL--> SYMPTOM       DOING --NEXT, or it has ended--> done
    REASON --CHOICE--> answered
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from hardware.evidence.bundle import Item
from station.bench.answers import OPERATOR_ITEM, Answer, Came, Challenge, answers_item, stands
from station.bench.protocol import Answering
from station.bench.tasks import Task
from station.clock import utc_text

__all__ = ["NUMBERS", "WRONG_NUMBERS", "Came", "Mark", "Questions"]

NUMBERS: Final = 9
"""A challenge is one of 1 to this."""
WRONG_NUMBERS: Final = 2
"""Wrong numbers after which a question can no longer be passed."""


class Mark(Struct, frozen=True):
    """Where the questions stand: all that an answer changes.

    `done` holds an answer for each task that is done, None for one that has ended by itself; `order` are the places
    that a person answered, first to last. `listing` is what is chosen from now, `tries` the numbers given so far.
    `begun` is when the question in hand could first be answered (wall, monotonic); `seen` is about this very turn.
    """

    done: dict[int, Answer | None] = {}
    order: tuple[int, ...] = ()
    listing: Answering | None = None
    tries: dict[int, tuple[Challenge, ...]] = {}
    turn: int = 1
    seen: bool = False
    begun: tuple[float, float] | None = None


class Questions:
    """The questions of one attempt. Times are seconds of the wall clock and of one that only goes forward."""

    def __init__(self, tasks: tuple[Task, ...]) -> None:
        self._tasks = tasks
        self._carried: tuple[Answer, ...] = ()
        self._closed = False
        self._mark = Mark()

    @property
    def mark(self) -> Mark:
        """Where the questions stand, for `back_to`."""
        return self._mark

    def back_to(self, mark: Mark) -> None:
        """What happened since the mark has not happened."""
        self._mark = mark

    @property
    def _at(self) -> int:
        return next((place for place in range(len(self._tasks)) if place not in self._mark.done), len(self._tasks))

    @property
    def current(self) -> Task | None:
        """The task that is asked now; None where all are done."""
        return None if self._closed or self._at >= len(self._tasks) else self._tasks[self._at]

    @property
    def place(self) -> int:
        """The number of the task that is asked now, from 1."""
        return min(self._at + 1, len(self._tasks))

    def is_done(self, place: int) -> bool:
        """True where the task of that number, from 1, is answered or has ended."""
        return place - 1 in self._mark.done

    @property
    def count(self) -> int:
        """How many tasks there are for a person."""
        return len(self._tasks)

    @property
    def turn(self) -> int:
        """Counts up each time that something else is asked, or the same again."""
        return self._mark.turn

    @property
    def answering(self) -> Answering:
        """How what is asked now is answered."""
        task = self.current
        if task is not None and task.gives_reason:
            return Answering.REASON
        usual = Answering.DOING if task is not None and task.ends_itself else Answering.VERDICT
        return self._mark.listing or usual

    @property
    def spent(self) -> bool:
        """True where the task in hand can no longer be passed: its number was wrong too often."""
        return sum(one.asked != one.given for one in self._tries) >= WRONG_NUMBERS

    @property
    def given(self) -> int:
        """How many answers there are that can be taken back."""
        return len(self._mark.order)

    @property
    def closed(self) -> bool:
        """True once no more answers are taken."""
        return self._closed

    @property
    def reason(self) -> str:
        """The code of why the laptop is tested again; empty where nobody asked, or nobody has said."""
        for place, task in enumerate(self._tasks):
            given = self._mark.done.get(place)
            if task.gives_reason and given is not None:
                return next((one.code for one in task.symptoms if one.words == given.symptom_words), "")
        return ""

    @property
    def weighs(self) -> bool:
        """True where some task weighs, done or not."""
        return any(task.weighs for task in self._tasks)

    @property
    def waiting(self) -> bool:
        """True while a task that weighs is not done: the attempt waits for it."""
        return not self._closed and any(
            task.weighs for place, task in enumerate(self._tasks) if place not in self._mark.done
        )

    def seen(self, turn: int) -> bool:
        """What is asked stands on a screen. True where that is news, and still what is asked."""
        if self.current is None or turn != self._mark.turn or self._mark.seen:
            return False
        self._change(seen=True)
        return True

    def answerable(self, wall: float, now: float) -> None:
        """The question stands on a screen, and what is to be looked at on the laptop's: the time of the answer runs."""
        if self._mark.begun is None:
            self._change(begun=(wall, now))

    def verdict(
        self, answer: str, by: str, how: str, at: tuple[float, float], *, shown: bool, over: bool = False
    ) -> Came:
        """Takes "pass", "fail" or "skipped". `at` is now by both clocks; `shown`: the laptop has shown what is to be
        looked at; `over`: it has ended without, and then that is what fails it.
        """
        task = self.current
        if task is None:
            return Came.NOTHING
        if task.gives_reason:
            return Came.REASON
        if self._mark.listing is not None:
            return Came.CHOOSE
        if answer == "skipped":
            return self._answered(answer, by, how, at)
        if not self._mark.seen:
            return Came.UNSEEN
        if task.ends_itself:
            return self._list(Answering.SYMPTOM) if answer == "fail" else Came.DOING
        if answer == "fail" and (shown or over):
            return self._list(Answering.SYMPTOM)
        if not shown:
            return Came.UNSHOWN
        if self.spent:
            return Came.SPENT
        return self._list(Answering.NUMBER) if task.challenge else self._answered(answer, by, how, at)

    def choice(self, number: int, asked: int, by: str, how: str, at: tuple[float, float], *, shown: bool) -> Came:
        """Takes a choice, from 1. `asked` is the number on the laptop's screen, where that is what is chosen."""
        task = self.current
        if task is None:
            return Came.NOTHING
        if self._mark.listing is None and not task.gives_reason:
            return Came.NO_CHOICE
        if not self._mark.seen:
            return Came.UNSEEN
        if task.gives_reason:
            if not 1 <= number <= len(task.symptoms):
                return Came.NO_SUCH
            return self._answered("pass", by, how, at, words=task.symptoms[number - 1].words)
        if self._mark.listing is Answering.SYMPTOM:
            if not 1 <= number <= len(task.symptoms):
                return Came.NO_SUCH
            symptom = task.symptoms[number - 1]
            return self._answered("fail", by, how, at, symptom.code, symptom.words)
        if not 1 <= number <= NUMBERS:
            return Came.NO_SUCH
        if not shown:
            return Came.UNSHOWN
        tries = (*self._tries, Challenge(asked, number))
        self._change(tries={**self._mark.tries, self._at: tries})
        if number == asked:
            return self._answered("pass", by, how, at)
        if self.spent:
            self._answered("skipped", by, how, at)
            return Came.GIVEN_UP
        self._list(Answering.NUMBER)
        return Came.WRONG

    def ended(self) -> bool:
        """The exercise of the task in hand has ended; True where the task has ended with it."""
        task = self.current
        if task is None or not task.ends_itself or self._mark.listing is not None:
            return False
        self._next({**self._mark.done, self._at: None}, self._mark.order)
        return True

    def ask_again(self) -> bool:
        """From a list back to its question. False where no list is open."""
        if self._mark.listing is None or self._closed:
            return False
        self._change(listing=None, turn=self._mark.turn + 1, seen=False)
        return True

    def undo(self) -> bool:
        """Takes the last answer back and asks again; False where there is none, or the attempt has closed."""
        if self._closed or not self._mark.order:
            return False
        *order, last = self._mark.order
        self._next({place: answer for place, answer in self._mark.done.items() if place != last}, tuple(order))
        return True

    def restore(self, answers: Sequence[Answer], has: Collection[str], reopened: Answer | None = None) -> None:
        """Takes over what was answered and done in the attempt that this one goes on with: nobody is asked twice.
        `answers` holds one for each row.

        `has` names the exercises whose measurements were taken over. `reopened` is an answer that was taken back: it is
        asked again and waited for, and the numbers that were given for it still count. An answer to none of these tasks
        stays evidence as it is. Only before anything is answered here.
        """
        places = {task.row: place for place, task in enumerate(self._tasks)}
        taken = [one for one in answers if one.row in places and stands(self._tasks[places[one.row]], one, has)]
        open_again = [one for one in (*answers, reopened) if one is not None and one not in taken]
        done: dict[int, Answer | None] = {
            place: None
            for place, task in enumerate(self._tasks)
            if task.ends_itself and task.exercise in has and (reopened is None or task.row != reopened.row)
        }
        if reopened is not None and reopened.row in places:
            again = msgspec.structs.replace(self._tasks[places[reopened.row]], weighs=True)
            self._tasks = tuple(again if task.row == again.row else task for task in self._tasks)
        self._carried = tuple(one for one in answers if one.row not in places)
        self._change(
            done={**done, **{places[one.row]: one for one in taken}},
            order=tuple(places[one.row] for one in taken),
            tries={places[one.row]: one.challenge for one in open_again if one.row in places and one.challenge},
        )

    def keep_reason(self) -> bool:
        """Asks for nothing but the reason of a retest from now on; False, and closed, where there is none."""
        place = next((place for place, task in enumerate(self._tasks) if task.gives_reason), None)
        if place is None:
            self._closed = True
            return False
        given = self._mark.done.get(place)
        self._tasks, self._carried = (self._tasks[place],), ()
        done: dict[int, Answer | None] = {} if given is None else {0: given}
        self._mark = Mark(done, tuple(done), turn=self._mark.turn + 1)
        return True

    def item(self) -> Item | None:
        """The answers so far, as evidence; None where there are none."""
        given = (self._mark.done[place] for place in self._mark.order)
        return answers_item((*self._carried, *(one for one in given if one is not None)))

    def close(self) -> Item | None:
        """No more answers: they are evidence now. None where nothing was answered."""
        self._closed = True
        return self.item()

    @property
    def item_id(self) -> str:
        """The evidence item that the answers become."""
        return OPERATOR_ITEM

    @property
    def _tries(self) -> tuple[Challenge, ...]:
        return self._mark.tries.get(self._at, ())

    def _list(self, listing: Answering) -> Came:
        self._change(listing=listing, turn=self._mark.turn + 1, seen=False)
        return Came.LISTED if listing is Answering.SYMPTOM else Came.NUMBER

    def _answered(
        self, answer: str, by: str, how: str, at: tuple[float, float], symptom: str = "", words: str = ""
    ) -> Came:
        task, place, mark = self._tasks[self._at], self._at, self._mark
        wall, now = mark.begun or at
        given = Answer(
            row=task.row,
            asked=task.look,
            answer=answer,
            by=by,
            how=how,
            shown_at=utc_text(wall),
            ms=max(0, round((at[1] - now) * 1000)),
            seen=mark.seen or mark.begun is not None,
            symptom=symptom,
            symptom_words=words,
            challenge=self._tries,
        )
        self._next({**mark.done, place: given}, (*mark.order, place))
        return Came.ANSWERED

    def _next(self, done: dict[int, Answer | None], order: tuple[int, ...]) -> None:
        self._change(done=done, order=order, listing=None, turn=self._mark.turn + 1, seen=False, begun=None)

    def _change(self, **changes: object) -> None:
        self._mark = msgspec.structs.replace(self._mark, **changes)
