"""What each attempt counts for, and which is the first of its laptop. Pure; `summaries` counts by it.

Both follow from the attempts of one bench on one serial number, in the bench's own order (`seq`, which no clock moves),
and from nothing else. So it makes no difference when they arrive.

- An attempt of kind `bench_check` tells of the bench: it counts in nothing.
- An attempt with a verdict is *taken back* where a later one of the same kind took over its evidence (`resumes`): the
  technician undid an answer before the label came out, and the later attempt says what this laptop is. The earlier
  record stays, is shown, and counts in nothing: a slip of a finger is no failure and no retest. It is taken back even
  where the later one was broken off, because nobody stands by its verdict any more.
- Every other attempt counts. One that took over from an interrupted attempt counts as itself; the interrupted one has
  no verdict, so both together are one verdict.
- The *first* attempt of a serial is the first one that counts and has a verdict other than `error`. What was broken
  off before it, or blamed the bench, said nothing of the laptop. An attempt without a serial number is nobody's first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

from checks.verdict import MAY_SHIP, Verdict
from station.records import AttemptKind

__all__ = ["COUNTED", "COUNTS", "SHIPPABLE", "TAKEN_BACK", "WITH_VERDICT", "Counting", "Told", "count_for"]

SHIPPABLE: Final = tuple(sorted(verdict.value for verdict in MAY_SHIP))
COUNTED: Final = tuple(verdict.value for verdict in Verdict if verdict is not Verdict.ERROR)
WITH_VERDICT: Final = tuple(verdict.value for verdict in Verdict)

COUNTS, BENCH_CHECK, TAKEN_BACK = "counts", "bench_check", "taken_back"


class Told(Struct, frozen=True):
    """What decides of one attempt: its number at the bench, its id, and what it says of itself."""

    seq: int
    attempt_id: str
    serial: str
    kind: str
    outcome: str
    resumes: str


class Counting(Struct, frozen=True):
    """What one attempt counts for: one of `schema.STANDINGS`, and whether it is the first of its serial."""

    standing: str
    first: bool = False


def count_for(attempts: Iterable[Told]) -> Mapping[str, Counting]:
    """What each of one bench's attempts on one serial counts for, by id."""
    ordered = sorted(attempts, key=lambda one: (one.seq, one.attempt_id))
    takers = {(one.resumes, one.kind): one.seq for one in ordered if one.resumes}
    found: dict[str, Counting] = {}
    first = True
    for one in ordered:
        standing = _standing(one, takers.get((one.attempt_id, one.kind), 0))
        is_first = first and bool(one.serial) and standing == COUNTS and one.outcome in COUNTED
        first = first and not is_first
        found[one.attempt_id] = Counting(standing, is_first)
    return found


def _standing(one: Told, taken_by: int) -> str:
    """`taken_by` is the number of the last attempt that took this one over; 0 where none did."""
    if one.kind == AttemptKind.BENCH_CHECK.value:
        return BENCH_CHECK
    return TAKEN_BACK if one.outcome in WITH_VERDICT and taken_by > one.seq else COUNTS
