"""`station simulate printer | scanner | camera | laptop`: each runs until it is stopped, on this machine only."""

from __future__ import annotations

import tempfile
import time
from itertools import count
from pathlib import Path
from typing import Final

import click

from station.simulating.laptop import laptop

__all__ = ["SimulateRefused", "simulate"]

DONE: Final = 0
_LOOK_EVERY_S: Final = 0.2


class SimulateRefused(Exception):
    """The input was wrong. One sentence with the remedy."""


@click.group()
def simulate() -> None:
    """Stand-ins that speak the real interfaces, for learning and trying out."""


@simulate.command()
@click.option(
    "--folder", required=True, type=click.Path(path_type=Path, file_okay=False), help="Where labels come out."
)
def printer(folder: Path) -> int:
    """A label printer on the network: takes ZPL, says how it is, and each label comes out as a PNG."""
    from hardware.printers.zpl import NotOurZpl, picture_of
    from hardware.simulated.label_printer import SimulatedLabelPrinter
    from station.simulating import wording

    try:
        folder.mkdir(parents=True, exist_ok=True)
        # A label that cannot be kept is found out now, not when the first one comes.
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise SimulateRefused(wording.folder_unusable(folder, error.strerror or "no reason was given")) from error
    came_out = 0
    # What came out another day stays.
    free = (path for number in count(1) if not (path := folder / f"label-{number:04d}.png").exists())
    with SimulatedLabelPrinter() as simulated:
        click.echo(wording.printer_ready(simulated.address))
        while True:
            for job in simulated.jobs[came_out:]:
                came_out += 1
                try:
                    picture = picture_of(job)
                except NotOurZpl as error:
                    click.echo(wording.not_ours(str(error)), err=True)
                    continue
                path = next(free)
                try:
                    picture.save(path)
                except OSError as error:
                    click.echo(wording.label_lost(path, error.strerror or "no reason was given"), err=True)
                    continue
                click.echo(wording.label_came_out(path))
            time.sleep(_LOOK_EVERY_S)


@simulate.command()
@click.option("--link", required=True, type=click.Path(path_type=Path), help="The device's path, made for it.")
def scanner(link: Path) -> int:
    """A serial scanner: each line on standard input is scanned."""
    from hardware.simulated.pty_scanner import LinkTaken, PtyScanner, scan_lines
    from station.simulating import wording

    place = link.absolute()
    with open(0, encoding="utf-8", errors="replace", closefd=False) as lines:
        try:
            scanner = PtyScanner(place)
        except LinkTaken as error:
            raise SimulateRefused(wording.link_taken(place)) from error
        except FileNotFoundError as error:
            raise SimulateRefused(wording.no_folder(place.parent)) from error
        except OSError as error:
            raise SimulateRefused(wording.link_unusable(place, error.strerror or "no reason was given")) from error
        with scanner:
            click.echo(wording.scanner_ready(place))
            scan_lines(lines, scanner)
    return DONE


@simulate.command()
@click.argument("pictures", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--seconds", default=2.0, show_default=True, type=click.FloatRange(0.1, 3600), help="For each picture.")
def camera(pictures: tuple[Path, ...], seconds: float) -> int:
    """A network camera (MJPEG over HTTP) that shows PICTURES, one after the other, over and over."""
    from hardware.scanners.decoding.images import ImageRefused, load_image
    from hardware.simulated.mjpeg_camera import MjpegCamera
    from station.simulating import wording

    try:
        shown = [load_image(picture) for picture in pictures]
    except ImageRefused as error:
        raise SimulateRefused(str(error)) from error
    with MjpegCamera(shown[:1], fps=15) as simulated:
        click.echo(wording.camera_ready(simulated.url))
        while True:
            for picture in shown:
                simulated.show([picture])
                time.sleep(seconds)


simulate.add_command(laptop)
