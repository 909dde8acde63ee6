"""Signatures of EFI programs: a program that was changed by one bit is not what was signed."""

from __future__ import annotations

import contextlib

from hypothesis import given
from hypothesis import strategies as st

from hardware.bootstick.signatures import NotAProgram, read_signatures
from tests.hardware.bootstick.made_up import SIGNER, signed_program, unsigned_program

PROGRAM = signed_program(b"a kernel, as it was signed" * 20)
SIGNED_UP_TO = len(unsigned_program(b"a kernel, as it was signed" * 20))


def test_a_signed_program_names_its_signer() -> None:
    [signature] = read_signatures(PROGRAM)
    assert signature.names == (SIGNER,)
    assert signature.intact


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
