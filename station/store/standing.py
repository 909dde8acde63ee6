"""Which attempts of a bench count in its numbers. The same as `station.central.standing` says of central's, in SQL.

A bench check tells of the bench, and a verdict that was taken back (a later attempt on the same laptop took over its
evidence) is nobody's any more: both are kept and shown, and count in nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from station.records import AttemptRecord
from station.store.refusing import reading

if TYPE_CHECKING:
    from station.store.bench_store import BenchStore

__all__ = ["taken_back_by", "that_count"]


def that_count(row: str) -> str:
    """SQL that is true for a row of the table `attempt`, by its name in the query (not "t"), that counts."""
    return (
        f"{row}.kind = 'production' AND NOT ({row}.verdict IS NOT NULL"
        f" AND EXISTS (SELECT 1 FROM attempt t WHERE {_takes_over(row)}))"
    )


def taken_back_by(store: BenchStore, record: AttemptRecord) -> str:
    """The id of the attempt that took this verdict back; empty where it stands. Raises `StoreRefused`."""
    if record.verdict is None:
        return ""
    with reading():
        found = list(
            store.database.query(
                f"SELECT t.attempt_id FROM attempt a JOIN attempt t ON {_takes_over('a')}"
                " WHERE a.attempt_id = ? ORDER BY t.seq DESC LIMIT 1",
                [record.attempt_id],
            )
        )
    return str(found[0]["attempt_id"]) if found else ""


def _takes_over(row: str) -> str:
    """SQL that is true where the attempt `t` took over the evidence of the attempt `row`."""
    return f"t.resumes = {row}.attempt_id AND t.serial = {row}.serial AND t.seq > {row}.seq AND t.kind = {row}.kind"
