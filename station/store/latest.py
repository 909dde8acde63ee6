"""The latest attempts of a bench: of one laptop, and in each slot. Questions to the store, for its one thread."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from msgspec import Struct

from checks.verdict import Verdict
from station.records import AttemptKind, AttemptRecord, AttemptStatus, decode_record
from station.store.bench_store import BenchStore
from station.store.refusing import reading

__all__ = ["LastVerdict", "last_verdict", "latest_in_slots"]


class LastVerdict(Struct, frozen=True):
    """What this bench last said of a laptop, and when (UTC, RFC 3339)."""

    verdict: Verdict
    finished_at: str


def last_verdict(store: BenchStore, serial: str, before: int | None = None) -> LastVerdict | None:
    """The latest verdict on a laptop of a delivery; None where it has none yet. That the bench could not test it is no
    verdict. Only attempts with a number below `before` count, where that is given. Raises `StoreRefused`.
    """
    with reading():
        found = list(
            store.database.query(
                "SELECT verdict, finished_at FROM attempt WHERE serial = ? AND status = ? AND kind = ? AND verdict <> ?"
                " AND attempt_no < coalesce(?, attempt_no + 1) ORDER BY attempt_no DESC LIMIT 1",
                [serial, AttemptStatus.COMPLETED.value, AttemptKind.PRODUCTION.value, Verdict.ERROR.value, before],
            )
        )
    return LastVerdict(Verdict(found[0]["verdict"]), found[0]["finished_at"]) if found else None


def latest_in_slots(
    store: BenchStore, slots: Iterable[int], since: str, leaving_out: Collection[str] = ()
) -> dict[int, AttemptRecord]:
    """The latest attempt of each slot that ended since a UTC moment, but for those with the ids that are left out.

    Raises `StoreRefused`.
    """
    found: dict[int, AttemptRecord] = {}
    for slot in slots:
        with reading():
            rows = store.database.query(
                "SELECT attempt_id, finished_at, record FROM attempt WHERE slot = ? ORDER BY seq DESC LIMIT ?",
                [slot, len(leaving_out) + 1],
            )
            row = next((row for row in rows if row["attempt_id"] not in leaving_out), None)
        if row is not None and row["finished_at"] >= since:
            found[slot] = decode_record(row["record"])
    return found
