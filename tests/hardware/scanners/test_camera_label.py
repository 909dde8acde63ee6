"""Many pictures, one reading: which codes are told together, and when."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.scanners.camera_label import LONGEST_WAIT_S, MOST_CODES, QUIET_S, LabelGatherer
from hardware.scanners.camera_view import OUT_OF_VIEW_S
from hardware.scanners.decoding import voting
from hardware.scanners.decoding.symbols import Advice, FrameReading, Symbol
from hardware.scanners.decoding.voting import Vote
from hardware.scanners.scanner import Code

FRAME = 1 / 30


def symbol(text):
    """Each text in a place of its own: in the same place, two texts would be rivals to the vote."""
    left = float(int.from_bytes(text.encode()))
    return Symbol(Code(text, "]C0"), "Code128", True, ((left, 0.0), (left + 0.5, 0.0), (left + 0.5, 1.0), (left, 1.0)))


def reading_of(texts, advice=None):
    return FrameReading(tuple(symbol(text) for text in texts), advice)


def play(pictures, gatherer=None, rest=True):
    """The labels told, as (time, texts), for pictures of (time, texts seen[, advice])."""
    gatherer = gatherer or LabelGatherer()
    vote = Vote()
    told = []
    for at, *seen in pictures:
        reading = reading_of(*seen)
        told += [(at, [code.text for code in codes]) for codes in gatherer.see(reading, vote.see(reading, at), at)]
    if rest:
        told += [(float("inf"), [code.text for code in codes]) for codes in gatherer.rest()]
    return told


def during(start, seconds, *texts, every=FRAME):
    return [(start + number * every, list(texts)) for number in range(round(seconds / every))]


def texts_of(told):
    return [texts for _, texts in told]


def test_out_of_view_is_the_same_for_the_vote_and_for_the_label():
    assert OUT_OF_VIEW_S == voting.OUT_OF_VIEW_S


def test_the_codes_of_one_label_are_one_reading():
    assert texts_of(play(during(0, 2, "SN1", "PN1", "MAC1"))) == [["SN1", "PN1", "MAC1"]]


def test_codes_that_are_confirmed_one_after_another_are_one_reading():
    pictures = [(0.0, ["SN1"]), (0.1, ["SN1"]), (0.2, ["SN1", "PN1"]), (0.4, ["PN1"]), (0.5, ["MAC1", "PN1"])]
    pictures += [(0.6, ["MAC1", "SN1"]), *during(0.7, 2)]
    assert texts_of(play(pictures)) == [["SN1", "PN1", "MAC1"]]


def test_it_is_told_when_nothing_new_has_come_for_a_moment():
    [(at, _)] = play(during(0, 5, "SN1"))
    assert at - FRAME >= QUIET_S
    assert at < QUIET_S + 5 * FRAME


def test_it_is_told_in_time_though_new_codes_keep_coming():
    pictures = [(number * 0.1, [f"C{place}" for place in range(number)]) for number in range(40)]
    first_at, first = play(pictures)[0]
    assert "C0" in first
    # C0 is in the pictures from 0.1 on, and confirmed at 0.2.
    assert first_at <= 0.2 + LONGEST_WAIT_S + 0.1


def test_a_code_read_and_not_confirmed_yet_is_waited_for():
    pictures = [*during(0, 0.3, "SN1"), (0.35, ["SN1", "PN1"]), (0.6, ["SN1", "PN1"]), *during(0.63, 1, "SN1")]
    assert texts_of(play(pictures)) == [["SN1", "PN1"]]


def test_labels_that_follow_each_other_at_once_are_never_mixed():
    pictures = [*during(0, 0.1, "SN1", "PN1"), *during(0.1, 0.1, "SN2", "PN2"), *during(0.2, 1)]
    assert texts_of(play(pictures)) == [["SN1", "PN1"], ["SN2", "PN2"]]


def test_two_labels_in_one_picture_are_one_reading_so_that_the_grammar_can_refuse_it():
    assert texts_of(play(during(0, 1, "SN1", "SN2"))) == [["SN1", "SN2"]]


def test_a_label_that_lies_there_for_minutes_is_told_once():
    assert texts_of(play(during(0, 120, "SN1", "PN1", every=0.2))) == [["SN1", "PN1"]]


def test_a_code_that_is_hard_to_read_is_not_told_again_while_its_label_lies_there():
    pictures = [
        (at, ["PN1", "SN1"] if number % 100 < 2 else ["PN1"]) for number, (at, _) in enumerate(during(0, 60, every=0.1))
    ]
    assert texts_of(play(pictures)) == [["PN1", "SN1"]]


def test_a_late_code_comes_with_the_codes_of_its_label_that_were_told_already():
    """Alone, a part number or a decimal address would be another laptop's serial."""
    pictures = [*during(0, 3, "SN1", "PN1"), *during(3, 3, "SN1", "PN1", "MAC1"), *during(6, 3, "PN1", "MAC1", "EAN1")]
    assert texts_of(play(pictures)) == [["SN1", "PN1"], ["SN1", "PN1", "MAC1"], ["PN1", "MAC1", "EAN1"]]


