"""Times are kept in UTC and read by the clock on the wall; a text that is none is shown as it is, and never raises."""

from __future__ import annotations

from collections.abc import Iterator
from time import tzset

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.local_time import local_minute, local_moment, local_time


@pytest.fixture(autouse=True)
def in_london(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/London")
    tzset()
    yield
    monkeypatch.undo()
    tzset()


@pytest.mark.parametrize(
    ("utc", "minute", "moment"),
    [
        ("2026-11-30T14:01:59.999Z", "14:01", "30 Nov 14:01"),
        ("2026-07-01T14:01:00.000Z", "15:01", "01 Jul 15:01"),
        ("2026-07-01T23:30:00Z", "00:30", "02 Jul 00:30"),
    ],
)
def test_a_moment_is_told_by_the_clock_on_the_wall(utc: str, minute: str, moment: str) -> None:
    assert local_minute(utc) == minute
    assert local_moment(utc) == moment


@given(st.one_of(st.text(), st.sampled_from(["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "", "now"])))
def test_what_is_no_moment_is_shown_as_far_as_there_is_room(text: str) -> None:
    if local_time(text) is None:
        assert local_minute(text) == local_moment(text) == text[:16]
    else:
        assert len(local_moment(text)) == 12
