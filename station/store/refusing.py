"""What the disk refuses, said once: for everything in this room that keeps something in the bench's file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pysqlite3
from sqlite_utils import Database

from station.store.database import transaction

__all__ = ["StoreRefused", "reading", "storing"]


class StoreRefused(Exception):
    """The store could not keep something: the disk is full or failing. Nothing was half-written."""


@contextmanager
def storing(database: Database) -> Iterator[None]:
    """A transaction that turns the disk's refusal into `StoreRefused`, for those who keep something in this file."""
    with reading(), transaction(database):
        yield


@contextmanager
def reading() -> Iterator[None]:
    """Turns the disk's refusal, and a file that is damaged, into `StoreRefused`. It takes no lock: readers wait for
    nobody.
    """
    try:
        yield
    except (pysqlite3.IntegrityError, pysqlite3.ProgrammingError):
        raise  # a defect of ours
    except (pysqlite3.DatabaseError, OSError) as error:
        raise StoreRefused(
            f"the bench's store refused ({error}); check the disk, and that nothing else holds the file"
        ) from error
