"""Numbers with units: read as they are sold, and shown so that a rounded reading never lies beside its limit."""

from __future__ import annotations

import contextlib
import json
import math
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from specs.quantities import Measure, QuantityError, parse_quantity, render, render_exact, written_pattern

NUMBERS = [measure for measure in Measure if measure.is_number]
numeric = st.sampled_from(NUMBERS)


@pytest.mark.parametrize(
    ("written", "measure", "value"),
    [
        ("4 GB", Measure.MEMORY_SIZE, 4 * 2**30),
        ("4GB", Measure.MEMORY_SIZE, 4 * 2**30),
        ("4 GiB", Measure.MEMORY_SIZE, 4 * 2**30),
        ("64 GB", Measure.STORAGE_SIZE, 64 * 10**9),
        ("57 GiB", Measure.STORAGE_SIZE, 57 * 2**30),
        ("1 TB", Measure.STORAGE_SIZE, 10**12),
        ("11 in", Measure.LENGTH_IN, 11),
        ("254 mm", Measure.LENGTH_IN, 10),
        ("1 in", Measure.LENGTH_MM, 25.4),
        ("1366 px", Measure.PIXELS, 1366),
        ("95 %", Measure.PERCENT, 95),
        ("95%", Measure.PERCENT, 95),
        ("38000 mWh", Measure.ENERGY_WH, 38),
        ("7 h", Measure.DURATION_S, 25_200),
        ("750 g", Measure.MASS_KG, 0.75),
        ("6.5 W", Measure.POWER_W, 6.5),
        ("500 mW", Measure.POWER_W, 0.5),
        ("15 MB/s", Measure.DATA_RATE, 15),
        ("1.5 GB/s", Measure.DATA_RATE, 1500),
        ("95 °C", Measure.TEMPERATURE_C, 95),
        ("-5 C", Measure.TEMPERATURE_C, -5),
        ("2.5 dB", Measure.LEVEL_DB, 2.5),
        ("-70 dBm", Measure.SIGNAL_DBM, -70),
        ("-1.5", Measure.COUNT, -1.5),
        (5, Measure.COUNT, 5),
        (2.0, Measure.VERSION, 2.0),
        ("2.0", Measure.VERSION, 2.0),
    ],
)
def test_a_quantity_is_read_as_it_is_sold(written: str | float, measure: Measure, value: float):
    quantity = parse_quantity(written, measure)
    assert quantity.value == pytest.approx(value, rel=1e-12)
    assert quantity.unit == measure.unit


@pytest.mark.parametrize(
    ("written", "measure", "why"),
    [
        ("4", Measure.MEMORY_SIZE, "not a unit"),
        ("15 MB", Measure.DATA_RATE, "not a unit"),
        ("-70 dB", Measure.SIGNAL_DBM, "not a unit"),
        (4, Measure.MEMORY_SIZE, "no unit"),
        ("4 GB", Measure.LENGTH_IN, "not a unit"),
        ("4 gb", Measure.MEMORY_SIZE, "not a unit"),
        ("4 in", Measure.COUNT, "not a unit"),
        ("nan GB", Measure.MEMORY_SIZE, "not a number"),
        ("inf %", Measure.PERCENT, "not a number"),
        ("1e3 GB", Measure.MEMORY_SIZE, "not a number"),
        ("four GB", Measure.MEMORY_SIZE, "not a number"),
        ("", Measure.COUNT, "not a number"),
        ("4,5 GB", Measure.MEMORY_SIZE, "not a number"),
        ("٤ GB", Measure.MEMORY_SIZE, "not a number"),
        (math.nan, Measure.COUNT, "not a finite"),
        (math.inf, Measure.VERSION, "not a finite"),
        pytest.param(10**400, Measure.COUNT, "18 digits", id="400 digits"),
        pytest.param(10**400, Measure.MEMORY_SIZE, "18 digits", id="400 digits of memory"),
        pytest.param(16**9000, Measure.PERCENT, "18 digits", id="more digits than Python prints"),
        (True, Measure.COUNT, "not a number"),
        (False, Measure.MEMORY_SIZE, "not a number"),
        ("4", Measure.TEXT, "no size"),
        (1, Measure.YES_NO, "no size"),
    ],
)
def test_what_is_no_quantity_of_this_kind_is_refused_with_the_reason(written: str | float, measure: Measure, why: str):
    with pytest.raises(QuantityError, match=why):
        parse_quantity(written, measure)


