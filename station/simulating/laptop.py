"""`station simulate laptop`: QEMU laptops for this bench, good ones and faulty ones, until they are stopped."""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import click
from msgspec import Struct

if TYPE_CHECKING:
    from hardware.simulated.line import Faults
    from hardware.simulated.qemu.images import BootKind
    from hardware.simulated.qemu.laptop import VirtualLaptop
    from hardware.simulated.qemu.machine import LinkKind
    from hardware.simulated.qemu.spec import LaptopSpec
    from station.paths import Paths

__all__ = ["SimulateUnable", "laptop"]

DONE: Final = 0
MOST_LAPTOPS: Final = 16
"""As many as a bench has slots."""

_LOOK_EVERY_S: Final = 0.5
_BENCH_PORT: Final = 8711
_LARGEST_FILE: Final = 2**20


class SimulateUnable(Exception):
    """This computer could not do it. One sentence with the remedy."""


@click.command()
@click.option("--model", default="lenovo-300e-2nd-gen", show_default=True, help="Which laptop (--list names them).")
@click.option("--fault", "faults", multiple=True, help="What is wrong with it (--list names the faults). Repeatable.")
@click.option(
    "--link",
    default="serial",
    show_default=True,
    type=click.Choice(["serial", "ftdi", "network"]),
    help="How it reaches the bench: its own serial port, a USB adapter, or the network.",
)
@click.option(
    "--boot",
    "boot_kind",
    default="direct",
    show_default=True,
    type=click.Choice(["direct", "bios", "uefi", "secure", "pxe", "pxe-bios"]),
    help="How it starts: fast, from the stick, or over the network; secure and pxe have Secure Boot on.",
)
@click.option(
    "--slot", default=0, type=click.IntRange(0, MOST_LAPTOPS), help="The bench's slot (with --count: the first one)."
)
@click.option("--count", default=1, show_default=True, type=click.IntRange(1, MOST_LAPTOPS), help="How many.")
@click.option(
    "--image", type=click.Path(path_type=Path, file_okay=False), help="A boot stick's folder (else one is built)."
)
@click.option("--serial", default="", help="Its serial number (else one in the maker's form).")
@click.option("--bench", "bench_address", default="", metavar="ADDRESS:PORT", help="Where the bench listens.")
@click.option(
    "--recorded", type=click.Path(path_type=Path, dir_okay=False), help="A recorded SMBIOS table that it tells instead."
)
@click.option(
    "--port",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The serial port's path, made for it (with --count: this and a number).",
)
@click.option(
    "--noise", default="", metavar="WHAT=N,...", help='A bad cable: "flip=0.0005,drop=0.0005,stalls=2,cuts=1".'
)
@click.option("--list", "only_list", is_flag=True, help="Name the models and the faults.")
def laptop(
    model: str,
    faults: tuple[str, ...],
    link: str,
    boot_kind: str,
    slot: int,
    count: int,
    image: Path | None,
    serial: str,
    bench_address: str,
    recorded: Path | None,
    port: Path | None,
    noise: str,
    only_list: bool,
) -> int:
    """QEMU laptops that the bench cannot tell from real ones; each runs until it is stopped."""
    from hardware.bootstick.errors import BootstickError, BuildRefused
    from hardware.simulated.qemu.errors import LaptopRefused, SimulationError
    from hardware.simulated.qemu.models import models
    from hardware.simulated.qemu.spec import FAULTS
    from station.simulating import wording
    from station.simulating.commands import SimulateRefused

    if only_list:
        for name, one in sorted(models().items()):
            click.echo(wording.model_line(name, one.title))
        for name in FAULTS:
            click.echo(wording.fault_line(name))
        return DONE
    wanted = _Wanted(
        cast("LinkKind", link), cast("BootKind", boot_kind), slot, _bench(bench_address), port, _noise(noise)
    )
    if count > 1 and slot and wanted.boot != "direct":
        raise SimulateRefused(wording.one_stick_one_slot())
    if slot + count - 1 > MOST_LAPTOPS:
        raise SimulateRefused(wording.too_many_for_the_bench(MOST_LAPTOPS))
    try:
        specs = _specs(model, faults, serial, count, recorded)
        _run(specs, wanted, image)
    except (LaptopRefused, BuildRefused) as error:
        raise SimulateRefused(str(error)) from error
    except (SimulationError, BootstickError) as error:
        raise SimulateUnable(str(error)) from error
    return DONE


class _Wanted(Struct, frozen=True):
    """How the laptops start and reach the bench."""

    link: LinkKind
    boot: BootKind
    slot: int
    bench: tuple[str, int]
    port: Path | None
    noise: Faults

    def port_of(self, number: int, count: int) -> Path | None:
        """The serial port's path of one of so many laptops; None for one of its own."""
        if self.port is None or count == 1:
            return self.port
        return self.port.with_name(f"{self.port.name}-{number}")


