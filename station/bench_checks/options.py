"""What the commands of `station golden` and `station gate` share: options, and the bench's store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from station.store.bench_store import BenchStore

__all__ = ["AS_JSON", "BY", "DATA", "DONE", "known_store", "opened_store"]

DONE: Final = 0

AS_JSON: Final = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
DATA: Final = click.option(
    "--data", type=click.Path(path_type=Path), help="The data folder (default: STATION_DATA, or the user's own)."
)
BY: Final = click.option("--by", required=True, metavar="NAME", help="Who decides it: your name.")


@contextmanager
def known_store(data: Path | None) -> Iterator[BenchStore | None]:
    """The bench's store; None for a folder in which no bench has worked, which is not made one by looking."""
    from station.clock import SYSTEM_CLOCK
    from station.paths import Paths
    from station.store.bench_store import BenchStore

    paths = Paths.prepare(data)
    if not paths.store.is_file():
        yield None
        return
    store = BenchStore(paths.store, SYSTEM_CLOCK)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def opened_store(data: Path | None) -> Iterator[BenchStore]:
    """The bench's store. Raises `DecisionRefused` for a folder in which no bench has worked."""
    from station.bench_checks import wording
    from station.deciding.errors import DecisionRefused
    from station.paths import Paths

    with known_store(data) as store:
        if store is None:
            raise DecisionRefused(wording.no_store(str(Paths.at(data).data)))
        yield store
