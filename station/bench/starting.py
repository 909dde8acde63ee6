"""What a bench that starts finds of the run before: attempts in the middle, labels that waited, who was in a slot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from msgspec import Struct

from station.bench import wording
from station.bench.keeper import Keeper
from station.bench.slot import Slot
from station.clock import Clock, utc_text
from station.records import AttemptKind, AttemptRecord, AttemptStatus
from station.store.bench_store import BenchStore
from station.store.journal import KeptLabel, ScanFate
from station.store.latest import latest_in_slots
from station.store.people_book import LONGEST_SHIFT_S

__all__ = ["LeftBehind", "end_left_behind", "restore_slots"]

RESTORED_S: Final = LONGEST_SHIFT_S
"""Seconds after which what became of a slot's last laptop is history: whoever put it there has gone home."""


class LeftBehind(Struct, frozen=True):
    """A sentence for each thing that the last run did not come to its end with, and the ids of attempts that had not
    come to a slot yet.
    """

    notices: tuple[str, ...]
    without_slot: tuple[str, ...]


async def end_left_behind(keeper: Keeper, operator: str, profile: str, digest: str) -> LeftBehind:
    """Ends what the last run left behind: attempts as interrupted, labels as lost. Raises `StoreRefused`.

    `operator`, and the profile in use, stand in the records of attempts that had not begun.
    """

    def find(store: BenchStore) -> tuple[list[KeptLabel], list[KeptLabel], list[str], list[AttemptRecord]]:
        lost, waited = store.journal.unsettled(), store.journal.waiting()
        for label in lost:
            store.journal.settle(label, ScanFate.LOST, reason=wording.INTERRUPTED_NOTE)
        for label in waited:
            store.journal.move(label, ScanFate.LOST, wording.INTERRUPTED_NOTE)
        begun = set(store.open_attempts())
        for label in store.journal.unused():
            # The bench stopped between the scan and its attempt: that too is an attempt without a verdict.
            store.begin_attempt(
                label.giving, slot=1, operator=operator, profile=profile, profile_digest=digest, link=""
            )
        interrupted = store.recover(wording.INTERRUPTED_NOTE)
        return lost, waited, [one.attempt_id for one in interrupted if one.attempt_id not in begun], interrupted

    lost, waited, without_slot, interrupted = await keeper.ask(find)
    return LeftBehind(
        (
            *(wording.interrupted_notice(one.scan.serial, one.attempt_id) for one in interrupted),
            *(wording.waiting_lost(label.giving.serial) for label in waited),
            *(wording.unsettled_notice(label.scans[0].raw) for label in lost),
        ),
        tuple(without_slot),
    )


async def restore_slots(
    keeper: Keeper,
    clock: Clock,
    slots: Mapping[int, Slot],
    without_slot: Iterable[str],
    proved: Callable[[AttemptRecord], str],
) -> None:
    """Each slot shows what became of its last laptop, and goes on with it where it was interrupted. `proved` says what
    a golden laptop has shown.

    Raises `StoreRefused`.
    """
    since, left_out = utc_text(max(0.0, clock.wall() - RESTORED_S)), frozenset(without_slot)
    latest = await keeper.ask(lambda store: latest_in_slots(store, tuple(slots), since, left_out))
    for number, record in latest.items():
        golden = record.kind is AttemptKind.BENCH_CHECK and record.verdict is not None
        note = proved(record) if golden else record.note
        slots[number].restore(record, note, record.status is AttemptStatus.INTERRUPTED)
