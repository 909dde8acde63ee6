"""What bench and central say to each other: one batch up, one answer down. Both decode with these types.

A record travels as text, never as an embedded object: its exact bytes survive, so its SHA-256 can be checked
at the other end, and a record that is not JSON cannot spoil the batch it is in. Unknown fields are ignored, so
that either side may be the newer one; `schema` changes only when that is not enough.
"""

from __future__ import annotations

import base64
import binascii
from typing import Final

import msgspec
from msgspec import Struct

__all__ = [
    "ANSWER_SCHEMA",
    "BATCH_SCHEMA",
    "LARGEST_BATCH",
    "LARGEST_EVIDENCE",
    "LARGEST_INFLATED",
    "LARGEST_RECORD",
    "MOST_RECORDS",
    "Batch",
    "BatchAnswer",
    "Problem",
    "Receipt",
    "SentRecord",
    "exact_bytes",
    "send_form",
]

BATCH_SCHEMA: Final = "intake-batch/1"
ANSWER_SCHEMA: Final = "intake-receipts/1"

LARGEST_BATCH: Final = 8 * 10**6
"""Bytes of a batch as it travels (compressed)."""
LARGEST_INFLATED: Final = 64 * 10**6
"""Bytes of a batch once decompressed."""
LARGEST_RECORD: Final = 4 * 2**20
"""Bytes of one record; a full one is about 40 KB."""
LARGEST_EVIDENCE: Final = 4 * 2**20
"""Bytes of one evidence item (design.md section 5)."""
MOST_RECORDS: Final = 500


class SentRecord(Struct, frozen=True):
    """One record on its way: `record` is its text, or `record_base64` where its bytes are not UTF-8."""

    seq: int
    attempt_id: str
    sha256: str
    record: str | None = None
    record_base64: str | None = None


class Batch(Struct, frozen=True):
    """`POST /v1/batches`. `sent_at` is the bench's clock."""

    schema: str
    bench_id: str
    sent_at: str
    records: tuple[SentRecord, ...]


class Receipt(Struct, frozen=True):
    """Central's word on one record: `stored`, `duplicate`, `conflict` or `rejected`, and why it is refused."""

    attempt_id: str
    status: str
    reason: str = ""


class BatchAnswer(Struct, frozen=True):
    """The answer to a batch, given only after central's transaction has been committed.

    `high_water` is the number up to which central holds every one of this bench's records; `count` how many
    it has stored; `missing` the first numbers it lacks; `evidence_wanted` what these records name and it lacks.
    """

    schema: str
    received_at: str
    high_water: int
    count: int
    missing: tuple[int, ...]
    evidence_wanted: tuple[str, ...]
    receipts: tuple[Receipt, ...]


class Problem(Struct, frozen=True):
    """Any other answer of central's interface: a code for programs and one sentence for people."""

    error: str
    message: str


def send_form(seq: int, attempt_id: str, sha256: str, record: bytes) -> SentRecord:
    """The record as it travels; `exact_bytes` gives the same bytes back."""
    try:
        return SentRecord(seq, attempt_id, sha256, record=record.decode("utf-8"))
    except UnicodeDecodeError:
        return SentRecord(seq, attempt_id, sha256, record_base64=base64.b64encode(record).decode("ascii"))


def exact_bytes(sent: SentRecord) -> bytes:
    """The record's bytes. Raises `msgspec.ValidationError` where the form holds none, or two."""
    if (sent.record is None) == (sent.record_base64 is None):
        raise msgspec.ValidationError("exactly one of record and record_base64 must be given")
    if sent.record is not None:
        return sent.record.encode("utf-8")
    try:
        return base64.b64decode(sent.record_base64 or "", validate=True)
    except (binascii.Error, ValueError) as error:
        raise msgspec.ValidationError("record_base64 is not base64") from error
