"""Packing what goes over a line. Each portion can be opened as soon as it is there, and a bomb opens only in pieces.

What is packed is the dictionary's name (4 bytes, big-endian), then raw deflate streams one after the other. Each begins
with nothing but the dictionary, so that its words stay in reach however much has been said before: that makes core
evidence shorter by a quarter than one stream with the same dictionary does.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from .dictionary import DICTIONARY, NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_PORTION = 8 * 1024
"""Bytes packed into one stream."""
_NAME = NAME.to_bytes(4, "big")


class NotPacked(Exception):
    """The bytes are not what a `Packer` with the same dictionary gives. The message is a clause."""


class Packer:
    """Packs what is said one way."""

    def __init__(self) -> None:
        self._begun = False

    def pack(self, data: bytes) -> bytes:
        """`data` packed, whole: the other end can open it at once. Several small frames packed together are shorter
        than one by one; nothing packs to nothing.
        """
        packed = []
        for start in range(0, len(data), LARGEST_PORTION):
            deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9, zdict=DICTIONARY)
            packed += [deflate.compress(data[start : start + LARGEST_PORTION]), deflate.flush()]
        if packed and not self._begun:
            packed.insert(0, _NAME)
            self._begun = True
        return b"".join(packed)


class Unpacker:
    """Opens what one `Packer` has packed, in whatever portions it comes, at most `limit` bytes at a time."""

    def __init__(self, limit: int = 64 * 1024) -> None:
        self._limit = limit
        self._inflate = _inflate()
        self._name = b""
        self._rest = b""
        self._more = False
        self._empty = True
        """True until the portion that is being opened has given something. A packer says nothing that is empty: much of
        it would be much work for few bytes.
        """
        self._broken: NotPacked | None = None

    def unpack(self, data: bytes) -> Iterator[bytes]:
        """What `data` opens to, in pieces of at most `limit` bytes, each opened only when it is asked for. What is not
        asked for comes first with the next call. Raises `NotPacked`, now and for ever after.
        """
        self._rest += data
        return self._pieces()

    def _pieces(self) -> Iterator[bytes]:
        if self._broken is not None:
            raise self._broken
        missing = len(_NAME) - len(self._name)
        self._name += self._rest[:missing]
        self._rest = self._rest[missing:]
        if not _NAME.startswith(self._name):
            self._break("packed with another dictionary: this end is of another version, or it is noise")
        while self._rest or self._more:
            try:
                piece = self._inflate.decompress(self._rest, self._limit)
            except zlib.error as error:
                self._break(f"not a packed stream ({error})")
            self._empty = self._empty and not piece
            if self._inflate.eof:
                if self._empty:
                    self._break("a portion with nothing in it")
                self._empty = True
                self._rest = self._inflate.unused_data
                self._inflate = _inflate()
                self._more = False
            else:
                self._rest = self._inflate.unconsumed_tail
                # A full piece may be followed by more that waits inside, though all of the input was taken.
                self._more = len(piece) == self._limit
            if piece:
                yield piece

    def _break(self, why: str) -> None:
        self._rest = b""
        self._broken = NotPacked(why)
        raise self._broken


def _inflate() -> zlib._Decompress:
    return zlib.decompressobj(-zlib.MAX_WBITS, zdict=DICTIONARY)
