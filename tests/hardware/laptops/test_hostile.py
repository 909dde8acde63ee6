"""A laptop that lies, floods, stalls, sends 4 GB, reconnects 1,000 times, replays or speaks garbage, over real TLS.

It loses itself, with one sentence. The laptop in the next slot is captured meanwhile as if nothing were.
"""

import asyncio
import secrets
import struct
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from hardware.evidence.bundle import Item
from hardware.laptops.asking import Patience
from hardware.laptops.link import ExerciseOrder, LinkError, LinkLost
from hardware.probe.wire.dictionary import DICTIONARY
from tests.hardware.laptops.places import Coming, NetworkBench, background, network_bench, waiting_at
from tests.hardware.laptops.stand_in import CAPTURE, Hand, StandIn, encoded, item, start

PATIENCE = Patience(hello_s=3.0, ping_s=0.5, silent_s=8.0, grace_s=1.0, capture_s=60.0, quiet_s=5.0, reader_s=5.0)
MOST_MEMORY = 48 * 2**20
"""Bytes that an attack may cost at its worst: two items on their way, and what Python and TLS need for them."""


class Floor:
    """A bench with an honest laptop in slot 1 and room for a hostile one in slot 2."""

    def __init__(self, bench: NetworkBench, honest: Coming, hostile: Coming) -> None:
        self.bench, self.honest, self.hostile = bench, honest, hostile

    async def hand(self, **how) -> Hand:
        return Hand(await self.bench.plug(), slot=2, **how)

    async def captured(self) -> None:
        """The honest laptop's capture, whole."""
        assert self.honest.last is not None
        values = [value async for value in self.honest.last.collect()]
        assert [value.meta.id for value in values if isinstance(value, Item)] == [*CAPTURE]

    @asynccontextmanager
    async def attacked(self, attack) -> AsyncIterator[None]:
        """While it goes on, and after it, the honest laptop is captured."""
        task = asyncio.create_task(attack)
        try:
            await self.captured()
            yield
            await self.captured()
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError, OSError, EOFError):
                await task
        await self.captured()

    async def outcome(self, hand: Hand, say, ask="collect") -> str:
        """What the bench says of the hostile laptop when it answers an ask with `say(number)`."""
        await hand.greet()
        link = await self.hostile.link()

        async def asked():
            if ask == "collect":
                return [value async for value in link.collect()]
            return [value async for value in link.exercise(ExerciseOrder("memory", {}, 5.0))]

        asking = asyncio.create_task(asked())
        number = (await hand.until("ask"))["ask"]

        async def attack():
            await say(number)
            await hand.ended()

        async with self.attacked(attack()):
            with pytest.raises(LinkLost) as caught:
                await asking
        sentence = await self.hostile.away()
        assert str(caught.value).lower() in sentence.lower()
        return sentence


@pytest.fixture
async def floor(tmp_path) -> AsyncIterator[Floor]:
    agent = StandIn(slot=1)
    async with (
        network_bench(tmp_path, PATIENCE) as bench,
        waiting_at(bench.dock(1)) as honest,
        waiting_at(bench.dock(2)) as hostile,
        background(agent.serve(await bench.plug())),
    ):
        await honest.link()
        yield Floor(bench, honest, hostile)


# ---- lies ----------------------------------------------------------------------------------------------

LIES: dict[str, tuple[Callable[[int], list[Any]], str]] = {
    "the_size": (lambda a: [start(a), (item(a, 1, "dmi", b"xx", size=3), b"xx")], "size or SHA-256 differs"),
    "the_hash": (lambda a: [start(a), (item(a, 1, "dmi", b"xx", sha256="0" * 64), b"xx")], "size or SHA-256 differs"),
    "the_count": (lambda a: [start(a), {"frame": "end", "ask": a, "n": 1, "items": 3}], "an end after 0 items"),
    "an_id": (lambda a: [start(a), (item(a, 1, "../../etc/passwd", b"x"), b"x")], "wrong or repeated item id"),
    "an_id_twice": (
        lambda a: [start(a), (item(a, 1, "dmi", b"x"), b"x"), (item(a, 2, "dmi", b"y"), b"y")],
        "repeated item id 'dmi'",
    ),
    "a_second_start": (lambda a: [start(a), start(a, 1)], "a second start"),
    "an_item_before_the_start": (lambda a: [(item(a, 0, "dmi", b"x"), b"x")], "an item before the start"),
    "the_number_of_a_frame": (lambda a: [start(a), (item(a, 7, "dmi", b"x"), b"x")], "frame 7 of ask 1 where 1"),
    "which_ask_it_was": (lambda a: [start(a + 1)], "an answer to ask 2, which is not open"),
    "what_was_asked": (
        lambda a: [{"frame": "progress", "ask": a, "n": 0, "state": "going", "done": 0, "of": 0}],
        "the progress of an exercise in a capture",
    ),
    "more_after_the_end": (
        lambda a: [
            start(a),
            *((item(a, n, f"i{n}", b"x"), b"x") for n in range(1, 513)),
            (item(a, 513, "more", b"x"), b"x"),
        ],
        "more than 512 items",
    ),
    "who_it_is": (lambda a: [{"frame": "hello", "protocol": 1, "agent": {"name": "x", "version": "1"}, "boot": "0" * 32,
                              "slot": 0, "stick": "", "narrow": False}], "a second hello"),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie)
