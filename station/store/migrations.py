"""The schema of the bench's SQLite file, from its first version on. A version that has shipped is never edited."""

from __future__ import annotations

from typing import Any, Final

from sqlite_utils import Database, Migrations

__all__ = ["MIGRATIONS"]


def _create(database: Database, name: str, columns: dict[str, Any], pk: Any, **more: Any) -> None:
    database.table(name).create(columns, pk=pk, strict=True, **more)


def _first(database: Database) -> None:
    """Version 1: scans, open attempts with their spool, attempts with findings and evidence, the outbox."""
    _create(database, "setting", {"name": str, "value": str}, pk="name", not_null={"value"})
    _create(
        database,
        "scan",
        {
            "id": str,
            "raw": str,
            "serial": str,
            "scanner": str,
            "scanned_at": str,
            "outcome": str,
            "reason": str,
            "attempt_id": str,
        },
        pk="id",
        not_null={"raw", "scanner", "scanned_at", "outcome"},
    )
    _create(
        database,
        "open_attempt",
        {
            "attempt_id": str,
            "scan_id": str,
            "slot": int,
            "operator": str,
            "profile": str,
            "profile_digest": str,
            "link": str,
            "started_at": str,
        },
        pk="attempt_id",
        foreign_keys=[("scan_id", "scan", "id")],
        not_null={"scan_id", "slot", "operator", "profile", "profile_digest", "link", "started_at"},
    )
    _create(
        database,
        "spool",
        {"attempt_id": str, "item_id": str, "position": int, "meta": str, "data": bytes},
        pk=("attempt_id", "item_id"),
        foreign_keys=[("attempt_id", "open_attempt", "attempt_id")],
        not_null={"position", "meta", "data"},
    )
    _create(
        database,
        "attempt",
        {
            "attempt_id": str,
            "seq": int,
            "scan_id": str,
            "slot": int,
            "serial": str,
            "attempt_no": int,
            "laptop": str,
            "status": str,
            "verdict": str,
            "profile": str,
            "profile_digest": str,
            "started_at": str,
            "finished_at": str,
            "record": bytes,
            "sha256": str,
        },
        pk="attempt_id",
        foreign_keys=[("scan_id", "scan", "id")],
        not_null={"seq", "scan_id", "slot", "serial", "attempt_no", "status", "finished_at", "record", "sha256"},
    )
    database.table("attempt").create_index(["seq"], unique=True)
    database.table("attempt").create_index(["serial", "attempt_no"], unique=True)
    database.table("attempt").create_index(["finished_at"])
    _create(
        database,
        "finding",
        {
            "attempt_id": str,
            "check_id": str,
            "verdict": str,
            "severity": str,
            "value": str,
            "unit": str,
            "limits": str,
            "reason": str,
            "detail": str,
            "evidence": str,
        },
        pk=("attempt_id", "check_id"),
        foreign_keys=[("attempt_id", "attempt", "attempt_id")],
        not_null={"verdict", "severity", "reason"},
    )
    _create(
        database,
        "evidence",
        # The bytes come last: what stands behind them in a row costs a walk over all their pages.
        {"sha256": str, "size": int, "sent_at": str, "data": bytes},
        pk="sha256",
        not_null={"size", "data"},
    )
    database.execute("CREATE INDEX evidence_unsent ON evidence(sha256) WHERE sent_at IS NULL")
    _create(
        database,
        "attempt_evidence",
        {"attempt_id": str, "item_id": str, "position": int, "sha256": str, "meta": str},
        pk=("attempt_id", "item_id"),
        foreign_keys=[("attempt_id", "attempt", "attempt_id"), ("sha256", "evidence", "sha256")],
        not_null={"position", "meta"},
    )
    database.table("attempt_evidence").create_index(["sha256"])
    _create(
        database,
        "outbox",
        {"seq": int, "attempt_id": str, "state": str, "queued_at": str, "settled_at": str, "receipt": str},
        pk="seq",
        foreign_keys=[("attempt_id", "attempt", "attempt_id")],
        not_null={"attempt_id", "state", "queued_at"},
    )
    database.table("outbox").create_index(["state", "seq"])


