"""The schema for editors: published as the code has it, kind to what is right, and marking what is wrong."""

# ruff: noqa: E501 - a table of faults reads best with one fault a line

from __future__ import annotations

import json
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from specs.profile import ProfileError
from specs.profile_rows import ATTEST_KEYS, REQUIRE_KEYS
from specs.schema import profile_schema, schema_text
from tests.specs.loading import BASE, KNOWN, SHAPES, load, toml

LIBRARY = sorted(entry.name for entry in resources.files("specs.library").iterdir() if entry.name.endswith(".toml"))
SCHEMA = profile_schema(KNOWN)
VALIDATOR = Draft7Validator(SCHEMA, format_checker=Draft7Validator.FORMAT_CHECKER)


def as_an_editor_sees_it(text: str) -> Any:
    """The file as JSON: a date is a text, as TOML plug-ins hand it to their JSON Schema."""
    return json.loads(json.dumps(tomllib.loads(text), default=lambda value: value.isoformat()))


def marked(text: str) -> list[str]:
    """Where an editor marks something."""
    found = [error.absolute_path for error in VALIDATOR.iter_errors(as_an_editor_sees_it(text))]
    return ["/".join(map(str, path)) for path in found]


def test_the_published_schema_is_the_one_of_this_code(project: Path):
    published = (project / "docs" / "profile.schema.json").read_text("utf-8")
    rewrite = "write it again: .venv/bin/python -m tests.specs.published_schema docs/profile.schema.json"
    assert published == schema_text(SHAPES), rewrite


def test_the_schema_is_one():
    Draft7Validator.check_schema(SCHEMA)
    assert schema_text(KNOWN) == schema_text(dict(reversed(KNOWN.items())))


@pytest.mark.parametrize("name", LIBRARY)
def test_no_profile_of_the_library_is_marked(name: str):
    assert marked((resources.files("specs.library") / name).read_text("utf-8")) == []


def test_every_check_is_offered_with_its_title_and_what_it_decides():
    offered = SCHEMA["properties"]["require"]["properties"]
    assert set(offered) == set(KNOWN)
    for check, shape in SHAPES.items():
        assert (offered[check]["title"], offered[check]["description"]) == (shape.title, shape.decides)


def test_every_key_that_a_row_may_have_is_offered_and_explained():
    offered: set[str] = set()
    for name, row in SCHEMA["definitions"].items():
        if name != "attested":
            offered |= set(row["properties"])
        assert all(key["description"] for key in row["properties"].values())
    assert offered == REQUIRE_KEYS
    assert set(SCHEMA["definitions"]["attested"]["properties"]) == ATTEST_KEYS


def test_every_example_of_the_schema_is_one_that_it_allows():
    seen = 0
    for row in SCHEMA["definitions"].values():
        for key in row["properties"].values():
            for example in key.get("examples", []):
                assert Draft7Validator(key).is_valid(example)
                seen += 1
    assert seen > 50


HEAD = 'id = "demo"\nversion = "1"\n'
ROW = 'source = "s"\nstanding = "inferred"\n'


def row(check: str, written: str, why: str = ROW) -> str:
    return f'{HEAD}[require."{check}"]\n{written}\n{why}'


def claim(written: str, why: str = ROW) -> str:
    return f"{row('battery.present', 'equals = true')}[attest.x]\n{written}\n{why}"


