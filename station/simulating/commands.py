"""`station simulate printer | scanner | camera`: each runs until it is stopped, on this machine only."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Final

import click

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
    from hardware.printers.zpl import picture_of
    from hardware.simulated.label_printer import SimulatedLabelPrinter
    from station.simulating import wording

    folder.mkdir(parents=True, exist_ok=True)
    came_out = 0
    with SimulatedLabelPrinter() as simulated:
        click.echo(wording.printer_ready(simulated.address))
        while True:
            for job in simulated.jobs[came_out:]:
                came_out += 1
                path = folder / f"label-{came_out:04d}.png"
                picture_of(job).save(path)
                click.echo(wording.label_came_out(path))
            time.sleep(_LOOK_EVERY_S)


@simulate.command()
@click.option("--link", required=True, type=click.Path(path_type=Path), help="The device's path, made for it.")
def scanner(link: Path) -> int:
    """A serial scanner: each line on standard input is scanned."""
    from hardware.simulated.pty_scanner import run
    from station.simulating import wording

    click.echo(wording.scanner_ready(link.absolute()))
    run(sys.stdin, link.absolute())
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
