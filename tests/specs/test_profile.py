"""A profile is refused at load for every fault, with the file, the line, the field and the remedy."""

# ruff: noqa: E501 - a table of faults reads best with one fault a line

from __future__ import annotations

import time
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.catalogue import shapes
from checks.judge import judge
from checks.verdict import Verdict
from specs.facts import Facts
from specs.limits import AtLeast, AtMost, Between, Count, Equals, Matches, OneOf, limit_words
from specs.profile import ProfileError, Standing
from specs.profile_file import LARGEST_PROFILE, parse_profile
from specs.profiles import load_library
from specs.resolve import resolve
from tests.specs.loading import BASE, CHILD, PARENT, SHAPES, faults_of, load, toml


def test_a_profile_without_fault_loads():
    profile = load(BASE)
    assert profile.reference == "demo@2021-10-18"
    assert [row.check for row in profile.requirements] == ["identity.model", "memory.installed"]
    row = profile.requirements[1]
    assert row.limit == AtLeast(4 * 2**30)
    assert (row.severity, row.when_unknown, row.standing) == ("blocker", "inconclusive", Standing.PUBLISHED)
    assert (row.source, row.origin) == ("a test", "demo@2021-10-18")
    assert profile.attested[0].claim == "at least 12 months"
    assert (profile.effective_from, profile.effective_to, profile.abstract) == ("2021-10-18", "", False)
    assert len(profile.digest) == 64


@pytest.mark.parametrize(
    ("check", "written", "limit"),
    [
        ("memory.installed", 'at_least = "4 GB"', AtLeast(4 * 2**30)),
        ("storage.capacity", 'at_least = "64 GB"\naccepted_from = "57 GiB"', AtLeast(64e9, 57 * 2**30)),
        ("battery.health", 'at_least = "95 %"\nmarginal_below = "97 %"', AtLeast(95, None, 97)),
        ("battery.cycles", "at_most = 5\nmarginal_above = 3", AtMost(5, 3)),
        ("display.diagonal", 'between = ["10 in", "14 in"]', Between(10, 14)),
        ("usb.ports", "count = 2", Count(2)),
        ("memory.type", "count = 2", Count(2)),
        (
            "display.diagonal",
            'between = ["10 in", "14 in"]\nmarginal_below = "11 in"\nmarginal_above = "13 in"',
            Between(10, 14, 11, 13),
        ),
        ("battery.cycles", "between = [0, 5]\nmarginal_above = 3", Between(0, 5, None, 3)),
        ("battery.present", "equals = true", Equals(True)),
        ("system.family", 'equals = "windows"', Equals("windows")),
        ("system.sku", "one_of = [164, 121]", OneOf((164.0, 121.0))),
        ("processor.vendor", 'one_of = ["Intel", "AMD"]', OneOf(("Intel", "AMD"))),
        ("identity.serial", "matches = '[A-Z]{4}'", Matches("[A-Z]{4}")),
        ("tpm.version", "at_least = 2.0", AtLeast(2.0)),
    ],
)
def test_every_kind_of_limit_can_be_written(check: str, written: str, limit: Any):
    row = f'id="demo"\nversion="1"\n[require."{check}"]\n{written}\nsource="s"\nstanding="inferred"'
    assert load(row).requirements[0].limit == limit


