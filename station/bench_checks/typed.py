"""What a supervisor typed about golden laptops and gates, made into values. Each raises `DecisionRefused`."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Final

import msgspec

from specs.identifiers import BadIdentifier, Serial
from station.bench_checks import wording
from station.clock import utc_text
from station.deciding.errors import DecisionRefused
from station.records import AttemptRecord, AttemptStatus
from station.store.bench_store import BenchStore
from station.store.golden_book import GoldenBook
from station.store.lookup import attempts_named, kept_record
from station.store.people_book import PeopleBook, same_name

__all__ = ["LONGEST_WAIVER", "attempt_meant", "moment_typed", "serial_typed", "two_people"]

LONGEST_WAIVER: Final = timedelta(days=7)
"""Of a slot without its golden laptops: longer than any delivery of another one takes."""
_FORM: Final = "%Y-%m-%dT%H:%M"


def serial_typed(typed: str) -> str:
    """A serial number."""
    try:
        return Serial.from_scan(typed).text
    except BadIdentifier as error:
        raise DecisionRefused(wording.no_serial(str(error))) from error


def moment_typed(typed: str, now: float, zone: tzinfo | None = None) -> str:
    """The end of a waiver as UTC, RFC 3339, from a local time of `zone` (None: this computer's) that is still to come,
    at most `LONGEST_WAIVER` from now (Unix seconds).
    """
    text = typed.strip()[:40]
    here = datetime.fromtimestamp(now, zone)
    try:
        until = datetime.fromisoformat(text)
    except ValueError:
        until = None
    if until is None or until.tzinfo or until.strftime(_FORM) != text:
        raise DecisionRefused(wording.no_moment(typed, (here + timedelta(hours=8)).strftime(_FORM)))
    # Without a zone it is a time on this computer's own clock, and `timestamp` takes it for one.
    moment = until.replace(tzinfo=zone).timestamp()
    if moment <= now:
        raise DecisionRefused(wording.moment_is_over(text, here.strftime(_FORM)))
    if moment > now + LONGEST_WAIVER.total_seconds():
        latest = here + LONGEST_WAIVER
        raise DecisionRefused(wording.moment_too_far(text, LONGEST_WAIVER.days, latest.strftime(_FORM)))
    return utc_text(moment)


def two_people(book: PeopleBook, asks: str, approves: str) -> tuple[str, str]:
    """Who asks and who approves, as the book has their names: two people, and one of the two a supervisor.

    Where nobody is enrolled any two names will do.
    """
    if same_name(asks, approves):
        raise DecisionRefused(wording.ONE_PERSON)
    if not book.anyone():
        return asks, approves
    found = [book.named(name) for name in (asks, approves)]
    for name, one in zip((asks, approves), found, strict=True):
        if one is None:
            raise DecisionRefused(wording.not_enrolled(name))
    first, second = (one for one in found if one is not None)
    if not (first.supervisor or second.supervisor):
        raise DecisionRefused(wording.no_supervisor(first.name, second.name))
    return first.name, second.name


def attempt_meant(store: BenchStore, serial: str, typed: str) -> AttemptRecord:
    """The completed attempt on a laptop, by its id or the end of it; the latest one where nothing is typed."""
    if not typed.strip():
        found = GoldenBook(store, store.clock).latest_attempt(serial)
        if found is None:
            raise DecisionRefused(wording.never_tested(serial))
    else:
        named = [one for one in attempts_named(store, typed) if one.serial == serial]
        if len(named) != 1:
            raise DecisionRefused(wording.no_attempt(serial, typed))
        found = named[0].attempt_id
    try:
        kept = kept_record(store, found)
    except msgspec.MsgspecError:
        kept = None
    if kept is None or not kept.as_written:
        raise DecisionRefused(wording.damaged_attempt(found))
    if kept.record.status is not AttemptStatus.COMPLETED:
        raise DecisionRefused(wording.not_completed(serial, kept.record.status.value))
    return kept.record
