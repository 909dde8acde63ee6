"""What the pages read: numbers from the summary tables, rows from the attempts behind each number."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Connection, RowMapping, func, select

from station.central.listing import PAGE_ROWS, AttemptFilter, AttemptLine, attempt_page, lines_of
from station.central.schema import (
    APART,
    OUTCOMES,
    STANDINGS,
    attempt,
    attempt_evidence,
    bench,
    day_check,
    day_model,
    evidence,
    finding,
    quarantine,
    rejudged,
    rejudging,
)
from station.central.standing import COUNTED, SHIPPABLE
from station.rejudging.archive import Change
from station.rejudging.packing import unpack_changes

__all__ = [
    "AttemptView",
    "BenchLine",
    "CheckLine",
    "EvidenceLine",
    "FindingLine",
    "JudgedAgain",
    "ModelLine",
    "Today",
    "attempt_view",
    "evidence_item",
    "quarantine_rows",
    "today",
]

LATEST_ROWS: Final = 15
_TOP_CHECKS: Final = 10
_MOST_MODELS: Final = 60


class ModelLine(Struct, frozen=True):
    """One model on one day. `counted` = completed with a verdict other than error."""

    model: str
    attempts: int
    counted: int
    may_ship: int
    first_attempts: int
    first_shippable: int
    outcomes: dict[str, int]


class CheckLine(Struct, frozen=True):
    """One check on one day."""

    check: str
    executed: int
    failed: int
    undecided: int


class BenchLine(Struct, frozen=True):
    """How complete one bench is."""

    bench_id: str
    name: str
    stored: int
    highest_seq: int
    high_water: int
    quarantined: int
    last_seen_at: str | None


class Today(Struct, frozen=True):
    """Everything the first page shows of one day, read at one moment. `apart`: attempts that count in none of it."""

    day: str
    total: int
    outcomes: dict[str, int]
    models: list[ModelLine]
    model_count: int
    checks: list[CheckLine]
    latest: list[AttemptLine]
    benches: list[BenchLine]
    last_day: str | None
    apart: dict[str, int]


class FindingLine(Struct, frozen=True):
    """One finding as stored; `value`, `limits` and `evidence` are JSON."""

    check: str
    verdict: str
    severity: str
    value: str
    unit: str
    limits: str | None
    reason: str
    detail: str
    evidence: str


class EvidenceLine(Struct, frozen=True):
    """One evidence item of an attempt. `held` where central has its bytes; `meta` is JSON."""

    item_id: str
    sha256: str
    meta: str
    held: bool


class JudgedAgain(Struct, frozen=True):
    """One published run's verdict on an attempt. `verdict` is None where it could not be judged: `problem` says why."""

    published_at: str
    profile: str
    operator: str
    reason: str
    verdict: str | None
    problem: str
    changes: tuple[Change, ...]


class AttemptView(Struct, frozen=True):
    """One attempt, whole. `findings` are the bench's; `judged_again` is what was put in force since, newest first.

    `taken_over_by` are the ids of the bench's attempts on this serial that took over its evidence: none, or one.
    `resumes_here` where the attempt that this one took over has come, too.
    """

    row: dict[str, Any]
    findings: list[FindingLine]
    evidence: list[EvidenceLine]
    others: list[AttemptLine]
    judged_again: list[JudgedAgain]
    taken_over_by: list[str]
    resumes_here: bool


def today(connection: Connection, day: str) -> Today:
    """The first page's numbers for `day`."""
    totals = _totals(connection, day)
    models = _models(connection, day)
    return Today(
        day=day,
        total=sum(totals.values()),
        outcomes=totals,
        models=models,
        model_count=connection.scalar(select(func.count()).where(day_model.c.day == day)) or 0,
        checks=_checks(connection, day),
        latest=attempt_page(connection, AttemptFilter(day=day), LATEST_ROWS).lines,
        benches=_benches(connection),
        last_day=connection.scalar(select(func.max(day_model.c.day)).where(day_model.c.day < day)),
        apart=_apart(connection, day),
    )


