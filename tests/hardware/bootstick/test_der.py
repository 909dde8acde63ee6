"""DER: whatever the bytes are, they end in elements or in one error."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.bootstick.der import DerBroken, Element, first, parts
from tests.hardware.bootstick.made_up import der


@given(st.integers(0, 255), st.binary(max_size=400), st.binary(max_size=8))
def test_an_element_is_read_as_it_was_written(tag: int, data: bytes, behind: bytes) -> None:
    assert first(der(tag, data) + behind) == Element(tag, data, der(tag, data))


@given(st.lists(st.binary(max_size=200), max_size=6))
def test_the_parts_of_an_element_come_in_their_order(contents: list[bytes]) -> None:
    assert [part.data for part in parts(first(der(0x30, *(der(4, each) for each in contents))))] == contents


@given(st.binary(max_size=300), st.integers(0, 4))
def test_hostile_bytes_end_in_one_error(data: bytes, least: int) -> None:
    with contextlib.suppress(DerBroken):
        assert len(parts(first(data), least)) >= least


@pytest.mark.parametrize("broken", [b"", b"\x30", b"\x30\x05\x04", b"\x30\x80\x00\x00", b"\x30\x84\xff\xff\xff\xff"])
def test_what_is_cut_off_or_has_no_length_is_refused(broken: bytes) -> None:
    with pytest.raises(DerBroken):
        first(broken)
