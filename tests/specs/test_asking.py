"""How a technician is asked, as a profile says it: read whole, or refused with what to write instead."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.catalogue import shapes
from specs.asking import Asking, Symptom, WrongAsking, asking_of_row, symptom_texts
from specs.differences import Way, What, differences
from specs.profile import Profile, ProfileError
from specs.profile_file import parse_profile
from specs.profiles import Library

PARENT = """
id = "parent"
version = "1"
title = "Parent"

[require."memory.installed"]
at_least = "4 GB"
source = "a test"
standing = "inferred"

[attest."display.image"]
claim = "the image is even"
by = "technician"
look = "Each colour fills the screen."
severity = "major"
source = "a test"
standing = "inferred"
{more}
"""
FULL = """
purpose = "Shows dots that do not work."
steps = ["Look at the laptop.", "Look at each colour."]
symptoms = ["dark: It stays dark", "dead_pixels: Dots that never change"]
exercise = "display"
challenge = true
"""


def read(more: str = "", text: str = PARENT) -> Profile:
    return Library((), shapes()).resolve(parse_profile(text.format(more=more), "parent.toml"))


def faults(more: str) -> list[str]:
    with pytest.raises(ProfileError) as refused:
        read(more)
    return [f"{fault.field}: {fault.problem}" for fault in refused.value.faults]


def test_a_row_says_what_it_is_for_what_to_do_and_what_may_be_wrong() -> None:
    [row] = read(FULL).attested
    assert (row.purpose, row.exercise, row.challenge) == ("Shows dots that do not work.", "display", True)
    assert row.steps == ("Look at the laptop.", "Look at each colour.")
    assert row.symptoms == (Symptom("dark", "It stays dark"), Symptom("dead_pixels", "Dots that never change"))
    assert symptom_texts(row.symptoms) == ["dark: It stays dark", "dead_pixels: Dots that never change"]


def test_a_row_that_says_none_of_it_keeps_its_digest_and_one_that_does_has_another() -> None:
    plain = read()
    said = [read(line).digest for line in FULL.strip().splitlines()[:4]]
    assert len({plain.digest, *said}) == 5
    # Reckoned before there was any of it.
    builtins = msgspec.to_builtins(plain.attested[0])
    assert all(not builtins[name] for name in ("purpose", "steps", "symptoms", "exercise", "challenge"))


def test_who_extends_a_profile_inherits_how_its_rows_are_asked() -> None:
    parent = parse_profile(PARENT.format(more=FULL), "parent.toml")
    child = parse_profile('id = "child"\nversion = "1"\nextends = "parent"\n', "child.toml")
    assert Library((parent, child), shapes()).get("child").attested[0].steps == read(FULL).attested[0].steps


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ("purpose = 3", "purpose: is not text"),
        ('purpose = " "', "purpose: is blank"),
        (f'purpose = "{"x" * 161}"', "purpose: is longer than 160 letters"),
        ('steps = "Look."', "steps: is not a list with anything in it"),
        ("steps = []", "steps: is not a list with anything in it"),
        (f"steps = {['Look.'] * 7}", "steps: has more than 6 members"),
        ("steps = [3]", "steps: value 1 of the list: is not a sentence"),
        (f'steps = ["Look.", "{"x" * 77}"]', "steps: value 2 of the list: is longer than 76 letters"),
        ("symptoms = []", "symptoms: is not a list with anything in it"),
        (f"symptoms = {[f'a{n}: b' for n in range(10)]}", "symptoms: has more than 9 members"),
        ('symptoms = ["It is dark"]', "symptoms: value 1 of the list: is not a code and its words, at most 76 letters"),
        (
            'symptoms = ["Dark: It is"]',
            "symptoms: value 1 of the list: is not a code and its words, at most 76 letters",
        ),
        ('symptoms = ["a: b", "a: c"]', "symptoms: value 2 of the list: has the code a a second time"),
        ("exercise = 3", "exercise: is not the name of an exercise"),
        ('exercise = ""', "exercise: is not the name of an exercise"),
        ("challenge = true", "challenge: has no laptop's screen to stand on"),
        ('exercise = "display"\nchallenge = "yes"', "challenge: is not true or false"),
    ],
)
def test_what_cannot_be_meant_is_refused(more: str, problem: str) -> None:
    assert faults(more) == [f'attest."display.image".{problem}']


def test_what_is_attested_on_paper_is_asked_of_nobody() -> None:
    text = PARENT.replace('by = "technician"\nlook = "Each colour fills the screen."\n', "")
    with pytest.raises(ProfileError) as refused:
        read(FULL, text)
    assert {fault.problem for fault in refused.value.faults} == {"is for the technician only"}
    assert len(refused.value.faults) == 5


def test_the_benchs_own_names_are_kept_for_it() -> None:
    with pytest.raises(ProfileError, match="has a name that the bench keeps for its own questions"):
        read("", PARENT.replace("display.image", "exercise.display"))


def test_a_difference_says_what_may_decide_otherwise() -> None:
    changes = {change.what: change for change in differences(read(), read(FULL))}
    assert {what: change.way for what, change in changes.items()} == {
        What.PURPOSE: Way.NONE,
        What.STEPS: Way.NONE,
        What.SYMPTOMS: Way.NONE,
        What.EXERCISE: Way.OTHER,
        What.CHALLENGE: Way.STRICTER,
    }
    assert changes[What.SYMPTOMS].after == ["dark: It stays dark", "dead_pixels: Dots that never change"]
    back = {change.what: change.way for change in differences(read(FULL), read())}
    assert back[What.CHALLENGE] is Way.LOOSER


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=90) | st.just("dark: It stays dark"),
    lambda inner: st.lists(inner, max_size=11),
    max_leaves=12,
)


@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys(("purpose", "steps", "symptoms", "exercise", "challenge"), VALUES))
)
def test_any_row_is_read_within_its_bounds_or_refused(row: dict[str, Any]) -> None:
    found = asking_of_row(row)
    if isinstance(found, list):
        assert found
        assert all(isinstance(one, WrongAsking) and one.problem and one.remedy for one in found)
        return
    assert isinstance(found, Asking)
    assert len(found.steps) <= 6
    assert len({symptom.code for symptom in found.symptoms}) == len(found.symptoms) <= 9
    assert all(symptom.words for symptom in found.symptoms)
    assert not found.challenge or found.exercise
