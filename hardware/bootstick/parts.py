"""The packages that a stick is made of: found by what this system's release calls them, unpacked, and made ready."""

from __future__ import annotations

import hashlib
import re
import tempfile
from pathlib import Path
from typing import Final

from hardware.bootstick import wording
from hardware.bootstick.cache import Cache
from hardware.bootstick.cpio import Archive
from hardware.bootstick.debian import Apt, Package, run
from hardware.bootstick.errors import BuildUnable
from hardware.bootstick.firmware_sets import PACKAGES, UBUNTU
from hardware.bootstick.modules import ModuleTree
from hardware.bootstick.packages import Packages
from hardware.bootstick.usb_image import ImageTools

__all__ = ["LEVEL", "Parts"]

LEVEL: Final = 12
"""Of zstd: packs the modules of real laptops in seconds, to a fifth; xz would save a fifth more in some minutes."""

_KERNELS: Final = ("linux-image-amd64", "linux-image-generic")
"""What Debian and what Ubuntu call the package that leads to their newest kernel."""
_PYTHON: Final = "python3-minimal"
_TOOLS: Final = ("mtools", "kmod", "syslinux", "syslinux-common")
_CONTENTS: Final = (
    *("shim-signed", "grub-efi-amd64-signed", "busybox-static", "smartmontools", "iw", "alsa-utils", "libasound2-data"),
)
_SHIM_HELPERS: Final = "shim-helpers-amd64-signed"
"""A package of its own in Debian only."""


class Parts:
    """The packages of a stick, found by what this system's release calls them, and unpacked."""

    def __init__(self, cache: Cache, apt: Apt) -> None:
        self.cache = cache
        self._apt = apt
        self.packages = Packages(apt, cache)
        apt.packages((*_KERNELS, _PYTHON, *_TOOLS, *_CONTENTS, _SHIM_HELPERS))
        newest, python = apt.package(*_KERNELS), apt.package(_PYTHON)
        kernel_name = _named(newest.depends, r"linux-image-\d.*", newest.name)
        minimal = _named(python.depends, r"python3\.\d+-minimal", python.name)
        self.release = kernel_name.removeprefix("linux-image-")
        self.python = minimal.removeprefix("python").removesuffix("-minimal")
        library = (minimal, f"libpython{self.python}-minimal", f"libpython{self.python}-stdlib")
        apt.packages((kernel_name, *library))
        kernel = apt.package(kernel_name)
        # Where a release keeps the modules apart from the kernel, the kernel depends on them.
        apart = [name for name in kernel.depends if re.match(r"linux-modules-\d", name)]
        with_modules = apt.package(apart[0]) if apart else kernel
        self._with_modules = with_modules.name
        helpers = apt.packages([_SHIM_HELPERS])
        wanted = [apt.package(name) for name in (*_TOOLS, *_CONTENTS, *helpers, *library)]
        self.packages.add(*wanted, *([kernel] if apart else []))
        self._depmod = self.packages.find("usr/sbin/depmod")
        self._depmod_libraries = self.packages.libraries([self._depmod])
        self.packages.add(with_modules, finish=self._index)

    def module_tree(self) -> ModuleTree:
        """The kernel's modules, indexed."""
        return ModuleTree(self._module_folder(self.packages.tree(self._with_modules).folder))

    def firmware(self) -> tuple[list[Path], list[tuple[str, ...]]]:
        """The folders of the firmware packages that apt knows, and the names of those that it does not know.

        Raises `PackageUnavailable` and `BuildUnable`.
        """
        known = self._apt.packages((*(name for names in PACKAGES for name in names), UBUNTU))
        found: dict[str, Package] = {}
        missing: list[tuple[str, ...]] = []
        for names in PACKAGES:
            package = next((known[name] for name in (*names, UBUNTU) if name in known), None)
            if package is None:
                missing.append(names)
            else:
                found[package.name] = package
        self.packages.add(*found.values())
        trees = (self.packages.tree(name).folder for name in found)
        folders = [tree / place for tree in trees for place in ("usr/lib/firmware", "lib/firmware")]
        return [folder for folder in folders if folder.is_dir()], missing

    def image_tools(self) -> ImageTools:
        """What writes the USB image."""
        find = self.packages
        return ImageTools(
            find.find("usr/bin/mtools"), find.find("usr/bin/syslinux"), find.find("usr/lib/SYSLINUX/mbr.bin")
        )

    def packed(self, archive: Archive) -> Path:
        """The archive, compressed; kept, since most of it is the same in every stick."""
        import zstandard

        raw = archive.pack()
        name = f"{hashlib.sha256(raw).hexdigest()}.zst"

        def make(place: Path) -> None:
            # With threads zstd cuts its input by a rule of its own, so the bytes do not depend on how many there are.
            place.write_bytes(zstandard.ZstdCompressor(level=LEVEL, threads=-1).compress(raw))

        return self.cache.file("packed", name, make)

    def _module_folder(self, tree: Path) -> Path:
        merged = tree / "usr" / "lib" / "modules" / self.release
        return merged if merged.is_dir() else tree / "lib" / "modules" / self.release

    def _index(self, tree: Path) -> None:
        """Has depmod (of the package kmod) index the modules, which the kernel's package leaves to its installation."""
        base = tree if (tree / "lib").is_dir() else tree / "usr"
        libraries = {str(file.parent) for name, file in self._depmod_libraries.items() if _apart(name)}
        with tempfile.TemporaryDirectory(prefix="intake-kmod-") as shop:
            depmod = Path(shop, "depmod")
            depmod.symlink_to(self._depmod)
            variables = {"LD_LIBRARY_PATH": ":".join(sorted(libraries))}
            run([depmod, "-b", base, self.release], variables=variables, check=True)


def _apart(library: str) -> bool:
    """True for a library that is not part of libc, whose own is the one that goes with this machine's loader."""
    return not library.startswith(("libc.so", "libm.so", "libpthread", "libdl", "librt", "ld-linux"))


def _named(names: tuple[str, ...], pattern: str, package: str) -> str:
    for name in names:
        if re.fullmatch(pattern, name):
            return name
    raise BuildUnable(wording.release_unknown(package))
