"""Firmware: no lock is assumed, and what was not read is said."""

from __future__ import annotations

import pytest

from checks.catalogue import CATALOGUE
from checks.check import Measured
from specs.facts import Facts, Firmware, Unknown, known

read = CATALOGUE["firmware.no_lock_found"].read


def test_a_lock_that_is_reported_is_found_whatever_else_is_unknown():
    reading = read(Facts(firmware=Firmware(admin_password=known(True, "firmware-attributes"))))
    assert isinstance(reading, Measured)
    assert reading.value is False
    assert reading.evidence == ("firmware-attributes",)


@pytest.mark.parametrize("problem", ["unreadable", "not_collected"])
def test_a_lock_that_nobody_could_look_for_is_unknown(problem: str):
    password = Unknown("the item needs root", (), problem)
    assert (
        read(Facts(firmware=Firmware(version=known("1.2"), admin_password=password, power_on_password=password)))
        is password
    )


def test_a_firmware_that_does_not_report_passwords_is_said_to_be_one():
    password = Unknown("type 24 is missing", ("smbios",), "absent")
    reading = read(Facts(firmware=Firmware(version=known("1.2"), admin_password=password, power_on_password=password)))
    assert isinstance(reading, Measured)
    assert reading.value is True
    assert "does not report" in reading.detail


def test_a_firmware_that_was_not_read_at_all_is_unknown():
    assert isinstance(read(Facts()), Unknown)


def test_a_power_on_password_locks_a_laptop_as_well():
    lock = Firmware(admin_password=known(False, "smbios"), power_on_password=known(True, "smbios"))
    reading = read(Facts(firmware=lock))
    assert isinstance(reading, Measured)
    assert reading.value is False


def test_one_password_that_nobody_could_look_at_is_unknown_whatever_the_other_says():
    hidden = Unknown("needs root", ("smbios",), "unreadable")
    assert read(Facts(firmware=Firmware(admin_password=known(False), power_on_password=hidden))) is hidden
