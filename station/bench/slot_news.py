"""What follows when a slot says something new: its laptop came or left, its state changed, its attempt ended."""

from __future__ import annotations

import asyncio
import contextlib
import traceback
from typing import TYPE_CHECKING

from station.bench.protocol import ScanOutcome, SlotState, StopKind
from station.bench.slot import Slot
from station.bench.taking_in import BY_BENCH
from station.records import AttemptRecord
from station.store.bench_store import StoreRefused

if TYPE_CHECKING:
    from station.bench.engine import Engine

__all__ = ["SlotNews"]


class SlotNews:
    """The news of one bench's slots."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._looking: asyncio.Task[None] | None = None
        self._look_again = False

    def changed(self, state: SlotState) -> None:
        """A slot is now this."""
        if state.stop is not None and state.stop.kind is StopKind.INTERRUPTED:
            # The slot itself says so now.
            self._engine.telling.forget_notices_of(state.serial)
        self._engine.telling.slot(state)

    def known(self, slot: Slot) -> None:
        """Somebody has come or left, or a slot is free: a label may have waited for that."""
        self.look_at_labels()

    def look_at_labels(self) -> None:
        """Labels that wait may have found their laptops."""
        self._look_again = True
        if self._looking is None or self._looking.done():
            self._looking = self._engine.spawn(self._look())

    async def _look(self) -> None:
        while self._look_again:
            self._look_again = False
            async with self._engine.turn:
                try:
                    await self._engine.desk.taking_in.look_again()
                except Exception:
                    # A defect of ours: the labels wait on, and the bench runs on.
                    traceback.print_exc()

    def ended(self, record: AttemptRecord) -> None:
        """An attempt has ended, and is kept."""
        engine = self._engine
        engine.telling.ended(record)
        # A laptop that was interrupted and has now been tested again needs no notice.
        engine.telling.forget_notices_of(record.scan.serial)
        engine.kept_something()
        engine.labels_changed()
        engine.spawn(self._after(record))

    async def _after(self, record: AttemptRecord) -> None:
        engine = self._engine
        told = await engine.gates.ended(record)
        if told.sentence:
            slot = engine.slots.get(record.slot)
            if record.verdict is not None and slot is not None and slot.state.attempt_id == record.attempt_id:
                slot.update(headline=told.sentence)
            # A golden laptop that came out otherwise stops its slot: it is seen and heard as a refusal is.
            outcome = ScanOutcome.ACCEPTED if told.well else ScanOutcome.REFUSED
            engine.telling.answer(outcome, record.scan.serial, told.sentence, record.slot, BY_BENCH)
        with contextlib.suppress(StoreRefused):
            await engine.refresh()
        async with engine.turn:
            await engine.viewing.refresh()
        engine.telling.show()
