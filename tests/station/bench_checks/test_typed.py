"""What a supervisor types about gates: a time that is to come and near, and two people of whom one may approve."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.bench_checks.typed import LONGEST_WAIVER, moment_typed, two_people
from station.deciding.errors import DecisionRefused
from station.store.bench_store import BenchStore
from station.store.people_book import PeopleBook
from tests.station.store.conftest import still_clock

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 7, 1, 8, 0, tzinfo=LONDON).timestamp()


def test_the_end_is_typed_in_local_time_and_kept_in_utc() -> None:
    assert moment_typed("2026-07-01T14:00", NOW, LONDON) == "2026-07-01T13:00:00.000Z"
    assert moment_typed(" 2026-07-01T14:00 ", NOW, UTC) == "2026-07-01T14:00:00.000Z"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "2026-07-01T16:00"),
        ("14:00", "is not a day and a time"),
        ("2026-07-01", "is not a day and a time"),
        ("2026-07-01T14:00Z", "is not a day and a time"),
        ("2026-07-01T14:00+02:00", "is not a day and a time"),
        ("2026-07-01 14:00", "is not a day and a time"),
        ("2026-02-30T14:00", "is not a day and a time"),
        ("\x1b[31m2026-07-01T14:00", "is not a day and a time"),
        pytest.param("9" * 10_000, "is not a day and a time", id="much too long"),
        ("2026-07-01T08:00", "is over already"),
        ("2026-07-08T08:01", "more than 7 days"),
        ("9999-12-31T23:59", "more than 7 days"),
    ],
)
def test_what_cannot_be_the_end_of_a_waiver_is_refused_in_one_sentence(typed: str, said: str) -> None:
    with pytest.raises(DecisionRefused) as refused:
        moment_typed(typed, NOW, LONDON)
    assert said in str(refused.value)
    assert str(refused.value).isprintable()


@given(minutes=st.integers(-3 * 1440, 10 * 1440))
def test_no_waiver_is_over_when_it_begins_nor_longer_than_it_may_be(minutes: int) -> None:
    until = datetime.fromtimestamp(NOW, UTC) + timedelta(minutes=minutes)
    allowed = 0 < minutes <= LONGEST_WAIVER.total_seconds() / 60
    try:
        kept = moment_typed(until.strftime("%Y-%m-%dT%H:%M"), NOW, UTC)
    except DecisionRefused:
        assert not allowed
    else:
        assert allowed
        assert datetime.fromisoformat(kept) == until


@pytest.fixture
def book(tmp_path: Path) -> Iterator[PeopleBook]:
    store = BenchStore(tmp_path / "bench.sqlite", still_clock())
    yield PeopleBook(store, still_clock())
    store.close()


def test_two_people_stand_behind_a_waiver(book: PeopleBook) -> None:
    assert two_people(book, "anna", "bob") == ("anna", "bob")
    for same in ("anna", "ANNA", " anna\u200b"):
        with pytest.raises(DecisionRefused, match="two people"):
            two_people(book, "anna", same)


def test_where_people_are_enrolled_they_are_meant_and_one_is_a_supervisor(book: PeopleBook) -> None:
    for name, end in (("Anna", "A"), ("Bob", "B")):
        book.enrol(name, "technician", f"IS1:ID:AAAAAAAAAAAAAAA{end}", "Boss")
    with pytest.raises(DecisionRefused, match="supervisor"):
        two_people(book, "Anna", "Bob")
    with pytest.raises(DecisionRefused, match="carla"):
        two_people(book, "Anna", "carla")
    book.enrol("Carla", "supervisor", "IS1:ID:AAAAAAAAAAAAAAAC", "Boss")
    assert two_people(book, "anna", "carla") == ("Anna", "Carla")
    assert two_people(book, "CARLA", "bob") == ("Carla", "Bob")
    book.end("Carla", "Boss")
    with pytest.raises(DecisionRefused, match="Carla"):
        two_people(book, "Anna", "Carla")
