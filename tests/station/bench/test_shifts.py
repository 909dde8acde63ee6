"""Shifts: every moment lies in exactly one, whatever the clocks on the wall do."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.bench.shifts import MOST_SHIFTS, USUAL_SHIFTS, ShiftsWrong, kept_shifts, parse_shifts, shift_of

LONDON = ZoneInfo("Europe/London")
USUAL = parse_shifts(USUAL_SHIFTS)
ZONES = tuple(
    ZoneInfo(name)
    for name in ("UTC", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia")
)


def at(text: str, zone: ZoneInfo = LONDON, fold: int = 0) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).timestamp()


def test_the_starts_are_read_as_people_write_them() -> None:
    assert parse_shifts("06:00 14:00 22:00") == (time(6), time(14), time(22))
    assert parse_shifts(" 22:00, 6:30 ") == (time(6, 30), time(22))
    assert parse_shifts("00:00") == (time(0),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "six",
        "24:00",
        "06:60",
        "6",
        "06:00 06:00",
        "06:00-14:00",
        "٠٦:٠٠",
        " ".join(f"0{n}:00" for n in range(9)),
        pytest.param("06:00" * 9999, id="much too long"),
    ],
)
def test_what_says_no_start_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ShiftsWrong, match="06:00 14:00 22:00"):
        parse_shifts(text)
    # A damaged setting stops no bench.
    assert kept_shifts(text) == USUAL


def test_a_shift_lasts_until_the_next_begins_also_over_midnight() -> None:
    early = shift_of(USUAL, at("2026-11-30T06:00"), LONDON)
    assert (early.name, early.begins, early.ends) == (
        "2026-11-30 06:00",
        at("2026-11-30T06:00"),
        at("2026-11-30T14:00"),
    )
    for moment in ("2026-11-30T22:00", "2026-11-30T23:59:59", "2026-12-01T00:00", "2026-12-01T05:59:59"):
        assert shift_of(USUAL, at(moment), LONDON).name == "2026-11-30 22:00"
    assert shift_of(USUAL, at("2026-12-01T06:00"), LONDON).name == "2026-12-01 06:00"


def test_one_start_a_day_is_a_shift_of_a_day() -> None:
    shift = shift_of((time(6),), at("2026-11-30T05:59"), LONDON)
    assert (shift.name, shift.ends - shift.begins) == ("2026-11-29 06:00", 86_400)


def test_the_night_in_which_the_clocks_change_is_one_shift_an_hour_longer_or_shorter() -> None:
    put_back = shift_of(USUAL, at("2026-10-25T01:30", fold=1), LONDON)
    assert (put_back.name, put_back.ends - put_back.begins) == ("2026-10-24 22:00", 9 * 3600)
    put_forward = shift_of(USUAL, at("2026-03-29T02:30"), LONDON)
    assert (put_forward.name, put_forward.ends - put_forward.begins) == ("2026-03-28 22:00", 7 * 3600)


def test_a_start_that_comes_twice_is_the_first_and_one_that_never_comes_is_later() -> None:
    starts = (time(1, 30), time(14))
    assert shift_of(starts, at("2026-10-25T01:30"), LONDON).begins == at("2026-10-25T01:30")
    again = shift_of(starts, at("2026-10-25T01:30", fold=1), LONDON)
    assert (again.name, again.begins) == ("2026-10-25 01:30", at("2026-10-25T01:30"))
    assert shift_of(starts, at("2026-03-29T02:29"), LONDON).name == "2026-03-28 14:00"
    skipped = shift_of(starts, at("2026-03-29T02:30"), LONDON)
    assert (skipped.name, skipped.begins) == ("2026-03-29 01:30", at("2026-03-29T02:30"))


def test_a_day_that_was_left_out_has_no_shift_of_its_own() -> None:
    apia = ZoneInfo("Pacific/Apia")  # 2011-12-30 never came there
    before = shift_of(USUAL, at("2011-12-29T23:59", apia), apia)
    assert before.name == "2011-12-29 22:00"
    assert shift_of(USUAL, before.ends, apia).name == "2011-12-31 06:00"


def test_without_a_zone_it_is_this_computers_clock() -> None:
    local = datetime(2026, 11, 30, 7, 15).astimezone()
    assert shift_of(USUAL, local.timestamp()).name == "2026-11-30 06:00"


STARTS = st.lists(
    st.builds(time, st.integers(0, 23), st.integers(0, 59)), min_size=1, max_size=MOST_SHIFTS, unique=True
).map(lambda starts: tuple(sorted(starts)))
MOMENTS = st.one_of(
    st.integers(0, 2_500_000_000),
    # About changes of the clocks in each zone, and the day that Samoa left out.
    st.sampled_from(
        ["2026-03-29", "2026-10-25", "2026-03-08", "2026-11-01", "2026-04-05", "2026-10-04", "2011-12-30"]
    ).flatmap(
        lambda day: st.integers(-100_000, 100_000).map(
            lambda s: s + int(datetime.fromisoformat(f"{day}T00:00Z").timestamp())
        )
    ),
)


@given(starts=STARTS, moment=MOMENTS, zone=st.sampled_from(ZONES))
def test_every_moment_lies_in_one_shift_and_shifts_follow_without_a_gap(
    starts: tuple[time, ...], moment: int, zone: ZoneInfo
) -> None:
    shift = shift_of(starts, moment, zone)
    assert shift.begins <= moment < shift.ends
    assert shift_of(starts, shift.begins, zone) == shift
    assert shift_of(starts, (shift.begins + shift.ends) / 2, zone) == shift
    following = shift_of(starts, shift.ends, zone)
    assert following.begins == shift.ends
    assert following.name != shift.name
    assert shift_of(starts, shift.begins - 0.001, zone).ends == shift.begins


@given(starts=STARTS)
def test_what_is_kept_is_read_as_what_was_meant(starts: tuple[time, ...]) -> None:
    assert parse_shifts(" ".join(f"{start:%H:%M}" for start in starts)) == starts
    assert kept_shifts(", ".join(f"{start:%H:%M}" for start in reversed(starts))) == starts


@given(text=st.text(max_size=300))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    assert 1 <= len(kept_shifts(text)) <= MOST_SHIFTS
