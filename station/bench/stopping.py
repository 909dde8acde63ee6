"""A label and a laptop that name two serial numbers: what the slot keeps of it, and how it ends in a hold on both."""

from __future__ import annotations

from msgspec import Struct

from hardware.evidence.bundle import Item
from specs.profile import Profile
from station.bench import wording
from station.bench.bench_items import scan_item
from station.bench.identifying import Identified
from station.bench.protocol import Stop, StopKind
from station.records import AttemptRecord, AttemptStatus, DeviceSeen
from station.store.bench_store import BenchStore
from station.store.hold_book import put_inside
from station.store.journal import KeptLabel
from station.store.print_queue import cancel_inside
from station.store.refusing import storing

__all__ = ["Conflict", "Here"]


class Here(Struct, frozen=True):
    """The slot and the laptop of a conflict: the table is the item by which it said who it is."""

    slot: int
    link: str
    who: Identified
    table: Item | None


class Conflict:
    """One label in one slot whose laptop says another serial number. `sentence` tells a person of it."""

    def __init__(self, label: KeptLabel, sentence: str) -> None:
        self.label = label
        self.sentence = sentence
        self._attempt_id = ""

    @property
    def stop(self) -> Stop:
        """What stops the slot."""
        return Stop(StopKind.CONFLICT, self.sentence, "HOLD", wording.HOLD_SETTLES)

    def hold(self, store: BenchStore, here: Here, profile: Profile, operator: str) -> AttemptRecord:
        """Puts both serial numbers on hold, with an aborted attempt that keeps the label and the firmware's table.

        For the store's thread. Where the disk refuses it raises `StoreRefused`, and goes on there when asked again.
        """
        scan = self.label.giving
        if not self._attempt_id:
            self._attempt_id = store.begin_attempt(
                scan,
                slot=here.slot,
                operator=operator,
                profile=profile.reference,
                profile_digest=profile.digest,
                link=here.link,
                judged_by=profile,
            )
        attempt_id, fact = self._attempt_id, wording.contradiction(scan.serial, here.who.serial)
        store.spool_item(attempt_id, 0, scan_item(self.label))
        if here.table is not None:
            store.spool_item(attempt_id, 1, here.table)
        with storing(store.database):
            for serial in dict.fromkeys(one for one in (scan.serial, here.who.serial) if one):
                put_inside(store.database, store.clock, serial, attempt_id, operator, fact)
                cancel_inside(store.database, store.clock, serial, wording.LABEL_OF_HOLD)
        return store.finish_attempt(
            attempt_id,
            status=AttemptStatus.ABORTED,
            verdict=None,
            device=DeviceSeen(model=here.who.model, serial=here.who.serial),
            note=fact,
        )
