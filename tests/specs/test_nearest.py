"""A name that is not known brings the one that was probably meant, and never a name that is nothing like it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.nearest import LONGEST_NAME, choose, nearest
from tests.specs.loading import SHAPES


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("memory.instaled", "memory.installed"),
        ("Memory.Installed", "memory.installed"),
        ("memory_installed", "memory.installed"),
        ("storage.capacty", "storage.capacity"),
        ("colour", ""),
        ("", ""),
        ("memory.installed" * 9, ""),
    ],
)
def test_a_slip_of_the_pen_is_told_from_another_name(name: str, meant: str):
    assert nearest(name, SHAPES) == meant


def test_the_name_that_was_meant_comes_first():
    assert choose("sevrity", ["note", "severity", "source"]) == "use severity, or another of these: note, source"
    assert choose("x", ["note", "severity"]) == "use one of these: note, severity"
    assert choose("nots", ["note"]) == "use note"


@given(st.text(max_size=80), st.lists(st.text(max_size=20), min_size=1, max_size=5))
def test_what_is_meant_is_always_a_name_that_there_is(name: str, known: list[str]):
    assert nearest(name, known) in {"", *known}
    assert all(one in choose(name, known) for one in known)


def test_a_long_name_costs_nothing():
    started = time.perf_counter()
    assert nearest("a" * (LONGEST_NAME + 1), ["a" * LONGEST_NAME] * 100_000) == ""
    assert time.perf_counter() - started < 1
