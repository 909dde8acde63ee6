"""The summary tables: what a set of attempts adds to them, and the same counted again from the raw tables.

What the pages' rates mean is decided here and in `standing`, and nowhere else:

- Only attempts that count (`standing`) are in any number: no bench checks, and no verdict that was taken back.
- *may ship*: pass, marginal or waived. *counted*: completed with a verdict other than `error`, which blames the
  bench. The pass rate is may ship / counted; aborted, interrupted and error are shown beside it, never in it.
- A check *executed* where a required finding of a completed attempt decided (pass, marginal, waived, fail), and
  *failed* where it is `fail`; `inconclusive` and `error` are undecided. Rows of severity info never count.
- First-pass yield takes each bench's first attempt on a serial that is counted.
- The day is the UTC date of `finished_at`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Integer, and_, case, cast, delete, exists, func, or_, select

from checks.verdict import Severity, Verdict
from station.central import schema
from station.central.database import add_up
from station.central.standing import COUNTED, SHIPPABLE, WITH_VERDICT
from station.records import AttemptKind, AttemptRecord

__all__ = ["DECIDED", "Answer", "Deltas", "apply", "day_of", "model_of", "outcome_of", "recount"]

DECIDED: Final = (*SHIPPABLE, Verdict.FAIL.value)
"""Verdicts of a finding that decided."""


def outcome_of(record: AttemptRecord) -> str:
    """One of `schema.OUTCOMES`."""
    return record.verdict.value if record.verdict is not None else record.status.value


def day_of(record: AttemptRecord) -> str:
    """The UTC date on which the attempt ended, as "2026-11-24"."""
    return record.finished_at[:10]


def model_of(manufacturer: str, product: str, model: str) -> str:
    """The model a row is counted under: what people call it, else the firmware's words; "" where unknown."""
    return model or " ".join(word for word in (manufacturer, product) if word and product)


class Answer(Struct, frozen=True):
    """What is counted of one finding: its cleaned check id, its severity and its verdict."""

    check: str
    severity: str
    verdict: str


class Deltas:
    """What some attempts add to the summaries, or take away. Adding is commutative, so their order never matters."""

    def __init__(self) -> None:
        self._models: dict[tuple[str, str], Counter[str]] = {}
        self._checks: dict[tuple[str, str], Counter[str]] = {}

    def attempt(self, day: str, model: str, outcome: str, times: int, firsts: int) -> None:
        """Counts one attempt `times` (1, 0 or -1) times, and as a laptop's first `firsts` times."""
        row = self._models.setdefault((day, model), Counter())
        row["attempts"] += times
        row[f"n_{outcome}"] += times
        row["first_attempts"] += firsts
        row["first_shippable"] += firsts * (outcome in SHIPPABLE)

    def findings(self, day: str, outcome: str, answers: Iterable[Answer], times: int) -> None:
        """Counts the findings of one attempt `times` times."""
        if outcome not in WITH_VERDICT:
            return
        for one in answers:
            if one.severity == Severity.INFO.value:
                continue
            row = self._checks.setdefault((day, one.check), Counter())
            decided = one.verdict in DECIDED
            row["executed"] += times * decided
            row["undecided"] += times * (not decided)
            row["failed"] += times * (one.verdict == Verdict.FAIL.value)

    def models(self) -> list[dict[str, Any]]:
        """Rows for `day_model`, in key order so that two writers never wait for each other."""
        columns = [c.name for c in schema.day_model.columns if not c.primary_key]
        return [
            {"day": day, "model": model, **{name: row[name] for name in columns}}
            for (day, model), row in sorted(self._models.items())
            if any(row.values())
        ]

    def checks(self) -> list[dict[str, Any]]:
        """Rows for `day_check`, in key order."""
        columns = [c.name for c in schema.day_check.columns if not c.primary_key]
        return [
            {"day": day, "check_id": check, **{name: row[name] for name in columns}}
            for (day, check), row in sorted(self._checks.items())
            if any(row.values())
        ]


def apply(connection: Connection, deltas: Deltas) -> None:
    """Add `deltas` to the summary tables, in the transaction that stored their attempts."""
    models, checks = deltas.models(), deltas.checks()
    if models:
        connection.execute(add_up(schema.day_model), models)
    if checks:
        connection.execute(add_up(schema.day_check), checks)
    # A row of which everything was taken back is a row of nothing.
    if any(row["attempts"] < 0 for row in models):
        connection.execute(delete(schema.day_model).where(schema.day_model.c.attempts == 0))
        nothing = (schema.day_check.c.executed == 0, schema.day_check.c.undecided == 0)
        connection.execute(delete(schema.day_check).where(*nothing))


def recount(connection: Connection) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What `day_model` and `day_check` must hold, counted from the raw tables by the database itself.

    From what each record says, and not from `attempt.standing`: that is kept like a summary.
    """
    attempt, finding = schema.attempt.c, schema.finding.c
    counts = _counts(schema.attempt)

    def count(condition: Any) -> Any:
        return cast(func.sum(case((condition, 1), else_=0)), Integer)

    first = and_(attempt.scan_serial != "", attempt.outcome.in_(COUNTED), ~_has_earlier_verdict())
    models = (
        select(
            attempt.day,
            attempt.model,
            func.count().label("attempts"),
            count(first).label("first_attempts"),
            count(and_(first, attempt.outcome.in_(SHIPPABLE))).label("first_shippable"),
            *(count(attempt.outcome == outcome).label(f"n_{outcome}") for outcome in schema.OUTCOMES),
        )
        .where(counts)
        .group_by(attempt.day, attempt.model)
        .order_by(attempt.day, attempt.model)
    )
    checks = (
        select(
            attempt.day,
            finding.check_id,
            count(finding.verdict.in_(DECIDED)).label("executed"),
            count(finding.verdict == "fail").label("failed"),
            count(finding.verdict.not_in(DECIDED)).label("undecided"),
        )
        .join_from(schema.finding, schema.attempt, finding.sequence == attempt.sequence)
        .where(counts, finding.severity != Severity.INFO.value, attempt.outcome.in_(WITH_VERDICT))
        .group_by(attempt.day, finding.check_id)
        .order_by(attempt.day, finding.check_id)
    )
    return (
        [dict(row) for row in connection.execute(models).mappings()],
        [dict(row) for row in connection.execute(checks).mappings()],
    )


def _counts(attempts: Any) -> ColumnElement[bool]:
    """True for a row of `attempts` that is no bench check and that no later attempt took back."""
    one, later = attempts.c, schema.attempt.alias().c
    taken_back = and_(
        one.outcome.in_(WITH_VERDICT),
        one.scan_serial != "",
        exists().where(
            later.scan_serial == one.scan_serial,
            later.bench_id == one.bench_id,
            later.kind == one.kind,
            later.resumes == one.attempt_id,
            later.seq > one.seq,
        ),
    )
    return and_(one.kind != AttemptKind.BENCH_CHECK.value, ~taken_back)


def _has_earlier_verdict() -> ColumnElement[bool]:
    """True for an attempt before which the same bench gave the same serial a verdict that counts."""
    one, before = schema.attempt.c, schema.attempt.alias()
    earlier = before.c
    return exists().where(
        earlier.scan_serial == one.scan_serial,
        earlier.bench_id == one.bench_id,
        or_(earlier.seq < one.seq, and_(earlier.seq == one.seq, earlier.attempt_id < one.attempt_id)),
        earlier.outcome.in_(COUNTED),
        _counts(before),
    )
