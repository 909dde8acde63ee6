"""The bench's store: what was scanned, what is running, what was found, and what central has not got yet.

The scan is kept before anything is done with it. While an attempt runs, each evidence item is kept in the spool
before anyone tries to understand it. When it ends, the attempt, its findings, its evidence and its outbox row
become one transaction: after a crash it is there whole, or it is still open and `recover` lists it as interrupted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct
from sqlite_utils import Database

from checks.verdict import Finding, Verdict
from hardware.evidence.bundle import Bundle, Item, ItemMeta
from specs.profile import Profile
from specs.text import clean
from station.clock import SYSTEM_CLOCK, Clock
from station.kept_facts import KeptFacts
from station.records import (
    SCHEMA,
    AttemptKind,
    AttemptRecord,
    AttemptStatus,
    DeviceSeen,
    ScanSeen,
    decode_record,
    encode_record,
    record_digest,
)
from station.store.database import open_database
from station.store.hold_book import hold_inside
from station.store.journal import KeptScan, ScanJournal
from station.store.print_queue import queue_inside
from station.store.refusing import StoreRefused, reading, storing
from station.store.standing import that_count

if TYPE_CHECKING:
    from station.labelling.fields import LabelWanted

__all__ = ["BenchStore", "DayCount", "KeptScan", "StoreRefused", "reading", "storing"]


class DayCount(Struct, frozen=True):
    """Attempts completed since a moment, and how many of them may ship."""

    completed: int
    passed: int


class BenchStore:
    """One bench's SQLite file. Not for two threads at once: each opens its own.

    Methods raise `StoreRefused` where the disk refuses; whatever they were doing then has not happened.
    """

    def __init__(self, path: Path, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database: Database = open_database(path)
        self._clock = clock
        self.journal = ScanJournal(self._database, clock)
        """Every scan, kept before anybody understands it."""

    def close(self) -> None:
        """Closes the file."""
        self._database.close()

    # Settings

    def setting(self, name: str, default: str = "") -> str:
        """The value of a setting, or `default`."""
        found = self._one("SELECT value FROM setting WHERE name = ?", (name,))
        return str(found["value"]) if found else default

    def set_setting(self, name: str, value: str) -> None:
        """Keeps a setting."""
        with storing(self._database):
            self._table("setting").upsert({"name": name, "value": value}, pk="name")

    def settle_setting(self, name: str, value: str) -> str:
        """Keeps a setting unless it has a value already; gives the value that holds."""
        with storing(self._database):
            self._table("setting").insert({"name": name, "value": value}, ignore=True)
        return self.setting(name)

    def bench_id(self) -> str:
        """This bench's id: a UUIDv7 made when the store was first used."""
        return self.setting("bench_id") or self.settle_setting("bench_id", self._clock.new_id())

    # Attempts

    def begin_attempt(
        self,
        scan: KeptScan,
        *,
        slot: int,
        operator: str,
        profile: str,
        profile_digest: str,
        link: str,
        judged_by: Profile | None = None,
        kind: AttemptKind = AttemptKind.PRODUCTION,
        resumes: str = "",
        approved_by: str = "",
        taken_over: Sequence[Item] = (),
    ) -> str:
        """Opens an attempt for a scan and gives its id. It stays open until `finish_attempt` or `recover`.

        `judged_by` is kept once for each digest: a profile of a file of one's own is else known to nobody later.
        `taken_over` is evidence of the attempt that it `resumes`: it has it from its first moment on.
        """
        attempt_id = self._clock.new_id()
        with storing(self._database):
            if judged_by is not None:
                self._table("profile").insert(
                    {
                        "digest": judged_by.digest,
                        "reference": judged_by.reference,
                        "data": msgspec.msgpack.encode(judged_by),
                    },
                    ignore=True,
                )
            self._table("open_attempt").insert(
                {
                    "attempt_id": attempt_id,
                    "scan_id": scan.id,
                    "slot": slot,
                    "operator": clean(operator, 80),
                    "profile": profile,
                    "profile_digest": profile_digest,
                    "link": clean(link, 120),
                    "started_at": self._clock.now_text(),
                    "kind": kind.value,
                    "resumes": resumes,
                    "approved_by": clean(approved_by, 80),
                }
            )
            self.journal.belongs_to(scan, attempt_id)
            for position, item in enumerate(taken_over, 1):
                self._spool(attempt_id, position, item)
        return attempt_id

    def spool_item(self, attempt_id: str, position: int, item: Item) -> None:
        """Keeps one evidence item of an open attempt as it arrived. A second of the same id is left out."""
        with storing(self._database):
            self._spool(attempt_id, position, item)

    def _spool(self, attempt_id: str, position: int, item: Item) -> None:
        self._table("spool").insert(
            {
                "attempt_id": attempt_id,
                "item_id": item.meta.id,
                "position": position,
                "meta": msgspec.json.encode(item.meta).decode(),
                "data": item.data,
            },
            ignore=True,
        )

    def spool_again(self, attempt_id: str, position: int, item_id: str, item: Item | None) -> None:
        """Keeps an item of an open attempt in place of the one under the same id; None takes that one away."""
        with storing(self._database):
            self._table("spool").delete_where("attempt_id = ? AND item_id = ?", (attempt_id, item_id))
            if item is not None:
                self._spool(attempt_id, position, item)

    def finish_attempt(
        self,
        attempt_id: str,
        *,
        status: AttemptStatus,
        verdict: Verdict | None,
        findings: Sequence[Finding] = (),
        device: DeviceSeen | None = None,
        note: str = "",
        facts: KeptFacts | None = None,
        label: LabelWanted | None = None,
        retest: str = "",
    ) -> AttemptRecord:
        """Ends an open attempt: its record, findings, evidence, facts and outbox row in one transaction.

        Where it is completed and a `label` is wanted, the job for the printer is in that transaction too. Raises
        `KeyError` where the attempt is not open.
        """
        with storing(self._database):
            record = self._finish(attempt_id, status, verdict, findings, device or DeviceSeen(), note, retest)
            if label is not None and status is AttemptStatus.COMPLETED:
                hold = hold_inside(self._database, record.scan.serial)
                queue_inside(self._database, self._clock, label.asked(record, hold))
            if facts is not None:
                self._table("attempt_facts").insert(
                    {"attempt_id": attempt_id, "reader": facts.reader, "data": facts.data}
                )
            return record

    def recover(self, note: str) -> list[AttemptRecord]:
        """Ends what a crash left open, as interrupted, with the evidence that had arrived."""
        rows = self._all("SELECT attempt_id FROM open_attempt ORDER BY attempt_id")
        return [
            self.finish_attempt(row["attempt_id"], status=AttemptStatus.INTERRUPTED, verdict=None, note=note)
            for row in rows
        ]

    def profile(self, digest: str) -> Profile | None:
        """The profile of that digest, as it was when attempts were judged by it; None where none is kept."""
        found = self._one("SELECT data FROM profile WHERE digest = ?", (digest,))
        try:
            return msgspec.msgpack.decode(found["data"], type=Profile) if found else None
        except msgspec.DecodeError:
            return None

    def open_attempts(self) -> list[str]:
        """The ids of attempts that have begun and not ended."""
        return [row["attempt_id"] for row in self._all("SELECT attempt_id FROM open_attempt ORDER BY attempt_id")]

    def record(self, attempt_id: str) -> AttemptRecord | None:
        """The record of an ended attempt."""
        found = self._one("SELECT record FROM attempt WHERE attempt_id = ?", (attempt_id,))
        return decode_record(found["record"]) if found else None

    def recent(self, limit: int) -> list[AttemptRecord]:
        """The latest ended attempts, newest first."""
        rows = self._all("SELECT record FROM attempt ORDER BY seq DESC LIMIT ?", (limit,))
        return [decode_record(row["record"]) for row in rows]

    def evidence(self, attempt_id: str) -> Bundle:
        """The evidence of an ended attempt, as the bundle that was judged."""
        rows = self._all(
            "SELECT a.meta, e.data FROM attempt_evidence a LEFT JOIN evidence e ON e.sha256 = a.sha256"
            " WHERE a.attempt_id = ? ORDER BY a.position",
            (attempt_id,),
        )
        return Bundle.of(
            Item(msgspec.json.decode(row["meta"], type=ItemMeta), row["data"] if row["data"] is not None else b"")
            for row in rows
        )

    def count_since(self, since: str) -> DayCount:
        """How many attempts on laptops of deliveries were completed since a UTC moment, and how many may ship."""
        found = self._one(
            "SELECT count(*) AS completed, count(*) FILTER (WHERE verdict IN ('pass', 'marginal', 'waived')) AS passed"
            f" FROM attempt a WHERE status = 'completed' AND finished_at >= ? AND {that_count('a')}",
            (since,),
        )
        return DayCount(int(found["completed"]), int(found["passed"])) if found else DayCount(0, 0)

    @property
    def clock(self) -> Clock:
        """The clock by which this store keeps time."""
        return self._clock

    # The upload job's side: `station.sync.outbox.Outbox` is implemented in `station.store.outbox`.

    @property
    def database(self) -> Database:
        """The open file, for the other modules of this room."""
        return self._database

    def _finish(
        self,
        attempt_id: str,
        status: AttemptStatus,
        verdict: Verdict | None,
        findings: Sequence[Finding],
        device: DeviceSeen,
        note: str,
        retest: str,
    ) -> AttemptRecord:
        opened = self._one(
            "SELECT o.*, s.raw, s.serial, s.scanned_at, s.scanner FROM open_attempt o"
            " JOIN scan s ON s.id = o.scan_id WHERE o.attempt_id = ?",
            (attempt_id,),
        )
        if opened is None:
            raise KeyError(attempt_id)
        spooled = self._all("SELECT * FROM spool WHERE attempt_id = ? ORDER BY position", (attempt_id,))
        metas = [msgspec.json.decode(row["meta"], type=ItemMeta) for row in spooled]
        highest = self._one("SELECT coalesce(max(seq), 0) AS seq FROM attempt")
        tries = self._one("SELECT coalesce(max(attempt_no), 0) AS n FROM attempt WHERE serial = ?", (opened["serial"],))
        record = AttemptRecord(
            schema=SCHEMA,
            attempt_id=attempt_id,
            bench_id=self._bench_id_inside(),
            seq=int(highest["seq"] if highest else 0) + 1,
            slot=int(opened["slot"]),
            operator=opened["operator"],
            attempt_no=int(tries["n"] if tries else 0) + 1,
            status=status,
            verdict=verdict,
            profile=opened["profile"],
            profile_digest=opened["profile_digest"],
            link=opened["link"],
            scan=ScanSeen(clean(opened["raw"]), opened["serial"], opened["scanned_at"], opened["scanner"]),
            device=device,
            started_at=opened["started_at"],
            finished_at=self._clock.now_text(),
            findings=tuple(findings),
            evidence=tuple(metas),
            note=clean(note),
            kind=AttemptKind(opened["kind"]),
            retest=clean(retest, 40),
            resumes=opened["resumes"],
            approved_by=opened["approved_by"],
        )
        self._write_attempt(record, opened["scan_id"])
        self._move_evidence(attempt_id, spooled, metas)
        self._table("open_attempt").delete(attempt_id)
        return record

    def _write_attempt(self, record: AttemptRecord, scan_id: str) -> None:
        encoded = encode_record(record)
        self._table("attempt").insert(
            {
                "attempt_id": record.attempt_id,
                "seq": record.seq,
                "scan_id": scan_id,
                "slot": record.slot,
                "serial": record.scan.serial,
                "attempt_no": record.attempt_no,
                "laptop": record.device.model,
                "status": record.status.value,
                "verdict": record.verdict.value if record.verdict else None,
                "profile": record.profile,
                "profile_digest": record.profile_digest,
                "started_at": record.started_at,
                "finished_at": record.finished_at,
                "kind": record.kind.value,
                "retest": record.retest,
                "resumes": record.resumes,
                "record": encoded,
                "sha256": record_digest(encoded),
            }
        )
        self._table("finding").insert_all(_finding_row(record.attempt_id, finding) for finding in record.findings)
        self._table("outbox").insert(
            {
                "seq": record.seq,
                "attempt_id": record.attempt_id,
                "state": "pending",
                "queued_at": record.finished_at,
            }
        )

    def _move_evidence(self, attempt_id: str, spooled: list[dict[str, Any]], metas: Iterable[ItemMeta]) -> None:
        for row, meta in zip(spooled, metas, strict=True):
            if meta.sha256:
                # The same bytes from two laptops are one row: evidence is named by its content.
                self._table("evidence").insert(
                    {"sha256": meta.sha256, "size": meta.size, "data": row["data"]}, ignore=True
                )
            self._table("attempt_evidence").insert(
                {
                    "attempt_id": attempt_id,
                    "item_id": meta.id,
                    "position": row["position"],
                    "sha256": meta.sha256 or None,
                    "meta": row["meta"],
                }
            )
        self._table("spool").delete_where("attempt_id = ?", (attempt_id,))

    def _bench_id_inside(self) -> str:
        """The bench's id inside a transaction that is already open."""
        found = self.setting("bench_id")
        if not found:
            found = self._clock.new_id()
            self._table("setting").insert({"name": "bench_id", "value": found})
        return found

    def _table(self, name: str) -> Any:
        return self._database.table(name)

    def _one(self, sql: str, parameters: Sequence[Any] = ()) -> dict[str, Any] | None:
        return next(iter(self._all(sql, parameters)), None)

    def _all(self, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        with reading():
            return list(self._database.query(sql, list(parameters)))


def _finding_row(attempt_id: str, finding: Finding) -> dict[str, Any]:
    return {
        "attempt_id": attempt_id,
        "check_id": finding.check,
        "verdict": finding.verdict.value,
        "severity": finding.severity.value,
        "value": msgspec.json.encode(finding.value).decode(),
        "unit": finding.unit,
        "limits": msgspec.json.encode(finding.limits).decode(),
        "reason": finding.reason,
        "detail": finding.detail,
        "evidence": msgspec.json.encode(finding.evidence).decode(),
    }
