"""A serial is normalised by case and outer blanks only, and a record id sorts by time."""

from __future__ import annotations

import re
from uuid import RFC_4122, UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.identifiers import (
    LONGEST_SERIAL,
    BadIdentifier,
    Serial,
    is_placeholder,
    is_platform_name,
    new_uuid7,
    uuid7_at,
)

anything = st.text(st.characters(codec=None), max_size=60)
serials = st.from_regex(r"[0-9A-Z][0-9A-Z./_-]{2,30}[0-9A-Z]", fullmatch=True).filter(lambda s: not is_placeholder(s))


# The shapes of domain/department.md section 5.4.
@pytest.mark.parametrize(
    ("make", "serial"),
    [
        ("Dell", "5RFDP01"),
        ("Dell", "B78FWQ8"),
        ("HP", "5CG1234ABC"),
        ("HP", "SGH327SZYD"),
        ("Lenovo", "PF1A2B3C"),
        ("Lenovo, older", "R9ABC12"),
        ("Lenovo, the whole 1S code", "1S81MA000UUKPF1A2B3C"),
        ("Acer", "NXHPWEK0021234567A3400"),
        ("Acer SNID", "13400050934"),
        ("Apple", "C02XG0FDH7JY"),
        ("Dynabook", "7H012345H"),
        ("with a dash", "GEO-114-000123"),
    ],
)
def test_every_makers_serial_is_accepted_as_it_is(make: str, serial: str):
    assert Serial.from_scan(serial).text == serial


def test_a_leading_s_is_never_stripped():
    assert Serial.from_scan("SGH327SZYD").text == "SGH327SZYD"


def test_lower_case_is_a_scanners_setting_and_no_other_serial():
    assert Serial.from_scan("pf1a2b3c") == Serial.from_scan("PF1A2B3C")


def test_the_enter_of_a_scanner_and_blanks_around_are_not_part_of_it():
    assert str(Serial.from_scan(" PF1A2B3C\r\n")) == "PF1A2B3C"


@given(serials, st.sampled_from(["", " ", "\t", "\r", "\r\n"]))
def test_a_serial_never_gains_or_loses_a_letter(serial: str, end: str):
    assert Serial.from_scan(serial.lower() + end).text == serial


@given(anything)
def test_a_scan_is_a_serial_or_is_refused_in_one_sentence(raw: str):
    try:
        serial = Serial.from_scan(raw)
    except BadIdentifier as error:
        words = str(error)
        assert words.isprintable()
        assert words[0].isupper()
        assert len(words) < 120
    else:
        assert re.fullmatch(r"[0-9A-Z][0-9A-Z./_-]*[0-9A-Z]", serial.text, re.ASCII)
        assert serial.text == raw.strip(" \t\r\n").upper()
        assert len(serial.text) == len(raw.strip(" \t\r\n")) <= LONGEST_SERIAL
        assert not is_placeholder(serial.text)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("", "empty"),
        (" \r\n", "empty"),
        ("PF1A\x1b[2JB3C", "control"),
        ("PF1A\x00B3C", "control"),
        ("PF1A\tB3C", "control"),
        ("PF1A\x7fB3C", "control"),
        ("[)>\x1e06\x1dSPF1A2B3C\x1e\x04", "control"),
        ("[bold]PF1A[/]", "characters that no serial"),
        ("<b>PF1A</b>", "characters that no serial"),
        ("PF1A 2B3C", "characters that no serial"),
        ("=1+1", "characters that no serial"),
        ("-PF1A2B3C", "characters that no serial"),
        ("\u202ePF1A2B3C", "characters that no serial"),
        ("٣٤٥٦٧٨٩", "characters that no serial"),
        ("straße", "characters that no serial"),
        ("ﬁ1A2B3C", "characters that no serial"),
        ("ſGH327SZYD", "characters that no serial"),
        ("A1B", "too short"),
        ("A" * 33, "33 characters"),
        ("A" * 10_000, "10000 characters"),
        ("00000000", "placeholder"),
        ("FFFFFFFF", "placeholder"),
        ("0123456789", "placeholder"),
        ("12345678", "placeholder"),
        ("None", "placeholder"),
        ("default_string", "placeholder"),
    ],
)
def test_what_cannot_be_a_serial_is_refused_with_the_reason(raw: str, why: str):
    with pytest.raises(BadIdentifier, match=why):
        Serial.from_scan(raw)


