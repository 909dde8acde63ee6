"""The gate of every slot at the start of a shift: what the engine asks before it takes a laptop in.

`station.bench.gating` decides; this keeps what it decides by, read from the store at each `refresh`, so that `blocked`
waits for no disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, tzinfo

import msgspec
from msgspec import Struct

from specs.profile import Profile
from station.bench import gate_wording
from station.bench.expecting import problems_of, profile_id
from station.bench.gating import GateFacts, slot_gate
from station.bench.keeper import Keeper
from station.bench.pages import SlotGate
from station.bench.shifts import SHIFTS, USUAL_SHIFTS, Shift, kept_shifts, shift_of
from station.clock import Clock, utc_text
from station.doctor_symptom import Symptom
from station.records import AttemptKind, AttemptRecord, AttemptStatus
from station.store.bench_store import BenchStore
from station.store.golden_book import GateWaiver, Golden, GoldenBook

__all__ = ["Gate", "GoldenRunTold", "gate_facts", "starts_kept"]


class GoldenRunTold(Struct, frozen=True):
    """How a golden laptop's run came out, in a sentence; `well` where it proves what it should. Empty: nothing ran."""

    sentence: str = ""
    well: bool = True


class Gate:
    """The gate of one bench. Its asynchronous methods raise `StoreRefused`, and then nothing has happened.

    `zone` is where the shifts are; None is this computer's own.
    """

    def __init__(self, keeper: Keeper, clock: Clock, zone: tzinfo | None = None) -> None:
        self._keeper = keeper
        self._clock = clock
        self._zone = zone
        self._starts: tuple[time, ...] = kept_shifts(USUAL_SHIFTS)
        self._shift = shift_of(self._starts, clock.wall(), zone)
        self._facts = GateFacts(self._shift.name)
        self._symptoms: tuple[Symptom, ...] = ()

    async def refresh(self, profile: Profile | None, slots: Iterable[int]) -> bool:
        """Reads again what the gate is decided by, for the profile in use. True where a slot stands otherwise now.

        To be called at the start, where the profile changes, after a golden laptop's run, and every few seconds: golden
        laptops and waivers come from the command line too.
        """
        numbers = tuple(slots)
        before = self.gates(numbers)
        used = ("", "") if profile is None else (profile.id, profile.digest)
        read = await self._keeper.ask(lambda store: _read(store, self._clock, *used, self._zone))
        self._starts, self._shift, self._facts = read.starts, read.shift, read.facts
        return self.gates(numbers) != before

    def symptoms(self, found: Sequence[Symptom]) -> None:
        """What the doctor has found; what the bench cannot do without blocks every slot until it is well again."""
        self._symptoms = tuple(found)

    def blocked(self, slot: int) -> str:
        """Why a slot takes in no laptop of a delivery, in one sentence that says what to do; empty where it does."""
        stands = self._gate(slot)
        return stands.sentence if stands.state == "blocked" else ""

    @property
    def missing(self) -> bool:
        """True where the doctor has found that the bench lacks what it cannot do without."""
        return any(one.needed and not one.well for one in self._symptoms)

    def waivable(self, slot: int) -> bool:
        """True where a waiver would open the slot: it is blocked, and by no symptom."""
        return bool(self.blocked(slot)) and not self.missing

    def golden(self, serial: str) -> Golden | None:
        """The golden or known-bad laptop with that serial number. It may be tested in a blocked slot too, always as an
        `AttemptKind.BENCH_CHECK`, under whichever profile.
        """
        return next((one for one in self._facts.goldens if one.serial == serial), None)

    async def ended(self, record: AttemptRecord, profile: Profile | None) -> GoldenRunTold:
        """A bench check has ended: keeps how it came out, and says so.

        Empty for an attempt on a laptop of a delivery, and for one that is golden no longer. `profile` is the one in
        use now; the run counts under the one by which it was judged.
        """
        if record.kind is not AttemptKind.BENCH_CHECK:
            return GoldenRunTold()
        told = await self._keeper.ask(lambda store: _keep(store, self._clock, record, self._zone))
        await self.refresh(profile, ())
        return told

    def proved(self, record: AttemptRecord) -> str:
        """What a bench check has proved, in a sentence; empty where its laptop is golden no longer."""
        golden = self.golden(record.scan.serial)
        return _proved(golden, record).sentence if golden is not None else ""

    async def waive(self, slot: int, asked_by: str, approved_by: str, reason: str) -> str:
        """Opens a slot without its golden laptops until the end of this shift; gives the sentence that says so.

        Whoever calls has seen that two people stand behind it, one of them a supervisor.
        """
        until = utc_text(self.shift.ends)

        def waive(store: BenchStore) -> tuple[GateWaiver, ...]:
            book = GoldenBook(store, self._clock)
            book.waive(slot, until, asked_by, approved_by, reason)
            return tuple(book.waivers(self._clock.now_text()))

        waivers = await self._keeper.ask(waive)
        self._facts = msgspec.structs.replace(self._facts, waivers=waivers)
        return self._gate(slot).sentence

    @property
    def shift(self) -> Shift:
        """The shift that it is now."""
        now = self._clock.wall()
        if not self._shift.begins <= now < self._shift.ends:
            self._shift = shift_of(self._starts, now, self._zone)
        return self._shift

    def gates(self, slots: Iterable[int]) -> tuple[SlotGate, ...]:
        """How slots stand now."""
        return tuple(self._gate(slot) for slot in slots)

    def _gate(self, slot: int) -> SlotGate:
        facts = msgspec.structs.replace(self._facts, shift=self.shift.name, symptoms=self._symptoms)
        return slot_gate(slot, facts, self._clock.now_text(), self._zone)


