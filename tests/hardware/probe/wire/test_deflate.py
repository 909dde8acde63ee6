"""What is packed opens to what it was, and nothing that a laptop sends opens to more than is asked for."""

import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.probe.capture import Capture
from hardware.probe.items_linux import table
from hardware.probe.laptop import Laptop
from hardware.probe.wire.deflate import NotPacked, Packer, Unpacker
from hardware.probe.wire.dictionary import DICTIONARY
from tests.hardware.probe import laptop_tree

BOMB = bytes(64 * 2**20)


def packed(*batches: bytes) -> bytes:
    packer = Packer()
    return b"".join(map(packer.pack, batches))


def raw(data: bytes) -> bytes:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
    return deflate.compress(data) + deflate.flush()


@given(st.lists(st.binary(max_size=300) | st.integers(0, 40_000).map(bytes)), st.integers(1, 99), st.integers(1, 999))
def test_it_opens_to_what_was_packed_however_it_is_cut(batches: list[bytes], portion: int, limit: int):
    line = packed(*batches)
    unpacker = Unpacker(limit)
    pieces = [
        piece for start in range(0, len(line), portion) for piece in unpacker.unpack(line[start : start + portion])
    ]
    assert b"".join(pieces) == b"".join(batches)
    assert all(0 < len(piece) <= limit for piece in pieces)


@given(st.lists(st.binary(min_size=1, max_size=99), min_size=1))
def test_each_batch_can_be_opened_as_soon_as_it_is_there(batches: list[bytes]):
    packer, unpacker = Packer(), Unpacker()
    for batch in batches:
        assert b"".join(unpacker.unpack(packer.pack(batch))) == batch


@given(st.binary(max_size=2000))
def test_any_bytes_open_or_are_refused_for_ever(data: bytes):
    for line in (data, packed(b"hello") + data):
        unpacker = Unpacker(1000)
        try:
            pieces = list(unpacker.unpack(line))
        except NotPacked:
            with pytest.raises(NotPacked):
                next(unpacker.unpack(packed(b"more")))
        else:
            assert all(len(piece) <= 1000 for piece in pieces)


def test_a_bomb_opens_in_pieces_and_only_as_far_as_it_is_asked_for():
    line = packed(b"x")[:4] + raw(BOMB)
    assert len(line) < len(BOMB) / 900
    unpacker = Unpacker(10_000)
    tracemalloc.start()
    pieces = unpacker.unpack(line)
    assert [len(next(pieces)) for _ in range(3)] == [10_000] * 3
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2**20


def test_what_was_not_asked_for_comes_with_the_next_call():
    unpacker = Unpacker(3)
    assert next(unpacker.unpack(packed(b"abcdefgh"))) == b"abc"
    assert list(unpacker.unpack(b"")) == [b"def", b"gh"]


def test_an_end_with_another_dictionary_is_told_from_noise_by_its_first_bytes():
    with pytest.raises(NotPacked, match="another dictionary"):
        list(Unpacker().unpack(b"\0\0\0\0" + raw(b"hello")))


def test_core_evidence_is_a_third_shorter_for_the_words_that_both_ends_know(tmp_path):
    capture = Capture(Laptop(str(laptop_tree.build(tmp_path))), None, fast=True)
    evidence = b"".join(data for _, data in capture.items())
    assert len(packed(evidence)) < len(raw(evidence)) * 2 / 3


def test_nothing_packs_to_nothing():
    assert packed(b"", b"") == b""


def test_the_dictionary_has_every_item_of_the_table_in_its_own_words(tmp_path):
    for entry in table(Laptop(str(laptop_tree.build(tmp_path)))):
        kind = entry.id.split("-")[0]
        if kind not in ("smart", "emmc", "edid"):
            assert f'"id":"{entry.id}","source":"{entry.source}"'.encode() in DICTIONARY