@given(st.text(max_size=30) | st.integers() | st.floats(), st.sampled_from(Measure))
def test_reading_a_quantity_never_raises_anything_else(written: str | float, measure: Measure):
    with contextlib.suppress(QuantityError):
        assert math.isfinite(parse_quantity(written, measure).value)


@pytest.mark.parametrize(
    ("value", "measure", "words"),
    [
        (4 * 2**30, Measure.MEMORY_SIZE, "4 GB"),
        (3.5 * 2**30, Measure.MEMORY_SIZE, "3.5 GB"),
        (512 * 2**20, Measure.MEMORY_SIZE, "512 MB"),
        (64 * 10**9, Measure.STORAGE_SIZE, "64 GB"),
        (62_537_072_640, Measure.STORAGE_SIZE, "62.5 GB"),
        (10**12, Measure.STORAGE_SIZE, "1 TB"),
        (0, Measure.STORAGE_SIZE, "0 B"),
        (11.6, Measure.LENGTH_IN, "11.6 in"),
        (11.56, Measure.LENGTH_IN, "11.6 in"),
        (94, Measure.PERCENT, "94 %"),
        (512.53, Measure.DATA_RATE, "512.5 MB/s"),
        (-47.0, Measure.SIGNAL_DBM, "-47 dBm"),
        (81.0, Measure.TEMPERATURE_C, "81 °C"),
        (94.0, Measure.PERCENT, "94 %"),
        (98.9848, Measure.PERCENT, "98.98 %"),
        (2.0, Measure.VERSION, "2.0"),
        (1.2, Measure.VERSION, "1.2"),
        (0, Measure.VERSION, "0.0"),
        (164, Measure.COUNT, "164"),
        (180_000, Measure.DURATION_S, "50 h"),
        (1204 * 3600, Measure.DURATION_S, "1204 h"),
        (5_400, Measure.DURATION_S, "1.5 h"),
        (1_800, Measure.DURATION_S, "30 min"),
        (90, Measure.DURATION_S, "1.5 min"),
        (59, Measure.DURATION_S, "59 s"),
        (0, Measure.DURATION_S, "0 s"),
        (True, Measure.YES_NO, "yes"),
        (False, Measure.YES_NO, "no"),
        ("802.11ac", Measure.TEXT, "802.11ac"),
        (math.nan, Measure.PERCENT, "not a number"),
        (math.inf, Measure.MEMORY_SIZE, "not a number"),
        pytest.param(10**400, Measure.STORAGE_SIZE, "not a number", id="400 digits"),
    ],
)
def test_a_reading_is_shown_as_a_person_writes_it(value: float | str, measure: Measure, words: str):
    assert render(value, measure) == words


@pytest.mark.parametrize(
    ("value", "measure", "words"),
    [
        (4 * 2**30 - 1, Measure.MEMORY_SIZE, "3.999999999 GB"),
        (3.999 * 2**30, Measure.MEMORY_SIZE, "3.999 GB"),
        (94.996, Measure.PERCENT, "94.996 %"),
        (10.99, Measure.LENGTH_IN, "10.99 in"),
        (1.96, Measure.VERSION, "1.96"),
        (63_999_999_999, Measure.STORAGE_SIZE, "63.999999999 GB"),
    ],
)
def test_a_value_just_below_a_whole_number_never_reads_as_it(value: float, measure: Measure, words: str):
    assert render(value, measure) == words


@given(
    st.floats() | st.integers() | st.booleans() | st.text(max_size=5),
    st.sampled_from(Measure),
    st.lists(st.floats(), max_size=3),
)
def test_showing_a_reading_never_raises(value: float | str, measure: Measure, beside: list[float]):
    assert isinstance(render(value, measure, beside), str)


