"""The summary tables: what a set of attempts adds to them, and the same counted again from the raw tables.

What the pages' rates mean is decided here and nowhere else:

- *may ship*: pass, marginal or waived. *counted*: completed with a verdict other than `error`, which blames the
  bench. The pass rate is may ship / counted; aborted, interrupted and error are shown beside it, never in it.
- A check *executed* where a required finding of a completed attempt decided (pass, marginal, waived, fail), and
  *failed* where it is `fail`; `inconclusive` and `error` are undecided. Rows of severity info never count.
- First-pass yield takes attempts with `attempt_no` 1 that are counted.
- The day is the UTC date of `finished_at`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Connection, Integer, and_, case, cast, func, select

from checks.verdict import MAY_SHIP, Finding, Verdict
from station.central import schema
from station.central.database import add_up
from station.records import AttemptRecord, AttemptStatus

__all__ = ["COUNTED", "DECIDED", "SHIPPABLE", "Deltas", "apply", "day_of", "model_of", "outcome_of", "recount"]

SHIPPABLE: Final = tuple(sorted(verdict.value for verdict in MAY_SHIP))
COUNTED: Final = tuple(verdict.value for verdict in Verdict if verdict is not Verdict.ERROR)
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


class Deltas:
    """What some new attempts add to the summaries. Adding is commutative, so their order never matters."""

    def __init__(self) -> None:
        self._models: dict[tuple[str, str], Counter[str]] = {}
        self._checks: dict[tuple[str, str], Counter[str]] = {}

    def add(self, record: AttemptRecord, model: str, checks: Iterable[tuple[str, Finding]]) -> None:
        """Count one attempt under `model`; `checks` pairs each finding with its cleaned check id."""
        outcome = outcome_of(record)
        day = day_of(record)
        row = self._models.setdefault((day, model), Counter())
        row["attempts"] += 1
        row[f"n_{outcome}"] += 1
        if record.attempt_no == 1 and outcome in COUNTED:
            row["first_attempts"] += 1
            row["first_shippable"] += outcome in SHIPPABLE
        if record.status is not AttemptStatus.COMPLETED:
            return
        for check_id, finding in checks:
            if not finding.severity.required:
                continue
            row = self._checks.setdefault((day, check_id), Counter())
            decided = finding.verdict.value in DECIDED
            row["executed"] += decided
            row["undecided"] += not decided
            row["failed"] += finding.verdict is Verdict.FAIL

    def models(self) -> list[dict[str, Any]]:
        """Rows for `day_model`, in key order so that two writers never wait for each other."""
        columns = [c.name for c in schema.day_model.columns if not c.primary_key]
        return [
            {"day": day, "model": model, **{name: row[name] for name in columns}}
            for (day, model), row in sorted(self._models.items())
        ]

    def checks(self) -> list[dict[str, Any]]:
        """Rows for `day_check`, in key order."""
        columns = [c.name for c in schema.day_check.columns if not c.primary_key]
        return [
            {"day": day, "check_id": check, **{name: row[name] for name in columns}}
            for (day, check), row in sorted(self._checks.items())
        ]


def apply(connection: Connection, deltas: Deltas) -> None:
    """Add `deltas` to the summary tables, in the transaction that stored their attempts."""
    if models := deltas.models():
        connection.execute(add_up(schema.day_model), models)
    if checks := deltas.checks():
        connection.execute(add_up(schema.day_check), checks)


def recount(connection: Connection) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What `day_model` and `day_check` must hold, counted from the raw tables by the database itself."""
    attempt, finding = schema.attempt.c, schema.finding.c

    def count(condition: Any) -> Any:
        return cast(func.sum(case((condition, 1), else_=0)), Integer)

    first = and_(attempt.attempt_no == 1, attempt.outcome.in_(COUNTED))
    models = (
        select(
            attempt.day,
            attempt.model,
            func.count().label("attempts"),
            count(first).label("first_attempts"),
            count(and_(first, attempt.outcome.in_(SHIPPABLE))).label("first_shippable"),
            *(count(attempt.outcome == outcome).label(f"n_{outcome}") for outcome in schema.OUTCOMES),
        )
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
        .where(finding.severity != "info", attempt.outcome.not_in(("aborted", "interrupted")))
        .group_by(attempt.day, finding.check_id)
        .order_by(attempt.day, finding.check_id)
    )
    return (
        [dict(row) for row in connection.execute(models).mappings()],
        [dict(row) for row in connection.execute(checks).mappings()],
    )
