"""The bench's desk: takes what a scanner read, keeps it, finds out what it asks for, and sees that it is done.

The way of a scan: into the journal before anybody understands it; understood; a second reading within two seconds
counts once; then it is a command, a laptop for a slot, or refused with a sentence. Each ends in one of three answers.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Final

import msgspec

from hardware.scanners.grammar.shapes import unsecret
from hardware.scanners.scanner import Code, Garbled
from specs.text import clean
from station.bench import wording
from station.bench.command_codes import CommandCode, Verb, command_key
from station.bench.doubles import Doubles
from station.bench.floor import Floor
from station.bench.keeper import Keeper
from station.bench.obeying import Obeyed, Obeying
from station.bench.protocol import LONGEST_SHOWN_SCAN, ScanOutcome
from station.bench.slot import Slot
from station.bench.understanding import Reads, Understanding, understand
from station.clock import Clock
from station.store.bench_store import StoreRefused
from station.store.journal import KeptLabel, ScanFate

__all__ = ["ScanDesk"]

SAME_LABEL_S: Final = 5.0
"""Seconds after a laptop was taken from a camera's label for which its other codes may still come."""

_FATES: Final = {
    ScanOutcome.ACCEPTED: ScanFate.COMMAND,
    ScanOutcome.KNOWN: ScanFate.KNOWN,
    ScanOutcome.REFUSED: ScanFate.REFUSED,
}


