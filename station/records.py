"""The record of one attempt: what the bench keeps, the outbox carries and central stores. Nothing else travels.

A record is immutable once its attempt has ended; a retest is a new record. It is written as canonical JSON
(`encode_record`), and the SHA-256 of those bytes together with the attempt's UUIDv7 makes an upload idempotent.
"""

from __future__ import annotations

import hashlib
from enum import Enum
from typing import Final

import msgspec
from msgspec import Struct

from checks.verdict import Finding, Verdict
from hardware.evidence.bundle import ItemMeta

__all__ = [
    "SCHEMA",
    "AttemptKind",
    "AttemptRecord",
    "AttemptStatus",
    "DeviceSeen",
    "ScanSeen",
    "decode_record",
    "encode_record",
    "record_digest",
]

SCHEMA: Final = "intake-attempt/1"


class AttemptStatus(Enum):
    """How an attempt ended. Only a completed one has a verdict.

    `aborted`: the laptop went away or the operator stopped it. `interrupted`: the bench itself stopped.
    """

    COMPLETED = "completed"
    ABORTED = "aborted"
    INTERRUPTED = "interrupted"


class AttemptKind(Enum):
    """What an attempt is for. `bench_check`: a golden or known-bad laptop, which tells of the bench and counts in no
    yield (domain/test-executives.md section 6, point 7).
    """

    PRODUCTION = "production"
    BENCH_CHECK = "bench_check"


class ScanSeen(Struct, frozen=True):
    """The scan that began the attempt: the cleaned raw text, when, and by what it was read."""

    raw: str
    serial: str
    scanned_at: str
    scanner: str = "keyboard"


class DeviceSeen(Struct, frozen=True):
    """The laptop in the words of its own firmware; empty where unknown. `model` is what a person calls it."""

    manufacturer: str = ""
    product: str = ""
    model: str = ""
    serial: str = ""


class AttemptRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """One run of a profile on one laptop by one operator in one slot.

    Times are UTC, RFC 3339 with milliseconds, by the bench's clock. `seq` is the bench's own gapless number.
    `attempt_no` counts this bench's attempts on this serial from 1. `evidence` names every item by SHA-256.
    `retest` is the code of why a laptop that had a verdict was tested again. `resumes` is the attempt whose evidence
    this one took over: one that was interrupted, or whose last answer was taken back. `approved_by` is the second
    person of an override.
    """

    schema: str
    attempt_id: str
    bench_id: str
    seq: int
    slot: int
    operator: str
    attempt_no: int
    status: AttemptStatus
    verdict: Verdict | None
    profile: str
    profile_digest: str
    link: str
    scan: ScanSeen
    device: DeviceSeen
    started_at: str
    finished_at: str
    findings: tuple[Finding, ...]
    evidence: tuple[ItemMeta, ...]
    note: str = ""
    kind: AttemptKind = AttemptKind.PRODUCTION
    retest: str = ""
    resumes: str = ""
    approved_by: str = ""

    def __post_init__(self) -> None:
        if (self.status is AttemptStatus.COMPLETED) != (self.verdict is not None):
            raise ValueError("a completed attempt has a verdict, and no other attempt has one")
        if self.seq < 1 or self.attempt_no < 1 or self.slot < 1:
            raise ValueError("seq, attempt_no and slot count from 1")


def encode_record(record: AttemptRecord) -> bytes:
    """The record's canonical JSON: the same record always gives the same bytes."""
    return msgspec.json.encode(record, order="sorted")


def decode_record(data: bytes) -> AttemptRecord:
    """The record in `data`. Raises `msgspec.DecodeError` or `ValidationError` (its subclass) for anything else."""
    record = msgspec.json.decode(data, type=AttemptRecord)
    if record.schema != SCHEMA:
        raise msgspec.ValidationError(f"schema is {record.schema!r}, this station reads {SCHEMA!r}")
    return record


def record_digest(data: bytes) -> str:
    """The SHA-256, in hex, of an encoded record."""
    return hashlib.sha256(data).hexdigest()
