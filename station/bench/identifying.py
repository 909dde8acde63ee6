"""Who the laptop in a slot is, by its own firmware, before anybody has scanned anything.

A capture that is ended as soon as the firmware's table has come, and a parser in the slot's worker: what a laptop sends
is hostile. It is no part of a test: whatever goes wrong, the laptop is unknown, and nothing is held against it.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable
from contextlib import aclosing
from typing import Final

from msgspec import Struct

from hardware.evidence.bundle import Item
from hardware.laptops.link import CaptureStarted, Link, LinkError
from specs.identifiers import BadIdentifier, Serial
from specs.text import clean
from station.bench.worker_client import WorkerClient, WorkerFailed

__all__ = ["LONGEST_S", "TABLES", "Identified", "Identifying"]

LONGEST_S: Final = 10.0
"""Seconds for the capture, and again for the parser. The table is the first item of every capture and takes well under
a second, also over a serial line (some 4 kB at 115200 baud); a parser has to wait for its process after a start."""
TABLES: Final = ("smbios", "dmidecode", "windows")
"""The items that name the laptop, best first (`hardware.evidence.facts`)."""
MARKS: Final = TABLES[:2]
"""Those whose bytes are the same at each reading; what Windows says of itself has times and charges in it."""
LONGEST_MODEL: Final = 60


class Identified(Struct, frozen=True):
    """What a laptop says of itself; empty where it says nothing. `serial` is as a label would give it, and empty where
    no label could: a virtual machine's has blanks in it. `model` is cleaned.

    `mark` is the SHA-256, in hex, of the firmware's table as it was read: the same laptop, with the same firmware.
    """

    serial: str = ""
    model: str = ""
    mark: str = ""


NOBODY: Final = Identified()


class Identifying:
    """Who is in one slot: each laptop is asked once. `told` is called when it has said who it is, or never will."""

    def __init__(self, worker: WorkerClient, told: Callable[[], None]) -> None:
        self._worker = worker
        self._told = told
        self._link: Link | None = None
        self._asking: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.who: Identified | None = None
        """None while it is being asked, and where no laptop is there."""
        self.table: Item | None = None
        """The firmware's table by which it is known."""
        self._known: tuple[str, Identified, Item | None] = ("", NOBODY, None)

    def came(self, link: Link) -> None:
        """A laptop is there, or still is. One that is back, and has said who it is, is not asked again."""
        if link is self._link and (self.who is not None or self._asking is not None):
            return
        self.give_way()
        self._link = link
        identity, who, table = self._known
        if identity == link.identity and who != NOBODY:
            self.who, self.table = who, table
            return
        self.who = self.table = None
        self._asking = asyncio.create_task(self._ask(link, tuple(self._tasks)))
        self._tasks.add(self._asking)
        self._asking.add_done_callback(self._tasks.discard)

    def left(self) -> None:
        """No laptop is there."""
        self.give_way()
        self._link = self.who = self.table = None

    def forget(self) -> None:
        """Another place for laptops: whoever comes there is asked."""
        self.left()
        self._known = ("", NOBODY, None)

    def give_way(self) -> None:
        """A test begins: the laptop is asked nothing beside it."""
        self._asking = None
        for task in self._tasks:
            task.cancel()

    async def ended(self) -> None:
        """Until nothing is asked any more. Only after `give_way` or `left`."""
        if self._tasks:
            await asyncio.wait(tuple(self._tasks))

    async def _ask(self, link: Link, before: tuple[asyncio.Task[None], ...]) -> None:
        if before:
            await asyncio.wait(before)
        who, table = NOBODY, None
        try:
            async with asyncio.timeout(LONGEST_S):
                table = await _table_of(link)
            if table is not None:
                async with asyncio.timeout(LONGEST_S):
                    said = await self._worker.identify(table)
                mark = table.meta.sha256 if table.meta.id in MARKS else ""
                who = Identified(_as_on_a_label(said.serial), clean(said.model, LONGEST_MODEL), mark)
        except (LinkError, WorkerFailed, TimeoutError):
            table = None
        except Exception:
            traceback.print_exc()  # a defect of ours, and no fault of the laptop's
            table = None
        if self._link is link:
            self.who, self.table = who, table
            self._known = (link.identity, who, table)
            self._told()


def _as_on_a_label(said: str) -> str:
    """The serial number as a scan of its label would give it; empty where it is none that a scan could give. Such a
    laptop would contradict each label that it is ever given.
    """
    try:
        return Serial.from_scan(said).text
    except BadIdentifier:
        return ""


async def _table_of(link: Link) -> Item | None:
    """The best of the items that name the laptop and that it can give; None where it gives none."""
    found: dict[str, Item] = {}
    wanted: frozenset[str] = frozenset()
    async with aclosing(link.collect(fast=True)) as capture:
        async for arrived in capture:
            if isinstance(arrived, CaptureStarted):
                wanted = frozenset(TABLES) & frozenset(arrived.expected)
            elif arrived.meta.id in wanted:
                wanted -= {arrived.meta.id}
                if arrived.data and arrived.meta.error is None:
                    found[arrived.meta.id] = arrived
            best = next((name for name in TABLES if name in wanted or name in found), "")
            if best in found or not best:
                break
    return next((found[name] for name in TABLES if name in found), None)
