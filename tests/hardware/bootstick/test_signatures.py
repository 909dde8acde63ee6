"""Signatures of EFI programs: a program that was changed by one bit is not what was signed."""

from __future__ import annotations

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.bootstick.signatures import NotAProgram, read_signatures, signed_digest
from tests.hardware.bootstick.made_up import SIGNER, forged_program, signed_program, unsigned_program

PROGRAM = signed_program(b"a kernel, as it was signed" * 20)
SIGNED_UP_TO = len(unsigned_program(b"a kernel, as it was signed" * 20))


def test_a_signed_program_names_its_signer() -> None:
    [signature] = read_signatures(PROGRAM)
    assert signature.names == (SIGNER,)
    assert signature.intact


def test_a_signature_with_another_key_is_nobodys() -> None:
    [signature] = read_signatures(forged_program(b"a kernel"))
    assert signature.names == ()
    assert not signature.intact


def test_a_changed_program_that_carries_its_own_digest_is_not_what_was_signed() -> None:
    before = signed_digest(PROGRAM)
    changed = bytearray(PROGRAM)
    changed[0x210] ^= 1
    digest = signed_digest(bytes(changed))
    # In the place of the right one, or behind the signature, where nothing signs it.
    replaced = bytes(changed).replace(before, digest)
    assert replaced != changed
    behind = struct.pack("<IHH", 40, 0x200, 2) + digest
    appended = changed + behind
    directory = 0x80 + 24 + 112 + 8 * 4
    at, length = struct.unpack_from("<II", appended, directory)
    struct.pack_into("<II", appended, directory, at, length + len(behind))
    for forged in (replaced, bytes(appended)):
        assert not any(signature.intact for signature in read_signatures(forged))


def test_bytes_behind_the_signatures_that_nothing_signs_are_noticed() -> None:
    with pytest.raises(NotAProgram):
        read_signatures(PROGRAM + b"more")


def test_an_unsigned_program_has_no_signature() -> None:
    assert read_signatures(unsigned_program(b"plain")) == []


@given(st.integers(0x200, SIGNED_UP_TO - 1), st.integers(0, 7))
def test_one_changed_bit_is_noticed(at: int, bit: int) -> None:
    changed = bytearray(PROGRAM)
    changed[at] ^= 1 << bit
    assert not any(signature.intact for signature in read_signatures(bytes(changed)))


@given(st.binary(max_size=600) | st.binary(max_size=40).map(lambda more: PROGRAM[:-8] + more))
def test_hostile_bytes_end_in_one_error(data: bytes) -> None:
    with contextlib.suppress(NotAProgram):
        read_signatures(data)


@given(st.integers(0, len(PROGRAM) - 1), st.integers(1, 255))
def test_a_broken_program_ends_in_one_error(at: int, change: int) -> None:
    broken = bytearray(PROGRAM)
    broken[at] ^= change
    with contextlib.suppress(NotAProgram):
        read_signatures(bytes(broken))


@given(st.integers(SIGNED_UP_TO, len(PROGRAM) - 1), st.integers(0, 7))
def test_no_changed_bit_of_a_signature_makes_it_say_something_else(at: int, bit: int) -> None:
    changed = bytearray(PROGRAM)
    changed[at] ^= 1 << bit
    with contextlib.suppress(NotAProgram):
        for signature in read_signatures(bytes(changed)):
            assert signature.names in ((), (SIGNER,)) or not signature.intact
