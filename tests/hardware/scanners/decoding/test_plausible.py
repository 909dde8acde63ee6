"""What is believed of several readings, and what is not."""

import pytest

from hardware.scanners.decoding.plausible import believed, overlapping
from hardware.scanners.decoding.symbols import Corners, Symbol
from hardware.scanners.scanner import Code

HERE: Corners = ((100.0, 100.0), (300.0, 110.0), (298.0, 150.0), (98.0, 140.0))
THERE: Corners = ((100.0, 300.0), (300.0, 310.0), (298.0, 350.0), (98.0, 340.0))


def symbol(text: str, name: str = "Code128", *seen_by: str, corners: Corners = HERE, aim: str = "") -> Symbol:
    return Symbol(Code(text, aim), name, name not in ("QRCode", "DataMatrix"), corners, seen_by or ("zxing region",))


def texts(*symbols: Symbol) -> list[str]:
    return [one.code.text for one in believed(symbols)]


@pytest.mark.parametrize(
    "text", ["5CG0123ABC", "K1L29JEA#ABU", "1S20W0SSEW", "0NQ74D-A00", "MAC 00:1A", "010123\x1d21A", "A/B+C.D"]
)
def test_the_texts_of_labels_are_believed(text: str):
    assert texts(symbol(text)) == [text]


def test_an_odd_code_128_needs_two_that_saw_it():
    odd = "01{UG5-A0\\"
    assert texts(symbol(odd)) == []
    assert texts(symbol(odd), symbol(odd, "Code128", "model")) == [odd]


@pytest.mark.parametrize("text", ["https://example.com/?sn=a;b#c+d", "x", "a\x1db"])
def test_a_2d_code_is_believed_as_it_is(text: str):
    assert texts(symbol(text, "QRCode")) == [text]


@pytest.mark.parametrize(
    ("text", "name"), [("T", "Code39"), ("12", "Code128"), ("0829", "ITF"), ("0829220876", "ITF"), ("12345670", "EAN8")]
)
def test_what_noise_reads_as_is_not_believed_of_one(text: str, name: str):
    assert texts(symbol(text, name)) == []


@pytest.mark.parametrize(("text", "name"), [("0NMV74F", "Code128"), ("9QKDN5D", "Code39")])
def test_what_zbar_saw_once_and_nobody_else_is_not_believed(text: str, name: str):
    assert texts(symbol(text, name, "zbar region")) == []
    assert texts(symbol(text, name, "zbar region"), symbol(text, name, "zbar rows")) == [text]
    assert texts(symbol(text, name, "zbar region"), symbol(text, name, "model")) == [text]


def test_an_itf_14_with_a_right_check_digit_is_believed():
    assert texts(symbol("00012345678905", "ITF")) == ["00012345678905"]
    assert texts(symbol("00012345678904", "ITF")) == []


def test_two_texts_of_the_same_bars_deny_each_other():
    assert texts(symbol("SN876479036"), symbol("SN876479306")) == []
    assert texts(symbol("SN876479036"), symbol("SN876479306", corners=THERE)) == ["SN876479036", "SN876479306"]


def test_the_text_that_more_have_seen_stands_against_one():
    right = symbol("SN876479306"), symbol("SN876479306", "Code128", "model")
    assert texts(symbol("SN876479036"), *right) == ["SN876479306"]


def test_each_symbol_is_given_once_with_all_that_saw_it():
    (one,) = believed([symbol("01A21B", "Code128", "zbar region", aim="]C0"), symbol("01A21B", aim="]C1")])
    assert one.seen_by == ("zbar region", "zxing region")
    assert one.code.symbology == "]C1"


def test_places_overlap_by_their_middles():
    assert overlapping(HERE, HERE)
    assert not overlapping(HERE, THERE)
