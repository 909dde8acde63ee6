"""Two profiles are compared row by row, and the direction of a change is only claimed where the data shows it."""

# ruff: noqa: E501 - a table of changes reads best with one change a line

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.catalogue import shapes
from specs.differences import About, Change, Way, What, differences
from specs.limits import AtLeast, AtMost, Between, Count, Equals, Limit, LimitError, Matches, OneOf, Place, place
from specs.profile import Profile, Requirement
from specs.profiles import load_library
from specs.quantities import Measure
from tests.specs.loading import BASE, CHILD, KNOWN, PARENT, load
from tests.specs.test_limits import limits
from tests.specs.test_profile_rows import requirements, written

HEAD = 'id = "demo"\nversion = "1"\n'
WHY = 'source = "s"\nstanding = "inferred"\n'
MUST = f'[require."identity.agrees"]\nequals = true\n{WHY}'


def profile(*rows: str) -> Profile:
    return load(HEAD + MUST + "".join(rows), known=KNOWN)


def row(check: str, written: str) -> str:
    return f'[require."{check}"]\n{written}\n{WHY}'


def changes(was: str, now: str) -> list[tuple[What, Way]]:
    return [(change.what, change.way) for change in differences(profile(was), profile(now))]


def test_a_profile_differs_from_itself_in_nothing():
    library = load_library(shapes())
    for reference in library.references():
        raw = library.find(reference)
        assert raw is not None
        assert differences(library.resolve(raw), library.resolve(raw)) == ()


some_rows = st.lists(requirements(), max_size=3, unique_by=lambda row: row.check)


@given(some_rows, some_rows)
def test_what_decides_a_verdict_never_changes_without_a_difference(was: list[Requirement], now: list[Requirement]):
    one, other = profile(*map(written, was)), profile(*map(written, now))
    if one.digest != other.digest:
        assert differences(one, other)
    assert differences(one, one) == ()
    there, back = differences(one, other), differences(other, one)
    assert len(there) == len(back)
    opposite = {Way.STRICTER: Way.LOOSER, Way.LOOSER: Way.STRICTER}
    assert [opposite.get(change.way, change.way) for change in back] == [change.way for change in there]


