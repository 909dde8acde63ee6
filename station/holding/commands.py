"""`station hold`: which laptops were put aside at this bench, and a supervisor's act that lets one go.

Exit status as everywhere: 0 done, 2 the input was wrong (`DecisionRefused`), 3 the bench could not do it.
Imports are inside the commands: the bench must not pay for them when it starts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from station.store.bench_store import BenchStore

__all__ = ["hold"]

DONE: Final = 0
MOST_NAMED: Final = 10

_JSON: Final = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
_DATA: Final = click.option(
    "--data", type=click.Path(path_type=Path), help="The data folder (default: STATION_DATA, or the user's own)."
)


@click.group()
def hold() -> None:
    """Holds: laptops that were put aside, and who lets them go."""


@hold.command("list")
@click.option("--all", "everything", is_flag=True, help="Those that were released as well.")
@_DATA
@_JSON
def hold_list(everything: bool, data: Path | None, as_json: bool) -> int:
    """The laptops on hold, the one that waits longest first."""
    import msgspec

    from station.holding import wording
    from station.output import print_json
    from station.paths import Paths
    from station.store.hold_book import HoldBook

    if Paths.prepare(data).store.is_file():
        with _store(data) as store:
            book = HoldBook(store, store.clock)
            listed = book.holds() if everything else book.open_holds()
    else:
        listed = []
    if as_json:
        print_json([msgspec.to_builtins(one) for one in listed])
        return DONE
    if not any(not one.ended_at for one in listed):
        click.echo(wording.NONE_HELD)
    for one in listed:
        for line in wording.hold_lines(one):
            click.echo(line)
    return DONE


@hold.command("release")
@click.argument("serial")
@click.option("--by", required=True, metavar="NAME", help="Who lets it go: the owner of the release.")
@click.option("--reason", required=True, help="Why it may go on.")
@_DATA
@_JSON
def hold_release(serial: str, by: str, reason: str, data: Path | None, as_json: bool) -> int:
    """Lets the laptop with this serial number go."""
    import msgspec

    from specs.identifiers import BadIdentifier, Serial
    from station.deciding.errors import DecisionRefused
    from station.deciding.typed import text_typed
    from station.holding import wording
    from station.output import print_json
    from station.store.hold_book import LONGEST_NAME, HoldBook

    who = text_typed(by, "--by", wording.NO_OWNER, LONGEST_NAME)
    why = text_typed(reason, "--reason", wording.NO_REASON)
    try:
        wanted = Serial.from_scan(serial).text
    except BadIdentifier as error:
        raise DecisionRefused(wording.no_serial(str(error))) from error
    with _store(data) as store:
        book = HoldBook(store, store.clock)
        held = book.open(wanted)
        if held is None or not book.end(wanted, who, why):
            raise DecisionRefused(wording.not_held(wanted, [one.serial for one in book.open_holds()][:MOST_NAMED]))
        [released] = [one for one in book.holds() if one.hold_id == held.hold_id]
    if as_json:
        print_json(msgspec.to_builtins(released))
    else:
        click.echo(wording.released(released))
    return DONE


@contextmanager
def _store(data: Path | None) -> Iterator[BenchStore]:
    """The bench's store; a folder in which no bench has worked is not made one by looking."""
    from station.deciding.errors import DecisionRefused
    from station.holding import wording
    from station.paths import Paths
    from station.store.bench_store import BenchStore

    paths = Paths.prepare(data)
    if not paths.store.is_file():
        raise DecisionRefused(wording.no_store(str(paths.data)))
    store = BenchStore(paths.store)
    try:
        yield store
    finally:
        store.close()
