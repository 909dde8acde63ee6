"""A camera's label in parts: its late codes name no second laptop, and another label is another laptop."""

from __future__ import annotations

from hardware.scanners.scanner import Code
from station.bench.late_codes import LateCodes, Part
from station.bench.understanding import Understanding

SERIAL, PART, MAC, OTHER = Code("PF1A2B3C"), Code("20XX"), Code("288C2B994EF7"), Code("PF9Z9Z9Z")


def named(serial: str = "", chosen: int = 0, *, only_by_form: bool = False) -> Understanding:
    return Understanding((), serial=serial, chosen=chosen, only_by_form=only_by_form)


def taken(*codes: Code) -> LateCodes:
    late = LateCodes()
    late.took(codes, named("PF1A2B3C"), 0.0)
    return late


def test_before_any_laptop_everything_is_new() -> None:
    assert LateCodes().part((PART,), named(), 1.0) is Part.NONE


def test_the_rest_of_the_label_is_its_rest_whenever_it_comes() -> None:
    late = taken(SERIAL)
    assert late.part((SERIAL, PART), named("PF1A2B3C"), 1.0) is Part.REST
    assert late.part((PART, MAC), named(), 1.0) is Part.REST
    assert late.part((MAC,), named(), 1.0) is Part.REST


def test_the_label_shown_again_is_a_laptop_again() -> None:
    late = taken(SERIAL, PART)
    assert late.part((SERIAL, PART), named("PF1A2B3C"), 1.0) is Part.NONE
    assert late.part((SERIAL,), named("PF1A2B3C"), 1.0) is Part.NONE


def test_another_label_with_the_same_part_number_is_another_laptop() -> None:
    assert taken(SERIAL, PART).part((OTHER, PART), named("PF9Z9Z9Z"), 1.0) is Part.NONE


def test_a_second_serial_beside_the_first_is_none() -> None:
    assert taken(SERIAL, PART).part((OTHER, SERIAL), named("PF9Z9Z9Z"), 1.0) is Part.OTHER


def test_a_serial_by_form_only_beside_a_code_of_the_label_is_not_believed() -> None:
    late = taken(SERIAL, PART)
    assert late.part((PART, Code("L12345-001")), named("L12345-001", only_by_form=True), 1.0) is Part.WEAK
    assert late.part((Code("L12345-001"),), named("L12345-001", only_by_form=True), 1.0) is Part.NONE


def test_what_comes_long_after_is_no_rest() -> None:
    late = taken(SERIAL)
    assert late.part((SERIAL, PART), named("PF1A2B3C"), 9.9) is Part.REST
    assert late.part((SERIAL, PART, MAC), named("PF1A2B3C"), 19.8) is Part.REST
    assert late.part((SERIAL, PART, MAC, Code("X1")), named("PF1A2B3C"), 29.9) is Part.NONE
