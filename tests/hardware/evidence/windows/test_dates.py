import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.evidence.windows.dates import day_first_of, firmware_day


@pytest.mark.parametrize(
    ("text", "day_first", "zone", "day"),
    [
        ("20200224113745.000000+480", None, None, "2020-02-24"),
        ("20200224******.******+***", None, None, "2020-02-24"),
        ("2020****000000.000000+000", None, None, None),
        ("/Date(1582502400000)/", None, None, "2020-02-24"),
        ("/Date(9999999999999)/", None, None, "2286-11-20"),
        ("2020-02-24", None, None, "2020-02-24"),
        ("2020-02-23T19:00:00-05:00", None, None, "2020-02-24"),
        ("2020-02-24T01:00:00", None, None, "2020-02-24"),
        ("30/05/2019 02:00:00", None, None, "2019-05-30"),
        ("6/14/2016 2:00:00 AM", None, None, "2016-06-14"),
        ("7/27/2022 5:00:00 PM", None, -480, "2022-07-28"),
        ("7/27/2022 5:00:00 PM", None, None, "2022-07-28"),
        ("7/27/2022 1:00:00 PM", None, None, None),
        ("7/27/2022 1:00:00 PM", None, 780, "2022-07-27"),
        ("11/09/2020", None, None, None),
        ("11/09/2020", True, None, "2020-09-11"),
        ("11/09/2020", False, None, "2020-11-09"),
        ("05/05/2020", None, None, "2020-05-05"),
        ("13/13/2020", None, None, None),
        ("2020/2/24 8:00:00", None, None, "2020-02-24"),
        ("4/21/2020", None, None, "2020-04-21"),
        ("last week", None, None, None),
        ("", None, None, None),
        (None, None, None, None),
    ],
)
def test_a_firmware_date_is_an_iso_day_or_unknown(text, day_first, zone, day):
    assert firmware_day(text, day_first, zone) == day


def test_one_clear_date_says_how_the_others_are_written():
    assert day_first_of(["11/09/2020", "25/12/2020 10:00:00"]) is True
    assert day_first_of(["11/09/2020", "3/26/2019, 3:51:30 PM"]) is False
    assert day_first_of(["25/12/2020", "3/26/2019"]) is None
    assert day_first_of(["11/09/2020", "99/99/2020", "word"]) is None


@given(st.text(max_size=80), st.sampled_from([None, True, False]), st.integers() | st.none())
def test_any_text_gives_a_day_or_nothing(text, day_first, zone):
    day = firmware_day(text, day_first, zone)
    assert day is None or len(day) == 10