RIGHT = {
    "the base": BASE,
    "a date for a version": BASE.replace('"2021-10-18"', "2021-10-18"),
    "a size": row("memory.installed", 'at_least = "4 GB"\naccepted_from = "3.5 GiB"\nmarginal_below = "8GB"'),
    "a bare number": row("usb.ports", "at_least = 2"),
    "a number in quotes": row("usb.ports", 'at_least = "2"'),
    "a version": row("tpm.version", "at_least = 2.0"),
    "a range with bands": row("battery.cycles", "between = [0, 9]\nmarginal_below = 1\nmarginal_above = 5"),
    "a count": row("usb.ports", "count = 2"),
    "a count of a list": row("memory.type", "count = 2"),
    "a pattern with words": row("identity.model", 'matches = ".+"\nsays = "any"'),
    "confirmed, and dated": row("camera.present", 'equals = true\nconfirm = "2 of 3"\neffective_to = 2022-01-01'),
    "arguments": row("demo.optional", 'equals = true\narguments = { of = "smallest", ignore = ["a"], allowed = 3 }'),
    "a needed argument": row("demo.needed", "equals = true\narguments = { until = 2024-06-01 }"),
    "looked at": claim('claim = "x"\nby = "technician"\nlook = "On the lid."\nseverity = "info"'),
    "looked at, and it weighs": claim('claim = "x"\nby = "technician"\nlook = "On the lid."\nseverity = "minor"'),
    "a claim that weighs": claim('claim = "x"\nseverity = "major"'),
    "a word in small letters": row("demo.kind", 'equals = "nvme"'),
    "a word as it is": row("demo.kind", 'one_of = ["ssd (SATA)", "eMMC"]'),
    "on paper": claim('claim = "x"\nby = "model"\ndocument = "D1"'),
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_not_marked(name: str):
    assert marked(RIGHT[name]) == []
    assert load(RIGHT[name], known=KNOWN)


def test_a_row_that_is_left_out_is_not_marked():
    assert marked(row("demo.needed", "drop = true")) == []
    assert marked(claim("drop = true")) == []


CHECK = "require/{}".format
WRONG = {
    "no id": ('version = "1"\n', ""),
    "an unknown key": (f"titel = 1\n{BASE}", ""),
    "a title that is a number": (BASE.replace('"A demonstration"', "7"), "title"),
    "a date that is none": (BASE.replace("= 2021-10-18", '= "soon"'), "effective_from"),
    "an unknown check": (row("memory.instaled", "equals = true"), "require"),
    "no limit": (row("memory.installed", ""), CHECK("memory.installed")),
    "two limits": (row("memory.installed", 'at_least = "4 GB"\nat_most = "8 GB"'), CHECK("memory.installed")),
    "no source": (row("usb.ports", "at_least = 1", 'standing = "inferred"'), CHECK("usb.ports")),
    "a blank source": (row("usb.ports", "at_least = 1", 'standing = "inferred"\nsource = " "'), CHECK("usb.ports/source")),
    "no standing": (row("usb.ports", "at_least = 1", 'source = "s"'), CHECK("usb.ports")),
    "no such standing": (row("usb.ports", "at_least = 1", 'source = "s"\nstanding = "x"'), CHECK("usb.ports/standing")),
    "no unit": (row("memory.installed", "at_least = 4"), CHECK("memory.installed/at_least")),
    "a wrong unit": (row("memory.installed", 'at_least = "4 in"'), CHECK("memory.installed/at_least")),
    "NaN in quotes": (row("memory.installed", 'at_least = "nan GB"'), CHECK("memory.installed/at_least")),
    "a size for a text": (row("identity.model", 'at_least = "4 GB"'), CHECK("identity.model")),
    "a pattern for a size": (row("memory.installed", 'matches = "4"'), CHECK("memory.installed")),
    "yes in quotes": (row("battery.present", 'equals = "yes"'), CHECK("battery.present/equals")),
    "a range of one": (row("battery.cycles", "between = [1]"), CHECK("battery.cycles/between")),
    "nothing to choose from": (row("system.sku", "one_of = []"), CHECK("system.sku/one_of")),
    "half a thing": (row("usb.ports", "count = 1.5"), CHECK("usb.ports/count")),
    "a list of nothing": (row("memory.type", "count = 0"), CHECK("memory.type/count")),
    "a count of bytes": (row("memory.installed", "count = 4"), CHECK("memory.installed")),
    "a band beside equals": (row("usb.ports", "equals = 1\nmarginal_below = 2"), CHECK("usb.ports")),
    "an upper band beside at_least": (row("usb.ports", "at_least = 1\nmarginal_above = 2"), CHECK("usb.ports")),
    "a tolerance beside at_most": (row("usb.ports", "at_most = 1\naccepted_from = 2"), CHECK("usb.ports")),
    "words for a number": (row("usb.ports", 'at_least = 1\nsays = "many"'), CHECK("usb.ports")),
    "a wrong severity": (row("usb.ports", 'at_least = 1\nseverity = "fatal"'), CHECK("usb.ports/severity")),
    "unknown is a pass": (row("usb.ports", 'at_least = 1\nwhen_unknown = "pass"'), CHECK("usb.ports/when_unknown")),
    "one of three": (row("usb.ports", 'at_least = 1\nconfirm = "1 of 3"'), CHECK("usb.ports/confirm")),
    "all of three": (row("usb.ports", 'at_least = 1\nconfirm = "3 of 3"'), CHECK("usb.ports/confirm")),
    "override in quotes": (row("usb.ports", 'at_least = 1\noverride = "yes"'), CHECK("usb.ports/override")),
    "arguments of a check without": (row("usb.ports", "at_least = 1\narguments = { a = 1 }"), CHECK("usb.ports")),
    "an unknown argument": (row("demo.optional", "equals = true\narguments = { off = 1 }"), CHECK("demo.optional/arguments")),
    "a wrong argument": (row("demo.optional", 'equals = true\narguments = { of = "x" }'), CHECK("demo.optional/arguments/of")),
    "an argument out of bounds": (row("demo.optional", "equals = true\narguments = { allowed = -1 }"), CHECK("demo.optional/arguments/allowed")),
    "no arguments": (row("demo.needed", "equals = true"), CHECK("demo.needed")),
    "a missing argument": (row("demo.needed", "equals = true\narguments = { low = 1 }"), CHECK("demo.needed/arguments")),
    "drop is false": (row("usb.ports", "drop = false"), CHECK("usb.ports/drop")),
    "drops and requires": (row("usb.ports", "drop = true\nat_least = 1"), CHECK("usb.ports")),
    "no claim": (claim('document = "D1"'), "attest/x"),
    "nowhere to look": (claim('claim = "x"\nby = "technician"'), "attest/x"),
    "look at a paper": (claim('claim = "x"\nlook = "On the lid."'), "attest/x"),
    "a document for every laptop": (claim('claim = "x"\nby = "technician"\nlook = "L."\ndocument = "D"'), "attest/x"),
    "no such weight of what the technician sees": (claim('claim = "x"\nby = "technician"\nlook = "L."\nseverity = "fatal"'), "attest/x/severity"),
    "a claim with a name of capitals": (claim('claim = "x"').replace("[attest.x]", "[attest.X]"), "attest"),
    "a word that is none": (row("demo.kind", 'equals = "floppy"'), CHECK("demo.kind/equals")),
    "a list with a word that is none": (row("demo.kind", 'one_of = ["eMMC", "floppy"]'), CHECK("demo.kind/one_of/1")),
    "fewer than nothing": (row("usb.ports", "at_most = -1"), CHECK("usb.ports/at_most")),
    "what always holds": (row("usb.ports", "at_least = 0"), CHECK("usb.ports/at_least")),
    "a part of a port": (row("usb.ports", "at_least = 1.5"), CHECK("usb.ports/at_least")),
    "more than all": (row("battery.health", 'at_least = "101 %"'), CHECK("battery.health/at_least")),
    "a range from more than all": (row("battery.health", 'between = ["101 %", "110 %"]'), CHECK("battery.health/between/0")),
    "a source of no width": (row("usb.ports", "at_least = 1", 'standing = "inferred"\nsource = "\\u200b"'), CHECK("usb.ports/source")),
    "a title of no width": (BASE.replace('"A demonstration"', '"\\u2060"'), "title"),
    "a limit for a claim": (claim('claim = "x"\nat_least = 1'), "attest/x"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_marked_where_it_is_wrong_and_refused_by_lint_too(name: str):
    text, place = WRONG[name]
    assert any(path.startswith(place) and (place or not path) for path in marked(text))
    with pytest.raises(ProfileError):
        load(text, known=KNOWN)


# What the two may differ in: the schema knows no order of numbers, no hostile pattern and no inherited row.
ONLY_LINT_SEES = (
    "range is empty",
    "marginal_",
    "accepted_from must",
    "the pattern",
    "holds characters that no reading has",
    "overrides nothing",
    "drops nothing",
    "requires nothing",
    "ends before it starts",
    "outside the dates",
    "not a finite number",
    "is not a date",  # a date in quotes is the same JSON as one without
    "more than 18 digits",
    "has no claim",
    "does not say where the technician looks",
)

quantities = st.sampled_from(
    ["4 GB", "8 GB", "95 %", "97%", "11 in", "50 h", "40 Wh", "1366 px", "-1", "4", 'a"', "[", ".+"]
)
written_values = (
    quantities
    | st.booleans()
    | st.integers(-2, 9)
    | st.floats(-2, 9)
    | st.lists(quantities | st.integers(0, 9), max_size=3)
)
choices: dict[str, st.SearchStrategy[Any]] = {
    "severity": st.sampled_from(["blocker", "info", "fatal"]),
    "when_unknown": st.sampled_from(["error", "pass"]),
    "confirm": st.sampled_from(["2 of 3", "1 of 3", "3 of 3"]),
    "standing": st.sampled_from(["published", "certain"]),
    "source": st.sampled_from(["s", " "]),
    "says": st.just("words"),
    "drop": st.booleans(),
}
limits = st.sampled_from(["at_least", "at_most", "between", "equals", "one_of", "matches", "count"])
beside = st.sampled_from(["accepted_from", "marginal_below", "marginal_above"])


@st.composite
def any_rows(draw: st.DrawFn) -> str:
    check = draw(
        st.sampled_from(["memory.installed", "usb.ports", "identity.model", "battery.present", "battery.health"])
    )
    written = {draw(limits): draw(written_values)}
    for name in draw(st.lists(beside | limits, max_size=1)):
        written[name] = draw(written_values)
    named = {"source": "s", "standing": "inferred"}
    for name in draw(st.lists(st.sampled_from(sorted(choices)), max_size=2)):
        named[name] = draw(choices[name])
    lines = [f"{key} = {toml(value)}" for key, value in {**written, **named}.items()]
    return row(check, "\n".join(lines), "")


@given(any_rows())
@settings(max_examples=600)
def test_the_schema_and_lint_never_contradict_each_other(text: str):
    """What lint accepts is never marked; what is not marked is refused only for what no schema can see."""
    found = marked(text)
    try:
        load(text, known=KNOWN)
    except ProfileError as error:
        if not found:
            problems = [fault.problem for fault in error.faults]
            assert all(any(seen in problem for seen in ONLY_LINT_SEES) for problem in problems), problems
    else:
        assert found == []
