"""The bench engine: slots, scans and what runs where. It talks to screens only through `publish` and `handle`.

A scan is kept in the store before anything is done with it. A scan that finds no free slot starts nothing: the
technician is told to scan again when the laptop is in the slot. Nothing here draws, prints or reads keys.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from hardware.laptops.link import Link
from hardware.laptops.recorded import RecordedBundle
from hardware.laptops.this_machine import ThisMachine
from specs.identifiers import BadIdentifier, Serial
from specs.profile import Profile, ProfileError
from specs.profiles import Library
from specs.text import clean
from station.bench import wording
from station.bench.keeper import Keeper
from station.bench.lines import recent_attempt
from station.bench.protocol import (
    LONGEST_SHOWN_SCAN,
    BenchBar,
    BenchChanged,
    BenchState,
    Command,
    Event,
    PutInSlot,
    Quit,
    RecentAttempt,
    Scan,
    ScanAnswer,
    ScanOutcome,
    SlotChanged,
    SlotState,
    StopSlot,
    UseProfile,
)
from station.bench.slot import Slot
from station.clock import Clock, utc_text
from station.records import AttemptRecord
from station.store.bench_store import BenchStore, KeptScan, StoreRefused

__all__ = ["DEFAULT_PROFILE", "MOST_SLOTS", "THIS_MACHINE", "Engine", "link_for"]

DEFAULT_PROFILE: Final = "ghwt-2021w-windows-laptop"
THIS_MACHINE: Final = "this-machine"
MOST_SLOTS: Final = 16
RECENT: Final = 12
BOUNCE_S: Final = 1.5
"""The same code again within this time is the scanner's bounce (domain/tui.md section 4)."""


def link_for(laptop: str) -> Link:
    """The link to a laptop as the settings name it."""
    return ThisMachine() if laptop == THIS_MACHINE else RecordedBundle(Path(laptop))