@pytest.mark.parametrize(
    ("check", "was", "now", "way"),
    [
        ("memory.installed", 'at_least = "4 GB"', 'at_least = "8 GB"', Way.STRICTER),
        ("memory.installed", 'at_least = "8 GB"', 'at_least = "4 GB"', Way.LOOSER),
        ("memory.installed", 'at_least = "8 GB"', 'at_least = "8 GB"\naccepted_from = "7 GB"', Way.LOOSER),
        ("memory.installed", 'at_least = "8 GB"\naccepted_from = "6 GB"', 'at_least = "7 GB"\naccepted_from = "6 GB"', Way.NONE),
        ("memory.installed", 'at_least = "8 GB"', 'at_most = "8 GB"', Way.OTHER),
        ("memory.installed", 'at_least = "8 GB"', 'between = ["8 GB", "16 GB"]', Way.STRICTER),
        ("memory.installed", 'between = ["8 GB", "16 GB"]', 'one_of = ["8 GB", "16 GB"]', Way.STRICTER),
        ("memory.installed", 'one_of = ["8 GB", "16 GB"]', 'one_of = ["8 GB", "32 GB"]', Way.OTHER),
        ("memory.installed", 'between = ["8 GB", "8 GB"]', 'equals = "8 GB"', Way.NONE),
        ("battery.health", 'at_least = "95 %"', 'at_least = "95 %"\nmarginal_below = "97 %"', Way.STRICTER),
        ("battery.health", 'at_least = "95 %"\nmarginal_below = "97 %"', 'at_least = "95 %"\nmarginal_below = "96 %"', Way.LOOSER),
        ("battery.health", 'at_least = "95 %"\nmarginal_below = "97 %"', 'at_least = "90 %"\nmarginal_below = "98 %"', Way.LOOSER),
        ("battery.cycles", "at_most = 5", "at_most = 5\nmarginal_above = 3", Way.STRICTER),
        ("battery.cycles", "at_most = 5", "between = [0, 5]", Way.NONE),
        ("battery.cycles", "at_most = 3", "one_of = [0, 1, 2, 3]", Way.NONE),
        ("battery.cycles", "at_most = 0", "count = 0", Way.NONE),
        ("battery.cycles", "between = [1, 3]", "one_of = [1, 2]", Way.STRICTER),
        ("usb.ports", "equals = 2", "count = 2", Way.NONE),
        ("usb.ports", "count = 2", "at_least = 2", Way.LOOSER),
        ("memory.type", "count = 2", 'equals = "DDR4"', Way.OTHER),
        ("memory.type", "count = 2", "count = 1", Way.OTHER),
        ("processor.vendor", 'one_of = ["Intel", "AMD"]', 'equals = "intel"', Way.STRICTER),
        ("processor.vendor", 'one_of = ["Intel"]', 'equals = "intel"', Way.NONE),
        ("processor.vendor", 'equals = "intel"', 'matches = "[a-z]+"', Way.OTHER),
        ("processor.vendor", 'equals = "intel"', 'matches = "intel"', Way.OTHER),
        ("processor.vendor", 'matches = "intel"', 'one_of = ["intel", "amd"]', Way.OTHER),
        ("processor.vendor", 'equals = "intel"', 'count = 1', Way.OTHER),
        ("display.width", 'between = ["800 px", "802 px"]', 'one_of = ["800 px", "801 px", "802 px"]', Way.NONE),
        ("display.width", 'between = ["800 px", "2000 px"]', 'one_of = ["800 px", "801 px"]', Way.OTHER),
        ("display.width", 'at_least = "800 px"', 'one_of = ["800 px", "801 px"]', Way.STRICTER),
        ("processor.vendor", 'matches = "[a-z]+"', 'matches = "[a-y]+"', Way.OTHER),
        ("battery.present", "equals = true", "equals = false", Way.OTHER),
    ],
)  # fmt: skip
def test_a_limit_is_stricter_looser_or_neither(check: str, was: str, now: str, way: Way):
    assert changes(row(check, was), row(check, now)) == [(What.LIMIT, way)]


@pytest.mark.parametrize(
    ("was", "now", "what", "way"),
    [
        ("", 'severity = "info"', What.SEVERITY, Way.LOOSER),
        ('severity = "info"', 'severity = "minor"', What.SEVERITY, Way.STRICTER),
        ("", 'severity = "minor"', What.SEVERITY, Way.NONE),
        ("", 'when_unknown = "fail"', What.WHEN_UNKNOWN, Way.OTHER),
        ("", 'confirm = "2 of 3"', What.CONFIRM, Way.LOOSER),
        ('confirm = "2 of 3"', "", What.CONFIRM, Way.STRICTER),
        ('confirm = "2 of 3"', 'confirm = "3 of 4"', What.CONFIRM, Way.OTHER),
        ('confirm = "3 of 4"', 'confirm = "3 of 5"', What.CONFIRM, Way.LOOSER),
        ('confirm = "3 of 5"', 'confirm = "4 of 5"', What.CONFIRM, Way.STRICTER),
        ("", 'arguments = { of = "smallest" }', What.ARGUMENTS, Way.OTHER),
        ("", 'note = "n"', What.NOTE, Way.NONE),
        ("", "effective_from = 2022-01-01", What.DATES, Way.NONE),
    ],
)
def test_a_change_beside_the_limit_has_its_own_direction(was: str, now: str, what: What, way: Way):
    assert changes(row("demo.optional", f"equals = true\n{was}"), row("demo.optional", f"equals = true\n{now}")) == [
        (what, way)
    ]


