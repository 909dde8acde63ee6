"""What `station profile diff` says: one plain sentence a change, and nothing that a terminal could obey."""

from __future__ import annotations

from itertools import product

import msgspec
import pytest

from checks.catalogue import shapes
from specs.differences import About, Change, Way, What, differences
from specs.profile import Profile
from specs.profiles import load_library
from station.profile_words import NO_CHANGES, change_words, diff_heading, dropped_words, row_dates, ways_words
from tests.specs.loading import BASE, PARENT, load
from tests.specs.test_differences import profile, row


def said(was: str, now: str) -> list[str]:
    return [change_words(change) for change in differences(profile(was), profile(now))]


@pytest.mark.parametrize(
    ("check", "was", "now", "sentence"),
    [
        (
            "storage.capacity",
            'at_least = "32 GB"',
            'at_least = "64 GB"',
            "Storage (storage.capacity): at least 64 GB, was at least 32 GB: stricter.",
        ),
        (
            "storage.power_on_hours",
            'at_most = "50 h"',
            'at_most = "100 h"',
            "Time the disk was on (storage.power_on_hours): at most 100 h, was at most 50 h: looser.",
        ),
        (
            "display.diagonal",
            'between = ["10 in", "14 in"]',
            'equals = "20 in"',
            "Screen size (display.diagonal): 20 in, was 10 in to 14 in: may decide differently.",
        ),
        (
            "processor.vendor",
            'one_of = ["Intel"]\nsays = "a known maker"',
            'one_of = ["Intel", "AMD"]\nsays = "a known maker"',
            "Processor (processor.vendor): one of Intel, AMD, was one of Intel: looser.",
        ),
        (
            "usb.ports",
            "at_least = 1",
            'at_least = 1\nconfirm = "2 of 3"',
            "USB ports (usb.ports): a failing reading is confirmed by 2 of 3, was final: looser.",
        ),
        (
            "usb.ports",
            'at_least = 1\nconfirm = "2 of 3"',
            "at_least = 1",
            "USB ports (usb.ports): a failing reading is final, was confirmed by 2 of 3: stricter.",
        ),
        (
            "usb.ports",
            "at_least = 1",
            'at_least = 1\nseverity = "info"',
            "USB ports (usb.ports): weighs info, was blocker: looser.",
        ),
        (
            "usb.ports",
            "at_least = 1",
            'at_least = 1\nwhen_unknown = "fail"',
            "USB ports (usb.ports): an unknown reading counts as fail, was inconclusive: may decide differently.",
        ),
        (
            "usb.ports",
            "at_least = 1",
            "at_least = 1\neffective_to = 2022-04-01",
            "USB ports (usb.ports): in force from the beginning to 2022-04-01, was from the beginning.",
        ),
        (
            "demo.optional",
            "equals = true",
            'equals = true\narguments = { of = "smallest", ignore = ["a", "b"], label_required = true }',
            "demo.optional: the check is told “of: smallest”, “ignore: a and b”, “label required: yes”, was told "
            "nothing: may decide differently.",
        ),
    ],
)
def test_a_change_is_one_plain_sentence(check: str, was: str, now: str, sentence: str):
    assert said(row(check, was), row(check, now)) == [sentence]


def test_a_row_that_is_new_or_gone_is_said_with_its_limit_and_its_source():
    text = row("usb.ports", "at_least = 2")
    assert said("", text) == ["USB ports (usb.ports): new: at least 2 [blocker] (inferred: s): stricter."]
    assert said(text, "") == ["USB ports (usb.ports): no longer asked for, was at least 2 [blocker]: looser."]


def test_a_row_that_is_new_says_what_its_check_is_told():
    new = row("demo.optional", "equals = true\narguments = { of = 'smallest' }")
    assert said("", new) == ["demo.optional: new: yes, told “of: smallest” [blocker] (inferred: s): stricter."]


