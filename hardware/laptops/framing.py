"""Frames out of bytes, whatever they mean: a header and a body, each with its length before it, both bounded.

A frame: header length and body length (4 bytes each, big-endian), header (JSON), body (hardware/probe/stream.py).
What a header may say, and whether a body may follow it, is for whoever reads: it is asked as soon as the header is
there, before a byte of the body is kept.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Final, Generic, TypeVar

from hardware.evidence.bundle import LARGEST_ITEM

__all__ = ["LARGEST_HEADER", "LENGTHS", "PIECE", "FrameError", "Framing", "framed"]

LARGEST_HEADER: Final = 64 * 1024
"""Bytes of one header. The largest real one is the first, with some 30 item ids."""
PIECE: Final = 64 * 1024
"""Bytes that are looked at in one step, so that no more is kept than one frame and one piece."""

LENGTHS: Final = struct.Struct(">II")

T = TypeVar("T")


class FrameError(Exception):
    """The bytes are not what a probe sends. The message is a clause: what is wrong with them."""


class Framing(Generic[T]):
    """Takes bytes in any portions and gives each frame as (what `read` made of its header, its body).

    `read` is given a header and the length of the body that follows, and raises `FrameError` where they cannot be.
    However the bytes are cut into portions, the same frames come out, and the same error after them.
    """

    def __init__(self, read: Callable[[bytes, int], T]) -> None:
        self._read = read
        self._buffer = bytearray()
        self._header: T | None = None
        self._body_length = 0
        self._broken: FrameError | None = None
        self.taken = 0
        """Bytes of the frames that were given."""

    def feed(self, data: bytes) -> Iterator[tuple[T, bytes]]:
        """The frames that have become whole with `data`. Raises `FrameError`, now and for ever after."""
        if self._broken is not None:
            raise self._broken
        try:
            for start in range(0, len(data), PIECE):
                self._buffer += data[start : start + PIECE]
                while (frame := self._next()) is not None:
                    yield frame
        except FrameError as error:
            self._broken = error
            self._buffer.clear()
            raise

    def _next(self) -> tuple[T, bytes] | None:
        if self._header is None and not self._begin():
            return None
        if self._header is None or len(self._buffer) < self._body_length:
            return None
        header, self._header = self._header, None
        body = bytes(self._buffer[: self._body_length])
        del self._buffer[: self._body_length]
        self.taken += self._body_length
        return header, body

    def _begin(self) -> bool:
        """Takes the next header, once it is there."""
        if len(self._buffer) < LENGTHS.size:
            return False
        header_length, body_length = LENGTHS.unpack_from(self._buffer)
        if not 2 <= header_length <= LARGEST_HEADER:
            raise FrameError(f"a header of {header_length} bytes, but one has at most {LARGEST_HEADER}")
        if body_length > LARGEST_ITEM:
            raise FrameError(f"an item of {body_length} bytes, but one has at most {LARGEST_ITEM}")
        end = LENGTHS.size + header_length
        if len(self._buffer) < end:
            return False
        self._header = self._read(bytes(self._buffer[LENGTHS.size : end]), body_length)
        self._body_length = body_length
        del self._buffer[:end]
        self.taken += end
        return True


def framed(header: bytes, body: bytes = b"") -> bytes:
    """One frame."""
    return LENGTHS.pack(len(header), len(body)) + header + body
