"""`station rejudge`: what a new profile would change in stored verdicts, and putting it in force."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from station.output import print_json

if TYPE_CHECKING:
    from station.rejudging.archive import Archive, Plan, Run
    from station.rejudging.places import Place
    from station.rejudging.summary import Device, Summary

__all__ = ["rejudge"]

DONE, UNABLE = 0, 3

SHOWN_DEVICES: Final = 20
"""Shipped laptops that are named on the screen; a recall's whole list is in the JSON."""

SHOWN_PROBLEMS: Final = 10
"""Reasons why attempts were not judged again: each names its own piece of evidence."""


@click.command()
@click.option("--profile", required=True, help="ID, ID@VERSION or a .toml file.")
@click.option("--publish", is_flag=True, help="Put a preview's verdicts in force.")
@click.option("--operator", default="", help="With --publish: who puts them in force.")
@click.option("--reason", default="", help="With --publish: why.")
@click.option("--shipped", "lists", multiple=True, type=click.Path(path_type=Path), help="A list of serials that left.")
@click.option("--central", is_flag=True, help="The central store in the data folder, not this bench's own.")
@click.option("--processes", type=click.IntRange(1, 64), help="How many work at once (default: one per processor).")
@click.option(
    "--data", type=click.Path(path_type=Path), help="The data folder (default: STATION_DATA, or the user's own)."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def rejudge(
    profile: str,
    publish: bool,
    operator: str,
    reason: str,
    lists: tuple[Path, ...],
    central: bool,
    processes: int | None,
    data: Path | None,
    as_json: bool,
) -> int:
    """What a new profile would change in the stored verdicts: a preview, and --publish to put it in force."""
    import msgspec

    from checks.catalogue import shapes
    from specs.profiles import load_library
    from station.clock import SYSTEM_CLOCK
    from station.paths import Paths
    from station.rejudging import wording
    from station.rejudging.errors import RejudgeRefused
    from station.rejudging.places import BENCH, CENTRAL, Place, open_archive
    from station.rejudging.running import make_plan
    from station.rejudging.shipped import read_shipped

    if (operator or reason) and not publish:
        raise RejudgeRefused(wording.NOT_PUBLISHING)
    who, why = _who_and_why(operator, reason) if publish else ("", "")
    by = load_library(shapes()).open(profile)
    shipped = frozenset[str]().union(*map(read_shipped, lists)) if lists else None
    paths = Paths.prepare(data)
    if not central and not paths.store.is_file():
        raise RejudgeRefused(wording.no_bench_store(str(paths.data)))
    place = Place(CENTRAL, str(paths.central)) if central else Place(BENCH, str(paths.store))
    archive = open_archive(place)
    try:
        plan = make_plan(archive, by, SYSTEM_CLOCK.now_text())
        if publish:
            # What is put in force is what was read in the preview, and no attempt more.
            run = archive.find_run(plan.key)
            if run is None or not run.complete:
                raise RejudgeRefused(wording.NOT_PREVIEWED)
            found = _summary(archive, run, shipped)
            run = archive.publish(run, who, why)
        else:
            run = _judge(archive, place, plan, processes)
            found = _summary(archive, run, shipped)
        newer, left_out = archive.count(run.done_to), archive.left_out()
    finally:
        archive.close()
    if as_json:
        document = {
            "run": msgspec.to_builtins(run),
            "came_since_preview": newer,
            "left_out": left_out,
            **_document(found),
        }
        print_json(document)
        return _status(found)
    _print(found, None if shipped is None else len(shipped), click.echo)
    if left_out:
        click.echo(wording.left_out(left_out))
    if run.published_at:
        if newer:
            click.echo(wording.not_all_previewed(newer))
        click.echo(wording.published(run))
    elif found.attempts:
        click.echo(wording.PREVIEW_ONLY)
        click.echo(wording.how_to_publish(_options(profile, lists, central, data)))
    return _status(found)


def _status(found: Summary) -> int:
    """Done, or unable where there are attempts and not one could be judged."""
    return DONE if found.judged or not found.attempts else UNABLE


def _who_and_why(operator: str, reason: str) -> tuple[str, str]:
    from specs.text import LONGEST_TEXT, clean
    from station.rejudging import wording
    from station.rejudging.errors import RejudgeRefused
    from station.store.decision_book import LONGEST_NAME

    who, why = clean(operator, LONGEST_NAME + 1), clean(reason, LONGEST_TEXT + 1)
    if not who or not why:
        raise RejudgeRefused(wording.NO_REASON)
    if len(who) > LONGEST_NAME or len(why) > LONGEST_TEXT:
        raise RejudgeRefused(wording.too_long(LONGEST_NAME, LONGEST_TEXT))
    return who, why


def _options(profile: str, lists: tuple[Path, ...], central: bool, data: Path | None) -> list[str]:
    """The command's own options again, for the one that publishes."""
    options = ["--profile", profile]
    for one in lists:
        options += ["--shipped", str(one)]
    if central:
        options.append("--central")
    return [*options, "--data", str(data)] if data is not None else options


def _judge(archive: Archive, place: Place, plan: Plan, processes: int | None) -> Run:
    """The run to its end, with a bar on standard error that says how far it is and how long it will take."""
    from station.rejudging import wording
    from station.rejudging.places import CENTRAL
    from station.rejudging.running import run_over

    total = archive.count()
    begun = archive.find_run(plan.key)
    done = total - archive.count(begun.done_to) if begun is not None else 0
    where = wording.CENTRAL_STORE if place.kind == CENTRAL else wording.THIS_BENCH
    click.echo(wording.begins(total, where, plan.profile, plan.profile_digest), err=True)
    if 0 < done < total:
        click.echo(wording.goes_on(done, total), err=True)
    with click.progressbar(length=total, file=sys.stderr, show_pos=True, item_show_func=None) as bar:  # type: ignore[var-annotated]
        bar.update(done)
        return run_over(archive, place, plan, bar.update, processes)


def _summary(archive: Archive, run: Run, shipped: frozenset[str] | None) -> Summary:
    from station.rejudging.summary import summarise

    changed = [one.serial for one in archive.results(run) if one.verdict is not one.was]
    return summarise(archive.results(run), archive.latest(changed), shipped)


def _print(found: Summary, listed: int | None, echo: Callable[[str], Any]) -> None:
    from checks.verdict import MAY_SHIP
    from station.rejudging import wording

    if not found.attempts:
        echo(wording.NOTHING_STORED)
        return
    echo(wording.changed(found.judged, found.changed, found.worse, found.better, found.otherwise))
    for was, now, count in found.moves:
        echo(wording.move(was, now, count))
    if found.by_check:
        echo(wording.BY_CHECK)
        for line in found.by_check:
            echo(wording.by_check(line))
    worse = sum(one.verdict not in MAY_SHIP for one in found.devices)
    if found.devices:
        echo(wording.devices(worse, len(found.devices) - worse))
    if worse:
        _print_shipped(found.shipped_worse, listed, echo)
    problems = list(found.not_judged.items())
    for problem, count in problems[:SHOWN_PROBLEMS]:
        echo(wording.not_judged(problem, count))
    if len(problems) > SHOWN_PROBLEMS:
        echo(wording.more_not_judged(sum(count for _, count in problems[SHOWN_PROBLEMS:])))


def _print_shipped(left: tuple[Device, ...], listed: int | None, echo: Callable[[str], Any]) -> None:
    from station.rejudging import wording

    if listed is None:
        echo(wording.SHIPPED_UNKNOWN)
        return
    echo(wording.shipped(len(left), listed) if left else wording.none_shipped(listed))
    for one in left[:SHOWN_DEVICES]:
        echo(wording.device(one))
    if len(left) > SHOWN_DEVICES:
        echo(wording.more_devices(len(left) - SHOWN_DEVICES))


def _document(found: Summary) -> dict[str, Any]:
    """The summary as data, with every laptop whose verdict changes sides."""
    import msgspec

    plain: dict[str, Any] = msgspec.to_builtins(found)
    return {**plain, "changed": found.changed, "shipped_worse": [one.serial for one in found.shipped_worse]}
