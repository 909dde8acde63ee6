"""Security: only a version that is one is a version."""

from __future__ import annotations

import pytest

from checks.catalogue import CATALOGUE
from checks.check import Measured
from specs.facts import Facts, Tpm, Unknown, known

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
