"""Opening the bench's SQLite file safely. Its schema is in `migrations`.

SQLite before 3.51.3 can corrupt a WAL file that two processes share (the WAL-reset bug, 3.7.0 to 3.51.2;
domain/central.md section 0), and Debian 12's is 3.40: the station brings its own and refuses an older one.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pysqlite3
import sqlite_utils
from sqlite_utils import Database

from station.store.migrations import MIGRATIONS

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
        if MIGRATIONS.pending(database):
            # Whoever comes second waits here, and then finds nothing left to do.
            with transaction(database):
                MIGRATIONS.apply(database)
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


# sqlite-utils must have found the same library, or its writes would go through the system's SQLite.
if getattr(sqlite_utils.utils, "sqlite3") is not pysqlite3:  # noqa: B009 - not exported by its types
    raise ImportError("sqlite-utils does not use pysqlite3; run ./run again to repair the installation")
