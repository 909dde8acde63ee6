"""All that a page of the history shows, in one question to the store: its rows, and the attempt that is open."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from checks.verdict import Verdict
from specs.text import clean
from station.bench.lines import check_lines
from station.bench.pages import ROWS, AttemptShown, HistoryRow
from station.bench.retesting import reason_words
from station.bench.views import wording
from station.local_time import local_time
from station.store.attempts_found import AttemptFound, Counted, Wanted, attempts_mark, attempts_older, count_attempts
from station.store.bench_store import BenchStore
from station.store.lookup import KeptRecord, kept_record

__all__ = ["HistoryLook", "look_at_history", "row_of"]


class HistoryLook(Struct, frozen=True):
    """What one look at the store gave; with another `mark` there is something new."""

    mark: tuple[int, ...]
    counted: Counted
    found: tuple[AttemptFound, ...]
    opened: AttemptShown | None


def look_at_history(
    store: BenchStore, wanted: Wanted, place: int, opened: AttemptFound | None, shown: AttemptShown | None
) -> HistoryLook:
    """What is wanted, from a place on, and the attempt that is open; `shown` is that one as it was read before.

    Raises `StoreRefused`.
    """
    mark = attempts_mark(store)
    counted = count_attempts(store, wanted, place)
    found = attempts_older(store, wanted, place, ROWS)
    return HistoryLook(mark, counted, found, _opened(store, opened, found, shown) if opened else None)


def row_of(number: int, one: AttemptFound) -> HistoryRow:
    """An attempt as a row; its number is 0 where it is not among those that are listed."""
    return HistoryRow(
        number=number,
        attempt_id=one.attempt_id,
        serial=clean(one.serial, 60),
        laptop=clean(one.laptop, 60),
        slot=one.slot,
        operator=clean(one.operator, 80),
        finished_at=one.finished_at,
        status=one.status,
        verdict=Verdict(one.verdict) if one.verdict else None,
        kind=one.kind,
        retest=reason_words(one.retest) if one.retest else "",
        held=one.held,
    )


def _opened(
    store: BenchStore, one: AttemptFound, found: Sequence[AttemptFound], shown: AttemptShown | None
) -> AttemptShown:
    """An attempt with its checks. Its record is read once: it never changes, only the hold on its laptop does."""
    now = attempts_older(store, Wanted(), one.place, 1)
    one = now[0] if now and now[0].attempt_id == one.attempt_id else one
    number = next((number for number, other in enumerate(found, 1) if other.attempt_id == one.attempt_id), 0)
    row = row_of(number, one)
    if shown is not None and shown.row.attempt_id == one.attempt_id:
        return msgspec.structs.replace(shown, row=row)
    seconds = _seconds_between(one.started_at, one.finished_at)
    try:
        kept = kept_record(store, one.attempt_id)
    except msgspec.DecodeError:
        kept = None
    if kept is None:
        return AttemptShown(row, seconds, "", wording.UNREADABLE, ())
    checks = check_lines(kept.record.findings)
    return AttemptShown(row, seconds, clean(kept.record.profile, 120), _note(kept), checks)


def _note(kept: KeptRecord) -> str:
    """What a person must know of an attempt beside its verdict, and whether its record can be relied on."""
    record = kept.record
    said = [
        "" if kept.as_written else wording.RECORD_CHANGED,
        clean(record.note),
        wording.resumes(record.resumes) if record.resumes else "",
        wording.second_person(record.approved_by) if record.approved_by else "",
    ]
    return " ".join(words for words in said if words)


def _seconds_between(begun: str, ended: str) -> float:
    """How long an attempt took; 0.0 where the clock was set back, or one is no moment."""
    first, last = local_time(begun), local_time(ended)
    if first is None or last is None:
        return 0.0
    return max(0.0, last.timestamp() - first.timestamp())
