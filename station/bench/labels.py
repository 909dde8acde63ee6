"""When the bench itself asks for a label: at each verdict, and when a laptop is put on hold or taken off it.

Questions to the store, for its one thread. What is on a label is `station.labelling`'s, printing it is the child's.
"""

from __future__ import annotations

from typing import Final

from station.bench import wording
from station.labelling.fields import LabelWanted, asked_for
from station.records import AttemptKind
from station.store.bench_store import BenchStore
from station.store.hold_book import end_inside, hold_inside, put_inside
from station.store.print_queue import PrintQueue, cancel_inside, latest_out_inside, queue_inside
from station.store.refusing import storing

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


def put_on_hold(store: BenchStore, serial: str, attempt_id: str, by: str) -> tuple[str, bool]:
    """Puts a laptop on hold: the hold's id, and whether it is new.

    What still waits to be printed of this laptop is wrong then; where its attempt has ended, a HOLD label follows. All
    of it is one transaction.
    """
    with storing(store.database):
        held = put_inside(store.database, store.clock, serial, attempt_id, by, wording.HELD_BY_COMMAND)
        if held[1]:
            _print_anew(store, serial, attempt_id, by, wording.LABEL_OF_HOLD)
    return held


def take_off_hold(
    store: BenchStore, hold_id: str, serial: str, attempt_id: str, by: str, reason: str = wording.HOLD_TAKEN_BACK
) -> bool:
    """Ends a hold, for a reason or because it is taken back; False where somebody has ended it before.

    The label of that attempt that says HOLD is replaced by one that does not. All of it is one transaction.
    """
    with storing(store.database):
        ended = end_inside(store.database, store.clock, hold_id, by, reason)
        if ended:
            _print_anew(store, serial, attempt_id, by, wording.LABEL_OF_RELEASE)
    return ended


def _print_anew(store: BenchStore, serial: str, attempt_id: str, by: str, reason: str) -> None:
    """The label of this laptop as things are now, unless that is what came out of the printer last."""
    cancel_inside(store.database, store.clock, serial, reason)
    wanted, record = label_for(store), store.record(attempt_id)
    if wanted is None or record is None or record.verdict is None or record.kind is not AttemptKind.PRODUCTION:
        return  # a golden laptop goes into no carton
    out = latest_out_inside(store.database, attempt_id)
    asked = asked_for(
        record,
        hold_inside(store.database, serial),
        layout=wanted.layout,
        bench=wanted.bench,
        by=by,
        reason=reason,
        copy_of=out.job_id if out else "",
    )
    if out is None or out.fields != asked.fields:
        queue_inside(store.database, store.clock, asked)
