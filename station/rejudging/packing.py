"""What a store keeps of judging again, and how: changes are packed, because those of 40,000 attempts by a rather
different profile would else take 300 MB.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
import zstandard

from station.rejudging.archive import Change, Run

__all__ = ["pack_changes", "run_of", "unpack_changes"]

LARGEST: Final = 64 * 2**20
"""Bytes unpacked. A record has at most 1,000 findings, and each has texts of a few hundred characters."""

_CHANGES: Final = msgspec.msgpack.Decoder(tuple[Change, ...])


def pack_changes(changes: Sequence[Change]) -> bytes | None:
    """The changes, packed; None where there are none."""
    if not changes:
        return None
    return zstandard.ZstdCompressor(level=1).compress(msgspec.msgpack.encode(tuple(changes)))


def unpack_changes(data: bytes | None) -> tuple[Change, ...]:
    """The changes again. Raises `msgspec.DecodeError` or `zstandard.ZstdError` where they are damaged."""
    if not data:
        return ()
    return _CHANGES.decode(zstandard.ZstdDecompressor().decompress(data, max_output_size=LARGEST))


def run_of(row: Mapping[Any, Any]) -> Run:
    """A run by its row in the table `rejudging`, which is alike in both stores."""
    return Run(
        run_id=row["run_id"],
        profile=row["profile"],
        profile_digest=row["profile_digest"],
        moment=row["moment"],
        done_to=row["done_to"],
        complete=row["finished_at"] is not None,
        published_at=row["published_at"] or "",
        operator=row["operator"] or "",
        reason=row["reason"] or "",
    )