class Engine:
    """One bench. `publish` is called with every event for the screens, in order.

    `link_for` gives the link to a laptop named in the settings: "this-machine", or a recorded bundle's path.
    """

    def __init__(
        self,
        keeper: Keeper,
        library: Library,
        clock: Clock,
        operator: str,
        publish: Callable[[Event], None],
        link_for: Callable[[str], Link] = link_for,
    ) -> None:
        self._keeper = keeper
        self._library = library
        self._clock = clock
        self._operator = operator
        self._publish = publish
        self._link_for = link_for
        self._slots: dict[int, Slot] = {}
        self._recent: list[RecentAttempt] = []
        self._notices: tuple[str, ...] = ()
        self._last_accepted: tuple[str, float] = ("", float("-inf"))
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
        self._notices += await self._find_interrupted(settings["profile"])
        self._recent = [recent_attempt(one) for one in await self._keeper.ask(lambda store: store.recent(RECENT))]
        if not any(settings[f"slot.{number}"] for number in range(1, MOST_SLOTS + 1)):
            settings["slot.1"] = THIS_MACHINE
        for number in range(1, MOST_SLOTS + 1):
            if settings[f"slot.{number}"]:
                self._make_slot(number).connect(self._link_for(settings[f"slot.{number}"]))
        self._bar = BenchBar(
            bench=clean(bench_name, 40),
            operator=clean(self._operator, 40),
            profile=self._profile.reference if self._profile else clean(settings["profile"], 120),
            profile_title=self._profile.title if self._profile else wording.NO_PROFILE,
        )
        await self.refresh()
        for slot in self._slots.values():
            self._spawn(slot.worker.start())

    async def _find_interrupted(self, chosen: str) -> tuple[str, ...]:
        """Ends what the last run left behind, as interrupted; a sentence for each."""
        operator = self._operator
        profile, digest = (self._profile.reference, self._profile.digest) if self._profile else (clean(chosen, 120), "")

        def find(store: BenchStore) -> list[AttemptRecord]:
            for scan in store.unused_scans():
                # The bench stopped between the scan and its attempt: that too is an attempt without a verdict.
                store.begin_attempt(
                    scan,
                    slot=1,
                    operator=operator,
                    profile=profile,
                    profile_digest=digest,
                    link="",
                )
            return store.recover(wording.INTERRUPTED_NOTE)

        interrupted = await self._keeper.ask(find)
        return tuple(wording.interrupted_notice(one.scan.serial, one.attempt_id) for one in interrupted)

    def state(self) -> BenchState:
        """Everything, for a screen that has just come."""
        slots = tuple(self._slots[number].state for number in sorted(self._slots))
        return BenchState(self._bar, slots, tuple(self._recent), self._notices)

    async def handle(self, command: Command) -> None:
        """Does what a screen asks. What came of it goes to every screen."""
        match command:
            case Scan():
                async with self._scanning:
                    await self._scan(command)
            case StopSlot():
                slot = self._slots.get(command.slot)
                if slot is not None:
                    slot.stop()
            case PutInSlot():
                async with self._scanning:
                    await self._put(command)
            case UseProfile():
                await self._use_profile(command)
            case Quit():
                self.closing.set()
                self._spawn(self._close(at_once=command.now))

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
        self._show_bar(
            unsent=status.unsent,
            oldest_unsent_seconds=oldest,
            dead_letters=status.dead,
            today=today.completed,
            today_passed=today.passed,
        )

    async def _scan(self, command: Scan) -> None:
        shown = clean(command.text, LONGEST_SHOWN_SCAN)
        try:
            serial = Serial.from_scan(command.text).text
        except BadIdentifier as error:
            reason = str(error)
            with contextlib.suppress(StoreRefused):
                await self._keeper.ask(
                    lambda store: store.keep_scan(command.text, "", command.scanner, "refused", reason)
                )
            self._answer(ScanOutcome.REFUSED, shown, wording.refused(reason))
            return
        here = next((slot for slot in self._slots.values() if slot.busy and slot.state.serial == serial), None)
        bounced = self._last_accepted[0] == serial and self._clock.monotonic() - self._last_accepted[1] < BOUNCE_S
        if here is not None or bounced:
            sentence = wording.already_here(serial, here.number) if here else wording.just_scanned(serial)
            await self._keep(command, serial, "known")
            self._answer(ScanOutcome.KNOWN, shown, sentence, here.number if here else 0)
            return
        profile = self._profile
        if profile is None:
            await self._keep(command, serial, "refused")
            self._answer(ScanOutcome.REFUSED, shown, self._profile_fault)
            return
        slot = self._free_slot()
        if slot is None or self.closing.is_set():
            await self._keep(command, serial, "refused")
            # Not queued: it would start on the laptop that is still in the slot, and wipe a verdict nobody has read.
            busy = [slot for slot in self._slots.values() if slot.busy]
            outcome = ScanOutcome.WAITING if busy else ScanOutcome.REFUSED
            self._answer(outcome, shown, wording.busy(serial, len(busy)) if busy else wording.NO_LAPTOP)
            return
        scan = await self._keep(command, serial, "kept")
        if scan is None:
            self._answer(ScanOutcome.REFUSED, shown, wording.DISK_REFUSES)
            return
        self._last_accepted = (serial, self._clock.monotonic())
        slot.begin(scan, profile, self._operator)
        self._answer(ScanOutcome.ACCEPTED, shown, wording.accepted(serial, slot.number), slot.number)

    async def _keep(self, command: Scan, serial: str, outcome: str) -> KeptScan | None:
        """The scan in the journal; None where the disk refuses, which the technician must be told."""
        try:
            return await self._keeper.ask(lambda store: store.keep_scan(command.text, serial, command.scanner, outcome))
        except StoreRefused:
            return None

    def _free_slot(self) -> Slot | None:
        """The free slot that has stood longest without a verdict to read: an unused one first."""
        free = [slot for slot in self._slots.values() if slot.free]
        return min(free, key=lambda slot: (slot.state.verdict is not None, slot.finished, slot.number), default=None)

    async def _put(self, command: PutInSlot) -> None:
        if not 1 <= command.slot <= MOST_SLOTS:
            self._answer(ScanOutcome.REFUSED, "", wording.no_such_slot(command.slot))
            return
        slot = self._slots.get(command.slot) or self._make_slot(command.slot)
        if slot.busy:
            self._answer(ScanOutcome.REFUSED, "", wording.slot_busy(command.slot), command.slot)
            return
        laptop = command.laptop
        if laptop not in ("", THIS_MACHINE):
            laptop = str(Path(laptop).absolute())
            if not Path(laptop).exists():
                self._answer(ScanOutcome.REFUSED, "", wording.no_such_laptop(laptop), command.slot)
                return
        if not await self._set(f"slot.{command.slot}", laptop):
            return
        slot.connect(self._link_for(laptop) if laptop else None)

    async def _use_profile(self, command: UseProfile) -> None:
        try:
            profile = self._library.open(command.profile)
        except ProfileError as error:
            self._answer(ScanOutcome.REFUSED, "", clean(str(error)))
            return
        if not await self._set("profile", command.profile):
            return
        self._profile = profile
        self._notices = tuple(note for note in self._notices if note != self._profile_fault)
        self._notices += (wording.profile_in_use(profile.title),)
        self._show_bar(profile=profile.reference, profile_title=profile.title)

    async def _set(self, name: str, value: str) -> bool:
        """Keeps a setting before it counts; False where the disk refuses, which the one who asked is told."""
        try:
            await self._keeper.ask(lambda store: store.set_setting(name, value))
        except StoreRefused:
            self._answer(ScanOutcome.REFUSED, "", wording.DISK_REFUSES)
            return False
        return True

    def _make_slot(self, number: int) -> Slot:
        slot = Slot(number, self._keeper, self._clock, self._slot_changed, self._slot_ended)
        self._slots[number] = slot
        return slot

    def _slot_changed(self, state: SlotState) -> None:
        self._publish(SlotChanged(state))

    def _slot_ended(self, record: AttemptRecord) -> None:
        self._recent = [recent_attempt(record), *self._recent][:RECENT]
        # A laptop that was interrupted and has now been tested again needs no notice.
        self._notices = tuple(note for note in self._notices if not note.startswith(f"{record.scan.serial}:"))
        self.kept_something()
        self._spawn(self._after_attempt())

    async def _after_attempt(self) -> None:
        with contextlib.suppress(StoreRefused):
            await self.refresh()
        self._publish(BenchChanged(self._bar, tuple(self._recent), self._notices))

    def _answer(self, outcome: ScanOutcome, text: str, sentence: str, slot: int = 0) -> None:
        self._publish(ScanAnswer(outcome, text, sentence, slot))

    def _show_bar(self, **changes: object) -> None:
        bar = msgspec.structs.replace(self._bar, **changes)
        if bar != self._bar:
            self._bar = bar
            self._publish(BenchChanged(bar, tuple(self._recent), self._notices))

    async def _close(self, *, at_once: bool) -> None:
        for slot in self._slots.values():
            if at_once:
                await slot.abandon()
            else:
                await slot.wait()
        for slot in self._slots.values():
            await slot.worker.stop()
        self.closed.set()

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