def _noise(text: str) -> Faults:
    """The faults of a cable in "flip=0.001,cuts=2": chances for each byte, or times in a minute."""
    import msgspec

    from hardware.simulated.line import Faults
    from station.simulating import wording
    from station.simulating.commands import SimulateRefused

    found: dict[str, float] = {}
    for part in filter(None, text.split(",")):
        name, _, value = part.partition("=")
        try:
            found[name] = float(value)
            fine = 0 <= found[name] <= (1 if name in ("flip", "drop", "twice", "insert") else 60)
        except ValueError:
            fine = False
        if not fine or name not in Faults.__struct_fields__:
            raise SimulateRefused(wording.no_such_noise(part, Faults.__struct_fields__))
    return msgspec.convert(found, Faults)


def _bench(address: str) -> tuple[str, int]:
    from station.simulating import wording
    from station.simulating.commands import SimulateRefused

    host, _, port = (address or f"127.0.0.1:{_BENCH_PORT}").rpartition(":")
    if not host or not (port.isascii() and port.isdecimal() and len(port) <= 5 and 0 < int(port) < 65536):
        raise SimulateRefused(wording.no_such_bench(address))
    return host.strip("[]"), int(port)


def _specs(model: str, faults: Sequence[str], serial: str, count: int, recorded: Path | None) -> Sequence[LaptopSpec]:
    import msgspec

    from hardware.simulated.qemu.models import model_named
    from hardware.simulated.qemu.recorded_table import split
    from hardware.simulated.qemu.spec import laptop_spec, with_faults
    from station.simulating import wording
    from station.simulating.commands import SimulateRefused

    if (serial or recorded) and count > 1:
        raise SimulateRefused(wording.one_serial_many_laptops())
    table = None
    if recorded:
        try:
            with recorded.open("rb") as file:
                table = file.read(_LARGEST_FILE + 1)
        except OSError as error:
            raise SimulateRefused(wording.unreadable(recorded, error.strerror or "no reason was given")) from error
        # The label is that of the laptop that was recorded.
        serial = serial or _serial_in(split(table).structures)
    chosen = model_named(model)
    specs = []
    for _ in range(count):
        spec = with_faults(laptop_spec(chosen, serial=serial, seed=secrets.token_hex(8)), faults)
        specs.append(msgspec.structs.replace(spec, recorded=table) if table else spec)
    return specs


def _serial_in(structures: Sequence[bytes]) -> str:
    """The serial number that a recorded table tells; empty where it tells none that a label could have."""
    from hardware.evidence.errors import EvidenceError
    from hardware.evidence.machine.dmi_facts import dmi_facts
    from hardware.evidence.machine.smbios import read_smbios
    from specs.facts import Known

    try:
        serial = dmi_facts(read_smbios(b"".join(structures)), "smbios").identity.serial
    except EvidenceError:
        return ""
    return serial.value if isinstance(serial, Known) else ""


def _run(specs: Sequence[LaptopSpec], wanted: _Wanted, image: Path | None) -> None:
    from hardware.simulated.qemu.images import boot_from
    from hardware.simulated.qemu.laptop import VirtualLaptop
    from station.paths import Paths
    from station.simulating import wording

    paths = Paths.prepare(None)
    folder = image or _built(paths, wanted)
    boots = [
        boot_from(folder, wanted.boot, wanted.link, slot=wanted.slot + number if wanted.slot else 0)
        for number in range(len(specs))
    ]
    running: dict[int, VirtualLaptop] = {}
    with contextlib.ExitStack() as all_of_them:
        for number, (spec, boot) in enumerate(zip(specs, boots, strict=True), 1):
            laptop = all_of_them.enter_context(
                VirtualLaptop(
                    spec,
                    boot,
                    wanted.link,
                    port=wanted.port_of(number, len(specs)),
                    bench=wanted.bench,
                    faults=wanted.noise,
                    seed=number,
                )
            )
            running[number] = laptop
            slot = wanted.slot + number - 1 if wanted.slot else number
            _say_started(laptop, number, slot, wanted)
        while running:
            for number, laptop in list(running.items()):
                if not laptop.running:
                    del running[number]
                    click.echo(wording.laptop_off(number, laptop.spec.label_serial), err=True)
            time.sleep(_LOOK_EVERY_S)


def _say_started(laptop: VirtualLaptop, number: int, slot: int, wanted: _Wanted) -> None:
    from station.simulating import wording

    click.echo(wording.laptop_started(number, laptop.spec.model.title, laptop.spec.label_serial))
    place = "network" if wanted.link == "network" else f"serial:{laptop.port}"
    click.echo(wording.laptop_next(slot, place, laptop.spec.label_serial))


def _built(paths: Paths, wanted: _Wanted) -> Path:
    """The image in the data folder, built with keys of this bench; what was downloaded before is used again."""
    from hardware.laptops.keys import BenchKeys
    from hardware.simulated.qemu.images import build_image
    from station.simulating import wording

    click.echo(wording.building(), err=True)
    place = paths.data / "simulated-laptops"
    stick = "".join(secrets.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(12))
    keys = BenchKeys.open(paths.link_keys, "bench", datetime.now(UTC)).issue_stick(stick)
    files = {"ca.pem": keys.ca_pem, "stick.pem": keys.certificate_pem, "stick.key": keys.key_pem}
    folder = place / f"{wanted.boot}-{wanted.link}-{wanted.slot}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    slot = wanted.slot if wanted.boot != "direct" else 0
    build_image(folder, paths.data / "bootstick-cache", wanted.link, slot=slot, stick=stick, keys=files)
    return folder
