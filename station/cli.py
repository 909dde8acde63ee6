"""The command line: parses, calls, prints. What a command does lives in the room that knows it.

Exit status: 0 done or pass, 1 fail or review, 2 the input or the usage was wrong, 3 the bench could not do it.
With `--json` standard output carries one document (or one line an event) and nothing else.

Imports are inside the commands: `station` without words opens the bench, and must not pay for the others.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click

from station.bench_checks.commands import gate, golden
from station.bench_commands import bench, library, read_bundle_here
from station.bootstick.commands import bootstick
from station.deciding.commands import approval, waiver
from station.explaining.command import explain
from station.holding.commands import hold
from station.labelling.commands import label
from station.output import print_json
from station.people.commands import operator
from station.profile_commands import profile
from station.receiving.commands import delivery
from station.rejudging.command import rejudge
from station.scanning.command import scan
from station.sealing.commands import seal, windows_probe
from station.simulating.commands import simulate

__all__ = ["main", "run"]

DONE, FAIL, WRONG_INPUT, UNABLE = 0, 1, 2, 3

_JSON: Final = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
_DATA: Final = click.option(
    "--data", type=click.Path(path_type=Path), help="The data folder (default: STATION_DATA, or the user's own)."
)


def run(arguments: Sequence[str]) -> int:
    """Runs one command line; gives the exit status. Known errors become one sentence on standard error."""
    try:
        status = main.main(list(arguments), prog_name="station", standalone_mode=False)
    except click.exceptions.Exit as left:
        return left.exit_code
    except click.ClickException as wrong:
        wrong.show()
        return WRONG_INPUT
    except (click.Abort, KeyboardInterrupt):
        return 130
    except (BrokenPipeError, SystemExit):
        # The reader of our output has gone, and there is nobody to tell. click makes 1 of it, which means "fail" here.
        return UNABLE
    except Exception as error:
        found = _status_of(error)
        if found is None:
            raise
        _say_error(str(error))
        return found
    return status if isinstance(status, int) else DONE


def _status_of(error: Exception) -> int | None:
    """The exit status of an error that a person can mend; None for a defect of ours."""
    from hardware.evidence.bundle import BundleError
    from specs.profile import ProfileError

    if isinstance(error, (BundleError, ProfileError)):
        return WRONG_INPUT
    for module, name in (
        ("station.rejudging.errors", "RejudgeRefused"),
        ("station.deciding.errors", "DecisionRefused"),
        ("station.scanning.command", "ScanRefused"),
        ("station.labelling.errors", "LabelRefused"),
        ("station.receiving.errors", "DeliveryRefused"),
        ("station.simulating.commands", "SimulateRefused"),
    ):
        if _raised_in(error, module, name):
            return WRONG_INPUT
    from hardware.laptops.link import LinkError
    from station.bench.launch import EngineUnreachable
    from station.paths import PathsUnusable

    if isinstance(error, (LinkError, EngineUnreachable, PathsUnusable, OSError)):
        return UNABLE
    for module, name in (
        ("station.bench.headless", "CommandRefused"),
        ("station.store.database", "StoreUnusable"),
        ("station.store.bench_store", "StoreRefused"),
        ("station.central.errors", "CentralError"),
        ("station.sync.transport", "AddressRefused"),
        ("station.rejudging.errors", "RejudgeUnable"),
        ("station.simulating.laptop", "SimulateUnable"),
    ):
        if _raised_in(error, module, name):
            return UNABLE
    return None


def _raised_in(error: Exception, module: str, name: str) -> bool:
    """True for an error of a room that is slow to import: only where the room is loaded can it have come from there."""
    loaded = sys.modules.get(module)
    return loaded is not None and isinstance(error, getattr(loaded, name))


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name=None, version=__import__("station").VERSION, prog_name="station")
@click.pass_context
def main(context: click.Context) -> int:
    """Takes in, tests, stocks and ships school laptops. Without a command: the bench."""
    if context.invoked_subcommand is None:
        from station.bench_commands import open_bench

        return open_bench(None, [])
    return DONE


@main.command()
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The bundle to write (zip).")
@click.option("--fast", is_flag=True, help="Leave out what takes seconds.")
def probe(output: Path, fast: bool) -> int:
    """This machine's evidence as a bundle."""
    from hardware.probe.command_line import main as probe_main

    return probe_main(["-o", str(output), *(["--fast"] if fast else [])])


main.add_command(bench)
main.add_command(scan)
main.add_command(label)
main.add_command(hold)
main.add_command(operator)
main.add_command(golden)
main.add_command(gate)
main.add_command(delivery)
main.add_command(simulate)
main.add_command(bootstick)
main.add_command(seal)
main.add_command(windows_probe)
main.add_command(profile)
main.add_command(explain)
main.add_command(rejudge)
main.add_command(waiver)
main.add_command(approval)


