"""What the commands of `station label` share: options, the bench's store, the layout that was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from station.store.bench_store import BenchStore

__all__ = ["AS_JSON", "DATA", "DPI", "LAYOUT", "PATH", "chosen_layout", "opened_store"]

PATH: Final = click.Path(path_type=Path)
AS_JSON: Final = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
DATA: Final = click.option("--data", type=PATH, help="The data folder (default: STATION_DATA, or the user's own).")
LAYOUT: Final = click.option("--layout", default="", metavar="NAME|FILE", help="Default: the bench's own, or carton.")
DPI: Final = click.option(
    "--dpi", default=203, show_default=True, type=click.IntRange(1, 10_000), help="Dots per inch: 203, 300 or 600."
)


def chosen_layout(store: BenchStore, typed: str) -> str:
    """The layout that was asked for, else the bench's. A file is named whole: the printing has another folder."""
    from station.bench.labels import LABEL, USUAL_LABEL

    if typed.endswith(".toml"):
        return str(Path(typed).absolute())
    return typed or store.setting(LABEL, USUAL_LABEL)


@contextmanager
def opened_store(data: Path | None, *, new: bool = False) -> Iterator[BenchStore]:
    """The bench's store; unless it may be `new`, a folder in which no bench has worked is not made one by looking."""
    from station.labelling import wording
    from station.labelling.errors import LabelRefused
    from station.paths import Paths
    from station.store.bench_store import BenchStore

    paths = Paths.prepare(data)
    if not new and not paths.store.is_file():
        raise LabelRefused(wording.no_store(str(paths.data)))
    store = BenchStore(paths.store)
    try:
        yield store
    finally:
        store.close()
