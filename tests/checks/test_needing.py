"""Which exercises a profile asks for: those that its rows read, and no others."""

from __future__ import annotations

from checks.needing import exercises_of
from hardware.laptops.exercises import EXERCISES
from specs.profiles import Library

FULL, QUICK, WINDOWS = "ghwt-2021w-boot-stick", "ghwt-2021w-boot-stick-quick", "ghwt-2021w-windows-laptop"


def test_a_profile_without_rows_for_them_asks_for_none(library: Library):
    assert exercises_of(library.get(WINDOWS)) == ()


def test_the_profile_of_the_stick_asks_for_every_exercise_once(library: Library):
    names = exercises_of(library.get(FULL))
    assert sorted(names) == sorted(EXERCISES)


def test_the_quick_one_asks_for_those_that_need_nobody(library: Library):
    names = exercises_of(library.get(QUICK))
    assert {*names} == {name for name, one in EXERCISES.items() if not one.hands_on}


def test_an_exercise_that_is_asked_for_is_one_that_the_bench_can_ask_for(library: Library):
    for reference in library.references():
        raw = library.find(reference)
        assert raw is not None
        assert {*exercises_of(library.resolve(raw))} <= {*EXERCISES}
