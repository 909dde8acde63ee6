"""Benches: who may send, and the proof that central has everything a bench ever numbered."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection, and_, exists, select, update

from station.central.schema import bench, bench_seq

__all__ = ["Proof", "bench_of_token", "is_bench_id", "missing_numbers", "proof", "raise_high_water", "token_hash"]

_BENCH_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII)
_MOST_MISSING: Final = 100
# A gap is looked for among so many numbers past the high water; more would make an answer slow.
_LOOK_AHEAD: Final = 5000


class Proof(Struct, frozen=True):
    """What central holds of a bench: `stored` of `highest_seq`, without a gap up to `high_water`.

    `quarantined` numbers are held too, but only as bytes that were refused. `missing` lists the first of the rest.
    """

    bench_id: str
    stored: int
    high_water: int
    highest_seq: int
    quarantined: int
    complete: bool
    missing: tuple[int, ...]


def is_bench_id(text: str) -> bool:
    """True where `text` may name a bench: letters, digits and _ . - , at most 64."""
    return _BENCH_ID.fullmatch(text) is not None


def token_hash(token: str) -> str:
    """What central keeps of a token: its SHA-256 (a token is 32 random bytes, so no slow hash is needed)."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def bench_of_token(connection: Connection, token: str) -> str | None:
    """The bench that a token belongs to, or None."""
    found: str | None = connection.scalar(select(bench.c.bench_id).where(bench.c.token_sha256 == token_hash(token)))
    return found


def raise_high_water(connection: Connection, bench_id: str) -> int:
    """Move the bench's high water over the numbers that are now there without a gap, and give it."""
    mark: int = connection.execute(select(bench.c.high_water).where(bench.c.bench_id == bench_id)).scalar_one()
    after = bench_seq.alias()
    here = and_(bench_seq.c.bench_id == bench_id, bench_seq.c.seq > mark)
    if connection.scalar(select(bench_seq.c.seq).where(here, bench_seq.c.seq == mark + 1)) is None:
        return mark
    followed = exists().where(after.c.bench_id == bench_id, after.c.seq == bench_seq.c.seq + 1)
    last = connection.execute(
        select(bench_seq.c.seq).where(here, ~followed).order_by(bench_seq.c.seq).limit(1)
    ).scalar_one()
    connection.execute(update(bench).where(bench.c.bench_id == bench_id).values(high_water=last))
    return int(last)


def missing_numbers(connection: Connection, bench_id: str, high_water: int) -> tuple[int, ...]:
    """The first numbers past `high_water`, at most 100, that central lacks although it has later ones."""
    held = connection.scalars(
        select(bench_seq.c.seq)
        .where(bench_seq.c.bench_id == bench_id, bench_seq.c.seq > high_water)
        .order_by(bench_seq.c.seq)
        .limit(_LOOK_AHEAD)
    )
    missing: list[int] = []
    expected = high_water + 1
    for seq in held:
        room = _MOST_MISSING - len(missing)
        missing.extend(range(expected, min(seq, expected + room)))
        expected = seq + 1
        if len(missing) >= _MOST_MISSING:
            break
    return tuple(missing)


def proof(connection: Connection, bench_id: str) -> Proof | None:
    """The proof for one bench, or None where there is no such bench."""
    row = connection.execute(select(bench).where(bench.c.bench_id == bench_id)).one_or_none()
    if row is None:
        return None
    return Proof(
        bench_id=row.bench_id,
        stored=row.stored,
        high_water=row.high_water,
        highest_seq=row.highest_seq,
        quarantined=row.quarantined,
        complete=row.high_water == row.highest_seq and row.quarantined == 0,
        missing=missing_numbers(connection, bench_id, row.high_water),
    )
