"""Several like parts: the worst counts, silence is never excused, and the order never matters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from checks.check import Measured
from checks.several import all_told, count_of, gravest, sum_of, texts_of, worst_of
from specs.facts import Fact, Known, Unknown, known
from tests.checks.families import facts_of, outcome, unknowns

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


@given(worded)
def test_all_have_told_only_where_none_is_silent(parts: list[tuple[str, Fact[str]]]):
    reading = all_told(parts, NONE)
    silent = any(isinstance(fact, Unknown) for _, fact in parts)
    assert isinstance(reading, Unknown) == silent
    if isinstance(reading, Measured):
        assert reading is NONE if not parts else reading.value is True


def test_an_empty_list_is_none_and_an_unknown_one_is_not_counted():
    why = Unknown("nobody looked")
    assert count_of(why, str) is why
    assert count_of(known((), "list"), str) == Measured(0, ("list",))
    assert count_of(known(("b", "a"), "list"), str) == Measured(2, ("list",), "a, b")
