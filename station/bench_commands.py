"""`station bench`: the engine, its screen, and what it works with: slots, profile, scanners, printer, label.

Imports are inside the functions: opening the bench must pay for nothing that it does not show.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from specs.profiles import Library

__all__ = ["bench", "library", "open_bench", "read_bundle_here"]

DONE: Final = 0
MOST_SLOTS: Final = 16


@click.command()
@click.option(
    "--data", type=click.Path(path_type=Path), help="The data folder (default: STATION_DATA, or the user's own)."
)
@click.option(
    "--slot",
    "slots",
    multiple=True,
    metavar="N=LAPTOP",
    help='"1=this-machine", "2=network", "3=serial:/dev/ttyUSB0", "4=bundle.zip", "4=".',
)
@click.option("--agents", metavar="ADDRESS:PORT", help='Where laptops on the network dial (the usual: "0.0.0.0:8711").')
@click.option("--profile", help="Judge by this profile: ID, ID@VERSION or a .toml file.")
@click.option(
    "--scanner",
    "scanners",
    multiple=True,
    metavar="N=SCANNER",
    help='"1=serial:auto" (the usual), "1=serial:/dev/ttyUSB0?baud=9600", "2=camera:0", "2=".',
)
@click.option(
    "--printer",
    metavar="PRINTER",
    help='Print labels: "tcp:ADDRESS:9100", "usb:/dev/usb/lp0", "serial:/dev/ttyUSB1", "png:FOLDER", "pdf:FOLDER", "".',
)
@click.option(
    "--label", metavar="LAYOUT", help="The layout of the label that each verdict gets: a name or a .toml file."
)
@click.option("--headless", is_flag=True, help="No screen: scans on standard input, one JSON line an event.")
@click.option("--stop", is_flag=True, help="End the engine once running attempts have ended.")
def bench(
    data: Path | None,
    slots: tuple[str, ...],
    agents: str | None,
    profile: str | None,
    scanners: tuple[str, ...],
    printer: str | None,
    label: str | None,
    headless: bool,
    stop: bool,
) -> int:
    """The bench: the engine and its screen."""
    if stop:
        return _stop_bench(data)
    commands = [*_slot_commands(slots, agents, profile), *_device_commands(scanners, printer, label)]
    if headless:
        from station.bench.headless import run_headless
        from station.paths import Paths

        scans = open(0, "rb", buffering=0, closefd=False)  # noqa: SIM115 - a thread reads it until the end
        return run_headless(Paths.prepare(data), commands, scans, sys.stdout.buffer)
    return open_bench(data, commands)


def open_bench(data: Path | None, commands: list[Any]) -> int:
    """Opens the screen, over an engine that is started where none runs and has been given the commands."""
    from station.paths import Paths

    paths = Paths.prepare(data)
    if commands:
        from station.bench.headless import tell_engine

        tell_engine(paths, commands)
    from station.bench.launch import start_and_watch
    from station.screens.run import run_screen

    def start() -> None:
        start_and_watch(paths)

    status = run_screen(paths.engine_socket, start, paths.data / "logs", paths.kept_scans)
    if status == DONE:
        from station import wording

        click.echo(wording.BENCH_GOES_ON, err=True)
    return status


def library() -> Library:
    """The shipped profiles."""
    from checks.catalogue import shapes
    from specs.profiles import load_library

    return load_library(shapes())


def read_bundle_here(path: Path) -> Any:
    """The bundle of one laptop. Raises `BundleError`, also where it holds nothing that this station knows."""
    from hardware.evidence.bundle import BundleError, read_bundle
    from hardware.evidence.catalogue import known_item

    bundle = read_bundle(path)
    if not any(known_item(item) for item in bundle.items):
        from specs.text import clean

        raise BundleError(f"{clean(path.name)} holds no evidence that this station knows; name a bundle of one laptop")
    return bundle


def _stop_bench(data: Path | None) -> int:
    from station import wording
    from station.bench.headless import tell_engine
    from station.bench.launch import engine_answers, wait_until_gone
    from station.bench.protocol import Quit
    from station.paths import Paths

    paths = Paths.prepare(data)
    if not engine_answers(paths.engine_socket):
        click.echo(wording.BENCH_NOT_RUNNING, err=True)
        return DONE
    tell_engine(paths, [Quit()])
    wait_until_gone(paths, 180)
    click.echo(wording.BENCH_STOPPED, err=True)
    return DONE


def _numbered(option: str, text: str, most: int, what: str, example: str) -> tuple[int, str]:
    """ "N=..." with N from 1 to `most`. Raises `click.UsageError`."""
    number, equals, rest = text.partition("=")
    if not equals or not (number.isascii() and number.isdecimal()) or len(number) > 4 or not 1 <= int(number) <= most:
        from specs.text import clean

        wrong = f"{option} {clean(text, 60)!r} is not N={what} with N from 1 to {most}"
        raise click.UsageError(f"{wrong}, as in {option} {example}")
    return int(number), rest


def _slot_commands(slots: tuple[str, ...], agents: str | None, profile: str | None) -> list[Any]:
    """The commands that the options stand for. Raises `click.UsageError`."""
    from station.bench.docks import LaptopRefused, check_laptop, parse_address
    from station.bench.protocol import PutInSlot, UseAddress, UseProfile

    commands: list[Any] = []
    try:
        if agents is not None:
            parse_address(agents)
            commands.append(UseAddress(agents))
        for text in slots:
            number, laptop = _numbered("--slot", text, MOST_SLOTS, "LAPTOP", "1=this-machine")
            laptop = check_laptop(laptop)
            if os.path.isabs(laptop):
                read_bundle_here(Path(laptop))
            commands.append(PutInSlot(number, laptop))
    except LaptopRefused as error:
        raise click.UsageError(str(error)) from error
    if profile is not None:
        library().open(profile)
        commands.append(UseProfile(str(Path(profile).absolute()) if profile.endswith(".toml") else profile))
    return commands


def _device_commands(scanners: tuple[str, ...], printer: str | None, label: str | None) -> list[Any]:
    """The same for scanners, printer and label. They are looked at here, where the one who typed them is told.

    Relative paths are made absolute: the engine runs in a folder of its own.
    """
    commands: list[Any] = []
    for text in scanners:
        from station.bench.protocol import UseScanner
        from station.bench.scanners import MOST_SCANNERS, ScannerRefused, scanner_for

        place, spec = _numbered("--scanner", text, MOST_SCANNERS, "SCANNER", "1=serial:auto")
        spec = _absolute(spec)
        try:
            if spec:
                scanner_for(spec)
        except ScannerRefused as error:
            raise click.UsageError(str(error)) from error
        commands.append(UseScanner(place, spec))
    if printer is not None:
        from hardware.printers.opening import open_printer
        from hardware.printers.spec import PrinterSpecRefused
        from station.bench.protocol import UsePrinter

        printer = _absolute(printer)
        try:
            if printer:
                open_printer(printer)
        except PrinterSpecRefused as error:
            raise click.UsageError(str(error)) from error
        commands.append(UsePrinter(printer))
    if label is not None:
        from hardware.printers.layout import LayoutError
        from hardware.printers.layout_library import load_layout
        from hardware.printers.wording import DRAWING
        from station.bench.protocol import UseLabel

        label = os.path.abspath(os.path.expanduser(label)) if label.endswith(".toml") else label
        try:
            layout = load_layout(label)
        except LayoutError as error:
            raise click.UsageError(str(error)) from error
        if layout.grid is not None:
            raise click.UsageError(DRAWING["not_a_label"].format(layout=layout.name))
        commands.append(UseLabel(label))
    return commands


def _absolute(spec: str) -> str:
    """The setting with the path in it made absolute, where it is one: a recording, a printer's folder.

    What cannot be read is left as it was typed, and refused where it is opened.
    """
    spec = spec.strip(" \t\r\n")
    kind, _, rest = spec.partition(":")
    path, mark, options = rest.partition("?")
    if path and (kind in ("png", "pdf") or (kind == "camera" and _is_recording(rest))):
        return f"{kind}:{os.path.abspath(os.path.expanduser(path))}{mark}{options}"
    return spec


def _is_recording(camera: str) -> bool:
    from hardware.scanners.camera_source import CameraRefused, parse_camera_spec

    try:
        return parse_camera_spec(camera).finite
    except CameraRefused:
        return False
