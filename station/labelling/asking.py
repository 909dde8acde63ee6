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
from station.store.hold_book import HoldBook
from station.store.print_queue import BY_VERDICT, JobState, LabelAsked, PrintJob, PrintQueue

__all__ = ["cancel_job", "label_again", "print_label"]

_ON_ITS_WAY = (JobState.PENDING, JobState.PRINTING)


def print_label(store: BenchStore, record: AttemptRecord, layout: str, by: str, reason: str) -> PrintJob:
    """Queues the label of an attempt: where it has one of this layout already, a reprint, which needs a reason.

    Raises `LabelRefused` for a reprint without a reason, a label that is on its way already, and one that cannot be
    made.
    """
    queue = PrintQueue(store, store.clock)
    before = [job for job in queue.of_attempt(record.attempt_id) if job.layout == layout]
    on_its_way = [job for job in before if job.state in _ON_ITS_WAY]
    if on_its_way:
        raise LabelRefused(wording.waits_already(on_its_way[0]))
    if before:
        if not reason:
            raise LabelRefused(wording.NO_REASON)
        return _again(queue, before[-1], _asked(store, record, layout, by, reason))
    return queue.add(_asked(store, record, layout, by, reason or BY_VERDICT))


def label_again(store: BenchStore, job: PrintJob, by: str, reason: str) -> PrintJob:
    """Queues a job again, as its laptop is now; where it waited for a person, it is settled. Raises `LabelRefused`."""
    asked = _asked(store, record_of(store, job.attempt_id), job.layout, by, reason)
    return _again(PrintQueue(store, store.clock), job, asked)


def cancel_job(store: BenchStore, job: PrintJob, by: str, reason: str) -> PrintJob:
    """Takes a job off the queue; gives it as it is now. Raises `LabelRefused` where it is printed, or being printed."""
    queue = PrintQueue(store, store.clock)
    done = queue.cancel(job.job_id, wording.who_and_why(by, reason, job.problem))
    now = queue.job(job.job_id) or job
    if not done:
        raise LabelRefused(wording.not_cancelled(now))
    return now


def _asked(store: BenchStore, record: AttemptRecord, layout: str, by: str, reason: str) -> LabelAsked:
    hold = HoldBook(store, store.clock).open(record.scan.serial)
    asked = asked_for(record, hold, layout=layout, bench=store.setting(BENCH_NAME), by=by, reason=reason)
    if asked.refusal:
        raise LabelRefused(wording.cannot_be_made(record.scan.serial, asked.refusal))
    return asked


def _again(queue: PrintQueue, job: PrintJob, asked: LabelAsked) -> PrintJob:
    made = queue.add_again(job.job_id, asked, wording.who_and_why(asked.by, asked.reason, job.problem))
    if made is None:
        raise LabelRefused(wording.not_retried(queue.job(job.job_id) or job))
    return made
