"""What a technician does at one slot: answers what is asked, puts the laptop aside, and takes the last of it back.

An answer is on the disk before it counts. Taking back goes in the order in which things were done, and each act knows
what it spoke to: a hold that was ended by somebody else is not ended again.
"""

from __future__ import annotations

import asyncio
from enum import Enum
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from hardware.evidence.bundle import MOST_ITEMS, Item
from specs.profile import Profile
from station.bench.labels import put_on_hold, take_off_hold
from station.bench.questions import Questions

if TYPE_CHECKING:
    from station.bench.slot import Slot

__all__ = ["ANSWER_SETTLES_S", "HandsOn", "Held", "Undone"]

ANSWER_SETTLES_S: Final = 3.0
"""Seconds after the last answer that weighs in which it can still be taken back, before the attempt goes on."""


class Held(Enum):
    """What became of HOLD. `early`: the laptop's attempt is not open yet."""

    NEW = "new"
    ALREADY = "already"
    EARLY = "early"


class Undone(Struct, frozen=True):
    """What was taken back: an answer (no serial), or the hold on a laptop, which may have been ended before."""

    serial: str = ""
    ended_before: bool = False


class _Act(Struct, frozen=True):
    """An answer (no hold), or a hold on a laptop with its attempt. `at` is by the monotonic clock."""

    at: float
    hold_id: str = ""
    serial: str = ""
    attempt_id: str = ""


class HandsOn:
    """One slot's technician. Its methods are called one after the other: the engine holds its lock around each."""

    def __init__(self, slot: Slot) -> None:
        self._slot = slot
        self._questions: Questions | None = None
        self._acts: list[_Act] = []
        self._something = asyncio.Event()
        self._settling = asyncio.Lock()
        self._answered_at = float("-inf")

    @property
    def acted_at(self) -> float:
        """When the last act that can be taken back was done, by the monotonic clock."""
        return self._acts[-1].at if self._acts else float("-inf")

    def forget(self) -> None:
        """Another laptop: nothing is asked, and nothing can be taken back."""
        self._questions = None
        self._acts.clear()

    def begin(self, profile: Profile) -> None:
        """Asks the profile's questions from now on."""
        self._questions = Questions(profile, self._slot.clock.wall(), self._slot.clock.monotonic())
        self._ask()

    async def answer(self, answer: str, by: str, how: str) -> bool:
        """Takes "pass", "fail" or "skipped" to what is asked now; False where nothing is.

        Raises `StoreRefused` where the disk refuses, and then it is asked still.
        """
        questions, slot = self._questions, self._slot
        if questions is None or not slot.state.question:
            return False
        async with self._settling:
            now = (slot.clock.wall(), slot.clock.monotonic())
            if not questions.answer(answer, by, how, *now):
                return False
            try:
                await self._keep(questions)
            except BaseException:
                questions.undo(*now)
                raise
            self._acts.append(_Act(slot.clock.monotonic()))
            self._answered_at = asyncio.get_running_loop().time()
        self._ask()
        return True

    async def hold(self, by: str) -> Held:
        """Puts the laptop of this slot on hold. Raises `StoreRefused`, and then nothing has happened."""
        slot = self._slot
        serial, attempt_id = slot.state.serial, slot.state.attempt_id
        if not attempt_id:
            return Held.EARLY
        hold_id, new = await slot.keeper.ask(lambda store: put_on_hold(store, serial, attempt_id, by))
        if not new:
            return Held.ALREADY
        self._acts.append(_Act(slot.clock.monotonic(), hold_id, serial, attempt_id))
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
        async with self._settling:
            taken = questions.undo(slot.clock.wall(), slot.clock.monotonic()) if questions is not None else None
            if questions is None or taken is None:
                return None
            try:
                await self._keep(questions)
            except BaseException:
                questions.put_back(taken)
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
        if questions.waiting:
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
        if self._slot.state.question:
            self._ask()
        return item

    def look_again(self) -> None:
        """Something else has changed that the attempt may wait for: the bench closes."""
        self._something.set()

    async def _keep(self, questions: Questions) -> None:
        """The answers so far, in the spool of the attempt: they outlive the bench like all its evidence."""
        attempt_id, item = self._slot.state.attempt_id, questions.item()
        await self._slot.keeper.ask(lambda store: store.spool_again(attempt_id, MOST_ITEMS, questions.item_id, item))

    def _ask(self) -> None:
        """Shows the question that is asked now, and lets the attempt look again."""
        questions = self._questions
        current = questions.current if questions is not None else None
        self._slot.update(
            question=current.look if current else "",
            question_place=questions.place if questions and current else 0,
            questions=questions.count if questions else 0,
        )
        self._something.set()
