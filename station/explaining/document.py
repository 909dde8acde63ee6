"""The explanation as one JSON document: the same as the screen, and all that does not fit on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from checks.verdict import Finding
from station.explaining.explanation import Explanation, ItemSeen
from station.explaining.kept import KeptItem
from station.explaining.screen import worst_first
from station.explaining.wording import reason_words
from station.findings import finding_limit, finding_measured, finding_title
from station.records import AttemptRecord
from station.store.lookup import Found

__all__ = ["of_attempt", "of_check"]


def of_attempt(
    record: AttemptRecord, found: Found, kept: Mapping[str, KeptItem], *, as_written: bool
) -> dict[str, Any]:
    """An attempt with all its findings, worst first, and the state of its evidence."""
    return {
        "attempt": _attempt(record, found, as_written=as_written),
        "findings": [_finding(finding) for finding in worst_first(record.findings)],
        "evidence": [
            {"id": item_id, "sha256": item.meta.sha256, "size": item.meta.size, "state": item.state.value}
            for item_id, item in kept.items()
        ],
    }


def of_check(record: AttemptRecord, found: Found, one: Explanation, *, as_written: bool) -> dict[str, Any]:
    """One finding explained. Spans are [start, end] in the item's bytes, `end` behind the last; bytes are in hex."""
    return {
        "attempt": _attempt(record, found, as_written=as_written),
        "finding": _finding(one.finding),
        "rule": msgspec.to_builtins(one.rule),
        "again": msgspec.to_builtins(one.again),
        "evidence": [_item(item) for item in one.evidence],
    }


def _attempt(record: AttemptRecord, found: Found, *, as_written: bool) -> dict[str, Any]:
    return {
        "id": record.attempt_id,
        "serial": record.scan.serial,
        "attempt_no": record.attempt_no,
        "attempts": found.of,
        "kind": record.kind.value,
        "retest": record.retest,
        "resumes": record.resumes,
        "approved_by": record.approved_by,
        "status": record.status.value,
        "verdict": record.verdict.value if record.verdict else None,
        "device": msgspec.to_builtins(record.device),
        "profile": record.profile,
        "profile_digest": record.profile_digest,
        "started_at": record.started_at,
        "finished_at": record.finished_at,
        "operator": record.operator,
        "slot": record.slot,
        "bench": record.bench_id,
        "link": record.link,
        "note": record.note,
        "record_as_written": as_written,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    words = {
        "title": finding_title(finding),
        "measured": finding_measured(finding),
        "limit": finding_limit(finding),
        "because": reason_words(finding.reason),
    }
    return {**msgspec.to_builtins(finding), "words": words}


def _item(item: ItemSeen) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(item)
    excerpt = item.excerpt
    if excerpt is not None:
        plain["excerpt"]["spans"] = [[piece.start, piece.end] for piece in excerpt.pieces]
        plain["excerpt"]["bytes"] = [piece.hex for piece in excerpt.pieces]
        del plain["excerpt"]["pieces"]
    return plain
