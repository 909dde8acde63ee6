"""USB: ports and controllers are counted apart, and what was not read is unknown in its own way."""

from __future__ import annotations

import pytest

from checks.catalogue import CATALOGUE
from specs.facts import Facts, Unknown, Usb, known
from tests.checks.families import value


def test_ports_and_controllers_are_counted_apart():
    facts = Facts(usb=Usb(controllers=known(2), ports=known(10)))
    assert (value("usb.controllers", facts), value("usb.ports", facts)) == (2, 10)


@pytest.mark.parametrize("leaf", ["controllers", "ports"])
@pytest.mark.parametrize("problem", ["absent", "not_collected", "unreadable"])
def test_what_was_not_read_is_unknown_in_its_own_way(leaf: str, problem: str):
    why = Unknown("for a reason", ("pci",), problem)
    assert CATALOGUE[f"usb.{leaf}"].reading(Facts(usb=Usb(**{leaf: why}))) is why
