"""Which exercises run side by side, and how long the shipped profiles keep a laptop."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.catalogue import shapes
from checks.needing import exercises_of
from hardware.laptops.exercises import EXERCISES
from specs.profiles import load_library
from station.bench.plan import LONGEST_MACHINE_S, machine_run, machine_seconds, startable

names = st.sets(st.sampled_from(sorted(EXERCISES)))


@given(names, names)
def test_what_starts_shares_nothing_with_what_runs(waiting: set[str], running: set[str]) -> None:
    runs = [EXERCISES[name] for name in sorted(running)]
    started = startable([EXERCISES[name] for name in sorted(waiting - running)], runs)
    for place, one in enumerate(started):
        for other in (*runs, *started[:place]):
            assert not one.uses & other.uses


@given(names)
def test_something_starts_whenever_nothing_runs(waiting: set[str]) -> None:
    assert bool(startable([EXERCISES[name] for name in sorted(waiting)], [])) == bool(waiting)


@given(names)
def test_the_plan_takes_at_least_its_longest_and_at_most_the_sum(chosen: set[str]) -> None:
    alone = [EXERCISES[name].usual_s for name in chosen if not EXERCISES[name].hands_on]
    seconds = machine_seconds(chosen)
    assert max(alone, default=0.0) <= seconds <= sum(alone)


def test_what_needs_a_person_is_no_machine_time() -> None:
    assert machine_seconds(["keyboard", "lid", "display"]) == 0
    assert machine_run(["keyboard", "memory", "sound"]) == (EXERCISES["memory"], EXERCISES["sound"])


def test_the_memory_test_and_the_load_come_one_after_the_other() -> None:
    assert machine_seconds(["memory", "cpu", "sound"]) == EXERCISES["memory"].usual_s + EXERCISES["cpu"].usual_s


@pytest.mark.parametrize("profile", ["ghwt-2021w-boot-stick", "ghwt-2021w-boot-stick-quick"])
def test_a_good_laptop_takes_under_ninety_seconds_by_the_shipped_profiles(profile: str) -> None:
    needed = exercises_of(load_library(shapes()).open(profile))
    assert 0 < machine_seconds(needed) < LONGEST_MACHINE_S
