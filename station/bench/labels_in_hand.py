"""The labels that a bench has in hand: those that wait for their laptops, and those that stop a slot.

Both are in the journal as waiting: after a crash the next start says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import msgspec
from msgspec import Struct

from station.bench import wording
from station.bench.desk_journal import DeskJournal
from station.bench.protocol import StopKind
from station.bench.slot import Slot
from station.clock import Clock
from station.store.journal import KeptLabel, ScanFate

__all__ = ["MOST_WAITING", "Label", "LabelsInHand"]

MOST_WAITING: Final = 16
"""Labels that wait at once: one for each slot that there can be."""
LONGEST_WAIT_S: Final = 600.0
"""Seconds after which a label waits no longer: nobody remembers it, and the laptop that comes may be another's."""


class Label(Struct, frozen=True):
    """One label, in hand since a moment of the monotonic clock. `promised` is the slot that SLOT N named (0: none);
    `golden`: it is of a laptop that proves the bench. `asking`: it waits only until laptops have said who they are.
    """

    serial: str
    kept: KeptLabel
    shown: str
    at: float
    promised: int = 0
    golden: bool = False
    asking: bool = False


class LabelsInHand:
    """One bench's. `changed` is called when others wait. The engine holds its lock around each call."""

    def __init__(
        self, slots: Mapping[int, Slot], journal: DeskJournal, clock: Clock, changed: Callable[[], None]
    ) -> None:
        self._slots = slots
        self._journal = journal
        self._clock = clock
        self._changed = changed
        self._waiting: list[Label] = []
        self._stopping: dict[int, Label] = {}

    # Those that wait

    @property
    def waiting(self) -> tuple[Label, ...]:
        """The labels that wait for their laptops, oldest first."""
        return tuple(self._waiting)

    @property
    def waited_at(self) -> float:
        """Since when the last label waits, by the monotonic clock; long ago where none does."""
        return max((one.at for one in self._waiting), default=float("-inf"))

    def waits(self, serial: str) -> Label | None:
        """The label with that serial number that waits."""
        return next((one for one in self._waiting if one.serial == serial), None)

    def wait(self, label: Label) -> None:
        """This label waits from now on. The journal knows it."""
        self._waiting.append(label)
        self._changed()

    def promise(self, label: Label, slot: int) -> None:
        """A label that waits does so for this slot."""
        self._waiting[self._waiting.index(label)] = msgspec.structs.replace(label, promised=slot)

    def all_have_said(self) -> None:
        """No laptop is asked any more who it is: what waits, waits for one that comes."""
        self._waiting = [msgspec.structs.replace(one, asking=False) for one in self._waiting]

    def remove(self, label: Label) -> None:
        """It waits no longer: what follows is the caller's."""
        self._waiting.remove(label)
        self._changed()

    async def drop(self, label: Label, fate: ScanFate, reason: str) -> None:
        """It waits no longer, and nothing follows."""
        self.remove(label)
        await self._journal.move(label.kept, fate, reason)

    @property
    def expired(self) -> tuple[Label, ...]:
        """Those that have waited for too long."""
        oldest = self._clock.monotonic() - LONGEST_WAIT_S
        return tuple(one for one in self._waiting if one.at <= oldest)

    async def take_back(self) -> str:
        """UNDO: the last label that waits does so no longer; its serial, empty where none waits."""
        if not self._waiting:
            return ""
        last = max(self._waiting, key=lambda one: one.at)
        await self.drop(last, ScanFate.REFUSED, wording.LABEL_TAKEN_BACK)
        return last.serial

    async def put_back(self, label: Label) -> None:
        """Its laptop left in the same moment in which a test of it was to begin: it waits again."""
        self._stopping = {slot: one for slot, one in self._stopping.items() if one.serial != label.serial}
        if self.waits(label.serial) is None:
            self.wait(msgspec.structs.replace(label, promised=0))
        await self._journal.move(label.kept, ScanFate.WAITING)

    # Those that stop a slot

    def disputed(self, slot: int) -> Label | None:
        """The label that stops a slot, because its laptop says another serial number."""
        stop = self._slots[slot].state.stop if slot in self._stopping else None
        return self._stopping[slot] if stop is not None and stop.kind is StopKind.CONFLICT else None

    def disputing(self, serial: str) -> int:
        """The slot that the label with that serial number stops; 0 for none."""
        return next((number for number, one in self._stopping.items() if one.serial == serial), 0)

    def look_at_stops(self) -> None:
        """A laptop that contradicted its label has left, or the right one has come to another slot: the label waits for
        the right one again.
        """
        for number in [number for number in self._stopping if self.disputed(number) is None or self._stands(number)]:
            one = self._stopping.pop(number)
            self._slots[number].clear_stop()
            if self.waits(one.serial) is None:
                self.wait(msgspec.structs.replace(one, promised=0))

    def _stands(self, number: int) -> bool:
        """True where the laptop of the label that stops this slot is free in another one."""
        serial = self._stopping[number].serial.casefold()
        others = (one for one in self._slots.values() if one.number != number and one.free)
        return any(one.who is not None and one.who.serial.casefold() == serial for one in others)

    async def stop(self, slot: Slot, label: Label, sentence: str) -> None:
        """The slot waits for a decision about this label."""
        before = self.let_go(slot.number)
        self._stopping[slot.number] = label
        slot.conflict(label.kept, sentence)
        await self.settle(before)

    def let_go(self, slot: int) -> Label | None:
        """A test begins, or another label stops the slot: gives the one that stopped it, which the caller settles."""
        return self._stopping.pop(slot, None)

    async def settle(self, label: Label | None, reason: str = wording.OTHER_LABEL_READ) -> None:
        """What became of a label that stopped a slot: nothing."""
        if label is not None:
            await self._journal.move(label.kept, ScanFate.REFUSED, reason)
