"""What the desk writes into the journal: codes before anybody understands them, and what became of each label."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from hardware.scanners.scanner import Code
from station.bench.keeper import Keeper
from station.bench.understanding import Understanding
from station.store.bench_store import StoreRefused
from station.store.journal import KeptLabel, ScanFate

__all__ = ["DeskJournal", "Read"]


class Read(Struct, frozen=True):
    """Codes that were read together: as they are kept, as they may be shown, by which scanner, and what they mean.

    `ref` is that of the `Scan`.
    """

    label: KeptLabel
    shown: str
    scanner: str
    meaning: Understanding
    ref: str = ""


class DeskJournal:
    """The desk's side of the journal. None where the disk refuses, which the technician must be told."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper

    async def keep(self, codes: Sequence[Code], scanner: str) -> KeptLabel | None:
        """The codes, as they were read."""
        try:
            return await self._keeper.ask(lambda store: store.journal.keep(codes, scanner))
        except StoreRefused:
            return None

    async def settle(self, read: Read, fate: ScanFate, reason: str = "") -> KeptLabel | None:
        """What a label was taken for, and what became of it."""
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

    async def move(self, label: KeptLabel, fate: ScanFate, reason: str = "") -> KeptLabel | None:
        """What became in the end of a label that waited."""
        try:
            return await self._keeper.ask(lambda store: store.journal.move(label, fate, reason))
        except StoreRefused:
            return None
