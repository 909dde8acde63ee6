"""How central's database is opened, written and read. What only one engine understands is said here alone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pysqlite3.dbapi2 as sqlite
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.exc import ArgumentError, DatabaseError

from station.central.errors import DatabaseRefused

__all__ = [
    "DATABASE_NAME",
    "OLDEST_SQLITE",
    "add_up",
    "insert_new",
    "migrate",
    "open_database",
    "read",
    "url_in",
    "write",
]

DATABASE_NAME: Final = "central.sqlite3"

OLDEST_SQLITE: Final = (3, 51, 3)
"""Before it, a WAL file that two connections share can be corrupted (design.md section 12)."""

# A bench's batch takes some 30 ms; whoever waits longer than this for the one writer has found a stuck one.
_BUSY_MS: Final = 15_000

_MIGRATIONS: Final = Path(__file__).parent / "migrations"


def url_in(data_dir: Path) -> URL:
    """The URL of the embedded database in `data_dir`."""
    return URL.create("sqlite", database=str(data_dir / DATABASE_NAME))


def open_database(url: str | URL, sqlite_version: tuple[int, ...] = sqlite.sqlite_version_info) -> Engine:
    """An engine for `url`. Nothing is read yet. Raises `DatabaseRefused` for what cannot be used."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        sentence = "The database URL cannot be read; write it as in sqlite:////srv/central.sqlite3."
        raise DatabaseRefused(sentence) from error
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise DatabaseRefused("This version keeps central in a SQLite file only; give a sqlite:/// URL.")
    if sqlite_version < OLDEST_SQLITE:
        found, needed = (".".join(map(str, version)) for version in (sqlite_version, OLDEST_SQLITE))
        raise DatabaseRefused(f"SQLite {found} can damage a shared database; central needs {needed}.")
    engine = create_engine(parsed, module=sqlite, pool_size=8, max_overflow=8)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def write(engine: Engine) -> Iterator[Connection]:
    """A transaction that may write, durable when it ends without an error. One at a time; others wait."""
    with engine.connect().execution_options(station_write=True) as connection, connection.begin():
        yield connection


@contextmanager
def read(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one moment of the database and blocks nobody."""
    with engine.connect() as connection, connection.begin():
        yield connection


def migrate(engine: Engine) -> None:
    """Bring the database to this version's schema. Safe when repeated, and when two do it at once."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    try:
        with write(engine) as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        sentence = "The database was made by a newer version of the station; start that version."
        raise DatabaseRefused(sentence) from error
    except DatabaseError as error:
        raise DatabaseRefused(f"The database {engine.url.database} cannot be used ({error.orig}).") from error


def insert_new(table: Table, *keys: str) -> Insert:
    """INSERT that leaves a row alone which has the same `keys` (any unique key where none is given)."""
    return insert(table).on_conflict_do_nothing(index_elements=[table.c[key] for key in keys] or None)


def add_up(table: Table) -> Insert:
    """INSERT that adds the numbers of a row to those of the row with the same primary key."""
    statement = insert(table)
    keys = list(table.primary_key.columns)
    counters = {c.name: c + statement.excluded[c.name] for c in table.columns if not c.primary_key}
    return statement.on_conflict_do_update(index_elements=keys, set_=counters)


def _prepare(connection: Any, _record: object) -> None:
    # The driver must not begin and commit on its own; `_begin` does.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
    _use_wal(cursor)
    for pragma in (
        "synchronous = FULL",
        "foreign_keys = ON",
        "trusted_schema = OFF",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _use_wal(cursor: Any) -> None:
    """Switches to WAL. SQLite does not wait by itself for another connection that does the same, so this does."""
    deadline = time.monotonic() + _BUSY_MS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _begin(connection: Connection) -> None:
    # IMMEDIATE: a writer that starts as a reader could find itself refused halfway.
    writes = connection.get_execution_options().get("station_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
