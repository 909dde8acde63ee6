"""The gate at the slots: which of them are blocked, and why. A defect in it stops no scan from being answered."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from typing import Final

from specs.profile import Profile
from station.bench.gate import Gate, GoldenRunTold
from station.bench.gate_wording import shift_words
from station.bench.slot import Slot
from station.clock import Clock
from station.records import AttemptKind, AttemptRecord
from station.store.bench_store import StoreRefused

__all__ = ["SlotGates"]

LOOK_AGAIN_S: Final = 10.0
"""Seconds after which an idle bench reads again what the gate is decided by: golden laptops and waivers come from the
command line too."""


class SlotGates:
    """One bench's gate and its slots. `profile` gives the profile in use; `changed` is called when a slot was blocked
    or opened, or another shift has begun.
    """

    def __init__(
        self,
        gate: Gate,
        slots: Mapping[int, Slot],
        profile: Callable[[], Profile | None],
        clock: Clock,
        changed: Callable[[], None],
    ) -> None:
        self._gate = gate
        self._slots = slots
        self._profile = profile
        self._clock = clock
        self._changed = changed
        self._looked_at = float("-inf")
        self._said: dict[int, str] = {}
        self.shift = ""
        """The shift, in words; empty until the gate has looked."""

    async def look(self) -> None:
        """Reads again what the gate is decided by, and blocks or opens each slot."""
        self._looked_at = self._clock.monotonic()
        try:
            await self._gate.refresh(self._profile(), tuple(self._slots))
        except StoreRefused:
            pass  # it stays as it was
        except Exception:
            traceback.print_exc()
        self.show()

    async def tick(self) -> None:
        """Each second: a shift or a waiver may have come to its end, or the doctor has found something."""
        if self._clock.monotonic() - self._looked_at >= LOOK_AGAIN_S:
            await self.look()
        else:
            self.show()

    def show(self) -> None:
        """Blocks or opens each slot, as the gate stands now."""
        try:
            said = {number: self._gate.blocked(number) for number in self._slots}
            shift = shift_words(self._gate.shift)
        except Exception:
            traceback.print_exc()
            return
        if (said, shift) != (self._said, self.shift):
            for number, why in said.items():
                if why != self._said.get(number, ""):
                    self._slots[number].block(why)
            self._said, self.shift = said, shift
            self._changed()

    def is_golden(self, serial: str) -> bool:
        """True for a laptop that proves the bench, good or bad."""
        try:
            return self._gate.golden(serial) is not None
        except Exception:
            traceback.print_exc()
            return False

    def proved(self, record: AttemptRecord) -> str:
        """What became of a golden laptop, in a sentence; empty for any other."""
        if record.kind is not AttemptKind.BENCH_CHECK:
            return ""
        try:
            return self._gate.proved(record)
        except Exception:
            traceback.print_exc()
            return ""

    @property
    def missing(self) -> bool:
        """True where every slot is blocked by what the doctor has found."""
        return self._gate.missing

    def waivable(self, slot: int) -> bool:
        """True for a blocked slot that a waiver would open."""
        return self._gate.waivable(slot)

    async def ended(self, record: AttemptRecord) -> GoldenRunTold:
        """How a golden laptop came out; empty for any other."""
        told = GoldenRunTold()
        if record.kind is not AttemptKind.BENCH_CHECK:
            return told
        try:
            told = await self._gate.ended(record, self._profile())
        except StoreRefused:
            pass  # its attempt is kept; the run can be made again
        except Exception:
            traceback.print_exc()
        await self.look()
        return told

    async def waive(self, slot: int, asked_by: str, approved_by: str, reason: str) -> str:
        """Opens a slot until the end of the shift; a sentence about it. Raises `StoreRefused`."""
        sentence = await self._gate.waive(slot, asked_by, approved_by, reason)
        self.show()
        return sentence