def test_a_late_code_comes_with_those_of_its_label_that_its_pictures_do_not_show():
    pictures = [*during(0, 1, "SN1", "PN1"), (1.0, ["SN1", "PN1", "MAC1"]), *during(1.1, 1.5, "MAC1")]
    assert texts_of(play(pictures)) == [["SN1", "PN1"], ["SN1", "PN1", "MAC1"]]


def test_a_label_with_more_codes_in_view_that_are_not_read_is_waited_for():
    pictures = [(at, texts, Advice.FOCUS) for at, texts in during(0, 1.2, "PN1")]
    assert texts_of(play([*pictures, *during(1.2, 1, "PN1", "SN1")])) == [["PN1", "SN1"]]


def test_what_is_never_read_is_not_waited_for_longer_than_it_may():
    [(at, texts)] = play([(at, texts, Advice.FOCUS) for at, texts in during(0, 5, "SN1")])
    assert texts == ["SN1"]
    assert at < FRAME + LONGEST_WAIT_S + 2 * FRAME


def test_what_cannot_be_read_elsewhere_holds_no_label_up_that_has_left():
    pictures = [*during(0, 0.2, "SN1"), *((at, texts, Advice.FOCUS) for at, texts in during(0.2, 2))]
    [(at, _)] = play(pictures)
    assert at < QUIET_S + 0.2


def test_a_second_label_held_beside_the_first_comes_with_it_so_that_the_grammar_can_refuse_it():
    pictures = [*during(0, 3, "SN1", "PN1"), *during(3, 3, "SN1", "PN1", "SN2", "PN2")]
    assert texts_of(play(pictures)) == [["SN1", "PN1"], ["SN1", "PN1", "SN2", "PN2"]]


@pytest.mark.parametrize("seconds", [0.1, 0.3, 0.7, 1.2, 3.0])
def test_labels_that_share_a_code_and_follow_each_other_are_two_readings(seconds):
    pictures = [*during(0, seconds, "SN1", "PN"), *during(seconds, 3, "SN2", "PN")]
    assert [sorted(texts) for texts in texts_of(play(pictures))] == [["PN", "SN1"], ["PN", "SN2"]]


