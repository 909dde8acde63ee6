"""A profile made stricter never turns a fail into a pass, whichever rows are made stricter and in whatever way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from checks.catalogue import CATALOGUE, shapes
from checks.judge import judge, judge_requirement
from checks.verdict import MAY_SHIP
from specs.decisions import Decisions
from specs.facts import Facts
from specs.limits import AtLeast, AtMost, Between, Count, Equals, Limit, OneOf
from specs.profile import Profile, Requirement, Standing
from specs.profiles import load_library
from tests.checks.strategies import spoiled_facts

LIBRARY = load_library(shapes())
PROFILES = [
    LIBRARY.get(name)
    for name in (
        "ghwt-2021w-windows-laptop",
        "ghwt-2021w-chromebook",
        "ghwt-2021w-windows-tablet",
        "dfe-std-2024-laptop",
    )
]


def stricter_limit(limit: Limit, by: float, draw: Callable[[st.SearchStrategy[Any]], Any]) -> Limit:
    """A limit that allows nothing which `limit` does not."""
    match limit:
        case AtLeast():
            floor = limit.floor + by
            band = limit.marginal_below
            return AtLeast(floor, marginal_below=band if band is not None and band > floor else None)
        case AtMost():
            most = limit.value - by
            band = limit.marginal_above
            return AtMost(most, band if band is not None and band < most else None)
        case Between():
            low = min(limit.low + by, limit.high)
            return Between(low, limit.high)
        case OneOf():
            kept = tuple(value for value in limit.values if draw(st.booleans()))
            return OneOf(kept or limit.values[:1])
        case _:
            return limit


@st.composite
def stricter(draw: st.DrawFn, profile: Profile) -> Profile:
    """The profile with some rows made stricter: limits, weights, what a blank means, confirmation; or rows added."""
    rows = []
    for row in profile.requirements:
        made = row
        if draw(st.integers(0, 5)) == 0:
            made = replace(made, limit=stricter_limit(row.limit, draw(st.floats(0, 1e10)), draw))
        if draw(st.integers(0, 9)) == 0:
            made = replace(made, severity="blocker")
        if draw(st.integers(0, 9)) == 0:
            made = replace(made, when_unknown="fail")
        if draw(st.integers(0, 9)) == 0:
            made = replace(made, confirm=None)
        rows.append(made)
    asked = {row.check for row in rows}
    for check in draw(st.lists(st.sampled_from(sorted(CATALOGUE)), max_size=2, unique=True)):
        if check not in asked:
            rows.append(_row(check))
    return replace(profile, requirements=tuple(rows))


def _row(check: str) -> Requirement:
    shape = CATALOGUE[check]
    arguments = dict(shape.examples[-1].arguments)
    limit = Equals("windows") if not shape.measure.is_number else AtLeast(1)
    return Requirement(
        check, limit, shape.measure, "minor", "inconclusive", "a test", Standing.INFERRED, "demo@1", arguments=arguments
    )


@given(spoiled_facts(), st.lists(spoiled_facts(), max_size=2), st.sampled_from(PROFILES), st.data())
@settings(max_examples=150)
def test_a_profile_made_stricter_never_turns_a_fail_into_a_pass(
    facts: Facts, again: list[Facts], profile: Profile, data: st.DataObject
) -> None:
    strict = data.draw(stricter(profile))
    loose = judge(facts, profile, again=again).verdict
    assert loose in MAY_SHIP or judge(facts, strict, again=again).verdict not in MAY_SHIP


@given(spoiled_facts(), st.integers(0, 20), st.floats(-5, 25), st.floats(0, 5))
def test_a_count_and_a_range_made_stricter_are_stricter(facts: Facts, count: int, low: float, by: float) -> None:
    row = _row("usb.ports")
    allowed = replace(row, limit=Between(low, low + 10))
    narrower = replace(row, limit=Between(low + by, low + 10))
    exact = replace(row, limit=Count(count))
    within = judge_requirement(facts, allowed).verdict in MAY_SHIP
    assert within or judge_requirement(facts, narrower).verdict not in MAY_SHIP
    if low <= count <= low + 10:
        assert within or judge_requirement(facts, exact).verdict not in MAY_SHIP


@given(spoiled_facts(), st.sampled_from(PROFILES))
def test_without_decisions_nothing_is_waived(facts: Facts, profile: Profile) -> None:
    assert all(finding.decision is None for finding in judge(facts, profile, decisions=Decisions()).findings)
