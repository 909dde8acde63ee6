"""What a store keeps of judging again, and how: changes are packed, because those of 40,000 attempts by a rather
different profile would else take 300 MB.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
import zstandard

from checks.verdict import Verdict
from hardware.evidence.bundle import Item, ItemMeta
from specs.text import clean
from station.kept_facts import KeptFacts
from station.records import decode_record
from station.rejudging import wording
from station.rejudging.archive import Change, EvidenceGone, Kept, Run, after

__all__ = ["checked_item", "kept_of", "pack_changes", "run_of", "unpack_changes"]

LARGEST: Final = 64 * 2**20
"""Bytes unpacked. A record has at most 1,000 findings, and each has texts of a few hundred characters."""

_CHANGES: Final = msgspec.msgpack.Decoder(tuple[Change, ...])


def pack_changes(changes: Sequence[Change]) -> bytes | None:
    """The changes, packed; None where there are none."""
    if not changes:
        return None
    return zstandard.ZstdCompressor(level=1).compress(msgspec.msgpack.encode(tuple(changes)))


def unpack_changes(data: bytes | None) -> tuple[Change, ...]:
    """The changes again. Raises `msgspec.DecodeError` or `zstandard.ZstdError` where they are damaged."""
    if not data:
        return ()
    return _CHANGES.decode(zstandard.ZstdDecompressor().decompress(data, max_output_size=LARGEST))


def run_of(row: Mapping[Any, Any]) -> Run:
    """A run by its row in the table `rejudging`, which is alike in both stores."""
    return Run(
        run_id=row["run_id"],
        profile=row["profile"],
        profile_digest=row["profile_digest"],
        moment=row["moment"],
        done_to=row["done_to"],
        complete=row["finished_at"] is not None,
        published_at=row["published_at"] or "",
        operator=row["operator"] or "",
        reason=row["reason"] or "",
    )


def kept_of(
    *,
    number: int,
    attempt_id: str,
    serial: str,
    verdict: str,
    record: bytes,
    facts: KeptFacts | None,
    since: Iterable[tuple[str, bytes | None]],
) -> Kept:
    """An attempt as it is judged again. `since` are the verdicts that were published since and what each changed,
    oldest first. What is damaged is this attempt's problem alone: the others go on.
    """
    try:
        found = decode_record(record)
        now, findings = found.verdict, found.findings
        for published, changes in since:
            now, findings = Verdict(published), after(findings, unpack_changes(changes))
    except (msgspec.MsgspecError, zstandard.ZstdError, ValueError):
        return Kept(number, attempt_id, serial, "", Verdict(verdict), (), problem=wording.RECORD_DAMAGED)
    if now is None:
        return Kept(number, attempt_id, serial, "", Verdict(verdict), (), problem=wording.RECORD_DAMAGED)
    return Kept(number, attempt_id, serial, found.finished_at, now, findings, facts)


def checked_item(meta: ItemMeta, data: bytes | None, gone: str) -> Item:
    """An item whose bytes are those that its record names. Raises `EvidenceGone`; `gone` says where they should be."""
    if meta.sha256 and hashlib.sha256(data or b"").hexdigest() != meta.sha256:
        named = f"{clean(meta.id, 80)} ({clean(meta.sha256, 64)[:_SHOWN_DIGITS]})"
        raise EvidenceGone(f"the evidence {named} {wording.NOT_WHAT_WAS_JUDGED if data else gone}")
    return Item(meta, data or b"")


# Sixteen hexadecimal digits name the evidence in a sentence; the whole digest is in the record.
_SHOWN_DIGITS: Final = 16
