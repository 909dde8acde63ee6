"""What the commands do, given by barcode or by key: answer what a slot asks, take back, move on, put a laptop aside.

They speak to the slot in focus: the one that SLOT named, that the screen has in view, or that got the last laptop.
Where a view beside those of the slots is shown, they speak to that view, and none of them to a slot.
"""

from __future__ import annotations

from typing import Final

from station.bench import wording
from station.bench.command_codes import SCREEN_NAMES, SCREENS, CommandCode, Verb
from station.bench.floor import Floor, Obeyed
from station.bench.focus import Focus
from station.bench.hands_on import Held
from station.bench.overriding import Overriding
from station.bench.protocol import Answering, Press, ScanOutcome, Seen, View
from station.bench.questions import Came
from station.bench.slot import Slot
from station.bench.stop_command import StopCommand
from station.bench.taking_in import TakingIn
from station.bench.viewing import FOR_VIEWS
from station.clock import Clock
from station.store.bench_store import StoreRefused

__all__ = ["BY_BARCODE", "BY_KEY", "Obeying"]

BY_BARCODE: Final = "barcode"
BY_KEY: Final = "key"
_ANSWERS: Final = {Verb.PASS: "pass", Verb.FAIL: "fail"}
_TO_A_QUESTION: Final = frozenset({Verb.PASS, Verb.FAIL, Verb.NEXT, Verb.CHOICE})
_ABOUT_STOP: Final = frozenset({Verb.STOP, Verb.UNDO})


