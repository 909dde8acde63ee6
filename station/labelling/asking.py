"""A label that a person asks for: the first one of an attempt, one more, or one in place of a job that went wrong.

What is on it is made anew from the record, with the hold that the laptop is on now: a copy of a PASS must not go onto
the carton of a laptop that was put aside since.
"""

from __future__ import annotations

from station.bench.labels import BENCH_NAME
from station.labelling import wording
from station.labelling.choosing import record_of
from station.labelling.errors import LabelRefused
from station.labelling.fields import asked_for
from station.records import AttemptRecord
from station.store.bench_store import BenchStore
from station.store.hold_book import hold_inside
from station.store.print_queue import (
    BY_VERDICT,
    ON_ITS_WAY,
    LabelAsked,
    PrintJob,
    PrintQueue,
    again_inside,
    on_its_way_inside,
    queue_inside,
)
from station.store.refusing import storing

__all__ = ["cancel_job", "label_again", "print_label"]


def print_label(store: BenchStore, record: AttemptRecord, layout: str, by: str, reason: str) -> PrintJob:
    """Queues the label of an attempt: where it has one of this layout already, a reprint, which needs a reason.

    Raises `LabelRefused` for a reprint without a reason, a label that is on its way already, and one that cannot be
    made.
    """
    # One transaction: two who ask at once get one label, and a hold that is put meanwhile is on it.
    with storing(store.database):
        before = [job for job in PrintQueue(store).of_attempt(record.attempt_id) if job.layout == layout]
        _none_on_its_way(store, record.attempt_id, layout)
        if not before:
            asked = _asked(store, record, layout, by, reason or BY_VERDICT)
            return queue_inside(store.database, store.clock, asked)
        if not reason:
            raise LabelRefused(wording.NO_REASON)
        return _again(store, before[-1], _asked(store, record, layout, by, reason))


def label_again(store: BenchStore, job: PrintJob, by: str, reason: str) -> PrintJob:
    """Queues a job again, as its laptop is now; where it waited for a person, it is settled.

    Raises `LabelRefused`, also where another label of its attempt and layout is on its way already.
    """
    record = record_of(store, job.attempt_id)
    with storing(store.database):
        return _again(store, job, _asked(store, record, job.layout, by, reason))


def cancel_job(store: BenchStore, job: PrintJob, by: str, reason: str) -> PrintJob:
    """Takes a job off the queue; gives it as it is now. Raises `LabelRefused` where it is printed, or being printed."""
    queue = PrintQueue(store, store.clock)
    done = queue.cancel(job.job_id, wording.who_and_why(by, reason, job.problem))
    now = queue.job(job.job_id) or job
    if not done:
        raise LabelRefused(wording.not_cancelled(now))
    return now


def _asked(store: BenchStore, record: AttemptRecord, layout: str, by: str, reason: str) -> LabelAsked:
    hold = hold_inside(store.database, record.scan.serial)
    asked = asked_for(record, hold, layout=layout, bench=store.setting(BENCH_NAME), by=by, reason=reason)
    if asked.refusal:
        raise LabelRefused(wording.cannot_be_made(record.scan.serial, asked.refusal))
    return asked


def _again(store: BenchStore, job: PrintJob, asked: LabelAsked) -> PrintJob:
    problem = wording.who_and_why(asked.by, asked.reason, job.problem)
    made = again_inside(store.database, store.clock, job.job_id, asked, problem)
    if made is None:
        now = PrintQueue(store).job(job.job_id) or job
        if now.state not in ON_ITS_WAY:
            _none_on_its_way(store, asked.attempt_id, asked.layout)
        raise LabelRefused(wording.not_retried(now))
    return made


def _none_on_its_way(store: BenchStore, attempt_id: str, layout: str) -> None:
    waiting = on_its_way_inside(store.database, attempt_id, layout)
    if waiting is not None:
        raise LabelRefused(wording.waits_already(waiting))