class _Read(Struct, frozen=True):
    """What one look at the store gives."""

    starts: tuple[time, ...]
    shift: Shift
    facts: GateFacts


def gate_facts(
    store: BenchStore, clock: Clock, profile: str, digest: str, zone: tzinfo | None = None
) -> tuple[Shift, GateFacts]:
    """The shift that it is now, and what the store knows of it for a profile in use; symptoms are not in it."""
    read = _read(store, clock, profile, digest, zone)
    return read.shift, read.facts


def starts_kept(store: BenchStore) -> tuple[time, ...]:
    """When the shifts of this bench begin."""
    return kept_shifts(store.setting(SHIFTS, USUAL_SHIFTS))


def _read(store: BenchStore, clock: Clock, profile: str, digest: str, zone: tzinfo | None) -> _Read:
    starts = starts_kept(store)
    shift = shift_of(starts, clock.wall(), zone)
    book = GoldenBook(store, clock)
    facts = GateFacts(
        shift=shift.name,
        profile=profile,
        digest=digest,
        goldens=tuple(book.goldens()),
        runs=tuple(book.runs(shift.name)),
        waivers=tuple(book.waivers(clock.now_text())),
    )
    return _Read(starts, shift, facts)


def _keep(store: BenchStore, clock: Clock, record: AttemptRecord, zone: tzinfo | None) -> GoldenRunTold:
    """Keeps a golden laptop's run in the shift in which it ended; says how it came out."""
    book = GoldenBook(store, clock)
    golden = book.golden(record.scan.serial)
    if golden is None:
        return GoldenRunTold()
    if record.status is AttemptStatus.COMPLETED and profile_id(record.profile) == golden.profile:
        problems = problems_of(golden.kind, golden.expected, record.findings)
        shift = shift_of(starts_kept(store), datetime.fromisoformat(record.finished_at).timestamp(), zone)
        book.keep_run(record, golden, shift.name, problems)
    return _proved(golden, record)


def _proved(golden: Golden, record: AttemptRecord) -> GoldenRunTold:
    if record.status is not AttemptStatus.COMPLETED:
        return GoldenRunTold(gate_wording.not_to_its_end(golden, record.slot), well=False)
    if profile_id(record.profile) != golden.profile:
        return GoldenRunTold(gate_wording.other_profile(golden, record.profile), well=False)
    problems = problems_of(golden.kind, golden.expected, record.findings)
    return GoldenRunTold(gate_wording.run_sentence(golden, record.slot, problems), well=not problems)
