"""What the upload job needs of a bench's store. `station/store/` implements it; tests have one in memory.

The contract, whoever implements it:

- `pending` gives rows in `seq` order, and only rows that are neither acknowledged nor dead.
- `acknowledge`, `dead_letter` and `evidence_sent` are durable when they return, and harmless when repeated.
- A row that is dead-lettered stays in the store with its reason: nothing here deletes a record.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

__all__ = ["Outbox", "OutboxRow", "OutboxStatus"]


class OutboxRow(Struct, frozen=True):
    """One finished attempt that waits to be sent: its exact bytes, and the name those bytes have."""

    seq: int
    attempt_id: str
    sha256: str
    record: bytes


class OutboxStatus(Struct, frozen=True):
    """How far the upload is. Times are UTC, RFC 3339; None where there is nothing to date."""

    unsent: int
    oldest_unsent_at: str | None
    last_receipt_at: str | None
    dead: int
    evidence_unsent: int


class Outbox(Protocol):
    """The bench's side of the upload. Every call is one short transaction."""

    def bench_id(self) -> str:
        """The bench whose records these are."""
        ...

    def pending(self, limit: int) -> list[OutboxRow]:
        """At most `limit` rows that wait to be sent, in `seq` order."""
        ...

    def acknowledge(self, seqs: Sequence[int], receipts: Sequence[str], at: str) -> None:
        """Mark `seqs` as held by central. `receipts` pairs with them: `stored` or `duplicate`; `at` is our clock."""
        ...

    def dead_letter(self, seq: int, reason: str, at: str) -> None:
        """Park `seq` with the reason central gave: it is shown, kept, and no longer sent."""
        ...

    def wanted_evidence(self, limit: int) -> list[str]:
        """At most `limit` SHA-256s of evidence of acknowledged attempts that is not uploaded yet."""
        ...

    def evidence_bytes(self, sha256: str) -> bytes | None:
        """The bytes with that name, or None where the bench does not hold them."""
        ...

    def evidence_sent(self, sha256: str, at: str) -> None:
        """Mark that evidence as held by central."""
        ...

    def status(self) -> OutboxStatus:
        """How much waits, since when, and when central last answered."""
        ...
