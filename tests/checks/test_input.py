"""Input: each device by itself, and what was not read is unknown in its own way."""

from __future__ import annotations

import pytest

from checks.catalogue import CATALOGUE
from specs.facts import Facts, InputDevices, Unknown, known
from tests.checks.families import value

LEAVES = ("keyboard", "touchpad", "touchscreen")


@pytest.mark.parametrize("leaf", LEAVES)
def test_one_device_does_not_stand_for_another(leaf: str):
    fitted = InputDevices(**{one: known(one == leaf) for one in LEAVES})
    assert [value(f"input.{one}", Facts(input=fitted)) for one in LEAVES] == [one == leaf for one in LEAVES]


@pytest.mark.parametrize("leaf", LEAVES)
@pytest.mark.parametrize("problem", ["absent", "not_collected", "unreadable"])
def test_what_was_not_read_is_unknown_in_its_own_way(leaf: str, problem: str):
    why = Unknown("for a reason", ("input",), problem)
    assert CATALOGUE[f"input.{leaf}"].reading(Facts(input=InputDevices(**{leaf: why}))) is why
