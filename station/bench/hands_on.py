"""What a technician does at one slot: answers what is asked, puts the laptop aside, and takes the last of it back.

An answer is on the disk before it counts. Taking back goes in the order in which things were done, and each act knows
what it spoke to: a hold that was ended by somebody else is not ended again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from hardware.evidence.bundle import MOST_ITEMS, Item
from specs.profile import Profile
from station.bench import wording
from station.bench.acts import Act, Held, Undone
from station.bench.guiding import asked, guide_for
from station.bench.labels import put_on_hold, take_off_hold
from station.bench.laptop_part import LaptopPart, Runs
from station.bench.protocol import Guide
from station.bench.questions import Came, Questions
from station.bench.resuming import Kept
from station.bench.retesting import why_again
from station.bench.tasks import tasks_of
from station.store.bench_store import BenchStore

if TYPE_CHECKING:
    from station.bench.slot import Slot

__all__ = ["ANSWER_SETTLES_S", "HandsOn", "Held", "Undone"]

ANSWER_SETTLES_S: Final = 3.0
"""Seconds after the last answer that weighs in which it can still be taken back, before the attempt goes on."""


class HandsOn:
    """One slot's technician. Its methods are called one after the other: the engine holds its lock around each."""

    def __init__(self, slot: Slot) -> None:
        self._slot = slot
        self._questions: Questions | None = None
        self._laptop = LaptopPart(self._laptop_told, lambda count: slot.clock.random_bytes(count))
        self._acts: list[Act] = []
        self._something = asyncio.Event()
        self._settling = asyncio.Lock()
        self._answered_at = float("-inf")
        self._recorded = False
        """The technician's answers came with recorded evidence: what is answered here is none."""

    @property
    def acted_at(self) -> float:
        """When the last act that can be taken back was done, by the monotonic clock."""
        return self._acts[-1].at if self._acts else float("-inf")

    def forget(self) -> None:
        """Another laptop: nothing is asked, and nothing can be taken back."""
        self._questions, self._recorded = None, False
        self._laptop.begin(None)
        self._acts.clear()

    async def begin(
        self, profile: Profile, runs: Runs | None = None, *, retest_of: str = "", kept: Kept | None = None
    ) -> None:
        """Asks the profile's questions from now on; `runs` does the exercises on the laptop, where it can do any.

        `retest_of` says what became of the laptop before, where it is tested again: then why is asked first. What was
        `kept` of another attempt is answered already, and can be taken back.
        """
        tasks = tasks_of(profile, live=runs is not None)
        earlier = () if kept is None else (*kept.answers, *((kept.reopened,) if kept.reopened else ()))
        questions = Questions((*why_again(retest_of, earlier), *tasks))
        self._recorded = False
        if kept is not None:
            questions.restore(kept.answers, kept.exercises, kept.reopened)
        async with self._settling:
            if kept is not None or questions.item() is not None:
                await self._slot.keeper.insist(
                    lambda store: self._keep_in(store, questions),
                    lambda: self._slot.update(now=wording.DISK_REFUSES),
                )
            self._laptop.begin(runs)
            self._questions = questions
            self._acts = [act for act in self._acts if act.hold_id]
            self._acts += [Act(self._slot.clock.monotonic())] * questions.given
        self._ask()

    @property
    def reason(self) -> str:
        """The code of why the laptop is tested again; empty where it is not, or nobody has said."""
        return self._questions.reason if self._questions is not None else ""

    @property
    def can_reopen(self) -> bool:
        """True where answers were given here, and are no recorded ones, and the attempt has closed them."""
        questions = self._questions
        return questions is not None and questions.closed and questions.given > 0 and not self._recorded

    def seen(self, attempt_id: str, turn: int) -> None:
        """What is asked stands on a screen: it can be answered, and the laptop does its part."""
        questions = self._questions
        if questions is None or attempt_id != self._slot.state.attempt_id or not questions.seen(turn):
            return
        task = questions.current
        if task is not None and task.exercise and self._laptop.idle:
            self._start()
        self._time_answer()

    async def answer(self, answer: str, by: str, how: str) -> Came:
        """Takes "pass", "fail" or "skipped" to what is asked now.

        Raises `StoreRefused` where the disk refuses, and then nothing has happened.
        """
        shown, over = self._shown, self._questions is not None and self._laptop.has_ended(self._questions.place)
        came = await self._take(lambda questions, at: questions.verdict(answer, by, how, at, shown=shown, over=over))
        if came is Came.UNSHOWN and over:
            self._start()
        return came

    async def choose(self, number: int, by: str, how: str) -> Came:
        """Takes a choice, from 1: the symptom, or the number on the laptop's screen. Raises as `answer`."""
        shown, asked = self._shown, self._laptop.number
        came = await self._take(lambda questions, at: questions.choice(number, asked, by, how, at, shown=shown))
        if came is Came.WRONG:
            self._start()
        return came

    async def _take(self, act: Callable[[Questions, tuple[float, float]], Came]) -> Came:
        questions, slot = self._questions, self._slot
        if questions is None or not slot.state.question:
            return Came.NOTHING
        async with self._settling:
            before = questions.mark
            came = act(questions, (slot.clock.wall(), slot.clock.monotonic()))
            if not came.taken:
                return came
            if came in (Came.ANSWERED, Came.GIVEN_UP):
                try:
                    await self._keep(questions)
                except BaseException:
                    questions.back_to(before)
                    self._ask()
                    raise
                self._acts = [one for one in self._acts if not one.unfinished]
                self._acts.append(Act(slot.clock.monotonic()))
                self._answered_at = asyncio.get_running_loop().time()
            elif came is not Came.WRONG:
                self._acts.append(Act(slot.clock.monotonic(), unfinished=True))
        self._ask()
        return came

    async def hold(self, by: str) -> Held:
        """Puts the laptop of this slot on hold. Raises `StoreRefused`, and then nothing has happened."""
        slot = self._slot
        serial, attempt_id = slot.state.serial, slot.state.attempt_id
        if not attempt_id:
            return Held.EARLY
        hold_id, new = await slot.keeper.ask(lambda store: put_on_hold(store, serial, attempt_id, by))
        if not new:
            return Held.ALREADY
        self._acts.append(Act(slot.clock.monotonic(), False, hold_id, serial, attempt_id))
        return Held.NEW

    async def undo(self, by: str) -> Undone | None:
        """Takes the last act back; None where there is none. Raises `StoreRefused`, and then nothing has happened."""
        if not self._acts:
            return None
        act, slot = self._acts[-1], self._slot
        if act.hold_id:
            ended = await slot.keeper.ask(
                lambda store: take_off_hold(store, act.hold_id, act.serial, act.attempt_id, by)
            )
            self._acts.pop()
            return Undone(act.serial, ended_before=not ended)
        questions = self._questions
        if act.unfinished:
            self._acts.pop()
            if questions is None or not questions.ask_again():
                return None
            self._ask()
            return Undone(unfinished=True)
        async with self._settling:
            before = questions.mark if questions is not None else None
            if questions is None or before is None or not questions.undo():
                return None
            try:
                await self._keep(questions)
            except BaseException:
                questions.back_to(before)
                self._ask()
                raise
            self._acts.pop()
            self._answered_at = float("-inf")
        self._ask()
        return Undone()

    async def answers(self) -> bool:
        """True where the answers that weigh are there and can no longer be taken back; else it waits for a change, and
        gives False.
        """
        self._something.clear()
        async with self._settling:
            questions = self._questions  # an answer that is just being written counts once it is
        if questions is None:
            return True
        if questions.waiting or self._laptop.finishing:
            await self._something.wait()
            return False
        left = self._answered_at + ANSWER_SETTLES_S - asyncio.get_running_loop().time()
        if left <= 0 or not questions.weighs:
            return True
        try:
            async with asyncio.timeout(left):
                await self._something.wait()
        except TimeoutError:
            pass
        return False

    @property
    def waited_for(self) -> bool:
        """True while a question that weighs is open."""
        return self._questions is not None and self._questions.waiting

    async def close(self) -> Item | None:
        """Takes no answers from now on, and gives those that there are as evidence; they are in the spool already."""
        if self._questions is None:
            return None
        async with self._settling:
            item = self._questions.close()
        # An answer that is evidence cannot be taken back; a hold can.
        self._acts = [act for act in self._acts if act.hold_id]
        self._laptop.stop()
        if self._slot.state.question:
            self._ask()
        return item

    async def give_way(self) -> None:
        """Recorded answers stand, and what was answered here gives way to them, but for the reason of a retest."""
        questions = self._questions
        if questions is None:
            return
        async with self._settling:
            self._recorded = True
            questions.keep_reason()
            self._acts = [act for act in self._acts if act.hold_id]
            self._acts += [Act(self._slot.clock.monotonic())] * questions.given
        self._laptop.stop()
        self._ask()

    def look_again(self) -> None:
        """Something else has changed that the attempt may wait for: the bench closes."""
        self._something.set()

    async def _keep(self, questions: Questions) -> None:
        await self._slot.keeper.ask(lambda store: self._keep_in(store, questions))

    def _keep_in(self, store: BenchStore, questions: Questions) -> None:
        """The answers so far, in the spool of the attempt: they outlive the bench like all its evidence."""
        if not self._recorded:
            store.spool_again(self._slot.state.attempt_id, MOST_ITEMS, questions.item_id, questions.item())

    @property
    def _shown(self) -> bool:
        return self._laptop.has_shown(self._questions.current if self._questions is not None else None)

    def _laptop_told(self) -> None:
        """The laptop is further, or has ended what it does for the task in hand, and with it perhaps the task."""
        questions = self._questions
        if questions is not None and self._laptop.has_ended(questions.place) and questions.ended():
            self._ask()
            return
        self._time_answer()
        self._show_guide()
        self._something.set()

    def _time_answer(self) -> None:
        """From when the question, and what is to be looked at, can be seen, the answer is timed."""
        questions = self._questions
        if questions is None or not questions.mark.seen or questions.current is None:
            return
        if questions.current.ends_itself or self._shown:
            questions.answerable(self._slot.clock.wall(), self._slot.clock.monotonic())

    def _start(self) -> None:
        """The laptop does its part from the beginning, with another number."""
        questions = self._questions
        if questions is not None and (task := questions.current) is not None:
            self._laptop.start(task, questions.place)
            self._show_guide()

    def _ask(self) -> None:
        """Shows what is asked now, and lets the attempt look again."""
        questions = self._questions
        if questions is not None:
            if self._laptop.has_ended(questions.place):
                questions.ended()  # while a list was open
            self._laptop.leave(questions)
        current = questions.current if questions is not None else None
        self._slot.update(
            question=asked(questions, current) if questions and current else "",
            question_place=questions.place if questions and current else 0,
            questions=questions.count if questions else 0,
            turn=questions.turn if questions else 0,
            guide=guide_for(questions, current, self._laptop.how_far) if questions and current else Guide(),
        )
        self._something.set()

    def _show_guide(self) -> None:
        """Shows how far the laptop is."""
        questions = self._questions
        if questions is not None and (task := questions.current) is not None:
            guide = guide_for(questions, task, self._laptop.how_far)
            if guide != self._slot.state.guide:
                self._slot.update(guide=guide)
