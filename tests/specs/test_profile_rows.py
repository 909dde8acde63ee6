"""Rows: confirmation, dates, rows that are left out, and the line of each value however it is written."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from specs.limits import AtLeast, AtMost, Between, Count, Equals, Limit, LimitError, Matches, OneOf
from specs.profile import SEVERITIES, WHEN_UNKNOWN, Confirm, ConfirmError, Dropped, Profile, Requirement, Standing
from specs.profile_rows import CONFIRM_RULES
from specs.quantities import Measure
from tests.specs.loading import BASE, CHILD, PARENT, SHAPES, faults_of, load, toml

SOURCE = 'source = "s"\nstanding = "inferred"\n'


def row_of(profile: Profile, check: str) -> Requirement:
    return next(row for row in profile.requirements if row.check == check)


# Confirmation.


def test_a_failing_reading_may_be_confirmed_by_most_of_several():
    text = BASE.replace('severity = "blocker"', 'confirm = "2 of 3"')
    assert row_of(load(text), "memory.installed").confirm == Confirm(2, 3)
    assert row_of(load(BASE), "memory.installed").confirm is None
    assert load(text).digest != load(BASE).digest


@given(st.integers(-1, 12), st.integers(-1, 12))
def test_a_rule_needs_most_of_its_readings_and_not_all(passes: int, of: int):
    try:
        rule = Confirm(passes, of)
    except ConfirmError:
        assert f"{passes} of {of}" not in CONFIRM_RULES
    else:
        assert rule.passes * 2 > rule.of > rule.passes
        assert str(rule) in CONFIRM_RULES


# Dates, and what a row replaces.


def test_a_row_holds_as_long_as_its_profile_unless_it_says_otherwise():
    text = BASE.replace("2021-10-18\n\n", "2021-10-18\neffective_to = 2022-04-01\n\n", 1)
    memory = row_of(load(text), "memory.installed")
    assert (memory.effective_from, memory.effective_to) == ("2021-10-18", "2022-04-01")
    own = text.replace('severity = "blocker"', "effective_from = 2021-11-01\neffective_to = 2022-04-01")
    own = own.replace('claim = "at', 'effective_to = 2021-12-31\nclaim = "at')
    profile = load(own)
    memory, warranty = row_of(profile, "memory.installed"), profile.attested[0]
    assert (memory.effective_from, memory.effective_to) == ("2021-11-01", "2022-04-01")
    assert (warranty.effective_from, warranty.effective_to) == ("2021-10-18", "2021-12-31")
    assert profile.has_own_dates(memory)
    assert profile.has_own_dates(warranty)
    assert not profile.has_own_dates(row_of(profile, "identity.model"))


def test_an_inherited_row_keeps_the_dates_of_the_profile_in_which_it_stands():
    child = CHILD.replace("\n\n", "\neffective_from = 2022-01-01\n\n", 1)
    profile = load(child, PARENT)
    assert row_of(profile, "identity.model").effective_from == "2021-10-18"
    assert row_of(profile, "memory.installed").effective_from == "2022-01-01"
    assert profile.lineage_dates == (("2022-01-01", ""), ("2021-10-18", ""))
    assert not any(profile.has_own_dates(row) for row in profile.requirements)


def test_a_row_that_overrides_says_whose_row_it_replaces():
    claim = '[attest."warranty.months"]\nclaim = "36"\noverride = true\n' + SOURCE
    profile = load(CHILD + claim, PARENT)
    assert row_of(profile, "memory.installed").replaces == "parent@2021-10-18"
    assert row_of(profile, "identity.model").replaces == ""
    assert profile.attested[0].replaces == "parent@2021-10-18"


def test_dates_and_what_is_replaced_decide_nothing_and_leave_the_digest():
    dated = BASE.replace('severity = "blocker"', 'severity = "blocker"\neffective_to = 2022-04-01')
    assert load(dated).digest == load(BASE).digest


def test_a_profile_that_ends_before_it_starts_is_refused_though_another_extends_it():
    parent = PARENT.replace("\n\n", "\neffective_to = 2020-01-01\n\n", 1)
    first = faults_of(CHILD, parent)[0]
    assert (first.file, first.line, first.field) == ("0.toml", 5, "effective_to")


# Rows that are left out.

DROP = '[require."memory.installed"]\ndrop = true\nsource = "no longer asked for"\nstanding = "published"\n'
DROP_CLAIM = '[attest."warranty.months"]\ndrop = true\nsource = "no longer asked for"\nstanding = "published"\n'
HEAD = 'id = "child"\nversion = "1"\nextends = "parent"\n'


def test_a_row_that_is_left_out_requires_nothing_and_is_still_told():
    profile = load(HEAD + DROP + DROP_CLAIM, PARENT)
    assert [row.check for row in profile.requirements] == ["identity.model"]
    assert profile.attested == ()
    claim, row = profile.dropped
    parent = "parent@2021-10-18"
    why: dict[str, Any] = {"source": "no longer asked for", "standing": Standing.PUBLISHED}
    assert row == Dropped(name="memory.installed", origin="child@1", replaces=parent, **why)
    assert claim == Dropped(name="warranty.months", origin="child@1", replaces=parent, attested=True, **why)


def test_a_profile_without_a_row_has_the_digest_of_one_that_never_had_it():
    stripped = "\n\n".join(part for part in PARENT.split("\n\n") if "memory.installed" not in part)
    assert load(HEAD + DROP, PARENT).digest == load(HEAD, stripped).digest


def test_a_row_that_was_left_out_may_be_asked_for_again_and_is_no_override():
    again = '[require."memory.installed"]\nat_least = "8 GB"\n' + SOURCE
    grandchild = HEAD.replace('"parent"', '"child"').replace('id = "child"', 'id = "grand"')
    profile = load(grandchild + again, HEAD + DROP, PARENT)
    assert row_of(profile, "memory.installed").limit == AtLeast(8 * 2**30)
    assert row_of(profile, "memory.installed").replaces == ""
    assert profile.dropped == ()
    fault = faults_of(grandchild + again + "override = true\n", HEAD + DROP, PARENT)[0]
    assert fault.problem == "overrides nothing"
    assert "drops nothing" in faults_of(grandchild + DROP, HEAD + DROP, PARENT)[0].problem


def test_a_row_is_left_out_with_its_reason_or_not_at_all():
    for gone in ('source = "no longer asked for"\n', 'standing = "published"\n'):
        assert faults_of(HEAD + DROP.replace(gone, ""), PARENT)[0].line in (4, 5)


def test_a_profile_whose_rows_are_all_left_out_would_pass_anything_and_is_refused():
    gone = DROP + DROP.replace("memory.installed", "identity.model")
    assert "requires nothing" in faults_of(HEAD + gone, PARENT)[0].problem


# Claims.


def test_a_claim_may_weigh_more_than_nothing():
    text = BASE.replace('claim = "at', 'severity = "major"\nclaim = "at')
    assert load(text).attested[0].severity == "major"
    assert load(BASE).attested[0].severity == "info"
    assert load(text).digest != load(BASE).digest
    assert load(text.replace('"major"', '"info"')).digest == load(BASE).digest


# Lines.

NESTED = """\
id = "demo"
version = "1"
[require]
"memory.installed" = { source = "s", standing = "inferred", one_of = [
    "4 GB",
    "eight",
] }
"display.diagonal" = { source = "s", standing = "inferred", between = [
    "10 in",
    nan ] }
