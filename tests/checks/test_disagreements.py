"""Disagreements: counted and named, but for those that the profile knows of; one source alone has none to count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.catalogue import CATALOGUE
from checks.check import Measured
from specs.facts import Claim, Disagreement, Facts, Identity, Unknown, known
from tests.checks.families import value

CHECK = CATALOGUE["disagreements.count"]
PATHS = ("identity.product", "memory.installed_bytes", "storage.sda.bytes", "storage.sdab.bytes")


def differ(*paths: str) -> Facts:
    claims = (Claim("1", ("one",)), Claim("2", ("two",)))
    return Facts(disagreements=known(tuple(Disagreement(path, claims) for path in paths), "one", "two"))


def test_they_are_counted_and_named():
    assert CHECK.reading(differ(*PATHS[:2])) == Measured(2, ("one", "two"), "identity.product, memory.installed_bytes")
    assert CHECK.reading(differ()) == Measured(0, ("one", "two"), "")


@pytest.mark.parametrize(
    ("ignore", "left"),
    [
        (["storage"], 2),
        (["storage."], 2),
        (["storage.sda"], 3),
        (["storage.sda.bytes", "identity"], 2),
        (["stor"], 4),
        (["sda"], 4),
        ([], 4),
    ],
)
def test_a_beginning_is_one_by_whole_parts(ignore: list[str], left: int):
    assert value("disagreements.count", differ(*PATHS), ignore=ignore) == left


def test_a_blank_beginning_would_ignore_everything_and_is_refused():
    reading = CHECK.reading(differ(*PATHS), {"ignore": [""]})
    assert isinstance(reading, Unknown)
    assert reading.problem == "unreadable"
    assert value("disagreements.count", differ(*PATHS), ignore=["."]) == 4


def test_one_source_alone_does_not_say_and_no_source_was_not_collected():
    why = Unknown("fewer than two items say anything")
    alone = CHECK.reading(Facts(identity=Identity(serial=known("PF1A2B3C")), disagreements=why))
    nobody = CHECK.reading(Facts(disagreements=why))
    assert isinstance(alone, Unknown)
    assert alone.problem == "absent"
    assert nobody is why
    locked = Unknown("locked", (), "unreadable")
    assert CHECK.reading(Facts(identity=Identity(serial=known("PF1A2B3C")), disagreements=locked)) is locked


@given(st.lists(st.sampled_from(PATHS), max_size=6), st.lists(st.sampled_from((*PATHS, "storage")), max_size=3))
def test_ignoring_more_never_counts_more(paths: list[str], ignore: list[str]):
    assert value("disagreements.count", differ(*paths), ignore=ignore) <= value("disagreements.count", differ(*paths))
