"""How a batch gets in: one transaction, each attempt once, whatever order or number of times it is sent.

The attempt's row is the gate. Only where it is new are its findings, its evidence list and its share of the
summaries (`counting`) written, so a repeated record changes nothing. What cannot be taken (it does not decode, or its
id is already another record's) is kept whole in quarantine with the reason, and the rest of the batch goes on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Engine, select, update

from hardware.evidence.bundle import MOST_ITEMS
from specs.text import clean
from station.central import summaries
from station.central.benches import missing_numbers, raise_high_water
from station.central.counting import count_in
from station.central.database import insert_new, write
from station.central.schema import attempt, attempt_evidence, bench, bench_seq, evidence, finding, quarantine
from station.records import AttemptRecord, decode_record, record_digest
from station.sync.wire import (
    ANSWER_SCHEMA,
    LARGEST_RECORD,
    Batch,
    BatchAnswer,
    Receipt,
    SentRecord,
    exact_bytes,
)

__all__ = ["Ingested", "ingest", "is_sha256"]

MOST_FINDINGS: Final = 1000
"""Findings of one record; a profile has about 40 requirements."""
_LARGEST_SEQ: Final = 2**53
_LARGEST_SMALL: Final = 2**31 - 1

_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


class Ingested(Struct, frozen=True):
    """What central answers, and how many attempts were new."""

    answer: BatchAnswer
    stored: int


class _Good(Struct, frozen=True):
    sent: SentRecord
    data: bytes
    sha256: str
    record: AttemptRecord


class _Refused(Struct, frozen=True):
    sent: SentRecord
    data: bytes
    status: str
    reason: str


def is_sha256(text: str) -> bool:
    """True for 64 lower-case hexadecimal digits."""
    return _SHA256.fullmatch(text) is not None


def ingest(engine: Engine, bench_id: str, batch: Batch, received_at: str) -> Ingested:
    """Store `batch`, sent by the authenticated `bench_id`. Committed, and durable, when this returns."""
    examined = [_examine(sent, bench_id) for sent in batch.records]
    good = [one for one in examined if isinstance(one, _Good)]
    refused = [one for one in examined if isinstance(one, _Refused)]
    with write(engine) as connection:
        fresh = _through_the_gate(connection, good, batch.sent_at, received_at)
        held = _held(connection, [one.record.attempt_id for one in good])
        receipts: dict[int, Receipt] = {}
        for index, one in enumerate(examined):
            receipt = _receipt(one, fresh, held)
            if isinstance(one, _Good) and receipt.status == "conflict":
                refused.append(_Refused(one.sent, one.data, receipt.status, receipt.reason))
            receipts[index] = receipt
        _write_details(connection, bench_id, list(fresh.values()), held)
        _keep_refused(connection, bench_id, refused, received_at)
        stored = {one.sent.seq for one in good if held[one.record.attempt_id][1] == one.sha256}
        parked = {one.sent.seq for one in refused if 1 <= one.sent.seq <= _LARGEST_SEQ}
        _note_numbers(connection, bench_id, stored, parked - stored, received_at)
        high_water = raise_high_water(connection, bench_id)
        count = connection.execute(select(bench.c.stored).where(bench.c.bench_id == bench_id)).scalar_one()
        answer = BatchAnswer(
            schema=ANSWER_SCHEMA,
            received_at=received_at,
            high_water=high_water,
            count=count,
            missing=missing_numbers(connection, bench_id, high_water),
            evidence_wanted=_wanted(connection, good),
            receipts=tuple(receipts[index] for index in range(len(examined))),
        )
    return Ingested(answer, len(fresh))


# ---- one record, looked at without the database ----------------------------------------------------------


def _examine(sent: SentRecord, bench_id: str) -> _Good | _Refused:
    try:
        data = exact_bytes(sent)
    except msgspec.ValidationError as error:
        data = (sent.record_base64 or sent.record or "").encode("utf-8")
        return _Refused(sent, data, "rejected", _sentence(error))
    try:
        return _Good(sent, data, record_digest(data), _checked(sent, data, bench_id))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError) as error:
        return _Refused(sent, data, "rejected", _sentence(error))


def _checked(sent: SentRecord, data: bytes, bench_id: str) -> AttemptRecord:
    """The record, or `ValueError` with the reason it is refused."""
    if len(data) > LARGEST_RECORD:
        raise ValueError(f"the record is larger than {LARGEST_RECORD} bytes")
    if record_digest(data) != sent.sha256:
        raise ValueError("the record is not the one whose SHA-256 was sent")
    record = decode_record(data)
    if record.bench_id != bench_id:
        raise ValueError("the record belongs to another bench")
    if (record.attempt_id, record.seq) != (sent.attempt_id, sent.seq):
        raise ValueError("attempt_id or seq differ between the record and its envelope")
    if not _is_uuid(record.attempt_id):
        raise ValueError("attempt_id is not a UUID")
    if record.seq > _LARGEST_SEQ or max(record.slot, record.attempt_no) > _LARGEST_SMALL:
        raise ValueError("seq, slot or attempt_no is too large")
    if len(record.findings) > MOST_FINDINGS or len(record.evidence) > MOST_ITEMS:
        raise ValueError(f"more than {MOST_FINDINGS} findings or {MOST_ITEMS} evidence items")
    if not _is_utc(record.finished_at):
        raise ValueError("finished_at is not a time in UTC")
    return record


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _is_utc(text: str) -> bool:
    try:
        return re.match(r"\d{4}-\d\d-\d\dT", text, re.ASCII) is not None and (
            datetime.fromisoformat(text).utcoffset() == timedelta(0)
        )
    except ValueError:
        return False


def _sentence(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "the record is nested too deeply"
    return clean(str(error), 200)


# ---- inside the transaction ------------------------------------------------------------------------------


def _through_the_gate(
    connection: Connection, good: Sequence[_Good], sent_at: str, received_at: str
) -> dict[str, _Good]:
    """The attempts that were not there before, by id, now inserted. The first of two with one id counts."""
    candidates: dict[str, _Good] = {}
    for one in good:
        candidates.setdefault(one.record.attempt_id, one)
    if not candidates:
        return {}
    statement = insert_new(attempt, "attempt_id").returning(attempt.c.attempt_id)
    rows = [_attempt_row(one, sent_at, received_at) for one in candidates.values()]
    return {row.attempt_id: candidates[row.attempt_id] for row in connection.execute(statement, rows)}


def _held(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Sequence and SHA-256 of the attempts with these ids."""
    columns = (attempt.c.attempt_id, attempt.c.sequence, attempt.c.sha256)
    rows = connection.execute(select(*columns).where(attempt.c.attempt_id.in_(ids)))
    return {row.attempt_id: (row.sequence, row.sha256) for row in rows}