class ScanDesk:
    """One bench's desk. Not for two readings at once: the engine holds its lock around each."""

    def __init__(self, floor: Floor, keeper: Keeper, clock: Clock, grammar: Reads) -> None:
        self._floor = floor
        self._keeper = keeper
        self._clock = clock
        self._grammar = grammar
        self._doubles = Doubles()
        self._key = ""
        self._last_taken: tuple[str, float] = ("", float("-inf"))
        self.obeying = Obeying(floor, keeper, clock)

    async def open(self) -> None:
        """Reads, or makes, the bench's command key."""
        with contextlib.suppress(StoreRefused):  # without a key no command is obeyed, and scans are refused anyway
            self._key = await self._keeper.ask(command_key)

    async def garbled(self, garbled: Garbled) -> None:
        """Something came that is no code: it is kept as it came, and refused."""
        kept = await self.keep_garbled(garbled)
        shown = clean(unsecret(garbled.text), LONGEST_SHOWN_SCAN)
        self._floor.answer(ScanOutcome.REFUSED, shown, clean(garbled.sentence) if kept else wording.DISK_REFUSES)

    async def keep_garbled(self, garbled: Garbled) -> bool:
        """Keeps what is no code, as it came; False where the disk refuses."""
        label = await self._keep((Code(unsecret(garbled.text)),), garbled.scanner)
        return label is not None and await self._settle(label, ScanFate.REFUSED, reason=garbled.sentence) is not None

    async def read(self, codes: Sequence[Code], scanner: str) -> None:
        """Codes that were read together."""
        # A product key is a secret: what is kept and shown of it is its last five letters, from here on.
        keepable = tuple(msgspec.structs.replace(code, text=unsecret(code.text)) for code in codes)
        shown = clean(" ".join(code.text for code in keepable), LONGEST_SHOWN_SCAN)
        label = await self._keep(keepable, scanner)
        if label is None:
            self._floor.answer(ScanOutcome.REFUSED, shown, wording.DISK_REFUSES)
            return
        meaning = understand(codes, self._grammar, self._key)
        if meaning.command is not None:
            await self._obey(label, meaning, meaning.command, shown)
        elif meaning.serial:
            await self._laptop(label, meaning, shown, scanner)
        elif self._belongs_to_the_last(scanner):
            await self._settle(label, ScanFate.KNOWN, meaning)
            self._floor.answer(ScanOutcome.KNOWN, shown, wording.ANOTHER_CODE)
        else:
            await self._refuse(label, meaning, shown, meaning.sentence)

    def _belongs_to_the_last(self, scanner: str) -> bool:
        """True for a camera that gave a laptop a moment ago: the rest of its label may take it some pictures more."""
        name, since = self._last_taken
        return name == scanner and scanner.startswith("camera") and self._clock.monotonic() - since < SAME_LABEL_S

    async def press(self, verb: str) -> None:
        """A key in place of a command barcode. A key that is none of them does nothing."""
        found = next((one for one in Verb if one.value == verb and one is not Verb.SLOT), None)
        if found is not None:
            obeyed = await self.obeying.obey(CommandCode(found), "key")
            self._floor.answer(obeyed.outcome, verb, obeyed.sentence, obeyed.slot)

    async def _obey(self, label: KeptLabel, meaning: Understanding, command: CommandCode, shown: str) -> None:
        what = f"{command.verb.value} {command.slot or ''}".strip()
        if self._doubles.again(what, self._clock.monotonic(), lasting=False):
            obeyed = Obeyed(ScanOutcome.KNOWN, wording.read_twice(what), self.obeying.focus)
        else:
            # In the journal as a command before it acts: after a crash nobody takes it for one that was not obeyed.
            await self._settle(label, ScanFate.COMMAND, meaning)
            obeyed = await self.obeying.obey(command)
            if obeyed.outcome is ScanOutcome.ACCEPTED:
                self._doubles.take(what, self._clock.monotonic())
        await self._settle(label, _FATES[obeyed.outcome], meaning, reason=obeyed.sentence)
        self._floor.answer(obeyed.outcome, shown, obeyed.sentence, obeyed.slot)

    async def _laptop(self, label: KeptLabel, meaning: Understanding, shown: str, scanner: str) -> None:
        serial, now = meaning.serial, self._clock.monotonic()
        here = next((slot for slot in self._floor.slots.values() if slot.busy and slot.state.serial == serial), None)
        if self._doubles.again(serial, now) or here is not None:
            sentence = wording.already_here(serial, here.number) if here else wording.just_scanned(serial)
            await self._settle(label, ScanFate.KNOWN, meaning)
            if here is not None:
                self.obeying.look_at(here.number)
            self._floor.answer(ScanOutcome.KNOWN, shown, sentence, here.number if here else 0)
            return
        profile = self._floor.judged_by
        if isinstance(profile, str):
            await self._refuse(label, meaning, shown, profile)
            return
        slot = self._slot_for(serial)
        if isinstance(slot, str):
            await self._refuse(label, meaning, shown, slot)
            return
        kept = await self._settle(label, ScanFate.KEPT, meaning)
        if kept is None:
            self._floor.answer(ScanOutcome.REFUSED, shown, wording.DISK_REFUSES)
            return
        self._doubles.take(serial, self._clock.monotonic())
        self._last_taken = (scanner, self._clock.monotonic())
        self.obeying.took(slot.number)
        slot.begin(kept, profile, self._floor.operator)
        self._floor.answer(ScanOutcome.ACCEPTED, shown, wording.accepted(serial, slot.number), slot.number)

    def _slot_for(self, serial: str) -> Slot | str:
        """The slot for the next laptop; where there is none, the sentence that says why."""
        promised = self.obeying.promised
        slots = self._floor.slots
        free = [slot for slot in slots.values() if slot.free and promised in (0, slot.number)]
        if free and not self._floor.leaving:
            # The one that has stood longest without a verdict to read: an unused one first.
            return min(free, key=lambda slot: (slot.state.verdict is not None, slot.finished, slot.number))
        if promised:
            return wording.slot_busy(promised)
        # Not queued: it would start on the laptop that is still in the slot, and wipe a verdict nobody has read.
        busy = sum(1 for slot in slots.values() if slot.busy)
        return wording.busy(serial, busy) if busy else wording.NO_LAPTOP

    async def _refuse(self, label: KeptLabel, meaning: Understanding, shown: str, sentence: str) -> None:
        await self._settle(label, ScanFate.REFUSED, meaning, reason=sentence)
        self._floor.answer(ScanOutcome.REFUSED, shown, sentence)

    async def _keep(self, codes: Sequence[Code], scanner: str) -> KeptLabel | None:
        """The codes in the journal; None where the disk refuses, which the technician must be told."""
        try:
            return await self._keeper.ask(lambda store: store.journal.keep(codes, scanner))
        except StoreRefused:
            return None

    async def _settle(
        self, label: KeptLabel, fate: ScanFate, meaning: Understanding | None = None, reason: str = ""
    ) -> KeptLabel | None:
        """What became of a label, in the journal; None where the disk refuses."""
        found = meaning or Understanding(())
        try:
            return await self._keeper.ask(
                lambda store: store.journal.settle(
                    label,
                    fate,
                    serial=found.serial,
                    chosen=found.chosen,
                    understood=found.understood,
                    reason=reason,
                )
            )
        except StoreRefused:
            return None
