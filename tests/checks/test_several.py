"""Several like parts: the worst counts, silence is never excused, and the order never matters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.catalogue import CATALOGUE
from checks.check import Check, Measured, Reading
from checks.several import all_told, count_of, gravest, gravest_of, sum_of, texts_of, worst_of
from checks.verdict import Verdict
from specs.facts import (
    Audio,
    Battery,
    Camera,
    Disk,
    Fact,
    Facts,
    Graphics,
    Known,
    Memory,
    MemoryModule,
    Network,
    Unknown,
    Wifi,
    known,
)
from specs.limits import Equals, OneOf
from tests.checks.families import facts_of, outcome, unknowns, verdict

NONE = Measured("nothing", ("list",))
numbered = st.lists(st.tuples(st.sampled_from("abc"), facts_of(st.integers(0, 9))), max_size=5)
worded = st.lists(st.tuples(st.sampled_from("abc"), facts_of(st.sampled_from(("x", "y")))), max_size=5)


@given(st.lists(unknowns() | st.just(known(1)), max_size=6), st.randoms())
def test_the_gravest_is_the_same_in_any_order(facts: list[Fact[int]], random):
    first = gravest(facts)
    random.shuffle(facts)
    assert gravest(facts) == first
    assert (first is None) == all(isinstance(fact, Known) for fact in facts)


def test_what_could_not_be_read_is_told_before_what_does_not_say():
    facts = [Unknown("blank", (), "absent"), Unknown("locked", (), "unreadable"), Unknown("not asked")]
    assert gravest(facts) is facts[1]
    assert gravest(facts[::2]) is facts[2]


LOCKED, BLANK = Unknown("locked", ("b",), "unreadable"), Unknown("blank", ("a",), "absent")


def test_the_gravest_of_several_parts_has_the_name_of_its_part():
    assert gravest_of((("sda", BLANK), ("sdb", LOCKED))) == Unknown("sdb: locked", ("b",), "unreadable")
    assert gravest_of((("sda", known(1)), ("sdb", BLANK))) == Unknown("sdb: blank", ("a",), "absent")
    assert gravest_of((("sda", None), ("sdb", BLANK))) == Unknown("sdb: blank", ("a",), "absent")
    assert gravest_of((("sda", known(1)), ("sdb", None))) is None


def test_of_a_single_part_the_reason_stays_what_it_is():
    assert gravest_of((("sda", BLANK), ("sda", LOCKED))) is LOCKED
    assert gravest_of(()) is None


@pytest.mark.parametrize(
    "reading",
    [
        worst_of((("sda", known(1)), ("sdb", LOCKED)), max),
        texts_of((("sda", known("x")), ("sdb", LOCKED)), NONE),
    ],
)
def test_which_part_gave_no_reading_is_told_beside_that_of_the_others(reading: Reading):
    assert isinstance(reading, Measured)
    assert reading.unread == Unknown("sdb: locked", ("b",), "unreadable")


def test_which_part_keeps_a_sum_or_a_yes_unknown_is_told():
    assert sum_of((("sda", known(1.0)), ("sdb", LOCKED))) == Unknown("sdb: locked", ("b",), "unreadable")
    assert all_told((("sda", known("x")), ("sdb", LOCKED)), NONE) == Unknown("sdb: locked", ("b",), "unreadable")


@given(numbered, st.sampled_from((min, max)), st.randoms())
def test_the_worst_is_the_same_in_any_order(parts: list[tuple[str, Fact[int]]], pick, random):
    first = worst_of(parts, pick)
    random.shuffle(parts)
    again = worst_of(parts, pick)
    assert (first is None) == (again is None) == (not parts)
    if first is not None and again is not None:
        assert outcome(first) == outcome(again)


@given(numbered, st.tuples(st.sampled_from("abc"), facts_of(st.integers(0, 9))))
def test_another_part_never_makes_the_worst_better(parts: list[tuple[str, Fact[int]]], more: tuple[str, Fact[int]]):
    before, after = worst_of(parts, max), worst_of([*parts, more], max)
    if isinstance(before, Measured):
        assert isinstance(after, Measured)
        assert after.value >= before.value  # type: ignore[operator]
        assert before.unread is None or after.unread is not None


@given(numbered)
def test_a_sum_is_known_only_where_every_part_is(parts: list[tuple[str, Fact[float]]]):
    reading = sum_of(parts)
    assert isinstance(reading, Unknown) == any(isinstance(fact, Unknown) for _, fact in parts)
    if isinstance(reading, Measured):
        assert reading.value == sum(fact.value for _, fact in parts if isinstance(fact, Known))


@given(worded, st.randoms())
def test_the_words_of_all_parts_are_in_one_order_and_silence_is_kept(parts: list[tuple[str, Fact[str]]], random):
    first = texts_of(parts, NONE)
    random.shuffle(parts)
    assert outcome(texts_of(parts, NONE)) == outcome(first)
    if isinstance(first, Measured) and parts:
        assert set(first.value) == {fact.value for _, fact in parts if isinstance(fact, Known)}  # type: ignore[arg-type]
        assert (first.unread is not None) == any(isinstance(fact, Unknown) for _, fact in parts)
        assert first.all_must


@given(worded)
def test_all_have_told_only_where_none_is_silent(parts: list[tuple[str, Fact[str]]]):
    reading = all_told(parts, NONE)
    silent = any(isinstance(fact, Unknown) for _, fact in parts)
    assert isinstance(reading, Unknown) == silent
    if isinstance(reading, Measured):
        assert reading is NONE if not parts else reading.value is True


GRAPHICS = (Graphics("a", model=known("right")), Graphics("b", model=known("wrong")))
WIFI = (Wifi("a", model=known("right")), Wifi("b", model=known("wrong")))
MODULES = (MemoryModule(type=known("right")), MemoryModule(type=known("wrong")))
DISKS = tuple(
    Disk(name, model=known(word), serial=known(word), firmware=known(word), removable=known(False))
    for name, word in (("a", "right"), ("b", "wrong"))
)
BATTERIES = tuple(
    Battery(name, known(True), chemistry=known(word), model=known(word), serial=known(word))
    for name, word in (("a", "right"), ("b", "wrong"))
)
TWO_OF_EACH = Facts(
    memory=Memory(modules=known(MODULES)),
    storage=known(DISKS),
    battery=known(BATTERIES),
    network=Network(wifi=known(WIFI)),
    camera=known((Camera("a", known("right")), Camera("b", known("wrong")))),
    audio=Audio(cards=known(("right", "wrong"))),
    graphics=known(GRAPHICS),
)
OF_PARTS = [
    check
    for check in CATALOGUE.values()
    if any(isinstance(example.value, tuple) for example in check.examples) and check.id != "network.wifi_standard"
]


@pytest.mark.parametrize("check", OF_PARTS, ids=lambda check: check.id)
def test_a_right_part_never_lets_a_wrong_one_beside_it_through(check: Check):
    assert verdict(check.id, Equals("right"), TWO_OF_EACH) is Verdict.FAIL
    assert verdict(check.id, OneOf(("right", "wrong")), TWO_OF_EACH) is Verdict.PASS
    assert "within where each of them is allowed" in check.decides


def test_a_radio_that_speaks_an_old_standard_too_is_as_good():
    radio = Wifi("wlan0", standards=known(("802.11n", "802.11ac")))
    facts = Facts(network=Network(wifi=known((radio,))))
    assert verdict("network.wifi_standard", Equals("802.11ac"), facts) is Verdict.PASS
    assert "within where any of them is allowed" in CATALOGUE["network.wifi_standard"].decides


def test_an_empty_list_is_none_and_an_unknown_one_is_not_counted():
    why = Unknown("nobody looked")
    assert count_of(why, str) is why
    assert count_of(known((), "list"), str) == Measured(0, ("list",))
    assert count_of(known(("b", "a"), "list"), str) == Measured(2, ("list",), "a, b")