def _receipt(one: _Good | _Refused, fresh: dict[str, _Good], held: dict[str, tuple[int, str]]) -> Receipt:
    if isinstance(one, _Refused):
        return Receipt(one.sent.attempt_id, one.status, one.reason)
    attempt_id = one.record.attempt_id
    if fresh.get(attempt_id) is one:
        return Receipt(attempt_id, "stored")
    if held[attempt_id][1] == one.sha256:
        return Receipt(attempt_id, "duplicate")
    return Receipt(attempt_id, "conflict", "central already holds a different record with this id")


def _attempt_row(one: _Good, sent_at: str, received_at: str) -> dict[str, Any]:
    record = one.record
    device = {name: clean(getattr(record.device, name)) for name in ("manufacturer", "product", "serial")}
    return {
        "attempt_id": record.attempt_id,
        "sha256": one.sha256,
        "bench_id": record.bench_id,
        "seq": record.seq,
        "slot": record.slot,
        "operator": clean(record.operator),
        "attempt_no": record.attempt_no,
        "outcome": summaries.outcome_of(record),
        "profile": clean(record.profile),
        "profile_digest": clean(record.profile_digest),
        "link": clean(record.link),
        "scan_raw": clean(record.scan.raw),
        "scan_serial": clean(record.scan.serial),
        "scanned_at": clean(record.scan.scanned_at),
        "scanner": clean(record.scan.scanner),
        **device,
        "model": _model(record),
        "started_at": clean(record.started_at),
        "finished_at": clean(record.finished_at),
        "day": summaries.day_of(record),
        "note": clean(record.note, 2000),
        "sent_at": clean(sent_at),
        "received_at": received_at,
        "record": one.data,
        "kind": record.kind.value,
        "retest": clean(record.retest),
        "resumes": clean(record.resumes),
        "approved_by": clean(record.approved_by),
    }


def _model(record: AttemptRecord) -> str:
    device = record.device
    return clean(summaries.model_of(*map(clean, (device.manufacturer, device.product, device.model))))


