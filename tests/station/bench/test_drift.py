"""Charts of golden laptops: against published numbers, and never a false alarm of a reading that stands still."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.verdict import Verdict
from station.bench.drift import FEWEST, Chart, beyond, chart_of, drift_lines, moving_range_sigma, same_side
from station.records import AttemptKind
from station.store.bench_store import BenchStore
from station.store.golden_book import FIRST_RUNS, GoldenBook
from tests.station.bench_checks.samples import BAD, GOOD, HEALTH, attempted, bad_findings, finding, good_findings
from tests.station.store.conftest import still_clock

# domain/central.md section 6: qicharts2 `nhs_accidents` (Mohammed 2013), seen within four hours, of all attendances.
SEEN = (
    266501, 264225, 276532, 281461, 269071, 261215, 270409, 279778, 270483, 270320,
    267923, 271478, 255353, 256820, 261835, 259144, 255910, 260863, 264465, 260989,
)  # fmt: skip
ALL = (
    280443, 276823, 291681, 296155, 282343, 275888, 283867, 295251, 284468, 282529,
    279618, 283932, 266629, 268091, 276803, 271578, 266005, 273520, 278574, 273772,
)  # fmt: skip
STANDARD = Chart(0.0, -3.0, 3.0)


def test_the_spread_by_moving_ranges_agrees_with_the_published_one() -> None:
    mean = sum(SEEN) / sum(ALL)
    scores = [(seen / of - mean) / math.sqrt(mean * (1 - mean) / of) for seen, of in zip(SEEN, ALL, strict=True)]
    assert mean == pytest.approx(0.9528997, abs=5e-8)
    assert moving_range_sigma(scores) == pytest.approx(10.64042, abs=5e-6)


def signals(values: Sequence[float]) -> list[int]:
    """The places, from 1, at which the newest value so far is a signal on a chart of centre 0 and sigma 1."""
    return [
        place
        for place in range(1, len(values) + 1)
        if beyond(values[place - 1], STANDARD) or same_side(values[:place], 0.0) >= 8
    ]


def test_the_signals_agree_with_the_published_tests_of_the_western_electric_rules() -> None:
    # domain/central.md section 6: qcc's unit tests of rule 1 and of rule 4.
    assert signals((0, 3.2, -3.5, 2.9)) == [2, 3]
    assert signals((-1,) * 8 + (1,)) == [8]


def test_limits_are_made_of_eight_runs_at_least_and_stand_still_after_twenty() -> None:
    values = [10.0 + (-1) ** number for number in range(FIRST_RUNS)]
    assert chart_of(values[: FEWEST - 1]) is None
    chart = chart_of(values)
    assert chart is not None
    # Each step is 2: sigma = 2 / 1.128.
    assert chart.centre == pytest.approx(10)
    assert chart.low == pytest.approx(10 - 6 / 1.128)
    assert chart.high == pytest.approx(10 + 6 / 1.128)
    assert chart_of([*values, 1e6, -1e6]) == chart


READINGS = st.floats(-1e9, 1e9, allow_nan=False)


@given(value=READINGS, count=st.integers(FEWEST, 60))
def test_a_reading_that_stands_still_never_drifts(value: float, count: int) -> None:
    chart = chart_of([value] * count)
    assert chart is not None
    assert not beyond(value, chart)
    assert same_side([value] * count, chart.centre) == 0


@given(values=st.lists(READINGS, min_size=FEWEST, max_size=60))
def test_the_centre_lies_between_the_limits_whatever_was_read(values: list[float]) -> None:
    chart = chart_of(values)
    assert chart is not None
    assert chart.low <= chart.centre <= chart.high
    assert not beyond(chart.centre, chart)
    assert 0 <= same_side(values, chart.centre) <= len(values)


@given(values=st.lists(st.integers(-5, 5), max_size=30))
def test_a_run_is_of_the_newest_values_and_of_one_side(values: list[int]) -> None:
    run = same_side(values, 0)
    newest = values[len(values) - run :]
    assert all(one > 0 for one in newest) or all(one < 0 for one in newest)
    before = values[: len(values) - run]
    assert not before or not run or before[-1] * newest[0] <= 0


class Lab:
    """A golden laptop whose battery health is read again and again."""

    def __init__(self, store: BenchStore) -> None:
        self.store = store
        self.book = GoldenBook(store, still_clock())
        first = attempted(store, GOOD, good_findings(), kind=AttemptKind.PRODUCTION)
        self.golden = self.book.register("good", first, "Boss")

    def reads(self, *values: float) -> None:
        for value in values:
            record = attempted(self.store, GOOD, (finding(HEALTH, Verdict.PASS, value, unit="%"),))
            self.book.keep_run(record, self.golden, "2027-01-15 06:00", ())


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    store = BenchStore(tmp_path / "bench.sqlite", still_clock())
    yield Lab(store)
    store.close()


STEADY = (97.0, 98.0, 97.5, 97.0, 98.0, 97.5, 97.0, 98.0, 97.5)


def test_a_chart_says_how_many_runs_it_still_needs(lab: Lab) -> None:
    assert drift_lines(lab.store, still_clock()) == ()
    lab.reads(*STEADY[:7])
    [line] = drift_lines(lab.store, still_clock())
    assert (line.serial, line.title, line.unit, line.state) == (GOOD, "Battery health", "%", "too few")
    assert (line.values, line.centre, line.low, line.high) == (STEADY[:7], 0.0, 0.0, 0.0)
    assert "7 of the 8 runs" in line.sentence
    lab.reads(STEADY[7])
    assert drift_lines(lab.store, still_clock())[0].state == "steady"


def test_a_value_beyond_a_limit_drifts_until_the_next_is_within(lab: Lab) -> None:
    lab.reads(*STEADY)
    lab.reads(*STEADY)
    lab.reads(99.0, 96.0, 90.0)
    [line] = drift_lines(lab.store, still_clock())
    assert line.state == "drifting"
    assert "90 % lies beyond" in line.sentence
    assert line.low < 96 < line.centre < 99 < line.high
    lab.reads(97.5)
    assert drift_lines(lab.store, still_clock())[0].state == "steady"


def test_eight_on_one_side_drift_though_each_is_within_the_limits(lab: Lab) -> None:
    lab.reads(*STEADY, *STEADY, 97.0, 98.0)
    lab.reads(*(98.2,) * 6)
    assert drift_lines(lab.store, still_clock())[0].state == "steady"
    lab.reads(98.2)
    [line] = drift_lines(lab.store, still_clock())
    assert line.state == "drifting"
    assert "latest 8 readings all lie on one side of 97.5" in line.sentence


def test_known_bad_laptops_and_those_that_are_golden_no_longer_have_no_chart(lab: Lab) -> None:
    bad = lab.book.register("bad", attempted(lab.store, BAD, bad_findings(), kind=AttemptKind.PRODUCTION), "Boss")
    lab.book.keep_run(attempted(lab.store, BAD, bad_findings()), bad, "2027-01-15 06:00", ())
    lab.reads(97.0)
    assert [line.serial for line in drift_lines(lab.store, still_clock())] == [GOOD]
    lab.book.end(GOOD, "Boss")
    assert drift_lines(lab.store, still_clock()) == ()


def test_no_reading_of_a_golden_laptop_counts_as_a_laptop_of_a_delivery(lab: Lab) -> None:
    before = lab.store.count_since("")
    lab.reads(*STEADY)
    assert lab.store.count_since("") == before
