import contextlib
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from hardware.printers.page import Page
from hardware.printers.zpl import LARGEST_FIELD, NotOurZpl, picture_of, to_zpl
from tests.hardware.printers.support import a_page, render_zpl, with_fields


def page_of(bits: np.ndarray) -> Page:
    return Page(Image.fromarray(bits), 203, ())


PICTURES = arrays.arrays(np.bool_, st.tuples(st.integers(1, 40), st.integers(1, 90)))


@given(PICTURES)
def test_every_picture_comes_back_dot_for_dot(bits):
    assert np.array_equal(np.array(picture_of(to_zpl(page_of(bits)))), bits)


@given(PICTURES)
@settings(max_examples=40)
def test_another_reader_of_zpl_sees_the_same_dots(bits):
    page = page_of(bits)
    assert np.array_equal(np.array(render_zpl(to_zpl(page), page).convert("1")), bits)


@pytest.mark.parametrize("width", [8, 160, 808, 3200, 3201, 9000])
@pytest.mark.parametrize("edge", [0, 1, 7, 8, 400])
def test_long_runs_are_counted_right(width, edge):
    bits = np.full((3, width), False)
    bits[1, :edge] = True
    bits[2, width - min(edge, width) :] = True
    page = page_of(bits)
    assert np.array_equal(np.array(picture_of(to_zpl(page))), bits)
    assert np.array_equal(np.array(render_zpl(to_zpl(page), page).convert("1")), bits)


def test_a_job_says_its_size_no_offset_and_one_copy():
    job = to_zpl(a_page())
    assert job.startswith(b"^XA^PW812^LL406^LH0,0^FO0,0^GFA,41412,41412,102,")
    assert job.endswith(b"^FS^PQ1^XZ\n")


def test_no_graphic_field_is_larger_than_the_guide_allows():
    job = to_zpl(a_page("carton", 600))
    sizes = [int(size) for size in re.findall(rb"\^GFA,(\d+)", job)]
    assert len(sizes) > 1
    assert max(sizes) <= LARGEST_FIELD


def test_no_text_of_a_laptop_stands_in_the_job():
    job = to_zpl(a_page(fields=with_fields(laptop="^XZ^XA^FDhello^FS~JR", note="~JA")))
    assert re.findall(rb"[\^~]..", job) == [b"^XA", b"^PW", b"^LL", b"^LH", b"^FO", b"^GF", b"^FS", b"^PQ", b"^XZ"]


def test_a_label_is_a_fraction_of_its_plain_hexadecimal():
    page = a_page()
    assert len(to_zpl(page)) < 0.25 * 2 * 102 * 406


@pytest.mark.parametrize(
    "job",
    [
        b"",
        b"^XA^XZ",
        b"^XA^PW8^LL1^LH0,0^FO0,0^GFA,1,1,1,F^FS^PQ1^XZ",
        b"^XA^PW8^LL1^LH0,0^FO0,0^GFA,1,1,1,FFF^FS^PQ1^XZ",
        b"^XA^PW8^LL1^LH0,0^FO0,0^GFA,1,1,1,:^FS^PQ1^XZ",
        b"^XA^PW8^LL1^LH0,0^FO0,0^GFA,1,1,1,zzzzzzzzzzF^FS^PQ1^XZ",
        b"^XA^PW8^LL1^LH0,0^FO0,0^GFA,1,1,1,FG^FS^PQ1^XZ",
        b"^XA^PW8^LL2^LH0,0^FO0,0^GFA,1,1,1,FF^FS^PQ1^XZ",
        b"^XA^PW8^LL1^LH0,0^FO0,5^GFA,1,1,1,FF^FS^PQ1^XZ",
        b"^XA^PW99999^LL99999^LH0,0^FO0,0^GFA,1,1,1,FF^FS^PQ1^XZ",
        b"^XA^PW8^LL1^LH0,0^FO0,0^FDtext^FS^PQ1^XZ",
    ],
)
def test_what_is_no_job_of_ours_is_refused(job):
    with pytest.raises(NotOurZpl):
        picture_of(job)


@given(st.integers(0, 400), st.binary(max_size=6))
@settings(max_examples=60)
def test_a_damaged_job_is_a_picture_or_refused(at, put):
    bits = np.indices((12, 33)).sum(axis=0) % 3 == 0
    job = to_zpl(page_of(bits))
    at %= len(job)
    with contextlib.suppress(NotOurZpl):
        assert picture_of(job[:at] + put + job[at + len(put) :]).mode == "1"
