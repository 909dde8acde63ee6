"""The boot stick's image for virtual laptops: built once, and started in whichever way by any number of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from hardware.bootstick.builder import BuildOptions, build
from hardware.bootstick.errors import BootstickError
from hardware.bootstick.manifest import read_manifest
from hardware.simulated.qemu import wording
from hardware.simulated.qemu.errors import LaptopRefused
from hardware.simulated.qemu.firmware import Firmware
from hardware.simulated.qemu.guest_parts import WORDS
from hardware.simulated.qemu.links import BENCH
from hardware.simulated.qemu.machine import Boot, DirectBoot, LinkKind, PxeBoot, StickBoot

__all__ = ["BOOTS", "BootKind", "boot_from", "build_image"]

BootKind = Literal["direct", "bios", "uefi", "secure", "pxe", "pxe-bios"]

BOOTS: Final = ("direct", "bios", "uefi", "secure", "pxe", "pxe-bios")
"""direct: without a boot loader. bios, uefi, secure: from the stick. pxe: over the network, Secure Boot on."""

_PORTS: Final = {"serial": "ttyS0@115200", "ftdi": "ttyUSB0@115200"}

_FIRST_FILE: Final = {"pxe": "shimx64.efi", "pxe-bios": "intake.ipxe"}
_FIRMWARE: Final = {
    "bios": Firmware.BIOS,
    "uefi": Firmware.UEFI,
    "secure": Firmware.SECURE,
    "pxe": Firmware.SECURE,
    "pxe-bios": Firmware.BIOS,
}


def build_image(
    folder: Path, cache: Path, link: LinkKind, *, slot: int = 0, stick: str = "", keys: Mapping[str, bytes]
) -> None:
    """Builds the image that QEMU's laptops start from, with the words for that link in its boot menus.

    `keys` are the stick's (hardware.bootstick.builder), without which the network's bench knows no laptop. Raises what
    the builder raises.
    """
    build(
        BuildOptions(
            output=folder,
            cache=cache,
            bench=BENCH if link == "network" else "",
            slot=slot,
            serial=_PORTS.get(link, ""),
            modules="virtual",
            stick=stick,
            keys=dict(keys),
            more=WORDS,
        )
    )


def boot_from(folder: Path, kind: BootKind, link: LinkKind, *, slot: int = 0) -> Boot:
    """A way to start from a boot stick's folder.

    Without a boot loader the words for the parts, link and slot are put behind those of the image, and count. The other
    ways have the image's own, so it must be one of `build_image`. Raises `LaptopRefused` where it is not.
    """
    try:
        manifest = read_manifest(folder)
    except BootstickError as error:
        raise LaptopRefused(wording.no_image(folder)) from error
    words = tuple(manifest.command_line.split())
    if kind != "direct" and not set(WORDS) <= set(words):
        raise LaptopRefused(wording.no_image(folder))
    if kind == "direct":
        own = [f"intake.bench={BENCH}"] if link == "network" else [f"intake.serial={_PORTS[link]}"]
        own += [f"intake.slot={slot}"] if slot else []
        return DirectBoot(folder / "direct" / "vmlinuz", folder / "direct" / "initrd", (*words, *WORDS, *own))
    if kind in _FIRST_FILE:
        return PxeBoot(folder / "pxe", _FIRST_FILE[kind], _FIRMWARE[kind])
    return StickBoot(folder / "usb.img", _FIRMWARE[kind])
