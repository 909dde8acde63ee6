"""`station label print`, `queue`, `retry` and `cancel`: the bench's queue of labels from the command line.

They write to the queue; what prints is the bench's child, which sees it within two seconds, or at its next start.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from station.labelling.options import AS_JSON, DATA, LAYOUT, chosen_layout, opened_store

if TYPE_CHECKING:
    from station.store.bench_store import BenchStore
    from station.store.print_queue import PrintJob

__all__ = ["label_cancel", "label_print", "label_queue", "label_retry"]

DONE: Final = 0

_BY: Final = click.option("--by", required=True, metavar="NAME", help="Who asks for it.")
_REASON: Final = click.option("--reason", required=True, help="Why.")


@click.command("print")
@click.argument("attempt")
@LAYOUT
@_BY
@click.option("--reason", default="", help="Why; needed where the attempt has such a label already.")
@DATA
@AS_JSON
def label_print(attempt: str, layout: str, by: str, reason: str, data: Path | None, as_json: bool) -> int:
    """Queues the label of an attempt for the bench's printer. Where it has one already, that is a reprint.

    ATTEMPT is its id, the last 8 or more characters of it, or a serial number (its latest attempt).
    """
    from station.deciding.typed import text_typed
    from station.labelling import wording
    from station.labelling.asking import print_label
    from station.labelling.choosing import record_named, usable_layout

    who = _name(by)
    why = text_typed(reason, "--reason", wording.NO_END_REASON) if reason else ""
    with opened_store(data) as store:
        chosen = chosen_layout(store, layout)
        usable_layout(chosen)
        made = print_label(store, record_named(store, attempt), chosen, who, why)
        return _say_queued(store, made, as_json)


@click.command("queue")
@click.option("--all", "everything", is_flag=True, help="Those that were printed or cancelled as well.")
@DATA
@AS_JSON
def label_queue(everything: bool, data: Path | None, as_json: bool) -> int:
    """The labels that wait, and those that a person must look at."""
    from station.labelling import wording
    from station.output import print_json
    from station.paths import Paths
    from station.store.print_queue import JobState, PrintQueue

    done = (JobState.PRINTED, JobState.CANCELLED)
    shown: list[PrintJob] = []
    left_out = waiting = 0
    if Paths.prepare(data).store.is_file():
        with opened_store(data) as store:
            queue = PrintQueue(store, store.clock)
            shown = queue.jobs([state for state in JobState if everything or state not in done])
            waiting = sum(job.state not in done for job in shown)
            left_out = 0 if everything else queue.count(done)
    if as_json:
        print_json([_document(job) for job in shown])
        return DONE
    if not waiting:
        click.echo(wording.QUEUE_EMPTY)
    for job in shown:
        for line in wording.job_lines(job):
            click.echo(line)
    if left_out:
        click.echo(wording.more_jobs(left_out))
    return DONE


@click.command("retry")
@click.argument("job")
@_BY
@_REASON
@DATA
@AS_JSON
def label_retry(job: str, by: str, reason: str, data: Path | None, as_json: bool) -> int:
    """Prints a label again: one that was refused, may have been printed, or was. JOB is its id, or the end of it."""
    from station.labelling.asking import label_again
    from station.labelling.choosing import job_named
    from station.store.print_queue import PrintQueue

    who, why = _name(by), _why(reason)
    with opened_store(data) as store:
        made = label_again(store, job_named(PrintQueue(store, store.clock), job), who, why)
        return _say_queued(store, made, as_json)


@click.command("cancel")
@click.argument("job")
@_BY
@_REASON
@DATA
@AS_JSON
def label_cancel(job: str, by: str, reason: str, data: Path | None, as_json: bool) -> int:
    """Takes a label off the queue, or off the list of those to look at. JOB is its id, or the end of it."""
    from station.labelling import wording
    from station.labelling.asking import cancel_job
    from station.labelling.choosing import job_named
    from station.output import print_json
    from station.store.print_queue import PrintQueue

    who, why = _name(by), _why(reason)
    with opened_store(data) as store:
        now = cancel_job(store, job_named(PrintQueue(store, store.clock), job), who, why)
    if as_json:
        print_json(_document(now))
    else:
        click.echo(wording.cancelled(now))
    return DONE


def _say_queued(store: BenchStore, job: PrintJob, as_json: bool) -> int:
    from station.bench.labels import PRINTER
    from station.labelling import wording
    from station.output import print_json

    if as_json:
        print_json(_document(job))
    else:
        click.echo(wording.queued(job, store.setting(PRINTER)))
    return DONE


def _name(by: str) -> str:
    from station.deciding.typed import text_typed
    from station.labelling import wording
    from station.store.print_queue import LONGEST_NAME

    return text_typed(by, "--by", wording.NO_BY, LONGEST_NAME)


def _why(reason: str) -> str:
    from station.deciding.typed import text_typed
    from station.labelling import wording

    return text_typed(reason, "--reason", wording.NO_END_REASON)


def _document(job: PrintJob) -> Any:
    """A job as data; what is on its label is data too."""
    import msgspec

    plain = msgspec.to_builtins(job)
    try:
        return {**plain, "fields": msgspec.json.decode(job.fields)}
    except msgspec.DecodeError:
        return plain
