"""Operating system: the edition by Windows' own number."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.catalogue import CATALOGUE
from checks.check import Measured
from specs.facts import Facts, System, Unknown, known
from tests.checks.families import value


def read(**system: Any) -> Any:
    reading = CATALOGUE["system.sku"].reading(Facts(system=System(**system)))
    return reading.value if isinstance(reading, Measured) else None


def test_a_windows_without_its_number_is_unknown_and_another_system_is_no_windows():
    assert read(family=known("windows")) is None
    assert read(family=known("linux")) == 0
    assert read(family=known("chromeos")) == 0
    assert read(family=known("windows"), sku=known(164)) == 164
    assert read() is None


@pytest.mark.parametrize("build", ["", "19044.1", "14526.89.0", "-1", "2_0", "١٩٠٤٤", "1" * 30, "1e4", " 19044"])
def test_a_build_that_is_no_number_is_unknown_and_never_a_high_one(build: str):
    reading = CATALOGUE["system.build"].reading(Facts(system=System(build=known(build, "windows"))))
    assert isinstance(reading, Unknown)
    assert (reading.problem, reading.evidence) == ("absent", ("windows",))


def test_a_build_is_a_number():
    assert value("system.build", Facts(system=System(build=known("19044")))) == 19044


def troubled(*names: str) -> Facts:
    return Facts(system=System(devices_with_problems=known(names, "windows")))


def test_the_devices_that_do_not_work_are_counted_and_named():
    reading = CATALOGUE["system.devices_with_problems"].reading(troubled("A (code 28)", "B (code 10)"))
    assert reading == Measured(2, ("windows",), "A (code 28), B (code 10)")
    assert value("system.devices_with_problems", troubled()) == 0


@pytest.mark.parametrize("name", ["fingerprint sensor", "Fingerprint Sensor", "FINGERPRINT SENSOR (CODE 28)"])
def test_a_device_that_is_accepted_by_name_does_not_count_in_any_case(name: str):
    assert value("system.devices_with_problems", troubled("Fingerprint Sensor (code 28)"), ignore=[name]) == 0


@pytest.mark.parametrize("name", ["Fingerprint", "(code 28)", "Sensor", "", "Fingerprint Sensor (code 10)"])
def test_a_part_of_a_name_accepts_nothing(name: str):
    assert value("system.devices_with_problems", troubled("Fingerprint Sensor (code 28)"), ignore=[name]) == 1


@given(st.lists(st.text(max_size=8), max_size=5), st.lists(st.text(max_size=8), max_size=3))
def test_no_more_devices_are_accepted_than_are_named(devices: list[str], ignore: list[str]):
    count = value("system.devices_with_problems", troubled(*devices), ignore=ignore)
    assert len(devices) - count <= sum(device.casefold() in {i.casefold() for i in ignore} for device in devices)
    assert value("system.devices_with_problems", troubled(*devices)) == len(devices)


@pytest.mark.parametrize("problem", ["absent", "not_collected", "unreadable"])
@pytest.mark.parametrize(
    ("check", "leaf"), [("edition", "edition"), ("build", "build"), ("activated", "oem_activated")]
)
def test_what_windows_does_not_say_is_unknown_in_its_own_way(check: str, leaf: str, problem: str):
    why = Unknown("for a reason", ("windows",), problem)
    assert CATALOGUE[f"system.{check}"].reading(Facts(system=System(**{leaf: why}))) is why
