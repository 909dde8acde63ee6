"""Rows: confirmation, dates, rows that are left out, and the line of each value however it is written."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.limits import AtLeast, AtMost, Between, Count, Equals, Limit, LimitError, Matches, OneOf
from specs.profile import (
    SEVERITIES,
    WHEN_UNKNOWN,
    Confirm,
    ConfirmError,
    Dropped,
    Profile,
    ProfileError,
    Requirement,
    Standing,
)
from specs.profile_limits import bounds_of
from specs.profile_rows import CONFIRM_RULES
from specs.quantities import Measure
from tests.specs.loading import BASE, CHILD, KNOWN, PARENT, SHAPES, faults_of, load, toml
from tests.specs.test_schema import marked

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


LOOK = '[attest."lid.marking"]\nclaim = "engraved"\nby = "technician"\nlook = "On the lid."\n' + SOURCE


@pytest.mark.parametrize("severity", ["blocker", "major", "minor"])
def test_what_the_technician_sees_may_weigh_something(severity: str):
    text = f'{BASE}{LOOK}severity = "{severity}"\n'
    assert {row.name: row.severity for row in load(text).attested}["lid.marking"] == severity
    assert load(text).digest != load(BASE + LOOK).digest
    assert load(f'{BASE}{LOOK}severity = "info"\n').digest == load(BASE + LOOK).digest


def test_a_weight_that_there_is_not_is_refused_of_what_the_technician_sees_too():
    fault = faults_of(f'{BASE}{LOOK}severity = "fatal"\n')[0]
    assert (fault.line, fault.field) == (BASE.count("\n") + 7, 'attest."lid.marking".severity')
    assert "blocker, major, minor, info" in fault.remedy


@pytest.mark.parametrize("name", ["", " x", "Lid", "lid/marking", "é", "x" * 61, ".x", "\u202ex"])
def test_a_claims_name_is_one_that_findings_can_have(name: str):
    fault = faults_of(f'{BASE}[attest."{name}"]\nclaim = "x"\n{SOURCE}')[0]
    assert (fault.line, fault.problem) == (BASE.count("\n") + 1, "is not a name of at most 60 letters")
    assert "small letters" in fault.remedy


# Numbers that no reading can be, and words that none can say.


@pytest.mark.parametrize(
    ("check", "written", "problem"),
    [
        ("memory.installed", 'at_least = "-4 GB"', "'-4 GB' is below 0"),
        ("memory.installed", 'at_most = "-1 B"', "below 0"),
        ("battery.cycles", "at_most = -1", "-1 is below 0"),
        ("battery.cycles", "equals = -1", "below 0"),
        ("battery.cycles", "count = -1", "below 0"),
        ("battery.cycles", "between = [-1, 5]", "value 1 of the list: -1 is below 0"),
        ("system.sku", "one_of = [4, -48]", "value 2 of the list: -48 is below 0"),
        ("tpm.version", "at_least = -2.0", "below 0"),
        ("memory.installed", 'at_least = "0 GB"', "'0 GB' always holds"),
        ("usb.ports", "at_least = 0", "0 always holds"),
        ("usb.ports", "at_least = -0.0", "always holds"),
        ("battery.health", 'at_least = "0 %"\nmarginal_below = "50 %"', "always holds"),
        ("memory.installed", 'at_least = "4 GB"\naccepted_from = "0 GB"', "always holds"),
        ("battery.health", 'at_least = "101 %"', "more than the whole, 100 %"),
        ("battery.health", 'at_least = "100.1 %"', "more than the whole"),
        ("battery.health", 'at_least = "95 %"\nmarginal_below = "101 %"', "more than the whole"),
        ("battery.health", 'equals = "101 %"', "more than the whole"),
        ("battery.health", 'one_of = ["100 %", "101 %"]', "value 2 of the list: '101 %' is more"),
        ("battery.health", 'between = ["101 %", "120 %"]', "value 1 of the list: '101 %' is more"),
        ("usb.ports", "at_least = 1.5", "1.5 is not a whole number"),
        ("usb.ports", 'at_least = "1.5"', "'1.5' is not a whole number"),
        ("battery.cycles", "at_most = 5\nmarginal_above = 2.5", "2.5 is not a whole number"),
        ("display.width", 'at_least = "1366.5 px"', "not a whole number"),
        ("demo.kind", 'equals = "nvm"', "'nvm' is nothing that this check can read"),
        ("demo.kind", 'one_of = ["NVMe", "floppy"]', "value 2 of the list: 'floppy' is nothing"),
        ("demo.kind", 'matches = "[0-9]+"', "the pattern matches nothing that this check can read"),
    ],
)  # fmt: skip
def test_a_limit_that_cannot_be_meant_is_refused_and_marked(check: str, written: str, problem: str):
    text = f'id = "demo"\nversion = "1"\n[require."{check}"]\n{written}\n{SOURCE}'
    [fault] = faults_of(text, known=KNOWN)
    assert problem in fault.problem
    assert fault.line in (4, 5)
    assert bool(marked(text)) is ("pattern" not in problem)


@pytest.mark.parametrize(
    ("check", "written", "limit"),
    [
        ("battery.cycles", "at_most = 0", AtMost(0)),
        ("battery.cycles", "at_most = -0.0", AtMost(0)),
        ("battery.cycles", 'at_most = "-0"', AtMost(0)),
        ("battery.cycles", "between = [0.0, 5.0]", Between(0, 5)),
        ("battery.cycles", "equals = 0", Equals(0)),
        ("battery.cycles", "count = 0", Count(0)),
        ("battery.health", 'at_least = "100.0 %"', AtLeast(100)),
        ("battery.health", 'at_least = "099.9 %"', AtLeast(99.9)),
        ("battery.health", 'at_least = "000000000000000.1 %"', AtLeast(0.1)),
        ("storage.percent_used", 'at_most = "255 %"', AtMost(255)),
        ("battery.health", 'between = ["95 %", "110 %"]', Between(95, 110)),
        ("display.diagonal", 'at_least = "9.95 in"', AtLeast(9.95)),
        ("demo.kind", 'equals = "nvme"', Equals("nvme")),
        ("demo.kind", 'one_of = ["EMMC", "SSD (sata)"]', OneOf(("EMMC", "SSD (sata)"))),
        ("demo.kind", 'matches = ".+e|[0-9]"', Matches(".+e|[0-9]")),
        ("demo.kind", "count = 1", Count(1)),
    ],
)
def test_a_limit_at_its_edge_is_read_and_not_marked(check: str, written: str, limit: Limit):
    text = f'id = "demo"\nversion = "1"\n[require."{check}"]\n{written}\n{SOURCE}'
    [row] = load(text, known=KNOWN).requirements
    assert row.limit == limit
    assert "-0" not in str(row.limit)
    assert marked(text) == []


UNIT = {"battery.health": " %", "memory.installed": " GB", "battery.cycles": "", "tpm.version": ""}
UNIT |= {"wireless.signal": " dBm", "processor.hottest": " °C", "storage.read_speed": " MB/s"}
MUST_HAVE = {"storage.read_speed": "arguments = { least_mb = 1 }"}
parts = (st.sampled_from(["", "-", "+", "0", "-0"]), st.integers(0, 300).map(str), st.sampled_from(["", ".0", ".5"]))


@given(st.sampled_from(sorted(UNIT)), st.tuples(*parts).map("".join), st.booleans(), st.data())
def test_a_number_is_read_where_it_keeps_its_bounds_and_an_editor_marks_it_where_not(
    check: str, number: str, bare: bool, data: st.DataObject
):
    key = data.draw(st.sampled_from(["at_least", "at_most", "equals", "one_of", "between"]))
    given: float | str = float(number) if bare and not UNIT[check] else f"{number}{UNIT[check]}"
    written = toml({"one_of": [given], "between": [given, given]}.get(key, given))
    text = f'id = "demo"\nversion = "1"\n[require."{check}"]\n{key} = {written}\n{MUST_HAVE.get(check, "")}\n{SOURCE}'
    value, bounds = float(number), bounds_of(key, SHAPES[check].measure, 1)
    assert bounds.signed is (check in ("wireless.signal", "processor.hottest"))
    assert bounds.positive is (key == "at_least" and not bounds.signed)
    meant = bounds.signed or value > 0 or (value == 0 and not bounds.positive)
    meant = meant and (bounds.most is None or value <= bounds.most) and (not bounds.whole or value == int(value))
    try:
        load(text)
    except ProfileError:
        assert not meant
    else:
        assert meant
    assert (marked(text) == []) is meant


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

texts = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=9)


@st.composite
def requirements(draw: st.DrawFn) -> Requirement:
    """Any row of any check without arguments, as a profile resolves it."""
    check = draw(st.sampled_from(sorted(name for name, shape in SHAPES.items() if shape.arguments is None)))
    measure = SHAPES[check].measure
    words = st.sampled_from(SHAPES[check].words) if SHAPES[check].words else texts
    patterns = f"{draw(words)}|[A-Z]{{2,9}}" if SHAPES[check].words else "[A-Z]{2,9}"
    limit: Limit
    if measure is Measure.YES_NO:
        limit = Equals(draw(st.booleans()))
    elif measure is Measure.TEXT:
        limit = draw(
            st.builds(Equals, words)
            | st.builds(OneOf, st.lists(words, min_size=1, max_size=3).map(tuple))
            | st.builds(Count, st.integers(1, 9))
            | st.just(Matches(patterns))
        )
    else:
        four = sorted(float(draw(st.integers(1, measure.bounds.most or 10**9))) for _ in range(4))
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
        unit = row.measure.unit
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