@main.command()
@click.argument("bundle", type=click.Path(path_type=Path))
@_JSON
def facts(bundle: Path, as_json: bool) -> int:
    """The facts in a bundle: a folder, a zip, or one file of evidence."""
    from hardware.evidence.facts import read_facts
    from specs.facts import printable
    from station import printing

    kept = read_bundle_here(bundle)
    reading = read_facts(kept)
    if as_json:
        print_json({"bundle": kept.manifest.bundle_id, **printable(reading.facts)})
    else:
        printing.print_facts(reading.facts, click.echo)
    return _tell_problems(bundle, [problem.message for problem in reading.problems], DONE)


@main.command()
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option("--profile", required=True, help="ID, ID@VERSION or a .toml file.")
@_JSON
def judge(bundle: Path, profile: str, as_json: bool) -> int:
    """The findings and the verdict of a bundle."""
    import msgspec

    from checks.judge import judge as judge_facts
    from checks.verdict import MAY_SHIP, Verdict
    from hardware.evidence.facts import read_facts
    from specs.facts import value_of
    from station import printing

    by = library().open(profile)
    reading = read_facts(read_bundle_here(bundle))
    judgement = judge_facts(reading.facts, by)
    if as_json:
        differing = msgspec.to_builtins(value_of(reading.facts.disagreements) or ())
        print_json({**msgspec.to_builtins(judgement), "disagreements": differing})
    else:
        printing.print_judgement(judgement, reading.facts, click.echo)
    status = UNABLE if judgement.verdict is Verdict.ERROR else FAIL
    if judgement.verdict in MAY_SHIP:
        status = DONE
    return _tell_problems(bundle, [problem.message for problem in reading.problems], status)


@main.command()
@click.option("--markdown", is_flag=True, help="Print docs/checks.md.")
@_JSON
def checks(markdown: bool, as_json: bool) -> int:
    """The catalogue of checks."""
    from checks.catalogue import CATALOGUE
    from station import printing
    from station.checks_page import checks_markdown

    if markdown:
        click.echo(checks_markdown(CATALOGUE.values()), nl=False)
    elif as_json:
        print_json([printing.check_summary(check) for check in CATALOGUE.values()])
    else:
        printing.print_checks(CATALOGUE.values(), click.echo)
    return DONE


@main.group(invoke_without_command=True)
@_DATA
@click.option("--watch", is_flag=True, help="Go on until stopped.")
@_JSON
@click.pass_context
def sync(context: click.Context, data: Path | None, watch: bool, as_json: bool) -> int:
    """The upload: sends what central has not got yet."""
    if context.invoked_subcommand is not None:
        # `station sync --data X status` means the same as `station sync status --data X`.
        context.obj = (data, as_json)
        return DONE
    from station.syncing import sync_once, sync_watch

    paths = _paths(data)
    if watch:
        return sync_watch(paths, as_json)
    return sync_once(paths, as_json)


@sync.command("status")
@_DATA
@_JSON
@click.pass_context
def sync_status(context: click.Context, data: Path | None, as_json: bool) -> int:
    """What is unsent, since when, and what central refused."""
    from station.syncing import print_status

    outer_data, outer_json = context.obj or (None, False)
    return print_status(_paths(data or outer_data), as_json or outer_json)


@main.command()
@_DATA
@_JSON
def doctor(data: Path | None, as_json: bool) -> int:
    """Is everything well? One line for each thing that the station needs, with the remedy."""
    import msgspec

    from station.doctor import examine

    symptoms = examine(_paths(data))
    if as_json:
        print_json([msgspec.to_builtins(symptom) for symptom in symptoms])
    else:
        for symptom in symptoms:
            click.echo(symptom.line)
    return DONE if all(symptom.well or not symptom.needed for symptom in symptoms) else UNABLE


@main.group()
def central() -> None:
    """The central store."""


@central.command("serve")
@_DATA
@click.option("--port", default=8710, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free port.")
def central_serve(data: Path | None, port: int) -> int:
    """Serves the central store and its pages to this machine."""
    from station import wording
    from station.central.address import another_answers, forget_address, tell_address
    from station.central.serve import serve

    folder = _paths(data).central
    answered: list[str] = []

    def ready(address: str) -> None:
        if not another_answers(folder):
            answered.append(address)
            tell_address(folder, address)
        click.echo(wording.central_serving(address), err=True)

    try:
        serve(folder, port, ready)
    finally:
        for address in answered:
            forget_address(folder, address)
    return DONE


def _paths(data: Path | None) -> Any:
    from station.paths import Paths

    return Paths.prepare(data)


def _tell_problems(bundle: Path, problems: Sequence[str], status: int) -> int:
    """Says which items could not be read; their facts stay unknown, and the input was wrong."""
    from specs.text import clean

    for problem in problems:
        _say_error(f"{clean(bundle.name)}: {problem}")
    return WRONG_INPUT if problems else status


def _say_error(sentence: str) -> None:
    from station import wording

    click.echo(wording.error(sentence), err=True)
