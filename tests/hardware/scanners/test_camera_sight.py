"""When a camera says that it sees a code and cannot read it, and when it stops saying so."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.scanners import camera_wording as wording
from hardware.scanners.camera_sight import BLIND_AFTER_S, GONE_AFTER_S, Sight
from hardware.scanners.decoding.symbols import Advice, FrameReading, Symbol
from hardware.scanners.scanner import Code

NOTHING = FrameReading(())
BLURRED = FrameReading((), Advice.HOLD_STILL)
SMALL = FrameReading((), Advice.CLOSER)
READ = FrameReading((Symbol(Code("SN1", "]C0"), "Code128", True, ((0.0, 0.0),) * 4),))
PARTLY = FrameReading(READ.symbols, Advice.HOLD_STILL)


def play(*stretches, every=0.1):
    """(time, advice) after each picture of (reading, how many pictures)."""
    sight, at, shown = Sight(), 0.0, []
    for reading, count in stretches:
        for _ in range(count):
            shown.append((at, sight.see(reading, at)))
            at += every
    return shown


def advices(*stretches, every=0.1):
    return [advice for _, advice in play(*stretches, every=every)]


def changes(shown):
    return [one for one, before in zip(shown, [None, *shown], strict=False) if one is not before]


def test_an_empty_table_gives_no_advice():
    assert set(advices((NOTHING, 100))) == {None}


def test_a_code_that_stays_unread_brings_the_advice_after_a_moment():
    shown = play((BLURRED, 20))
    first = next(at for at, advice in shown if advice)
    assert BLIND_AFTER_S <= first < BLIND_AFTER_S + 0.2
    assert {advice for at, advice in shown if at >= first} == {Advice.HOLD_STILL}


def test_a_short_blur_brings_none():
    assert set(advices((BLURRED, 6), (NOTHING, 10), (BLURRED, 6), (READ, 1))) == {None}


def test_reading_ends_it_at_once():
    assert advices((BLURRED, 20), (READ, 1))[-1] is None


def test_a_code_that_is_taken_away_ends_it_soon():
    shown = advices((BLURRED, 20), (NOTHING, 10))
    assert shown[-1] is None
    assert shown[20] is Advice.HOLD_STILL


def test_one_picture_without_the_code_does_not_make_it_flicker():
    assert changes(advices(*[(BLURRED, 8), (NOTHING, 2)] * 10)) == [Advice.HOLD_STILL]


def test_a_label_of_which_something_is_read_is_not_called_unreadable():
    assert set(advices((PARTLY, 50))) == {None}


def test_the_advice_is_what_most_pictures_gave():
    assert changes(advices(*[(BLURRED, 3), (SMALL, 1)] * 10)) == [Advice.HOLD_STILL]


def test_another_advice_takes_its_place_when_the_picture_has_changed():
    assert changes(advices((BLURRED, 10), (SMALL, 100))) == [Advice.HOLD_STILL, Advice.CLOSER]


def test_two_blurred_pictures_with_a_stall_between_them_are_not_a_stretch():
    assert set(advices((BLURRED, 2), every=5.0)) == {None}


@pytest.mark.parametrize("advice", Advice)
def test_every_advice_has_its_sentence(advice):
    assert wording.ADVICE[advice].endswith(".")


@given(st.lists(st.tuples(st.sampled_from([NOTHING, BLURRED, SMALL, READ, PARTLY]), st.floats(0.01, 1.0)), max_size=60))
def test_it_is_never_blind_without_an_unread_code_and_never_changes_often(pictures):
    sight, at, before, changed_at = Sight(), 0.0, None, []
    unread_at = float("-inf")
    for reading, pause in pictures:
        at += pause
        if reading.advice is not None and not reading.symbols:
            unread_at = at
        advice = sight.see(reading, at)
        if reading.symbols:
            assert advice is None
        if advice is not None:
            assert at - unread_at < GONE_AFTER_S
        if advice is not None and before is None:
            changed_at.append(at)
        before = advice
    assert all(later - earlier >= BLIND_AFTER_S for earlier, later in pairwise(changed_at))
