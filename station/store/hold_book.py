"""The bench's book of holds: laptops that were put aside, by whom and why, and who let them go. Never edited."""

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

__all__ = ["Hold", "HoldBook", "end_inside", "hold_inside", "put_inside"]

LONGEST_NAME: Final = 80
"""Of a person's name, as everywhere in the store."""


class Hold(Struct, frozen=True):
    """One laptop put aside. Times are UTC, RFC 3339; the ending is empty where the hold is open.

    `attempt_id` is the attempt that was on the bench then; empty where there was none.
    """

    hold_id: str
    serial: str
    attempt_id: str
    made_at: str
    made_by: str
    reason: str
    ended_at: str = ""
    ended_by: str = ""
    ended_reason: str = ""


class HoldBook:
    """The holds in one bench's store. A laptop has at most one open hold. Methods raise `StoreRefused`."""

    def __init__(self, store: BenchStore, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = store.database
        self._clock = clock

    def put(self, serial: str, attempt_id: str, by: str, reason: str) -> str:
        """Puts a laptop on hold and gives the hold's id; where it is on hold already, that hold's id."""
        with storing(self._database):
            hold_id, _ = put_inside(self._database, self._clock, serial, attempt_id, by, reason)
        return hold_id

    def end(self, serial: str, by: str, reason: str) -> bool:
        """Lets a laptop go from now on. False where it is not on hold."""
        with storing(self._database):
            held = self.open(serial)
            return held is not None and end_inside(self._database, self._clock, held.hold_id, by, reason)

    def open(self, serial: str) -> Hold | None:
        """The hold that a laptop is on, or None."""
        return hold_inside(self._database, serial)

    def open_holds(self) -> list[Hold]:
        """The laptops on hold, the one that waits longest first."""
        return _holds(self._database, "ended_at IS NULL ORDER BY rowid")

    def holds(self) -> list[Hold]:
        """Every hold there ever was, oldest first."""
        return _holds(self._database, "1 ORDER BY rowid")


def hold_inside(database: Database, serial: str) -> Hold | None:
    """The hold that a laptop is on, or None; may be asked inside a transaction that is open."""
    found = _holds(database, "serial = ? AND ended_at IS NULL", serial)
    return found[0] if found else None


def put_inside(
    database: Database, clock: Clock, serial: str, attempt_id: str, by: str, reason: str
) -> tuple[str, bool]:
    """Puts a laptop on hold inside a transaction that is open already: the hold's id, and True where it is new.

    A laptop that is on hold already stays in that hold, as it was written.
    """
    held = hold_inside(database, serial)
    if held is not None:
        return held.hold_id, False
    hold_id = clock.new_id()
    database.table("hold").insert(
        {
            "hold_id": hold_id,
            "serial": serial,
            "attempt_id": attempt_id,
            "made_at": clock.now_text(),
            "made_by": clean(by, LONGEST_NAME),
            "reason": clean(reason),
            "ended_at": None,
        }
    )
    return hold_id, True


def end_inside(database: Database, clock: Clock, hold_id: str, by: str, reason: str) -> bool:
    """Ends that one hold inside a transaction that is open already. False where it has ended, or never was."""
    changed = database.execute(
        "UPDATE hold SET ended_at = ?, ended_by = ?, ended_reason = ? WHERE hold_id = ? AND ended_at IS NULL",
        [clock.now_text(), clean(by, LONGEST_NAME), clean(reason), hold_id],
    ).rowcount
    return bool(changed)


def _holds(database: Database, rest: str, *parameters: str) -> list[Hold]:
    with reading():
        rows: list[dict[str, Any]] = list(database.query(f"SELECT * FROM hold WHERE {rest}", parameters))
    return [msgspec.convert({name: value or "" for name, value in row.items()}, Hold) for row in rows]
