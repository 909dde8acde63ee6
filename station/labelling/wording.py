"""What `station label`, the child that prints, and a label itself say to a person: every sentence of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from specs.text import clean
from station.store.lookup import SHORTEST_END, Found
from station.store.print_queue import JobState, PrintJob

__all__ = [
    "BENCH_CHECK",
    "BROKEN_FIELDS",
    "DIED",
    "LINT_CLEAN",
    "NOBODY",
    "NO_BY",
    "NO_END_REASON",
    "NO_PRINTER",
    "NO_REASON",
    "QUEUE_EMPTY",
    "STATES",
    "ambiguous_attempt",
    "ambiguous_job",
    "cancelled",
    "cannot_be_made",
    "checks_named",
    "damaged_record",
    "defect",
    "disk_refused",
    "held",
    "job_lines",
    "layout_line",
    "lint_faults",
    "more_jobs",
    "no_attempt",
    "no_folder",
    "no_job",
    "no_store",
    "no_verdict",
    "not_cancelled",
    "not_for_this",
    "not_retried",
    "not_written",
    "queued",
    "short_id",
    "still_running",
    "taken_back",
    "tested_at",
    "to_look_at",
    "too_long",
    "waits_already",
    "who_and_why",
    "written",
    "wrong_ending",
]

_SHOWN: Final = 60

# On the label

NOBODY: Final = "bench"
"""Who asked for a label where no operator is signed on."""


def tested_at(utc: str) -> str:
    """When a laptop was tested, as a label has it: "2026-11-24 10:40 UTC"."""
    return f"{utc[:16].replace('T', ' ')} UTC"


def held(reason: str) -> str:
    """Why a laptop is on hold."""
    return f"On hold: {clean(reason)}"


def checks_named(titles: Sequence[str], more: int) -> str:
    """The checks that made a verdict."""
    return "; ".join(titles) + (f" and {more} more" if more > 0 else "")


# What the printing child says

NO_PRINTER: Final = "No printer is set: labels wait."
DIED: Final = (
    "The bench stopped while this label was being printed: look whether it came out. `station label retry` prints it"
    " again, `station label cancel` takes it off the list."
)
BROKEN_FIELDS: Final = "What this label should say cannot be read any more: print it again with `station label print`."


def defect(kind: str) -> str:
    """Something of ours went wrong with one job."""
    return f"The station could not print this label ({clean(kind, 40)}): call the supervisor."


def to_look_at(count: int) -> str:
    """Some labels wait for a person."""
    return f"{count} label{'s need' if count != 1 else ' needs'} a look: see `station label queue`."


# What is refused

NO_BY: Final = "say who asks for it: give your name with --by"
NO_REASON: Final = "this attempt has a label already, and another one needs a reason: say with --reason why"
NO_END_REASON: Final = "say with --reason why"


def too_long(option: str, longest: int) -> str:
    """A text has more letters than are kept."""
    return f"{option} has more than {longest} letters; say it shorter"


def no_store(folder: str) -> str:
    """There is no bench store in the data folder."""
    return f"no bench has worked in {clean(folder)} yet; name its data folder with --data"


def no_attempt(name: str) -> str:
    """No attempt is meant by that."""
    return (
        f"no attempt on this bench is named {clean(name, _SHOWN)!r}; give its id, the last {SHORTEST_END} or more"
        " characters of it, or the laptop's serial number"
    )


def still_running(attempt_id: str) -> str:
    """The attempt has not ended."""
    return f"attempt {attempt_id} has not ended; make its label when it has"


def ambiguous_attempt(name: str, found: Sequence[Found]) -> str:
    """Several attempts may be meant."""
    listed = ", ".join(f"{one.attempt_id} ({clean(one.serial, 40)}, {tested_at(one.finished_at)})" for one in found)
    return f"{clean(name, _SHOWN)!r} may mean {len(found)} attempts: {listed}; give the whole id of one"


def damaged_record(attempt_id: str) -> str:
    """The store's record cannot be read, or is not the one that was written."""
    return f"the record of attempt {attempt_id} is damaged, and no label is made from it; test the laptop again"


BENCH_CHECK: Final = "this was a bench check of a golden or known-bad laptop, which gets no label"


def no_verdict(status: str) -> str:
    """There is no verdict to print."""
    return f"this attempt was {clean(status, 20)} and has no verdict; test the laptop again"


def taken_back(attempt_id: str) -> str:
    """A later attempt took over the evidence, and its verdict is the one that stands."""
    return f"this verdict was taken back; print the label of the attempt that took over: {clean(attempt_id, 40)}"


