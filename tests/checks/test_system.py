"""Operating system: the edition by Windows' own number."""

from __future__ import annotations

from typing import Any

from checks.catalogue import CATALOGUE
from checks.check import Measured
from specs.facts import Facts, System, known


def read(**system: Any) -> Any:
    reading = CATALOGUE["system.sku"].read(Facts(system=System(**system)))
    return reading.value if isinstance(reading, Measured) else None


def test_a_windows_without_its_number_is_unknown_and_another_system_is_no_windows():
    assert read(family=known("windows")) is None
    assert read(family=known("linux")) == 0
    assert read(family=known("chromeos")) == 0
    assert read(family=known("windows"), sku=known(164)) == 164
    assert read() is None
