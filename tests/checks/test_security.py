"""Security: only a version that is one is a version."""

from __future__ import annotations

import pytest

from checks.catalogue import CATALOGUE
from checks.check import Measured
from checks.verdict import Verdict
from specs.facts import Claim, Disagreement, Facts, Firmware, Tpm, Unknown, known
from specs.limits import Equals
from tests.checks.families import value, verdict

read = CATALOGUE["tpm.version"].read


@pytest.mark.parametrize("text", ["inf", "nan", "1e3", "2_0", "٢.٠", "", "2", "2.0.1", " 2.0", "20.0", "-2.0"])
def test_a_version_that_is_none_is_unknown_and_never_a_high_one(text: str):
    assert isinstance(read(Facts(tpm=Tpm(present=known(True), version=known(text)))), Unknown)


def test_a_tpm_that_is_not_there_is_a_fault_whatever_version_is_written():
    reading = read(Facts(tpm=Tpm(present=known(False), version=known("2.0"))))
    assert isinstance(reading, Measured)
    assert reading.value == 0


def test_a_tpm_without_a_version_is_unknown():
    assert isinstance(read(Facts(tpm=Tpm(present=known(True)))), Unknown)
    assert isinstance(read(Facts(tpm=Tpm(version=known("2.0")))), Unknown)


def test_setup_mode_is_a_fault_and_its_absence_is_none():
    assert value("firmware.setup_mode_off", Facts(firmware=Firmware(setup_mode=known(True)))) is False
    assert value("firmware.setup_mode_off", Facts(firmware=Firmware(setup_mode=known(False)))) is True
    old = Unknown("a BIOS start has no setup mode", ("efi",), "absent")
    assert CATALOGUE["firmware.setup_mode_off"].reading(Facts(firmware=Firmware(setup_mode=old))) is old


def test_a_tpm_that_is_not_there_has_a_maker_that_no_profile_allows():
    assert value("tpm.manufacturer", Facts(tpm=Tpm(present=known(False), manufacturer=known("INTC")))) == "no TPM"
    assert value("tpm.manufacturer", Facts(tpm=Tpm(manufacturer=known("INTC")))) == "INTC"
    assert value("tpm.manufacturer", Facts(tpm=Tpm(present=known(True)))) is None


def test_two_accounts_of_a_tpm_pass_nothing():
    claims = (Claim("True", ("tpm",)), Claim("False", ("windows",)))
    facts = Facts(tpm=Tpm(present=known(True)), disagreements=known((Disagreement("tpm.present", claims),)))
    assert verdict("tpm.present", Equals(True), Facts(tpm=Tpm(present=known(True)))) is Verdict.PASS
    assert verdict("tpm.present", Equals(True), facts) is Verdict.INCONCLUSIVE
    assert verdict("tpm.present", Equals(False), facts) is Verdict.FAIL
