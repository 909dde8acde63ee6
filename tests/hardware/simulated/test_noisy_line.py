"""The bad cable: slow as it says, bad as it says, and gone where it is cut."""

import fcntl
import os
import random
import select
import socket
import struct
import termios
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import serial
from hypothesis import given
from hypothesis import strategies as st

from hardware.probe.wire.arq import LineEnd
from hardware.probe.wire.packets import Role
from hardware.simulated.line import Faults, Line, Side
from hardware.simulated.noisy_line import NoisyLine
from hardware.simulated.pty_port import LinkTaken

LAPTOP, BENCH = Side.LAPTOP, Side.BENCH
LONG = 60.0
FAST = 4_000_000


# ---- the line itself, on a clock of its own ---------------------------------------------------------------


def through(line: Line, data: bytes, until: float, step: float = 0.05) -> bytes:
    """What comes of `data` at the bench by then."""
    out, now = b"", 0.0
    while now < until:
        given_now = data[: line.room(LAPTOP)]
        line.put(LAPTOP, given_now, now)
        data = data[len(given_now) :]
        now += step
        out += line.take(BENCH, now)
    return out


def test_a_line_carries_a_tenth_of_its_baud_rate_in_bytes_a_second():
    assert len(through(Line(0, baud=115_200), bytes(50_000), 2)) == 23_040
    assert len(through(Line(0, baud=9_600), bytes(50_000), 2)) == 1_920


def test_both_directions_have_the_whole_rate():
    line = Line(0, baud=9_600)
    line.put(LAPTOP, b"a" * 960, 0)
    line.put(BENCH, b"b" * 960, 0)
    assert line.take(BENCH, 1) == b"a" * 960
    assert line.take(LAPTOP, 1) == b"b" * 960


def test_a_byte_is_there_when_the_line_says_so():
    line = Line(5, baud=9_600)
    line.put(LAPTOP, b"x", 7)
    assert line.take(BENCH, line.ready_at(BENCH) - 1e-4) == b""
    assert line.take(BENCH, line.ready_at(BENCH)) == b"x"
    assert line.ready_at(BENCH) == float("inf")


@given(st.binary(max_size=3000), st.lists(st.floats(0, 0.5), max_size=50))
def test_a_clean_line_gives_exactly_what_it_was_given(data: bytes, steps: list[float]):
    line, now, out = Line(0), 0.0, b""
    line.put(LAPTOP, data, 0)
    for step in [*steps, 10]:
        now += step
        out += line.take(BENCH, now)
    assert out == data


def test_the_same_seed_gives_the_same_faults_and_another_gives_others():
    faults, data = (
        Faults(flip=0.01, drop=0.01, twice=0.01, insert=0.01, stalls=20, cuts=6),
        random.Random(1).randbytes(4000),
    )
    first, again, other = (through(Line(0, faults=faults, seed=seed), data, 60) for seed in (1, 1, 2))
    assert first == again != other


@pytest.mark.parametrize(
    ("faults", "least", "most"),
    [(Faults(drop=0.1), 8_500, 9_500), (Faults(twice=0.1), 10_500, 11_500), (Faults(insert=0.1), 10_500, 11_500)],
)
def test_so_many_bytes_are_lost_or_added_as_it_says(faults: Faults, least: int, most: int):
    assert least < len(through(Line(0, faults=faults), bytes(10_000), 3)) < most


def test_a_flip_turns_one_bit():
    out = through(Line(0, faults=Faults(flip=0.1)), bytes(10_000), 3)
    assert 500 < sum(byte != 0 for byte in out) < 1_500
    assert {byte.bit_count() for byte in out} == {0, 1}


def test_a_stall_only_holds_bytes_and_a_cut_loses_them():
    data = bytes(20_000)
    assert len(through(Line(0, faults=Faults(stalls=60, stall_s=0.5)), data, 60)) == len(data)
    line = Line(0)
    line.put(LAPTOP, b"lost", 0)
    line.cut(2)
    line.put(LAPTOP, b"too", 1)
    assert not line.connected(1.9)
    assert line.connected(2)
    line.put(LAPTOP, b"there", 2)
    assert line.take(BENCH, 3) == b"there"


def test_whoever_writes_more_than_a_buffer_has_to_wait():
    line = Line(0)
    line.put(LAPTOP, bytes(10_000), 0)
    assert line.room(LAPTOP) == 0
    assert len(line.take(BENCH, 10)) == 4096


