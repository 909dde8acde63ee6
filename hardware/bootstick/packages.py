"""The packages of a boot stick: unpacked once a version, and searched together as if they were installed.

A library is looked for where Debian's rules put it: a program's package depends on the package of each library that the
program names. So only the packages that are really needed come, not all that would be installed with them.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from hardware.bootstick import wording
from hardware.bootstick.cache import Cache
from hardware.bootstick.debian import Apt, Package, unpack
from hardware.bootstick.elf import NotElf, needed_libraries
from hardware.bootstick.errors import BuildUnable

__all__ = ["LIBRARIES", "LOADER", "Packages", "Tree", "merged"]

LIBRARIES: Final = "usr/lib/x86_64-linux-gnu"
LOADER: Final = "usr/lib64/ld-linux-x86-64.so.2"

_MERGED: Final = ("bin", "sbin", "lib", "lib64")
"""Folders that are links into usr/ on a merged system, as ours is; older packages still bring them."""

_MOST_LINKS: Final = 40
"""Links that are followed from one name, as in Linux (path_resolution(7))."""


def merged(path: str) -> str:
    """The path as it is on a system whose /bin, /sbin and /lib are links into /usr."""
    path = path.lstrip("/")
    return f"usr/{path}" if path.split("/")[0] in _MERGED else path


class Tree:
    """One unpacked package: its files under the names that they have on a merged system."""

    def __init__(self, package: Package, folder: Path) -> None:
        self.package = package
        self.folder = folder
        self._files: dict[str, Path] = {}
        for above, folders, names in os.walk(folder):
            for name in (*names, *(each for each in folders if os.path.islink(os.path.join(above, each)))):
                path = Path(above, name)
                self._files[merged(path.relative_to(folder).as_posix())] = path

    def find(self, path: str) -> Path | None:
        """The plain file behind `path`, through links inside this package; None where it brings none."""
        path = merged(path)
        for _ in range(_MOST_LINKS):
            place = self._files.get(path)
            if place is None or not place.is_symlink():
                return place
            target = os.readlink(place)
            joined = PurePosixPath("/", path).parent / target
            path = merged(os.path.normpath(joined))
        return None

    def under(self, folder: str) -> Iterator[tuple[str, Path]]:
        """Every plain file below a folder, with its name on a merged system, in order."""
        start = merged(folder) + "/"
        for path in sorted(self._files):
            if path.startswith(start) and not self._files[path].is_symlink():
                yield path, self._files[path]


class Packages:
    """The packages of one build, each at the version that apt would install."""

    def __init__(self, apt: Apt, cache: Cache) -> None:
        self._apt = apt
        self._cache = cache
        self._trees: dict[str, Tree] = {}

    @property
    def made_from(self) -> list[Package]:
        """Every package that was needed, by name."""
        return [tree.package for _, tree in sorted(self._trees.items())]

    def add(self, *packages: Package, finish: Callable[[Path], None] | None = None) -> None:
        """Has these packages unpacked; `finish` gets each new folder before it counts as whole.

        Raises `PackageUnavailable` and `BuildUnable`.
        """
        wanted = [package for package in packages if package.name not in self._trees]
        absent = [package for package in wanted if not self._cache.has("trees", package.sha256)]
        if absent:
            with tempfile.TemporaryDirectory(prefix="intake-debs-") as shop:
                debs = self._apt.download(absent, Path(shop))

                def maker(deb: Path) -> Callable[[Path], None]:
                    def fill(folder: Path) -> None:
                        unpack(deb, folder)
                        if finish is not None:
                            finish(folder)

                    return fill

                self._cache.trees("trees", {sha256: maker(deb) for sha256, deb in debs.items()})
        for package in wanted:
            self._trees[package.name] = Tree(package, self._cache.folder / "trees" / package.sha256)

    def find(self, *paths: str) -> Path:
        """The file behind the first of `paths` that any package brings: places differ from release to release.

        Raises `BuildUnable` where none is there.
        """
        for path in paths:
            for tree in self._trees.values():
                found = tree.find(path)
                if found is not None:
                    return found
        raise BuildUnable(wording.file_missing(paths[0]))

    def tree(self, name: str) -> Tree:
        """One package's files."""
        return self._trees[name]

    def libraries(self, programs: Sequence[Path]) -> dict[str, Path]:
        """All libraries that the programs need to start, by the name that they ask for; packages are added for them.

        Raises `BuildUnable` where no package brings one.
        """
        self._apt.packages(sorted({name for package in self.made_from for name in package.depends}))
        found: dict[str, Path] = {}
        waiting = list(programs)
        while waiting:
            file = waiting.pop()
            try:
                names = needed_libraries(file.read_bytes())
            except NotElf as error:
                raise BuildUnable(wording.not_a_program(file.name)) from error
            for name in names:
                if name not in found:
                    found[name] = self._library(name, self._owner(file))
                    waiting.append(found[name])
        return dict(sorted(found.items()))

    def _library(self, name: str, wanted_by: Package) -> Path:
        present = self._present(name)
        if present is not None:
            return present
        depended = self._apt.packages(wanted_by.depends)
        expected = _package_names(name)
        likely = [package for package in depended.values() if package.name in expected]
        others = [
            package
            for package in depended.values()
            if package not in likely and package.name not in self._trees and package.name.startswith(("lib", "zlib"))
        ]
        for package in (*likely, *others):
            self.add(package)
            present = self._present(name)
            if present is not None:
                return present
            if package in others:
                # It was only tried: what is not needed is not part of the stick.
                self._trees.pop(package.name)
        raise BuildUnable(wording.library_missing(name, wanted_by.name))

    def _present(self, name: str) -> Path | None:
        for tree in self._trees.values():
            for folder in (LIBRARIES, "usr/lib", "usr/lib64"):
                found = tree.find(f"{folder}/{name}")
                if found is not None:
                    return found
        return None

    def _owner(self, file: Path) -> Package:
        for tree in self._trees.values():
            if file.is_relative_to(tree.folder):
                return tree.package
        raise BuildUnable(wording.file_missing(str(file)))


def _package_names(library: str) -> tuple[str, ...]:
    """How Debian Policy (8.1) names the package of a library: libssl.so.3 is in libssl3, libnl-3.so.200 in libnl-3-200;
    with the suffix t64 where it was built anew for 64-bit times.
    """
    stem, _, version = library.partition(".so.")
    stem = re.sub(r"[^a-z0-9.+]", "-", stem.lower())
    name = f"{stem}-{version}" if stem[-1:].isdigit() else f"{stem}{version}"
    dashed = f"{stem}-{version}"
    return (name, f"{name}t64", dashed, f"{dashed}t64")
