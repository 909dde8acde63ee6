"""What the command barcodes do: they answer what a slot asks, take back, move on, and put a laptop aside.

They speak to the slot in focus: the one that was named by SLOT, chosen on the screen, or given the last laptop.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from station.bench import wording
from station.bench.command_codes import CommandCode, Verb
from station.bench.floor import Floor
from station.bench.keeper import Keeper
from station.bench.protocol import ScanOutcome
from station.bench.slot import Slot
from station.clock import Clock
from station.store.bench_store import StoreRefused

__all__ = ["Obeyed", "Obeying"]

PROMISE_S: Final = 15.0
"""Seconds for which SLOT N promises that slot to the next laptop (domain/tui.md section 4)."""

_ANSWERS: Final = {Verb.PASS: "pass", Verb.FAIL: "fail"}


class Obeyed(Struct, frozen=True):
    """What came of a command, in one sentence, and the slot that it spoke to."""

    outcome: ScanOutcome
    sentence: str
    slot: int = 0


class Obeying:
    """The focus of one bench, and the commands that speak to it."""

    def __init__(self, floor: Floor, keeper: Keeper, clock: Clock) -> None:
        self._floor = floor
        self._keeper = keeper
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

    async def obey(self, command: CommandCode, how: str = "barcode") -> Obeyed:
        """Does what a command asks; `how` it was given is evidence: "barcode" or "key"."""
        if command.verb is Verb.SLOT:
            return self._turn_to(command.slot)
        if command.verb is Verb.UNDO and self.promised:
            self._promise = (0, float("-inf"))
            self._floor.focus_changed()
            return Obeyed(ScanOutcome.ACCEPTED, wording.UNDONE_SLOT, self.focus)
        slot = self._floor.slots.get(self.focus)
        if slot is None:
            return Obeyed(ScanOutcome.REFUSED, wording.no_such_slot(self.focus))
        match command.verb:
            case Verb.PASS | Verb.FAIL:
                return self._answer(slot, command.verb, how)
            case Verb.NEXT:
                return self._next(slot, how)
            case Verb.UNDO:
                return await self._undo(slot)
            case Verb.HOLD:
                return await self._hold(slot)

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

    def _answer(self, slot: Slot, verb: Verb, how: str) -> Obeyed:
        asked = slot.state.question
        if not slot.answer(_ANSWERS[verb], self._floor.operator, how):
            return Obeyed(ScanOutcome.REFUSED, wording.asks_nothing(slot.number), slot.number)
        return Obeyed(ScanOutcome.ACCEPTED, wording.answered(slot.number, verb.value, asked), slot.number)

    def _next(self, slot: Slot, how: str) -> Obeyed:
        asked = slot.state.question
        if slot.answer("skipped", self._floor.operator, how):
            return Obeyed(ScanOutcome.ACCEPTED, wording.skipped(slot.number, asked), slot.number)
        numbers = sorted(self._floor.slots)
        following = numbers[(numbers.index(slot.number) + 1) % len(numbers)]
        self.focus = following
        self._floor.focus_changed()
        return Obeyed(ScanOutcome.ACCEPTED, wording.focused(following, waits=False), following)

    async def _undo(self, slot: Slot) -> Obeyed:
        try:
            serial = await slot.undo(self._floor.operator)
        except StoreRefused:
            return Obeyed(ScanOutcome.REFUSED, wording.DISK_REFUSES, slot.number)
        if serial is None:
            return Obeyed(ScanOutcome.REFUSED, wording.NOTHING_TO_UNDO, slot.number)
        sentence = wording.released(serial) if serial else wording.taken_back(slot.number)
        return Obeyed(ScanOutcome.ACCEPTED, sentence, slot.number)

    async def _hold(self, slot: Slot) -> Obeyed:
        serial = slot.state.serial
        if not serial:
            return Obeyed(ScanOutcome.REFUSED, wording.nothing_to_hold(slot.number), slot.number)
        if slot.state.held:
            return Obeyed(ScanOutcome.KNOWN, wording.held_already(serial), slot.number)
        try:
            await slot.hold(self._floor.operator)
        except StoreRefused:
            return Obeyed(ScanOutcome.REFUSED, wording.DISK_REFUSES, slot.number)
        return Obeyed(ScanOutcome.ACCEPTED, wording.held(serial), slot.number)
