"""Taking laptops in: each label finds its laptop, waits for it, stops the slot where it cannot be right, or is refused.

A label that waits is looked at again whenever somebody has come, or a slot has become free.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from station.bench import wording
from station.bench.claiming import Claim, Claimed, Conflict, Refuse, Standing, Wait, Waiting, claim, due
from station.bench.desk_journal import DeskJournal, Read
from station.bench.doubles import Doubles
from station.bench.floor import Floor, Obeyed
from station.bench.focus import Focus
from station.bench.keeper import Keeper
from station.bench.labels_in_hand import MOST_WAITING, Label, LabelsInHand
from station.bench.protocol import ScanOutcome, Stage
from station.bench.retesting import tested_before
from station.bench.slot import Slot
from station.bench.start import Start
from station.clock import Clock
from station.records import AttemptKind
from station.store.bench_store import StoreRefused
from station.store.journal import KeptLabel, ScanFate
from station.store.latest import last_verdict

__all__ = ["BY_BENCH", "TakingIn"]

BY_BENCH: Final = "bench"
"""What is said to have read a label with which the bench goes on by itself."""


class TakingIn:
    """The laptops of one bench. Its methods are called one after the other: the engine holds its lock around each."""

    def __init__(self, floor: Floor, journal: DeskJournal, keeper: Keeper, clock: Clock, focus: Focus) -> None:
        self._floor = floor
        self._journal = journal
        self._keeper = keeper
        self._clock = clock
        self._focus = focus
        self._doubles = Doubles()
        self.labels = LabelsInHand(floor.slots, journal, clock, floor.waiting_changed)
        """Those that wait, and those that stop a slot."""

    # A label is read

    async def take(self, read: Read) -> bool:
        """Takes a laptop in; True where its label is in hand now: its laptop is tested, waited for, or disputed."""
        serial, now = read.meaning.serial, self._clock.monotonic()
        here = next((one for one in self._floor.slots.values() if one.busy and _is(one, serial)), None)
        if here is not None:
            self._focus.look_at(here.number)
            await self._known(read, wording.already_here(serial, here.number), here.number)
            return False
        if self._doubles.again(serial, now):
            await self._known(read, wording.just_scanned(serial))
            return False
        why_not = self._why_not()
        if why_not:
            await self._refuse(read, why_not)
            return False
        self.labels.look_at_stops()
        label = Label(serial, read.label, read.shown, now, self._focus.promised, self._floor.gates.is_golden(serial))
        claimed = claim(serial, self._standings(), label.promised, anywhere=label.golden)
        waits = self.labels.waits(serial)
        if waits is not None and not isinstance(claimed, Claim | Conflict):
            await self._wait_on(read, label, waits)
            return False
        if waits is not None:
            # The laptop that is there now is meant: the older reading of the label waits no longer.
            await self.labels.drop(waits, ScanFate.KNOWN, wording.SCANNED_AGAIN)
        await self._no_longer_disputed(serial, claimed)
        match claimed:
            case Refuse(sentence, number):
                if number:
                    self._focus.look_at(number)  # GO, and the sentence of what to do, are about this slot
                await self._refuse(read, sentence, number)
                return False
            case Claim(slot):
                return await self._claim(read, label, self._floor.slots[slot])
            case Conflict(slot):
                return await self._conflict(read, label, self._floor.slots[slot])
            case Wait(asking):
                return await self._wait(read, label, asking=asking)

    async def _no_longer_disputed(self, serial: str, claimed: Claimed) -> None:
        """A label that stops one slot and is read again for another one stops the first no longer."""
        number = self.labels.disputing(serial)
        elsewhere = isinstance(claimed, Wait) or (isinstance(claimed, Claim | Conflict) and claimed.slot != number)
        if number and elsewhere:
            before = self.labels.let_go(number)
            self._floor.slots[number].clear_stop()
            await self.labels.settle(before, wording.SCANNED_AGAIN)

    async def _claim(self, read: Read, label: Label, slot: Slot) -> bool:
        start = await self._start(label)
        kept = await self._journal.settle(read, ScanFate.KEPT) if start is not None else None
        if start is None or kept is None:
            self._answer(read, ScanOutcome.REFUSED, wording.NOT_SAVED)
            return False
        self._doubles.take(label.serial, self._clock.monotonic())
        if not self._still(slot, label.serial):
            await self.labels.put_back(msgspec.structs.replace(label, kept=kept))
            self._answer(read, ScanOutcome.ACCEPTED, wording.waits_for_laptop(label.serial))
            return True
        await self._begin(slot, kept, start)
        self._answer(read, ScanOutcome.ACCEPTED, wording.accepted(label.serial, slot.number), slot.number)
        return True

    async def _conflict(self, read: Read, label: Label, slot: Slot) -> bool:
        sentence = _contradiction(label.serial, slot)
        disputed = self.labels.disputed(slot.number)
        if disputed is not None and disputed.serial == label.serial:
            await self._journal.settle(read, ScanFate.KNOWN, sentence)
        else:
            kept = await self._journal.settle(read, ScanFate.WAITING, sentence)
            if kept is None or not slot.free:
                self._answer(read, ScanOutcome.REFUSED, wording.NOT_SAVED if kept is None else wording.JUST_CHANGED)
                return False
            await self.labels.stop(slot, msgspec.structs.replace(label, kept=kept), sentence)
            self._focus.took(slot.number)
        self._doubles.take(label.serial, self._clock.monotonic())
        self._answer(read, ScanOutcome.REFUSED, sentence, slot.number)
        return True

    async def _wait(self, read: Read, label: Label, *, asking: bool) -> bool:
        if len(self.labels.waiting) >= MOST_WAITING:
            await self._refuse(read, wording.too_many_wait(label.serial, MOST_WAITING))
            return False
        kept = await self._journal.settle(read, ScanFate.WAITING)
        if kept is None:
            self._answer(read, ScanOutcome.REFUSED, wording.NOT_SAVED)
            return False
        self._doubles.take(label.serial, self._clock.monotonic())
        if label.promised:
            self._focus.forget_promise()
        self.labels.wait(msgspec.structs.replace(label, kept=kept, asking=asking))
        sentence = wording.asking_laptops(label.serial) if asking else self._waits(label)
        self._answer(read, ScanOutcome.ACCEPTED, sentence)
        return True

    def _waits(self, label: Label) -> str:
        """That a label waits; and how to go on where its laptop is there and says another serial number."""
        others = [one for one in self._standings() if one.free and one.says and not (one.tested or one.stopped)]
        if label.promised or len(others) != 1:
            return wording.waits_for_laptop(label.serial)
        [other] = others
        return wording.waits_unless_that_one(label.serial, other.says, other.number)

    async def _wait_on(self, read: Read, label: Label, waits: Label) -> None:
        """The label of a laptop that is waited for was read again, perhaps for another slot."""
        if label.promised:
            self.labels.promise(waits, label.promised)
            self._focus.forget_promise()
        self._doubles.take(label.serial, self._clock.monotonic())
        await self._known(read, wording.waits_already(label.serial))

    # Somebody has come, or time has passed

    async def look_again(self) -> None:
        """Somebody has come or left, or a slot is free: labels that wait find their laptops."""
        self.labels.look_at_stops()
        while self.labels.waiting and not self._why_not():
            waiting = self.labels.waiting
            standings = self._standings()
            found = due([Waiting(one.serial, one.promised, one.golden, one.asking) for one in waiting], standings)
            if found is None:
                if not any(one.free and one.asked for one in standings):
                    self.labels.all_have_said()
                return
            label = waiting[found.place]
            match found.claimed:
                case Refuse(sentence):
                    await self._give_up(label, sentence)
                case Conflict(number):
                    await self._stop_for_waiting(label, self._floor.slots[number])
                case Claim(number):
                    if not await self._begin_waiting(label, self._floor.slots[number]):
                        return

    async def _stop_for_waiting(self, label: Label, slot: Slot) -> None:
        """A laptop has come for a label that waited, and says another serial number."""
        sentence = _contradiction(label.serial, slot)
        await self.labels.stop(slot, label, sentence)
        self._focus.took(slot.number)
        self._floor.answer(ScanOutcome.REFUSED, label.shown, sentence, slot.number, BY_BENCH)
        self.labels.remove(label)  # last, as in `_begin_waiting`

    async def _give_up(self, label: Label, sentence: str) -> None:
        """A label waits no longer, and nothing follows. The technician is told first, as in `_begin_waiting`."""
        self._floor.answer(ScanOutcome.REFUSED, label.shown, sentence, scanner=BY_BENCH)
        await self.labels.drop(label, ScanFate.REFUSED, sentence)

    async def _begin_waiting(self, label: Label, slot: Slot) -> bool:
        """A label that waited has found its laptop; False where the disk refuses, and it waits on."""
        start = await self._start(label)
        kept = await self._journal.move(label.kept, ScanFate.KEPT) if start is not None else None
        if start is None or kept is None:
            return False
        if not self._still(slot, label.serial):
            await self._journal.move(label.kept, ScanFate.WAITING)
            return True
        await self._begin(slot, kept, start)
        sentence = wording.accepted(label.serial, slot.number)
        self._floor.answer(ScanOutcome.ACCEPTED, label.shown, sentence, slot.number, BY_BENCH)
        # Last: whoever follows the events sees no moment in which the label neither waits nor is tested.
        self.labels.remove(label)
        return True

    async def expire(self) -> None:
        """Each second: what has waited for too long waits no longer, and the technician is told."""
        for label in self.labels.expired:
            await self._give_up(label, wording.waited_too_long(label.serial))

    # A slot is stopped by a label

    async def take_label_back(self, slot: Slot) -> str:
        """UNDO in a conflict: the slot is ready again; the label's serial."""
        label = self.labels.let_go(slot.number)
        slot.clear_stop()
        await self.labels.settle(label, wording.LABEL_TAKEN_BACK)
        if label is None:
            return ""
        self._doubles.forget(label.serial)
        return label.serial

    async def take_waiting_back(self) -> str:
        """UNDO: the last label that waits does so no longer; its serial, empty where none waits."""
        serial = await self.labels.take_back()
        self._doubles.forget(serial)
        return serial

    async def hold_both(self, slot: Slot, disputed: Label) -> Obeyed:
        """HOLD in a conflict: both serials are put aside, and an attempt without a verdict says why.

        Raises `StoreRefused`, and then nothing has happened.
        """
        profile = self._floor.judged_by
        if isinstance(profile, str):
            return Obeyed(ScanOutcome.REFUSED, profile, slot.number)
        says = slot.state.says
        await slot.hold_conflict(profile, self._floor.people.name)
        self.labels.let_go(slot.number)
        await self._floor.holds_changed()
        return Obeyed(ScanOutcome.ACCEPTED, wording.held_both(disputed.serial, says), slot.number)

    async def begin_all_the_same(self, slot: Slot, label: Label, approved_by: str) -> Obeyed:
        """A second person approves a test of the laptop under the label that it contradicts."""
        why_not = self._why_not()
        if why_not:
            return Obeyed(ScanOutcome.REFUSED, why_not, slot.number)
        start = await self._start(label, approved_by)
        kept = await self._journal.move(label.kept, ScanFate.KEPT) if start is not None else None
        if start is None or kept is None:
            return Obeyed(ScanOutcome.REFUSED, wording.NOT_SAVED, slot.number)
        if self.labels.disputed(slot.number) is not label or not slot.free:
            await self.labels.put_back(label)
            return Obeyed(ScanOutcome.REFUSED, wording.waits_for_laptop(label.serial), slot.number)
        self.labels.let_go(slot.number)
        await self._begin(slot, kept, start)
        return Obeyed(ScanOutcome.ACCEPTED, wording.approved(label.serial, slot.number, approved_by), slot.number)

    # What all of them need

    async def _start(self, label: Label, approved_by: str = "") -> Start | None:
        """How its attempt begins; None where the disk refuses."""
        if label.golden:
            return Start(AttemptKind.BENCH_CHECK, approved_by=approved_by)
        try:
            last = await self._keeper.ask(lambda store: last_verdict(store, label.serial))
        except StoreRefused:
            return None
        before = tested_before(last, self._clock.wall()) if last is not None else ""
        return Start(retest_of=before, approved_by=approved_by)

    async def _begin(self, slot: Slot, kept: KeptLabel, start: Start) -> None:
        profile = self._floor.judged_by
        assert not isinstance(profile, str)
        before = self.labels.let_go(slot.number)
        slot.begin(kept, profile, self._floor.people.name, start)
        self._focus.took(slot.number)
        await self.labels.settle(before)

    def _why_not(self) -> str:
        """Why no laptop is tested now; empty where they are."""
        if self._floor.leaving:
            return wording.CLOSING_NOW
        if isinstance(self._floor.judged_by, str):
            return self._floor.judged_by
        return wording.SIGN_IN if self._floor.people.missing else ""

    def _standings(self) -> Sequence[Standing]:
        return [_standing(slot) for slot in self._floor.slots.values()]

    def _still(self, slot: Slot, serial: str) -> bool:
        """True where the laptop is still there, and still nobody else: it may have left while the disk was busy."""
        return slot.free and slot.who is not None and slot.who.serial.casefold() in ("", serial.casefold())

    async def _known(self, read: Read, sentence: str, slot: int = 0) -> None:
        await self._journal.settle(read, ScanFate.KNOWN, sentence)
        self._answer(read, ScanOutcome.KNOWN, sentence, slot)

    async def _refuse(self, read: Read, sentence: str, slot: int = 0) -> None:
        await self._journal.settle(read, ScanFate.REFUSED, sentence)
        self._answer(read, ScanOutcome.REFUSED, sentence, slot)

    def _answer(self, read: Read, outcome: ScanOutcome, sentence: str, slot: int = 0) -> None:
        self._floor.answer(outcome, read.shown, sentence, slot, read.scanner, read.ref)


def _is(slot: Slot, serial: str) -> bool:
    """True where the laptop of a slot goes by that serial: on its label, or in its firmware."""
    return serial.casefold() in (slot.state.serial.casefold(), slot.state.says.casefold())


def _contradiction(serial: str, slot: Slot) -> str:
    return wording.conflict(serial, slot.who.serial if slot.who is not None else "", slot.number)


def _standing(slot: Slot) -> Standing:
    state, free = slot.state, slot.free
    return Standing(
        number=slot.number,
        free=free,
        asked=free and slot.who is None,
        says=slot.who.serial if slot.who is not None else "",
        busy=slot.busy,
        comes=slot.waits,
        leaves=free and not slot.fixed and state.verdict is not None,
        stopped=state.stage is Stage.STOPPED,
        tested=bool(state.attempt_id),
        verdict=state.verdict is not None,
        finished=slot.finished,
        blocked=state.blocked,
    )
