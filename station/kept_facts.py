"""Facts as they are kept beside an attempt: packed small, and named by the parsers that read them.

They are a copy for speed and never the truth: the evidence is. Facts that other parsers read are read again from it.
"""

from __future__ import annotations

from typing import Final

import msgspec
import zstandard
from msgspec import Struct

from hardware.evidence.facts import Reading
from hardware.evidence.version import reader_version
from specs.facts import Facts

__all__ = ["KeptFacts", "ReadFacts", "pack_facts", "unpack_facts"]

LARGEST: Final = 64 * 2**20
"""Bytes of unpacked facts. A typical laptop's are 13 kB; a hostile bundle of 16 MiB cannot give more than its size
several times over.
"""


class ReadFacts(Struct, frozen=True):
    """The facts of every round of one attempt's evidence, first to last."""

    first: Facts
    again: tuple[Facts, ...] = ()


class KeptFacts(Struct, frozen=True):
    """Packed facts, and the digest of the parsers that read them."""

    reader: str
    data: bytes


_DECODER: Final = msgspec.msgpack.Decoder(ReadFacts)


def pack_facts(reading: Reading) -> KeptFacts:
    """The facts of a reading, packed: 3 kB for a typical laptop."""
    packed = msgspec.msgpack.encode(ReadFacts(reading.facts, reading.again))
    return KeptFacts(reader_version(), zstandard.ZstdCompressor(level=1).compress(packed))


def unpack_facts(kept: KeptFacts) -> ReadFacts | None:
    """The facts again; None where other parsers read them, or where they are damaged."""
    if kept.reader != reader_version():
        return None
    try:
        packed = zstandard.ZstdDecompressor().decompress(kept.data, max_output_size=LARGEST)
        return _DECODER.decode(packed)
    except (zstandard.ZstdError, msgspec.DecodeError):
        return None
