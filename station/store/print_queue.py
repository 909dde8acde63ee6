"""The bench's queue of labels: each job is kept before anything is printed, and survives a crash.

    pending -> printing -> printed          refused: it can never be printed as it is
       ^          |                         unsure: it may have been printed; a person looks
       +- fail ---+                         cancelled: a person wants it no more

A job whose process died while it was printing is never printed again by itself: two labels for one laptop end up on
two cartons. What is printed is what was kept when the job was queued. A reprint is a row of its own; no row is deleted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlite_utils import Database

from specs.text import LONGEST_TEXT, clean
from station.clock import SYSTEM_CLOCK, Clock
from station.store.hold_book import hold_inside
from station.store.print_job import (
    BY_VERDICT,
    LONGEST_LAYOUT,
    LONGEST_NAME,
    ON_ITS_WAY,
    JobState,
    LabelAsked,
    PrintJob,
    Waiting,
)
from station.store.refusing import reading, storing

if TYPE_CHECKING:
    from station.store.bench_store import BenchStore

__all__ = [
    "BY_VERDICT",
    "LONGEST_NAME",
    "ON_ITS_WAY",
    "JobState",
    "LabelAsked",
    "PrintJob",
    "PrintQueue",
    "Waiting",
    "again_inside",
    "cancel_inside",
    "latest_out_inside",
    "on_its_way_inside",
    "queue_inside",
]

SUPERSEDED: Final = "Another label of this laptop takes its place."
_SAYS_HOLD: Final = '"verdict_word":"HOLD"'


class PrintQueue:
    """The jobs in one bench's store. Methods raise `StoreRefused` where the disk refuses; nothing has happened then.

    Methods that move a job give False where it is not, or no longer, in the state that they move it from.
    """

    def __init__(self, store: BenchStore, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = store.database
        self._clock = clock

    # Asking for labels

    def add(self, asked: LabelAsked) -> PrintJob:
        """Queues a label."""
        with storing(self._database):
            return queue_inside(self._database, self._clock, asked)

    def add_again(self, job_id: str, asked: LabelAsked, problem: str) -> PrintJob | None:
        """Queues a label again, and settles the job that it stands in for where that one waits for a person.

        `problem` is what is kept with the job that is settled. None where `job_id` is still to be printed, or unknown,
        and where another label of this attempt and layout is on its way: two who ask at once get one.
        """
        with storing(self._database):
            return again_inside(self._database, self._clock, job_id, asked, problem)

    def cancel(self, job_id: str, problem: str) -> bool:
        """A person wants this job no more. One that is being printed cannot be called back."""
        states = (JobState.PENDING, JobState.UNSURE, JobState.REFUSED)
        return self._move(job_id, states, JobState.CANCELLED, problem=problem)

    # Printing them

    def next_pending(self) -> PrintJob | None:
        """The job that has waited longest."""
        # In the order of the rows: a clock that is set back changes the ids' order, and never this one.
        found = self._jobs("state = 'pending' ORDER BY rowid LIMIT 1")
        return found[0] if found else None

    def begin(self, job_id: str) -> bool:
        """From now on it may be on paper. Only who is told True may send it."""
        return self._move(job_id, (JobState.PENDING,), JobState.PRINTING)

    def done(self, job_id: str, printer: str) -> bool:
        """The printer has taken it."""
        return self._move(job_id, (JobState.PRINTING,), JobState.PRINTED, printer=printer)

    def fail(self, job_id: str, problem: str) -> bool:
        """The printer has not taken it: it waits again, and its problem is shown.

        Where the laptop was put on hold meanwhile, or taken off, another label is right by now: this one is cancelled.
        """
        states = (JobState.PRINTING, JobState.PENDING)
        with storing(self._database):
            job = self.job(job_id)
            if job is not None and _superseded_inside(self._database, job):
                return _move_inside(self._database, self._clock, job_id, states, JobState.CANCELLED, problem=SUPERSEDED)
            return _move_inside(self._database, self._clock, job_id, states, JobState.PENDING, problem=problem)

    def refuse(self, job_id: str, problem: str) -> bool:
        """It can never be printed as it is."""
        return self._move(job_id, (JobState.PRINTING, JobState.PENDING), JobState.REFUSED, problem=problem)

    def doubt(self, job_id: str, problem: str) -> bool:
        """It may have been printed, and nobody can tell: a person looks."""
        return self._move(job_id, (JobState.PRINTING,), JobState.UNSURE, problem=problem)

    def recover(self, problem: str) -> list[PrintJob]:
        """Puts what a dead process was printing aside, as unsure. For the one process that prints, at its start."""
        with storing(self._database):
            left = self._jobs("state = 'printing' ORDER BY rowid")
            for job in left:
                sources = (JobState.PRINTING,)
                _move_inside(self._database, self._clock, job.job_id, sources, JobState.UNSURE, problem=problem)
        return left

    # Looking at them

    def job(self, job_id: str) -> PrintJob | None:
        """The job of that id."""
        found = self._jobs("job_id = ?", [job_id])
        return found[0] if found else None

    def named(self, ending: str) -> list[PrintJob]:
        """The jobs whose id is, or ends in, `ending`; at most 20."""
        return self._jobs("substr(job_id, -length(?1)) = ?1 ORDER BY rowid LIMIT 20", [ending])

    def jobs(self, states: Sequence[JobState] = tuple(JobState), limit: int = -1) -> list[PrintJob]:
        """The jobs in those states, oldest first; with a `limit`, so many of the latest."""
        marks = ", ".join("?" for _ in states)
        found = self._jobs(f"state IN ({marks}) ORDER BY rowid DESC LIMIT ?", [*(one.value for one in states), limit])
        return found[::-1]

    def of_attempt(self, attempt_id: str) -> list[PrintJob]:
        """Every job of an attempt, oldest first: the first label, then its reprints."""
        return self._jobs("attempt_id = ? ORDER BY rowid", [attempt_id])

    def count(self, states: Sequence[JobState]) -> int:
        """How many jobs are in those states."""
        marks = ", ".join("?" for _ in states)
        with reading():
            found = self._database.execute(
                f"SELECT count(*) FROM print_job WHERE state IN ({marks})", [one.value for one in states]
            ).fetchone()
        return int(found[0])

    def waiting(self) -> Waiting:
        """What waits for the printer, and what waits for a person."""
        with reading():
            rows = self._database.execute(
                "SELECT count(*) FILTER (WHERE state IN ('pending', 'printing')),"
                " count(*) FILTER (WHERE state IN ('unsure', 'refused'))"
                " FROM print_job WHERE state IN ('pending', 'printing', 'unsure', 'refused')"
            ).fetchall()
        first = self.next_pending()
        return Waiting(int(rows[0][0]), first.problem if first else "", int(rows[0][1]))

    def _jobs(self, rest: str, parameters: Sequence[Any] = ()) -> list[PrintJob]:
        return _jobs(self._database, rest, parameters)

    def _move(
        self, job_id: str, sources: Sequence[JobState], to: JobState, *, problem: str = "", printer: str = ""
    ) -> bool:
        with storing(self._database):
            return _move_inside(self._database, self._clock, job_id, sources, to, problem=problem, printer=printer)


def queue_inside(database: Database, clock: Clock, asked: LabelAsked) -> PrintJob:
    """Queues a label inside a transaction that is already open, so that it is there when that one is."""
    now = clock.now_text()
    job = PrintJob(
        job_id=clock.new_id(),
        attempt_id=asked.attempt_id,
        serial=asked.serial,
        layout=asked.layout[:LONGEST_LAYOUT],
        fields=asked.fields,
        state=JobState.REFUSED if asked.refusal else JobState.PENDING,
        queued_at=now,
        queued_by=clean(asked.by, LONGEST_NAME),
        reason=clean(asked.reason),
        copy_of=asked.copy_of,
        settled_at=now if asked.refusal else "",
        problem=clean(asked.refusal),
    )
    row = {name: value or None for name, value in msgspec.to_builtins(job).items()}
    database.table("print_job").insert(row)
    return job


def again_inside(database: Database, clock: Clock, job_id: str, asked: LabelAsked, problem: str) -> PrintJob | None:
    """`PrintQueue.add_again` inside a transaction that is already open."""
    found = _jobs(database, "job_id = ?", [job_id])
    if not found or found[0].state in ON_ITS_WAY or on_its_way_inside(database, asked.attempt_id, asked.layout):
        return None
    settled = (JobState.UNSURE, JobState.REFUSED)
    _move_inside(database, clock, job_id, settled, JobState.CANCELLED, problem=problem)
    return queue_inside(database, clock, msgspec.structs.replace(asked, copy_of=job_id))


def cancel_inside(database: Database, clock: Clock, serial: str, problem: str) -> int:
    """Cancels, inside a transaction that is open already, every label of a laptop that still waits for the printer.

    Of all its attempts; gives how many. `problem` is what is kept with them. What is being printed goes on.
    """
    return database.execute(
        "UPDATE print_job SET state = 'cancelled', settled_at = ?, problem = ? WHERE serial = ? AND state = 'pending'",
        [clock.now_text(), clean(problem, LONGEST_TEXT) or None, serial],
    ).rowcount


def _superseded_inside(database: Database, job: PrintJob) -> bool:
    """True where a later label of the same attempt was asked for, or the laptop is on hold and this label denies it."""
    later = "attempt_id = ? AND layout = ? AND rowid > (SELECT rowid FROM print_job WHERE job_id = ?) LIMIT 1"
    if _jobs(database, later, [job.attempt_id, job.layout, job.job_id]):
        return True
    return hold_inside(database, job.serial) is not None and _SAYS_HOLD not in job.fields


def on_its_way_inside(database: Database, attempt_id: str, layout: str) -> PrintJob | None:
    """The label of an attempt, in a layout, that waits for the printer or is being printed.

    May be asked inside a transaction that is open, as `latest_out_inside` may.
    """
    rest = "attempt_id = ? AND layout = ? AND state IN ('pending', 'printing') ORDER BY rowid LIMIT 1"
    found = _jobs(database, rest, [attempt_id, layout])
    return found[0] if found else None


def latest_out_inside(database: Database, attempt_id: str) -> PrintJob | None:
    """The latest job of an attempt that is on paper, or may be; may be asked inside a transaction that is open."""
    rest = "attempt_id = ? AND state IN ('printed', 'printing', 'unsure') ORDER BY rowid DESC LIMIT 1"
    found = _jobs(database, rest, [attempt_id])
    return found[0] if found else None


def _jobs(database: Database, rest: str, parameters: Sequence[Any]) -> list[PrintJob]:
    with reading():
        rows = list(database.query(f"SELECT * FROM print_job WHERE {rest}", list(parameters)))
    return [msgspec.convert({name: value or "" for name, value in row.items()}, PrintJob) for row in rows]


def _move_inside(
    database: Database,
    clock: Clock,
    job_id: str,
    sources: Sequence[JobState],
    to: JobState,
    *,
    problem: str = "",
    printer: str = "",
) -> bool:
    """A job that is taken up, or printed, has no problem any more."""
    settled = None if to in ON_ITS_WAY else clock.now_text()
    marks = ", ".join("?" for _ in sources)
    texts = [clean(problem, LONGEST_TEXT) or None, clean(printer, LONGEST_TEXT) or None]
    changed = database.execute(
        "UPDATE print_job SET state = ?, settled_at = ?, problem = ?, printer = ?"
        f" WHERE job_id = ? AND state IN ({marks})",
        [to.value, settled, *texts, job_id, *(one.value for one in sources)],
    ).rowcount
    return bool(changed)
