"""What the engine needs of a view that is not about slots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from hardware.scanners.scanner import Code
from station.bench.command_codes import CommandCode
from station.bench.pages import Page
from station.bench.protocol import ScanOutcome
from station.bench.understanding import Understanding
from station.store.journal import ScanFate

__all__ = ["BenchView", "Came", "Who"]


class Who(Struct, frozen=True):
    """Who is at the bench: a name, and whether it is a supervisor who has signed in with a badge."""

    name: str
    supervisor: bool = False


class Came(Struct, frozen=True):
    """What came of a scan or a command in a view, in one sentence; of a scan, what the journal keeps of it."""

    outcome: ScanOutcome
    sentence: str
    fate: ScanFate = ScanFate.COMMAND


class BenchView(Protocol):
    """One view. Its methods are called one after the other: the engine holds its lock around each.

    They raise `StoreRefused` where the disk refuses, and then nothing has happened.
    """

    async def open(self, who: Who) -> None:
        """It comes into view: it reads what it shows."""
        ...

    async def refresh(self) -> bool:
        """Once a second while it is in view, and after each attempt; True where the page is another one."""
        ...

    def close(self) -> None:
        """Something else comes into view."""
        ...

    @property
    def page(self) -> Page:
        """What it shows."""
        ...

    async def read(self, codes: Sequence[Code], meaning: Understanding, who: Who) -> Came | None:
        """Codes that were read together, and are no command. None: a scan means here what it means at the bench."""
        ...

    async def obey(self, command: CommandCode, who: Who) -> Came | None:
        """PASS, FAIL, NEXT, UNDO, HOLD, GO or CHOICE. None: that does nothing here."""
        ...