def _second(database: Database) -> None:
    """Version 2: profiles as they were used, decisions, facts as they were read, and judging stored attempts again."""
    _create(
        database,
        "profile",
        {"digest": str, "reference": str, "data": bytes},
        pk="digest",
        not_null={"reference", "data"},
    )
    _create(
        database,
        "decision",
        {
            "id": str,
            "kind": str,
            "made_at": str,
            "data": str,
            "ended_at": str,
            "ended_by": str,
            "ended_reason": str,
        },
        pk="id",
        not_null={"kind", "made_at", "data"},
    )
    _create(
        database,
        "attempt_facts",
        {"attempt_id": str, "reader": str, "data": bytes},
        pk="attempt_id",
        foreign_keys=[("attempt_id", "attempt", "attempt_id")],
        not_null={"reader", "data"},
    )
    _create(
        database,
        "rejudging",
        {
            "run_id": str,
            "run_key": str,
            "profile": str,
            "profile_digest": str,
            "profile_data": bytes,
            "moment": str,
            "done_to": int,
            "follows": str,
            "finished_at": str,
            "published_at": str,
            "operator": str,
            "reason": str,
        },
        pk="run_id",
        not_null={"run_key", "profile", "profile_digest", "profile_data", "moment", "done_to", "follows"},
    )
    _create(
        database,
        "rejudged",
        {
            "run_id": str,
            "seq": int,
            "attempt_id": str,
            "was": str,
            "verdict": str,
            "problem": str,
            "changes": bytes,
        },
        pk=("run_id", "seq"),
        foreign_keys=[("run_id", "rejudging", "run_id"), ("attempt_id", "attempt", "attempt_id")],
        not_null={"attempt_id", "was"},
    )
    database.table("rejudged").create_index(["attempt_id"])


def _third(database: Database) -> None:
    """Version 3: what each scan was taken for, the queue of labels, and laptops put on hold at this bench."""
    scan = database.table("scan")
    # `label` is shared by the codes that were read together; a code of its own has its own.
    for column in ("label", "symbology", "taken_for", "value", "rule"):
        scan.add_column(column, str)
    scan.create_index(["label"])
    scan.create_index(["outcome"])
    _create(
        database,
        "print_job",
        {
            "job_id": str,
            "attempt_id": str,
            "serial": str,
            "layout": str,
            "fields": str,
            "state": str,
            "queued_at": str,
            "queued_by": str,
            "reason": str,
            "copy_of": str,
            "printer": str,
            "settled_at": str,
            "problem": str,
        },
        pk="job_id",
        foreign_keys=[("attempt_id", "attempt", "attempt_id"), ("copy_of", "print_job", "job_id")],
        not_null={"attempt_id", "serial", "layout", "fields", "state", "queued_at", "queued_by", "reason"},
    )
    database.table("print_job").create_index(["state", "job_id"])
    database.table("print_job").create_index(["attempt_id"])
    _create(
        database,
        "hold",
        {
            "hold_id": str,
            "serial": str,
            "attempt_id": str,
            "made_at": str,
            "made_by": str,
            "reason": str,
            "ended_at": str,
            "ended_by": str,
            "ended_reason": str,
        },
        pk="hold_id",
        not_null={"serial", "attempt_id", "made_at", "made_by", "reason"},
    )
    database.execute("CREATE UNIQUE INDEX hold_open ON hold(serial) WHERE ended_at IS NULL")


def _fourth(database: Database) -> None:
    """Version 4: who works here, golden laptops and what they said, overrides, and what came in at the door."""
    for table in ("open_attempt", "attempt"):
        database.table(table).add_column("kind", str, not_null_default="production")
    for column in ("resumes", "approved_by"):
        database.table("open_attempt").add_column(column, str, not_null_default="")
    for column in ("retest", "resumes"):
        database.table("attempt").add_column(column, str, not_null_default="")
    database.execute("CREATE INDEX attempt_resumes ON attempt(resumes) WHERE resumes <> ''")
    database.table("attempt").create_index(["slot", "seq"])
    # What a shift came to is asked each second, and `kind` lies behind the record in its row.
    database.table("attempt").create_index(["finished_at", "kind", "status", "verdict"])
    _people(database)
    _bench_checks(database)
    _receiving(database)


def _people(database: Database) -> None:
    _create(
        database,
        "operator",
        {
            "operator_id": str,
            "name": str,
            "role": str,
            # SHA-256 of the badge, which is random and long: the badge itself is in nobody's file.
            "badge_hash": str,
            "badge_end": str,
            "made_at": str,
            "made_by": str,
            "ended_at": str,
            "ended_by": str,
        },
        pk="operator_id",
        not_null={"name", "role", "badge_hash", "badge_end", "made_at", "made_by"},
    )
    database.table("operator").create_index(["badge_hash"], unique=True)
    _create(
        database,
        "sign_in",
        {"sign_in_id": str, "operator_id": str, "at": str, "ended_at": str, "ended_why": str},
        pk="sign_in_id",
        foreign_keys=[("operator_id", "operator", "operator_id")],
        not_null={"operator_id", "at"},
    )
    _create(
        database,
        "override",
        {
            "override_id": str,
            "kind": str,
            "slot": int,
            "serial": str,
            "attempt_id": str,
            "asked_by": str,
            "approved_by": str,
            "reason": str,
            "made_at": str,
        },
        pk="override_id",
        not_null={"kind", "slot", "serial", "attempt_id", "asked_by", "approved_by", "reason", "made_at"},
    )


