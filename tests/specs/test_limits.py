"""Limits: closed data, a total comparison, and words that a person can trust."""

from __future__ import annotations

import json
import math
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.limits import (
    AtLeast,
    AtMost,
    Between,
    Count,
    Equals,
    Limit,
    LimitError,
    Matches,
    OneOf,
    Place,
    limit_data,
    limit_words,
    place,
    value_words,
)
from specs.quantities import Measure

finite = st.floats(allow_nan=False, allow_infinity=False)
values: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.just(10**400)
    | st.text(st.characters(codec=None), max_size=20)
    | st.lists(st.text(max_size=9), max_size=3).map(tuple)
).filter(lambda value: value is not None)


@st.composite
def limits(draw: st.DrawFn) -> Limit:
    low, high = sorted((draw(finite), draw(finite)))
    choices: list[Limit] = [
        AtLeast(high),
        AtLeast(high, accepted_from=low),
        AtMost(high),
        Between(low, high),
        Count(draw(st.integers(0, 10**6))),
        Equals(draw(finite | st.booleans() | st.text(max_size=9))),
        OneOf(tuple(draw(st.lists(finite | st.text(max_size=9), min_size=1, max_size=3)))),
        Matches(draw(st.sampled_from(["[A-Z]{2,9}", ".*", "802.11(ac|ax)"]))),
    ]
    if low < high:
        choices += [
            AtLeast(low, None, high),
            AtMost(high, low),
            Between(low, high, high),
            Between(low, high, None, low),
        ]
    return draw(st.sampled_from(choices))


@pytest.mark.parametrize(
    ("value", "limit", "where"),
    [
        (4, AtLeast(4), Place.WITHIN),
        (3.999, AtLeast(4), Place.BELOW),
        (57, AtLeast(64, accepted_from=57), Place.WITHIN),
        (56.9, AtLeast(64, accepted_from=57), Place.BELOW),
        (95, AtLeast(95, marginal_below=97), Place.MARGINAL),
        (96.9, AtLeast(95, marginal_below=97), Place.MARGINAL),
        (97, AtLeast(95, marginal_below=97), Place.WITHIN),
        (94.9, AtLeast(95, marginal_below=97), Place.BELOW),
        (5, AtMost(5), Place.WITHIN),
        (6, AtMost(5), Place.ABOVE),
        (4, AtMost(5, marginal_above=3), Place.MARGINAL),
        (3, AtMost(5, marginal_above=3), Place.WITHIN),
        (10, Between(10, 14), Place.WITHIN),
        (14, Between(10, 14), Place.WITHIN),
        (9, Between(10, 14), Place.BELOW),
        (15, Between(10, 14), Place.ABOVE),
        (10, Between(10, 14, 11, 13), Place.MARGINAL),
        (10.9, Between(10, 14, 11, 13), Place.MARGINAL),
        (11, Between(10, 14, 11, 13), Place.WITHIN),
        (13, Between(10, 14, 11, 13), Place.WITHIN),
        (13.1, Between(10, 14, 11, 13), Place.MARGINAL),
        (14, Between(10, 14, 11, 13), Place.MARGINAL),
        (9.9, Between(10, 14, 11, 13), Place.BELOW),
        (14.1, Between(10, 14, 11, 13), Place.ABOVE),
        (14, Between(10, 14, 11), Place.WITHIN),
        (10, Between(10, 14, None, 13), Place.WITHIN),
        (12, Between(10, 14, 12, 12), Place.WITHIN),
        (2, Count(2), Place.WITHIN),
        (2.0, Count(2), Place.WITHIN),
        (3, Count(2), Place.DIFFERENT),
        (True, Count(1), Place.DIFFERENT),
        (math.nan, Count(0), Place.DIFFERENT),
        (("DDR4", "DDR4"), Count(2), Place.WITHIN),
        (("DDR4",), Count(2), Place.DIFFERENT),
        ((), Count(0), Place.WITHIN),
        ("no Wi-Fi adapter", Count(1), Place.DIFFERENT),
        (True, Equals(True), Place.WITHIN),
        (False, Equals(True), Place.DIFFERENT),
        (1, Equals(True), Place.DIFFERENT),
        (True, Equals(1.0), Place.DIFFERENT),
        (164, OneOf((164.0, 121.0)), Place.WITHIN),
        ("164", OneOf((164.0,)), Place.DIFFERENT),
        ("INTEL", OneOf(("Intel", "AMD")), Place.WITHIN),
        (("802.11n", "802.11ac"), OneOf(("802.11ac",)), Place.WITHIN),
        (("802.11n",), OneOf(("802.11ac",)), Place.DIFFERENT),
        ((), OneOf(("802.11ac",)), Place.DIFFERENT),
        ("pf1a2b3c", Matches("[A-Z0-9]{8}"), Place.WITHIN),
        ("PF1A2B3CX", Matches("[A-Z0-9]{8}"), Place.DIFFERENT),
        ("x" * 257, Matches(".*"), Place.DIFFERENT),
        (8, Matches(".*"), Place.DIFFERENT),
        ("8", AtLeast(4), Place.DIFFERENT),
        (True, AtLeast(0), Place.DIFFERENT),
        (math.nan, AtLeast(0), Place.DIFFERENT),
        (math.inf, AtLeast(0), Place.DIFFERENT),
        (-math.inf, AtMost(0), Place.DIFFERENT),
        (math.nan, Equals(0.0), Place.DIFFERENT),
        pytest.param(10**400, AtMost(5), Place.ABOVE, id="400 digits"),
    ],
)
def test_a_value_lies_where_it_lies(value: Any, limit: Limit, where: Place):
    assert place(value, limit) is where


