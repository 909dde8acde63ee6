"""Arguments of a check: typed, bounded, plain, and no part of the digest where they say what the check does anyway."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from checks.catalogue import CATALOGUE
from specs.profile import Fault, Profile
from specs.profile_arguments import MOST_MEMBERS, WrongArgument, arguments_of_row
from tests.specs.loading import KNOWN, SHAPES, Needed, Optional, faults_of, load, toml

HEAD = 'id = "demo"\nversion = "1"\n'


def text_of(check: str, arguments: str) -> str:
    return f'{HEAD}[require."{check}"]\nequals = true\nsource = "s"\nstanding = "inferred"\n{arguments}\n'


def read(check: str, arguments: str) -> Profile:
    return load(text_of(check, arguments), known=KNOWN)


def fault(check: str, arguments: str) -> Fault:
    found = faults_of(text_of(check, arguments), known=KNOWN)
    assert len(found) == 1
    return found[0]


def test_arguments_are_kept_as_plain_values():
    [row] = read("demo.needed", "arguments = { until = 2024-06-01 }").requirements
    assert row.arguments == {"until": "2024-06-01"}
    [row] = read("demo.optional", 'arguments = { ignore = ["a b", "c"], of = "smallest", share = 1 }').requirements
    assert row.arguments == {"of": "smallest", "ignore": ["a b", "c"], "share": 1.0}
    assert row.limits()["arguments"] == row.arguments


def test_arguments_may_stand_in_a_table_of_their_own():
    table = '[require."demo.needed".arguments]\nuntil = 2024-06-01\n'
    assert read("demo.needed", table) == read("demo.needed", "arguments = { until = 2024-06-01 }")


def test_a_default_that_is_written_out_is_the_same_profile():
    plain = read("demo.optional", "")
    for written in (
        "arguments = {}",
        'arguments = { of = "largest" }',
        "arguments = { ignore = [], since = 2020-01-01 }",
    ):
        assert read("demo.optional", written) == plain
        assert read("demo.optional", written).digest == plain.digest
    assert read("demo.optional", 'arguments = { of = "smallest" }').digest != plain.digest


def test_the_order_of_arguments_never_matters():
    one = read("demo.optional", "arguments = { allowed = 3, share = 0.25 }")
    assert one == read("demo.optional", "arguments = { share = 0.25, allowed = 3 }")


@pytest.mark.parametrize(
    ("arguments", "name", "problem", "remedy"),
    [
        ("off = 1", "off", "not an argument of this check", "use of, or another of these: ignore, allowed"),
        ("colour = 1", "colour", "not an argument of this check", "use one of these: of, ignore, allowed"),
        ("label_requird = true", "label_requird", "not an argument of this check", "use label_required, or another"),
        ('of = "middle"', "of", "not one of largest, smallest", 'of = "largest"'),
        ("of = 1", "of", "not one of", 'of = "largest"'),
        ('ignore = "a"', "ignore", "not a list", 'ignore = ["storage"]'),
        ("ignore = [1]", "ignore", "value 1 of the list: is not a text", 'ignore = ["storage"]'),
        ('ignore = ["a", "\\u001b[31m"]', "ignore", "value 2 of the list: is blank, longer", "ignore = "),
        ('ignore = [" "]', "ignore", "blank", "ignore = "),
        (f'ignore = ["{"x" * 257}"]', "ignore", "longer than 256", "ignore = "),
        ("ignore = [" + '"a", ' * (MOST_MEMBERS + 1) + "]", "ignore", "more than 64", "fewer"),
        ("ignore = { a = 1 }", "ignore", "not a list", "ignore = "),
        ("allowed = true", "allowed", "not a whole number", "allowed = 5"),
        ("allowed = 1.0", "allowed", "not a whole number", "allowed = 5"),
        ('allowed = "1"', "allowed", "not a whole number", "allowed = 5"),
        ("allowed = -1", "allowed", "out of its bounds", "allowed = 5"),
        (f"allowed = {2**63}", "allowed", "too many digits", "allowed = 5"),
        (f"allowed = {10**400}", "allowed", "too many digits", "allowed = 5"),
        ("share = nan", "share", "not a finite number", "share = 5.0"),
        ("share = inf", "share", "not a finite number", "share = 5.0"),
        ('share = "1"', "share", "not a number", "share = 5.0"),
        ("label_required = 1", "label_required", "not true or false", "label_required = true"),
        ('label_required = "yes"', "label_required", "not true or false", "label_required = true"),
        ("named = 1", "named", "not a text in quotes", 'named = "storage"'),
        ('named = ""', "named", "blank", 'named = "storage"'),
        ("since = 2020-01-01T00:00:00", "since", "not a date", "since = 2021-10-18"),
        ("since = 20200101", "since", "not a date", "since = 2021-10-18"),
        ('since = "yesterday"', "since", "not a date", "since = 2021-10-18"),
    ],
)  # fmt: skip
def test_an_argument_that_does_not_fit_is_refused_with_its_line(arguments: str, name: str, problem: str, remedy: str):
    found = fault("demo.optional", f'[require."demo.optional".arguments]\n\n{arguments}')
    assert (found.line, found.field) == (9, f'require."demo.optional".arguments.{name}')
    assert problem in found.problem
    assert remedy in found.remedy


def test_an_argument_that_the_check_must_have_is_asked_for():
    for written, line in (("", 3), ("arguments = {}", 7), ("arguments = { low = 1 }", 7)):
        found = fault("demo.needed", written)
        assert (found.line, found.field) == (line, 'require."demo.needed".arguments')
        assert "do not give until" in found.problem
        assert "arguments = { until = 2021-10-18 }" in found.remedy


def test_arguments_that_do_not_fit_together_are_refused():
    found = fault("demo.needed", "arguments = { until = 2024-06-01, low = 5, high = 4 }")
    assert (found.line, found.field) == (7, 'require."demo.needed".arguments')
    assert "low is above high" in found.problem


def test_a_check_that_takes_none_refuses_any():
    assert "takes none" in fault("demo.none", "arguments = { a = 1 }").problem
    assert read("demo.none", "arguments = {}") == read("demo.none", "")


def test_a_fault_in_a_list_of_several_lines_is_named_in_its_own():
    found = fault("demo.optional", 'arguments = { ignore = [\n  "a",\n  5,\n] }')
    assert (found.line, found.field) == (9, 'require."demo.optional".arguments.ignore')


@pytest.mark.parametrize("check", [name for name, check in CATALOGUE.items() if check.arguments is not None])
def test_the_examples_of_every_check_give_arguments_that_a_profile_may_give(check: str):
    shape = SHAPES[check]
    for example in CATALOGUE[check].examples:
        row = arguments_of_row({"arguments": example.arguments}, shape.arguments)
        missing = not example.arguments and isinstance(row, list)
        assert isinstance(row, dict) or missing
        if isinstance(row, dict) and shape.arguments is not None:
            assert msgspec.convert(row, shape.arguments) == msgspec.convert(example.arguments, shape.arguments)


plain = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates() | st.datetimes() | st.times(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("of", max_size=2), inner, max_size=2),
    max_leaves=4,
)
names = st.sampled_from(["of", "ignore", "allowed", "share", "label_required", "named", "since", "until", "other"])


@given(st.dictionaries(names, plain, max_size=4) | plain, st.sampled_from([Optional, Needed, None]))
def test_any_arguments_are_plain_values_that_the_check_can_read_or_are_refused(given: Any, kind: type[Struct] | None):
    found = arguments_of_row({"arguments": given}, kind)
    if isinstance(found, list):
        assert found
        assert all(isinstance(wrong, WrongArgument) and wrong.problem and wrong.remedy for wrong in found)
        return
    assert msgspec.json.decode(msgspec.json.encode(found)) == found
    if kind is not None:
        typed = msgspec.convert(found, kind)
        assert typed == msgspec.convert(given, kind)
        again = arguments_of_row({"arguments": found}, kind)
        assert again == found


def test_what_is_kept_can_be_written_into_a_profile_again():
    kept = {"of": "smallest", "ignore": ["a"], "since": "2021-01-01"}
    [row] = read("demo.optional", f"arguments = {toml(kept)}").requirements
    assert row.arguments == kept