@pytest.mark.parametrize("text", ["pf1a2b3c", "A", "PF1A 2B3C", "", "0000000", "PF1A\n"])
def test_a_serial_that_is_none_cannot_be_made(text: str):
    with pytest.raises(BadIdentifier):
        Serial(text)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode({"text": text}), type=Serial)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "To be filled by O.E.M.",
        "TO  BE FILLED BY O.E.M.",
        "Default string",
        "System Serial Number",
        "Not Specified",
        "N/A",
        "0",
        "00000000",
        "xxxxxxx",
        "FFFF",
        "....",
        "*****",
        "-",
        "0x00000000",
        "123456789",
        "0123456789",
        "1234567890",
        "1234567",
        "123456789012345678",
        "ABCD",
        "$(PROJECT_SKU_NAME)",
        "TO be filled by O.E.M",
        "To Be Filled By O.E.M. by More String",
        "0xFFFFFFFF",
        "ff-ff-ff",
        "xx.xx",
        "12345",
        "A1_Manufacturer0",
        "Array1_PartNumber1",
        "PartNum0",
        "SODIMM000",
        "Mfg 0",
        "Type1Family",
        "<OUT OF SPEC>",
        "0" * 5000,
    ],
)
def test_a_placeholder_is_known_for_one(text: str):
    assert is_placeholder(text)


@pytest.mark.parametrize(
    "text", ["PF1A2B3C", "5RFDP01", "00007", "20L8", "F1", "LENOVO", "1S", "1234", "12345A", "F.00", "FX505"]
)
def test_an_honest_word_is_no_placeholder(text: str):
    assert not is_placeholder(text)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("HuronRiver Platform", True),
        ("ChiefRiver Platform", True),
        ("Calpella_CRB", True),
        ("Montevina_Fab", True),
        ("Aptio CRB", True),
        ("SharkBay Client Platform", True),
        ("VMware Virtual Platform", False),
        ("440BX Desktop Reference Platform", False),
        ("Aptio", False),
    ],
)
def test_the_name_of_a_reference_platform_is_told_from_a_model(text: str, is_one: bool):
    assert is_platform_name(text) is is_one


@given(anything)
def test_asking_for_a_placeholder_never_raises(text: str):
    assert is_placeholder(text) in (True, False)


@given(st.integers(0, 2**48 - 1), st.integers(0, 2**74 - 1))
def test_a_record_id_is_a_uuid_of_version_seven(milliseconds: int, randomness: int):
    made = uuid7_at(milliseconds, randomness)
    assert made.version == 7
    assert made.variant == RFC_4122
    assert made.int >> 80 == milliseconds
    assert ((made.int >> 64) & 0xFFF) << 62 | made.int & (2**62 - 1) == randomness


@given(
    st.lists(st.integers(0, 2**48 - 1), min_size=2, max_size=2, unique=True),
    st.lists(st.integers(0, 2**74 - 1), min_size=2, max_size=2),
)
def test_record_ids_sort_by_time_whatever_the_chance(times: list[int], chances: list[int]):
    (earlier, later), (one, other) = sorted(times), chances
    assert uuid7_at(earlier, one) < uuid7_at(later, other)
    assert str(uuid7_at(earlier, one)) < str(uuid7_at(later, other))


def test_a_record_id_is_made_from_the_clock_and_the_bytes_that_it_is_given():
    # The example of RFC 9562, appendix A.6.
    assert new_uuid7(1645557742.0, bytes.fromhex("3300a8b4dcb9c9d1a3f1")).version == 7
    assert uuid7_at(0x017F22E279B0, 0xCC3 << 62 | 0x18C4DC0C0C07398F) == UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")


def test_too_little_chance_is_refused():
    with pytest.raises(ValueError, match="10 random bytes"):
        new_uuid7(0.0, b"123")
