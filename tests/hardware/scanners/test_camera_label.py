"""Many pictures, one reading: which codes are told together, and when."""

from hypothesis import given
from hypothesis import strategies as st

from hardware.scanners.camera_label import LONGEST_WAIT_S, MOST_CODES, OUT_OF_VIEW_S, QUIET_S, LabelGatherer
from hardware.scanners.decoding import voting
from hardware.scanners.decoding.symbols import FrameReading, Symbol
from hardware.scanners.decoding.voting import Vote
from hardware.scanners.scanner import Code

FRAME = 1 / 30


def symbol(text):
    """Each text in a place of its own: in the same place, two texts would be rivals to the vote."""
    left = float(int.from_bytes(text.encode()))
    return Symbol(Code(text, "]C0"), "Code128", True, ((left, 0.0), (left + 0.5, 0.0), (left + 0.5, 1.0), (left, 1.0)))


def reading_of(texts):
    return FrameReading(tuple(symbol(text) for text in texts))


def play(pictures, gatherer=None, rest=True):
    """The labels told, as (time, texts), for pictures of (time, texts seen)."""
    gatherer = gatherer or LabelGatherer()
    vote = Vote()
    told = []
    for at, texts in pictures:
        reading = reading_of(texts)
        told += [
            (at, [code.text for code in codes]) for codes in gatherer.see(reading, vote.see(reading_of(texts), at), at)
        ]
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
    assert texts_of(play([*pictures, (0.6, ["MAC1"]), *during(0.7, 2)])) == [["SN1", "PN1", "MAC1"]]


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


def test_a_late_code_is_a_reading_of_its_own():
    pictures = [*during(0, 3, "SN1"), *during(3, 3, "SN1", "MAC1")]
    assert texts_of(play(pictures)) == [["SN1"], ["MAC1"]]


def test_a_second_label_held_beside_the_first_is_told_alone():
    pictures = [*during(0, 3, "SN1", "PN1"), *during(3, 3, "SN1", "PN1", "SN2", "PN2")]
    assert texts_of(play(pictures)) == [["SN1", "PN1"], ["SN2", "PN2"]]


def test_a_label_shown_again_is_told_again():
    pictures = [*during(0, 1, "SN1"), *during(1, 3), *during(4, 1, "SN1")]
    assert texts_of(play(pictures)) == [["SN1"], ["SN1"]]


def test_a_label_shown_again_after_another_with_the_same_part_number_is_told_again():
    pictures = [*during(0, 1, "SN1", "PN"), *during(1, 4, "SN2", "PN"), *during(5, 1, "SN1", "PN")]
    assert texts_of(play(pictures)) == [["SN1", "PN"], ["SN2"], ["SN1"]]


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


LABELS = [["A1", "A2", "A3"], ["B1", "B2"], ["C1"], ["D1", "D2", "D3", "D4"]]
pictures_of_labels = st.lists(
    st.tuples(
        st.integers(0, len(LABELS) - 1),
        st.lists(st.tuples(st.floats(0.01, 3.0), st.lists(st.booleans(), min_size=4, max_size=4)), max_size=12),
    ),
    max_size=8,
)


def timed(shown):
    """Pictures of one label after another, each code read or not."""
    at = 0.0
    for label, pictures in shown:
        for pause, read in pictures:
            at += pause
            yield at, [text for text, visible in zip(LABELS[label], read, strict=False) if visible]


@given(pictures_of_labels)
def test_codes_of_two_labels_never_seen_together_are_never_told_together(shown):
    for texts in texts_of(play(timed(shown))):
        assert len({text[0] for text in texts}) == 1


@given(pictures_of_labels)
def test_every_code_that_was_confirmed_is_told(shown):
    vote, confirmed = Vote(), set()
    for at, texts in timed(shown):
        confirmed |= {symbol.code.text for symbol in vote.see(reading_of(texts), at)}
    assert {text for texts in texts_of(play(timed(shown))) for text in texts} == confirmed


@given(pictures_of_labels)
def test_no_code_is_told_twice_in_one_reading_or_more_often_than_it_was_confirmed(shown):
    vote, confirmed = Vote(), []
    for at, texts in timed(shown):
        confirmed += [symbol.code.text for symbol in vote.see(reading_of(texts), at)]
    told = texts_of(play(timed(shown)))
    assert all(len(set(texts)) == len(texts) for texts in told)
    flat = [text for texts in told for text in texts]
    assert all(flat.count(text) <= confirmed.count(text) for text in flat)


@given(pictures_of_labels)
def test_nothing_waits_longer_than_it_may(shown):
    """By the first picture after the longest wait it is told."""
    gatherer, vote = LabelGatherer(), Vote()
    waiting: dict[str, float] = {}
    for at, texts in timed(shown):
        confirmed = vote.see(reading_of(texts), at)
        for codes in gatherer.see(reading_of(texts), confirmed, at):
            for code in codes:
                waiting.pop(code.text, None)
        assert all(at - since < LONGEST_WAIT_S for since in waiting.values())
        told = gatherer._told
        waiting |= {s.code.text: at for s in confirmed if ("Code128", s.code.text) not in told}