class Obeying:
    """The commands of one bench. Its methods are called one after the other: the engine holds its lock around each."""

    def __init__(self, floor: Floor, focus: Focus, taking_in: TakingIn, overriding: Overriding, clock: Clock) -> None:
        self._floor = floor
        self._focus = focus
        self._taking_in = taking_in
        self._overriding = overriding
        self._stop = StopCommand(clock)

    def seen(self, seen: Seen) -> None:
        """A screen has painted what a slot asks."""
        slot = self._floor.slots.get(seen.slot)
        if slot is not None:
            slot.hands.seen(seen.attempt_id, seen.turn)

    async def press(self, press: Press) -> Obeyed | None:
        """A key in place of a barcode; None for a key that is none of them.

        Where what stood on the screen has changed meanwhile, it does nothing but say so.
        """
        # For the others a screen has commands of its own, or does them by itself.
        verb = next((one for one in FOR_VIEWS if one.value == press.verb), None)
        if verb is None:
            return None
        viewing = self._floor.viewing
        if not viewing.shows(press.view) or (viewing.of_slots and not self._stands(press, verb)):
            return Obeyed(ScanOutcome.REFUSED, wording.JUST_CHANGED, self._focus.slot if viewing.of_slots else 0)
        return await self.obey(CommandCode(verb, press.choice if verb is Verb.CHOICE else 0), BY_KEY)

    def _stands(self, press: Press, verb: Verb) -> bool:
        """True where the slot in focus is still as it stood on the screen."""
        slot = self._floor.slots.get(self._focus.slot)
        if slot is None or press.slot != self._focus.slot:
            return False
        if verb is not Verb.UNDO and press.attempt_id != slot.state.attempt_id:
            return False
        return verb not in _TO_A_QUESTION or press.turn == slot.state.turn

    async def obey(self, command: CommandCode, how: str = BY_BARCODE) -> Obeyed:
        """Does what a command asks; `how` it was given is evidence."""
        if command.verb not in _ABOUT_STOP:
            self._stop.forget()
        try:
            match command.verb:
                case Verb.SCREEN:
                    return await self.show(SCREENS[command.number - 1])
                case Verb.SIGNOFF:
                    return await self.sign_off()
                case Verb.HELP | Verb.MORE:
                    self._floor.leaf(command.verb.value)
                    return Obeyed(ScanOutcome.ACCEPTED, wording.LEAFED[command.verb.value])
                case Verb.STOP if not self._floor.viewing.of_slots:
                    return Obeyed(ScanOutcome.REFUSED, wording.STOP_IS_FOR_SLOTS)
                case Verb.SLOT:
                    return await self._turn_to(command.number)
                case verb if verb in FOR_VIEWS and not self._floor.viewing.of_slots:
                    return await self._to_the_view(command)
                case _:
                    return await self._to_a_slot(command, how)
        except StoreRefused:
            return Obeyed(ScanOutcome.REFUSED, wording.NOT_SAVED, self._focus.slot)

    async def show(self, view: View) -> Obeyed:
        """Shows another view."""
        why = await self._floor.viewing.show(view, self._floor.people.who)
        if why:
            return Obeyed(ScanOutcome.REFUSED, why)
        return Obeyed(ScanOutcome.ACCEPTED, wording.shown(SCREEN_NAMES[view]))

    async def sign_off(self) -> Obeyed:
        """Whoever is signed in leaves the bench. Raises `StoreRefused`."""
        badged = await self._floor.people.sign_off()
        return Obeyed(badged.outcome, badged.sentence)

    async def _to_the_view(self, command: CommandCode) -> Obeyed:
        people, viewing = self._floor.people, self._floor.viewing
        if viewing.takes_names and people.missing:
            return Obeyed(ScanOutcome.REFUSED, wording.SIGN_IN)
        came = await viewing.obey(command, people.who)
        return Obeyed(came.outcome, came.sentence)

    async def _to_a_slot(self, command: CommandCode, how: str) -> Obeyed:
        slot = self._floor.slots.get(self._focus.slot)
        if slot is None:
            return Obeyed(ScanOutcome.REFUSED, wording.no_such_slot(self._focus.slot))
        if command.verb is Verb.STOP:
            return self._stop.give(slot)
        if command.verb is Verb.UNDO and self._stop.take_back(slot):
            return Obeyed(ScanOutcome.ACCEPTED, wording.not_stopped(slot.number), slot.number)
        looks_on = command.verb is Verb.NEXT and not slot.state.question
        if self._floor.people.missing and not looks_on:
            return Obeyed(ScanOutcome.REFUSED, wording.SIGN_IN, slot.number)
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
            case _:
                return self._overriding.go(slot)

    async def _turn_to(self, number: int) -> Obeyed:
        slot = self._floor.slots.get(number)
        if slot is None:
            return Obeyed(ScanOutcome.REFUSED, wording.no_such_slot(number))
        takes = slot.free or slot.waits
        if not takes and not slot.busy:
            return Obeyed(ScanOutcome.REFUSED, wording.no_laptop_in(number), number)
        if not self._floor.viewing.of_slots:
            # Whoever speaks to a slot wants to see it.
            await self._floor.viewing.show(View.BENCH, self._floor.people.who)
        if takes:
            self._focus.promise(number)
        else:
            self._focus.look_at(number)
        return Obeyed(ScanOutcome.ACCEPTED, wording.focused(number, takes), number)

    async def _answer(self, slot: Slot, verb: Verb, how: str) -> Obeyed:
        asked = slot.state.question
        came = await slot.hands.answer(_ANSWERS[verb], self._floor.people.name, how)
        if came is Came.ANSWERED:
            return Obeyed(ScanOutcome.ACCEPTED, wording.answered(slot.number, verb.value, asked), slot.number)
        return _told(came, slot)

    async def _choose(self, slot: Slot, number: int, how: str) -> Obeyed:
        before = slot.state
        came = await slot.hands.choose(number, self._floor.people.name, how)
        if came is not Came.ANSWERED:
            return _told(came, slot)
        match before.guide.answering:
            case Answering.NUMBER:
                sentence = wording.number_right(slot.number, number)
            case Answering.REASON:
                sentence = wording.reason_taken(slot.number, before.guide.choices[number - 1])
            case _:
                sentence = wording.failed(slot.number, before.guide.choices[number - 1])
        return Obeyed(ScanOutcome.ACCEPTED, sentence, slot.number)

    async def _next(self, slot: Slot, how: str) -> Obeyed:
        asked = slot.state.question
        came = await slot.hands.answer("skipped", self._floor.people.name, how)
        if came is Came.ANSWERED:
            return Obeyed(ScanOutcome.ACCEPTED, wording.skipped(slot.number, asked), slot.number)
        if came is not Came.NOTHING:
            return _told(came, slot)
        others = sorted(number for number, one in self._floor.slots.items() if one.free or one.busy or one.waits)
        following = next((number for number in others if number > slot.number), others[0] if others else slot.number)
        self._focus.look_at(following)
        return Obeyed(ScanOutcome.ACCEPTED, wording.focused(following, waits=False), following)

    async def _undo(self, slot: Slot) -> Obeyed:
        """Takes back what was done last: what a badge was asked for, a promise, a label, or an act at the slot."""
        if self._floor.people.ask_no_more():
            return Obeyed(ScanOutcome.ACCEPTED, wording.UNDONE_ASKING, slot.number)
        labels, disputed = self._taking_in.labels, self._taking_in.labels.disputed(slot.number)
        promised, waited = self._focus.promised_at, labels.waited_at
        stopped = disputed.at if disputed is not None else float("-inf")
        latest = max(promised, waited, stopped)
        if latest > float("-inf") and latest >= slot.hands.acted_at:
            if latest == promised:
                self._focus.forget_promise()
                return Obeyed(ScanOutcome.ACCEPTED, wording.UNDONE_SLOT, slot.number)
            if latest == waited:
                serial = await self._taking_in.take_waiting_back()
                return Obeyed(ScanOutcome.ACCEPTED, wording.label_taken_back(serial))
            serial = await self._taking_in.take_label_back(slot)
            return Obeyed(ScanOutcome.ACCEPTED, wording.label_taken_back(serial), slot.number)
        undone = await slot.hands.undo(self._floor.people.name)
        if undone is None:
            return await self._undo_verdict(slot)
        if undone.unfinished:
            return Obeyed(ScanOutcome.ACCEPTED, wording.back_to_question(slot.number), slot.number)
        if not undone.serial:
            return Obeyed(ScanOutcome.ACCEPTED, wording.taken_back(slot.number), slot.number)
        await self._floor.holds_changed()
        if undone.ended_before:
            return Obeyed(ScanOutcome.KNOWN, wording.released_before(undone.serial), slot.number)
        return Obeyed(ScanOutcome.ACCEPTED, wording.released(undone.serial), slot.number)

    async def _undo_verdict(self, slot: Slot) -> Obeyed:
        """Until its label is out, the last answer of a verdict can be taken back too: it is asked again."""
        profile = self._floor.judged_by
        if isinstance(profile, str) or not await slot.take_back(profile, self._floor.people.name):
            return Obeyed(ScanOutcome.REFUSED, wording.NOTHING_TO_UNDO, slot.number)
        self._floor.labels_called_back()
        return Obeyed(ScanOutcome.ACCEPTED, wording.verdict_taken_back(slot.number), slot.number)

    async def _hold(self, slot: Slot) -> Obeyed:
        disputed = self._taking_in.labels.disputed(slot.number)
        if disputed is not None:
            return await self._taking_in.hold_both(slot, disputed)
        serial = slot.state.serial
        if not serial:
            return Obeyed(ScanOutcome.REFUSED, wording.nothing_to_hold(slot.number), slot.number)
        held = await slot.hands.hold(self._floor.people.name)
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
