"""Lists of attempts: which ones a filter lets through, newest first, page by page."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, exists, func, select

from station.central.schema import OUTCOMES, STANDINGS, THAT_COUNT, apart_as, attempt, bench, finding
from station.central.standing import COUNTED, COUNTS, SHIPPABLE
from station.central.summaries import DECIDED

__all__ = [
    "EVERY",
    "GROUPS",
    "PAGE_ROWS",
    "AttemptFilter",
    "AttemptLine",
    "AttemptPage",
    "FilterRefused",
    "attempt_page",
    "lines_of",
    "next_day",
]

PAGE_ROWS: Final = 100

GROUPS: Final = {"may-ship": SHIPPABLE, "counted": COUNTED}
"""Words that `verdict=` takes beside the outcomes themselves."""
EVERY: Final = "all"
"""The word that `standing=` takes beside the standings themselves."""

_ANSWERS: Final = {"failed": ("fail",), "executed": DECIDED}


class FilterRefused(ValueError):
    """A filter cannot be meant; the message names the parameter."""


class AttemptLine(Struct, frozen=True):
    """One attempt in a list."""

    attempt_id: str
    sequence: int
    finished_at: str
    bench_id: str
    bench_name: str
    slot: int
    attempt_no: int
    serial: str
    model: str
    profile: str
    operator: str
    outcome: str
    standing: str


class AttemptFilter(Struct, frozen=True):
    """Which attempts: every part that is not None must hold. `check` needs `answer`: failed or executed.

    `standing` is one of `schema.STANDINGS` or `EVERY`; the usual one is what the numbers count.
    """

    day: str | None = None
    model: str | None = None
    check: str | None = None
    answer: str = "failed"
    verdict: str | None = None
    bench: str | None = None
    standing: str = COUNTS
    before: int | None = None

    def __post_init__(self) -> None:
        if self.day is not None and not _is_day(self.day):
            raise FilterRefused("day must be a date such as 2026-11-24")
        if self.verdict is not None and self.verdict not in OUTCOMES and self.verdict not in GROUPS:
            raise FilterRefused("verdict must be one of " + ", ".join((*OUTCOMES, *GROUPS)))
        if self.answer not in _ANSWERS:
            raise FilterRefused("answer must be failed or executed")
        if self.standing not in STANDINGS and self.standing != EVERY:
            raise FilterRefused("standing must be one of " + ", ".join((*STANDINGS, EVERY)))
        if self.before is not None and not 0 < self.before < 2**63:
            raise FilterRefused("before must be a number from a link of these pages")


class AttemptPage(Struct, frozen=True):
    """One page of a list: `count` is of the whole list, `older` continues it."""

    count: int
    lines: list[AttemptLine]
    older: int | None


def attempt_page(connection: Connection, wanted: AttemptFilter, rows: int = PAGE_ROWS) -> AttemptPage:
    """The newest attempts that `wanted` lets through, newest first, in the server's order."""
    conditions = _conditions(wanted)
    count = connection.scalar(select(func.count()).select_from(attempt).where(*conditions)) or 0
    if wanted.before is not None:
        conditions.append(attempt.c.sequence < wanted.before)
    lines = lines_of(connection, conditions, rows + 1)
    older = lines[rows - 1].sequence if len(lines) > rows else None
    return AttemptPage(count, lines[:rows], older)


def _conditions(wanted: AttemptFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.standing == COUNTS:
        conditions.append(THAT_COUNT)
    elif wanted.standing != EVERY:
        conditions.append(apart_as(wanted.standing))
    if wanted.day is not None:
        conditions.append(attempt.c.day == wanted.day)
    if wanted.model is not None:
        conditions.append(attempt.c.model == wanted.model)
    if wanted.bench is not None:
        conditions.append(attempt.c.bench_id == wanted.bench)
    if wanted.verdict is not None:
        conditions.append(attempt.c.outcome.in_(GROUPS.get(wanted.verdict, (wanted.verdict,))))
    if wanted.check is not None:
        conditions.append(attempt.c.outcome.not_in(("aborted", "interrupted")))
        conditions.append(
            exists().where(
                finding.c.sequence == attempt.c.sequence,
                finding.c.check_id == wanted.check,
                finding.c.severity != "info",
                finding.c.verdict.in_(_ANSWERS[wanted.answer]),
            )
        )
    return conditions


def lines_of(connection: Connection, conditions: list[ColumnElement[bool]], rows: int) -> list[AttemptLine]:
    """The newest attempts for which every condition holds, at most `rows`."""
    c = attempt.c
    columns = (
        c.attempt_id,
        c.sequence,
        c.finished_at,
        c.bench_id,
        c.slot,
        c.attempt_no,
        c.scan_serial,
        c.serial,
        c.model,
        c.profile,
        c.operator,
        c.outcome,
        c.standing,
        bench.c.name.label("bench_name"),
    )
    found = connection.execute(
        select(*columns)
        .join(bench, bench.c.bench_id == c.bench_id)
        .where(*conditions)
        .order_by(c.sequence.desc())
        .limit(rows)
    )
    return [
        AttemptLine(
            attempt_id=row.attempt_id,
            sequence=row.sequence,
            finished_at=row.finished_at,
            bench_id=row.bench_id,
            bench_name=row.bench_name,
            slot=row.slot,
            attempt_no=row.attempt_no,
            serial=row.scan_serial or row.serial,
            model=row.model,
            profile=row.profile,
            operator=row.operator,
            outcome=row.outcome,
            standing=row.standing,
        )
        for row in found
    ]


def _is_day(text: str) -> bool:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) is None:
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def next_day(day: str, step: int) -> str | None:
    """The day `step` days from `day`, or None past the calendar's end."""
    try:
        return (date.fromisoformat(day) + timedelta(days=step)).isoformat()
    except OverflowError:
        return None