def _bench_checks(database: Database) -> None:
    _create(
        database,
        "golden",
        {
            "golden_id": str,
            "serial": str,
            "kind": str,
            "model": str,
            "profile": str,
            "expected": str,
            "attempt_id": str,
            "made_at": str,
            "made_by": str,
            "ended_at": str,
            "ended_by": str,
        },
        pk="golden_id",
        not_null={"serial", "kind", "model", "profile", "expected", "attempt_id", "made_at", "made_by"},
    )
    database.execute("CREATE UNIQUE INDEX golden_open ON golden(serial) WHERE ended_at IS NULL")
    _create(
        database,
        "golden_run",
        {
            "attempt_id": str,
            "golden_id": str,
            "slot": int,
            "shift": str,
            "profile_digest": str,
            "well": int,
            "problems": str,
            "at": str,
        },
        pk="attempt_id",
        foreign_keys=[("attempt_id", "attempt", "attempt_id"), ("golden_id", "golden", "golden_id")],
        not_null={"golden_id", "slot", "shift", "profile_digest", "well", "problems", "at"},
    )
    database.table("golden_run").create_index(["shift", "slot"])
    _create(
        database,
        "gate_waiver",
        {
            "waiver_id": str,
            "slot": int,
            "made_at": str,
            "until": str,
            "asked_by": str,
            "approved_by": str,
            "reason": str,
            "ended_at": str,
            "ended_by": str,
        },
        pk="waiver_id",
        not_null={"slot", "made_at", "until", "asked_by", "approved_by", "reason"},
    )


def _receiving(database: Database) -> None:
    _create(
        database,
        "delivery",
        {
            "reference": str,
            "supplier": str,
            "made_at": str,
            "made_by": str,
            "opened_at": str,
            "opened_by": str,
            "closed_at": str,
            "closed_by": str,
        },
        pk="reference",
        not_null={"supplier", "made_at", "made_by"},
    )
    # One delivery at the door at a time.
    database.execute(
        "CREATE UNIQUE INDEX delivery_open ON delivery(closed_at IS NULL)"
        " WHERE opened_at IS NOT NULL AND closed_at IS NULL"
    )
    _create(
        database,
        "delivery_expected",
        # `came` is 1 where it, or what it is in, was counted in: kept, so that nobody searches for what is missing.
        {"reference": str, "code": str, "kind": str, "parent": str, "model": str, "came": int},
        pk=("reference", "code"),
        foreign_keys=[("reference", "delivery", "reference")],
        not_null={"kind", "parent", "model", "came"},
    )
    database.table("delivery_expected").create_index(["reference", "kind", "came", "code"])
    database.table("delivery_expected").create_index(["reference", "parent"])
    database.table("delivery_expected").create_index(["code"])
    _create(
        database,
        "receipt",
        {
            "receipt_id": str,
            "reference": str,
            "code": str,
            "kind": str,
            "outcome": str,
            "at": str,
            "by": str,
            # The receipt that this one stands in for: what was counted in, and then found damaged.
            "replaces": str,
            "undone_at": str,
            "undone_by": str,
        },
        pk="receipt_id",
        foreign_keys=[("reference", "delivery", "reference")],
        not_null={"reference", "code", "kind", "outcome", "at", "by", "replaces"},
    )
    database.execute("CREATE UNIQUE INDEX receipt_once ON receipt(reference, code) WHERE undone_at IS NULL")
    database.execute("CREATE INDEX receipt_latest ON receipt(reference) WHERE undone_at IS NULL")
    # With `undone_at`, which is always null in it, SQLite counts without looking at the rows.
    database.execute(
        "CREATE INDEX receipt_kinds ON receipt(reference, outcome, kind, undone_at) WHERE undone_at IS NULL"
    )


def _migrations() -> Migrations:
    migrations = Migrations("bench")
    migrations(name="0001_first")(_first)
    migrations(name="0002_decisions_and_rejudging")(_second)
    migrations(name="0003_scans_labels_and_holds")(_third)
    migrations(name="0004_people_bench_checks_and_receiving")(_fourth)
    return migrations


MIGRATIONS: Final = _migrations()
