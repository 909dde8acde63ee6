"""Double reads count once, whoever read them, and only while they are double reads."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from station.bench.doubles import DOUBLE_S, Doubles


def test_the_same_again_within_two_seconds_is_one_reading() -> None:
    doubles = Doubles()
    assert not doubles.again("PF1A2B3C", 0.0)
    doubles.take("PF1A2B3C", 0.0)
    assert doubles.again("PF1A2B3C", 1.99)
    assert not doubles.again("PF9Z9Z9Z", 1.99)


def test_a_scanner_that_goes_on_reading_is_one_reading_and_a_command_is_held_back_for_two_seconds_only() -> None:
    doubles = Doubles()
    doubles.take("lasting", 0.0)
    doubles.take("PASS", 0.0)
    for moment in (1.5, 3.0, 4.5):
        assert doubles.again("lasting", moment)
    assert doubles.again("PASS", 1.5, lasting=False)
    assert not doubles.again("PASS", 2.0, lasting=False)


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.floats(0, 3)), max_size=60))
def test_nothing_counts_twice_within_two_seconds_and_nothing_else_is_held_back(reads: list[tuple[str, float]]) -> None:
    doubles, now = Doubles(), 0.0
    seen: dict[str, float] = {}
    for what, gap in reads:
        now += gap
        double = doubles.again(what, now)
        assert double == (what in seen and now - seen[what] < DOUBLE_S)
        if not double:
            doubles.take(what, now)
        seen[what] = now


def test_what_is_remembered_is_bounded() -> None:
    doubles = Doubles()
    for number in range(10_000):
        doubles.take(str(number), 0.0)
    assert doubles.again("9999", 0.1)
    assert not doubles.again("0", 0.1)
