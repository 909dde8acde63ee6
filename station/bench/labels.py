"""When the bench itself asks for a label: at each verdict, and when a laptop is put on hold or taken off it.

Questions to the store, for its one thread. What is on a label is `station.labelling`'s, printing it is the child's.
"""

from __future__ import annotations

from typing import Final

from station.bench import wording
from station.labelling.fields import LabelWanted, asked_for
from station.store.bench_store import BenchStore
from station.store.hold_book import HoldBook
from station.store.print_queue import JobState, PrintQueue

__all__ = [
    "BENCH_NAME",
    "LABEL",
    "PRINTER",
    "USUAL_LABEL",
    "label_for",
    "labels_to_come",
    "put_on_hold",
    "take_off_hold",
]

PRINTER: Final = "printer"
LABEL: Final = "label"
BENCH_NAME: Final = "bench_name"
USUAL_LABEL: Final = "carton"


def label_for(store: BenchStore) -> LabelWanted | None:
    """The label that each verdict gets; None at a bench without a printer."""
    if not store.setting(PRINTER):
        return None
    return LabelWanted(store.setting(LABEL, USUAL_LABEL), store.setting(BENCH_NAME))


def labels_to_come(store: BenchStore) -> int:
    """How many labels a printer that is set has still to print."""
    return PrintQueue(store, store.clock).waiting().jobs if store.setting(PRINTER) else 0


def put_on_hold(store: BenchStore, serial: str, attempt_id: str, by: str) -> None:
    """Puts a laptop on hold; where its attempt has ended, a HOLD label takes the place of its verdict's."""
    HoldBook(store, store.clock).put(serial, attempt_id, by, wording.HELD_BY_COMMAND)
    _print_anew(store, attempt_id, by, wording.LABEL_OF_HOLD)


def take_off_hold(store: BenchStore, serial: str, attempt_id: str, by: str) -> None:
    """Takes the hold back that was just made; the verdict's label takes the place of the HOLD label."""
    HoldBook(store, store.clock).end(serial, by, wording.HOLD_TAKEN_BACK)
    _print_anew(store, attempt_id, by, wording.LABEL_OF_RELEASE)


def _print_anew(store: BenchStore, attempt_id: str, by: str, reason: str) -> None:
    """What still waits to be printed for this attempt is wrong now; its label is asked for as things are."""
    wanted, record = label_for(store), store.record(attempt_id)
    if wanted is None or record is None or record.verdict is None:
        return
    queue = PrintQueue(store, store.clock)
    jobs = queue.of_attempt(attempt_id)
    for job in jobs:
        if job.state is JobState.PENDING:
            queue.cancel(job.job_id, reason)
    hold = HoldBook(store, store.clock).open(record.scan.serial)
    before = jobs[-1].job_id if jobs else ""
    queue.add(asked_for(record, hold, layout=wanted.layout, bench=wanted.bench, by=by, reason=reason, copy_of=before))