@given(values, limits())
def test_every_value_has_a_place_against_every_limit(value: Any, limit: Limit):
    assert isinstance(place(value, limit), Place)


@given(finite, finite, finite, finite, finite)
def test_a_range_with_bands_has_a_clean_value_or_cannot_be_made(a: float, b: float, c: float, d: float, value: float):
    """Whatever the four numbers: a band never lets through or holds back what the range alone would not."""
    try:
        banded = Between(a, b, c, d)
    except LimitError:
        return
    assert place(c, banded) is Place.WITHIN or place(d, banded) is Place.WITHIN
    for number in (a, b, c, d, value):
        plain = place(number, Between(a, b))
        assert (place(number, banded) in (Place.WITHIN, Place.MARGINAL)) is (plain is Place.WITHIN)
        assert plain is Place.WITHIN or place(number, banded) is plain


@given(st.lists(st.text(max_size=9), max_size=5), st.integers(0, 5))
def test_a_list_is_counted_by_its_members(members: list[str], count: int):
    assert (place(tuple(members), Count(count)) is Place.WITHIN) is (len(members) == count)


@given(limits())
def test_what_is_no_number_is_within_no_limit(limit: Limit):
    for value in (math.nan, math.inf, -math.inf):
        assert place(value, limit) is Place.DIFFERENT


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: AtLeast(math.nan), "finite"),
        (lambda: AtMost(math.inf), "finite"),
        (lambda: Equals(math.nan), "finite"),
        (lambda: OneOf((math.nan,)), "finite"),
        (lambda: Between(2, 1), "empty"),
        (lambda: OneOf(()), "empty"),
        (lambda: Between(math.nan, 2), "finite"),
        (lambda: Between(1, 2, math.nan), "finite"),
        (lambda: Between(1, 2, None, math.inf), "finite"),
        (lambda: Between(1, 2, 1), "marginal_below must lie inside"),
        (lambda: Between(1, 2, 2.1), "marginal_below must lie inside"),
        (lambda: Between(1, 2, None, 2), "marginal_above must lie inside"),
        (lambda: Between(1, 2, None, 0.9), "marginal_above must lie inside"),
        (lambda: Between(1, 4, 3, 2), "every value is marginal"),
        (lambda: Between(1, 1, 1), "marginal_below"),
        (lambda: Count(-1), "below 0"),
        (lambda: AtLeast(4, accepted_from=5), "accepted_from"),
        (lambda: AtLeast(95, marginal_below=95), "marginal_below"),
        (lambda: AtLeast(95, marginal_below=90), "marginal_below"),
        (lambda: AtMost(5, marginal_above=5), "marginal_above"),
        (lambda: Matches("(a+)+"), "for ever"),
        (lambda: Matches("("), "never closes"),
    ],
)
def test_a_limit_that_cannot_be_one_cannot_be_made(make: Any, why: str):
    with pytest.raises(LimitError, match=why):
        make()


@given(limits(), st.sampled_from(Measure))
def test_a_limit_as_data_survives_its_way_through_json(limit: Limit, measure: Measure):
    data = limit_data(limit, measure)
    assert json.loads(json.dumps(data)) == data
    assert msgspec.json.decode(msgspec.json.encode(data)) == data
    assert data["measure"] == measure.name.lower()
    assert None not in data.values()


@given(limits())
def test_a_limit_survives_its_way_through_json(limit: Limit):
    data = msgspec.json.encode(limit)
    back = msgspec.json.decode(data, type=Limit)
    assert back == limit
    assert msgspec.json.encode(back) == data


