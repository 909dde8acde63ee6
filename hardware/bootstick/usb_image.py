"""The image for a USB stick: an MBR with one FAT32 partition that both UEFI and BIOS start from.

Made with mtools and SYSLINUX from their Debian packages, run from the cache folder as the user: nothing is mounted.
With the same files the image is the same, byte for byte: the tools take the one time that there is from
SOURCE_DATE_EPOCH.
"""

from __future__ import annotations

import os
import struct
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from hardware.bootstick import wording
from hardware.bootstick.debian import run
from hardware.bootstick.errors import BuildUnable

__all__ = ["FIRST_BYTE", "ImageTools", "make_image"]

_SECTOR: Final = 512
_FIRST_SECTOR: Final = 2048
FIRST_BYTE: Final = _FIRST_SECTOR * _SECTOR
"""Where the partition starts: 1 MiB, which every flash memory is aligned to."""

_HEADS, _SECTORS_A_TRACK = 64, 32
_EFI_SYSTEM: Final = 0xEF
_MEGABYTE: Final = 2**20
_SMALLEST: Final = 96
"""Megabytes of the partition. FAT32 has at least 65,525 clusters (Microsoft's FAT specification), which with clusters
of one sector is 33 MB and more; at 96 MB it was tried with UEFI and BIOS.
"""
_SPARE: Final = 1.08
"""The FAT itself is 8 bytes for each cluster of 512 bytes (two copies); the rest is for folders."""

_EPOCH: Final = "1704067200"
"""1 January 2024: the time of every file on the image. FAT knows none before 1980."""
_SERIAL: Final = "1A7A4E00"
_LABEL: Final = "INTAKE"


class ImageTools:
    """mtools and SYSLINUX as their packages brought them."""

    def __init__(self, mtools: Path, syslinux: Path, boot_code: Path) -> None:
        """Paths of the program mtools, the program syslinux, and SYSLINUX's mbr.bin."""
        self.mtools = mtools
        self.syslinux = syslinux
        self.boot_code = boot_code


def make_image(image: Path, files: Mapping[str, Path], tools: ImageTools) -> None:
    """Writes the image with these files ("EFI/BOOT/BOOTX64.EFI": a path here). Raises `BuildUnable`."""
    content = sum(file.stat().st_size + _SECTOR for file in files.values())
    megabytes = max(_SMALLEST, int(content * _SPARE) // _MEGABYTE + 2)
    sectors = megabytes * _MEGABYTE // _SECTOR
    try:
        with image.open("wb") as out:
            out.write(_master_boot_record(tools.boot_code.read_bytes(), sectors))
            out.truncate(FIRST_BYTE + sectors * _SECTOR)
    except OSError as error:
        raise BuildUnable(wording.output_unusable(image, error)) from error
    with tempfile.TemporaryDirectory(prefix="intake-image-") as shop:
        mtools = _Mtools(tools.mtools, Path(shop), image)
        geometry = ("-T", str(sectors), "-h", str(_HEADS), "-s", str(_SECTORS_A_TRACK), "-H", str(_FIRST_SECTOR))
        mtools.run("mformat", "-F", "-c", "1", *geometry, "-N", _SERIAL, "-v", _LABEL, "::")
        for folder in _folders(files):
            mtools.run("mmd", f"::/{folder}")
        for name, file in sorted(files.items()):
            mtools.run("mcopy", file, f"::/{name}")
        run([tools.syslinux, "--install", "-t", str(FIRST_BYTE), image], variables=mtools.variables, check=True)


class _Mtools:
    """mtools is one program that does what the name says by which it was called."""

    def __init__(self, program: Path, shop: Path, image: Path) -> None:
        self._shop = shop
        self._image = f"{image}@@{FIRST_BYTE}"
        # SYSLINUX runs some of them too, and finds them by PATH.
        for name in ("mformat", "mmd", "mcopy", "mattrib", "mmove", "mdel"):
            (shop / name).symlink_to(program)
        self.variables = {
            "PATH": f"{shop}:{os.environ.get('PATH', os.defpath)}",
            "SOURCE_DATE_EPOCH": _EPOCH,
            "TZ": "UTC",
            "MTOOLS_SKIP_CHECK": "1",
            "HOME": str(shop),
        }

    def run(self, name: str, *arguments: str | Path) -> None:
        run([self._shop / name, "-i", self._image, *arguments], variables=self.variables, check=True)


def _folders(files: Mapping[str, Path]) -> list[str]:
    found: set[str] = set()
    for name in files:
        parts = name.split("/")[:-1]
        found.update("/".join(parts[: count + 1]) for count in range(len(parts)))
    return sorted(found)


def _master_boot_record(boot_code: bytes, sectors: int) -> bytes:
    """One active partition; its addresses in cylinders are left at their largest, as for all large disks."""
    entry = struct.pack("<B3sB3sII", 0x80, b"\xfe\xff\xff", _EFI_SYSTEM, b"\xfe\xff\xff", _FIRST_SECTOR, sectors)
    serial = struct.pack("<I", int(_SERIAL, 16))
    return (boot_code[:440].ljust(440, b"\0") + serial + b"\0\0" + entry).ljust(510, b"\0") + b"\x55\xaa"