[require."system.sku"]
one_of = [
    164,  # Pro Education
    121,

    "a",
]
source = "s"
standing = "inferred"
"""


def test_a_fault_inside_a_list_of_several_lines_is_named_in_its_own_line():
    faults = {(fault.line, fault.field.split('"')[1]): fault for fault in faults_of(NESTED)}
    assert set(faults) == {(6, "memory.installed"), (10, "display.diagonal"), (16, "system.sku")}
    assert faults[6, "memory.installed"].problem.startswith("value 2 of the list: 'eight' is not a number")
    assert faults[16, "system.sku"].problem.startswith("value 3 of the list: 'a' is not a number")


def test_a_key_of_a_row_in_one_line_is_named_in_that_line():
    text = 'id = "demo"\nversion = "1"\n\n[require]\n"memory.installed" = { at_least = "4", severiti = 1, ' + (
        'source = "s", standing = "inferred" }\n'
    )
    assert {(fault.line, fault.field) for fault in faults_of(text)} == {
        (5, 'require."memory.installed".severiti'),
        (5, 'require."memory.installed".at_least'),
    }


# What is written is what is read.

_UNITS = {
    Measure.MEMORY_SIZE: "B",
    Measure.STORAGE_SIZE: "B",
    Measure.LENGTH_IN: "in",
    Measure.PIXELS: "px",
    Measure.PERCENT: "%",
    Measure.ENERGY_WH: "Wh",
    Measure.DURATION_S: "s",
}
texts = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=9)


@st.composite
def requirements(draw: st.DrawFn) -> Requirement:
    """Any row of any check without arguments, as a profile resolves it."""
    check = draw(st.sampled_from(sorted(name for name, shape in SHAPES.items() if shape.arguments is None)))
    measure = SHAPES[check].measure
    limit: Limit
    if measure is Measure.YES_NO:
        limit = Equals(draw(st.booleans()))
    elif measure is Measure.TEXT:
        limit = draw(
            st.builds(Equals, texts)
            | st.builds(OneOf, st.lists(texts, min_size=1, max_size=3).map(tuple))
            | st.builds(Count, st.integers(1, 9))
            | st.just(Matches("[A-Z]{2,9}"))
        )
    else:
        four = sorted(float(draw(st.integers(0, 10**9))) for _ in range(4))
        try:
            choices: list[Limit] = [
                AtLeast(four[1], four[0], four[2] if four[2] > four[0] else None),
                AtMost(four[1], four[0] if four[0] < four[1] else None),
                Between(four[0], four[3], four[1], four[2]),
                Equals(four[0]),
                OneOf(tuple(four)),
            ]
            limit = draw(st.sampled_from(choices))
        except LimitError:
            limit = Between(four[0], four[3])
    return Requirement(
        check=check,
        limit=limit,
        measure=measure,
        severity=draw(st.sampled_from(SEVERITIES)),
        when_unknown=draw(st.sampled_from(WHEN_UNKNOWN)),
        source=draw(texts),
        standing=draw(st.sampled_from(Standing)),
        origin="demo@1",
        note=draw(texts | st.just("")),
        says=draw(texts) if isinstance(limit, (OneOf, Matches)) else "",
        confirm=draw(st.sampled_from([None, Confirm(2, 3), Confirm(4, 5)])),
        effective_from=draw(st.sampled_from(["", "2021-10-18"])),
        effective_to=draw(st.sampled_from(["", "2022-04-01"])),
    )


def written(row: Requirement) -> str:
    """A row as a profile would write it, in the unit of facts."""

    def number(value: Any) -> str:
        unit = _UNITS.get(row.measure)
        if not isinstance(value, float) or not row.measure.is_number:
            return toml(value)
        return f'"{value:.0f} {unit}"' if unit else toml(value)

    data: dict[str, Any] = msgspec.to_builtins(row.limit)
    op = data.pop("op")
    lines = [
        f"{key} = {number(value)}"
        for key, value in data.items()
        if key.startswith(("acc", "mar")) and value is not None
    ]
    if op == "between":
        lines.append(f"between = [{number(data['low'])}, {number(data['high'])}]")
    elif op == "one_of":
        lines.append(f"one_of = [{', '.join(map(number, data['values']))}]")
    else:
        lines.append(f"{op} = {number(data['pattern'] if op == 'matches' else data['value'])}")
    plain = {key: getattr(row, key) for key in ("severity", "when_unknown", "source", "note", "says")}
    lines += [f"{key} = {toml(value)}" for key, value in plain.items() if value]
    lines += [f"standing = {toml(row.standing.value)}"]
    lines += [f'confirm = "{row.confirm}"'] if row.confirm else []
    lines += [f"{key} = {day}" for key in ("effective_from", "effective_to") if (day := getattr(row, key))]
    return "\n".join([f'[require."{row.check}"]', *lines, ""])


@given(st.lists(requirements(), min_size=1, max_size=4, unique_by=lambda row: row.check))
def test_a_profile_that_is_written_out_and_read_has_the_same_rows(rows: list[Requirement]):
    must = '[require."identity.agrees"]\nequals = true\n' + SOURCE
    text = 'id = "demo"\nversion = "1"\n' + must + "".join(map(written, rows))
    read = {row.check: row for row in load(text).requirements}
    assert [read[row.check] for row in rows] == rows
