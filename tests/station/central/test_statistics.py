import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.central.statistics import wilson


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_numbers_of_newcombe_1998(successes: int, n: int, low: float, high: float) -> None:
    interval = wilson(successes, n)
    assert interval is not None
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


def test_wilson_at_90_per_cent_gives_the_recomputed_nist_case() -> None:
    interval = wilson(4, 20, 1.6448536269514722)
    assert interval is not None
    assert (round(interval.low, 6), round(interval.high, 6)) == (0.093118, 0.378377)


def test_nothing_is_known_of_no_attempts() -> None:
    assert wilson(0, 0) is None


@pytest.mark.parametrize(("successes", "n"), [(-1, 3), (4, 3), (1, 0)])
def test_a_count_that_cannot_be_is_refused(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match="is not a count"):
        wilson(successes, n)


@given(st.integers(1, 10**9).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_rate_lies_in_its_interval_and_the_interval_in_0_to_1(counts: tuple[int, int]) -> None:
    interval = wilson(*counts)
    assert interval is not None
    assert 0 <= interval.low <= interval.rate <= interval.high <= 1
