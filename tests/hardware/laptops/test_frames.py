"""The decoder of the probe's stream: every cut gives the same, and noise one documented error."""

import hashlib
import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.evidence.bundle import FORMAT, Item
from hardware.laptops.frames import LARGEST_HEADER, LARGEST_STREAM, FrameDecoder, FrameError
from hardware.laptops.link import CaptureStarted


def frame(header, body=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack(">II", len(text), len(body)) + text + body


def start(**changes):
    head = {
        "frame": "start",
        "format": FORMAT,
        "bundle_id": "b",
        "captured_at": "t",
        "probe": {"name": "p", "version": "1"},
        "expected": ["dmi", "cpu"],
    }
    return frame({**head, **changes})


def item(item_id="dmi", body=b"bytes", **changes):
    meta = {
        "frame": "item",
        "id": item_id,
        "source": "s",
        "exit": None,
        "ms": 1.5,
        "size": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
        "truncated": False,
        "error": None,
    }
    return frame({**meta, **changes}, body)


def end(items=2):
    return frame({"frame": "end", "items": items})


WHOLE = start() + item() + item("cpu", b"", error="ENOENT: gone", exit=4, sha256="") + end()


def decode(portions):
    """What came out, and the error's words."""
    decoder, out = FrameDecoder(), []
    try:
        for portion in portions:
            for value in decoder.feed(portion):
                out.append(value)
    except FrameError as error:
        return out, decoder.finished, str(error)
    return out, decoder.finished, None


def test_a_stream_gives_its_start_and_its_items():
    (started, first, second), finished, error = decode([WHOLE])
    assert started.expected == ("dmi", "cpu")
    assert (first.meta.id, first.data, first.meta.ms) == ("dmi", b"bytes", 1.5)
    assert first.meta.sha256 == hashlib.sha256(b"bytes").hexdigest()
    assert (second.meta.error, second.meta.exit, second.meta.file) == ("ENOENT: gone", 4, "")
    assert finished
    assert error is None


def cuts_of(data):
    places = st.lists(st.integers(0, len(data)), max_size=30).map(sorted)
    return places.map(lambda cuts: [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True)])


@given(st.data())
def test_however_it_is_cut_the_same_comes_out(data):
    stream = data.draw(st.sampled_from([WHOLE, WHOLE + b"x", start() + item() + item(), start() + b"\0" * 9]))
    assert decode(data.draw(cuts_of(stream))) == decode([stream])


@given(st.data())
def test_a_changed_stream_is_read_or_refused_however_it_is_cut(data):
    damaged = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    stream = bytes(damaged)
    out, _, _ = expected = decode([stream])
    assert decode(data.draw(cuts_of(stream))) == expected
    for value in out:
        assert isinstance(value, CaptureStarted | Item)
        if isinstance(value, Item) and value.data:
            assert value.meta.sha256 == hashlib.sha256(value.data).hexdigest()


@given(st.lists(st.binary(max_size=200), max_size=10))
def test_noise_is_refused_or_waits_for_more(portions):
    out, finished, _ = decode(portions)
    assert out == []
    assert not finished


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(["frame", "id", "source", "exit", "ms", "size", "sha256", "truncated", "error", "more"])


@given(FIELDS, JSON)
def test_any_value_in_any_field_is_read_or_refused(field, value):
    _, _, error = decode([start() + item(**{field: value})])
    assert error is None or len(error) < 400


@pytest.mark.parametrize(
    ("stream", "words"),
    [
        (item(), "an item before the start"),
        (end(0), "an end after 0 items"),
        (start() + start(), "a second start"),
        (start() + item() + item(), "repeated item id 'dmi'"),
        (start() + item("../etc"), "the wrong or repeated item id '../etc'"),
        (start() + end(1), "an end after 0 items that speaks of 1"),
        (start() + end(0) + b"x", "something follows"),
        (start(format="intake-bundle/9"), "the format 'intake-bundle/9'"),
        (start(expected=["a", "a"]), "repeated id"),
        (start(expected=["a b"]), "wrong or repeated id"),
        (start(expected=["a"] * 513), "header that cannot be read"),
        (start(more=1), "header that cannot be read"),
        (start() + item(size=6), "size or SHA-256 differs"),
        (start() + item(sha256="0" * 64), "size or SHA-256 differs"),
        (start() + item(ms=-1), "header that cannot be read"),
        (start() + frame({"frame": "end", "items": 0}, b"x"), "bytes where no item is"),
        (start() + frame(b"[" * 60_000), "header that cannot be read"),
        (start() + frame(b'{"frame":"item","x":' + b"[" * 30_000 + b"]" * 30_000 + b"}"), "cannot be read"),
        (start() + frame(b"\xff\xfe"), "header that cannot be read"),
        (struct.pack(">II", LARGEST_HEADER + 1, 0), "a header of 65537 bytes"),
        (struct.pack(">II", 0, 0), "a header of 0 bytes"),
        (start() + struct.pack(">II", 20, 4 * 2**20 + 1), "an item of 4194305 bytes"),
    ],
)
def test_what_is_not_exactly_a_stream_is_refused(stream, words):
    _, finished, error = decode([stream])
    assert not finished or words == "something follows"
    assert error is not None
    assert words in error


def test_an_endless_stream_is_refused_before_it_fills_the_memory():
    decoder = FrameDecoder()
    body = bytes(4 * 2**20)
    sent = 0
    with pytest.raises(FrameError, match="more than 16777216 bytes of items"):  # noqa: PT012
        list(decoder.feed(start()))
        for number in range(100):
            sent += len(body)
            list(decoder.feed(item(f"item{number}", body)))
    assert sent <= LARGEST_STREAM + len(body)


def test_very_many_items_are_refused():
    stream = start() + b"".join(item(f"item{number}", b"x") for number in range(513))
    out, _, error = decode([stream])
    assert len(out) == 513
    assert error == "more than 512 items"


def test_a_refused_stream_stays_refused():
    decoder = FrameDecoder()
    for _ in range(2):
        with pytest.raises(FrameError, match="a header of 0 bytes"):
            list(decoder.feed(bytes(8)))


def test_what_the_laptop_says_is_cleaned():
    (started, first), _, _ = decode([start(bundle_id="\x1b[2J") + item(error="\x1b]0;x\x07", source="a\u202eb")])
    assert started.bundle_id == "[2J"
    assert (first.meta.error, first.meta.source) == ("]0;x", "ab")