# Each fault: what is replaced in the profile by what; the line, the field and a word of the problem and the remedy.
MEMORY = 'require."memory.installed"'
MODEL = 'require."identity.model"'
WARRANTY = 'attest."warranty.months"'
FAULTS = {
    "unknown check": ('"memory.installed"', '"memory.instaled"', 6, 'require."memory.instaled"', "no check", "station checks"),
    "no source": ('severity = "blocker"\nsource = "a test"\n', "", 6, MEMORY, "no source", "source ="),
    "blank source": ('"a test"', '" "', 6, MEMORY, "no source", "source ="),
    "wrong standing": ('"published"', '"certain"', 10, f"{MEMORY}.standing", "wrong", "secondary"),
    "no standing": ('standing = "published"\n\n[require', "\n[require", 6, f"{MEMORY}.standing", "missing", "published"),
    "wrong severity": ('"blocker"', '"fatal"', 8, f"{MEMORY}.severity", "wrong", "blocker"),
    "wrong when_unknown": ('severity = "blocker"', 'when_unknown = "pass"', 8, f"{MEMORY}.when_unknown", "wrong", "error"),
    "NaN": ('"4 GB"', "nan", 7, f"{MEMORY}.at_least", "not a finite number", '4 GB"'),
    "infinity": ('"4 GB"', "inf", 7, f"{MEMORY}.at_least", "not a finite number", '4 GB"'),
    "NaN in quotes": ('"4 GB"', '"nan GB"', 7, f"{MEMORY}.at_least", "not a number", '4 GB"'),
    "true for a number": ('"4 GB"', "true", 7, f"{MEMORY}.at_least", "true is not a number", '4 GB"'),
    "no unit": ('"4 GB"', "4", 7, f"{MEMORY}.at_least", "no unit", '4 GB"'),
    "a unit that does not fit": ('"4 GB"', '"4 in"', 7, f"{MEMORY}.at_least", "not a unit of memory size", '4 GB"'),
    "a size for a text": ("matches = \".{2,256}\"", 'at_least = "4 GB"', 13, f"{MODEL}.at_least", "no size", "equals"),
    "empty range": ('at_least = "4 GB"', 'between = ["8 GB", "4 GB"]', 7, f"{MEMORY}.between", "empty", "correct"),
    "a range of one": ('at_least = "4 GB"', 'between = ["8 GB"]', 7, f"{MEMORY}.between", "two values", "between = "),
    "nothing to choose from": ('at_least = "4 GB"', "one_of = []", 7, f"{MEMORY}.one_of", "empty", "correct"),
    "marginal outside": ('severity = "blocker"', 'marginal_below = "3 GB"', 8, f"{MEMORY}.marginal_below", "above the limit", "correct"),
    "tolerance above the limit": ('severity = "blocker"', 'accepted_from = "5 GB"', 8, f"{MEMORY}.accepted_from", "above", "correct"),
    "tolerance of a wrong unit": ('severity = "blocker"', 'accepted_from = "5 %"', 8, f"{MEMORY}.accepted_from", "not a unit", '4 GB"'),
    "marginal_above beside at_least": ('severity = "blocker"', 'marginal_above = "3 GB"', 8, f"{MEMORY}.marginal_above", "at_most only", "remove"),
    "two limits": ('severity = "blocker"', 'at_most = "8 GB"', 8, f"{MEMORY}.at_most", "2 limits", "exactly one"),
    "no limit": ('at_least = "4 GB"\n', "", 6, MEMORY, "no limit", "exactly one"),
    "a pattern that could run for ever": ('".{2,256}"', '"(a+)+"', 13, f"{MODEL}.matches", "for ever", "correct"),
    "a pattern that is none": ('".{2,256}"', '"["', 13, f"{MODEL}.matches", "class", "correct"),
    "a pattern for a number": ('at_least = "4 GB"', 'matches = "4"', 7, f"{MEMORY}.matches", "check of text", "another"),
    "a count of bytes": ('at_least = "4 GB"', "count = 4", 7, f"{MEMORY}.count", "does not fit", "another"),
    "a text no reading can have": ('matches = ".{2,256}"', 'equals = "a\\u0000"', 13, f"{MODEL}.equals", "no reading", "gives it"),
    "a blank text": ('matches = ".{2,256}"', 'equals = ""', 13, f"{MODEL}.equals", "blank", "gives it"),
    "overrides nothing": ('severity = "blocker"', "override = true", 6, MEMORY, "overrides nothing", "remove"),
    "attests over nothing": ('claim = "at least', 'override = true\nclaim = "at least', 17, WARRANTY, "overrides nothing", "remove"),
    "no claim": ('claim = "at least 12 months"', 'claim = " "', 17, WARRANTY, "no claim", "claim ="),
    "unknown field": ('title = "A', 'titel = "A', 2, "titel", "not a field", "title"),
    "unknown field of a row": ("severity =", "severiti =", 8, f"{MEMORY}.severiti", "not a field", "severity"),
    "no id": ('id = "demo"\n', "", 0, "id", "missing", "id ="),
    "an id that is none": ('"demo"', '"Demo One"', 1, "id", "not an id", "small letters"),
    "no version": ('version = "2021-10-18"\n', "", 0, "version", "missing", "version ="),
    "a version that is none": ('"2021-10-18"', '"18/10/2021"', 3, "version", "not a version", "2021-10-18"),
    "a version that is a number": ('"2021-10-18"', "7", 3, "version", "not a version", "2021-10-18"),
    "a version that is a moment": ('"2021-10-18"', "2021-10-18T00:00:00Z", 3, "version", "not a version", "2021-10-18"),
    "a start that is a text": ("= 2021-10-18", '= "2021-10-18"', 4, "effective_from", "not a date", "2021-10-18"),
    "a start that is a moment": ("= 2021-10-18", "= 2021-10-18T08:00:00", 4, "effective_from", "not a date", "2021-10-18"),
    "a start that is a moment somewhere": ("= 2021-10-18", "= 2021-10-18T08:00:00+01:00", 4, "effective_from", "not a date", "2021"),
    "a start that is a time": ("= 2021-10-18", "= 08:00:00", 4, "effective_from", "not a date", "2021"),
    "an end before the start": ("= 2021-10-18\n", "= 2021-10-18\neffective_to = 2021-10-17\n", 5, "effective_to", "ends before", "after"),
    "a date that is none": ("= 2021-10-18", "= 2021-02-30", 4, "file", "not TOML", "correct that line"),
    "a duplicate key": ('severity = "blocker"', 'at_least = "8 GB"', 8, f"{MEMORY}.at_least", "twice; the first time in line 7", "keep one"),
    "a duplicate row": ('"identity.model"', '"memory.installed"', 12, MEMORY, "twice; the first time in line 6", "keep one"),
    "not TOML": ('title = "A', "title = A", 2, "file", "not TOML", "correct that line"),
    "a text that never ends": ('standing = "published"\n', 'standing = """published\n', 20, "file", "not TOML", "correct that line"),
    "a number that Python cannot read": ('"4 GB"', "9" * 5000, 7, "file", "thousands of digits", "can be meant"),
    "a number that nothing holds": ('"4 GB"', "0x" + "f" * 9000, 7, f"{MEMORY}.at_least", "18 digits", '4 GB"'),
    "nested too deeply": ('"4 GB"', "[" * 5000, 7, "file", "nested", "flat"),
    "a key of too many parts": ('title = "A', "a." * 5000 + 'title = "A', 2, "file", "dots", "break"),
    "an unknown parent": ("[require", 'extends = "nobody"\n[require', 6, "extends", "no profile 'nobody'", "station profile list"),
    "a version of itself that is itself": ("[require", 'extends = "demo@2021-10-18"\n[require', 6, "extends", "itself", "circle"),
    "a name close to that of a check": ('"memory.installed"', '"memory.instaled"', 6, 'require."memory.instaled"', "no check", "use memory.installed, or another"),
    "a name like no check": ('"memory.installed"', '"colour.of.the.lid"', 6, 'require."colour.of.the.lid"', "no check", "use a check that"),
    "a row without quotes": ('[require."memory.installed"]', "[require.memory.installed]", 6, 'require."memory".installed', "table in a table", '[require."memory.installed"]'),
    "a row without quotes, of no check": ('[require."memory.installed"]', "[require.memory.colour]", 6, 'require."memory".colour', "table in a table", "quotes"),
    "a claim without quotes": ('[attest."warranty.months"]', "[attest.warranty.months]", 17, 'attest."warranty".months', "table in a table", '[attest."warranty.months"]'),
    "a count in quotes": ('matches = ".{2,256}"', 'count = "2"', 13, f"{MODEL}.count", "in quotes", "count = 2"),
    # Texts in which nothing is seen.
    "a source of no width": ('"a test"', '"\\u200b"', 6, MEMORY, "no source", "source ="),
    "a source that only turns the line": ('"a test"', '"\\u202e \\u202c"', 6, MEMORY, "no source", "source ="),
    "a claim of no width": ('claim = "at least 12 months"', 'claim = "\\u2060"', 17, WARRANTY, "no claim", "claim ="),
    "a note of no width": ('severity = "blocker"', 'note = "\\u200b"', 8, f"{MEMORY}.note", "blank", "remove it"),
    "words of no width": ('matches = ".{2,256}"', 'matches = ".{2,256}"\nsays = "\\ufeff"', 14, f"{MODEL}.says", "blank", "remove it"),
    "a document of no width": ('claim = "at', 'document = " "\nclaim = "at', 18, f"{WARRANTY}.document", "blank", "remove it"),
    "a look of no width": ('claim = "at', 'by = "technician"\nlook = "\\u200b"\nclaim = "at', 17, WARRANTY, "where the technician looks", "look ="),
    "a title of no width": ('"A demonstration"', '"\\u200b"', 2, "title", "blank", "remove it"),
    "a note of the profile of no width": ('title = "A demonstration"', 'note = "\\u200b"', 2, "note", "blank", "remove it"),
    "a profile that extends itself": ("[require", 'extends = "demo"\n[require', 6, "extends", "itself", "circle"),
    # Things of a wrong kind.
    "a title that is a number": ('title = "A demonstration"', "title = 7", 2, "title", "not text", "quotes"),
    "a note that is a list": ('title = "A demonstration"', "note = []", 2, "note", "not text", "quotes"),
    "an id that is a number": ('"demo"', "3", 1, "id", "not an id", "small letters"),
    "extends is a number": ("[require", "extends = 3\n[require", 6, "extends", "not text", "quotes"),
    "extends is a list": ("[require", "extends = [[[]]]\n[require", 6, "extends", "not text", "quotes"),
    "abstract is a text": ("[require", 'abstract = "yes"\n[require', 6, "abstract", "not true or false", "abstract = true"),
    "abstract is a number": ("[require", "abstract = 1\n[require", 6, "abstract", "not true or false", "abstract = true"),
    "override is a text": ('severity = "blocker"', 'override = "yes"', 8, f"{MEMORY}.override", "not true or false", "override"),
    "severity is a list": ('"blocker"', '["blocker"]', 8, f"{MEMORY}.severity", "wrong", "blocker"),
    "standing is a table": ('"published"', "{a = 1}", 10, f"{MEMORY}.standing", "wrong", "published"),
    "source is a number": ('source = "a test"', "source = 5", 6, MEMORY, "no source", "source ="),
    "at_least is a list": ('"4 GB"', '["4 GB"]', 7, f"{MEMORY}.at_least", "not a number", '4 GB"'),
    "at_least is a date": ('"4 GB"', "2021-10-18", 7, f"{MEMORY}.at_least", "not a number", '4 GB"'),
    "at_least is a moment": ('"4 GB"', "2021-10-18T08:00:00Z", 7, f"{MEMORY}.at_least", "not a number", '4 GB"'),
    "one_of is a text": ('matches = ".{2,256}"', 'one_of = "Intel"', 13, f"{MODEL}.one_of", "not a list", "one_of ="),
    "one_of holds a list": ('matches = ".{2,256}"', "one_of = [[]]", 13, f"{MODEL}.one_of", "needs text", "quotes"),
    "equals is a number for a text": ('matches = ".{2,256}"', "equals = 5", 13, f"{MODEL}.equals", "needs text", "quotes"),
    "matches is a number": ('".{2,256}"', "5", 13, f"{MODEL}.matches", "pattern", "another"),
    "a note of a row is a number": ('severity = "blocker"', "note = 5", 8, f"{MEMORY}.note", "not text", "quotes"),
    "a claim is a number": ('claim = "at least 12 months"', "claim = 12", 17, WARRANTY, "no claim", "claim ="),
    "by nobody known": ('claim = "at', 'by = "robot"\nclaim = "at', 18, f"{WARRANTY}.by", "wrong", "technician"),
    "by is a list": ('claim = "at', 'by = ["model"]\nclaim = "at', 18, f"{WARRANTY}.by", "wrong", "model"),
    "nowhere to look": ('claim = "at', 'by = "technician"\nclaim = "at', 17, WARRANTY, "where the technician looks", "look ="),
    "a blank look": ('claim = "at', 'by = "technician"\nlook = " "\nclaim = "at', 17, WARRANTY, "where the technician looks", "look ="),
    "look is a number": ('claim = "at', 'by = "technician"\nlook = 5\nclaim = "at', 19, f"{WARRANTY}.look", "not text", "quotes"),
    "look is too long": ('claim = "at', f'by = "technician"\nlook = "{"x" * 257}"\nclaim = "at', 19, f"{WARRANTY}.look", "longer than 256", "one sentence"),
    "look at a paper": ('claim = "at', 'look = "On the lid."\nclaim = "at', 18, f"{WARRANTY}.look", "technician only", "by ="),
    "a document for every laptop": ('claim = "at', 'by = "technician"\nlook = "On the lid."\ndocument = "D1"\nclaim = "at', 20, f"{WARRANTY}.document", "every laptop", "remove document"),
    "by in a requirement": ('severity = "blocker"', 'by = "technician"', 8, f"{MEMORY}.by", "not a field", "severity"),
    # Rules of confirmation.
    "half of the readings": ('severity = "blocker"', 'confirm = "2 of 4"', 8, f"{MEMORY}.confirm", "fails as often as it passes", '"2 of 3"'),
    "one of many readings": ('severity = "blocker"', 'confirm = "1 of 3"', 8, f"{MEMORY}.confirm", "fails as often as it passes", "most of the readings"),
    "no reading at all": ('severity = "blocker"', 'confirm = "0 of 0"', 8, f"{MEMORY}.confirm", "or none", '"2 of 3"'),
    "more than all readings": ('severity = "blocker"', 'confirm = "4 of 3"', 8, f"{MEMORY}.confirm", "never hold", '"2 of 3"'),
    "all readings": ('severity = "blocker"', 'confirm = "3 of 3"', 8, f"{MEMORY}.confirm", "never hold", "not all of them"),
    "a dozen readings": ('severity = "blocker"', 'confirm = "7 of 12"', 8, f"{MEMORY}.confirm", "not a rule", '"2 of 3"'),
    "confirm is a number": ('severity = "blocker"', "confirm = 2", 8, f"{MEMORY}.confirm", "not a rule", '"2 of 3"'),
    "confirm is true": ('severity = "blocker"', "confirm = true", 8, f"{MEMORY}.confirm", "not a rule", '"2 of 3"'),
    "confirm in other words": ('severity = "blocker"', 'confirm = "two of three"', 8, f"{MEMORY}.confirm", "not a rule", '"2 of 3"'),
    "confirm a claim": ('claim = "at', 'confirm = "2 of 3"\nclaim = "at', 18, f"{WARRANTY}.confirm", "not a field", "claim"),
    # Bands, ranges and counts.
    "a band below the range": ('at_least = "4 GB"', 'between = ["4 GB", "8 GB"]\nmarginal_below = "4 GB"', 8, f"{MEMORY}.marginal_below", "inside the range", "correct"),
    "a band above the range": ('at_least = "4 GB"', 'between = ["4 GB", "8 GB"]\nmarginal_above = "9 GB"', 8, f"{MEMORY}.marginal_above", "inside the range", "correct"),
    "bands that leave nothing clean": ('at_least = "4 GB"', 'between = ["4 GB", "8 GB"]\nmarginal_below = "7 GB"\nmarginal_above = "5 GB"', 8, f"{MEMORY}.marginal_below", "every value is marginal", "correct"),
    "a band that is NaN": ('at_least = "4 GB"', 'between = ["4 GB", "8 GB"]\nmarginal_below = nan', 8, f"{MEMORY}.marginal_below", "finite", '4 GB"'),
    "a band beside a text": ('matches = ".{2,256}"', 'equals = "x"\nmarginal_below = 3', 14, f"{MODEL}.marginal_below", "between or at_least only", "remove"),
    "NaN in a range": ('at_least = "4 GB"', 'between = ["4 GB", nan]', 7, f"{MEMORY}.between", "value 2 of the list: nan is not a finite", 'between = ["4 GB", "8 GB"]'),
    "a range of texts": ('matches = ".{2,256}"', 'between = ["a", "b"]', 13, f"{MODEL}.between", "check of text", "matches"),
    "NaN to choose from": ('at_least = "4 GB"', 'one_of = ["4 GB", "8 GB", inf]', 7, f"{MEMORY}.one_of", "value 3 of the list", "one_of = "),
    "half a thing": ('matches = ".{2,256}"', "count = 1.5", 13, f"{MODEL}.count", "whole number", "count = 4"),
    "fewer than nothing": ('matches = ".{2,256}"', "count = -1", 13, f"{MODEL}.count", "below 0", "count = 4"),
    "a count of NaN": ('matches = ".{2,256}"', "count = nan", 13, f"{MODEL}.count", "finite", "count = 4"),
    "a list of nothing": ('matches = ".{2,256}"', "count = 0", 13, f"{MODEL}.count", "never be met", "1 or more"),
    # Arguments.
    "arguments for a check that takes none": ('severity = "blocker"', "arguments = { of = 1 }", 8, f"{MEMORY}.arguments", "takes none", "remove"),
    "arguments that are no table": ('severity = "blocker"', "arguments = 5", 8, f"{MEMORY}.arguments", "not a table", "arguments = {"),
    # Dates of a row.
    "a row that ends before it starts": ('severity = "blocker"', "effective_from = 2022-01-02\neffective_to = 2022-01-01", 9, f"{MEMORY}.effective_to", "ends before", "after"),
    "a row from before its profile": ('severity = "blocker"', "effective_from = 2021-10-17", 8, f"{MEMORY}.effective_from", "outside the dates", "2021-10-18 to no end"),
    "a row until before its profile": ('severity = "blocker"', "effective_to = 2021-10-17", 8, f"{MEMORY}.effective_to", "outside the dates", "2021-10-18"),
    "a row past the end of its profile": ("2021-10-18\n\n[require.\"memory.installed\"]", "2021-10-18\neffective_to = 2022-04-01\n[require.\"memory.installed\"]\neffective_to = 2022-04-02", 7, f"{MEMORY}.effective_to", "outside the dates", "2022-04-01"),
    "a row's date that is a text": ('severity = "blocker"', 'effective_from = "2021-10-18"', 8, f"{MEMORY}.effective_from", "not a date", "2021-10-18"),
    "a row's date that is a moment": ('severity = "blocker"', "effective_to = 2021-10-18T08:00:00", 8, f"{MEMORY}.effective_to", "not a date", "2021-10-18"),
    "a claim that ends before it starts": ('claim = "at', 'effective_from = 2022-01-02\neffective_to = 2022-01-01\nclaim = "at', 19, f"{WARRANTY}.effective_to", "ends before", "after"),
    # Rows that are left out.
    "drops nothing": ("[require.\"memory.installed\"]\nat_least = \"4 GB\"\nseverity = \"blocker\"", "[require.\"memory.installed\"]\ndrop = true", 7, f"{MEMORY}.drop", "drops nothing", "remove this row"),
    "drops and requires": ('severity = "blocker"', "drop = true", 7, f"{MEMORY}.at_least", "a row that is dropped", "remove it, or remove drop"),
    "drop is false": ('severity = "blocker"', "drop = false", 8, f"{MEMORY}.drop", "not true", "drop = true"),
    "drop is a text": ('severity = "blocker"', 'drop = "true"', 8, f"{MEMORY}.drop", "not true", "drop = true"),
    "drops no claim": ('claim = "at least 12 months"', "drop = true", 18, f"{WARRANTY}.drop", "drops nothing", "remove this row"),
    # Claims.
    "a claim of no weight known": ('claim = "at', 'severity = "fatal"\nclaim = "at', 18, f"{WARRANTY}.severity", "wrong", "blocker"),
    "a document is a number": ('claim = "at', 'document = 5\nclaim = "at', 18, f"{WARRANTY}.document", "not text", "quotes"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_refused_with_its_place_and_its_remedy(fault: str):
    old, new, line, field, problem, remedy = FAULTS[fault]
    assert old in BASE
    first = faults_of(BASE.replace(old, new, 1))[0]
    assert (first.file, first.line, first.field) == ("demo.toml", line, field)
    assert problem in first.problem
    assert remedy in first.remedy


@pytest.mark.parametrize(
    ("text", "line", "field"),
    [
        ('id = "demo"\nversion = "1"\nrequire = 3\n', 3, "require"),
        ('id = "demo"\nversion = "1"\nattest = "x"\n', 3, "attest"),
        ('id = "demo"\nversion = "1"\n[require]\nx = []\n', 3, "require"),
        ('id = "demo"\nversion = "1"\n[[require]]\nx = 1\n', 3, "require"),
        ('id = "demo"\nversion = "1"\n[require]\n"memory.installed" = { at_least = 3 }\n', 4, "require"),
        ('id = "demo"\nversion = "1"\nrequire."memory.installed".at_least = "4 GB"\n', 3, "require"),
        ('id = "demo"\nversion = "1"\n[require."memory.installed".at_least]\n', 3, "require"),
        ("id = 'demo'\r\nversion = '1'\r\n[ require . 'memory.instaled' ] # x\r\n", 3, "require"),
        ("", 0, "id"),
    ],
)
def test_a_table_of_another_shape_is_refused_at_its_line(text: str, line: int, field: str):
    first = faults_of(text)[0]
    assert (first.line, first.field.partition(".")[0]) == (line, field)


def test_a_yes_or_no_needs_true_or_false():
    text = BASE.replace('"memory.installed"', '"battery.present"')
    assert "true or false" in faults_of(text.replace('at_least = "4 GB"', 'equals = "yes"'))[0].problem
    assert "equals = true" in faults_of(text.replace('at_least = "4 GB"', "one_of = [true]"))[0].remedy
    assert "no size" in faults_of(text)[0].problem


def test_a_profile_that_requires_nothing_is_refused():
    text = 'id = "demo"\nversion = "1"\n'
    assert "requires nothing" in faults_of(text)[0].problem
    row = '[require."usb.ports"]\nat_least = 1\nseverity = "info"\nsource = "s"\nstanding = "inferred"\n'
    assert "requires nothing" in faults_of(text + row)[0].problem


def test_an_abstract_profile_may_require_nothing():
    assert load('id = "demo"\nversion = "1"\nabstract = true\n').abstract


def test_every_fault_is_named_and_not_only_the_first():
    text = BASE.replace('"4 GB"', "nan").replace('".{2,256}"', '"["').replace("claim", "clame")
    assert {fault.line for fault in faults_of(text)} == {7, 13, 17, 18}


def test_an_absurd_name_is_cut_and_shows_no_escape():
    for name in ("x" * 10_000, "\\u001b[31m", "\\u202eevil"):
        fault = faults_of(f'"{name}" = 1\n{BASE}')[0]
        assert len(str(fault)) < 500


def test_a_text_too_large_is_refused_before_it_is_read():
    started = time.perf_counter()
    assert "too large" in faults_of("#" * (LARGEST_PROFILE + 1))[0].problem
    assert time.perf_counter() - started < 1


def test_no_fault_names_a_function_of_the_language_that_this_is_written_in():
    fault = faults_of(BASE.replace('"4 GB"', "1" * 5000))[0]
    assert "sys." not in str(fault)
    assert "()" not in str(fault)


def test_the_note_of_a_profile_is_kept_and_is_no_part_of_its_digest():
    noted = load(f'note = "  for the\\u202e order of May "\n{BASE}')
    assert noted.note == "for the order of May"
    assert noted.digest == load(BASE).digest
    assert load(BASE).note == ""
    assert load(CHILD, f'note = "of the parent"\n{PARENT}').note == ""
    assert load('note = "' + "x" * 5000 + f'"\n{BASE}').note.endswith("…")


def test_a_text_that_no_encoding_holds_is_refused_at_its_line():
    fault = faults_of(BASE.replace("a test", "a \udcff test", 1))[0]
    assert (fault.line, "UTF-8" in fault.problem) == (9, True)


def test_ten_thousand_faults_are_named_within_seconds():
    rows = "".join(f"[require.x{number}]\n" for number in range(10_000))
    started = time.perf_counter()
    faults = faults_of(BASE + rows)
    assert time.perf_counter() - started < 10
    assert len(faults) == 10_000
    assert faults[-1].line == BASE.count("\n") + 10_000


# Inheritance.


def test_a_child_takes_its_parents_rows_and_says_where_each_is_from():
    profile = load(CHILD, PARENT)
    origin = {row.check: row.origin for row in profile.requirements}
    assert origin == {"identity.model": "parent@2021-10-18", "memory.installed": "child@1"}
    assert profile.requirements[1].limit == AtLeast(8 * 2**30)
    assert profile.attested[0].origin == "parent@2021-10-18"
    assert profile.lineage == ("child@1", "parent@2021-10-18")


def test_a_row_replaces_an_inherited_one_only_if_it_says_so():
    first = faults_of(CHILD.replace("override = true\n", ""), PARENT)[0]
    assert (first.file, first.line, first.field) == ("demo.toml", 5, MEMORY)
    assert "parent@2021-10-18" in first.problem
    assert "override = true" in first.remedy


def test_a_claim_replaces_an_inherited_one_only_if_it_says_so():
    claim = '[attest."warranty.months"]\nclaim = "36"\nsource = "s"\nstanding = "inferred"\n'
    first = faults_of(CHILD + claim, PARENT)[0]
    assert (first.line, first.field) == (10, 'attest."warranty.months"')
    profile = load(CHILD + claim + "override = true\n", PARENT)
    assert profile.attested[0].claim == "36"


def test_a_fault_in_a_parent_is_named_in_the_parents_file():
    first = faults_of(CHILD, PARENT.replace('".{2,256}"', '"["'))[0]
    assert (first.file, first.line) == ("0.toml", 13)


def test_a_fault_in_a_parent_is_named_once_and_brings_none_upon_the_child():
    claim = '[attest."warranty.months"]\nclaim = "36"\noverride = true\nsource = "s"\nstanding = "inferred"\n'
    broken = PARENT.replace('"4 GB"', '"4 in"').replace("claim", "clame")
    assert {fault.file for fault in faults_of(CHILD + claim, broken)} == {"0.toml"}


def test_a_circle_is_refused_with_its_members_and_their_lines():
    parent = PARENT.replace("\n[require", '\nextends = "child"\n[require', 1)
    first = faults_of(CHILD, parent)[0]
    assert (first.file, first.line, first.field) == ("0.toml", 6, "extends")
    assert "child@1 (demo.toml:3) extends parent@2021-10-18 (0.toml:6) extends child@1" in first.problem
    assert first.remedy.startswith("break the circle, or name an older version")


def test_a_circle_that_begins_further_up_names_only_its_own_members():
    parent = PARENT.replace("\n[require", '\nextends = "grand@1"\n[require', 1)
    grand = 'id = "grand"\nversion = "1"\nextends = "parent@2021-10-18"\nabstract = true\n'
    first = faults_of(CHILD, parent, grand)[0]
    assert (first.file, first.line) == ("1.toml", 3)
    assert "child" not in first.problem
    assert first.remedy == "break the circle"


def test_a_chain_too_long_is_refused():
    others = [f'id = "p{n}"\nversion = "1"\nextends = "p{n + 1}"\n' for n in range(20)]
    assert "extend each other" in faults_of(CHILD.replace('"parent"', '"p0"'), *others)[0].problem


def test_the_digest_changes_with_what_decides_a_verdict_and_with_nothing_else():
    digest = load(BASE).digest
    assert load(BASE + "\n# a comment\n").digest == digest
    assert load(BASE.replace("A demonstration", "Another title")).digest == digest
    for old, new in [("4 GB", "8 GB"), ("blocker", "minor"), ('"2021-10-18"', '"2"'), ("12 months", "13 months")]:
        assert load(BASE.replace(old, new)).digest != digest


LOOKED_AT = BASE.replace('claim = "at', 'by = "technician"\nlook = "On the lid: a sticker."\nclaim = "at')


def test_a_row_is_attested_on_paper_unless_it_says_that_the_technician_looks():
    paper, seen = load(BASE).attested[0], load(LOOKED_AT).attested[0]
    assert (paper.by, paper.look) == ("model", "")
    assert (seen.by, seen.look) == ("technician", "On the lid: a sticker.")


def test_the_digest_changes_with_who_looks_and_where_and_not_with_the_default_written_out():
    digests = {load(text).digest for text in (BASE, LOOKED_AT, LOOKED_AT.replace("lid", "base"))}
    assert len(digests) == 3
    assert load(BASE.replace('claim = "at', 'by = "model"\nclaim = "at')).digest == load(BASE).digest


def test_the_digest_of_a_profile_from_before_there_was_a_by_is_still_the_same():
    assert load(BASE).digest == "b8ea0c05cd55f3f1ae9aedc06ea78fab72825e5965a8c97ed3d90ca88b52895e"


def test_the_digest_of_a_profile_from_before_ranges_had_bands_and_counts_were_limits_is_still_the_same():
    rows = {"usb.ports": "count = 2", "battery.cycles": "between = [0, 5]"}
    text = 'id = "demo"\nversion = "1"\n' + "".join(
        f'[require."{check}"]\n{limit}\nsource = "s"\nstanding = "inferred"\n' for check, limit in rows.items()
    )
    assert load(text).digest == "8bf06e6518afe45061976694c772f64a22a3782084def9bcf211558f04d83e60"
    assert load(text.replace("[0, 5]", "[0, 5]\nmarginal_above = 3")).digest != load(text).digest
    assert load(text.replace("usb.ports", "memory.type")).digest != load(text).digest


def test_a_row_that_is_replaced_is_attested_by_whom_the_new_one_says():
    row = '[attest."warranty.months"]\noverride = true\nclaim = "36"\nsource = "s"\nstanding = "inferred"\n'
    parent = LOOKED_AT.replace('"demo"', '"parent"')
    assert load(CHILD, parent).attested[0].by == "technician"
    assert load(CHILD + row, parent).attested[0].by == "model"


def test_the_order_of_rows_in_the_file_never_matters():
    head, memory, model, attest = BASE.split("\n\n")
    assert load("\n\n".join((head, attest, model, memory))) == load(BASE)


# Anything at all.


@given(
    st.text(st.characters(codec=None))
    | st.text("abid=[]{}.\"'\n #1-")
    | st.just(BASE).flatmap(
        lambda text: st.builds(
            lambda at, new: text[:at] + new + text[at + len(new) :], st.integers(0, len(text)), st.text(max_size=3)
        )
    )
)
@settings(max_examples=300)
def test_any_text_is_a_profile_or_is_refused(text: str):
    survives(text)


def survives(text: str) -> None:
    try:
        profile = load(text)
    except ProfileError as error:
        faults = error.faults
    else:
        assert any(row.severity != "info" for row in profile.requirements) or profile.abstract
        assert all(row.source and row.standing in Standing for row in profile.requirements)
        assert judge(Facts(), profile).verdict is Verdict.ERROR
        return
    assert faults
    assert all(fault.problem and fault.remedy and str(fault).isprintable() for fault in faults)
    assert all(0 <= fault.line <= text.count("\n") + 1 for fault in faults)


plain = (
    st.booleans()
    | st.integers()
    | st.floats()
    | st.dates()
    | st.datetimes()
    | st.datetimes(timezones=st.just(UTC))
    | st.times()
    | st.text(max_size=8)
    | st.sampled_from(
        [
            "4 GB",
            "95 %",
            "11 in",
            "blocker",
            "published",
            "error",
            "demo",
            "parent",
            "model",
            "technician",
            "2 of 3",
            ".{1,9}",
            "",
            "(a+)+",
        ]
    )
)
things = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('ab."x', max_size=3), inner, max_size=2),
    max_leaves=4,
)
LIMITS = ["at_least", "at_most", "between", "equals", "one_of", "matches", "count"]
rows = st.dictionaries(
    st.sampled_from([*LIMITS, "accepted_from", "marginal_below", "marginal_above", "severity", "when_unknown"])
    | st.sampled_from(["source", "standing", "note", "override", "claim", "document", "by", "look", "says", "drop"])
    | st.sampled_from(["confirm", "arguments", "effective_from", "effective_to"]),
    things,
    max_size=6,
)
tables = st.dictionaries(st.sampled_from(sorted(SHAPES)) | st.text(max_size=5), rows | things, max_size=3)
documents = st.fixed_dictionaries(
    {},
    optional={
        "id": st.just("demo") | things,
        "version": st.just("1") | things,
        **dict.fromkeys(("title", "extends", "effective_from", "effective_to", "abstract", "note", "other"), things),
        "require": tables | things,
        "attest": tables | things,
    },
)


