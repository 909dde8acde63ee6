"""Disks of a virtual laptop: sparse images with made-up content at their beginning and end, behind NVMe, SATA or SD."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct

__all__ = ["Disk", "disk_options", "make_image"]

_CONTENT: Final = 2**20
"""Bytes of made-up content at each end; the rest is a hole, which costs nothing."""


class Disk(Struct, frozen=True):
    """One disk. `bytes` as its maker counts them; a SATA disk says its model, the others are QEMU's by name.

    `warning` is NVMe's critical warning (4: it is no longer reliable), 0 for none.
    """

    kind: Literal["nvme", "sata", "sd"]
    bytes: int
    serial: str
    model: str = ""
    warning: int = 0


def make_image(path: Path, disk: Disk) -> None:
    """The image, the same for the same serial number. SD cards are of whole powers of two (QEMU refuses others)."""
    size = disk.bytes if disk.kind != "sd" else 1 << (disk.bytes.bit_length() - 1)
    chance = random.Random(disk.serial)
    with path.open("wb") as image:
        image.write(chance.randbytes(min(_CONTENT, size)))
        if size > 2 * _CONTENT:
            image.seek(size - _CONTENT)
            image.write(chance.randbytes(_CONTENT))


def disk_options(number: int, path: Path, disk: Disk) -> list[str]:
    """QEMU's options for the disk of that number; what is written to it is lost when the laptop ends."""
    name = f"disk{number}"
    options = ["-drive", f"file={path},if=none,id={name},format=raw,snapshot=on"]
    if disk.kind == "nvme":
        return [*options, "-device", f"nvme,id=nvme{number},serial={disk.serial},drive={name}"]
    if disk.kind == "sata":
        device = f"ide-hd,drive={name},bus=ide.{number},serial={disk.serial[:20]},rotation_rate=1"
        return [*options, "-device", device + (f",model={disk.model}" if disk.model else "")]
    return [*options, "-device", "sdhci-pci", "-device", f"sd-card,drive={name}"]
