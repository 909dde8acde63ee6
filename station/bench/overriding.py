"""GO: going on with what stopped. What goes against a rule of the bench is done once a second person approves it."""

from __future__ import annotations

from typing import Final

from station.bench import wording
from station.bench.floor import Floor, Obeyed
from station.bench.keeper import Keeper
from station.bench.people import Override
from station.bench.protocol import ScanOutcome, StopKind
from station.bench.slot import Slot
from station.bench.taking_in import TakingIn
from station.clock import Clock
from station.store.override_book import GATE_WAIVER, OverrideBook

__all__ = ["CONFLICT", "Overriding"]

CONFLICT: Final = "conflict"
"""The kind of an override that tests a laptop under a label that it contradicts."""


class Overriding:
    """One bench's way on. Its methods raise `StoreRefused` where the disk refuses, and then nothing has happened."""

    def __init__(self, floor: Floor, keeper: Keeper, clock: Clock, taking_in: TakingIn) -> None:
        self._floor = floor
        self._keeper = keeper
        self._clock = clock
        self._taking_in = taking_in

    def go(self, slot: Slot) -> Obeyed:
        """GO was given to a slot."""
        number, stop = slot.number, slot.state.stop
        proves = slot.resumable and slot.state.bench_check  # a golden laptop is what opens the slot
        if slot.state.blocked and not slot.busy and not proves:
            if not self._floor.gates.waivable(number):
                return Obeyed(ScanOutcome.REFUSED, slot.state.blocked, number)
            wanted = wording.badge_for_waiver(number)
            return self._ask(slot, GATE_WAIVER, "", slot.state.blocked, wanted)
        if stop is None:
            return Obeyed(ScanOutcome.REFUSED, wording.nothing_stopped(number), number)
        if stop.kind is StopKind.CONFLICT:
            disputed = self._taking_in.labels.disputed(number)
            serial = disputed.serial if disputed is not None else ""
            return self._ask(slot, CONFLICT, serial, stop.sentence, wording.badge_for_conflict(serial, number))
        return self._resume(slot)

    def _resume(self, slot: Slot) -> Obeyed:
        """Goes on with a test in the middle of which the bench stopped."""
        profile, number, serial = self._floor.judged_by, slot.number, slot.state.serial
        if self._floor.leaving:
            return Obeyed(ScanOutcome.REFUSED, wording.CLOSING_NOW, number)
        if isinstance(profile, str):
            return Obeyed(ScanOutcome.REFUSED, profile, number)
        if not slot.resumable:
            # Its laptop has just left.
            return Obeyed(ScanOutcome.REFUSED, wording.JUST_CHANGED, number)
        slot.resume(profile, self._floor.people.name)
        return Obeyed(ScanOutcome.ACCEPTED, wording.resumed(serial, number), number)

    def _ask(self, slot: Slot, kind: str, serial: str, reason: str, wanted: str) -> Obeyed:
        people = self._floor.people
        if not people.enrolled:
            return Obeyed(ScanOutcome.REFUSED, wording.NO_SECOND_PERSON, slot.number)
        people.ask_for(Override(kind, slot.number, serial, reason, people.name, wanted))
        return Obeyed(ScanOutcome.ACCEPTED, wanted, slot.number)

    async def approved(self, override: Override, approved_by: str) -> Obeyed:
        """A second person has approved: it is kept, and done, unless what was asked for is no longer so."""
        slot = self._floor.slots.get(override.slot)
        if slot is not None and override.kind == GATE_WAIVER and slot.state.blocked:
            # The gate keeps the override with its waiver.
            sentence = await self._floor.gates.waive(slot.number, override.asked_by, approved_by, override.reason)
            await self._taking_in.look_again()
            return Obeyed(ScanOutcome.ACCEPTED, sentence, slot.number)
        label = self._taking_in.labels.disputed(override.slot) if slot is not None else None
        if slot is None or label is None or override.kind != CONFLICT or label.serial != override.serial:
            return Obeyed(ScanOutcome.REFUSED, wording.JUST_CHANGED, override.slot)
        await self._keeper.ask(
            lambda store: OverrideBook(store, self._clock).record(
                override.kind,
                override.slot,
                override.serial,
                "",
                override.asked_by,
                approved_by,
                override.reason,
            )
        )
        return await self._taking_in.begin_all_the_same(slot, label, approved_by)
