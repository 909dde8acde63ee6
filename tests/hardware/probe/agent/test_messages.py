"""What a bench may say, and that nothing else is taken."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.probe.agent import messages
from hardware.probe.agent.frames import BadFrame, Frame, FrameReader

GOOD = [
    ({"frame": "welcome", "protocol": 1, "bench": "B", "slot": 0, "fresh": True}, messages.Welcome("B", 0, True)),
    ({"frame": "refused", "sentence": "no place", "again_s": 5}, messages.Refused("no place", 5.0)),
    ({"frame": "ask", "ask": 1, "what": "collect", "fast": False}, messages.Collect(1, False)),
    (
        {"frame": "ask", "ask": 2, "what": "exercise", "name": "cpu", "arguments": {"a": [1]}, "seconds": 2.5},
        messages.Exercise(2, "cpu", '{"a":[1]}', 2.5),
    ),
    ({"frame": "resume", "ask": 1, "n": 0}, messages.Resume(1, 0)),
    ({"frame": "done", "ask": 1}, messages.Done(1)),
    ({"frame": "stop", "ask": 1}, messages.Stop(1)),
    ({"frame": "show", "headline": "Pass", "lines": ["a"], "tone": "pass"}, messages.Show("Pass", ("a",), "pass")),
    ({"frame": "ping", "number": 7}, messages.Ping(7)),
]
JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(("header", "message"), GOOD, ids=lambda value: str(value)[:30])
def test_what_is_said_is_understood(header, message):
    assert messages.understand(Frame(header)) == message


@pytest.mark.parametrize("header", [header for header, _ in GOOD], ids=lambda value: str(value)[:30])
def test_a_field_too_many_or_too_few_or_bytes_after_it_are_refused(header):
    for field in header:
        with pytest.raises(messages.BadMessage):
            messages.understand(Frame({key: value for key, value in header.items() if key != field}))
    with pytest.raises(messages.BadMessage):
        messages.understand(Frame({**header, "more": 1}))
    with pytest.raises(messages.BadMessage, match="bytes"):
        messages.understand(Frame(header, b"x"))


@given(st.sampled_from([header for header, _ in GOOD]), st.data())
def test_any_value_in_any_field_is_understood_or_refused(header, data):
    field = data.draw(st.sampled_from(sorted(header)))
    with contextlib.suppress(messages.BadMessage):
        assert isinstance(messages.understand(Frame({**header, field: data.draw(JSON)})), tuple)


@pytest.mark.parametrize(
    "changes",
    [
        {"ask": True},
        {"ask": 0},
        {"ask": 1.0},
        {"ask": 2**40},
        {"name": "../cpu"},
        {"name": "cpu\n"},
        {"seconds": -1},
        {"seconds": 1e9},
        {"seconds": float("nan")},
        {"arguments": {"a": "x" * 9000}},
        {"arguments": []},
        {"what": "format"},
    ],
)
def test_an_ask_out_of_bounds_is_refused(changes):
    header = {"frame": "ask", "ask": 2, "what": "exercise", "name": "cpu", "arguments": {}, "seconds": 2.5}
    with pytest.raises(messages.BadMessage):
        messages.understand(Frame({**header, **changes}))


def test_words_for_the_screen_have_no_control_sequence_left():
    header = {"frame": "show", "headline": "\x1b[2J\u202ePass\x9b", "lines": ["a\nb\tc", "x" * 9999], "tone": "pass"}
    page = messages.understand(Frame(header))
    assert isinstance(page, messages.Show)
    assert page.headline == "[2J Pass"
    assert page.lines[0] == "a b c"
    assert len(page.lines[1]) == messages.LONGEST_SENTENCE


def test_another_protocol_says_what_to_do():
    with pytest.raises(messages.BadMessage, match="make a new boot stick"):
        messages.understand(Frame({"frame": "welcome", "protocol": 2, "anything": 1}))


FRAMES = st.lists(
    st.builds(Frame, st.dictionaries(st.text(max_size=8), JSON, max_size=4), st.binary(max_size=300)), max_size=5
)


@given(FRAMES, st.data())
def test_however_the_bytes_are_cut_the_same_frames_come_out(frames, data):
    stream = b"".join(frame.encode() for frame in frames)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=20)))
    reader = FrameReader()
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert [frame for piece in pieces for frame in reader.feed(piece)] == frames


@given(st.lists(st.binary(max_size=200), max_size=10))
def test_noise_is_refused_or_waits_for_more(portions):
    reader = FrameReader(largest_body=0)
    try:
        for portion in portions:
            for frame in reader.feed(portion):
                assert not frame.body
    except BadFrame:
        pass


@pytest.mark.parametrize("header", [b"[1]", b'{"a":NaN}', b"\xff\xfe", b"[" * 60_000, b'{"a":' * 9000, b"1" * 60_000])
def test_a_header_that_is_no_object_is_refused(header):
    with pytest.raises(BadFrame, match="JSON"):
        list(FrameReader().feed(len(header).to_bytes(4, "big") + bytes(4) + header))
