"""The bench's desk: takes what a scanner read, keeps it, finds out what it asks for, and sees that it is done.

The way of a scan: into the journal before anybody understands it; understood; a second reading within two seconds
counts once; then it is a command, a laptop for a slot, or refused with a sentence. Each ends in one of three answers.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct

from hardware.scanners.grammar.shapes import unsecret
from hardware.scanners.scanner import Code, Garbled
from specs.text import clean
from station.bench import wording
from station.bench.command_codes import CommandCode, Verb, command_key
from station.bench.doubles import Doubles
from station.bench.floor import Floor
from station.bench.keeper import Keeper
from station.bench.late_codes import LateCodes, Part
from station.bench.obeying import BY_KEY, Obeyed, Obeying
from station.bench.protocol import LONGEST_SHOWN_SCAN, Press, ScanOutcome
from station.bench.slot import Slot
from station.bench.understanding import Reads, Understanding, understand
from station.clock import Clock
from station.store.bench_store import StoreRefused
from station.store.journal import KeptLabel, ScanFate

__all__ = ["ScanDesk"]

OLDEST_SCAN_S: Final = 600.0
"""Seconds that a scan may have waited in a screen for the engine to come back, and still begin a test."""

CAMERA: Final = "camera"
"""How the name of every camera begins (`hardware.scanners.camera`)."""

_FATES: Final = {
    ScanOutcome.ACCEPTED: ScanFate.COMMAND,
    ScanOutcome.KNOWN: ScanFate.KNOWN,
    ScanOutcome.REFUSED: ScanFate.REFUSED,
}


class _Read(Struct, frozen=True):
    """Codes that were read together: as they are kept, as they may be shown, by which scanner, and what they mean.

    `ref` is that of the `Scan`.
    """

    label: KeptLabel
    shown: str
    scanner: str
    meaning: Understanding
    ref: str = ""


class ScanDesk:
    """One bench's desk. Not for two readings at once: the engine holds its lock around each."""

    def __init__(self, floor: Floor, keeper: Keeper, clock: Clock, grammar: Reads) -> None:
        self._floor = floor
        self._keeper = keeper
        self._clock = clock
        self._grammar = grammar
        self._doubles = Doubles()
        self._key = ""
        self._cameras: dict[str, LateCodes] = {}
        self.obeying = Obeying(floor, clock)

    async def open(self) -> None:
        """Reads, or makes, the bench's command key."""
        with contextlib.suppress(StoreRefused):  # without a key no command is obeyed, and scans are refused anyway
            self._key = await self._keeper.ask(command_key)

    async def garbled(self, garbled: Garbled) -> None:
        """Something came that is no code: it is kept as it came, and refused."""
        sentence = clean(garbled.sentence) if await self.keep_garbled(garbled) else wording.NOT_SAVED
        shown = clean(unsecret(garbled.text), LONGEST_SHOWN_SCAN)
        self._floor.answer(ScanOutcome.REFUSED, shown, sentence, scanner=garbled.scanner)

    async def keep_garbled(self, garbled: Garbled) -> bool:
        """Keeps what is no code, as it came; False where the disk refuses."""
        label = await self._keep((Code(unsecret(garbled.text)),), garbled.scanner)
        if label is None:
            return False
        read = _Read(label, "", garbled.scanner, Understanding(()))
        return await self._settle(read, ScanFate.REFUSED, garbled.sentence) is not None

    async def read(self, codes: Sequence[Code], scanner: str, ref: str = "", read_at: str = "") -> None:
        """Codes that were read together; `ref` and `read_at` as in `Scan`."""
        # A product key is a secret: what is kept and shown of it is its last five letters, from here on.
        keepable = tuple(msgspec.structs.replace(code, text=unsecret(code.text)) for code in codes)
        shown = clean(" ".join(code.text for code in keepable), LONGEST_SHOWN_SCAN)
        label = await self._keep(keepable, scanner)
        if label is None:
            self._floor.answer(ScanOutcome.REFUSED, shown, wording.NOT_SAVED, scanner=scanner, ref=ref)
            return
        read = _Read(label, shown, scanner, understand(codes, self._grammar, self._key), ref)
        if read_at and self._too_old(read_at):
            # The laptop in the slot is another one by now.
            await self._refuse(read, wording.too_old(read_at))
            return
        camera = self._cameras.setdefault(scanner, LateCodes()) if scanner.startswith(CAMERA) else None
        part = camera.part(keepable, read.meaning, self._clock.monotonic()) if camera else Part.NONE
        if read.meaning.command is not None:
            await self._obey(read, read.meaning.command)
        elif part is Part.REST:
            await self._known(read, wording.ANOTHER_CODE)
        elif part is Part.OTHER:
            await self._refuse(read, wording.other_serial(read.meaning.serial))
        elif part is Part.WEAK:
            await self._refuse(read, wording.weak_serial(read.meaning.serial))
        elif not read.meaning.serial:
            await self._refuse(read, read.meaning.sentence)
        elif await self._laptop(read) and camera is not None:
            camera.took(keepable, read.meaning, self._clock.monotonic())

    def _too_old(self, read_at: str) -> bool:
        """True for a scan that waited longer than it may; a time that cannot be read is long ago."""
        try:
            then = datetime.fromisoformat(read_at)
        except ValueError:
            return True
        if then.tzinfo is None:
            return True
        return abs(self._clock.wall() - then.timestamp()) > OLDEST_SCAN_S

    async def press(self, press: Press) -> None:
        """A key in place of a command barcode."""
        obeyed = await self.obeying.press(press)
        if obeyed is not None:
            self._floor.answer(obeyed.outcome, press.verb, obeyed.sentence, obeyed.slot, BY_KEY)

    async def _obey(self, read: _Read, command: CommandCode) -> None:
        what = f"{command.verb.value} {command.number or ''}".strip()
        # PASS for one slot and then PASS for another are two commands.
        which = f"{what} at {0 if command.verb is Verb.SLOT else self.obeying.focus}"
        if self._doubles.again(which, self._clock.monotonic(), lasting=False):
            obeyed = Obeyed(ScanOutcome.KNOWN, wording.read_twice(what), self.obeying.focus)
        else:
            # In the journal as a command before it acts: after a crash nobody takes it for one that was not obeyed.
            await self._settle(read, ScanFate.COMMAND)
            obeyed = await self.obeying.obey(command)
            if obeyed.outcome is ScanOutcome.ACCEPTED:
                self._doubles.take(which, self._clock.monotonic())
        await self._settle(read, _FATES[obeyed.outcome], obeyed.sentence)
        self._floor.answer(obeyed.outcome, read.shown, obeyed.sentence, obeyed.slot, read.scanner, read.ref)

    async def _laptop(self, read: _Read) -> bool:
        """Takes a laptop in; True where it began in a slot."""
        serial, now = read.meaning.serial, self._clock.monotonic()
        here = next((slot for slot in self._floor.slots.values() if slot.busy and slot.state.serial == serial), None)
        if self._doubles.again(serial, now) or here is not None:
            if here is not None:
                self.obeying.look_at(here.number)
            sentence = wording.already_here(serial, here.number) if here else wording.just_scanned(serial)
            await self._known(read, sentence, here.number if here else 0)
            return False
        profile = self._floor.judged_by
        slot = self._slot_for(serial)
        why_not = next((one for one in (profile, slot) if isinstance(one, str)), "")
        if self._floor.leaving or why_not:
            await self._refuse(read, wording.CLOSING_NOW if self._floor.leaving else why_not)
            return False
        assert not isinstance(profile, str)
        assert not isinstance(slot, str)
        kept = await self._settle(read, ScanFate.KEPT)
        if kept is None:
            self._floor.answer(ScanOutcome.REFUSED, read.shown, wording.NOT_SAVED, scanner=read.scanner, ref=read.ref)
            return False
        self._doubles.take(serial, self._clock.monotonic())
        self.obeying.took(slot.number)
        slot.begin(kept, profile, self._floor.operator)
        sentence = wording.accepted(serial, slot.number)
        self._floor.answer(ScanOutcome.ACCEPTED, read.shown, sentence, slot.number, read.scanner, read.ref)
        return True

    def _slot_for(self, serial: str) -> Slot | str:
        """The slot for the next laptop; where there is none, the sentence that says why."""
        promised = self.obeying.promised
        slots = self._floor.slots
        free = [slot for slot in slots.values() if slot.free and promised in (0, slot.number)]
        if free:
            # The one that has stood longest without a verdict to read: an unused one first.
            return min(free, key=lambda slot: (slot.state.verdict is not None, slot.finished, slot.number))
        if promised:
            return wording.slot_busy(promised)
        # Not queued: it would start on the laptop that is still in the slot, and wipe a verdict nobody has read.
        busy = sum(1 for slot in slots.values() if slot.busy)
        return wording.busy(serial, busy) if busy else wording.NO_LAPTOP

    async def _known(self, read: _Read, sentence: str, slot: int = 0) -> None:
        await self._settle(read, ScanFate.KNOWN, sentence)
        self._floor.answer(ScanOutcome.KNOWN, read.shown, sentence, slot, read.scanner, read.ref)

    async def _refuse(self, read: _Read, sentence: str) -> None:
        await self._settle(read, ScanFate.REFUSED, sentence)
        self._floor.answer(ScanOutcome.REFUSED, read.shown, sentence, scanner=read.scanner, ref=read.ref)

    async def _keep(self, codes: Sequence[Code], scanner: str) -> KeptLabel | None:
        """The codes in the journal; None where the disk refuses, which the technician must be told."""
        try:
            return await self._keeper.ask(lambda store: store.journal.keep(codes, scanner))
        except StoreRefused:
            return None

    async def _settle(self, read: _Read, fate: ScanFate, reason: str = "") -> KeptLabel | None:
        """What became of a label, in the journal; None where the disk refuses."""
        meaning = read.meaning
        try:
            return await self._keeper.ask(
                lambda store: store.journal.settle(
                    read.label,
                    fate,
                    serial=meaning.serial,
                    chosen=meaning.chosen,
                    understood=meaning.understood,
                    reason=reason,
                )
            )
        except StoreRefused:
            return None