def test_what_is_recorded_only_decides_nothing():
    info = 'severity = "info"\n'
    assert changes(row("usb.ports", info + "at_least = 1"), row("usb.ports", info + "at_least = 2")) == [
        (What.LIMIT, Way.NONE)
    ]
    assert changes("", row("usb.ports", info + "at_least = 1")) == [(What.ADDED, Way.NONE)]


def test_a_row_that_is_new_or_gone_is_told_whole():
    text = row("usb.ports", 'at_least = 1\nconfirm = "2 of 3"')
    [new] = differences(profile(), profile(text))
    [gone] = differences(profile(text), profile())
    data = {
        "limit": {"op": "at_least", "value": 1.0, "measure": "count", "confirm": "2 of 3"},
        "when_unknown": "inconclusive",
        "severity": "blocker",
        "source": "s",
        "standing": "inferred",
    }
    assert new == Change(About.REQUIREMENT, "usb.ports", What.ADDED, Way.STRICTER, None, data)
    assert gone == Change(About.REQUIREMENT, "usb.ports", What.GONE, Way.LOOSER, data, None)


def test_a_row_that_a_profile_leaves_out_is_gone_with_the_reason():
    drop = '[require."memory.installed"]\ndrop = true\nsource = "no longer asked for"\nstanding = "published"\n'
    child = 'id = "child"\nversion = "1"\nextends = "parent"\n'
    [gone] = differences(load(child, PARENT), load(child + drop, PARENT))
    assert (gone.name, gone.what, gone.way) == ("memory.installed", What.GONE, Way.LOOSER)
    assert gone.after == {"dropped_by": "child@1", "source": "no longer asked for", "standing": "published"}


def test_a_change_of_source_and_standing_is_told():
    now = BASE.replace('source = "a test"\nstanding = "published"', 'source = "another"\nstanding = "secondary"', 1)
    found = differences(load(BASE), load(now))
    assert [(change.what, change.before, change.after) for change in found] == [
        (What.SOURCE, "a test", "another"),
        (What.STANDING, "published", "secondary"),
    ]


def test_the_profiles_own_changes_come_first():
    now = BASE.replace("A demonstration", "Another").replace("= 2021-10-18", "= 2021-10-19")
    found = differences(load(BASE), load(f'note = "the order of May"\n{now}'))
    assert [(change.about, change.what, change.before, change.after) for change in found] == [
        (About.PROFILE, What.TITLE, "A demonstration", "Another"),
        (About.PROFILE, What.DATES, ["2021-10-18", ""], ["2021-10-19", ""]),
        (About.PROFILE, What.NOTE, "", "the order of May"),
    ]
    assert {change.way for change in found} == {Way.NONE}


def test_where_a_row_stands_is_no_difference():
    """A child that says again what its parent says; only that it overrides is different, and decides nothing."""
    again = CHILD.replace('"8 GB"', '"4 GB"').replace('"inferred"', '"published"')
    plain = CHILD.partition("[require")[0]
    assert differences(load(plain, PARENT), load(again, PARENT)) == ()


CLAIM = '[attest."x"]\nclaim = "7 hours"\n' + WHY


@pytest.mark.parametrize(
    ("was", "now", "what", "way"),
    [
        ("", CLAIM, What.ADDED, Way.NONE),
        ("", f'{CLAIM}severity = "minor"\n', What.ADDED, Way.STRICTER),
        (f'{CLAIM}severity = "minor"\n', "", What.GONE, Way.LOOSER),
        (CLAIM, CLAIM.replace("7", "9"), What.CLAIM, Way.NONE),
        (f'{CLAIM}severity = "minor"\n', f'{CLAIM}severity = "minor"\n'.replace("7", "9"), What.CLAIM, Way.OTHER),
        (CLAIM, f'{CLAIM}document = "D1"\n', What.DOCUMENT, Way.NONE),
        (CLAIM, f'{CLAIM}severity = "minor"\n', What.SEVERITY, Way.STRICTER),
        (CLAIM, f"{CLAIM}effective_to = 2022-01-01\n", What.DATES, Way.NONE),
        (CLAIM, CLAIM.replace('"s"', '"t"'), What.SOURCE, Way.NONE),
    ],
)
def test_a_change_of_a_claim_is_told(was: str, now: str, what: What, way: Way):
    [change] = differences(profile(was), profile(now))
    assert (change.about, change.name, change.what, change.way) == (About.ATTESTED, "x", what, way)


