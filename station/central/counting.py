"""Keeping the summaries in step: what attempts that just came in change, for themselves and for those before them.

A new attempt can turn what an older one counts for: it may be the laptop's first although it arrives last, or take a
verdict back. So all attempts of the bench on the same serials are counted as they were and as they are, and the
difference goes into the summaries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, Row, bindparam, select, update

from station.central import summaries
from station.central.schema import attempt, finding
from station.central.standing import COUNTS, Counting, Told, count_for
from station.central.summaries import Answer

__all__ = ["count_in"]

_AT_ONCE: Final = 1000
"""Values in one question; a batch has at most 500 records."""

_ROW: Final = (
    attempt.c.sequence,
    attempt.c.attempt_id,
    attempt.c.bench_id,
    attempt.c.scan_serial,
    attempt.c.seq,
    attempt.c.kind,
    attempt.c.outcome,
    attempt.c.resumes,
    attempt.c.standing,
    attempt.c.day,
    attempt.c.model,
)
_Row: TypeAlias = Row[*tuple[Any, ...]]
_NOTHING: Final = Counting("")


def count_in(connection: Connection, bench_id: str, fresh: Mapping[int, Sequence[Answer]]) -> None:
    """Adds attempts of a bench that are stored to the summaries, and sets what each counts for.

    `fresh` are their findings by `attempt.sequence`; none of them was counted before. In the transaction that stored
    them.
    """
    deltas = summaries.Deltas()
    changed: list[dict[str, Any]] = []
    counted: dict[int, tuple[_Row, int]] = {}
    for group in _groups(connection, bench_id, list(fresh)):
        before = _count(row for row in group if row.sequence not in fresh)
        after = _count(group)
        for row in group:
            was, now = before.get(row.attempt_id, _NOTHING), after[row.attempt_id]
            times, firsts = (now.standing == COUNTS) - (was.standing == COUNTS), now.first - was.first
            deltas.attempt(row.day, row.model, row.outcome, times, firsts)
            if times:
                counted[row.sequence] = (row, times)
            if row.standing != now.standing:
                changed.append({"of": row.sequence, "to": now.standing})
    older = _findings(connection, [sequence for sequence in counted if sequence not in fresh])
    for sequence, (row, times) in counted.items():
        answers = fresh[sequence] if sequence in fresh else older[sequence]
        deltas.findings(row.day, row.outcome, answers, times)
    if changed:
        statement = update(attempt).where(attempt.c.sequence == bindparam("of")).values(standing=bindparam("to"))
        connection.execute(statement, changed)
    summaries.apply(connection, deltas)


def _count(rows: Iterable[_Row]) -> Mapping[str, Counting]:
    return count_for(Told(row.seq, row.attempt_id, row.scan_serial, row.kind, row.outcome, row.resumes) for row in rows)


def _groups(connection: Connection, bench_id: str, fresh: Sequence[int]) -> list[list[_Row]]:
    """The attempts of the bench on the serials that the new ones are of, by serial. One without a serial is alone."""
    new = [row for numbers in _chunks(fresh) for row in _rows(connection, attempt.c.sequence.in_(numbers))]
    groups: dict[str, list[_Row]] = defaultdict(list)
    for serials in _chunks(sorted({row.scan_serial for row in new if row.scan_serial})):
        # The bench is not asked for: SQLite would then look through all that the bench ever sent.
        for row in _rows(connection, attempt.c.scan_serial.in_(serials)):
            if row.bench_id == bench_id:
                groups[row.scan_serial].append(row)
    return [*groups.values(), *([row] for row in new if not row.scan_serial)]


def _rows(connection: Connection, condition: Any) -> Sequence[_Row]:
    return connection.execute(select(*_ROW).where(condition)).all()


def _findings(connection: Connection, sequences: Sequence[int]) -> Mapping[int, Sequence[Answer]]:
    found: dict[int, list[Answer]] = defaultdict(list)
    columns = (finding.c.sequence, finding.c.check_id, finding.c.severity, finding.c.verdict)
    for numbers in _chunks(sequences):
        for row in connection.execute(select(*columns).where(finding.c.sequence.in_(numbers))):
            found[row.sequence].append(Answer(row.check_id, row.severity, row.verdict))
    return found


def _chunks(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
