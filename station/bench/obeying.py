"""What the commands do, given by barcode or by key: answer what a slot asks, take back, move on, put a laptop aside.

They speak to the slot in focus: the one that SLOT named, that the screen has in view, or that got the last laptop.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from station.bench import wording
from station.bench.command_codes import CommandCode, Verb
from station.bench.floor import Floor
from station.bench.hands_on import Held
from station.bench.protocol import Answering, Press, ScanOutcome, Seen
from station.bench.questions import Came
from station.bench.slot import Slot
from station.clock import Clock
from station.store.bench_store import StoreRefused

__all__ = ["BY_BARCODE", "BY_KEY", "Obeyed", "Obeying"]

PROMISE_S: Final = 15.0
"""Seconds for which SLOT N promises that slot to the next laptop (domain/tui.md section 4)."""

BY_BARCODE: Final = "barcode"
BY_KEY: Final = "key"
_ANSWERS: Final = {Verb.PASS: "pass", Verb.FAIL: "fail"}
_TO_A_QUESTION: Final = frozenset({Verb.PASS, Verb.FAIL, Verb.NEXT, Verb.CHOICE})


class Obeyed(Struct, frozen=True):
    """What came of a command, in one sentence, and the slot that it spoke to."""

    outcome: ScanOutcome
    sentence: str
    slot: int = 0


class Obeying:
    """The focus of one bench, and the commands that speak to it."""

    def __init__(self, floor: Floor, clock: Clock) -> None:
        self._floor = floor
        self._clock = clock
        self._promise: tuple[int, float] = (0, float("-inf"))
        self.focus = 1

    @property
    def promised(self) -> int:
        """The slot that the next laptop was promised to; 0 for any."""
        slot, since = self._promise
        return slot if self._clock.monotonic() - since < PROMISE_S else 0

    def look_at(self, slot: int) -> None:
        """Commands speak to this slot from now on."""
        if slot in self._floor.slots and slot != self.focus:
            self.focus = slot
            self._floor.focus_changed()

    def took(self, slot: int) -> None:
        """A laptop began in this slot: commands speak to it, and the promise is kept."""
        self._promise = (0, float("-inf"))
        self.focus = slot
        self._floor.focus_changed()

    def seen(self, seen: Seen) -> None:
        """A screen has painted what a slot asks."""
        slot = self._floor.slots.get(seen.slot)
        if slot is not None:
            slot.hands.seen(seen.attempt_id, seen.turn)

    async def press(self, press: Press) -> Obeyed | None:
        """A key in place of a barcode; None for a key that is none of them.

        Where what stood on the screen has changed meanwhile, it does nothing but say so.
        """
        verb = next((one for one in Verb if one.value == press.verb and one is not Verb.SLOT), None)
        if verb is None:
            return None
        slot = self._floor.slots.get(self.focus)
        seen = slot is not None and press.slot == self.focus
        if seen and slot is not None and verb is not Verb.UNDO:
            seen = press.attempt_id == slot.state.attempt_id
        if seen and slot is not None and verb in _TO_A_QUESTION:
            seen = press.turn == slot.state.turn
        if not seen:
            return Obeyed(ScanOutcome.REFUSED, wording.JUST_CHANGED, self.focus)
        return await self.obey(CommandCode(verb, press.choice if verb is Verb.CHOICE else 0), BY_KEY)

    async def obey(self, command: CommandCode, how: str = BY_BARCODE) -> Obeyed:
        """Does what a command asks; `how` it was given is evidence."""
        if command.verb is Verb.SLOT:
            return self._turn_to(command.number)
        slot = self._floor.slots.get(self.focus)
        if slot is None:
            return Obeyed(ScanOutcome.REFUSED, wording.no_such_slot(self.focus))
        try:
            match command.verb:
                case Verb.PASS | Verb.FAIL:
                    return await self._answer(slot, command.verb, how)
                case Verb.CHOICE:
                    return await self._choose(slot, command.number, how)
                case Verb.NEXT:
                    return await self._next(slot, how)
                case Verb.UNDO:
                    return await self._undo(slot)
                case Verb.HOLD:
                    return await self._hold(slot)
        except StoreRefused:
            return Obeyed(ScanOutcome.REFUSED, wording.NOT_SAVED, slot.number)

    def _turn_to(self, number: int) -> Obeyed:
        slot = self._floor.slots.get(number)
        if slot is None:
            return Obeyed(ScanOutcome.REFUSED, wording.no_such_slot(number))
        if not slot.free and not slot.busy:
            return Obeyed(ScanOutcome.REFUSED, wording.no_laptop_in(number), number)
        self.focus = number
        if slot.free:
            self._promise = (number, self._clock.monotonic())
        self._floor.focus_changed()
        return Obeyed(ScanOutcome.ACCEPTED, wording.focused(number, slot.free), number)

    async def _answer(self, slot: Slot, verb: Verb, how: str) -> Obeyed:
        asked = slot.state.question
        came = await slot.hands.answer(_ANSWERS[verb], self._floor.operator, how)
        if came is Came.ANSWERED:
            return Obeyed(ScanOutcome.ACCEPTED, wording.answered(slot.number, verb.value, asked), slot.number)
        return _told(came, slot)

    async def _choose(self, slot: Slot, number: int, how: str) -> Obeyed:
        before = slot.state
        came = await slot.hands.choose(number, self._floor.operator, how)
        if came is not Came.ANSWERED:
            return _told(came, slot)
        if before.guide.answering is Answering.NUMBER:
            sentence = wording.number_right(slot.number, number)
        else:
            sentence = wording.failed(slot.number, before.guide.choices[number - 1])
        return Obeyed(ScanOutcome.ACCEPTED, sentence, slot.number)

    async def _next(self, slot: Slot, how: str) -> Obeyed:
        asked = slot.state.question
        came = await slot.hands.answer("skipped", self._floor.operator, how)
        if came is Came.ANSWERED:
            return Obeyed(ScanOutcome.ACCEPTED, wording.skipped(slot.number, asked), slot.number)
        if came is not Came.NOTHING:
            return _told(came, slot)
        others = sorted(number for number, one in self._floor.slots.items() if one.free or one.busy)
        following = next((number for number in others if number > slot.number), others[0] if others else slot.number)
        self.focus = following
        self._floor.focus_changed()
        return Obeyed(ScanOutcome.ACCEPTED, wording.focused(following, waits=False), following)

    async def _undo(self, slot: Slot) -> Obeyed:
        if self.promised and self._promise[1] >= slot.hands.acted_at:
            self._promise = (0, float("-inf"))
            self._floor.focus_changed()
            return Obeyed(ScanOutcome.ACCEPTED, wording.UNDONE_SLOT, self.focus)
        undone = await slot.hands.undo(self._floor.operator)
        if undone is None:
            return Obeyed(ScanOutcome.REFUSED, wording.NOTHING_TO_UNDO, slot.number)
        if undone.unfinished:
            return Obeyed(ScanOutcome.ACCEPTED, wording.back_to_question(slot.number), slot.number)
        if not undone.serial:
            return Obeyed(ScanOutcome.ACCEPTED, wording.taken_back(slot.number), slot.number)
        await self._floor.holds_changed()
        if undone.ended_before:
            return Obeyed(ScanOutcome.KNOWN, wording.released_before(undone.serial), slot.number)
        return Obeyed(ScanOutcome.ACCEPTED, wording.released(undone.serial), slot.number)

    async def _hold(self, slot: Slot) -> Obeyed:
        serial = slot.state.serial
        if not serial:
            return Obeyed(ScanOutcome.REFUSED, wording.nothing_to_hold(slot.number), slot.number)
        held = await slot.hands.hold(self._floor.operator)
        if held is Held.EARLY:
            return Obeyed(ScanOutcome.REFUSED, wording.too_early_to_hold(serial), slot.number)
        await self._floor.holds_changed()
        if held is Held.ALREADY:
            return Obeyed(ScanOutcome.KNOWN, wording.held_already(serial), slot.number)
        return Obeyed(ScanOutcome.ACCEPTED, wording.held(serial), slot.number)


def _told(came: Came, slot: Slot) -> Obeyed:
    """What came of an answer that is no answer yet, or none at all."""
    outcome = ScanOutcome.ACCEPTED if came in (Came.LISTED, Came.NUMBER) else ScanOutcome.REFUSED
    return Obeyed(outcome, wording.came_of_answer(came.value, slot.number, len(slot.state.guide.choices)), slot.number)