def attempt_view(connection: Connection, attempt_id: str) -> AttemptView | None:
    """One attempt with its findings, its evidence, what it was judged to be since, and the others on its serial."""
    columns = [column for column in attempt.columns if column.name != "record"]
    row = (
        connection.execute(
            select(*columns, bench.c.name.label("bench_name"))
            .join(bench, bench.c.bench_id == attempt.c.bench_id)
            .where(attempt.c.attempt_id == attempt_id)
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        return None
    sequence = row["sequence"]
    findings = connection.execute(select(finding).where(finding.c.sequence == sequence).order_by(finding.c.position))
    items = connection.execute(
        select(attempt_evidence, evidence.c.sha256.is_not(None).label("held"))
        .select_from(attempt_evidence.outerjoin(evidence, evidence.c.sha256 == attempt_evidence.c.sha256))
        .where(attempt_evidence.c.sequence == sequence)
        .order_by(attempt_evidence.c.position)
    )
    serial = row["scan_serial"]
    others = (
        lines_of(connection, [attempt.c.scan_serial == serial, attempt.c.sequence != sequence], 20) if serial else []
    )
    return AttemptView(
        row=dict(row),
        findings=[
            FindingLine(f.check_id, f.verdict, f.severity, f.value, f.unit, f.limits, f.reason, f.detail, f.evidence)
            for f in findings
        ],
        evidence=[EvidenceLine(i.item_id, i.sha256, i.meta, i.held) for i in items],
        others=others,
        judged_again=_judged_again(connection, sequence),
        taken_over_by=_takers(connection, row),
        resumes_here=bool(connection.scalar(select(func.count()).where(attempt.c.attempt_id == row["resumes"]))),
    )


def evidence_item(connection: Connection, attempt_id: str, item_id: str) -> bytes | None:
    """The bytes of one item of an attempt, or None where there are none here."""
    data: bytes | None = connection.scalar(
        select(evidence.c.data)
        .join(attempt_evidence, attempt_evidence.c.sha256 == evidence.c.sha256)
        .join(attempt, attempt.c.sequence == attempt_evidence.c.sequence)
        .where(attempt.c.attempt_id == attempt_id, attempt_evidence.c.item_id == item_id)
        .limit(1)
    )
    return data


def quarantine_rows(connection: Connection) -> list[dict[str, Any]]:
    """The latest refused records, newest first, without their bytes."""
    columns = [column for column in quarantine.columns if column.name != "raw"]
    rows = connection.execute(select(*columns).order_by(quarantine.c.sequence.desc()).limit(PAGE_ROWS))
    return [dict(row) for row in rows.mappings()]


# ---- parts -----------------------------------------------------------------------------------------------


def _totals(connection: Connection, day: str) -> dict[str, int]:
    sums = (func.coalesce(func.sum(day_model.c[f"n_{name}"]), 0).label(name) for name in OUTCOMES)
    row = connection.execute(select(*sums).where(day_model.c.day == day)).mappings().one()
    return {name: int(row[name]) for name in OUTCOMES}


def _models(connection: Connection, day: str) -> list[ModelLine]:
    rows = connection.execute(
        select(day_model)
        .where(day_model.c.day == day)
        .order_by(day_model.c.attempts.desc(), day_model.c.model)
        .limit(_MOST_MODELS)
    ).mappings()
    return [
        ModelLine(
            model=row["model"],
            attempts=row["attempts"],
            counted=sum(row[f"n_{name}"] for name in COUNTED),
            may_ship=sum(row[f"n_{name}"] for name in SHIPPABLE),
            first_attempts=row["first_attempts"],
            first_shippable=row["first_shippable"],
            outcomes={name: row[f"n_{name}"] for name in OUTCOMES},
        )
        for row in rows
    ]


def _checks(connection: Connection, day: str) -> list[CheckLine]:
    rows = connection.execute(
        select(day_check)
        .where(day_check.c.day == day, day_check.c.failed > 0)
        .order_by(day_check.c.failed.desc(), day_check.c.check_id)
        .limit(_TOP_CHECKS)
    )
    return [CheckLine(row.check_id, row.executed, row.failed, row.undecided) for row in rows]


def _benches(connection: Connection) -> list[BenchLine]:
    rows = connection.execute(select(bench).order_by(bench.c.name, bench.c.bench_id))
    return [
        BenchLine(
            row.bench_id, row.name, row.stored, row.highest_seq, row.high_water, row.quarantined, row.last_seen_at
        )
        for row in rows
    ]


def _takers(connection: Connection, row: RowMapping) -> list[str]:
    if not row["scan_serial"]:
        return []
    of_this = (
        attempt.c.scan_serial == row["scan_serial"],
        attempt.c.bench_id == row["bench_id"],
        attempt.c.resumes == row["attempt_id"],
        attempt.c.seq > row["seq"],
    )
    return list(connection.scalars(select(attempt.c.attempt_id).where(*of_this).order_by(attempt.c.seq)))


def _apart(connection: Connection, day: str) -> dict[str, int]:
    rows = connection.execute(
        select(attempt.c.standing, func.count().label("number"))
        .where(attempt.c.day == day, APART)
        .group_by(attempt.c.standing)
    )
    found = {row.standing: row.number for row in rows}
    return {standing: found[standing] for standing in STANDINGS if standing in found}


def _judged_again(connection: Connection, sequence: int) -> list[JudgedAgain]:
    runs = connection.execute(
        select(
            rejudging.c.run_id,
            rejudging.c.published_at,
            rejudging.c.profile,
            rejudging.c.operator,
            rejudging.c.reason,
        )
        .where(rejudging.c.published_at.is_not(None))
        .order_by(rejudging.c.published_at.desc(), rejudging.c.run_id.desc())
    ).all()
    if not runs:
        return []
    # The runs by name: joined, SQLite would look through the results of every run for this one attempt.
    results = {
        row.run_id: row
        for row in connection.execute(
            select(rejudged.c.run_id, rejudged.c.verdict, rejudged.c.problem, rejudged.c.changes).where(
                rejudged.c.run_id.in_([run.run_id for run in runs]), rejudged.c.sequence == sequence
            )
        )
    }
    found: list[JudgedAgain] = []
    for run in runs:
        result = results.get(run.run_id)
        if result is not None:
            found.append(
                JudgedAgain(
                    published_at=run.published_at,
                    profile=run.profile,
                    operator=run.operator or "",
                    reason=run.reason or "",
                    verdict=result.verdict,
                    problem=result.problem or "",
                    changes=unpack_changes(result.changes),
                )
            )
    return found