@given(documents)
@settings(max_examples=500)
def test_any_structure_is_a_profile_or_is_refused(document: dict[str, Any]):
    survives("\n".join(f"{toml(key)} = {toml(value)}" for key, value in document.items()))


@given(st.sampled_from(sorted(SHAPES)), rows)
@settings(max_examples=300)
def test_any_row_is_a_requirement_or_is_refused(check: str, row: dict[str, Any]):
    row = {"source": "s", "standing": "inferred", **row}
    lines = "\n".join(f"{key} = {toml(value)}" for key, value in row.items())
    survives(f'id = "demo"\nversion = "1"\n[require."{check}"]\n{lines}\n')


@pytest.mark.parametrize("row", ['at_least = "4 GB"', 'equals = "red"'])
def test_a_limit_that_speaks_for_itself_cannot_be_given_other_words(row: str):
    check = "memory.installed" if "GB" in row else "processor.vendor"
    text = (
        'id = "demo"\nversion = "1"\n'
        f'[require."{check}"]\n{row}\nsays = "as much as you like"\nsource = "x"\nstanding = "inferred"\n'
    )
    with pytest.raises(ProfileError, match="says: goes with one_of or matches only"):
        resolve(parse_profile(text, "demo.toml"), lambda reference: None, shapes())


def test_a_pattern_is_shown_in_the_words_of_its_row():
    profile = load_library(shapes()).get("ghwt-2021w-windows-laptop")
    [serial] = [row for row in profile.requirements if row.check == "identity.serial"]
    assert limit_words(serial.limits()) == "4 to 32 letters and digits"