async def test_a_laptop_that_lies_about(floor, lie):
    frames, words = LIES[lie]
    hand = await floor.hand()
    assert words in await floor.outcome(hand, lambda ask: hand.say(*frames(ask)))


@pytest.mark.parametrize(
    ("frames", "words"),
    [
        (lambda a: [(item(a, 0, "exercise-cpu", b"{}"), b"{}")], "where 'exercise-memory' comes once"),
        (lambda a: [{"frame": "end", "ask": a, "n": 0, "items": 1}], "an end after 0 items"),
        (lambda a: [start(a)], "the start of a capture in an exercise"),
        (
            lambda a: [{"frame": "progress", "ask": a, "n": 0, "state": "\x1b[2J", "done": 0, "of": 0}],
            "the unknown progress '[2J'",
        ),
    ],
    ids=["another_item", "an_end_with_nothing", "a_start", "a_state_that_is_none"],
)
async def test_a_laptop_that_answers_an_exercise_with(floor, frames, words):
    hand = await floor.hand()
    assert words in await floor.outcome(hand, lambda ask: hand.say(*frames(ask)), ask="exercise")


async def test_a_capture_that_was_sent_before_is_not_taken_again(floor):
    hand = await floor.hand()
    await hand.greet()
    link = await floor.hostile.link()
    head = start(1, expected=[])
    for again in range(2):
        capturing = asyncio.create_task(anext(link.collect()))
        ask = (await hand.until("ask"))["ask"]
        await hand.say({**head, "ask": ask})
        if again:
            with pytest.raises(LinkLost, match="sent before"):
                await capturing
        else:
            await capturing


# ---- floods --------------------------------------------------------------------------------------------


async def test_a_flood_of_frames_that_nobody_asked_for(floor):
    hand = await floor.hand()
    await hand.greet()
    await floor.hostile.link()

    async def attack():
        for n in range(100_000):
            await hand.say((item(1, n, f"i{n}", b"x" * 1000), b"x" * 1000))

    async with floor.attacked(attack()):
        assert "an answer to ask 1, which is not open" in await floor.hostile.away()


async def test_a_flood_of_100_000_progress_frames(floor):
    hand = await floor.hand()

    async def say(ask):
        going = {"frame": "progress", "ask": ask, "state": "going", "done": 1, "of": 2}
        for n in range(0, 100_000, 1000):
            await hand.say(*({**going, "n": m} for m in range(n, n + 1000)))

    assert "more than 4096 times progress" in await floor.outcome(hand, say, ask="exercise")


@pytest.mark.parametrize(
    ("frame", "words"),
    [({"frame": "ping", "number": 1}, "cannot be read"), ({"frame": "pong", "number": 999}, "was not sent")],
    ids=["pings", "answers_to_no_ping"],
)
async def test_a_flood_of(floor, frame, words):
    hand = await floor.hand()
    await hand.greet()
    await floor.hostile.link()

    async def attack():
        while True:
            await hand.say(*[frame] * 1000)

    async with floor.attacked(attack()):
        assert words in await floor.hostile.away()


async def test_an_answer_that_does_not_stop_when_it_is_told_to(floor):
    hand = await floor.hand()
    await hand.greet()
    link = await floor.hostile.link()
    values = link.collect()
    beginning = asyncio.create_task(anext(values))
    ask = (await hand.until("ask"))["ask"]
    await hand.say(start(ask))
    await beginning
    await values.aclose()

    async def attack():
        body = bytes(2**20)
        for n in range(1, 4000):
            await hand.say((item(ask, n, f"i{n}", body), body))

    async with floor.attacked(attack()):
        assert "more than 16777216 bytes of items" in await floor.hostile.away()


