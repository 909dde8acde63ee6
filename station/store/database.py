"""Opening the bench's SQLite file safely, and its schema from the first version on.

SQLite before 3.51.3 can corrupt a WAL file that two processes share (the WAL-reset bug, 3.7.0 to 3.51.2;
domain/central.md section 0), and Debian 12's is 3.40: the station brings its own and refuses an older one.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pysqlite3
import sqlite_utils
from sqlite_utils import Database, Migrations

__all__ = ["StoreUnusable", "open_database", "sqlite_version", "transaction"]

OLDEST_SQLITE: Final = (3, 51, 3)
BUSY_TIMEOUT_MS: Final = 10_000
"""How long a writer waits for another: longer than the longest transaction, 16 MiB of evidence on a slow disk."""


class StoreUnusable(Exception):
    """The store cannot be opened. The message is one sentence with the remedy."""


def sqlite_version() -> tuple[int, int, int]:
    """The version of the SQLite library in use."""
    major, minor, patch = (int(part) for part in pysqlite3.sqlite_version.split("."))
    return major, minor, patch


def open_database(path: Path) -> Database:
    """The database in `path`, made or migrated where needed: WAL, `synchronous=FULL`, foreign keys on.

    The connection may be handed to another thread, but must not be used by two at once. Raises
    `StoreUnusable` for an old SQLite, a file that is no database, or a disk that refuses.
    """
    if sqlite_version() < OLDEST_SQLITE:
        found, wanted = ".".join(map(str, sqlite_version())), ".".join(map(str, OLDEST_SQLITE))
        raise StoreUnusable(f"SQLite {found} can damage the store; run ./run again to install {wanted} or newer")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = pysqlite3.connect(str(path), check_same_thread=False, timeout=BUSY_TIMEOUT_MS / 1000)
        database = Database(connection)
        _use_wal(database)
        database.execute("PRAGMA synchronous=FULL")
        database.execute("PRAGMA foreign_keys=ON")
        if _MIGRATIONS.pending(database):
            # Whoever comes second waits here, and then finds nothing left to do.
            with transaction(database):
                _MIGRATIONS.apply(database)
    except (OSError, pysqlite3.Error) as error:
        raise StoreUnusable(
            f"the bench's store {path} cannot be opened ({error}); check the disk and the file"
        ) from error
    return database


@contextmanager
def transaction(database: Database) -> Iterator[None]:
    """Everything inside is there whole or not at all, and is on the disk when the block is left.

    IMMEDIATE, so that two processes wait for each other instead of failing in mid-transaction.
    """
    database.conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.conn.execute("COMMIT")
    except BaseException:
        if database.conn.in_transaction:
            database.conn.execute("ROLLBACK")
        raise


def _use_wal(database: Database) -> None:
    """Switches to WAL. SQLite does not wait by itself for another connection that does the same, so this does."""
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            database.enable_wal()
            return
        except pysqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


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


def _migrations() -> Migrations:
    migrations = Migrations("bench")
    migrations(name="0001_first")(_first)
    migrations(name="0002_decisions_and_rejudging")(_second)
    migrations(name="0003_scans_labels_and_holds")(_third)
    return migrations


_MIGRATIONS: Final = _migrations()

# sqlite-utils must have found the same library, or its writes would go through the system's SQLite.
if getattr(sqlite_utils.utils, "sqlite3") is not pysqlite3:  # noqa: B009 - not exported by its types
    raise ImportError("sqlite-utils does not use pysqlite3; run ./run again to repair the installation")
