"""Kernel modules: which of a kernel's go on the stick, with all that they need, and the indexes cut down to those."""

from __future__ import annotations

import fnmatch
import lzma
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from hardware.bootstick import wording
from hardware.bootstick.errors import BuildUnable

__all__ = ["ModuleTree", "module_name"]

_SUFFIX: Final = re.compile(r"\.ko(\.xz|\.zst|\.gz)?$")


def module_name(path: str) -> str:
    """The module's name as the kernel says it: kernel/drivers/hid/usbhid/usb-hid.ko.xz is usb_hid."""
    return _SUFFIX.sub("", path.rpartition("/")[2]).replace("-", "_")


class ModuleTree:
    """The folder lib/modules/RELEASE of one kernel, as depmod has indexed it."""

    def __init__(self, folder: Path) -> None:
        """Reads the indexes. Raises `BuildUnable` where they are missing."""
        self._folder = folder
        try:
            self._needs = dict(_dependencies((folder / "modules.dep").read_text("utf-8")))
            self._alias_lines = (folder / "modules.alias").read_text("utf-8").splitlines()
            self._soft = dict(_soft_dependencies((folder / "modules.softdep").read_text("utf-8")))
            self._builtin = (folder / "modules.builtin").read_bytes()
        except OSError as error:
            raise BuildUnable(wording.no_module_index(folder.name)) from error
        self._path_of = {module_name(path): path for path in self._needs}
        self._built_in = {module_name(path) for path in self._builtin.decode().splitlines()}

    def choose(self, patterns: Iterable[str]) -> list[str]:
        """The paths of all modules that match, and of all that those need, in order.

        A pattern is a module's name ("usbhid"; one that this kernel has built in or does not know chooses nothing), or
        a path below kernel/ with wildcards ("drivers/hid/*"), in which * also stands for further folders.
        """
        waiting: list[str] = []
        paths = sorted(self._needs)
        for pattern in patterns:
            if "/" in pattern:
                whole = f"kernel/{pattern}"
                waiting += [path for path in paths if fnmatch.fnmatchcase(path, whole)]
            elif (path := self._path_of.get(pattern.replace("-", "_"))) is not None:
                waiting.append(path)
        chosen: set[str] = set()
        while waiting:
            path = waiting.pop()
            if path not in chosen:
                chosen.add(path)
                waiting += self._needs.get(path, ())
                waiting += self._wished(path)
        return sorted(chosen)

    def read(self, path: str) -> bytes:
        """One module as the kernel takes it: uncompressed, its signature still at its end. Raises `BuildUnable`."""
        data = (self._folder / path).read_bytes()
        try:
            if path.endswith(".xz"):
                return lzma.decompress(data)
            if path.endswith(".zst"):
                import zstandard

                with zstandard.ZstdDecompressor().stream_reader(data) as reader:
                    return reader.read()
            if path.endswith(".gz"):
                import gzip

                return gzip.decompress(data)
        except (lzma.LZMAError, EOFError, OSError, ValueError) as error:
            raise BuildUnable(wording.module_broken(path)) from error
        return data

    def indexes(self, chosen: Iterable[str]) -> dict[str, bytes]:
        """The files that modprobe reads, by name, with nothing in them but `chosen`.

        busybox's modprobe knows no soft dependencies: a module that is wished for before another stands among its
        dependencies here, unless the two then needed each other.
        """
        paths = list(chosen)
        names = {module_name(path) for path in paths}
        needs = {path: list(self._needs[path]) for path in paths}
        for path in paths:
            for wished in self._wished(path):
                if path not in _closure(wished, needs) and wished not in needs[path]:
                    needs[path].append(wished)
        dep = "".join(
            f"{unpacked(path)}: {' '.join(map(unpacked, _loading_order(path, needs)))}".rstrip() + "\n"
            for path in paths
        )
        alias = "".join(
            f"{line}\n"
            for line in self._alias_lines
            if line.startswith("alias ") and line.rpartition(" ")[2].replace("-", "_") in names
        )
        return {"modules.dep": dep.encode(), "modules.alias": alias.encode(), "modules.builtin": self._builtin}

    def aliases(self, name: str) -> list[str]:
        """The patterns of the devices that a module is for ("pci:v00008086d000034C8sv*"), by the module's name."""
        words = (line.split() for line in self._alias_lines if line.startswith("alias "))
        return [parts[1] for parts in words if len(parts) == 3 and parts[2].replace("-", "_") == name]

    def _wished(self, path: str) -> list[str]:
        """The paths of the modules that this one wishes for before itself, as far as this kernel has them."""
        names = self._soft.get(module_name(path), ())
        return [self._path_of[name] for name in names if name in self._path_of]


def unpacked(path: str) -> str:
    """The module's path on the stick, where it is not compressed."""
    return _SUFFIX.sub(".ko", path)


def _closure(path: str, needs: dict[str, list[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [path]
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting += needs.get(each, ())
    return found


def _loading_order(path: str, needs: dict[str, list[str]]) -> list[str]:
    """Everything that `path` needs, nearest first: modprobe loads the line from its end, each before what needs it."""
    order: list[str] = []

    def visit(each: str) -> None:
        for needed in needs[each]:
            if needed not in order:
                visit(needed)
        order.append(each)

    visit(path)
    return order[-2::-1]


def _dependencies(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for line in text.splitlines():
        path, colon, needed = line.partition(":")
        if colon:
            yield path, tuple(needed.split())


def _soft_dependencies(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """For each module the names of those that it wishes for before itself."""
    wishes: dict[str, list[str]] = {}
    for line in text.splitlines():
        words = line.split()
        if len(words) < 3 or words[0] != "softdep":
            continue
        before = True
        for word in words[2:]:
            if word in ("pre:", "post:"):
                before = word == "pre:"
            elif before:
                wishes.setdefault(words[1].replace("-", "_"), []).append(word.replace("-", "_"))
    yield from ((name, tuple(wished)) for name, wished in wishes.items())
