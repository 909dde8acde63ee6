"""`station delivery`: what is to come in at the door, and what has come of it. Counting in is done at the bench.

Exit status as everywhere: 0 done, 2 the input was wrong (`DeliveryRefused`), 3 the bench could not do it.
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

__all__ = ["delivery"]

DONE: Final = 0
MOST_NAMED: Final = 10

_JSON: Final = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
_DATA: Final = click.option(
    "--data", type=click.Path(path_type=Path), help="The data folder (default: STATION_DATA, or the user's own)."
)


@click.group()
def delivery() -> None:
    """Deliveries: what is to come in at the door, and what has come."""


@delivery.command("expect")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--reference", required=True, metavar="REF", help="What the technician scans or types to open it.")
@click.option("--supplier", required=True, metavar="NAME", help="Whom it comes from.")
@click.option("--by", required=True, metavar="NAME", help="Who makes it known.")
@click.option("--dry-run", is_flag=True, help="Read the list and say what it would change, and change nothing.")
@_DATA
@_JSON
def delivery_expect(
    file: Path, reference: str, supplier: str, by: str, dry_run: bool, data: Path | None, as_json: bool
) -> int:
    """Makes a delivery known from the supplier's list: a CSV file with columns carton and/or serial, pallet, model.

    A list of the same reference takes the place of the one before, until the delivery is opened.
    """
    import msgspec

    from specs.files import FileRefused, read_small_file
    from station.deciding.typed import text_typed
    from station.output import print_json
    from station.paths import Paths
    from station.receiving import wording
    from station.receiving.csv_file import LARGEST_FILE, parse_list
    from station.receiving.errors import DeliveryRefused
    from station.store.bench_store import BenchStore
    from station.store.receipt import LONGEST_NAME, LONGEST_SUPPLIER
    from station.store.receipt_book import ReceiptBook

    known_as = _reference(reference)
    supplied_by = text_typed(supplier, "--supplier", wording.NO_SUPPLIER, LONGEST_SUPPLIER)
    who = text_typed(by, "--by", wording.NO_NAME, LONGEST_NAME)
    try:
        content = read_small_file(file, LARGEST_FILE)
    except FileRefused as error:
        raise DeliveryRefused(wording.file_refused(str(file), str(error))) from error
    expected = parse_list(content, str(file))
    store = BenchStore(Paths.prepare(data).store)
    try:
        book = ReceiptBook(store, store.clock)
        difference = book.expect(known_as, supplied_by, who, expected, only_look=dry_run)
        if difference is None:
            now = book.delivery(known_as)
            assert now is not None
            raise DeliveryRefused(wording.opened_already(now))
    finally:
        store.close()
    if as_json:
        document = {"reference": known_as, "dry_run": dry_run, **msgspec.to_builtins(difference)}
        print_json(document | {"counts": wording.counts_of(expected)})
        return DONE
    for line in wording.difference_lines(known_as, wording.counts_of(expected), difference, dry_run):
        click.echo(line)
    return DONE


@delivery.command("list")
@_DATA
@_JSON
def delivery_list(data: Path | None, as_json: bool) -> int:
    """Every delivery, and how far it is."""
    import msgspec

    from station.output import print_json
    from station.paths import Paths
    from station.receiving import wording
    from station.store.receipt_book import ReceiptBook
    from station.store.receipt_figures import ReceiptFigures

    if Paths.at(data).store.is_file():
        with _store(data) as store:
            figures = ReceiptFigures(store)
            listed = [(one, figures.tally(one.reference)) for one in ReceiptBook(store).deliveries()]
    else:
        listed = []
    if as_json:
        print_json([msgspec.to_builtins(one) | {"tally": msgspec.to_builtins(tally)} for one, tally in listed])
        return DONE
    if not listed:
        click.echo(wording.NO_DELIVERIES)
    for one, tally in listed:
        click.echo(wording.delivery_line(one, tally))
    return DONE


@delivery.command("show")
@click.argument("reference")
@_DATA
@_JSON
def delivery_show(reference: str, data: Path | None, as_json: bool) -> int:
    """One delivery, by the numbers: what came, what is missing, extra and damaged."""
    from station.output import print_json
    from station.receiving import wording
    from station.receiving.errors import DeliveryRefused
    from station.receiving.report import report_of
    from station.store.receipt_book import ReceiptBook

    wanted = _reference(reference)
    with _store(data) as store:
        report = report_of(store, wanted)
        if report is None:
            known = [one.reference for one in ReceiptBook(store).deliveries()]
            raise DeliveryRefused(wording.no_delivery(wanted, known[-MOST_NAMED:]))
    if as_json:
        print_json(report.document())
        return DONE
    for line in wording.report_lines(report.delivery, report.tally, report.standing, report.within, report.gaps()):
        click.echo(line)
    return DONE


def _reference(typed: str) -> str:
    from station.receiving import wording
    from station.receiving.codes import BadCode, reference_of
    from station.receiving.errors import DeliveryRefused

    try:
        return reference_of(typed)
    except BadCode as error:
        raise DeliveryRefused(wording.bad_reference(typed, str(error))) from error


@contextmanager
def _store(data: Path | None) -> Iterator[BenchStore]:
    """The bench's store; a folder in which no bench has worked is not made one by looking."""
    from station.paths import Paths
    from station.receiving import wording
    from station.receiving.errors import DeliveryRefused
    from station.store.bench_store import BenchStore

    paths = Paths.at(data)
    if not paths.store.is_file():
        raise DeliveryRefused(wording.no_store(str(paths.data)))
    store = BenchStore(paths.store)
    try:
        yield store
    finally:
        store.close()
