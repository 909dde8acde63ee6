"""Names: what a person calls a laptop, and every name and serial number under which it may be known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.facts import Fact, Facts, Identity, Known, Unknown, known
from specs.naming import model_name, model_names, serials

BLANK = Unknown("blank", ("smbios",), "absent")


def identity(maker: str, product: str, version: str = "") -> Identity:
    """Who a laptop says it is; an empty text is a blank field."""
    said = [known(text) if text else BLANK for text in (maker, product, version)]
    return Identity(manufacturer=said[0], product=said[1], version=said[2])


@pytest.mark.parametrize(
    ("maker", "product", "version", "name"),
    [
        ("Dell Inc.", "Latitude 3190", "", "Dell Inc. Latitude 3190"),
        ("HP", "HP 250 G7 Notebook PC", "Type1ProductConfigId", "HP 250 G7 Notebook PC"),
        ("LENOVO", "20AUA13S00", "ThinkPad L540", "LENOVO ThinkPad L540"),
        ("LENOVO", "81MA", "Lenovo V130-14IGM", "Lenovo V130-14IGM"),
        ("LENOVO", "81MA", "", "LENOVO 81MA"),
        ("Acer", "TravelMate B118", "V1.02", "Acer TravelMate B118"),
        ("", "Latitude 3190", "", "Latitude 3190"),
        ("Dell Inc.", "", "", "Dell Inc."),
        ("", "", "", ""),
    ],
)
def test_a_model_is_maker_and_name_and_lenovo_s_name_is_its_version(maker: str, product: str, version: str, name: str):
    assert model_name(identity(maker, product, version)) == name


def test_a_lenovo_is_known_by_its_name_and_by_its_machine_type():
    facts = Facts(identity=identity("LENOVO", "20AUA13S00", "ThinkPad L540"))
    assert model_names(facts) == ("LENOVO ThinkPad L540", "LENOVO 20AUA13S00")


def test_one_name_is_given_once_and_none_where_none_is_known():
    assert model_names(Facts(identity=identity("Dell Inc.", "Latitude 3190"))) == ("Dell Inc. Latitude 3190",)
    assert model_names(Facts()) == ()


facts_of_text = st.none() | st.sampled_from(("PF1A2B3C", "PF999999", "LENOVO", "81MA"))


def fact(text: str | None) -> Fact[str]:
    return BLANK if text is None else Known(text)


@given(facts_of_text, facts_of_text)
def test_serials_are_those_of_label_and_firmware_and_no_other(label: str | None, firmware: str | None):
    found = serials(Facts(identity=Identity(label_serial=fact(label), serial=fact(firmware))))
    assert set(found) == {one for one in (label, firmware) if one}
    assert len(set(found)) == len(found)


@given(facts_of_text, facts_of_text, facts_of_text)
def test_a_name_is_never_empty_and_says_nothing_that_the_firmware_does_not(
    maker: str | None, product: str | None, version: str | None
):
    who = Identity(manufacturer=fact(maker), product=fact(product), version=fact(version))
    for name in model_names(Facts(identity=who)):
        assert name
        assert set(name.split()) <= {one for one in (maker, product, version) if one}
