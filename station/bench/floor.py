"""What those who serve a scan need of the engine: its slots, its people, what judges, and a voice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct

from specs.profile import Profile
from station.bench.people import People
from station.bench.protocol import ScanOutcome
from station.bench.slot import Slot
from station.bench.slot_gates import SlotGates
from station.bench.viewing import Viewing

__all__ = ["Floor", "Obeyed"]


class Obeyed(Struct, frozen=True):
    """What came of a command, in one sentence, and the slot that it spoke to (0: to none)."""

    outcome: ScanOutcome
    sentence: str
    slot: int = 0


class Floor(Protocol):
    """What the desk needs of the engine."""

    @property
    def slots(self) -> Mapping[int, Slot]:
        """The slots by their numbers."""
        ...

    @property
    def people(self) -> People:
        """Who is at the bench."""
        ...

    @property
    def gates(self) -> SlotGates:
        """Which slots are blocked, and which laptops are golden."""
        ...

    @property
    def viewing(self) -> Viewing:
        """What the bench shows."""
        ...

    @property
    def judged_by(self) -> Profile | str:
        """The profile in use, or the sentence that says why nothing is tested."""
        ...

    @property
    def leaving(self) -> bool:
        """True once the bench takes no more laptops."""
        ...

    def answer(
        self, outcome: ScanOutcome, text: str, sentence: str, slot: int = 0, scanner: str = "", ref: str = ""
    ) -> None:
        """Tells every screen what became of a scan."""
        ...

    def leaf(self, verb: str) -> None:
        """Tells every screen that HELP or MORE was scanned."""
        ...

    async def holds_changed(self) -> None:
        """A laptop was put on hold or taken off: every slot that has it shows so, and there may be a label to print."""
        ...

    def labels_called_back(self) -> None:
        """A label that still had to be printed is wanted no longer."""
        ...

    def waiting_changed(self) -> None:
        """Other labels wait for their laptops now."""
        ...