@given(st.floats(0, 1e13), numeric)
def test_a_shown_number_is_within_a_twentieth_of_its_unit_or_better(value: float, measure: Measure):
    number, _, unit = render(value, measure).partition(" ")
    back = parse_quantity(f"{float(number):.9f} {unit}", measure).value
    one = parse_quantity(f"1 {unit}", measure).value
    # Beyond a twentieth only by the grain of the floats themselves, which near 10^13 is thousandths.
    assert abs(back - value) <= 0.05 * one + 4 * math.ulp(value)


@given(st.floats(0.001, 1e13), numeric, st.floats(0, 1))
def test_a_reading_never_reads_as_the_limit_that_it_misses(limit: float, measure: Measure, share: float):
    for value in (limit * (1 - share * 1e-3), limit * (1 + share * 1e-3), math.nextafter(limit, 0), limit):
        shown = render(value, measure, [limit])
        exact = render(limit, measure, [limit])
        number, _, unit = shown.partition(" ")
        if exact.partition(" ")[2] != unit or value == limit:
            continue
        assert shown != exact
        assert (float(number) < float(exact.partition(" ")[0])) == (value < limit)


@pytest.mark.parametrize(
    ("written", "measure"),
    [
        ("4 GB", Measure.MEMORY_SIZE),
        ("64 GB", Measure.STORAGE_SIZE),
        ("57 GiB", Measure.STORAGE_SIZE),
        ("14.25 GiB", Measure.STORAGE_SIZE),
        ("11 in", Measure.LENGTH_IN),
        ("28 cm", Measure.LENGTH_IN),
        ("1366 px", Measure.PIXELS),
        ("95 %", Measure.PERCENT),
        ("97.5 %", Measure.PERCENT),
        ("7 h", Measure.DURATION_S),
        ("1.8 kg", Measure.MASS_KG),
        ("15 MB/s", Measure.DATA_RATE),
        ("95 °C", Measure.TEMPERATURE_C),
        ("-70 dBm", Measure.SIGNAL_DBM),
        ("2.5 dB", Measure.LEVEL_DB),
        ("5", Measure.COUNT),
        ("2.0", Measure.VERSION),
    ],
)
def test_a_limit_is_shown_as_it_was_written(written: str, measure: Measure):
    assert render_exact(parse_quantity(written, measure).value, measure) == written


@given(st.floats(-1e15, 1e15), numeric)
def test_a_limit_is_never_rounded(value: float, measure: Measure):
    number, _, unit = render_exact(value, measure).partition(" ")
    scale = parse_quantity(f"1 {unit}", measure).value
    assert float(number) * scale == value


@given(st.floats() | st.integers(), st.sampled_from(Measure))
def test_showing_a_limit_never_raises(value: float, measure: Measure):
    assert isinstance(render_exact(value, measure), str)


@given(st.text(max_size=12) | st.from_regex(r"[0-9]{1,4}(\.[0-9]{1,2})? ?(GB|GiB|in|mm|%|h|min|kg|Wh)?"), numeric)
def test_the_published_pattern_allows_exactly_what_is_read(written: str, measure: Measure):
    try:
        parse_quantity(written, measure)
    except QuantityError:
        read = False
    else:
        read = True
    # The reader trims Unicode's blanks as well; a person who writes them meant a space.
    assume(written.strip() == written.strip(" \t\r\n\f\v"))
    assert (re.search(written_pattern(measure), written, re.ASCII) is not None) is read


def test_every_number_has_examples_that_can_be_read():
    for measure in Measure:
        low_high = [parse_quantity(json.loads(example), measure).value for example in measure.examples]
        assert (len(low_high) == 2 and low_high[0] < low_high[1]) is measure.is_number


def test_every_measure_knows_its_unit():
    for measure in Measure:
        assert isinstance(measure.unit, str)
    for measure in NUMBERS:
        assert parse_quantity(f"1 {measure.unit}", measure).value == 1
