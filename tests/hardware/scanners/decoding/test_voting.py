"""Agreement over frames: what is confirmed, when, and how often."""

from hypothesis import given
from hypothesis import strategies as st

from hardware.scanners.decoding.symbols import Corners, FrameReading, Symbol
from hardware.scanners.decoding.voting import OUT_OF_VIEW_S, REMEMBERED_S, Vote
from hardware.scanners.scanner import Code

HERE: Corners = ((100.0, 100.0), (300.0, 100.0), (300.0, 150.0), (100.0, 150.0))
THERE: Corners = ((100.0, 300.0), (300.0, 300.0), (300.0, 350.0), (100.0, 350.0))
NOTHING = FrameReading(())


def bars(text: str, corners: Corners = HERE) -> Symbol:
    return Symbol(Code(text, "]C0"), "Code128", True, corners)


def matrix(text: str) -> Symbol:
    return Symbol(Code(text, "]d1"), "DataMatrix", False, HERE)


def see(vote: Vote, at: float, *symbols: Symbol) -> list[str]:
    return [one.code.text for one in vote.see(FrameReading(symbols), at)]


def test_bars_need_two_frames_and_a_2d_code_one():
    vote = Vote()
    assert see(vote, 0.0, bars("A1"), matrix("D1")) == ["D1"]
    assert see(vote, 0.1, bars("A1"), matrix("D1")) == ["A1"]
    assert see(vote, 0.2, bars("A1"), matrix("D1")) == []


def test_a_code_in_view_is_told_once_however_long_it_lies_there():
    vote = Vote()
    told = [text for frame in range(300) for text in see(vote, frame * 0.1, bars("A1"))]
    assert told == ["A1"]


def test_a_code_that_was_away_is_told_again():
    vote = Vote()
    see(vote, 0.0, matrix("D1"))
    assert see(vote, OUT_OF_VIEW_S - 0.1, matrix("D1")) == []
    assert see(vote, 2 * OUT_OF_VIEW_S, matrix("D1")) == ["D1"]


def test_two_readings_too_far_apart_do_not_agree():
    vote = Vote()
    assert see(vote, 0.0, bars("A1")) == []
    assert see(vote, REMEMBERED_S + 0.1, bars("A1")) == []
    assert see(vote, REMEMBERED_S + 0.2, bars("A1")) == ["A1"]


def test_two_texts_in_one_place_block_each_other_until_one_clearly_wins():
    vote = Vote()
    assert see(vote, 0.0, bars("A1")) == []
    assert see(vote, 0.1, bars("A7")) == []
    assert see(vote, 0.2, bars("A1")) == []
    assert see(vote, 0.3, bars("A1")) == ["A1"]


def test_two_texts_in_two_places_do_not():
    vote = Vote()
    see(vote, 0.0, bars("A1"), bars("B1", THERE))
    assert see(vote, 0.1, bars("A1"), bars("B1", THERE)) == ["A1", "B1"]


def test_the_same_text_in_another_symbology_is_another_code():
    vote = Vote()
    see(vote, 0.0, bars("A1"))
    assert see(vote, 0.1, Symbol(Code("A1", "]A0"), "Code39", True, THERE)) == []


FRAMES = st.lists(
    st.tuples(st.floats(0.0, 3.0), st.lists(st.sampled_from(["A1", "A2", "B1", "D1", "D2"]), unique=True)), max_size=40
)


def shown(text: str) -> Symbol:
    return matrix(text) if text.startswith("D") else bars(text, THERE if text.startswith("B") else HERE)


@given(FRAMES)
def test_bars_are_never_confirmed_by_one_frame_and_nothing_that_is_not_there(frames):
    vote, at = Vote(), 0.0
    seen: dict[str, list[float]] = {}
    for later, texts in frames:
        at += later
        for text in texts:
            seen.setdefault(text, []).append(at)
        for one in vote.see(FrameReading(tuple(map(shown, texts))), at):
            assert one.code.text in texts
            recent = [when for when in seen[one.code.text] if at - when <= REMEMBERED_S]
            assert len(recent) >= (2 if one.linear else 1)


@given(FRAMES)
def test_no_code_is_told_twice_without_having_been_away(frames):
    vote, at = Vote(), 0.0
    last: dict[str, float] = {}
    told: set[str] = set()
    for later, texts in frames:
        at += later
        told -= {text for text, when in last.items() if at - when >= OUT_OF_VIEW_S}
        for one in vote.see(FrameReading(tuple(map(shown, texts))), at):
            assert one.code.text not in told
            told.add(one.code.text)
        last.update(dict.fromkeys(texts, at))


@given(st.lists(st.floats(-10, 10), max_size=20))
def test_a_clock_that_goes_back_confirms_nothing_twice(times):
    vote = Vote()
    told = [text for at in times for text in see(vote, at, matrix("D1"))]
    highest, expected = float("-inf"), 0
    previous = float("-inf")
    for at in times:
        highest = max(highest, at)
        expected += highest - previous >= OUT_OF_VIEW_S
        previous = highest
    assert len(told) == expected
