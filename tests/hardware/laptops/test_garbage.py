"""Whatever bytes an agent sends, in whatever portions: an answer, or one sentence. Nothing else comes out."""

import asyncio
import json
from contextlib import suppress

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hardware.evidence.bundle import Item
from hardware.laptops.asking import Patience
from hardware.laptops.connection import Connection, ConnectionEnded
from hardware.laptops.framing import FrameError
from hardware.laptops.link import CaptureStarted, LinkError
from hardware.laptops.messages import Collect, Hello
from hardware.laptops.session import AgentSession
from hardware.laptops.weighing import Scales
from hardware.probe.wire.deflate import Packer
from tests.hardware.laptops.stand_in import encoded, item, start

BOOT = "0" * 32
HELLO = {"frame": "hello", "protocol": 1, "agent": {"name": "p", "version": "1"}, "boot": BOOT}
HELLO = {**HELLO, "slot": 0, "stick": "", "narrow": False}
PATIENCE = Patience(grace_s=0.001)


class Portions:
    """A carrier that brings these bytes and then ends."""

    def __init__(self, portions):
        self._portions = list(portions)

    async def read(self):
        await asyncio.sleep(0)
        return self._portions.pop(0) if self._portions else b""

    async def write(self, data):
        pass

    def close(self):
        self._portions.clear()


async def conversation(portions):
    """What a bench makes of the bytes: the values of one capture, and the sentence that ended it."""
    connection = Connection(Portions(portions))
    with suppress(FrameError, ConnectionEnded):
        hello = await connection.hello()
        assert isinstance(hello, Hello)
        session = AgentSession(hello, hello.stick, PATIENCE, Scales(), lambda: None)
        ask = session.ask(Collect(False))
        values = []
        serving = asyncio.create_task(session.serve(connection, "bench", 1))
        try:
            while (value := await ask.next()) is not None:
                values.append(value)
            return values, ""
        except LinkError as error:
            return values, str(error)
        finally:
            session.leave(ask)
            await serving
            session.end()
    return [], "no laptop"


def judged(portions):
    values, sentence = asyncio.run(conversation([one for one in portions if one]))
    assert all(isinstance(one, CaptureStarted | Item) for one in values)
    assert len(sentence) < 600
    assert sentence.isprintable()
    return values, sentence


def whole():
    frames = [HELLO, start(1, bundle_id="b", expected=["a", "b"])]
    body = b"some bytes" * 50
    stream = b"".join(map(encoded, frames)) + encoded(item(1, 1, "a", body), body)
    return (
        stream
        + encoded(item(1, 2, "b", b"", error="gone", sha256=""))
        + encoded({"frame": "end", "ask": 1, "n": 3, "items": 2})
    )


def test_undamaged_it_is_an_answer():
    values, sentence = judged([Packer().pack(whole())])
    assert ([type(one) for one in values], sentence) == ([CaptureStarted, Item, Item], "")


QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(st.lists(st.binary(max_size=400), max_size=8))
def test_noise(portions):
    assert judged(portions)[0] == []


@QUICK
@given(st.lists(st.binary(max_size=400), max_size=8))
def test_packed_noise(portions):
    packer = Packer()
    assert judged([packer.pack(one) for one in portions])[0] == []


@QUICK
@given(st.data())
def test_a_damaged_answer(data):
    stream = bytearray(whole())
    for _ in range(data.draw(st.integers(1, 4))):
        stream[data.draw(st.integers(0, len(stream) - 1))] = data.draw(st.integers(0, 255))
    packer = Packer()
    cut = data.draw(st.integers(0, len(stream)))
    judged([packer.pack(bytes(stream[:cut])), packer.pack(bytes(stream[cut:]))])


@QUICK
@given(st.data())
def test_a_damaged_packed_answer(data):
    stream = bytearray(Packer().pack(whole()))
    for _ in range(data.draw(st.integers(1, 4))):
        stream[data.draw(st.integers(0, len(stream) - 1))] = data.draw(st.integers(0, 255))
    judged([bytes(stream)])


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FRAMES = [HELLO, start(1), item(1, 1, "a", b""), {"frame": "end", "ask": 1, "n": 2, "items": 1}]
FRAMES += [
    {"frame": "progress", "ask": 1, "n": 1, "state": "going", "done": 0, "of": 0},
    {"frame": "pong", "number": 1},
]
FRAMES += [{"frame": "failed", "ask": 1, "n": 0, "error": "e"}]


@QUICK
@given(
    st.lists(
        st.tuples(st.sampled_from(FRAMES), st.sampled_from(["ask", "n", "id", "frame", "error"]), JSON), max_size=5
    )
)
def test_frames_with_any_value_in_any_field(changes):
    frames = [HELLO, *({**frame, field: value} for frame, field, value in changes)]
    with suppress(ValueError, RecursionError):
        json.dumps(frames)
        judged([Packer().pack(b"".join(map(encoded, frames)))])


@QUICK
@given(st.permutations(range(len(FRAMES))), st.integers(0, len(FRAMES)))
def test_right_frames_in_any_order(order, many):
    judged([Packer().pack(encoded(HELLO) + b"".join(encoded(FRAMES[place]) for place in order[:many]))])
