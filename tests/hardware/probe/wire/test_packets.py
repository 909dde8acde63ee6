"""Packets are found in any noise, whole or not at all."""

import random
import tracemalloc
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.probe.wire.packets import LARGEST_PAYLOAD, MOST_RANGES, Kind, Packet, PacketReader, Role, to_line

GRUB = b"\x1b[2J\x1b[H\r\nGNU GRUB  version 2.06\r\n\x1b[7m*Intake\x1b[0m\r\n[    0.000000] Linux version 6.1\r\n"
SMALL = Packet(Role.LAPTOP, Kind.STATE, 1, 2, payload=b"\0evidence\0")


def ranges(limits: list[int]) -> tuple[tuple[int, int], ...]:
    ordered = sorted(limits)
    return tuple(zip(ordered[0::2], ordered[1::2], strict=False))


packets = st.builds(
    Packet,
    st.sampled_from(Role),
    st.sampled_from(Kind),
    st.integers(1, 2**64 - 1),
    st.integers(0, 2**64 - 1),
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**16 - 1),
    st.integers(0, 2**16 - 1),
    st.integers(0, 2**16 - 1),
    st.lists(st.integers(1, 2**16 - 1), max_size=2 * MOST_RANGES, unique=True).map(ranges),
    st.binary(max_size=LARGEST_PAYLOAD) | st.integers(0, LARGEST_PAYLOAD).map(bytes),
)


def cut(data: bytes, places: list[int]) -> list[bytes]:
    ends = sorted({place % (len(data) + 1) for place in places} | {0, len(data)})
    return [data[start:end] for start, end in pairwise(ends)]


def read(*portions: bytes) -> list[Packet]:
    reader = PacketReader()
    return [packet for portion in portions for packet in reader.feed(portion)]


@given(st.lists(packets, max_size=4), st.lists(st.integers(0, 10_000), max_size=8))
def test_however_the_bytes_are_cut_the_same_packets_come_out(sent: list[Packet], places: list[int]):
    line = b"".join(map(to_line, sent))
    assert read(*cut(line, places)) == sent


@given(packets, st.binary(max_size=300), st.binary(max_size=300))
def test_noise_before_and_after_hides_no_packet(packet: Packet, before: bytes, after: bytes):
    assert packet in read(before + to_line(packet) + after)


def test_a_packet_is_found_in_what_a_boot_loader_and_a_kernel_write():
    reader = PacketReader()
    assert reader.feed(GRUB + to_line(SMALL) + GRUB + to_line(SMALL)) == [SMALL, SMALL]
    assert reader.skipped == 2 * len(GRUB)


def test_each_single_bit_that_is_wrong_costs_the_packet_and_never_gives_another():
    line = to_line(SMALL)
    for place in range(8, 8 * len(line) - 8):  # the delimiters outside are not of the packet
        wrong = bytearray(line)
        wrong[place // 8] ^= 1 << place % 8
        assert read(bytes(wrong)) == []
        assert read(bytes(wrong) + line) == [SMALL]


@given(packets, st.integers(0, 2**20), st.binary(max_size=3))
def test_bytes_lost_or_added_within_a_packet_give_no_other_packet(packet: Packet, place: int, added: bytes):
    line = to_line(packet)
    place = 1 + place % (len(line) - 2)
    assert set(read(line[:place] + added + line[place + 1 :])) <= {packet}


@given(st.binary(max_size=4000))
def test_any_bytes_are_read_without_an_error_and_all_of_them_are_counted(noise: bytes):
    reader = PacketReader()
    packets_read = reader.feed(noise + b"\0")
    assert packets_read == []
    assert reader.skipped == len(noise) - noise.count(0)


@pytest.mark.parametrize("pattern", [b"\xff", b"\0", b"\x01", b"\0\xff", b"\x02\0"])
def test_no_amount_of_noise_is_kept(pattern: bytes):
    reader = PacketReader()
    portion = pattern * (2**16 // len(pattern))
    tracemalloc.start()
    for _ in range(8):
        assert reader.feed(portion) == []
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5 * len(portion)
    assert reader.feed(b"\0" + to_line(SMALL)) == [SMALL]


def test_random_noise_of_a_wrong_baud_rate_gives_nothing():
    reader = PacketReader()
    assert reader.feed(random.Random(1).randbytes(2**19)) == []


def test_a_packet_of_another_version_is_passed_over():
    later = bytearray(to_line(SMALL))
    assert read(bytes(later)) == [SMALL]
    assert read(to_line(SMALL._replace(ours=0))) == []  # nobody has the session 0


def test_a_full_packet_is_at_least_ninety_five_parts_payload_of_a_hundred():
    worst = to_line(SMALL._replace(payload=b"\xff" * LARGEST_PAYLOAD))
    assert len(worst) == 1067
    assert LARGEST_PAYLOAD / len(worst) > 0.95
    assert len(to_line(SMALL._replace(payload=b""))) == 39