def _write_details(
    connection: Connection, bench_id: str, fresh: Sequence[_Good], held: dict[str, tuple[int, str]]
) -> None:
    """Findings and evidence lists of attempts that are new, and what they change in the summaries."""
    findings: list[dict[str, Any]] = []
    items: list[dict[str, Any]] = []
    for one in fresh:
        sequence = held[one.record.attempt_id][0]
        for position, answer in enumerate(one.record.findings):
            findings.append(
                {
                    "sequence": sequence,
                    "position": position,
                    "check_id": clean(answer.check),
                    "verdict": answer.verdict.value,
                    "severity": answer.severity.value,
                    "value": _json(answer.value),
                    "unit": clean(answer.unit),
                    "limits": None if answer.limits is None else _json(answer.limits),
                    "reason": clean(answer.reason),
                    "detail": clean(answer.detail, 1000),
                    "evidence": _json(answer.evidence),
                }
            )
        for position, meta in enumerate(one.record.evidence):
            items.append(
                {
                    "sequence": sequence,
                    "position": position,
                    "item_id": clean(meta.id),
                    "sha256": meta.sha256 if is_sha256(meta.sha256) else "",
                    "meta": _json(meta),
                }
            )
    if findings:
        connection.execute(finding.insert(), findings)
    if items:
        connection.execute(attempt_evidence.insert(), items)
    answers: dict[int, list[summaries.Answer]] = {held[one.record.attempt_id][0]: [] for one in fresh}
    for row in findings:
        answers[row["sequence"]].append(summaries.Answer(row["check_id"], row["severity"], row["verdict"]))
    count_in(connection, bench_id, answers)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode("utf-8")


def _keep_refused(connection: Connection, bench_id: str, refused: Sequence[_Refused], received_at: str) -> None:
    rows = [
        {
            "bench_id": bench_id,
            "seq": one.sent.seq if 1 <= one.sent.seq <= _LARGEST_SEQ else 0,
            "attempt_id": clean(one.sent.attempt_id, 64),
            "status": one.status,
            "reason": clean(one.reason),
            "declared_sha256": clean(one.sent.sha256, 64),
            "sha256": record_digest(one.data),
            "received_at": received_at,
            "raw": one.data,
        }
        for one in refused
    ]
    if rows:
        connection.execute(insert_new(quarantine, "bench_id", "seq", "attempt_id", "sha256"), rows)


def _note_numbers(connection: Connection, bench_id: str, stored: set[int], parked: set[int], received_at: str) -> None:
    """Keep which numbers are held, and the bench's counters in step with them."""
    numbers = stored | parked
    known = {
        row.seq: row.stored
        for row in connection.execute(
            select(bench_seq.c.seq, bench_seq.c.stored).where(
                bench_seq.c.bench_id == bench_id, bench_seq.c.seq.in_(numbers)
            )
        )
    }
    new = [{"bench_id": bench_id, "seq": seq, "stored": seq in stored} for seq in sorted(numbers) if seq not in known]
    if new:
        connection.execute(bench_seq.insert(), new)
    rescued = sorted(seq for seq in stored if known.get(seq) is False)
    if rescued:
        connection.execute(
            update(bench_seq).where(bench_seq.c.bench_id == bench_id, bench_seq.c.seq.in_(rescued)).values(stored=True)
        )
    new_stored = sum(row["seq"] in stored for row in new)
    highest = max(numbers, default=0)
    row = connection.execute(select(bench).where(bench.c.bench_id == bench_id)).one()
    connection.execute(
        update(bench)
        .where(bench.c.bench_id == bench_id)
        .values(
            stored=row.stored + new_stored + len(rescued),
            quarantined=row.quarantined + len(new) - new_stored - len(rescued),
            highest_seq=max(row.highest_seq, highest),
            first_seen_at=row.first_seen_at or received_at,
            last_seen_at=received_at,
        )
    )


def _wanted(connection: Connection, good: Sequence[_Good]) -> tuple[str, ...]:
    """What these records name and central has not, each once, in the records' order."""
    named = dict.fromkeys(meta.sha256 for one in good for meta in one.record.evidence if is_sha256(meta.sha256))
    hashes = list(named)
    have: set[str] = set()
    for start in range(0, len(hashes), 5000):
        chunk = hashes[start : start + 5000]
        have.update(connection.scalars(select(evidence.c.sha256).where(evidence.c.sha256.in_(chunk))))
    return tuple(sha256 for sha256 in hashes if sha256 not in have)