@pytest.mark.parametrize(
    ("limit", "measure", "words"),
    [
        (AtLeast(4 * 2**30), Measure.MEMORY_SIZE, "at least 4 GB"),
        (
            AtLeast(64e9, accepted_from=57 * 2**30),
            Measure.STORAGE_SIZE,
            "at least 64 GB (accepted from 57 GiB)",
        ),
        (AtLeast(95, marginal_below=97), Measure.PERCENT, "at least 95 % (marginal below 97 %)"),
        (
            AtLeast(95, 94, 97),
            Measure.PERCENT,
            "at least 95 % (accepted from 94 %, marginal below 97 %)",
        ),
        (AtMost(5), Measure.COUNT, "at most 5"),
        (AtMost(5, marginal_above=3), Measure.COUNT, "at most 5 (marginal above 3)"),
        (Between(10, 14), Measure.LENGTH_IN, "10 in to 14 in"),
        (Between(10, 14, 11, 13), Measure.LENGTH_IN, "10 in to 14 in (marginal below 11 in, marginal above 13 in)"),
        (Between(0, 5, None, 3), Measure.COUNT, "0 to 5 (marginal above 3)"),
        (Count(2), Measure.COUNT, "exactly 2"),
        (Count(2), Measure.TEXT, "exactly 2"),
        (AtMost(50 * 3600), Measure.DURATION_S, "at most 50 h"),
        (AtMost(90 * 60, 30 * 60), Measure.DURATION_S, "at most 90 min (marginal above 30 min)"),
        (Equals(True), Measure.YES_NO, "yes"),
        (Equals(False), Measure.YES_NO, "no"),
        (Equals(2.0), Measure.COUNT, "2"),
        (Equals("windows"), Measure.TEXT, "windows"),
        (OneOf((164.0, 121.0)), Measure.COUNT, "one of 164, 121"),
        (OneOf(("Intel", "AMD")), Measure.TEXT, "one of Intel, AMD"),
        (Matches(".{2,256}"), Measure.TEXT, "matching .{2,256}"),
        (AtLeast(2.0), Measure.VERSION, "at least 2.0"),
    ],
)
def test_a_limit_reads_as_a_person_would_say_it(limit: Limit, measure: Measure, words: str):
    assert limit_words(limit_data(limit, measure)) == words


def test_no_limit_has_no_words():
    assert limit_words(None) == limit_words({}) == limit_words({"op": "magic"}) == ""


junk = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)
ops = st.sampled_from(["at_least", "at_most", "between", "count", "equals", "one_of", "matches"])
keys = st.sampled_from(["value", "values", "low", "high", "pattern", "measure", "accepted_from", "marginal_below"])


@given(st.dictionaries(keys, junk), ops | junk, st.booleans() | st.floats() | st.integers() | st.text(max_size=5))
def test_words_never_raise_for_stored_data_that_is_damaged(data: dict[str, Any], op: Any, value: Any):
    assert isinstance(limit_words({**data, "op": op}), str)
    assert isinstance(value_words(value, {**data, "op": op}), str)


@given(
    st.floats(1e-3, 1e13),
    st.sampled_from([measure for measure in Measure if measure.is_number]),
    st.integers(1, 10**6),
)
def test_a_reading_outside_its_limit_never_reads_as_the_limit(limit: float, measure: Measure, millionths: int):
    low, high = limit * (1 - millionths / 10**8), limit * (1 + millionths / 10**8)
    for outside, rule in ((low, AtLeast(limit)), (high, AtMost(limit)), (low, Between(limit, limit))):
        assert place(outside, rule) is not Place.WITHIN
        data = limit_data(rule, measure)
        assert value_words(outside, data) != value_words(limit, data)
        assert value_words(outside, data) not in limit_words(data).split(" to ")


def test_a_reading_a_byte_short_of_the_tolerance_reads_as_short_of_it():
    data = limit_data(AtLeast(64e9, accepted_from=57 * 2**30), Measure.STORAGE_SIZE)
    assert value_words(57 * 2**30, data) == "61.203283968 GB"
    assert value_words(57 * 2**30 - 1, data) == "61.2 GB"
    assert value_words(63_999_999_999, data) == "63.999999999 GB"
    assert value_words(62_537_072_640, data) == "62.5 GB"


def test_the_hours_of_a_worn_disk_read_as_hours():
    data = limit_data(AtMost(50 * 3600), Measure.DURATION_S)
    assert value_words(1204 * 3600, data) == "1204 h"
    assert value_words(50 * 3600 + 1, data) == "50.0003 h"
    assert limit_words(data) == "at most 50 h"


def test_a_worn_battery_a_hair_below_its_limit_does_not_read_as_the_limit():
    data = limit_data(AtLeast(95.5), Measure.PERCENT)
    assert value_words(95.46, data) == "95.46 %"
    assert value_words(95.5, data) == "95.5 %"