def test_two_labels_that_share_all_but_their_serials_are_never_mixed_though_they_change_places_quickly():
    pictures = [(number * FRAME, [("SN1", "SN2")[number // 3 % 2], "PN", "EAN"]) for number in range(60)]
    assert [sorted(texts) for texts in texts_of(play(pictures))] == [["EAN", "PN", "SN1"], ["EAN", "PN", "SN2"]]


def test_codes_of_one_label_that_are_seldom_read_together_are_waited_for():
    pictures = [(number * FRAME, [("SN1", "MAC1")[number % 2], "PN1"]) for number in range(30)]
    pictures += [(1.0, ["SN1", "MAC1"]), *during(1.1, 1, "PN1")]
    assert [sorted(texts) for texts in texts_of(play(pictures))] == [["MAC1", "PN1", "SN1"]]


def test_a_label_of_which_not_all_codes_are_read_at_once_is_not_told_again_and_again():
    codes = "SN1", "PN1", "MAC1"
    pictures = [
        (at, [code for place, code in enumerate(codes) if number // 50 % 3 != place])
        for number, (at, _) in enumerate(during(0, 120, every=0.1))
    ]
    told = texts_of(play(pictures))
    assert sorted(told[-1]) == sorted(codes)
    assert len(told) == 3


def test_a_label_shown_again_is_told_again():
    pictures = [*during(0, 1, "SN1"), *during(1, 3), *during(4, 1, "SN1")]
    assert texts_of(play(pictures)) == [["SN1"], ["SN1"]]


def test_a_label_shown_again_after_another_with_the_same_part_number_is_told_again():
    pictures = [*during(0, 1, "SN1", "PN"), *during(1, 4, "SN2", "PN"), *during(5, 1, "SN1", "PN")]
    assert texts_of(play(pictures)) == [["SN1", "PN"], ["PN", "SN2"], ["PN", "SN1"]]


def test_a_camera_that_stalled_does_not_mix_before_and_after():
    pictures = [(0.0, ["SN1"]), (0.1, ["SN1"]), (9.0, ["SN2", "SN1"]), (9.1, ["SN2"]), *during(9.2, 1)]
    assert texts_of(play(pictures)) == [["SN1"], ["SN2"]]


def test_what_is_left_at_the_end_is_told():
    assert texts_of(play([(0.0, ["SN1"]), (0.1, ["SN1"])])) == [["SN1"]]


def test_a_sheet_of_hundreds_of_codes_comes_in_readings_of_bounded_size():
    every = [f"C{number}" for number in range(200)]
    told = texts_of(play(during(0, 1, *every)))
    assert all(len(texts) <= MOST_CODES for texts in told)
    assert [text for texts in told for text in texts] == every


def test_no_code_of_a_sheet_is_left_over_alone():
    told = texts_of(play(during(0, 1, *[f"C{number}" for number in range(MOST_CODES + 1)])))
    assert [len(texts) for texts in told] == [16, 17]


def labels_with(*shared):
    return [
        ["A1", "A2", "A3", *shared],
        ["B1", "B2", *shared],
        ["C1", *shared],
        ["D1", "D2", "D3"],
        ["E1", *shared[:1]],
    ]


PAUSE = st.sampled_from([*[FRAME] * 12, 0.1, 0.45, 1.0, 2.5])
READ = st.sampled_from([True, True, True, False])
pictures_of_labels = st.tuples(
    st.sampled_from([labels_with(), labels_with("X1"), labels_with("X1", "X2")]),
    st.lists(
        st.tuples(
            st.integers(0, 4),
            st.lists(
                st.tuples(PAUSE, st.lists(READ, min_size=5, max_size=5)),
                min_size=3,
                max_size=12,
            ),
        ),
        min_size=2,
        max_size=6,
    ),
)
"""Labels of which some share codes, and which label is shown: after a pause, each of its codes read or not."""


def timed(shown):
    """Pictures of one label after another."""
    labels, stretches = shown
    at = 0.0
    for label, pictures in stretches:
        for pause, read in pictures:
            at += pause
            yield at, [text for text, visible in zip(labels[label], read, strict=False) if visible]


@given(pictures_of_labels)
def test_codes_of_two_labels_never_seen_together_are_never_told_together(shown):
    for texts in texts_of(play(timed(shown))):
        assert len({text[0] for text in texts} - {"X"}) <= 1


@given(
    st.lists(
        st.tuples(st.sampled_from(labels_with("X1", "X2")), st.floats(0.15, 3.0)),
        min_size=1,
        max_size=6,
    )
)
def test_every_label_that_is_shown_long_enough_is_told_whole(shown):
    """Long enough for the vote, with all of its codes read."""
    at, pictures = 0.0, []
    for label, seconds in shown:
        pictures += during(at, seconds, *label)
        at = pictures[-1][0] + FRAME
    told = texts_of(play(pictures))
    for label, _ in shown:
        assert sorted(label) in [sorted(texts) for texts in told]
    for texts in told:
        assert len({text[0] for text in texts} - {"X"}) <= 1


@given(pictures_of_labels)
def test_every_code_that_was_confirmed_is_told(shown):
    vote, confirmed = Vote(), set()
    for at, texts in timed(shown):
        confirmed |= {symbol.code.text for symbol in vote.see(reading_of(texts), at)}
    assert {text for texts in texts_of(play(timed(shown))) for text in texts} == confirmed


@given(pictures_of_labels)
def test_no_code_is_told_twice_in_one_reading_and_each_reading_has_something_new(shown):
    gatherer, vote, waiting = LabelGatherer(), Vote(), set()
    for at, texts in timed(shown):
        reading = reading_of(texts)
        confirmed = vote.see(reading, at)
        waiting |= {symbol.code for symbol in confirmed}
        for codes in gatherer.see(reading, confirmed, at):
            assert len(set(codes)) == len(codes)
            assert waiting & set(codes)
            waiting -= set(codes)


@given(pictures_of_labels)
def test_nothing_waits_longer_than_it_may(shown):
    """By the first picture after the longest wait it is told."""
    gatherer, vote = LabelGatherer(), Vote()
    since: dict[Code, float] = {}
    for at, texts in timed(shown):
        reading = reading_of(texts)
        confirmed = vote.see(reading, at)
        for codes in gatherer.see(reading, confirmed, at):
            for code in codes:
                since.pop(code, None)
        assert all(at - begun < LONGEST_WAIT_S for begun in since.values())
        since |= {symbol.code: at for symbol in confirmed if ("Code128", symbol.code.text) in gatherer._untold}
