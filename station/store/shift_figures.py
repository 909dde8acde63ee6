"""What a bench has done since a moment, in numbers: laptops of deliveries only, and no numbers about people.

Counted are attempts that ended since then and count at all (`station.store.standing`). A retest is counted like every
attempt, and once more as a retest. First pass is what passes at the bench's first verdict on its serial other than
error, which says nothing of the laptop; central counts it so too (`station.central.standing`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct

from checks.verdict import MAY_SHIP, Verdict
from station.store.bench_store import BenchStore
from station.store.refusing import reading
from station.store.standing import that_count

__all__ = ["Count", "ShiftFigures", "figures_mark", "shift_figures"]

_PASSED: Final = frozenset(verdict.value for verdict in MAY_SHIP)


class Count(Struct, frozen=True):
    """Completed attempts of one slot or model: how many, and of them shippable, failing, undecided and not tested."""

    name: str = ""
    done: int = 0
    passed: int = 0
    failed: int = 0
    review: int = 0
    errors: int = 0


class ShiftFigures(Struct, frozen=True):
    """The numbers since a moment. `all` is their sum; `unfinished` were aborted or interrupted.

    Of `first` serials the first verdict at this bench was in that time, and `first_pass` of them passed with it.
    `slots` are in their order, `models` those with the most attempts first. `failing` are the required checks that
    failed, by their ids, and in how many attempts, the most frequent first.
    """

    all: Count = Count()
    unfinished: int = 0
    first: int = 0
    first_pass: int = 0
    retests: int = 0
    slots: tuple[Count, ...] = ()
    models: tuple[Count, ...] = ()
    failing: tuple[tuple[str, int], ...] = ()


class _Row(Struct, frozen=True):
    """One attempt. `first`: nothing was said of its serial before. A completed attempt has a verdict."""

    slot: int
    laptop: str
    verdict: str | None
    first: bool
    retest: str


def figures_mark(store: BenchStore) -> tuple[int, ...]:
    """What is another value once an attempt or a golden laptop's run has ended, another laptop is a golden one, a hold
    was made or ended, or something was overridden. Raises `StoreRefused`.
    """
    [row] = _rows(
        store,
        "SELECT (SELECT coalesce(max(seq), 0) FROM attempt) AS attempts,"
        " (SELECT coalesce(max(rowid), 0) FROM hold) AS holds,"
        " (SELECT count(*) FROM hold WHERE ended_at IS NULL) AS held,"
        " (SELECT coalesce(max(rowid), 0) FROM override) AS overrides,"
        " (SELECT coalesce(max(rowid), 0) FROM golden_run) AS runs,"
        " (SELECT coalesce(max(rowid), 0) FROM golden) AS goldens,"
        " (SELECT count(*) FROM golden WHERE ended_at IS NULL) AS registered",
    )
    return tuple(int(value) for value in row.values())


def shift_figures(store: BenchStore, since: str) -> ShiftFigures:
    """The numbers since a moment (UTC, RFC 3339). Raises `StoreRefused` where the disk refuses."""
    rows = [
        msgspec.convert({**row, "first": bool(row["first"])}, _Row)
        for row in _rows(
            store,
            "SELECT slot, coalesce(laptop, '') AS laptop, verdict, retest,"
            f" a.verdict <> 'error' AND NOT EXISTS (SELECT 1 FROM attempt b WHERE b.serial = a.serial"
            f" AND b.attempt_no < a.attempt_no AND b.verdict <> 'error' AND {that_count('b')}) AS first"
            f" FROM attempt a WHERE finished_at >= ? AND {that_count('a')}",
            since,
        )
    ]
    completed = [row for row in rows if row.verdict is not None]
    first = [row for row in completed if row.first]
    by_slot = sorted({row.slot for row in completed})
    by_model = {row.laptop for row in completed}
    models = [_count(name, (row for row in completed if row.laptop == name)) for name in sorted(by_model)]
    return ShiftFigures(
        all=_count("", completed),
        unfinished=len(rows) - len(completed),
        first=len(first),
        first_pass=sum(row.verdict in _PASSED for row in first),
        retests=sum(row.retest != "" for row in completed),
        slots=tuple(_count(str(slot), (row for row in completed if row.slot == slot)) for slot in by_slot),
        models=tuple(sorted(models, key=lambda count: -count.done)),
        failing=_failing(store, since),
    )


def _count(name: str, rows: Iterable[_Row]) -> Count:
    verdicts = [row.verdict for row in rows]
    return Count(
        name=name,
        done=len(verdicts),
        passed=sum(verdict in _PASSED for verdict in verdicts),
        failed=verdicts.count(Verdict.FAIL.value),
        review=verdicts.count(Verdict.INCONCLUSIVE.value),
        errors=verdicts.count(Verdict.ERROR.value),
    )


def _failing(store: BenchStore, since: str) -> tuple[tuple[str, int], ...]:
    # A required check that fails makes its attempt fail (`checks.verdict.roll_up`): only those are looked at.
    rows = _rows(
        store,
        "SELECT f.check_id AS name, count(*) AS failed FROM attempt a JOIN finding f ON f.attempt_id = a.attempt_id"
        f" WHERE a.finished_at >= ? AND a.verdict = 'fail' AND {that_count('a')}"
        " AND f.verdict = 'fail' AND f.severity <> 'info'"
        " GROUP BY f.check_id ORDER BY failed DESC, f.check_id",
        since,
    )
    return tuple((str(row["name"]), int(row["failed"])) for row in rows)


def _rows(store: BenchStore, sql: str, *parameters: Any) -> Sequence[dict[str, Any]]:
    with reading():
        return list(store.database.query(sql, list(parameters)))
