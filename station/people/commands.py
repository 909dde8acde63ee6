"""`station operator`: who works at this bench, in which role, and their badges.

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
    from station.people.badge_page import BadgeCode
    from station.store.people_book import Operator, PeopleBook, Role

__all__ = ["operator"]

DONE: Final = 0
MOST_NAMED: Final = 10

_JSON: Final = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
_DATA: Final = click.option(
    "--data", type=click.Path(path_type=Path), help="The data folder (default: STATION_DATA, or the user's own)."
)
_BY: Final = click.option("--by", required=True, metavar="WHO", help="Who decides it: your name.")
_OUTPUT: Final = click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="The badge: a new .png or .pdf file."
)
_CODE: Final = click.option(
    "--code", default="code128", show_default=True, type=click.Choice(("code128", "qr")), help="What is printed on it."
)
_DPI: Final = click.option(
    "--dpi", default=300, show_default=True, type=click.IntRange(1, 10_000), help="Dots per inch: 203, 300 or 600."
)


@click.group()
def operator() -> None:
    """Operators: who works at this bench, and the badges by which they sign in."""


@operator.command("add")
@click.argument("name")
@click.option(
    "--role",
    required=True,
    type=click.Choice(("technician", "supervisor")),
    help="A supervisor may approve what goes against a rule.",
)
@_BY
@_OUTPUT
@_CODE
@_DPI
@_DATA
@_JSON
def operator_add(
    name: str, role: Role, by: str, output: Path, code: BadgeCode, dpi: int, data: Path | None, as_json: bool
) -> int:
    """Takes somebody on and writes their badge. Its secret is in that file and nowhere else."""
    from station.clock import SYSTEM_CLOCK
    from station.deciding.errors import DecisionRefused
    from station.deciding.typed import text_typed
    from station.people import wording
    from station.people.making import badged
    from station.store.people_book import LONGEST_NAME, NameTaken

    called = text_typed(name, "NAME", wording.NO_NAME, LONGEST_NAME)
    who = text_typed(by, "--by", wording.NO_BY, LONGEST_NAME)
    # People may be enrolled before the bench's first day.
    with _book(data, new=True) as book:
        first = not book.anyone()

        def enrol(badge: str) -> Operator:
            return book.enrol(called, role, badge, who)

        try:
            if (known := book.named(called)) is not None:
                raise NameTaken(known.name)
            made = badged(called, role, output, code, dpi, SYSTEM_CLOCK, enrol)
        except NameTaken as error:
            raise DecisionRefused(wording.name_taken(str(error))) from error
        supervised = any(one.supervisor for one in book.operators())
    _print_made(made, output, as_json, wording.enrolled(made))
    if first:
        click.echo(wording.FIRST, err=True)
    if not supervised:
        click.echo(wording.NO_SUPERVISOR, err=True)
    return DONE


@operator.command("badge")
@click.argument("name")
@_BY
@_OUTPUT
@_CODE
@_DPI
@_DATA
@_JSON
def operator_badge(
    name: str, by: str, output: Path, code: BadgeCode, dpi: int, data: Path | None, as_json: bool
) -> int:
    """A new badge for NAME. The old one no longer counts, and whoever signed in with it is signed off."""
    from station.clock import SYSTEM_CLOCK
    from station.deciding.typed import text_typed
    from station.people import wording
    from station.people.making import badged
    from station.store.people_book import LONGEST_NAME

    who = text_typed(by, "--by", wording.NO_BY, LONGEST_NAME)
    with _book(data) as book:
        known = _named(book, name)

        def renew(badge: str) -> Operator:
            made = book.new_badge(known.name, badge, who)
            return made if made is not None else _named(book, name)  # somebody ended it meanwhile: that is refused

        made = badged(known.name, known.role, output, code, dpi, SYSTEM_CLOCK, renew)
    _print_made(made, output, as_json, wording.renewed(known))
    return DONE


@operator.command("end")
@click.argument("name")
@_BY
@_DATA
@_JSON
def operator_end(name: str, by: str, data: Path | None, as_json: bool) -> int:
    """NAME works here no longer: the badge counts no more."""
    import msgspec

    from station.deciding.typed import text_typed
    from station.output import print_json
    from station.people import wording
    from station.store.people_book import LONGEST_NAME

    who = text_typed(by, "--by", wording.NO_BY, LONGEST_NAME)
    with _book(data) as book:
        known = _named(book, name)
        book.end(known.name, who)
        [ended] = [one for one in book.operators(everything=True) if one.operator_id == known.operator_id]
        left = book.operators()
    if as_json:
        print_json(msgspec.to_builtins(ended))
    else:
        click.echo(wording.ended(ended))
    if not left:
        click.echo(wording.NOBODY, err=True)
    elif not any(one.supervisor for one in left):
        click.echo(wording.NO_SUPERVISOR, err=True)
    return DONE


@operator.command("list")
@click.option("--all", "everything", is_flag=True, help="Those who worked here before as well.")
@_DATA
@_JSON
def operator_list(everything: bool, data: Path | None, as_json: bool) -> int:
    """Who works here, in the order in which they were taken on."""
    import msgspec

    from station.output import print_json
    from station.paths import Paths
    from station.people import wording

    listed: list[Operator] = []
    if Paths.prepare(data).store.is_file():
        with _book(data) as book:
            listed = book.operators(everything)
    if as_json:
        print_json([msgspec.to_builtins(one) for one in listed])
        return DONE
    if all(one.ended_at for one in listed):
        click.echo(wording.NOBODY)
    for one in listed:
        for line in wording.operator_lines(one):
            click.echo(line)
    return DONE


@contextmanager
def _book(data: Path | None, *, new: bool = False) -> Iterator[PeopleBook]:
    """The bench's book of people; unless it may be `new`, a folder in which no bench has worked is not made one."""
    from station.clock import SYSTEM_CLOCK
    from station.deciding.errors import DecisionRefused
    from station.paths import Paths
    from station.people import wording
    from station.store.bench_store import BenchStore
    from station.store.people_book import PeopleBook

    paths = Paths.prepare(data)
    if not new and not paths.store.is_file():
        raise DecisionRefused(wording.no_store(str(paths.data)))
    store = BenchStore(paths.store, SYSTEM_CLOCK)
    try:
        yield PeopleBook(store, store.clock)
    finally:
        store.close()


def _named(book: PeopleBook, name: str) -> Operator:
    """Who is meant. Raises `DecisionRefused` where nobody has that name."""
    from station.deciding.errors import DecisionRefused
    from station.people import wording

    known = book.named(name)
    if known is None:
        raise DecisionRefused(wording.not_here(name, [one.name for one in book.operators()][:MOST_NAMED]))
    return known


def _print_made(made: Operator, output: Path, as_json: bool, sentence: str) -> None:
    import msgspec

    from station.output import print_json
    from station.people import wording

    if as_json:
        print_json({**msgspec.to_builtins(made), "badge": str(output)})
        return
    click.echo(sentence)
    click.echo(wording.badge_made(made, str(output)))
