import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.scanners.aim import code_of, split_aim
from hardware.scanners.scanner import Code

IDENTIFIERS = ["]C0", "]C1", "]A0", "]d1", "]d2", "]Q1", "]Q3", "]E0", "]X0", "]LP"]


@pytest.mark.parametrize("identifier", IDENTIFIERS)
def test_an_identifier_is_split_off_and_never_left_in_the_text(identifier):
    assert split_aim(f"{identifier}PF1A2B3C") == Code("PF1A2B3C", identifier)


@pytest.mark.parametrize(
    "text", ["PF1A2B3C", "]", "]C", "]C0", "]00PF1", "]-0PF1", "]C-PF1", "]é1PF1", "]C٣PF1", "C0]PF1", " ]C0PF1"]
)
def test_what_is_no_identifier_stays_in_the_text(text):
    assert split_aim(text) == Code(text)


def test_only_the_first_identifier_is_split_off():
    assert split_aim("]C0]C1PF1") == Code("]C1PF1", "]C0")


def test_a_text_of_several_lines_keeps_them():
    assert split_aim("]Q1one\ntwo\x1d") == Code("one\ntwo\x1d", "]Q1")


@given(st.text())
def test_nothing_that_was_sent_is_lost(text):
    code = split_aim(text)
    assert code.symbology + code.text == text
    assert bool(code.text) == bool(text)


@pytest.mark.parametrize("text", ["NoRead", "NOREAD", "noread", "%%NoRead", "]C0NoRead", " NoRead ", ""])
def test_nothing_read_is_no_code(text):
    assert code_of(text) is None


@pytest.mark.parametrize("text", ["NR", "NoReadX", "%NoRead", "PF1A2B3C"])
def test_what_only_looks_like_nothing_read_is_a_code(text):
    assert code_of(text) == Code(text)
