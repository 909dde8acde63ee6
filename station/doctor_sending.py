"""What the doctor finds of central and of what is still to be sent to it. The bench works without either."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from station.central.address import another_answers, read_address
from station.clock import Clock, age_words
from station.doctor_store import ask_store
from station.doctor_symptom import Symptom
from station.paths import Paths
from station.store.outbox import StoreOutbox
from station.sync.outbox import OutboxStatus

__all__ = ["LATE_S", "examine_sending"]

LATE_S: Final = 3600.0
"""Seconds that a result may wait before it is said. The longest pause between two tries is five minutes
(domain/central.md section 1), so after an hour something else is wrong than one try."""


def examine_sending(paths: Paths, clock: Clock) -> list[Symptom]:
    """Whether central answers at its address, and how much waits for it since when."""
    return [_central(paths), *_unsent(paths, clock)]


def _central(paths: Paths) -> Symptom:
    address = read_address(paths.central)
    if address is None:
        found = "nobody has started it here, so results wait at the bench."
        return Symptom("Central", False, False, found, "Open the bench: it starts central as well.")
    if not another_answers(paths.central):
        found = f"it does not answer at {address}; results wait at the bench."
        return Symptom("Central", False, False, found, "Open the bench: it starts central as well.")
    return Symptom("Central", True, False, f"it answers at {address}.")


def _unsent(paths: Paths, clock: Clock) -> list[Symptom]:
    status = ask_store(paths, lambda store: StoreOutbox(store).status(), None)
    if status is None:
        return []
    age = _age(status, clock)
    waiting = f"{status.unsent:,} unsent" if status.unsent else "all sent"
    if status.unsent and age is not None:
        waiting += f", the oldest for {age_words(age)}"
    if status.dead:
        found = f"{waiting}; {status.dead:,} refused by central."
        return [Symptom("Results for central", False, False, found, "See `station sync status`; nothing is lost.")]
    late = status.unsent > 0 and (age is None or age > LATE_S)
    return [Symptom("Results for central", not late, False, f"{waiting}.", "Nothing is lost. See `station sync`.")]


def _age(status: OutboxStatus, clock: Clock) -> float | None:
    try:
        return max(0.0, clock.wall() - datetime.fromisoformat(status.oldest_unsent_at or "").timestamp())
    except ValueError:
        return None
