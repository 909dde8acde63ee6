"""The bench engine: slots, scans and what runs where. It talks to screens only through `publish` and `handle`.

A scan is kept in the store before anything is done with it. A scan that finds no free slot starts nothing: the
technician is told to scan again when the laptop is in the slot. Nothing here draws, prints or reads keys.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from hardware.scanners.grammar.grammar import Grammar
from hardware.scanners.scanner import Code, Garbled, Heard
from specs.profile import Profile, ProfileError
from specs.profiles import Library
from specs.text import clean
from station.bench import wording
from station.bench.devices import Devices
from station.bench.docks import NETWORK, THIS_MACHINE, Docks, LaptopRefused, check_laptop, parse_address
from station.bench.keeper import Keeper
from station.bench.labels import BENCH_NAME
from station.bench.lines import recent_attempt
from station.bench.protocol import (
    BenchBar,
    BenchChanged,
    BenchState,
    BrokenScan,
    Command,
    Event,
    FocusSlot,
    Press,
    PutInSlot,
    Quit,
    RecentAttempt,
    Scan,
    ScanAnswer,
    ScanKept,
    ScanOutcome,
    Seen,
    SlotChanged,
    SlotState,
    StopSlot,
    UseAddress,
    UseLabel,
    UsePrinter,
    UseProfile,
    UseScanner,
)
from station.bench.scan_desk import ScanDesk
from station.bench.scanners import Scanners
from station.bench.slot import Slot
from station.bench.understanding import Reads
from station.clock import Clock, utc_text
from station.records import AttemptRecord
from station.store.bench_store import BenchStore, StoreRefused
from station.store.hold_book import HoldBook
from station.store.journal import KeptLabel, ScanFate

__all__ = ["ADDRESS", "DEFAULT_PROFILE", "MOST_SLOTS", "Engine"]

DEFAULT_PROFILE: Final = "ghwt-2021w-windows-laptop"
ADDRESS: Final = "agents"
"""The setting of where laptops on the network dial."""
MOST_SLOTS: Final = 16
RECENT: Final = 12


class Engine:
    """One bench. `publish` is called with every event for the screens, in order.

    `docks` gives each slot the dock that its setting names.
    `grammar` finds the serial number among the codes of a label; where it is a sentence, nothing is taken in.
    """

    def __init__(
        self,
        keeper: Keeper,
        library: Library,
        clock: Clock,
        operator: str,
        publish: Callable[[Event], None],
        docks: Docks,
        grammar: Reads | str | None = None,
    ) -> None:
        self._keeper = keeper
        self._library = library
        self._clock = clock
        self._operator = operator
        self._publish = publish
        self._docks = docks
        self._laptops: dict[int, str] = {}
        self._slots: dict[int, Slot] = {}
        self._grammar_fault = grammar if isinstance(grammar, str) else ""
        reads = Grammar.load() if grammar is None or isinstance(grammar, str) else grammar
        self._desk = ScanDesk(self, keeper, clock, reads)
        self.devices = Devices(keeper, lambda why: self.answer(ScanOutcome.REFUSED, "", why), self._show_devices)
        """The scanners and the printer."""
        self._recent: list[RecentAttempt] = []
        self._notices: tuple[str, ...] = ()
        self._profile: Profile | None = None
        self._profile_fault = ""
        self._bar = BenchBar(bench="", operator=operator, profile="", profile_title="")
        self._background: set[asyncio.Task[None]] = set()
        # Two screens may scan the same laptop in the same moment; one after the other, the second is known already.
        self._scanning = asyncio.Lock()
        self.closing = asyncio.Event()
        self.closed = asyncio.Event()
        self.kept_something: Callable[[], None] = lambda: None
        """Called after each record is kept, so that the upload need not wait for its next turn."""
        self.labels_changed: Callable[[], None] = lambda: None
        """Called when there is a label to print, or another printer."""

    @property
    def slots(self) -> Mapping[int, Slot]:
        """The slots by their numbers."""
        return self._slots

    @property
    def operator(self) -> str:
        """Who is at the bench."""
        return self._operator

    @property
    def judged_by(self) -> Profile | str:
        """The profile in use, or the sentence that says why nothing is tested."""
        return self._grammar_fault or self._profile or self._profile_fault

    @property
    def leaving(self) -> bool:
        """True once the bench takes no more laptops."""
        return self.closing.is_set()

    async def start(self, bench_name: str) -> None:
        """Finds what the last run left behind, and puts the laptops of the settings in their slots."""
        settings = await self._keeper.ask(
            lambda store: {
                **{f"slot.{number}": store.setting(f"slot.{number}") for number in range(1, MOST_SLOTS + 1)},
                "profile": store.setting("profile", DEFAULT_PROFILE),
            }
        )
        try:
            self._profile = self._library.open(settings["profile"])
        except ProfileError as error:
            # Judging by another profile instead could let through what this one refuses, so nothing is tested.
            self._profile_fault = wording.profile_faulty(settings["profile"], str(error))
            self._notices += (self._profile_fault,)
        if self._grammar_fault:
            self._notices += (self._grammar_fault,)
        self._notices += await self._find_interrupted(settings["profile"])
        self._recent = [recent_attempt(one) for one in await self._keeper.ask(lambda store: store.recent(RECENT))]
        self._bar = BenchBar(
            bench=clean(bench_name, 40),
            operator=clean(self._operator, 40),
            profile=self._profile.reference if self._profile else clean(settings["profile"], 120),
            profile_title=self._profile.title if self._profile else wording.NO_PROFILE,
        )
        if not any(settings[f"slot.{number}"] for number in range(1, MOST_SLOTS + 1)):
            settings["slot.1"] = THIS_MACHINE
        for number in range(1, MOST_SLOTS + 1):
            if settings[f"slot.{number}"]:
                self._laptops[number] = settings[f"slot.{number}"]
                await self._make_slot(number).use(self._docks.dock(settings[f"slot.{number}"], number))
        with contextlib.suppress(StoreRefused):  # only the labels would name the bench otherwise
            await self._keeper.ask(lambda store: store.set_setting(BENCH_NAME, self._bar.bench))
        self._desk.obeying.focus = min(self._slots, default=1)
        await self._desk.open()
        self.focus_changed()
        await self.refresh()
        for slot in self._slots.values():
            self._spawn(slot.worker.start())

    async def listen(self, scanners: Scanners) -> None:
        """Listens to the scanners of the settings; one that cannot be used is a notice, never the end of the start."""
        self._notices += await self.devices.listen(scanners)
        self._show_devices()

    async def heard(self, told: Heard | Garbled) -> None:
        """What one of the engine's own scanners read."""
        if isinstance(told, Heard):
            await self.read(told.codes, told.scanner)
        else:
            async with self._scanning:
                await self._desk.garbled(told)

    async def read(self, codes: Sequence[Code], scanner: str, ref: str = "", read_at: str = "") -> None:
        """Codes that were read together, by whichever scanner; `ref` and `read_at` as in `Scan`."""
        async with self._scanning:
            await self._desk.read(codes, scanner, ref, read_at)

    def _show_devices(self) -> None:
        self._show_bar(devices=self.devices.lines, labels_waiting=self.devices.labels_waiting)

    async def holds_changed(self) -> None:
        """A laptop was put on hold or taken off: every slot that has it shows so, and there may be a label to print."""
        with contextlib.suppress(StoreRefused):
            await self._show_holds()
        self.labels_changed()

    async def _show_holds(self) -> None:
        held = await self._keeper.ask(lambda store: {one.serial for one in HoldBook(store, self._clock).open_holds()})
        for slot in self._slots.values():
            # Before its attempt is open a slot says nothing of holds: it has not asked yet.
            if slot.state.attempt_id and slot.state.held != (slot.state.serial in held):
                slot.update(held=not slot.state.held)

    def focus_changed(self) -> None:
        """The focus, or the slot that the next laptop was promised, is another one."""
        self._show_bar(focus=self._desk.obeying.focus, next_slot=self._desk.obeying.promised)

    async def _find_interrupted(self, chosen: str) -> tuple[str, ...]:
        """Ends what the last run left behind, as interrupted; a sentence for each."""
        operator = self._operator
        profile, digest = (self._profile.reference, self._profile.digest) if self._profile else (clean(chosen, 120), "")

        def find(store: BenchStore) -> tuple[list[KeptLabel], list[AttemptRecord]]:
            lost = store.journal.unsettled()
            for label in lost:
                store.journal.settle(label, ScanFate.LOST, reason=wording.INTERRUPTED_NOTE)
            for label in store.journal.unused():
                # The bench stopped between the scan and its attempt: that too is an attempt without a verdict.
                store.begin_attempt(
                    label.giving,
                    slot=1,
                    operator=operator,
                    profile=profile,
                    profile_digest=digest,
                    link="",
                )
            return lost, store.recover(wording.INTERRUPTED_NOTE)

        lost, interrupted = await self._keeper.ask(find)
        return (
            *(wording.interrupted_notice(one.scan.serial, one.attempt_id) for one in interrupted),
            *(wording.unsettled_notice(label.scans[0].raw) for label in lost),
        )

    def state(self) -> BenchState:
        """Everything, for a screen that has just come."""
        slots = tuple(self._slots[number].state for number in sorted(self._slots))
        return BenchState(self._bar, slots, tuple(self._recent), self._notices)

    async def handle(self, command: Command) -> None:
        """Does what a screen asks. What came of it goes to every screen."""
        match command:
            case Scan():
                await self.read((Code(command.text, command.symbology),), command.scanner, command.ref, command.read_at)
            case BrokenScan():
                async with self._scanning:
                    if await self._desk.keep_garbled(Garbled(command.scanner, command.text, command.sentence)):
                        self._publish(ScanKept(command.ref))
            case FocusSlot():
                self._desk.obeying.look_at(command.slot)
            case Press():
                async with self._scanning:
                    await self._desk.press(command)
            case Seen():
                async with self._scanning:
                    self._desk.obeying.seen(command)
            case StopSlot():
                slot = self._slots.get(command.slot)
                if slot is not None:
                    slot.stop()
            case PutInSlot():
                async with self._scanning:
                    await self._put(command)
            case UseAddress():
                async with self._scanning:
                    await self._use_address(command)
            case UseProfile():
                await self._use_profile(command)
            case UseScanner():
                await self.devices.use_scanner(command)
            case UsePrinter():
                if await self.devices.use_printer(command):
                    self.labels_changed()
            case UseLabel():
                await self.devices.use_label(command)
            case Quit():
                await self._quit(command)

    def notice(self, sentence: str) -> None:
        """Something that whoever looks after the bench should know; told until the bench is started again."""
        if sentence not in self._notices:
            self._notices += (clean(sentence, 200),)
            self._publish(BenchChanged(self._bar, tuple(self._recent), self._notices))

    def central(self, state: str, note: str, pages_url: str) -> None:
        """What is known of central now."""
        self._show_bar(central=state, central_note=clean(note, 200), pages_url=pages_url)

    async def refresh(self) -> None:
        """Counts again what the bar shows: unsent records, their age, today's attempts."""
        status = await self._keeper.outbox(lambda outbox: outbox.status())
        midnight = datetime.fromtimestamp(self._clock.wall()).astimezone().replace(hour=0, minute=0, second=0)
        today = await self._keeper.ask(lambda store: store.count_since(utc_text(midnight.timestamp())))
        oldest = None
        if status.oldest_unsent_at is not None:
            age = self._clock.wall() - datetime.fromisoformat(status.oldest_unsent_at).timestamp()
            # Whole seconds: the bar is not redrawn for less.
            oldest = float(max(0, int(age)))
        # A supervisor may have released a laptop, from a command line or another screen.
        await self._show_holds()
        self._show_bar(
            unsent=status.unsent,
            oldest_unsent_seconds=oldest,
            dead_letters=status.dead,
            today=today.completed,
            today_passed=today.passed,
            next_slot=self._desk.obeying.promised,
        )

    async def _put(self, command: PutInSlot) -> None:
        if not 1 <= command.slot <= MOST_SLOTS:
            self.answer(ScanOutcome.REFUSED, "", wording.no_such_slot(command.slot))
            return
        slot = self._slots.get(command.slot) or self._make_slot(command.slot)
        if slot.busy:
            self.answer(ScanOutcome.REFUSED, "", wording.slot_busy(command.slot), command.slot)
            return
        try:
            laptop = check_laptop(command.laptop)
        except LaptopRefused as error:
            self.answer(ScanOutcome.REFUSED, "", clean(str(error)), command.slot)
            return
        if await self.devices.keep(f"slot.{command.slot}", laptop):
            self._laptops[command.slot] = laptop
            await slot.use(self._docks.dock(laptop, command.slot) if laptop else None)

    async def _use_address(self, command: UseAddress) -> None:
        try:
            address = parse_address(command.address)
        except LaptopRefused as error:
            self.answer(ScanOutcome.REFUSED, "", clean(str(error)))
            return
        dialled = [slot for number, slot in self._slots.items() if self._laptops.get(number) == NETWORK]
        busy = next((slot for slot in dialled if slot.busy), None)
        if busy is not None:
            self.answer(ScanOutcome.REFUSED, "", wording.slot_busy(busy.number), busy.number)
            return
        if not await self.devices.keep(ADDRESS, command.address):
            return
        for slot in dialled:
            await slot.use(None)
        await self._docks.listen_on(address)
        for slot in dialled:
            await slot.use(self._docks.dock(NETWORK, slot.number))

    async def _use_profile(self, command: UseProfile) -> None:
        try:
            profile = self._library.open(command.profile)
        except ProfileError as error:
            self.answer(ScanOutcome.REFUSED, "", clean(str(error)))
            return
        if not await self.devices.keep("profile", command.profile):
            return
        self._profile = profile
        self._notices = tuple(note for note in self._notices if note != self._profile_fault)
        self._notices += (wording.profile_in_use(profile.title),)
        self._show_bar(profile=profile.reference, profile_title=profile.title)

    def _make_slot(self, number: int) -> Slot:
        slot = Slot(number, self._keeper, self._clock, self._slot_changed, self._slot_ended)
        slot.bench = self._bar.bench
        self._slots[number] = slot
        return slot

    def _slot_changed(self, state: SlotState) -> None:
        self._publish(SlotChanged(state))

    def _slot_ended(self, record: AttemptRecord) -> None:
        self._recent = [recent_attempt(record), *self._recent][:RECENT]
        # A laptop that was interrupted and has now been tested again needs no notice.
        self._notices = tuple(note for note in self._notices if not note.startswith(f"{record.scan.serial}:"))
        self.kept_something()
        self.labels_changed()
        self._spawn(self._after_attempt())

    async def _after_attempt(self) -> None:
        with contextlib.suppress(StoreRefused):
            await self.refresh()
        self._publish(BenchChanged(self._bar, tuple(self._recent), self._notices))

    def answer(
        self, outcome: ScanOutcome, text: str, sentence: str, slot: int = 0, scanner: str = "", ref: str = ""
    ) -> None:
        """Tells every screen what became of a scan, or of a setting (without a scanner)."""
        self._publish(ScanAnswer(outcome, text, sentence, slot, scanner, ref))

    def _show_bar(self, **changes: object) -> None:
        bar = msgspec.structs.replace(self._bar, **changes)
        if bar != self._bar:
            self._bar = bar
            self._publish(BenchChanged(bar, tuple(self._recent), self._notices))

    async def _quit(self, command: Quit) -> None:
        """Closes once; whoever asks again can only have it done at once."""
        if not self.closing.is_set():
            self.closing.set()
            self._spawn(self._close(at_once=command.now))
        elif command.now:
            for slot in self._slots.values():
                await slot.abandon()

    async def _close(self, *, at_once: bool) -> None:
        async with self._scanning:
            pass  # a laptop that is being taken in has its slot now; the next one is told that the bench closes
        for slot in self._slots.values():
            if at_once:
                await slot.abandon()
            else:
                await slot.wait()
        await self.devices.stop()
        for slot in self._slots.values():
            await slot.close()
        await self._docks.close()
        ending = self._background - {asyncio.current_task()}
        if ending:
            await asyncio.wait(ending)
        self.closed.set()

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
