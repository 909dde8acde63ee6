"""Identity, believed: the laptop is one, and all who name it name the same."""

from __future__ import annotations

from typing import Any

import pytest

from checks.catalogue import CATALOGUE
from checks.check import Measured
from specs.facts import Claim, Disagreement, Facts, Identity, Processor, Unknown, known


def read(check: str, arguments: dict[str, Any] | None = None, **identity: Any) -> Any:
    reading = CATALOGUE[check].reading(Facts(identity=Identity(**identity)), arguments)
    return reading.value if isinstance(reading, Measured) else None


def test_serials_agree_in_any_case_and_never_by_stripping():
    assert read("identity.agrees", serial=known("PF1A2B3C"), label_serial=known("pf1a2b3c")) is True
    assert read("identity.agrees", serial=known("SGH327SZYD"), label_serial=known("GH327SZYD")) is False
    assert read("identity.agrees", serial=known("PF1A2B3C"), label_serial=known("PF1A2B3O")) is False


def test_a_label_alone_agrees_with_nothing():
    assert read("identity.agrees", label_serial=known("PF1A2B3C")) is None


@pytest.mark.parametrize("problem", ["absent", "not_collected", "unreadable"])
def test_a_label_that_must_be_scanned_and_was_not_is_unknown_in_its_own_way(problem: str):
    label = Unknown("no code was taken for it", ("scans",), problem)
    facts = Facts(identity=Identity(serial=known("PF1A2B3C"), label_serial=label))
    reading = CATALOGUE["identity.agrees"].reading(facts, {"label_required": True})
    assert isinstance(reading, Unknown)
    assert (reading.problem, reading.evidence) == (problem, ("scans",))


def test_a_label_that_was_scanned_satisfies_who_requires_one():
    required = {"label_required": True}
    assert read("identity.agrees", required, serial=known("PF1A2B3C"), label_serial=known("PF1A2B3C")) is True
    assert read("identity.agrees", required, serial=known("PF1A2B3C"), label_serial=known("PF9Z9Z9Z")) is False


@pytest.mark.parametrize("fact", ["serial", "uuid", "manufacturer", "product", "board_serial"])
def test_sources_that_name_two_laptops_agree_about_nothing(fact: str):
    claims = (Claim("A", ("smbios",)), Claim("B", ("dmidecode",)))
    facts = Facts(
        identity=Identity(serial=known("PF1A2B3C"), label_serial=known("PF1A2B3C")),
        disagreements=known((Disagreement(f"identity.{fact}", claims),)),
    )
    reading = CATALOGUE["identity.agrees"].reading(facts)
    assert isinstance(reading, Unknown)
    assert reading.evidence == ("smbios", "dmidecode")


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
    reading = CATALOGUE["identity.physical"].reading(Facts(processor=Processor(hypervisor=known(False))))
    assert isinstance(reading, Measured)
    assert reading.value is True
