"""The bench engine: slots, scans and what runs where. It talks to screens only through `publish` and `handle`.

A scan is kept in the store before anything is done with it, and each is answered, whatever goes wrong. Nothing here
draws, prints or reads keys.
"""

from __future__ import annotations

import asyncio
import contextlib
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from hardware.scanners.grammar.grammar import Grammar
from hardware.scanners.scanner import Code, Garbled, Heard
from specs.profile import Profile
from specs.profiles import Library
from specs.text import clean
from station.bench import wording
from station.bench.counting import count_now
from station.bench.devices import Devices
from station.bench.docks import THIS_MACHINE, Docks
from station.bench.focus import Focus
from station.bench.gate import Gate
from station.bench.handling import handle
from station.bench.keeper import Keeper
from station.bench.labels import BENCH_NAME
from station.bench.people import People
from station.bench.places import MOST_SLOTS, Places
from station.bench.profile_in_use import DEFAULT_PROFILE, ProfileInUse
from station.bench.protocol import (
    LONGEST_SHOWN_SCAN,
    BenchBar,
    BenchState,
    Command,
    Event,
    ScanOutcome,
    View,
)
from station.bench.scan_desk import ScanDesk, without_secrets
from station.bench.scanners import Scanners
from station.bench.slot import Slot
from station.bench.slot_gates import SlotGates
from station.bench.slot_news import SlotNews
from station.bench.starting import end_left_behind, restore_slots
from station.bench.telling import RECENT, Telling
from station.bench.understanding import Reads
from station.bench.viewing import Viewing
from station.bench.views.view import BenchView
from station.clock import Clock
from station.store.bench_store import StoreRefused

__all__ = ["Engine"]

LONGEST_NAME: Final = 40


