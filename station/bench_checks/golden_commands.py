"""`station golden`: the laptops that prove a bench, and whether it reads them as it used to."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from station.bench_checks.options import AS_JSON, BY, DATA, DONE, known_store, opened_store

__all__ = ["golden"]

MOST_NAMED: Final = 10


@click.group()
def golden() -> None:
    """Golden laptops: known good and known bad, to prove each slot of the bench in each shift."""


@golden.command("add")
@click.argument("serial")
@click.option("--kind", required=True, type=click.Choice(("good", "bad")), help="It must pass, or fail as it does.")
@BY
@click.option("--attempt", default="", metavar="ID", help="What it said then holds (default: its latest attempt).")
@DATA
@AS_JSON
def golden_add(serial: str, kind: str, by: str, attempt: str, data: Path | None, as_json: bool) -> int:
    """Registers a laptop by what it said in an attempt at this bench, for that attempt's profile, in any version."""
    import msgspec

    from station.bench.expecting import NotGolden
    from station.bench_checks import wording
    from station.bench_checks.typed import attempt_meant, serial_typed
    from station.deciding.errors import DecisionRefused
    from station.deciding.typed import text_typed
    from station.output import print_json
    from station.store.golden_book import LONGEST_NAME, GoldenBook, GoldenKnown

    who, wanted = text_typed(by, "--by", wording.NO_BY, LONGEST_NAME), serial_typed(serial)
    with opened_store(data) as store:
        book = GoldenBook(store, store.clock)
        record = attempt_meant(store, wanted, attempt)
        try:
            made = book.register("good" if kind == "good" else "bad", record, who)
        except NotGolden as error:
            raise DecisionRefused(wording.not_golden(wanted, error.kind, error.checks)) from error
        except GoldenKnown as error:
            raise DecisionRefused(wording.known_golden(wanted, str(error))) from error
        kinds = {one.kind for one in book.goldens() if one.profile == made.profile}
    if as_json:
        print_json(msgspec.to_builtins(made))
    else:
        click.echo(wording.registered(made))
    if len(kinds) == 1:
        click.echo(wording.other_kind_missing("bad" if made.kind == "good" else "good", made.profile), err=True)
    return DONE


@golden.command("list")
@click.option("--all", "everything", is_flag=True, help="Those that have ended as well.")
@DATA
@AS_JSON
def golden_list(everything: bool, data: Path | None, as_json: bool) -> int:
    """The laptops that prove this bench."""
    import msgspec

    from station.bench_checks import wording
    from station.output import print_json
    from station.store.golden_book import GoldenBook

    with known_store(data) as store:
        listed = [] if store is None else GoldenBook(store, store.clock).goldens(everything)
    if as_json:
        print_json([msgspec.to_builtins(one) for one in listed])
        return DONE
    if all(one.ended_at for one in listed):
        click.echo(wording.NO_GOLDEN)
    for one in listed:
        for line in wording.golden_lines(one):
            click.echo(line)
    return DONE


@golden.command("end")
@click.argument("serial")
@BY
@DATA
@AS_JSON
def golden_end(serial: str, by: str, data: Path | None, as_json: bool) -> int:
    """The laptop proves this bench no longer: from now on it is tested as any other."""
    import msgspec

    from station.bench_checks import wording
    from station.bench_checks.typed import serial_typed
    from station.deciding.errors import DecisionRefused
    from station.deciding.typed import text_typed
    from station.output import print_json
    from station.store.golden_book import LONGEST_NAME, GoldenBook

    who, wanted = text_typed(by, "--by", wording.NO_BY, LONGEST_NAME), serial_typed(serial)
    with opened_store(data) as store:
        book = GoldenBook(store, store.clock)
        known = book.golden(wanted)
        if known is None or not book.end(wanted, who):
            raise DecisionRefused(
                wording.nothing_registered(wanted, [one.serial for one in book.goldens()][:MOST_NAMED])
            )
        [ended] = [one for one in book.goldens(everything=True) if one.golden_id == known.golden_id]
    if as_json:
        print_json(msgspec.to_builtins(ended))
    else:
        click.echo(wording.ended(ended))
    return DONE


@golden.command("drift")
@DATA
@AS_JSON
def golden_drift(data: Path | None, as_json: bool) -> int:
    """Whether the bench reads its golden laptops as it used to: an individuals chart of each reading."""
    import msgspec

    from station.bench.drift import drift_lines
    from station.bench_checks import wording
    from station.output import print_json

    with known_store(data) as store:
        lines = () if store is None else drift_lines(store, store.clock)
    if as_json:
        print_json([msgspec.to_builtins(line) for line in lines])
        return DONE
    if not lines:
        click.echo(wording.NO_DRIFT)
    for line in lines:
        click.echo(wording.drift_line(line))
    return DONE
