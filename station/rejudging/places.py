"""Which store is judged again: a bench's file or central's database, as another process can open it."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from station.rejudging.archive import Archive

__all__ = ["BENCH", "CENTRAL", "Place", "open_archive"]

BENCH, CENTRAL = "bench", "central"


class Place(Struct, frozen=True):
    """A store: of kind "bench" `where` is its file; of kind "central" its folder, or the URL of a SQLite file."""

    kind: str
    where: str


def open_archive(place: Place) -> Archive:
    """The archive of a place. Raises what the store raises where it cannot be opened."""
    if place.kind == CENTRAL:
        from station.rejudging.central_archive import CentralArchive

        return CentralArchive.at(place.where)
    from station.rejudging.bench_archive import BenchArchive

    return BenchArchive.at(Path(place.where))
