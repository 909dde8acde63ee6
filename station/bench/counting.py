"""What the bar counts, in one look at the store: it is looked at each second, also where nothing happens."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from station.clock import Clock, utc_text
from station.store.bench_store import BenchStore
from station.store.hold_book import HoldBook
from station.store.outbox import StoreOutbox

__all__ = ["Counts", "count_now"]


class Counts(Struct, frozen=True):
    """The records that central has not got yet and the age of the oldest (whole seconds), those that it refused, the
    laptops tested since midnight and those of them that may ship, and the serials that are on hold.
    """

    unsent: int
    oldest_unsent_seconds: float | None
    dead_letters: int
    today: int
    today_passed: int
    held: frozenset[str]


def count_now(store: BenchStore, clock: Clock) -> Counts:
    """What there is now. For the store's one thread; raises `StoreRefused`."""
    status = StoreOutbox(store).status()
    midnight = datetime.fromtimestamp(clock.wall()).astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    today = store.count_since(utc_text(midnight.timestamp()))
    oldest = None
    if status.oldest_unsent_at is not None:
        age = clock.wall() - datetime.fromisoformat(status.oldest_unsent_at).timestamp()
        # Whole seconds: the bar is not redrawn for less.
        oldest = float(max(0, int(age)))
    held = frozenset(one.serial for one in HoldBook(store, clock).open_holds())
    return Counts(status.unsent, oldest, status.dead, today.completed, today.passed, held)
