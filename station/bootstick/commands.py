"""`station bootstick build | verify | withdraw`.

Exit status as everywhere: 0 done, 1 what was verified is not as it was built, 2 the input or the usage was wrong, 3 the
bench could not do it. Imports are inside the commands: the bench must not pay for them when it starts.
"""

from __future__ import annotations

import secrets
import socket
import string
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import click

if TYPE_CHECKING:
    from hardware.laptops.keys import BenchKeys

__all__ = ["bootstick"]

DONE, FAIL, WRONG_INPUT, UNABLE = 0, 1, 2, 3
_STICK_LETTERS: Final = 12

_PATH: Final = click.Path(path_type=Path)
_JSON: Final = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
_DATA: Final = click.option("--data", type=_PATH, help="The data folder (default: STATION_DATA, or the user's own).")


@click.group()
def bootstick() -> None:
    """The boot stick: an image for USB and PXE that starts a laptop with the probe."""


@bootstick.command()
@click.option("-o", "--output", required=True, type=_PATH, help="The folder to fill: new, empty, or built before.")
@click.option("--bench", "address", default="", metavar="HOST:PORT", help="The bench (default: found by the laptop).")
@click.option("--slot", default=0, type=click.IntRange(0), metavar="N", help="The bench's slot (default: any).")
@click.option("--serial", default="", metavar="PORT", help='The laptop\'s serial port, as "ttyUSB0@115200".')
@click.option("--modules", type=click.Choice(["laptop", "virtual"]), default="laptop", show_default=True)
@click.option(
    "--firmware",
    default="auto",
    show_default=True,
    metavar="auto|none|FOLDER",
    help="The devices' firmware: for real laptops from apt's packages; or a folder that lies as /lib/firmware does.",
)
@click.option("--cache", type=_PATH, help="Where packages are kept between builds (default: in the data folder).")
@_DATA
@_JSON
def build(
    output: Path,
    address: str,
    slot: int,
    serial: str,
    modules: Any,
    firmware: str,
    cache: Path | None,
    data: Path | None,
    as_json: bool,
) -> int:
    """Builds a boot stick: usb.img, pxe/ and direct/, with a manifest of what it was made from."""
    from hardware.bootstick.boot_files import command_line
    from hardware.bootstick.builder import BuildOptions
    from hardware.bootstick.builder import build as build_stick
    from hardware.bootstick.errors import BootstickError
    from hardware.laptops.keys import KeysError
    from station.bootstick import wording
    from station.paths import Paths

    started = time.monotonic()
    stick = "".join(secrets.choice(string.ascii_lowercase) for _ in range(_STICK_LETTERS))
    try:
        # What was typed wrong is told before any key is made.
        command_line(address, slot, serial, stick, ())
        paths = Paths.prepare(data)
        issued = _keys(paths.link_keys).issue_stick(stick)
        made = build_stick(
            BuildOptions(
                output=output.expanduser().absolute(),
                cache=(cache or paths.data / "bootstick-cache").expanduser().absolute(),
                bench=address,
                slot=slot,
                serial=serial,
                modules=modules,
                firmware=_firmware(firmware),
                stick=stick,
                keys={"ca.pem": issued.ca_pem, "stick.pem": issued.certificate_pem, "stick.key": issued.key_pem},
            )
        )
    except (BootstickError, KeysError) as error:
        return _told(error)
    seconds = time.monotonic() - started
    if as_json:
        import msgspec

        from station.output import print_json

        print_json(
            {
                "stick": stick,
                "folder": str(made.folder),
                "usb_image": str(made.usb_image),
                "pxe": str(made.pxe_folder),
                "kernel": str(made.kernel),
                "initrd": str(made.initrd),
                "manifest": str(made.manifest),
                "command_line": made.command_line,
                "firmware": msgspec.to_builtins(made.firmware),
                "seconds": round(seconds, 2),
            }
        )
    else:
        click.echo(wording.built(made, seconds))
        click.echo(wording.keys_are_secret(stick))
        click.echo(wording.NOT_PROTECTED)
        for sentence in wording.firmware(made.firmware):
            click.echo(sentence)
    return DONE


@bootstick.command()
@click.argument("folder", type=_PATH)
@click.option("--stick", type=_PATH, metavar="DEVICE", help="Compare this USB stick (/dev/sdX) or a copy of one.")
@_JSON
def verify(folder: Path, stick: Path | None, as_json: bool) -> int:
    """Is the boot stick in FOLDER, or on a USB stick, still what was built? Exit status 1 where it is not."""
    from hardware.bootstick.errors import BootstickError
    from hardware.bootstick.verify import verify_folder, verify_stick
    from station.bootstick import wording

    try:
        result = verify_folder(folder) if stick is None else verify_stick(folder, stick)
    except BootstickError as error:
        return _told(error)
    if as_json:
        import msgspec

        from station.output import print_json

        print_json(msgspec.to_builtins(result))
    else:
        for found in result.faults:
            click.echo(wording.fault(found))
        for program in result.signed:
            click.echo(wording.signed_by(program))
        click.echo(wording.not_verified(result) if result.faults else wording.verified(result))
        click.echo(wording.NOT_PROTECTED)
    return FAIL if result.faults else DONE


@bootstick.command()
@click.argument("stick")
@_DATA
def withdraw(stick: str, data: Path | None) -> int:
    """From now on this bench takes no laptop that was started from STICK: it was lost, or copied."""
    from hardware.laptops.keys import KeysError
    from station.bootstick import wording
    from station.paths import Paths

    try:
        _keys(Paths.prepare(data).link_keys).revoke(stick)
    except KeysError as error:
        return _told(error, WRONG_INPUT)
    click.echo(wording.withdrawn(stick))
    return DONE


def _firmware(text: str) -> Literal["auto", "none"] | Path:
    if text == "auto":
        return "auto"
    if text == "none":
        return "none"
    return Path(text).expanduser().absolute()


def _keys(folder: Path) -> BenchKeys:
    from hardware.laptops.keys import BenchKeys
    from specs.text import clean

    return BenchKeys.open(folder, clean(socket.gethostname(), 40), datetime.now(UTC))


def _told(error: Exception, status: int = UNABLE) -> int:
    from hardware.bootstick.errors import BuildRefused
    from station.wording import error as sentence

    click.echo(sentence(str(error)), err=True)
    return WRONG_INPUT if isinstance(error, BuildRefused) else status
