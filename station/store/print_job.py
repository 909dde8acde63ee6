"""A label in the bench's queue, as a value: what was asked for, what became of it, and how many wait.

What is done with them is `station.store.print_queue`'s, which has the drawing of their states.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from msgspec import Struct

from specs.text import clean

__all__ = [
    "BY_VERDICT",
    "LONGEST_LAYOUT",
    "LONGEST_NAME",
    "ON_ITS_WAY",
    "JobState",
    "LabelAsked",
    "PrintJob",
    "Waiting",
]

BY_VERDICT: Final = "verdict"
"""The reason of a label that nobody asked for: the attempt has ended with a verdict."""

LONGEST_NAME: Final = 80
LONGEST_LAYOUT: Final = 4096
"""A layout is a name, or the path of a file (Linux: at most 4,096 bytes)."""


class JobState(Enum):
    """Where a job is. See the drawing in `station.store.print_queue`."""

    PENDING = "pending"
    PRINTING = "printing"
    PRINTED = "printed"
    REFUSED = "refused"
    UNSURE = "unsure"
    CANCELLED = "cancelled"


ON_ITS_WAY: Final = (JobState.PENDING, JobState.PRINTING)
"""It comes out by itself."""


class LabelAsked(Struct, frozen=True):
    """A label to be queued. `fields` is what will be on it, as JSON. `copy_of` is the job that it prints again.

    With a `refusal` it is kept as refused from the start: it cannot be on a label, and a person is to see that. Raises
    `ValueError` where nobody, or no reason, stands behind it.
    """

    attempt_id: str
    serial: str
    layout: str
    fields: str
    by: str
    reason: str
    copy_of: str = ""
    refusal: str = ""

    def __post_init__(self) -> None:
        if not clean(self.by) or not clean(self.reason):
            raise ValueError("a label is asked for by somebody, for a reason")


class PrintJob(Struct, frozen=True):
    """One row of the queue. Texts are empty where there is none. Times are UTC, RFC 3339.

    `problem` is why it is not printed: the printer's trouble, the refusal, what a person said who cancelled it.
    """

    job_id: str
    attempt_id: str
    serial: str
    layout: str
    fields: str
    state: JobState
    queued_at: str
    queued_by: str
    reason: str
    copy_of: str = ""
    printer: str = ""
    settled_at: str = ""
    problem: str = ""


class Waiting(Struct, frozen=True):
    """How many jobs wait or are being printed, the first one's problem, and how many a person must look at."""

    jobs: int = 0
    problem: str = ""
    to_look_at: int = 0
