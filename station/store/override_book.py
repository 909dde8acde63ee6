"""The bench's book of overrides: what was let through against a rule of the bench, who asked and who approved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct
from sqlite_utils import Database

from specs.text import clean
from station.clock import SYSTEM_CLOCK, Clock
from station.store.refusing import reading, storing

if TYPE_CHECKING:
    from station.store.bench_store import BenchStore

__all__ = ["GATE_WAIVER", "Override", "OverrideBook", "record_inside"]

GATE_WAIVER: Final = "gate_waiver"
"""The kind of an override that opens a slot without its golden laptops."""
LONGEST_NAME: Final = 80
LONGEST_KIND: Final = 40


class Override(Struct, frozen=True):
    """One override. `made_at` is UTC, RFC 3339; `slot` is 0, and a text empty, where it is about none."""

    override_id: str
    kind: str
    slot: int
    serial: str
    attempt_id: str
    asked_by: str
    approved_by: str
    reason: str
    made_at: str


class OverrideBook:
    """The overrides in one bench's store: written once, never edited. Methods raise `StoreRefused`."""

    def __init__(self, store: BenchStore, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = store.database
        self._clock = clock

    def record(
        self, kind: str, slot: int, serial: str, attempt_id: str, asked_by: str, approved_by: str, reason: str
    ) -> str:
        """Keeps an override and gives its id."""
        with storing(self._database):
            return record_inside(
                self._database, self._clock, kind, slot, serial, attempt_id, asked_by, approved_by, reason
            )

    def latest(self, count: int) -> list[Override]:
        """The latest so many overrides, newest first."""
        with reading():
            rows: list[dict[str, Any]] = list(
                self._database.query("SELECT * FROM override ORDER BY rowid DESC LIMIT ?", [max(0, count)])
            )
        return [msgspec.convert(row, Override) for row in rows]


def record_inside(
    database: Database,
    clock: Clock,
    kind: str,
    slot: int,
    serial: str,
    attempt_id: str,
    asked_by: str,
    approved_by: str,
    reason: str,
) -> str:
    """Keeps an override inside a transaction that is open already, and gives its id."""
    made = Override(
        override_id=clock.new_id(),
        kind=clean(kind, LONGEST_KIND),
        slot=slot,
        serial=clean(serial),
        attempt_id=attempt_id,
        asked_by=clean(asked_by, LONGEST_NAME),
        approved_by=clean(approved_by, LONGEST_NAME),
        reason=clean(reason),
        made_at=clock.now_text(),
    )
    database.table("override").insert(msgspec.to_builtins(made))
    return made.override_id
