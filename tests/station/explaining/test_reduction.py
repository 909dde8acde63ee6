"""The reduction: what is left is enough, nothing in it can go, and it stops when it must."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from station.explaining.reduction import Budget, reduced


def budget(questions: int = 10_000) -> Budget:
    return Budget(lambda: 0.0, questions)


@given(st.integers(1, 60).flatmap(lambda size: st.tuples(st.just(size), st.sets(st.integers(0, size - 1)))))
def test_exactly_the_parts_that_are_needed_are_left(case: tuple[int, set[int]]) -> None:
    size, needed = case
    result = reduced(range(size), lambda kept: needed <= set(kept), budget())
    assert result.finished
    assert set(result.kept) == needed


@given(st.integers(1, 40), st.data())
def test_what_is_left_is_enough_and_no_single_part_of_it_can_go(size: int, data: st.DataObject) -> None:
    ways = data.draw(st.lists(st.sets(st.integers(0, size - 1), min_size=1), min_size=1, max_size=4))

    def same(kept: Sequence[int]) -> bool:
        return any(way <= set(kept) for way in ways)

    kept = reduced(range(size), same, budget()).kept
    assert same(kept)
    assert all(not same([one for one in kept if one != left_out]) for left_out in kept)


def test_no_more_is_asked_than_the_budget_allows_and_it_says_so() -> None:
    few = budget(30)
    asked = 0

    def same(kept: Sequence[int]) -> bool:
        nonlocal asked
        asked += 1
        few.count()
        return set(range(0, 5000, 7)) <= set(kept)

    result = reduced(range(5000), same, few)
    assert asked == 30
    assert not result.finished
    assert set(range(0, 5000, 7)) <= set(result.kept)


def test_no_more_time_is_taken_than_the_budget_allows() -> None:
    seconds = iter(float(number) for number in range(1000))
    slow = Budget(lambda: next(seconds), seconds=5.0)
    result = reduced(range(1000), lambda kept: len(kept) == 1000, slow)
    assert not result.finished
    assert len(result.kept) == 1000
