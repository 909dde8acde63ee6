"""The page for those who write profiles is true: its example loads, its keys are all keys, what it shows is said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from checks.catalogue import shapes
from specs.differences import differences
from specs.profile import Profile, ProfileError
from specs.profile_file import TOP_KEYS, parse_profile
from specs.profile_rows import ATTEST_KEYS, REQUIRE_KEYS
from specs.profiles import load_library
from station.profile_words import change_words
from tests.specs.test_schema import marked

FAULTY = """\
id = "school"
version = "1"

[require."memory.installed"]
source = "s"
standing = "published"
at_least = "4 in"

[require."battery.health"]
source = "s"
at_least = "95 %"
marginal_below = "90 %"
standing = "published"

[require."system.sku"]
source = "s"
standing = "published"
one_of = [
    164, 121,
    "Pro",
]

[require.memory.type]
equals = "DDR4"
"""


@pytest.fixture
def page(project: Path) -> str:
    return (project / "docs" / "profiles.md").read_text("utf-8")


@pytest.fixture
def example(page: str) -> str:
    [text] = re.findall(r"^```toml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    return str(text)


def shown(page: str, number: int) -> list[str]:
    """The lines of a block that shows what the program says."""
    blocks = re.findall(r"^```text\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    return str(blocks[number]).splitlines()


def resolved(text: str) -> Profile:
    return load_library(shapes()).resolve(parse_profile(text, "school.toml"))


def test_the_example_is_a_profile_that_no_editor_marks(example: str):
    profile = resolved(example)
    assert [row.name for row in profile.dropped] == ["network.bluetooth"]
    assert marked(example) == []


def test_every_key_is_explained_and_no_other(page: str):
    tables = re.findall(r"^\| (`.*?) \|", page, re.MULTILINE)
    named = {key for cell in tables for key in re.findall(r"`(\w+)`", cell)}
    assert named == TOP_KEYS | REQUIRE_KEYS | ATTEST_KEYS


def test_lint_says_what_the_page_shows(page: str):
    with pytest.raises(ProfileError) as refused:
        resolved(FAULTY)
    assert [str(fault) for fault in refused.value.faults] == shown(page, 0)


def test_a_difference_is_said_as_the_page_shows_it(page: str, example: str):
    before = load_library(shapes()).get("ghwt-2021w-windows-laptop@2021-10-18")
    said = [change_words(change) for change in differences(before, resolved(example))]
    assert set(shown(page, 1)) <= set(said), "\n".join(said)
