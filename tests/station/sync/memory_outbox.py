"""An outbox in memory, for the tests of the upload job. It keeps the contract of `station.sync.outbox`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from station.records import AttemptRecord, encode_record, record_digest
from station.sync.outbox import OutboxRow, OutboxStatus
from tests.station.central.samples import BENCH


class MemoryOutbox:
    def __init__(self, records: Sequence[AttemptRecord] = (), evidence: Mapping[str, bytes] | None = None) -> None:
        self.rows: dict[int, OutboxRow] = {}
        self.named: dict[int, list[str]] = {}
        self.held = dict(evidence or {})
        self.acknowledged: dict[int, str] = {}
        self.dead: dict[int, str] = {}
        self.uploaded: list[str] = []
        self.last_receipt: str | None = None
        for one in records:
            self.add(one)

    def add(self, one: AttemptRecord) -> None:
        data = encode_record(one)
        self.add_row(OutboxRow(one.seq, one.attempt_id, record_digest(data), data))
        self.named[one.seq] = [meta.sha256 for meta in one.evidence if meta.sha256]

    def add_row(self, row: OutboxRow) -> None:
        self.rows[row.seq] = row

    def bench_id(self) -> str:
        return BENCH

    def _waiting(self) -> list[OutboxRow]:
        done = self.acknowledged.keys() | self.dead.keys()
        return [self.rows[seq] for seq in sorted(self.rows) if seq not in done]

    def pending(self, limit: int) -> list[OutboxRow]:
        return self._waiting()[:limit]

    def acknowledge(self, seqs: Sequence[int], receipts: Sequence[str], at: str) -> None:
        self.acknowledged.update(zip(seqs, receipts, strict=True))
        self.last_receipt = at

    def dead_letter(self, seq: int, reason: str, at: str) -> None:
        self.dead[seq] = reason

    def _wanted(self) -> list[str]:
        named = dict.fromkeys(
            sha256 for seq in sorted(self.acknowledged) for sha256 in self.named.get(seq, []) if sha256 in self.held
        )
        return [sha256 for sha256 in named if sha256 not in self.uploaded]

    def wanted_evidence(self, limit: int) -> list[str]:
        return self._wanted()[:limit]

    def evidence_bytes(self, sha256: str) -> bytes | None:
        return self.held.get(sha256)

    def evidence_sent(self, sha256: str, at: str) -> None:
        self.uploaded.append(sha256)

    def status(self) -> OutboxStatus:
        waiting = self._waiting()
        oldest = "2026-11-24T10:00:00.000Z" if waiting else None
        return OutboxStatus(len(waiting), oldest, self.last_receipt, len(self.dead), len(self._wanted()))
