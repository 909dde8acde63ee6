"""A badge is never shown and never kept, however it came."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.bench.badges import new_badge
from station.bench.protocol import BrokenScan, Scan
from station.screens.hiding import hide, hide_torn, hide_typed
from station.screens.keeping import KeptScans

BADGE = new_badge(lambda count: bytes(range(7, 7 + count)))
SECRET = BADGE.split(":")[2]


def test_a_badge_is_told_by_its_end_and_no_more():
    assert hide(BADGE) == f"IS1:ID:…{SECRET[-4:]}"
    assert hide(BADGE.lower()).upper().endswith(SECRET[-4:])


@given(st.integers(0, len(BADGE)), st.sampled_from(["", "PF3K", "x ", "\x1b", "\u200b"]), st.booleans())
def test_no_part_of_a_badge_that_is_being_typed_or_was_torn_is_shown(length, before, lower):
    text = before + (BADGE[:length].lower() if lower else BADGE[:length])
    hidden = hide(text).upper()
    typed = BADGE[7:length]
    assert len(typed) < 2 or length == len(BADGE) or typed not in hidden
    assert SECRET not in hidden


@pytest.mark.parametrize("between", ["\u200b", "\x1b", "\x1d", "\u202e", "\x00"])
@pytest.mark.parametrize("place", [1, 3, 5, 7, 12])
def test_characters_that_nobody_sees_uncover_nothing(between, place):
    hidden = hide(BADGE[:place] + between + BADGE[place:])
    assert SECRET not in hidden
    assert BADGE[12:] not in hidden.replace(between, "") or place < 7


@pytest.mark.parametrize("text", ["PF3K0A5X", "]C1010950", "IS1:PASS:K7Q2", "IS1:LABEL:PF1A2B3C:x", "", "ID:K7Q2"])
def test_what_is_no_secret_stays_as_it_is(text):
    assert hide(text) == text


@given(st.integers(1, len(BADGE) - 4), st.integers(0, 4), st.booleans())
def test_the_rest_of_a_torn_badge_is_not_shown(lost, more, lower):
    rest = BADGE[lost : len(BADGE) - more]
    hidden = hide_torn(rest.lower() if lower else rest).upper()
    secret = SECRET[max(0, lost - 7) : len(SECRET) - more]
    assert len(secret) < 12 or secret[: len(secret) - 2] not in hidden


@given(st.integers(0, 6), st.integers(0, len(BADGE)))
def test_a_torn_badge_is_not_shown_while_it_comes_in(lost, come):
    shown = hide_typed(BADGE[lost:come])
    assert len(BADGE[7:come]) < 2 or BADGE[7:come] not in shown


@pytest.mark.parametrize("text", ["PF3K0A5X", "pf3", "IS1:PASS:K7Q2", "IS1:SLOT-3:K7Q2", "D-1042", "1", ""])
def test_what_is_typed_is_shown(text):
    assert hide_typed(text) == text


@pytest.mark.parametrize("text", ["PF3K0A5X", "5CG1234567", "]C10109501101530003171217", "PF3K0"])
def test_what_is_left_of_a_serial_is_shown(text):
    assert hide_torn(text) == text


def test_a_badge_that_was_read_in_part_is_not_kept_on_the_disk(tmp_path):
    keeping = KeptScans(tmp_path / "kept")
    for command in (BrokenScan(BADGE[:-2], "wedge", "Broken."), Scan(f"x{BADGE}", "wedge")):
        waiting = keeping.waiting(command)
        assert SECRET[:6] not in waiting.shown
        keeping.keep([waiting])
    kept = "".join(path.read_text() for path in (tmp_path / "kept").iterdir())
    assert SECRET[:6] not in kept
    assert "IS1:ID:" in kept
