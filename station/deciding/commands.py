"""`station waiver` and `station approval`: a supervisor records decisions on this bench, lists them and ends them.

Exit status as everywhere: 0 done, 2 the input or the usage was wrong (`DecisionRefused`), 3 the bench could not do it.
Imports are inside the commands: the bench must not pay for them when it starts.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from datetime import date

    from specs.decisions import Approval, Subject, Waiver
    from specs.profiles import Library
    from station.clock import Clock
    from station.store.bench_store import BenchStore
    from station.store.decision_book import Entry

__all__ = ["approval", "waiver"]

DONE: Final = 0
ATTEMPTS_LOOKED_AT: Final = 200
"""The latest attempts in which a laptop is looked for, so that a mistyped name is seen: hours of a bench's work."""

_JSON: Final = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
_DATA: Final = click.option(
    "--data", type=click.Path(path_type=Path), help="The data folder (default: STATION_DATA, or the user's own)."
)
_BY: Final = click.option("--by", required=True, metavar="NAME", help="Who decides: the owner of the decision.")
_ALL: Final = click.option("--all", "everything", is_flag=True, help="Those that have ended or run out as well.")


@click.group()
def waiver() -> None:
    """Waivers: a fault that a supervisor lets through, with an owner, a reason and an end."""


@waiver.command("grant")
@click.option("--check", required=True, help="The check, as in battery.health; attested.NAME for an attested row.")
@click.option("--serial", default="", help="For one laptop: its serial number.")
@click.option(
    "--model", default="", metavar='"MAKER MODEL"', help="For every laptop of one model, as the bench shows it."
)
@_BY
@click.option("--reason", required=True, help="Why it is let through.")
@click.option("--until", required=True, metavar="YYYY-MM-DD", help="The last day on which it holds (UTC).")
@click.option("--no-worse-than", metavar='"90 %"', help="The worst reading that is let through.")
@click.option("--profile", default="", help="Under this profile only: ID or a .toml file (default: every profile).")
@_DATA
@_JSON
def waiver_grant(
    check: str,
    serial: str,
    model: str,
    by: str,
    reason: str,
    until: str,
    no_worse_than: str | None,
    profile: str,
    data: Path | None,
    as_json: bool,
) -> int:
    """Lets one fault through, on one laptop or on a model, until a day."""
    from checks.catalogue import CATALOGUE
    from specs.quantities import Measure
    from station.clock import SYSTEM_CLOCK
    from station.deciding import wording
    from station.deciding.waivers import WaiverAsked, waiver_asked
    from station.store.decision_book import DecisionBook

    asked = WaiverAsked(check, serial, model, by, reason, until, no_worse_than, profile)
    wanted = waiver_asked(asked, _library(), _today(SYSTEM_CLOCK))
    with _store(data, SYSTEM_CLOCK, wanted.subject) as store:
        made = DecisionBook(store, SYSTEM_CLOCK).record(wanted)
    if as_json:
        _print_made(made, SYSTEM_CLOCK)
        return DONE
    click.echo(wording.waiver_granted(made))
    click.echo(wording.waiver_covers_not(made))
    if made.worst is not None and CATALOGUE[made.check].measure is Measure.STORAGE_SIZE:
        click.echo(wording.DISK_SIZE)
    click.echo(wording.FROM_NEXT)
    return DONE


@waiver.command("list")
@_ALL
@_DATA
@_JSON
def waiver_list(everything: bool, data: Path | None, as_json: bool) -> int:
    """The waivers in force, the one that ends soonest first."""
    from specs.decisions import Waiver

    return _list(Waiver, everything, data, as_json)


@waiver.command("end")
@click.argument("decision_id", metavar="ID")
@_BY
@click.option("--reason", required=True, help="Why it ends.")
@_DATA
@_JSON
def waiver_end(decision_id: str, by: str, reason: str, data: Path | None, as_json: bool) -> int:
    """Ends a waiver from now on. ID is its id, or the last 8 or more characters of it."""
    from specs.decisions import Waiver

    return _end(Waiver, decision_id, by, reason, data, as_json)


@click.group()
def approval() -> None:
    """Approvals: a document that stands behind what no bench can measure, once per model."""


@approval.command("record")
@click.option("--model", required=True, metavar='"MAKER MODEL"', help="The model, as the bench shows it.")
@click.option("--profile", required=True, help="Whose claims are approved: ID, ID@VERSION or a .toml file.")
@click.option("--document", required=True, metavar="REF", help="The document that shows them, as it is filed.")
@_BY
@click.option("--until", default="", metavar="YYYY-MM-DD", help="The last day on which it holds (default: no end).")
@click.option("--claim", "claims", multiple=True, metavar="NAME", help="Only this claim; may be given again.")
@_DATA
@_JSON
def approval_record(
    model: str,
    profile: str,
    document: str,
    by: str,
    until: str,
    claims: tuple[str, ...],
    data: Path | None,
    as_json: bool,
) -> int:
    """Records that a document shows what a profile claims of a model."""
    from specs.decisions import Subject
    from station.clock import SYSTEM_CLOCK
    from station.deciding import wording
    from station.deciding.approvals import ApprovalAsked, approval_asked
    from station.store.decision_book import DecisionBook

    claimed = _library().open(profile)
    wanted = approval_asked(ApprovalAsked(model, document, by, until, claims), claimed, _today(SYSTEM_CLOCK))
    with _store(data, SYSTEM_CLOCK, Subject(model=wanted.model)) as store:
        made = DecisionBook(store, SYSTEM_CLOCK).record(wanted)
    if as_json:
        _print_made(made, SYSTEM_CLOCK)
        return DONE
    click.echo(wording.approval_recorded(made, claimed.reference))
    for name, text in made.claims.items():
        click.echo(wording.claim(name, text))
    click.echo(wording.APPROVED_ONLY)
    click.echo(wording.FROM_NEXT)
    return DONE


