"""A label of which only some codes were read gives its serial number or none, whichever they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import pytest

from hardware.scanners.grammar.grammar import Grammar
from hardware.scanners.scanner import Code

GRAMMAR = Grammar.load()
GS, RS, EOT = "\x1d", "\x1e", "\x04"
MAC, ASSET, EAN = Code("288C2B994EF7", "]C0"), Code("ASSET-783405", "]A0"), Code("4006381333931", "]E0")
KEY = Code("VK7JG-NPHTM-C97JM-9MPGT-3V66T", "]C0")
DATE, LOT = Code("9D20211012", "]C0"), Code("1T12345678", "]C0")

LABELS = {
    "Dell": ("5RFDP01", [
        Code("5RFDP01", "]C0"), Code("12542331601", "]C0"), Code("CN-0EJEPM-12963-47B-02DF-A00", "]C0"),
        Code("0EJEPM-A01", "]A0"), MAC, ASSET, Code("5RFDP01;0EJEPM-A01;0133EE831159", "]d1"),
    ]),
    "HP": ("SGH327SZYD", [
        Code("SGH327SZYD", "]C0"), Code("1PL3Q10AV#ABU", "]C0"), Code("CNBJMNEA#ABA", "]A0"), MAC, EAN, KEY,
        Code("https://support.example.com/?sn=SGH327SZYD&s=help", "]Q1"),
    ]),
    "Lenovo": ("PF0NDLLC", [
        Code("1S20W0SSEW45PF0NDLLC", "]C0"), Code("PF0NDLLC", "]A0"), Code("20W0SSEW45", "]C0"),
        Code("8SSB20N80123L1HF12345AB", "]C0"), MAC, DATE, Code("1S5B20N8012388880001", "]C0"),
    ]),
    "Acer": ("NXHQ5ED001043001FD3400", [
        Code("NXHQ5ED001043001FD3400", "]C0"), Code("04300050934", "]C0"), Code("NX.HQ5ED.001", "]C0"), MAC, ASSET,
        Code("SNID:04300050934", "]Q1"), EAN,
    ]),
    "Apple": ("C02X5PPC92B4", [
        Code("C02X5PPC92B4", "]C0"), Code("MK2K3B/A", "]C0"), Code("490154203237518", "]C0"), MAC, EAN, ASSET,
    ]),
    "Dynabook": ("Z9012345H", [
        Code("Z9012345H", "]A0"), Code("SZ9012345H", "]A0"), Code("1PA1PYS33E1129", "]A0"), MAC, LOT, DATE,
    ]),
    "GeoBook": ("GE114-2110-00123", [
        Code("GE114-2110-00123", "]C0"), Code("4500123456", "]C0"), MAC, EAN, DATE, LOT, Code("Q100", "]A0"),
    ]),
    "ASUS": ("M1N0CV12345678A", [
        Code("M1N0CV12345678A", "]C0"), Code("28:8C:2B:99:4E:F7", "]C0"), EAN, Code("30P1234567", "]C0"), ASSET,
    ]),
    "Samsung": ("ABCD9FCR123456", [
        Code("S/N:ABCD9FCR123456", "]d1"), Code("ABCD9FCR123456", "]C0"), MAC, EAN, Code("K4500123456", "]C0"),
    ]),
    "Microsoft": ("021345191857", [
        Code("021345191857", "]C0"), MAC, Code("00330-80000-00000-AA123", "]C0"), EAN, ASSET,
    ]),
    "carton": ("G72K7T7", [
        Code("010575666697330521G72K7T7", "]C1"), Code("00106141412345678908", "]C1"), Code("10036000291459", "]I1"),
        Code("106141412345678908", "]C0"), Code("4500123456", "]C0"), EAN, DATE,
    ]),
    "envelope": ("5CG7187AYF", [
        Code(f"[)>{RS}06{GS}1PL3Q10AV#ABU{GS}S5CG7187AYF{GS}Q1{RS}{EOT}", "]d1"), Code("S5CG7187AYF", "]A0"),
        Code("1PL3Q10AV#ABU", "]A0"), LOT, DATE, MAC, Code("K4500123456", "]A0"),
    ]),
}  # fmt: skip

ONLY_NUMBERS = {
    "Dell": {"12542331601"},
    "Acer": {"04300050934"},
    "Dynabook": {"1T12345678", "SZ9012345H"},
    "GeoBook": {"4500123456", "1T12345678", "Q100"},
    "ASUS": {"30P1234567"},
    "Samsung": {"K4500123456"},
    "carton": {"4500123456"},
    "envelope": {"1T12345678", "K4500123456", "S5CG7187AYF"},
}
"""What is taken for a serial number where its own label's serial was not read: by its form alone, and the reading says
so (`only_by_form`), so that the bench can ask."""


def subsets(codes: Sequence[Code]) -> Iterator[tuple[Code, ...]]:
    for size in range(1, len(codes) + 1):
        yield from combinations(codes, size)


@pytest.mark.parametrize("maker", LABELS)
def test_whichever_codes_of_a_label_are_read_they_give_its_serial_or_none(maker):
    serial, codes = LABELS[maker]
    wrong = set()
    for some in subsets(codes):
        reading = GRAMMAR.read(some)
        if reading.serial not in ("", serial):
            assert reading.only_by_form, (some, reading.serial)
            wrong.add(reading.serial)
    assert wrong == ONLY_NUMBERS.get(maker, set())


@pytest.mark.parametrize("maker", LABELS)
def test_the_serial_is_told_of_the_whole_label_but_for_a_bare_number_beside_one_without_a_rule(maker):
    serial, codes = LABELS[maker]
    # Nothing tells GeoBook's serial number from an order number: no rule for it was ever published.
    assert GRAMMAR.read(codes).serial == ("" if maker == "GeoBook" else serial)


@pytest.mark.parametrize("maker", LABELS)
def test_a_code_that_carries_the_serial_is_enough(maker):
    serial, codes = LABELS[maker]
    assert any(GRAMMAR.read([code]).serial == serial for code in codes)