async def test_a_flood_of_bytes_that_open_to_nothing(floor):
    hand = await floor.hand()
    await hand.greet()
    await floor.hostile.link()
    nothing = b"\x00\x00\x00\xff\xff" * 10_000  # empty stored blocks

    async def attack():
        while True:
            await hand.carrier.write(nothing)

    async with floor.attacked(attack()):
        assert "bytes that make no frame" in await floor.hostile.away()


# ---- stalls --------------------------------------------------------------------------------------------


async def raw_connection(floor):
    return await asyncio.open_connection("127.0.0.1", floor.bench.listener.port)


@pytest.mark.parametrize("first", [b"", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET / HTTP/1.0\r\n\r\n"])
async def test_a_caller_that_stalls_before_or_in_its_handshake_is_cut_off(floor, first):
    reader, writer = await raw_connection(floor)
    writer.write(first)
    async with floor.attacked(asyncio.sleep(0)):
        with suppress(ConnectionError):
            while await reader.read(1000):
                pass
    writer.close()


@pytest.mark.parametrize("first", [b"", b"\0\0\0", struct.pack(">II", 100, 0) + b'{"frame": "hel'])
async def test_a_laptop_that_stalls_before_the_end_of_its_hello_is_cut_off(floor, first):
    hand = await floor.hand()
    await hand.say_raw(first)
    async with floor.attacked(asyncio.sleep(0)):
        await hand.ended()


async def stall_at_once(hand, ask):
    pass


async def stall_after_the_start(hand, ask):
    await hand.say(start(ask))


async def stall_in_a_header(hand, ask):
    await hand.say_raw(encoded(start(ask)) + struct.pack(">II", 500, 0) + b'{"frame": "item"')


async def stall_in_a_body(hand, ask):
    await hand.say_raw(encoded(start(ask)) + encoded(item(ask, 1, "dmi", bytes(10**6)), bytes(10**6))[:-1])


@pytest.mark.parametrize("stall", [stall_at_once, stall_after_the_start, stall_in_a_header, stall_in_a_body])
async def test_a_laptop_that_stalls_in_its_answer_but_answers_pings(floor, stall):
    hand = await floor.hand()
    await hand.greet()
    link = await floor.hostile.link()
    asking = asyncio.create_task(anext(_from_second(link.collect())))
    ask = (await hand.until("ask"))["ask"]
    await stall(hand, ask)

    async def answer_pings():
        async for frame in hand.hear():
            if frame["frame"] == "ping" and stall in (stall_at_once, stall_after_the_start):
                await hand.say({"frame": "pong", "number": frame["number"]})

    async with floor.attacked(answer_pings()):
        with pytest.raises(LinkError):
            await asking


async def _from_second(values):
    await anext(values)
    async for value in values:
        yield value


async def test_a_laptop_that_takes_nothing_the_bench_says(floor):
    hand = await floor.hand()
    await hand.greet()
    link = await floor.hostile.link()
    hand.carrier.reader._transport.pause_reading()

    async def attack():
        from hardware.laptops.link import LaptopPage

        for n in range(20_000):
            await link.show(LaptopPage(f"page {n}", ("x" * 300,) * 12))
            if n % 100 == 0:
                await asyncio.sleep(0)

    async with floor.attacked(attack()):
        await floor.hostile.away()


# ---- 4 GB ----------------------------------------------------------------------------------------------


@asynccontextmanager
async def little_memory() -> AsyncIterator[None]:
    tracemalloc.start()
    try:
        yield
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < MOST_MEMORY


@pytest.mark.parametrize(
    ("lengths", "words"),
    [((2**32 - 1, 0), "a header of 4294967295 bytes"), ((20, 2**32 - 1), "an item of 4294967295 bytes")],
)
async def test_a_laptop_that_announces_4_gb(floor, lengths, words):
    hand = await floor.hand()

    async def say(ask):
        await hand.say_raw(struct.pack(">II", *lengths))
        for _ in range(4096):
            await hand.say_raw(bytes(2**20))

    async with little_memory():
        assert words in await floor.outcome(hand, say)


async def test_a_laptop_that_sends_4_gb_in_items(floor):
    hand = await floor.hand()
    body = secrets.token_bytes(2**18)
    sent = 0

    async def say(ask):
        nonlocal sent
        await hand.say(start(ask))
        for n in range(1, 2**14 + 1):
            await hand.say((item(ask, n, f"smart-{n}", body), body))
            sent += len(body)

    async with little_memory():
        assert "more than 16777216 bytes of items" in await floor.outcome(hand, say)
    assert sent < 40 * 2**20


async def test_a_caller_that_sends_4_gb_before_its_handshake(floor):
    _, writer = await raw_connection(floor)
    sent = 0

    async def attack():
        nonlocal sent
        with suppress(ConnectionError):
            while sent < 2**32:
                writer.write(bytes(2**18))
                await writer.drain()
                sent += 2**18

    async with little_memory():
        flooding = asyncio.create_task(attack())
        async with floor.attacked(asyncio.sleep(0)):
            await flooding
    assert sent < 2**26


async def test_a_deflate_bomb(floor):
    hand = await floor.hand()
    await hand.greet()
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9, zdict=DICTIONARY)
    bomb = packer.compress(struct.pack(">II", 64 * 1024, 4 * 2**20))
    bomb += b"".join(packer.compress(bytes(2**20)) for _ in range(256)) + packer.flush()

    async def attack():
        await hand.carrier.write(bomb)
        await hand.ended()

    await floor.hostile.link()
    async with little_memory(), floor.attacked(attack()):
        assert "a header that cannot be read" in await floor.hostile.away()


# ---- reconnecting and replaying ------------------------------------------------------------------------


async def test_1_000_reconnects_of_one_laptop(floor):
    boot = secrets.token_hex(16)
    welcomed = refused = 0

    async def attack():
        nonlocal welcomed, refused
        for _ in range(1000):
            try:
                hand = await floor.hand(boot=boot)
                await hand.greet()
                welcomed += 1
                hand.carrier.close()
            except (OSError, EOFError):
                refused += 1

    attacking = asyncio.create_task(attack())
    async with floor.attacked(asyncio.sleep(0)):
        while not attacking.done():
            await floor.captured()
            await asyncio.sleep(0.05)
    await attacking
    assert welcomed > 0
    assert refused > 500, "a flood from one address is slowed down"


async def test_1_000_laptops_that_each_say_hello_and_nothing_more(floor):
    hands = []

    async def attack():
        for _ in range(1000):
            with suppress(OSError, EOFError):
                hand = await floor.hand()
                hands.append(hand)
                await hand.hello()

    async with floor.attacked(attack()):
        await floor.hostile.link()
    for hand in hands:
        hand.carrier.close()


async def test_a_recorded_session_that_is_played_again(floor):
    agent = StandIn(slot=2)
    recorded = bytearray()
    line = await floor.bench.plug()
    write = line.write

    async def recording(data):
        recorded.extend(data)
        await write(data)

    line.write = recording
    async with background(agent.serve(line)):
        link = await floor.hostile.link()
        assert [value async for value in link.collect()]
    await floor.hostile.away()

    async def attack():
        for _ in range(5):
            replay = await floor.bench.plug()
            await replay.write(bytes(recorded))
            with suppress(OSError):
                while await replay.read():
                    pass

    async with floor.attacked(attack()):
        while "which is not open" not in await floor.hostile.away():
            pass


async def test_a_laptop_that_says_the_number_of_another_one_does_not_get_its_place(floor):
    stick = floor.bench.keys.issue_stick("s2")
    from tests.hardware.laptops.stand_in import client_context, dial

    context = client_context(stick, floor.bench.folder / "other")
    other = Hand(await dial(floor.bench.listener.port, context), boot=floor.honest.last.identity, stick="s2")
    await other.hello()
    assert "Another laptop has this one's number" in (await other.until("refused"))["sentence"]
    await floor.captured()


async def test_a_laptop_that_wants_the_slot_of_another_one_does_not_get_it(floor):
    for _ in range(3):
        hand = Hand(await floor.bench.plug(), slot=1)
        await hand.hello()
        assert "Slot 1 has a laptop already" in (await hand.until("refused"))["sentence"]
        await floor.captured()


# ---- garbage -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("garbage", ["bytes", "packed", "json"])
async def test_a_laptop_that_speaks_garbage(floor, garbage):
    hand = await floor.hand()
    await hand.greet()
    await floor.hostile.link()

    async def attack():
        match garbage:
            case "bytes":
                await hand.carrier.write(secrets.token_bytes(100_000))
            case "packed":
                await hand.say_raw(secrets.token_bytes(100_000))
            case "json":
                await hand.say({"frame": "item", "ask": [1], "n": {"x": "\x00" * 999}})
        await hand.ended()

    async with floor.attacked(attack()):
        assert "The laptop sent" in await floor.hostile.away()
