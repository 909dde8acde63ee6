"""Identity: who the laptop is, and that it is one."""

from __future__ import annotations

from typing import Any

import pytest

from checks.catalogue import CATALOGUE
from checks.check import Measured
from specs.facts import Facts, Identity, Processor, known


def read(check: str, **identity: Any) -> Any:
    reading = CATALOGUE[check].read(Facts(identity=Identity(**identity)))
    return reading.value if isinstance(reading, Measured) else None


def test_serials_agree_in_any_case_and_never_by_stripping():
    assert read("identity.agrees", serial=known("PF1A2B3C"), label_serial=known("pf1a2b3c")) is True
    assert read("identity.agrees", serial=known("SGH327SZYD"), label_serial=known("GH327SZYD")) is False
    assert read("identity.agrees", serial=known("PF1A2B3C"), label_serial=known("PF1A2B3O")) is False


def test_a_label_alone_agrees_with_nothing():
    assert read("identity.agrees", label_serial=known("PF1A2B3C")) is None


def test_a_model_needs_both_its_maker_and_its_name():
    assert read("identity.model", manufacturer=known("LENOVO"), product=known("20L8")) == "LENOVO 20L8"
    assert read("identity.model", manufacturer=known("LENOVO")) is None
    assert read("identity.model", product=known("20L8")) is None


@pytest.mark.parametrize(
    ("maker", "product"),
    [
        ("QEMU", "Standard PC (Q35 + ICH9, 2009)"),
        ("VMware, Inc.", "VMware7,1"),
        ("innotek GmbH", "VirtualBox"),
        ("Microsoft Corporation", "Virtual Machine"),
        ("Xen", "HVM domU"),
        ("Google", "Google Compute Engine"),
        ("Amazon EC2", "t3.micro"),
        ("Parallels Software International Inc.", "Parallels Virtual Platform"),
    ],
)
def test_no_virtual_machine_is_a_laptop(maker: str, product: str):
    assert read("identity.physical", manufacturer=known(maker), product=known(product)) is False


@pytest.mark.parametrize("maker", ["Microsoft Corporation", "Google", "LENOVO", "Tactus", "Dynabook Inc."])
def test_a_makers_name_alone_makes_no_virtual_machine(maker: str):
    assert read("identity.physical", manufacturer=known(maker), product=known("Surface Go 2")) is True


def test_a_processor_alone_can_say_that_it_is_real():
    reading = CATALOGUE["identity.physical"].read(Facts(processor=Processor(hypervisor=known(False))))
    assert isinstance(reading, Measured)
    assert reading.value is True