# ---- between a port and a socket --------------------------------------------------------------------------


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[socket.socket]:
    """A virtual laptop's socket, as QEMU listens."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "laptop"))
        server.listen(1)
        server.settimeout(LONG)
        yield server


def accepted(server: socket.socket) -> socket.socket:
    peer, _ = server.accept()
    peer.settimeout(LONG)
    return peer


def exactly(peer: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size and (more := peer.recv(size - len(data))):
        data += more
    return data


def taken_from(peer: socket.socket) -> None:
    """Waits until the line has taken all that was sent."""
    until = time.monotonic() + LONG
    while struct.unpack("i", fcntl.ioctl(peer, termios.TIOCOUTQ, bytes(4)))[0]:
        assert time.monotonic() < until
        time.sleep(0.01)


def opened(line: NoisyLine) -> serial.Serial:
    """The port, as soon as it is there."""
    until = time.monotonic() + LONG
    while True:
        try:
            return serial.Serial(line.path, 115_200, timeout=LONG)
        except serial.SerialException:
            assert time.monotonic() < until
            time.sleep(0.01)


def test_bytes_go_both_ways_between_the_port_and_the_laptop(tmp_path: Path, laptop: socket.socket):
    data = random.Random(1).randbytes(30_000)
    with (
        NoisyLine(tmp_path / "port", tmp_path / "laptop", baud=FAST) as line,
        opened(line) as port,
        accepted(laptop) as peer,
    ):
        writer = threading.Thread(target=peer.sendall, args=(data,))
        writer.start()
        assert port.read(len(data)) == data
        writer.join()
        port.write(b"\0\x03\x11\x13\r\n\xff")
        assert exactly(peer, 7) == b"\0\x03\x11\x13\r\n\xff"
    assert not os.path.lexists(line.path)


def test_it_listens_for_a_laptop_that_connects_and_for_the_next_one(tmp_path: Path):
    place = tmp_path / "laptop"
    with NoisyLine(tmp_path / "port", place, listen=True, baud=FAST) as line, opened(line) as port:
        for word in (b"first", b"second"):
            with socket.socket(socket.AF_UNIX) as peer:
                peer.connect(str(place))
                peer.sendall(word)
                assert port.read(len(word)) == word
    assert not place.exists()


def test_it_finds_a_laptop_that_comes_later_and_comes_again(tmp_path: Path):
    place = tmp_path / "laptop"
    with NoisyLine(tmp_path / "port", place, baud=FAST) as line, opened(line) as port:
        for word in (b"first", b"second"):
            with socket.socket(socket.AF_UNIX) as server:
                server.bind(str(place))
                server.listen(1)
                server.settimeout(LONG)
                with accepted(server) as peer:
                    peer.sendall(word)
                    assert port.read(len(word)) == word
            place.unlink()


def test_while_it_is_cut_the_port_is_gone_and_it_comes_back_under_the_same_path(tmp_path: Path, laptop: socket.socket):
    with (
        NoisyLine(tmp_path / "port", tmp_path / "laptop", baud=FAST) as line,
        opened(line) as port,
        accepted(laptop) as peer,
    ):
        line.cut()
        with pytest.raises(serial.SerialException):
            port.read(1)
        assert not os.path.lexists(line.path)
        peer.sendall(b"lost")
        taken_from(peer)
        line.mend()
        with opened(line) as again:
            peer.sendall(b"here")
            assert again.read(4) == b"here"


def test_something_else_at_the_ports_path_stays_and_nothing_is_left_behind(tmp_path: Path):
    (tmp_path / "port").write_text("notes")
    before = set(os.listdir("/proc/self/fd"))
    with pytest.raises(LinkTaken):
        NoisyLine(tmp_path / "port", tmp_path / "laptop", listen=True)
    assert (tmp_path / "port").read_text() == "notes"
    assert not (tmp_path / "laptop").exists()
    assert set(os.listdir("/proc/self/fd")) == before


def test_closed_twice_it_leaves_no_thread_and_no_descriptor(tmp_path: Path):
    threads, files = threading.active_count(), set(os.listdir("/proc/self/fd"))
    line = NoisyLine(tmp_path / "port", tmp_path / "laptop", listen=True)
    line.close()
    line.close()
    assert threading.active_count() == threads
    assert set(os.listdir("/proc/self/fd")) == files


def talk(end: LineEnd, file: int, say: bytes, over: Callable[[bytes], bool]) -> bytes:
    """An owner of one end at a descriptor: says that, and hears until it is over."""
    heard, unsent, until = b"", b"", time.monotonic() + LONG
    assert end.write(say) == len(say)
    while not over(heard) and time.monotonic() < until:
        now = time.monotonic()
        unsent = unsent or end.outgoing(now)
        wait = 0.1 if unsent else max(0.0, min(end.wake_at - now, 0.1))
        readable, writable, _ = select.select([file], [file] if unsent else [], [], wait)
        if readable:
            end.feed(os.read(file, 4096), time.monotonic())
            heard += end.read()
        if writable:
            unsent = unsent[os.write(file, unsent[:256]) :]
    return heard


def test_over_a_real_port_and_a_bad_line_both_ends_get_what_the_other_says(tmp_path: Path, laptop: socket.socket):
    faults = Faults(flip=0.0005, drop=0.0005, insert=0.0005, twice=0.0005)
    up, down = random.Random(1).randbytes(20_000), random.Random(2).randbytes(5_000)
    at_laptop = LineEnd(Role.LAPTOP, 11, time.monotonic())
    at_bench = LineEnd(Role.BENCH, 12, time.monotonic())
    done = threading.Event()
    heard: list[bytes] = []
    with (
        NoisyLine(tmp_path / "port", tmp_path / "laptop", baud=921_600, faults=faults, seed=5) as line,
        opened(line) as port,
        accepted(laptop) as peer,
    ):
        file = peer.fileno()
        agent = threading.Thread(target=lambda: heard.append(talk(at_laptop, file, up, lambda _: done.is_set())))
        agent.start()
        try:
            got = talk(at_bench, port.fileno(), down, lambda got: len(got) == len(up) and not at_bench.pending)
        finally:
            done.set()
            agent.join()
    assert got == up
    assert heard == [down]
    assert at_laptop.resent > 0
