"""What has happened to an attempt's verdict since: the published judgements that came after it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from station.explaining import wording
from station.rejudging.archive import Change, Rejudged, Run
from station.rejudging.bench_archive import BenchArchive
from station.store.bench_store import BenchStore

__all__ = ["Since", "in_force_since", "since_document", "since_lines"]


class Since(Struct, frozen=True):
    """One published judgement of the attempt, and what it changed."""

    run: Run
    result: Rejudged

    def change(self, check: str) -> Change | None:
        """What it changed of a check."""
        return next((change for change in self.result.changes if change.check == check), None)


def in_force_since(store: BenchStore, attempt_id: str) -> tuple[Since, ...]:
    """The published judgements of an attempt, oldest first: the last one is in force."""
    return tuple(Since(run, result) for run, result in BenchArchive(store).published_of(attempt_id))


def since_lines(since: tuple[Since, ...], check: str | None) -> Iterator[str]:
    """What a person has to know before they read the old findings; of one check, what it says now."""
    for one in since:
        yield wording.judged_again(one.run, one.result)
        if check is not None:
            yield wording.check_since(one.change(check))


def since_document(since: tuple[Since, ...]) -> list[dict[str, Any]]:
    """The same as data."""
    return [
        {
            "profile": one.run.profile,
            "profile_digest": one.run.profile_digest,
            "published_at": one.run.published_at,
            "operator": one.run.operator,
            "reason": one.run.reason,
            "was": one.result.was.value,
            "verdict": one.result.verdict.value if one.result.verdict else None,
            "changes": msgspec.to_builtins(one.result.changes),
        }
        for one in since
    ]