def test_who_looks_and_where_are_two_changes():
    looked = f'{CLAIM}by = "technician"\nlook = "On the lid."\n'
    assert [change.what for change in differences(profile(CLAIM), profile(looked))] == [What.BY, What.LOOK]


# The direction of a limit, held against what it lets through.

SHIPS = (Place.WITHIN, Place.MARGINAL)


@given(
    limits(),
    limits(),
    st.lists(st.integers(0, 50) | st.floats(0, 1e6) | st.text(max_size=9) | st.booleans(), max_size=20),
)
def test_a_limit_that_is_called_stricter_lets_nothing_more_through(was: Limit, now: Limit, readings: list[Any]):
    both = profile(row("usb.ports", "at_least = 1"))
    [one] = [found for found in both.requirements if found.check == "usb.ports"]
    sides = [
        msgspec.structs.replace(
            both, requirements=(msgspec.structs.replace(one, limit=limit, measure=Measure.PERCENT),)
        )
        for limit in (was, now)
    ]
    found = differences(*sides)
    if was == now:
        assert found == ()
        return
    [change] = found
    for reading in readings:
        before, after = place(reading, was) in SHIPS, place(reading, now) in SHIPS
        if change.way is Way.STRICTER:
            assert before or not after
        if change.way is Way.LOOSER:
            assert after or not before
        if change.way is Way.NONE:
            assert after == before


whole = st.integers(0, 6)


@st.composite
def counts(draw: st.DrawFn) -> Limit:
    low, high = sorted((draw(whole), draw(whole)))
    choices: list[Limit] = [AtLeast(low), AtMost(high), Between(low, high), Equals(low), Count(high)]
    choices += [OneOf(tuple(map(float, draw(st.sets(whole, min_size=1))))), AtLeast(high, low)]
    try:
        choices.append(Between(low, high, draw(whole), draw(whole)))
    except LimitError:
        choices.append(Matches("x"))
    return draw(st.sampled_from(choices))


@given(counts(), counts())
def test_of_whole_numbers_the_direction_is_always_known_where_there_is_one(was: Limit, now: Limit):
    both = profile(row("usb.ports", "at_least = 1"))
    [one] = [found for found in both.requirements if found.check == "usb.ports"]
    old, new = (
        msgspec.structs.replace(both, requirements=(msgspec.structs.replace(one, limit=limit),)) for limit in (was, now)
    )
    ships = [{n for n in range(12) if place(n, limit) in SHIPS} for limit in (was, now)]
    clean = [{n for n in range(12) if place(n, limit) is Place.WITHIN} for limit in (was, now)]
    for change in differences(old, new):
        if isinstance(was, Matches) or isinstance(now, Matches):
            continue
        pair = ships if ships[0] != ships[1] else clean
        if change.way is Way.STRICTER:
            assert pair[1] < pair[0]
        elif change.way is Way.LOOSER:
            assert pair[0] < pair[1]
        elif change.way is Way.OTHER:
            assert pair[0] - pair[1]
            assert pair[1] - pair[0]
        else:
            assert pair[0] == pair[1]


def test_differences_go_through_json():
    library = load_library(shapes())
    one, other, *_ = (library.resolve(raw) for reference in library.references() if (raw := library.find(reference)))
    found = differences(one, other)
    assert msgspec.json.decode(msgspec.json.encode(found), type=tuple[Change, ...]) == found
    assert json.loads(json.dumps(msgspec.to_builtins(found)))
