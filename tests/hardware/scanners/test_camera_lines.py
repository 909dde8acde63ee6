"""What passes between a camera's process and the engine, and what does not."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.scanners.camera_label import MOST_CODES
from hardware.scanners.camera_lines import LONGEST_LINE, BadLine, lines_of, told_in
from hardware.scanners.scanner import LONGEST_CODE, Code, Condition, Garbled, Heard, ScannerState

NAME = "camera 0"
texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)
values = st.one_of(
    st.builds(
        Heard,
        st.just(NAME),
        st.lists(st.builds(Code, texts, st.sampled_from(["", "]C0", "]d1"])), min_size=1, max_size=8).map(tuple),
    ),
    st.builds(Garbled, st.just(NAME), texts, texts),
    st.builds(Condition, st.just(NAME), st.sampled_from(ScannerState), texts),
)


def back(data):
    *lines, end = data.split(b"\n")
    assert end == b""
    return [told_in(line, NAME) for line in lines]


@given(values)
def test_what_goes_in_comes_out(told):
    assert back(lines_of(told)) == [told]


def test_the_largest_reading_fits_in_a_line():
    told = Heard(NAME, (Code("\x1d" * LONGEST_CODE, "]C1"),) * MOST_CODES)
    assert back(lines_of(told)) == [told]


@pytest.mark.parametrize("text", ["", "A" * (LONGEST_CODE + 1), "AB\ud800CD"])
def test_a_code_that_cannot_be_sent_is_told_as_garbled_and_the_others_are_not_lost(text):
    garbled, heard = back(lines_of(Heard(NAME, (Code("SN1", "]C0"), Code(text, "]Q1")))))
    assert isinstance(garbled, Garbled)
    assert len(garbled.text) <= 256
    assert heard == Heard(NAME, (Code("SN1", "]C0"),))


def line(value):
    return msgspec.json.encode(value)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"Traceback (most recent call last):",
        b'{"type":"heard"}',
        line({"type": "heard", "scanner": NAME, "codes": []}),
        line({"type": "heard", "scanner": NAME, "codes": [{"text": "A" * (LONGEST_CODE + 1)}]}),
        line({"type": "heard", "scanner": NAME, "codes": [{"text": "A"}] * (MOST_CODES + 1)}),
        line({"type": "heard", "scanner": NAME, "codes": [{"text": 7}]}),
        line({"type": "heard", "scanner": "camera 1", "codes": [{"text": "A"}]}),
        line({"type": "condition", "scanner": NAME, "state": "asleep", "sentence": "."}),
        b"\xff\xfe",
        b"[" * 100_000,
        b'"' + b"x" * LONGEST_LINE + b'"',
    ],
)
def test_anything_else_is_refused(data):
    with pytest.raises(BadLine):
        told_in(data, NAME)


@given(st.binary(max_size=300))
def test_noise_is_refused_and_nothing_else_happens(noise):
    with pytest.raises(BadLine):
        told_in(noise, NAME)