class Engine:
    """One bench. `publish` is called with every event for the screens, in order.

    `user` is whose name records carry where nobody is enrolled. `docks` gives each slot the dock that its setting
    names. `grammar` finds the serial number among the codes of a label; where it is a sentence, nothing is taken in.
    `views` are those beside the slots.
    """

    def __init__(
        self,
        keeper: Keeper,
        library: Library,
        clock: Clock,
        user: str,
        publish: Callable[[Event], None],
        docks: Docks,
        grammar: Reads | str | None = None,
        views: Mapping[View, BenchView] | None = None,
        gate: Gate | None = None,
    ) -> None:
        self._keeper = keeper
        self._clock = clock
        self._user = user
        self._docks = docks
        self._slots: dict[int, Slot] = {}
        self._grammar_fault = grammar if isinstance(grammar, str) else ""
        self._background: set[asyncio.Task[None]] = set()
        self._news = SlotNews(self)
        self.turn = asyncio.Lock()
        """Held around each scan and command: two screens may scan the same laptop in the same moment, and one after the
        other, the second is known already."""
        self.closing = asyncio.Event()
        self.closed = asyncio.Event()
        self.kept_something: Callable[[], None] = lambda: None
        """Called after each record is kept, so that the upload need not wait for its next turn."""
        self.labels_changed: Callable[[], None] = lambda: None
        """Called when there is a label to print, or another printer."""
        bar = BenchBar(bench="", operator=clean(user, LONGEST_NAME), profile="", profile_title="")
        self.telling = Telling(publish, bar)
        """What every screen is told."""
        self.profile = ProfileInUse(library)
        """What judges."""
        self.people = People(keeper, clock, user, self._people_changed)
        """Who is at the bench."""
        self.viewing = Viewing(views or {}, self._view_changed)
        """What the bench shows."""
        self.gates = SlotGates(
            gate or Gate(keeper, clock), self._slots, lambda: self.profile.profile, clock, self._gates_changed
        )
        """Which slots are blocked."""
        self.devices = Devices(keeper, lambda why: self.answer(ScanOutcome.REFUSED, "", why), self._show_devices)
        """The scanners and the printer."""
        self.focus = Focus(self._slots, clock, self._focus_changed)
        """Which slot the commands speak to."""
        reads = Grammar.load() if grammar is None or isinstance(grammar, str) else grammar
        self.desk = ScanDesk(self, keeper, clock, reads, self.focus)
        """What scans and commands do."""
        self.places = Places(docks, self.devices, self._slots, self._make_slot, self.answer)
        """Where the slots get their laptops from."""

    @property
    def slots(self) -> Mapping[int, Slot]:
        """The slots by their numbers."""
        return self._slots

    @property
    def judged_by(self) -> Profile | str:
        """The profile in use, or the sentence that says why nothing is tested."""
        return self._grammar_fault or self.profile.judged_by

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
        bench, profile = clean(bench_name, LONGEST_NAME), self.profile
        profile.open(settings["profile"])
        left = await end_left_behind(self._keeper, self._user, profile.reference, profile.digest)
        self.telling.ended(*await self._keeper.ask(lambda store: store.recent(RECENT)))
        self.telling.notice(profile.fault, self._grammar_fault, *left.notices)
        self.telling.show_bar(bench=bench, profile=profile.reference, profile_title=profile.title)
        await self.people.refresh()
        await self.desk.open()
        if not any(settings[f"slot.{number}"] for number in range(1, MOST_SLOTS + 1)):
            settings["slot.1"] = THIS_MACHINE
        for number in range(1, MOST_SLOTS + 1):
            if settings[f"slot.{number}"]:
                await self.places.open(number, settings[f"slot.{number}"])
        await self.gates.look()
        await restore_slots(self._keeper, self._clock, self._slots, left.without_slot, self.gates.proved)
        with contextlib.suppress(StoreRefused):  # only the labels would name the bench otherwise
            await self._keeper.ask(lambda store: store.set_setting(BENCH_NAME, bench))
        self.focus.look_at(min(self._slots, default=1))
        await self.refresh()
        for slot in self._slots.values():
            self.spawn(slot.worker.start())

    async def listen(self, scanners: Scanners) -> None:
        """Listens to the scanners of the settings; one that cannot be used is a notice, never the end of the start."""
        self.telling.notice(*await self.devices.listen(scanners))
        self._show_devices()

    # What comes in

    async def heard(self, told: Heard | Garbled) -> None:
        """What one of the engine's own scanners read."""
        if isinstance(told, Heard):
            await self.read(told.codes, told.scanner)
        else:
            async with self.turn:
                await self.desk.garbled(told)

    async def read(self, codes: Sequence[Code], scanner: str, ref: str = "", read_at: str = "") -> None:
        """Codes that were read together, by whichever scanner; `ref` and `read_at` as in `Scan`."""
        async with self.turn:
            try:
                await self.desk.read(codes, scanner, ref, read_at)
            except Exception:
                # A defect of ours: whoever scanned is told, and the next scan has its turn.
                traceback.print_exc()
                shown = clean(" ".join(without_secrets(code.text) for code in codes), LONGEST_SHOWN_SCAN)
                self.answer(ScanOutcome.REFUSED, shown, wording.SCAN_DEFECT, scanner=scanner, ref=ref)

    async def handle(self, command: Command) -> None:
        """Does what a screen asks. What came of it goes to every screen."""
        try:
            await handle(self, command)
        except Exception:
            # A defect of ours: the screen that asked is told, and not let go.
            traceback.print_exc()
            self.answer(ScanOutcome.REFUSED, "", wording.COMMAND_DEFECT)

    # What goes out

    def state(self) -> BenchState:
        """Everything, for a screen that has just come."""
        return self.telling.state(self._slots[number].state for number in sorted(self._slots))

    def answer(
        self, outcome: ScanOutcome, text: str, sentence: str, slot: int = 0, scanner: str = "", ref: str = ""
    ) -> None:
        """Tells every screen what became of a scan, or of a setting (without a scanner)."""
        self.telling.answer(outcome, text, sentence, slot, scanner, ref)

    def leaf(self, verb: str) -> None:
        """Tells every screen that HELP or MORE was scanned."""
        self.telling.leaf(verb)

    def notice(self, sentence: str) -> None:
        """Something that whoever looks after the bench should know; told until the bench is started again."""
        self.telling.notice(sentence)

    def central(self, state: str, note: str, pages_url: str) -> None:
        """What is known of central now."""
        self.telling.show_bar(central=state, central_note=clean(note, 200), pages_url=pages_url)

    async def tick(self) -> None:
        """Once a second: time has passed. Raises `StoreRefused`."""
        await self.gates.tick()
        async with self.turn:
            await self.people.refresh()
            await self.desk.taking_in.expire()
            await self.viewing.refresh()
        await self.refresh()

    async def refresh(self) -> None:
        """Counts again what the bar shows: unsent records, their age, today's attempts. Raises `StoreRefused`."""
        counted = await self._keeper.ask(lambda store: count_now(store, self._clock))
        for slot in self._slots.values():
            # A supervisor may have released a laptop, from a command line or another screen. Before its attempt is open
            # a slot says nothing of holds: it has not asked yet.
            if slot.state.attempt_id and slot.state.held != (slot.state.serial in counted.held):
                slot.update(held=not slot.state.held)
        self.telling.show_bar(
            unsent=counted.unsent,
            oldest_unsent_seconds=counted.oldest_unsent_seconds,
            dead_letters=counted.dead_letters,
            today=counted.today,
            today_passed=counted.today_passed,
            next_slot=self.focus.promised,
        )

    async def holds_changed(self) -> None:
        """A laptop was put on hold or taken off: every slot that has it shows so, and there may be a label to print."""
        with contextlib.suppress(StoreRefused):
            await self.refresh()
        self.labels_changed()

    def labels_called_back(self) -> None:
        """A label that still had to be printed is wanted no longer."""
        self.labels_changed()

    def waiting_changed(self) -> None:
        """Other labels wait for their laptops now."""
        self.telling.show_bar(waiting=tuple(one.serial for one in self.desk.taking_in.labels.waiting))

    def _focus_changed(self) -> None:
        self.telling.show_bar(focus=self.focus.slot, next_slot=self.focus.promised)

    def _people_changed(self) -> None:
        wanted = self.people.wanted
        self.telling.show_bar(
            operator=clean(self.people.name, LONGEST_NAME),
            role=self.people.role,
            badge_wanted=wanted.sentence if wanted is not None else "",
        )

    def _gates_changed(self) -> None:
        self.telling.show_bar(shift=self.gates.shift)
        self._news.look_at_labels()

    def _view_changed(self) -> None:
        self.telling.show_view(self.viewing.view, self.viewing.page)

    def _show_devices(self) -> None:
        self.telling.show_bar(devices=self.devices.lines, labels_waiting=self.devices.labels_waiting)

    # What it is made of

    def _make_slot(self, number: int) -> Slot:
        slot = Slot(number, self._keeper, self._clock, self._news.changed, self._news.ended, self._news.known)
        slot.bench = self.telling.bar.bench
        self._slots[number] = slot
        return slot

    def spawn(self, work: Awaitable[None]) -> asyncio.Task[None]:
        """Work beside all other, which the end waits for."""
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        return task

    # The end

    async def quit(self, *, at_once: bool) -> None:
        """Closes once; whoever asks again can only have it done at once."""
        if not self.closing.is_set():
            self.closing.set()
            self.spawn(self._close(at_once=at_once))
        elif at_once:
            for slot in self._slots.values():
                await slot.abandon()

    async def _close(self, *, at_once: bool) -> None:
        async with self.turn:
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
