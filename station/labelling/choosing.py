"""The one attempt, or the one job, that a person means by what they have of it; and a layout that can be used."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from hardware.printers.layout import Layout, LayoutError
from hardware.printers.layout_library import load_layout
from station.labelling import wording
from station.labelling.errors import LabelRefused
from station.records import AttemptKind, AttemptRecord
from station.store.bench_store import BenchStore, StoreRefused
from station.store.lookup import SHORTEST_END, attempts_named, kept_record, open_attempt_named
from station.store.print_queue import PrintJob, PrintQueue
from station.store.standing import taken_back_by

__all__ = ["job_named", "record_named", "record_of", "usable_layout"]

_END: Final = re.compile(rf"[0-9a-f-]{{{SHORTEST_END},36}}", re.ASCII)


def record_named(store: BenchStore, name: str) -> AttemptRecord:
    """The record of the attempt that is meant: by its id, the end of it, or a serial number (its latest attempt).

    Raises `LabelRefused` where none or several may be meant or where it has no verdict that stands, and `StoreRefused`
    where its record is not the one that was written: nothing is printed of it.
    """
    found = attempts_named(store, name)
    if len(found) > 1:
        raise LabelRefused(wording.ambiguous_attempt(name, found))
    if not found:
        running = open_attempt_named(store, name)
        raise LabelRefused(wording.still_running(running) if running else wording.no_attempt(name))
    return record_of(store, found[0].attempt_id)


def record_of(store: BenchStore, attempt_id: str) -> AttemptRecord:
    """The record of an attempt whose verdict stands, on a laptop of a delivery. Raises as `record_named` does."""
    try:
        kept = kept_record(store, attempt_id)
    except msgspec.MsgspecError:
        kept = None
    if kept is None or not kept.as_written:
        raise StoreRefused(wording.damaged_record(attempt_id))
    if kept.record.verdict is None:
        raise LabelRefused(wording.no_verdict(kept.record.status.value))
    if kept.record.kind is AttemptKind.BENCH_CHECK:
        raise LabelRefused(wording.BENCH_CHECK)
    if taker := taken_back_by(store, kept.record):
        raise LabelRefused(wording.taken_back(taker[-SHORTEST_END:]))
    return kept.record


def job_named(queue: PrintQueue, typed: str) -> PrintJob:
    """The job that is meant, by its id or the last 8 or more characters of it. Raises `LabelRefused`."""
    wanted = typed.strip().lower()
    if len(wanted) < SHORTEST_END:
        raise LabelRefused(wording.short_id(typed))
    found = queue.named(wanted) if _END.fullmatch(wanted) else []
    if len(found) > 1:
        raise LabelRefused(wording.ambiguous_job(typed, found))
    if not found:
        raise LabelRefused(wording.no_job(typed))
    return found[0]


def usable_layout(name_or_path: str, *, sheet: bool = False) -> Layout:
    """The layout of that name, or in that file, for a label or for a sheet. Raises `LabelRefused`."""
    try:
        layout = load_layout(name_or_path)
    except LayoutError as error:
        raise LabelRefused(str(error)) from error
    if (layout.grid is not None) != sheet:
        raise LabelRefused(wording.not_for_this(layout.name, sheet))
    return layout
