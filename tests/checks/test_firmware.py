"""Firmware: no lock is assumed, and what was not read is said."""

from __future__ import annotations

import pytest

from checks.catalogue import CATALOGUE
from checks.check import Measured
from checks.verdict import Verdict
from specs.facts import Claim, Disagreement, Fact, Facts, Firmware, Unknown, known
from specs.limits import Equals
from tests.checks.families import value, verdict

read = CATALOGUE["firmware.no_lock_found"].reading


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


@pytest.mark.parametrize(
    ("admin", "said"),
    [(Unknown("type 24 is missing", ("smbios",), "absent"), "passwords"), (known(False, "smbios"), "every password")],
)
def test_silence_is_no_open_lock_unless_the_profile_counts_it_as_good_and_it_is_told(admin: Fact[bool], said: str):
    silent = Unknown("type 24 is missing", ("smbios",), "absent")
    facts = Facts(firmware=Firmware(version=known("1.2"), admin_password=admin, power_on_password=silent))
    assert read(facts) == Unknown(f"the firmware does not report {said}", ("smbios",), "absent")
    reading = read(facts, {"silent_passes": True})
    assert isinstance(reading, Measured)
    assert reading.value is True
    assert reading.detail == f"the firmware does not report {said}"


def test_a_firmware_that_was_not_read_at_all_is_unknown():
    assert isinstance(read(Facts()), Unknown)
    nothing = Unknown("no table", ("smbios",), "absent")
    silent = Facts(firmware=Firmware(admin_password=nothing, power_on_password=nothing))
    assert isinstance(read(silent, {"silent_passes": True}), Unknown)


def test_a_power_on_password_locks_a_laptop_as_well():
    lock = Firmware(admin_password=known(False, "smbios"), power_on_password=known(True, "smbios"))
    reading = read(Facts(firmware=lock))
    assert isinstance(reading, Measured)
    assert reading.value is False


def test_one_password_that_nobody_could_look_at_is_unknown_whatever_the_other_says():
    hidden = Unknown("needs root", ("smbios",), "unreadable")
    assert read(Facts(firmware=Firmware(admin_password=known(False), power_on_password=hidden))) is hidden


def dated(text: str) -> Facts:
    return Facts(firmware=Firmware(date=known(text, "smbios")))


@pytest.mark.parametrize(
    ("made", "than", "answer"),
    [
        ("2021-10-18", "2021-10-18", True),
        ("2021-10-17", "2021-10-18", False),
        ("2021-10-19", "2021-10-18", True),
        ("1999-12-31", "2021-10-18", False),
    ],
)
def test_firmware_of_the_very_day_is_not_older(made: str, than: str, answer: bool):
    assert value("firmware.not_older", dated(made), than=than) is answer


@pytest.mark.parametrize("text", ["", "soon", "18/10/2021", "2021-02-30", "2021-10-18T00:00", "٢٠٢١-١٠-١٨", "\udcff"])
def test_a_date_that_is_none_is_unknown_and_never_a_late_one(text: str):
    reading = CATALOGUE["firmware.not_older"].reading(dated(text), {"than": "2020-01-01"})
    assert isinstance(reading, Unknown)
    assert (reading.problem, reading.evidence) == ("absent", ("smbios",))


def test_two_dates_of_one_firmware_pass_nothing_and_excuse_nothing():
    claims = (Claim("2021-10-18", ("smbios",)), Claim("2019-01-01", ("windows",)))
    facts = Facts(firmware=dated("2021-10-18").firmware, disagreements=known((Disagreement("firmware.date", claims),)))
    assert verdict("firmware.not_older", Equals(True), facts, than="2020-01-01") is Verdict.INCONCLUSIVE
    assert verdict("firmware.not_older", Equals(True), facts, than="2022-01-01") is Verdict.FAIL


@pytest.mark.parametrize("leaf", ["vendor", "power_on_password", "oem_key_present"])
@pytest.mark.parametrize("problem", ["absent", "not_collected", "unreadable"])
def test_what_the_firmware_does_not_say_is_unknown_in_its_own_way(leaf: str, problem: str):
    why = Unknown("for a reason", ("smbios",), problem)
    assert CATALOGUE[f"firmware.{leaf}"].reading(Facts(firmware=Firmware(**{leaf: why}))) is why
