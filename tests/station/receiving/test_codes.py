"""The codes of a delivery are compared in one form, whatever the hand or the scanner wrote."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.receiving.codes import LONGEST_REFERENCE, BadCode, carton_code, is_carriers, reference_of, sscc


@given(st.from_regex(r"[0-9]{17}", fullmatch=True).filter(lambda digits: digits.strip("0")))
def test_exactly_one_last_digit_makes_a_cartons_number(digits: str) -> None:
    right = []
    for last in "0123456789":
        try:
            right.append(sscc(digits + last))
        except BadCode:
            continue
    [number] = right
    assert sscc(f"00{number}") == sscc(f"(00) {number}") == carton_code(number) == number


@given(st.text(max_size=80))
def test_whatever_the_text_it_is_a_code_in_its_one_form_or_refused(text: str) -> None:
    for read in (sscc, carton_code, reference_of):
        code, why = tried(read, text)
        assert why.isprintable()
        assert bool(code) != bool(why)
        assert code.isascii()
        assert code.isprintable()
        assert not code or read(code) == code


def tried(read: Callable[[str], str], text: str) -> tuple[str, str]:
    try:
        return read(text), ""
    except BadCode as refusal:
        return "", str(refusal)


@pytest.mark.parametrize(("written", "reference"), [(" d-1042 ", "D-1042"), ("PO  4500/12 #3", "PO 4500/12 #3")])
def test_a_reference_is_the_same_however_it_is_typed(written: str, reference: str) -> None:
    assert reference_of(written) == reference


@pytest.mark.parametrize("text", ["", "-", "D\x1b1", "D\n1", "straße", "IS1:PASS:K7Q2", "D" * (LONGEST_REFERENCE + 1)])
def test_what_is_no_reference_is_refused(text: str) -> None:
    with pytest.raises(BadCode):
        reference_of(text)


@pytest.mark.parametrize("text", ["1Z999AA10123456784", "jjd000390007882123456", "RB123456785GB"])
def test_a_carriers_number_is_known(text: str) -> None:
    assert is_carriers(text)


@pytest.mark.parametrize("text", ["PF1A2B3C", "5CG1234ABC", "106141412345678908", "SGH327SZYD"])
def test_a_laptops_number_is_no_carriers(text: str) -> None:
    assert not is_carriers(text)
