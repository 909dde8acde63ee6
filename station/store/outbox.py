"""The bench store as the upload job sees it: `station.sync.outbox.Outbox` over the bench's SQLite file.

A row leaves `pending` only by an acknowledgement or as a dead letter, and is deleted by neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from specs.text import clean
from station.store.bench_store import BenchStore
from station.store.database import transaction
from station.sync.outbox import OutboxRow, OutboxStatus

__all__ = ["StoreOutbox"]


class StoreOutbox:
    """See `station.sync.outbox.Outbox` for what each method promises."""

    def __init__(self, store: BenchStore) -> None:
        self._store = store
        self._database = store.database

    def bench_id(self) -> str:
        """The bench whose records these are."""
        return self._store.bench_id()

    def pending(self, limit: int) -> list[OutboxRow]:
        """At most `limit` rows that wait to be sent, in `seq` order."""
        rows = self._rows(
            "SELECT o.seq, o.attempt_id, a.sha256, a.record FROM outbox o JOIN attempt a USING (attempt_id)"
            " WHERE o.state = 'pending' ORDER BY o.seq LIMIT ?",
            [limit],
        )
        return [OutboxRow(int(row["seq"]), row["attempt_id"], row["sha256"], row["record"]) for row in rows]

    def acknowledge(self, seqs: Sequence[int], receipts: Sequence[str], at: str) -> None:
        """Marks `seqs` as held by central."""
        with transaction(self._database):
            for seq, receipt in zip(seqs, receipts, strict=True):
                self._settle(seq, "sent", receipt, at)

    def dead_letter(self, seq: int, reason: str, at: str) -> None:
        """Parks `seq` with the reason that central gave."""
        with transaction(self._database):
            self._settle(seq, "dead", clean(reason), at)

    def dead_letters(self) -> list[tuple[int, str, str]]:
        """Sequence number, attempt id and reason of every parked row."""
        rows = self._rows("SELECT seq, attempt_id, receipt FROM outbox WHERE state = 'dead' ORDER BY seq", [])
        return [(int(row["seq"]), row["attempt_id"], row["receipt"] or "") for row in rows]

    def wanted_evidence(self, limit: int) -> list[str]:
        """At most `limit` SHA-256s of evidence of acknowledged attempts that central has not got."""
        rows = self._rows(
            "SELECT DISTINCT e.sha256 FROM outbox o JOIN attempt_evidence a USING (attempt_id)"
            " JOIN evidence e ON e.sha256 = a.sha256"
            " WHERE o.state = 'sent' AND e.sent_at IS NULL ORDER BY o.seq LIMIT ?",
            [limit],
        )
        return [row["sha256"] for row in rows]

    def evidence_bytes(self, sha256: str) -> bytes | None:
        """The bytes with that name."""
        rows = self._rows("SELECT data FROM evidence WHERE sha256 = ?", [sha256])
        return bytes(rows[0]["data"]) if rows else None

    def evidence_sent(self, sha256: str, at: str) -> None:
        """Marks that evidence as held by central."""
        with transaction(self._database):
            self._database.execute("UPDATE evidence SET sent_at = ? WHERE sha256 = ?", [at, sha256])

    def status(self) -> OutboxStatus:
        """How much waits, since when, and when central last answered."""
        row = self._rows(
            "SELECT count(*) FILTER (WHERE state = 'pending') AS unsent,"
            " min(queued_at) FILTER (WHERE state = 'pending') AS oldest,"
            " max(settled_at) AS settled, count(*) FILTER (WHERE state = 'dead') AS dead FROM outbox",
            [],
        )[0]
        waiting = self._rows(
            "SELECT count(DISTINCT e.sha256) AS n FROM evidence e WHERE e.sent_at IS NULL AND EXISTS"
            " (SELECT 1 FROM attempt_evidence a WHERE a.sha256 = e.sha256)",
            [],
        )[0]
        return OutboxStatus(
            unsent=int(row["unsent"]),
            oldest_unsent_at=row["oldest"],
            last_receipt_at=row["settled"],
            dead=int(row["dead"]),
            evidence_unsent=int(waiting["n"]),
        )

    def _settle(self, seq: int, state: str, receipt: str, at: str) -> None:
        self._database.execute(
            "UPDATE outbox SET state = ?, receipt = ?, settled_at = ? WHERE seq = ? AND state = 'pending'",
            [state, receipt, at, seq],
        )

    def _rows(self, sql: str, parameters: list[Any]) -> list[dict[str, Any]]:
        return list(self._database.query(sql, parameters))
