"""Finding the attempts of a bench by what a person has of them: an id, the end of one, or a laptop's serial number."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec
import pysqlite3
from msgspec import Struct

from station.records import AttemptRecord, decode_record, record_digest
from station.store.bench_store import BenchStore, StoreRefused

__all__ = ["SHORTEST_END", "Found", "KeptRecord", "attempts_named", "kept_record", "open_attempt_named"]

SHORTEST_END: Final = 8
"""Characters of an id's end that name it: the screens show that many."""
MOST_FOUND: Final = 20

_END: Final = re.compile(rf"[0-9a-f-]{{{SHORTEST_END},36}}", re.ASCII)


class Found(Struct, frozen=True):
    """An ended attempt that a name may mean. `of` is how many attempts the bench has of that serial number."""

    attempt_id: str
    serial: str
    attempt_no: int
    of: int
    status: str
    verdict: str | None
    finished_at: str


class KeptRecord(Struct, frozen=True):
    """A record as it is kept, and whether its bytes are still those that were written."""

    record: AttemptRecord
    as_written: bool


def attempts_named(store: BenchStore, name: str) -> tuple[Found, ...]:
    """The ended attempts that `name` may mean: none, one, or several where it is ambiguous (at most `MOST_FOUND`).

    A full id means that attempt and no other. Else `name` may be the end of ids, and a serial number, which means
    its latest attempt. Raises `StoreRefused` where the disk refuses.
    """
    wanted = name.strip().lower()
    exact = _found(store, "attempt_id = ?", wanted)
    if exact:
        return exact
    by_end: tuple[Found, ...] = ()
    if _END.fullmatch(wanted):
        by_end = _found(store, "substr(attempt_id, -length(?1)) = ?1", wanted)
    latest = _found(
        store, "seq = (SELECT max(seq) FROM attempt WHERE serial IN (?, ?))", name.strip(), name.strip().upper()
    )
    return tuple(dict.fromkeys((*by_end, *latest)))[:MOST_FOUND]


def open_attempt_named(store: BenchStore, name: str) -> str | None:
    """The id of an attempt that is still running and that `name` means; None where there is none."""
    wanted, serial = name.strip().lower(), name.strip().upper()
    end = wanted if _END.fullmatch(wanted) else "-"
    rows = _rows(
        store,
        "SELECT o.attempt_id FROM open_attempt o JOIN scan s ON s.id = o.scan_id"
        " WHERE o.attempt_id = ?1 OR substr(o.attempt_id, -length(?2)) = ?2 OR s.serial = ?3 LIMIT 1",
        (wanted, end, serial),
    )
    return str(rows[0]["attempt_id"]) if rows else None


def kept_record(store: BenchStore, attempt_id: str) -> KeptRecord | None:
    """The record of an ended attempt. Raises `msgspec.DecodeError` where its bytes are no record that can be read."""
    rows = _rows(store, "SELECT record, sha256 FROM attempt WHERE attempt_id = ?", (attempt_id,))
    if not rows:
        return None
    data = bytes(rows[0]["record"])
    return KeptRecord(decode_record(data), record_digest(data) == rows[0]["sha256"])


def _found(store: BenchStore, condition: str, *parameters: str) -> tuple[Found, ...]:
    rows = _rows(
        store,
        "SELECT attempt_id, serial, attempt_no, status, verdict, finished_at,"
        " (SELECT count(*) FROM attempt b WHERE b.serial = a.serial) AS of"
        f" FROM attempt a WHERE {condition} ORDER BY seq DESC LIMIT {MOST_FOUND}",
        parameters,
    )
    return tuple(msgspec.convert(row, Found) for row in rows)


def _rows(store: BenchStore, sql: str, parameters: tuple[str, ...]) -> list[dict[str, Any]]:
    try:
        return list(store.database.query(sql, list(parameters)))
    except (pysqlite3.OperationalError, pysqlite3.DatabaseError, OSError) as error:
        raise StoreRefused(str(error)) from error
