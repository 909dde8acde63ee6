"""The bench's desk: takes what a scanner read, keeps it, finds out what it asks for, and sees that it is done.

The way of a scan: into the journal before anybody understands it; understood; a second reading within two seconds
counts once; then it is a command, a person's badge, something for the view that is shown, a laptop for a slot, or
refused with a sentence. Each ends in one of three answers.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from hardware.scanners.grammar.shapes import unsecret
from hardware.scanners.scanner import Code, Garbled
from specs.text import clean
from station.bench import wording
from station.bench.badges import badge_hash, hidden
from station.bench.command_codes import CommandCode, Verb, command_key
from station.bench.desk_journal import DeskJournal, Read
from station.bench.doubles import Doubles
from station.bench.floor import Floor, Obeyed
from station.bench.focus import Focus
from station.bench.keeper import Keeper
from station.bench.late_codes import LateCodes, Part
from station.bench.obeying import BY_KEY, Obeying
from station.bench.overriding import Overriding
from station.bench.protocol import LONGEST_SHOWN_SCAN, Press, ScanOutcome, Show
from station.bench.taking_in import TakingIn
from station.bench.understanding import Reads, Understanding, understand
from station.clock import Clock
from station.store.bench_store import StoreRefused
from station.store.journal import ScanFate

__all__ = ["ScanDesk", "without_secrets"]

OLDEST_SCAN_S: Final = 600.0
"""Seconds that a scan may have waited in a screen for the engine to come back, and still begin a test."""

CAMERA: Final = "camera"
"""How the name of every camera begins (`hardware.scanners.camera`)."""

_FATES: Final = {
    ScanOutcome.ACCEPTED: ScanFate.COMMAND,
    ScanOutcome.KNOWN: ScanFate.KNOWN,
    ScanOutcome.REFUSED: ScanFate.REFUSED,
}


class ScanDesk:
    """One bench's desk. Not for two readings at once: the engine holds its lock around each."""

    def __init__(self, floor: Floor, keeper: Keeper, clock: Clock, grammar: Reads, focus: Focus) -> None:
        self._floor = floor
        self._keeper = keeper
        self._clock = clock
        self._grammar = grammar
        self._focus = focus
        self._doubles = Doubles()
        self._key = ""
        self._cameras: dict[str, LateCodes] = {}
        self._journal = DeskJournal(keeper)
        self.taking_in = TakingIn(floor, self._journal, keeper, clock, focus)
        """The laptops, and the labels that wait for theirs."""
        self._overriding = Overriding(floor, keeper, clock, self.taking_in)
        self.obeying = Obeying(floor, focus, self.taking_in, self._overriding, clock)
        """The commands."""

    async def open(self) -> None:
        """Reads, or makes, the bench's command key."""
        with contextlib.suppress(StoreRefused):  # without a key no command is obeyed, and scans are refused anyway
            self._key = await self._keeper.ask(command_key)

    async def garbled(self, garbled: Garbled) -> None:
        """Something came that is no code: it is kept as it came, and refused."""
        sentence = clean(hidden(garbled.sentence)) if await self.keep_garbled(garbled) else wording.NOT_SAVED
        shown = clean(without_secrets(garbled.text), LONGEST_SHOWN_SCAN)
        self._floor.answer(ScanOutcome.REFUSED, shown, sentence, scanner=garbled.scanner)

    async def keep_garbled(self, garbled: Garbled) -> bool:
        """Keeps what is no code, as it came; False where the disk refuses."""
        label = await self._journal.keep((Code(without_secrets(garbled.text)),), garbled.scanner)
        if label is None:
            return False
        read = Read(label, "", garbled.scanner, Understanding(()))
        return await self._journal.settle(read, ScanFate.REFUSED, hidden(garbled.sentence)) is not None

    async def read(self, codes: Sequence[Code], scanner: str, ref: str = "", read_at: str = "") -> None:
        """Codes that were read together; `ref` and `read_at` as in `Scan`."""
        # Product keys and badges are secrets: what is kept and shown of them is their end, from here on.
        keepable = tuple(msgspec.structs.replace(code, text=without_secrets(code.text)) for code in codes)
        shown = clean(" ".join(code.text for code in keepable), LONGEST_SHOWN_SCAN)
        label = await self._journal.keep(keepable, scanner)
        if label is None:
            self._floor.answer(ScanOutcome.REFUSED, shown, wording.NOT_SAVED, scanner=scanner, ref=ref)
            return
        read = Read(label, shown, scanner, understand(codes, self._grammar, self._key), ref)
        meaning = read.meaning
        if read_at and self._too_old(read_at):
            # The laptop in the slot is another one by now.
            await self._refuse(read, wording.too_old(read_at))
        elif meaning.badge:
            await self._badge(read, meaning.badge)
        elif meaning.command is not None:
            await self._obey(read, meaning.command)
        elif not await self._for_the_view(read, keepable):
            await self._laptop(read, keepable)

    async def _laptop(self, read: Read, keepable: Sequence[Code]) -> None:
        """The codes of a label, where they mean a laptop to be tested."""
        meaning, scanner, now = read.meaning, read.scanner, self._clock.monotonic()
        camera = self._cameras.setdefault(scanner, LateCodes()) if scanner.startswith(CAMERA) else None
        part = camera.part(keepable, meaning, now) if camera else Part.NONE
        if part is Part.REST:
            await self._known(read, wording.ANOTHER_CODE)
        elif part is Part.OTHER:
            await self._refuse(read, wording.other_serial(meaning.serial))
        elif part is Part.WEAK:
            await self._refuse(read, wording.weak_serial(meaning.serial))
        elif not meaning.serial:
            await self._refuse(read, meaning.sentence)
        elif await self.taking_in.take(read) and camera is not None:
            camera.took(keepable, meaning, self._clock.monotonic())

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

    async def show(self, show: Show) -> None:
        """A screen shows another view; it is told only why not: the view itself is answer enough."""
        obeyed = await self.obeying.show(show.view)
        if obeyed.outcome is ScanOutcome.REFUSED:
            self._floor.answer(obeyed.outcome, Verb.SCREEN.value, obeyed.sentence, scanner=BY_KEY)

    async def sign_off(self) -> None:
        """A key in place of the SIGN OFF barcode."""
        try:
            obeyed = await self.obeying.sign_off()
        except StoreRefused:
            obeyed = Obeyed(ScanOutcome.REFUSED, wording.NOT_SAVED)
        self._floor.answer(obeyed.outcome, Verb.SIGNOFF.value, obeyed.sentence, scanner=BY_KEY)

    async def _obey(self, read: Read, command: CommandCode) -> None:
        what = f"{command.verb.value} {command.number or ''}".strip()
        # PASS for one slot and then PASS for another are two commands, and so is PASS in another view.
        where = "" if command.verb in (Verb.SLOT, Verb.SCREEN) else f"{self._focus.slot} {self._floor.viewing.view}"
        which = f"{what} at {where}"
        if self._doubles.again(which, self._clock.monotonic(), lasting=False):
            obeyed = Obeyed(ScanOutcome.KNOWN, wording.read_twice(what), self._focus.slot)
        else:
            # In the journal as a command before it acts: after a crash nobody takes it for one that was not obeyed.
            await self._journal.settle(read, ScanFate.COMMAND)
            obeyed = await self.obeying.obey(command)
            if obeyed.outcome is ScanOutcome.ACCEPTED:
                self._doubles.take(which, self._clock.monotonic())
        await self._journal.settle(read, _FATES[obeyed.outcome], obeyed.sentence)
        self._floor.answer(obeyed.outcome, read.shown, obeyed.sentence, obeyed.slot, read.scanner, read.ref)

    async def _badge(self, read: Read, badge: str) -> None:
        """Somebody signs in, or approves what was asked for. A badge that is read twice does so once."""
        which = badge_hash(badge)
        if self._doubles.again(which, self._clock.monotonic()):
            obeyed = Obeyed(ScanOutcome.KNOWN, wording.BADGE_TWICE)
        else:
            obeyed = await self._act_on_badge(badge)
            self._doubles.take(which, self._clock.monotonic())
        await self._journal.settle(read, ScanFate.BADGE, obeyed.sentence)
        self._floor.answer(obeyed.outcome, read.shown, obeyed.sentence, obeyed.slot, read.scanner, read.ref)
        # Labels that waited while nobody was signed in find their laptops now.
        await self.taking_in.look_again()

    async def _act_on_badge(self, badge: str) -> Obeyed:
        try:
            badged = await self._floor.people.badge(badge)
            if badged.override is not None:
                return await self._overriding.approved(badged.override, badged.approved_by)
        except StoreRefused:
            return Obeyed(ScanOutcome.REFUSED, wording.NOT_SAVED)
        return Obeyed(badged.outcome, badged.sentence)

    async def _for_the_view(self, read: Read, keepable: Sequence[Code]) -> bool:
        """True where the codes were for the view that is shown: a laptop is looked up, or a carton counted in."""
        viewing, people = self._floor.viewing, self._floor.people
        if viewing.takes_names and people.missing:
            await self._refuse(read, wording.SIGN_IN)
            return True
        which = f"{viewing.view} {' '.join(code.text for code in keepable)}"
        if viewing.takes_scans and self._doubles.again(which, self._clock.monotonic()):
            await self._known(read, wording.just_scanned(read.shown))
            return True
        came = await viewing.read(keepable, read.meaning, people.who)
        if came is None:
            return False
        if came.outcome is not ScanOutcome.REFUSED:
            self._doubles.take(which, self._clock.monotonic())
        await self._journal.settle(read, came.fate, came.sentence)
        self._floor.answer(came.outcome, read.shown, came.sentence, scanner=read.scanner, ref=read.ref)
        return True

    async def _known(self, read: Read, sentence: str) -> None:
        await self._journal.settle(read, ScanFate.KNOWN, sentence)
        self._floor.answer(ScanOutcome.KNOWN, read.shown, sentence, scanner=read.scanner, ref=read.ref)

    async def _refuse(self, read: Read, sentence: str) -> None:
        await self._journal.settle(read, ScanFate.REFUSED, sentence)
        self._floor.answer(ScanOutcome.REFUSED, read.shown, sentence, scanner=read.scanner, ref=read.ref)


def without_secrets(text: str) -> str:
    """A text as it may be kept and shown: of product keys and badges only their ends."""
    return hidden(unsecret(text))