@approval.command("list")
@_ALL
@_DATA
@_JSON
def approval_list(everything: bool, data: Path | None, as_json: bool) -> int:
    """The approvals in force, the one that ends soonest first."""
    from specs.decisions import Approval

    return _list(Approval, everything, data, as_json)


@approval.command("end")
@click.argument("decision_id", metavar="ID")
@_BY
@click.option("--reason", required=True, help="Why it ends.")
@_DATA
@_JSON
def approval_end(decision_id: str, by: str, reason: str, data: Path | None, as_json: bool) -> int:
    """Ends an approval from now on. ID is its id, or the last 8 or more characters of it."""
    from specs.decisions import Approval

    return _end(Approval, decision_id, by, reason, data, as_json)


def _list(kind: type[Approval] | type[Waiver], everything: bool, data: Path | None, as_json: bool) -> int:
    from station.clock import SYSTEM_CLOCK
    from station.deciding import wording
    from station.deciding.standing import Standing, document, in_order, of_kind, standing

    now = SYSTEM_CLOCK.now_text()
    entries = in_order(of_kind(_entries(data, SYSTEM_CLOCK), kind), now)
    shown = [one for one in entries if everything or standing(one, now) is Standing.IN_FORCE]
    if as_json:
        _print_json([document(one, now) for one in shown])
        return DONE
    word = wording.kind_word(kind)
    if not any(standing(one, now) is Standing.IN_FORCE for one in entries):
        click.echo(wording.none_listed(word))
    for one in shown:
        for line in wording.listed(one, standing(one, now)):
            click.echo(line)
    if len(shown) < len(entries):
        click.echo(wording.more_listed(len(entries) - len(shown), word))
    return DONE


def _end(
    kind: type[Approval] | type[Waiver], decision_id: str, by: str, reason: str, data: Path | None, as_json: bool
) -> int:
    from station.clock import SYSTEM_CLOCK
    from station.deciding import wording
    from station.deciding.choosing import named
    from station.deciding.errors import DecisionRefused
    from station.deciding.standing import Standing, standing
    from station.deciding.typed import owner, text_typed
    from station.store.decision_book import DecisionBook

    who, why = owner(by), text_typed(reason, "--reason", wording.NO_END_REASON)
    meant = named(decision_id, _entries(data, SYSTEM_CLOCK), kind)
    state = standing(meant, SYSTEM_CLOCK.now_text())
    if state in (Standing.ENDED, Standing.OVER):
        raise DecisionRefused(wording.ended_already(meant, state))
    with _store(data, SYSTEM_CLOCK) as store:
        book = DecisionBook(store, SYSTEM_CLOCK)
        done = book.end(meant.decision.id, who, why)
        [now] = [entry for entry in book.entries() if entry.decision.id == meant.decision.id]
    if not done:  # somebody else was quicker
        raise DecisionRefused(wording.ended_already(now, Standing.ENDED))
    if as_json:
        _print_entry(now, SYSTEM_CLOCK)
    else:
        click.echo(wording.ended(now))
    return DONE


@contextmanager
def _store(data: Path | None, clock: Clock, about: Subject | None = None) -> Iterator[BenchStore]:
    """The bench's store. Where a decision is to be made `about` laptops, notes on standard error say what looks wrong:
    a folder in which no bench has worked, a name that no laptop has had here.
    """
    from station.deciding import wording
    from station.deciding.seen import seen
    from station.paths import Paths
    from station.store.bench_store import BenchStore

    paths = Paths.prepare(data)
    known = paths.store.is_file()
    store = BenchStore(paths.store, clock)
    try:
        yield store
        if about is not None and not known:
            click.echo(wording.new_store(str(paths.data)), err=True)
        elif about is not None and (looked_at := store.recent(ATTEMPTS_LOOKED_AT)) and not seen(about, looked_at):
            click.echo(wording.unseen(about, len(looked_at)), err=True)
    finally:
        store.close()


def _entries(data: Path | None, clock: Clock) -> tuple[Entry, ...]:
    """Every decision of the bench; none where there is no bench in the folder, which is not made one by looking."""
    from station.paths import Paths
    from station.store.decision_book import DecisionBook

    if not Paths.prepare(data).store.is_file():
        return ()
    with _store(data, clock) as store:
        return DecisionBook(store, clock).entries()


def _today(clock: Clock) -> date:
    """The day (UTC)."""
    from datetime import date

    return date.fromisoformat(clock.now_text()[:10])


def _library() -> Library:
    from checks.catalogue import shapes
    from specs.profiles import load_library

    return load_library(shapes())


def _print_made(made: Approval | Waiver, clock: Clock) -> None:
    from station.store.decision_book import Entry

    _print_entry(Entry(made), clock)


def _print_entry(entry: Entry, clock: Clock) -> None:
    from station.deciding.standing import document

    _print_json(document(entry, clock.now_text()))


def _print_json(shown: object) -> None:
    import msgspec

    sys.stdout.buffer.write(msgspec.json.encode(shown) + b"\n")
    sys.stdout.buffer.flush()