def not_for_this(layout: str, sheet: bool) -> str:
    """A layout of the other kind."""
    if sheet:
        return f"the layout {clean(layout, _SHOWN)} is for one laptop; name one with a grid, as commands has"
    return f"the layout {clean(layout, _SHOWN)} is a sheet of codes; name one for a laptop, such as carton"


def wrong_ending(path: str, endings: Sequence[str]) -> str:
    """Nothing is known to write into such a file."""
    return f"{clean(path, _SHOWN)!r} ends in no kind of label file; write to a {' or '.join(endings)} file"


def no_folder(folder: str) -> str:
    """A file is to be written into a folder that there is not."""
    return f"there is no folder {clean(folder)}; make it, or name a file in another one with -o"


def not_written(path: str, reason: str) -> str:
    """There can be no such file, or not for this user."""
    return f"{clean(path)} cannot be written ({clean(reason, _SHOWN)}); name another file with -o"


def disk_refused(path: str, reason: str) -> str:
    """The disk did not take a file."""
    return f"{clean(path)} cannot be written ({clean(reason, _SHOWN)}); look at the disk, or name a file on another one"


def waits_already(job: PrintJob) -> str:
    """The same label is in the queue."""
    return f"label {_end(job)} of {job.serial} {STATES[job.state]} already; it comes out by itself"


def cannot_be_made(serial: str, why: str) -> str:
    """What the label should say cannot be on one."""
    return f"no label of {clean(serial, 40)} can be made: {clean(why)}"


def short_id(typed: str) -> str:
    """Too few characters of a job's id."""
    return (
        f"{clean(typed, 40)!r} is too short for a job; give the last {SHORTEST_END} characters or more of its id, as"
        " `station label queue` shows them"
    )


def no_job(typed: str) -> str:
    """There is no such job."""
    return f"no label on this bench has the id {clean(typed, 40)!r}; `station label queue --all` shows them all"


def ambiguous_job(typed: str, found: Sequence[PrintJob]) -> str:
    """Several jobs may be meant."""
    return f"{clean(typed, 40)!r} may mean {' or '.join(one.job_id for one in found)}; give the whole id of one"


def not_retried(job: PrintJob) -> str:
    """It is in the queue as it is."""
    return f"label {_end(job)} of {job.serial} {STATES[job.state]}; there is nothing to print again yet"


def not_cancelled(job: PrintJob) -> str:
    """There is nothing to take off."""
    return f"label {_end(job)} of {job.serial} {STATES[job.state]}; it cannot be cancelled"


# What was done

STATES: Final = {
    JobState.PENDING: "waits for the printer",
    JobState.PRINTING: "is being printed",
    JobState.PRINTED: "was printed",
    JobState.REFUSED: "cannot be printed",
    JobState.UNSURE: "may have been printed",
    JobState.CANCELLED: "was cancelled",
}
"""Where a job is, in words."""

QUEUE_EMPTY: Final = "No label waits."
LINT_CLEAN: Final = "No faults."


def lint_faults(count: int) -> str:
    """How many faults lint found."""
    return f"{count} fault{'s' if count != 1 else ''}."


def layout_line(name: str, title: str, width_mm: float, height_mm: float) -> str:
    """A layout in a list."""
    return f"{name:<20} {width_mm:g} x {height_mm:g} mm  {title}"


def queued(job: PrintJob, printer: str) -> str:
    """A label was put into the queue, and when it comes out."""
    word = "Printed again" if job.copy_of else "Queued"
    when = "the bench prints it as soon as the printer is ready" if printer else "no printer is set, so it waits"
    return f"{word}: label {_end(job)} of {job.serial}; {when}."


def cancelled(job: PrintJob) -> str:
    """A label was taken off."""
    return f"Cancelled: label {_end(job)} of {job.serial}."


def who_and_why(by: str, reason: str, before: str) -> str:
    """What is kept with a job that a person settled, with what was kept before."""
    return f"{by}: {reason}" + (f" ({before})" if before else "")


def job_lines(job: PrintJob) -> tuple[str, ...]:
    """A job in the list."""
    again = " again" if job.copy_of else ""
    where = f" on {job.printer}" if job.printer else ""
    lines = (
        f"{_end(job)}  {job.serial} {STATES[job.state]}{where}",
        f"          asked for{again} by {job.queued_by}, {tested_at(job.queued_at)}: {job.reason}",
    )
    return (*lines, f"          {job.problem}") if job.problem else lines


def more_jobs(count: int) -> str:
    """Some are not shown."""
    return f"{count:,} other label{'s' if count != 1 else ''} {'are' if count != 1 else 'is'} done; --all shows them."


def written(path: str) -> str:
    """A file was written."""
    return f"Written: {clean(path)}"


def _end(job: PrintJob) -> str:
    return job.job_id[-SHORTEST_END:]
