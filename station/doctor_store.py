"""What the doctor finds of the bench's store, and how its other parts ask it something.

A bench that runs holds the store open. Reading beside it is safe and blocks nobody: the file is in WAL mode, where
readers and the one writer do not wait for each other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

import pysqlite3

from station.clock import Clock
from station.doctor_symptom import Symptom
from station.paths import Paths
from station.store.bench_store import BenchStore, StoreRefused
from station.store.database import StoreUnusable, open_database
from station.store.decision_book import DecisionBook

__all__ = ["LONGEST_LOOK_S", "ask_store", "examine_decisions", "examine_store"]

T = TypeVar("T")

LONGEST_LOOK_S: Final = 30.0
"""Seconds after which reading the store through is given up: `PRAGMA quick_check` reads every page, and years of
evidence are many GB. What a person waits for in front of a terminal without thinking that it hangs."""
_STEPS: Final = 10_000
"""Steps of SQLite's machine between two looks at the clock: some milliseconds."""


def ask_store(paths: Paths, question: Callable[[BenchStore], T], otherwise: T) -> T:
    """What `question` gives; `otherwise` where the store cannot be read, which `examine_store` tells."""
    try:
        store = BenchStore(paths.store)
    except StoreUnusable:
        return otherwise
    try:
        return question(store)
    except StoreRefused:
        return otherwise
    finally:
        store.close()


def examine_store(paths: Paths, clock: Clock, *, through: bool) -> Symptom:
    """Whether the store can be opened, and with `through` whether every page of it is whole."""
    try:
        database = open_database(paths.store)
    except StoreUnusable as error:
        return Symptom("Store", False, True, f"{error}.")
    deadline = clock.monotonic() + LONGEST_LOOK_S
    answer, given_up = "ok", False
    try:
        if through:
            database.conn.set_progress_handler(lambda: clock.monotonic() > deadline, _STEPS)
            answer = str(database.execute("PRAGMA quick_check").fetchone()[0])
    except pysqlite3.Error as error:
        given_up = clock.monotonic() > deadline
        answer = "ok" if given_up else str(error)
    finally:
        database.close()
    if answer != "ok":
        found = f"{paths.store} is damaged ({answer})."
        return Symptom("Store", False, True, found, "Keep the file and call the supervisor.")
    if not through:
        return Symptom("Store", True, True, f"{paths.store} can be opened.")
    if given_up:
        found = f"{paths.store} is too large to be read through in {LONGEST_LOOK_S:.0f} s; what was read is whole."
        return Symptom("Store", True, True, found)
    return Symptom("Store", True, True, f"{paths.store} is whole.")


def examine_decisions(paths: Paths) -> list[Symptom]:
    """Waivers and approvals that cannot be read any more; nothing where all can."""
    nothing: tuple[str, ...] = ()
    damaged = ask_store(paths, lambda store: tuple(DecisionBook(store).damaged()), nothing)
    if not damaged:
        return []
    named = ", ".join(one[-8:] for one in damaged)
    found = f"{len(damaged)} cannot be read and let nothing through ({named})."
    remedy = "Record them again: `station waiver grant`, `station approval record`."
    return [Symptom("Decisions", False, False, found, remedy)]
