"""Ended attempts as the bench's history lists them: nine at a time, newest first, everything or one laptop's.

The newest come by the order of the rows, and one laptop's by the index of its serial. A part of a serial has no index
that could find it: that index is walked through, which takes some milliseconds for 100,000 attempts, and never the
attempts themselves, whose records are long.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct

from station.store.bench_store import BenchStore
from station.store.refusing import reading

__all__ = [
    "LONGEST_PART",
    "SHORTEST_PART",
    "AttemptFound",
    "Counted",
    "Wanted",
    "attempts_mark",
    "attempts_older",
    "count_attempts",
    "latest_completed",
]

SHORTEST_PART: Final = 3
"""Characters of a serial by which attempts are looked for: fewer are in nearly every serial."""
LONGEST_PART: Final = 40

_BY_SERIAL: Final = "idx_attempt_serial_attempt_no"


class Wanted(Struct, frozen=True):
    """What is looked for: the attempts of one serial, or of those that a text is a part of; both empty: all."""

    serial: str = ""
    part: str = ""


class AttemptFound(Struct, frozen=True):
    """One ended attempt. `place` is its row: later attempts have higher ones. Times are UTC, RFC 3339.

    `held`: its laptop is on hold now. `operator` and `retest` are empty where its record cannot be read.
    """

    place: int
    attempt_id: str
    serial: str
    laptop: str
    slot: int
    started_at: str
    finished_at: str
    status: str
    verdict: str | None
    kind: str
    held: bool
    operator: str = ""
    retest: str = ""


class Counted(Struct, frozen=True):
    """How many attempts there are of what is looked for, and how many of them are later than a place.

    `serial` is the one that all of them are of; empty where they are of several, and where there are none.
    """

    total: int
    later: int
    serial: str = ""


class _Said(Struct, frozen=True):
    """What of a record is in no column."""

    operator: str = ""
    retest: str = ""


def attempts_mark(store: BenchStore) -> tuple[int, ...]:
    """What is another value once an attempt has ended, or a laptop was put on hold or taken off it."""
    rows = _rows(
        store,
        "SELECT (SELECT coalesce(max(seq), 0) FROM attempt) AS seq,"
        " (SELECT coalesce(max(rowid), 0) FROM hold) AS made,"
        " (SELECT count(*) FROM hold WHERE ended_at IS NULL) AS held",
        (),
    )
    return tuple(int(value) for value in rows[0].values())


def count_attempts(store: BenchStore, wanted: Wanted, place: int) -> Counted:
    """How many there are, and how many are later than a place. Raises `StoreRefused`."""
    if not wanted.serial and not wanted.part:
        # The bench's numbers have no gaps: the highest one is the count.
        sql = (
            "SELECT coalesce(max(seq), 0) AS total, coalesce(max(seq), 0)"
            " - coalesce((SELECT seq FROM attempt WHERE rowid <= ? ORDER BY rowid DESC LIMIT 1), 0) AS later,"
            " '' AS first, '' AS last FROM attempt"
        )
        parameters: tuple[Any, ...] = (place,)
    else:
        condition, text = _condition(wanted)
        sql = (
            "SELECT count(*) AS total, count(*) FILTER (WHERE rowid > ?) AS later,"
            " coalesce(min(serial), '') AS first, coalesce(max(serial), '') AS last"
            f" FROM attempt INDEXED BY {_BY_SERIAL} WHERE {condition}"
        )
        parameters = (place, text)
    [row] = _rows(store, sql, parameters)
    return Counted(int(row["total"]), int(row["later"]), row["first"] if row["first"] == row["last"] else "")


def attempts_older(store: BenchStore, wanted: Wanted, place: int, most: int) -> tuple[AttemptFound, ...]:
    """The attempts at a place and before it, newest first, at most so many. Raises `StoreRefused`."""
    if not wanted.serial and not wanted.part:
        places = "rowid <= ?"
        parameters: tuple[Any, ...] = (place,)
    else:
        condition, text = _condition(wanted)
        # "+": the walk is along the index of serials, never along the rows with their records.
        places = (
            f"rowid IN (SELECT rowid FROM attempt INDEXED BY {_BY_SERIAL} WHERE {condition} AND +rowid <= ?"
            f" ORDER BY rowid DESC LIMIT {int(most)})"
        )
        parameters = (text, place)
    rows = _rows(
        store,
        "SELECT rowid AS place, attempt_id, serial, coalesce(laptop, '') AS laptop, slot,"
        " coalesce(started_at, finished_at) AS started_at, finished_at, status, verdict, kind, record,"
        " EXISTS (SELECT 1 FROM hold WHERE hold.serial = attempt.serial AND ended_at IS NULL) AS held"
        f" FROM attempt WHERE {places} ORDER BY rowid DESC LIMIT ?",
        (*parameters, most),
    )
    return tuple(_found(row) for row in rows)


def latest_completed(store: BenchStore, serial: str) -> str:
    """The id of the latest completed attempt on a serial; empty where there is none. Raises `StoreRefused`."""
    rows = _rows(
        store,
        "SELECT attempt_id FROM attempt WHERE serial = ? AND status = 'completed' ORDER BY attempt_no DESC LIMIT 1",
        (serial,),
    )
    return str(rows[0]["attempt_id"]) if rows else ""


def _condition(wanted: Wanted) -> tuple[str, str]:
    if wanted.serial:
        return "serial = ?", wanted.serial
    escaped = wanted.part[:LONGEST_PART].replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return "serial LIKE ? ESCAPE '\\'", f"%{escaped}%"


def _found(row: dict[str, Any]) -> AttemptFound:
    record = row.pop("record")
    try:
        said = msgspec.json.decode(record, type=_Said)
    except msgspec.DecodeError:
        said = _Said()
    return msgspec.convert({**row, "held": bool(row["held"]), **msgspec.to_builtins(said)}, AttemptFound)


def _rows(store: BenchStore, sql: str, parameters: Sequence[Any]) -> list[dict[str, Any]]:
    with reading():
        return list(store.database.query(sql, list(parameters)))
