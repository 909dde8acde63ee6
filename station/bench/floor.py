"""What those who serve a scan need of the engine: its slots, what judges, and a voice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from specs.profile import Profile
from station.bench.protocol import ScanOutcome
from station.bench.slot import Slot

__all__ = ["Floor"]


class Floor(Protocol):
    """What the desk needs of the engine."""

    @property
    def slots(self) -> Mapping[int, Slot]:
        """The slots by their numbers."""
        ...

    @property
    def operator(self) -> str:
        """Who is at the bench."""
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

    async def holds_changed(self) -> None:
        """A laptop was put on hold or taken off: every slot that has it shows so, and there may be a label to print."""
        ...

    def focus_changed(self) -> None:
        """The focus, or the slot that the next laptop was promised, is another one."""
        ...