def test_a_row_that_is_left_out_is_said_with_the_reason():
    drop = '[require."memory.installed"]\ndrop = true\nsource = "not asked for"\nstanding = "published"\n'
    child = 'id = "child"\nversion = "1"\nextends = "parent"\n'
    without = load(child + drop, PARENT)
    [change] = differences(load(child, PARENT), without)
    assert change_words(change) == (
        "Memory (memory.installed): no longer asked for, was at least 4 GB [blocker] "
        "(child@1 leaves it out; published: not asked for): looser."
    )
    assert dropped_words(without.dropped[0]) == (
        "Memory (memory.installed): left out by child@1, stood in parent@2021-10-18; published: not asked for"
    )


def test_a_claim_is_told_from_a_measured_row():
    now = BASE.replace("12 months", "36 months")
    [change] = differences(load(BASE), load(now))
    assert change_words(change) == "Warranty (warranty.months, attested): at least 36 months, was at least 12 months."


def test_the_profiles_own_changes_are_said():
    now = BASE.replace("A demonstration", "Another").replace("= 2021-10-18", "= 2021-10-19")
    now = f'note = "the order of May"\n{now}'
    assert [change_words(change) for change in differences(load(BASE), load(now))] == [
        "The profile: title “Another”, was “A demonstration”.",
        "The profile: in force from 2021-10-19, was from 2021-10-18.",
        "The profile: note “the order of May”, was nothing.",
    ]


def test_the_last_line_counts_the_directions():
    changes = differences(profile(row("usb.ports", "at_least = 1")), profile(row("usb.ports", "at_least = 2")))
    assert ways_words(changes) == (
        "1 change: 1 stricter, 0 looser, 0 that may decide differently, 0 with no effect on a verdict."
    )
    assert NO_CHANGES.endswith(".")


def test_dates_without_an_end_or_a_beginning_are_said():
    assert row_dates("2021-10-18", "2022-04-01") == "from 2021-10-18 to 2022-04-01"
    assert row_dates("", "") == "from the beginning"


@pytest.mark.parametrize("what", What)
def test_every_kind_of_change_has_a_sentence(what: What):
    """Of the library, where it has one, so that no kind is forgotten in the catalogue."""
    text = {What.EXTENDS: (["a@1"], []), What.DATES: (["", ""], ["2021-10-18", ""]), What.ABSTRACT: (True, False)}
    tables = {What.LIMIT: {"op": "count", "value": 2, "measure": "count"}, What.ARGUMENTS: {"until": "2024-06-01"}}
    row_data = {"claim": "7 hours", "severity": "info", "source": "s", "standing": "inferred"}
    whole = {What.ADDED: (None, row_data), What.GONE: (row_data, None)}
    before, after = {**text, **whole}.get(what, (tables.get(what, "a"), tables.get(what, "b")))
    sentence = change_words(Change(About.REQUIREMENT, "usb.ports", what, Way.NONE, before, after))
    assert sentence.startswith("USB ports (usb.ports): ")
    assert sentence.endswith(".")
    assert "None" not in sentence


def test_every_difference_of_the_library_is_a_sentence():
    library = load_library(shapes())
    profiles: list[Profile] = [library.resolve(raw) for name in library.references() if (raw := library.find(name))]
    for one, other in product(profiles, profiles):
        assert diff_heading(one, other).isprintable()
        for change in differences(one, other):
            sentence = change_words(change)
            assert sentence.isprintable()
            assert sentence.endswith(".")
            assert "None" not in sentence


def test_a_hostile_name_and_source_reach_the_screen_clean():
    evil = 'claim = "\\u001b[31mred"\nsource = "\\u202eevil"\nstanding = "inferred"\n'
    [change] = differences(profile(), profile(f"[attest.x]\n{evil}"))
    assert change_words(change).isprintable()
    assert change_words(msgspec.structs.replace(change, name="\x1b[2Jx")).isprintable()
