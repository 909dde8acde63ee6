"""Over any line that lets something through, what is read is what was written; in virtual time."""

import random
import tracemalloc
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.conversation import Conversation
from hardware.probe.wire.arq import SILENT_AFTER, LineEnd
from hardware.probe.wire.packets import Kind, Packet, PacketReader, Role, to_line
from hardware.simulated.line import Faults, Side
from tests.hardware.probe.wire.test_packets import ranges

LAPTOP, BENCH = Side.LAPTOP, Side.BENCH
FEW = settings(max_examples=25, deadline=None)

chances = st.floats(0, 0.003)
bad_lines = st.builds(
    Faults,
    flip=chances,
    drop=chances,
    twice=chances,
    insert=chances,
    stalls=st.floats(0, 10),
    cuts=st.floats(0, 6),
)


def noise(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


def met(talk: Conversation) -> Conversation:
    """Both ends have found each other."""
    assert talk.run(5, lambda: all(end.connected for end in talk.ends.values()))
    return talk


def exchange(talk: Conversation, up: bytes, down: bytes, seconds: float) -> None:
    """Both write, and both have it within so many seconds."""
    talk.to_write[LAPTOP] += up
    talk.to_write[BENCH] += down
    before = {side: len(talk.heard[side]) for side in Side}
    assert talk.run(
        seconds,
        lambda: (
            len(talk.heard[BENCH]) == before[BENCH] + len(up) and len(talk.heard[LAPTOP]) == before[LAPTOP] + len(down)
        ),
    )
    assert talk.heard[BENCH].endswith(up)
    assert talk.heard[LAPTOP].endswith(down)


# ---- a good line ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("baud", "payload"), [(9_600, 0.88), (115_200, 0.93), (921_600, 0.93)])
def test_a_clean_line_runs_full_and_nothing_is_sent_twice(baud: int, payload: float):
    talk = met(Conversation(baud=baud))
    begun, said, up = talk.now, talk.said[LAPTOP], noise(50_000)
    exchange(talk, up, b"", 500)
    assert len(up) / (talk.said[LAPTOP] - said) > payload
    assert len(up) / (baud / 10 * (talk.now - begun)) > payload
    assert talk.ends[LAPTOP].resent == talk.ends[BENCH].resent == 0
    assert talk.ends[BENCH].skipped == 0


def test_both_ways_at_once_a_clean_line_loses_nothing_and_sends_nothing_twice():
    talk = met(Conversation())
    exchange(talk, noise(40_000), noise(40_000, 2), 5)
    assert talk.ends[LAPTOP].resent == talk.ends[BENCH].resent == 0


def test_they_meet_within_a_second_whoever_comes_first():
    talk = Conversation()
    assert talk.run(1, lambda: talk.ends[BENCH].connected and talk.ends[LAPTOP].connected)
    talk = Conversation()
    talk.run(60)
    talk.start_anew(BENCH)
    assert talk.run(1, lambda: talk.ends[BENCH].connected)


def test_what_is_written_before_anybody_is_there_goes_to_the_first_who_comes():
    talk = Conversation()
    assert talk.ends[LAPTOP].write(b"hello") == 5
    assert talk.run(2, lambda: talk.heard[BENCH] == b"hello")


def test_an_idle_end_is_heard_every_second_and_hardly_uses_the_line():
    talk = met(Conversation())
    said = dict(talk.said)
    for _ in range(100):
        talk.run(0.7)
        assert all(talk.now - (end.heard_at or 0) < 1 for end in talk.ends.values())
    assert all(talk.said[side] - said[side] < 70 * 11_520 / 100 for side in Side)


def test_a_word_is_there_at_once_though_much_else_waits():
    talk = met(Conversation())
    talk.to_write[BENCH] += noise(60_000)
    talk.run(2)
    begun = talk.now
    exchange(talk, b"stop", b"", 10)
    assert talk.now - begun < 0.6


def test_many_small_writes_are_few_packets_while_the_line_is_busy():
    talk = met(Conversation())
    said = talk.said[LAPTOP]
    up = noise(8_000)
    for start in range(0, len(up), 100):
        talk.to_write[LAPTOP] += up[start : start + 100]
        talk.run(0.004)
    assert talk.run(5, lambda: talk.heard[BENCH] == up)
    assert len(up) / (talk.said[LAPTOP] - said) > 0.85


# ---- a bad line -----------------------------------------------------------------------------------------


@FEW
@given(bad_lines, st.integers(0, 2**32), st.integers(0, 6_000), st.integers(0, 6_000))
def test_over_any_bad_line_everything_comes_in_the_end(faults: Faults, seed: int, up: int, down: int):
    talk = Conversation(faults=faults, seed=seed)
    sent = {LAPTOP: noise(down, 2), BENCH: noise(up)}
    talk.to_write[LAPTOP] += sent[BENCH]
    talk.to_write[BENCH] += sent[LAPTOP]

    def whole() -> bool:
        assert all(sent[side].startswith(talk.heard[side]) for side in Side)
        return all(len(talk.heard[side]) == len(sent[side]) for side in Side)

    assert talk.run(3600, whole)
    assert talk.ends[LAPTOP].restarts == talk.ends[BENCH].restarts == 0


@pytest.mark.parametrize("flip", [0.0003, 0.003, 0.01])
def test_a_line_that_damages_bytes_all_the_time_still_carries_evidence(flip: float):
    talk = Conversation(faults=Faults(flip=flip))
    exchange(talk, noise(8_000), b"", 120)


@pytest.mark.parametrize("seconds", [0.5, 3.5, 20, 180])
def test_after_a_cut_it_goes_on_where_it_was(seconds: float):
    talk = met(Conversation())
    up = noise(30_000)
    talk.to_write[LAPTOP] += up
    talk.run(1)
    talk.line.cut(talk.now + seconds)
    talk.run(seconds)
    assert talk.run(4, lambda: talk.heard[BENCH] == up)
    assert talk.ends[BENCH].restarts == 0


def test_garbage_of_a_wrong_baud_rate_is_passed_over():
    talk = met(Conversation())
    chance = random.Random(3)
    for end in talk.ends.values():
        for _ in range(100):
            end.feed(chance.randbytes(1152), talk.now)
    exchange(talk, noise(3_000), noise(3_000), 3)
    assert talk.ends[BENCH].skipped > 100_000


def test_a_line_that_gives_back_what_is_said_confuses_nobody():
    laptop = LineEnd(Role.LAPTOP, 1, 0)
    for second in range(20):
        laptop.feed(laptop.outgoing(second), second)
    assert not laptop.connected
    talk = met(Conversation())
    end = talk.ends[LAPTOP]
    end.write(b"abc")
    end.feed(end.outgoing(talk.now), talk.now)
    assert end.read() == b""
    assert end.restarts == 0


def test_an_end_that_does_not_read_stops_the_other_and_nothing_is_lost():
    talk = met(Conversation())
    up = noise(100_000)
    talk.reads[BENCH] = False
    talk.to_write[LAPTOP] += up
    talk.run(60)
    laptop = talk.ends[LAPTOP]
    assert laptop.room == 0
    assert len(up) - len(talk.to_write[LAPTOP]) - laptop.pending == 16 * 1024
    assert laptop.resent == 0
    talk.reads[BENCH] = True
    assert talk.run(10, lambda: talk.heard[BENCH] == up)


# ---- who is there ---------------------------------------------------------------------------------------


def test_a_bench_says_nothing_that_a_boot_menu_could_take_for_keys():
    bench = LineEnd(Role.BENCH, 5, 0)
    assert bench.wake_at == inf
    assert bench.outgoing(100) == b""
    talk = met(Conversation())
    talk.line.cut(talk.now + 1000)
    talk.ends[BENCH].write(b"are you there")
    talk.run(SILENT_AFTER + 1)
    said = talk.said[BENCH]
    talk.run(300)
    assert talk.said[BENCH] == said
    assert talk.ends[BENCH].wake_at == inf


@pytest.mark.parametrize(("starts", "stays"), [(LAPTOP, BENCH), (BENCH, LAPTOP)])
def test_a_new_start_of_one_end_is_told_to_the_other_and_both_begin_anew(starts: Side, stays: Side):
    talk = met(Conversation())
    exchange(talk, noise(9_000), noise(5_000), 10)
    talk.to_write[LAPTOP] += noise(9_000, 5)
    talk.to_write[BENCH] += noise(9_000, 6)
    talk.run(0.3)
    talk.start_anew(starts)
    assert talk.run(3, lambda: talk.ends[stays].restarts == 1)
    assert talk.ends[stays].pending == 0
    for side in Side:
        talk.to_write[side].clear()
        talk.heard[side].clear()
    exchange(talk, b"anew", b"too", 3)
    assert talk.ends[stays].restarts == 1
    assert talk.ends[starts].restarts == 0


def test_packets_of_a_session_that_is_over_are_ignored():
    talk = met(Conversation())
    bench = talk.ends[BENCH]
    old = [talk.ends[LAPTOP].outgoing(talk.now + n) for n in range(3)]
    talk.ends[LAPTOP].write(b"stale")
    old.append(talk.ends[LAPTOP].outgoing(talk.now + 3))
    talk.now += 3
    talk.start_anew(LAPTOP)
    assert talk.run(5, lambda: bench.restarts == 1)
    for line in old:
        bench.feed(line, talk.now)
    exchange(talk, b"fresh", b"", 3)
    assert talk.heard[BENCH] == b"fresh"
    assert bench.restarts == 1


def test_a_session_that_was_taken_for_over_is_met_anew_when_it_is_the_one_that_lives():
    talk = met(Conversation())
    bench = talk.ends[BENCH]
    other = LineEnd(Role.LAPTOP, 99, talk.now)
    for _ in range(3):  # another laptop is at the line for a moment
        other.feed(bench.outgoing(talk.now), talk.now)
        bench.feed(other.outgoing(talk.now), talk.now)
    assert bench.restarts == 1
    session = bench.session
    assert talk.run(10, lambda: bench.restarts == 2 and bench.connected)
    assert bench.session != session
    assert talk.run(5, lambda: talk.ends[LAPTOP].restarts == 1)
    talk.heard[BENCH].clear()
    exchange(talk, b"still here", b"good", 3)


@pytest.mark.parametrize("session", [0, -1, 2**64])
def test_a_session_is_a_number_of_64_bits_and_not_0(session: int):
    with pytest.raises(ValueError, match="a session"):
        LineEnd(Role.BENCH, session, 0)


# ---- hostile ends ---------------------------------------------------------------------------------------


@FEW
@given(st.lists(st.binary(max_size=600), max_size=20))
def test_any_bytes_are_fed_without_an_error(portions: list[bytes]):
    for role in Role:
        end = LineEnd(role, 7, 0)
        for second, portion in enumerate(portions):
            end.feed(portion, second)
            end.outgoing(second)
            assert end.read() == b""


hostile = st.builds(
    Packet,
    st.just(Role.LAPTOP),
    st.sampled_from(Kind),
    st.sampled_from([1, 2, 3]),
    st.sampled_from([0, 7, 7, 7]),
    st.integers(0, 2**32 - 1) | st.integers(0, 20_000),
    st.integers(0, 2**32 - 1) | st.integers(0, 20_000),
    st.integers(0, 2**16 - 1),
    st.integers(0, 2**16 - 1) | st.integers(0, 50),
    st.integers(0, 2**16 - 1),
    st.lists(st.integers(1, 2**16 - 1), max_size=16, unique=True).map(ranges),
    st.binary(max_size=99) | st.integers(0, 1024).map(bytes),
)


@FEW
@given(st.lists(hostile, max_size=60))
def test_packets_that_lie_raise_nothing_and_make_an_end_keep_and_say_no_more_than_it_may(lies: list[Packet]):
    bench = LineEnd(Role.BENCH, 7, 0)
    now = 0.0
    bench.write(noise(30_000))
    for lie in lies:
        now += 0.1
        bench.feed(to_line(lie), now)
        assert len(bench.outgoing(now)) < 5_200
        assert bench.wake_at > now
        assert bench.pending <= 64 * 1024
    assert len(bench.read()) <= 16 * 1024


def test_pieces_that_never_join_are_not_kept_without_end():
    bench = LineEnd(Role.BENCH, 7, 0)
    bench.feed(to_line(Packet(Role.LAPTOP, Kind.STATE, 1, 7)), 0)
    tracemalloc.start()
    for number in range(4_000):
        piece = Packet(Role.LAPTOP, Kind.STATE, 1, 7, sequence=1 + 2 * number * 37 % 40_000, payload=b"x")
        bench.feed(to_line(piece), 1)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200_000
    assert bench.read() == b""


def test_a_stream_of_more_than_four_gigabytes_goes_on():
    # What both ends would have after 4 GiB, but for the time that takes.
    talk = met(Conversation())
    for side in Side:
        sending, receiving = talk.ends[side]._sending, talk.ends[side]._receiving
        sending._place = sending._next = receiving._place = 2**32 - 3_000
        sending._edge = 2**32 + 1_000
    exchange(talk, noise(20_000), noise(20_000), 10)


@FEW
@given(st.lists(st.integers(0, 2**20), min_size=1, max_size=30), st.integers(0, 99))
def test_packets_said_again_in_any_order_change_nothing_of_what_is_read(replays: list[int], seed: int):
    talk = met(Conversation(seed=seed))
    laptop, bench = talk.ends[LAPTOP], talk.ends[BENCH]
    up = noise(20_000)
    sent, heard = 0, b""
    said: list[bytes] = []
    for number in range(400):
        now = talk.now + number * 0.1
        sent += laptop.write(up[sent:])
        line = laptop.outgoing(now)
        said += [to_line(packet) for packet in PacketReader().feed(line)]
        bench.feed(line, now)
        if said:
            bench.feed(said[replays[number % len(replays)] % len(said)], now)
        heard += bench.read()
        assert up.startswith(heard)
        laptop.feed(bench.outgoing(now), now)
    assert heard == up
