"""Firmware: no lock is assumed, and what was not read is said."""

from __future__ import annotations

from checks.catalogue import CATALOGUE
from checks.check import Measured
from specs.facts import Facts, Firmware, Unknown, known

read = CATALOGUE["firmware.no_lock_found"].read


def test_a_lock_that_is_reported_is_found_whatever_else_is_unknown():
    reading = read(Facts(firmware=Firmware(admin_password=known(True, "firmware-attributes"))))
    assert isinstance(reading, Measured)
    assert reading.value is False
    assert reading.evidence == ("firmware-attributes",)


def test_a_lock_that_nobody_could_look_for_is_not_said_to_be_absent_by_the_firmware():
    for problem, words in [
        ("absent", "does not report"),
        ("unreadable", "needs root"),
        ("not_collected", "needs root"),
    ]:
        password = Unknown("the item needs root", (), problem)
        reading = read(Facts(firmware=Firmware(version=known("1.2"), admin_password=password)))
        assert isinstance(reading, Measured)
        assert words in reading.detail


def test_a_firmware_that_was_not_read_at_all_is_unknown():
    assert isinstance(read(Facts()), Unknown)
