"""Firmware for the laptop's devices: which files go on the stick, and the archive of them.

Only what the stick's modules ask for goes on it, the most wanted first, up to `MOST` bytes. A module names in its
.modinfo what it may ask for; Intel's Wi-Fi names only the newest version of a program that it takes, and also takes
older ones.
"""

from __future__ import annotations

import fnmatch
import os
import posixpath
import re
from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

from hardware.bootstick.cpio import Archive
from hardware.bootstick.elf import NotElf, section
from hardware.bootstick.firmware_files import FirmwareFiles
from hardware.bootstick.firmware_sets import BY_IMPORTANCE, SOUND_PROCESSORS, UNNAMED
from hardware.bootstick.modules import ModuleTree, module_name

__all__ = ["MOST", "Firmware", "LeftOut", "choose_firmware", "firmware_archive", "named_firmware"]

MOST: Final = 144 * 2**20
"""Bytes of all firmware, unpacked: that of Debian 12 for laptops, without AMD's graphics cards, is 130 MB."""

_PLACE: Final = "usr/lib/firmware"
_PATTERN: Final = re.compile(r"[ -~]{1,200}")
_MOST_PATTERNS: Final = 4096
"""Of one module; amdgpu has the most, with some 600."""
_INTEL_WIFI: Final = re.compile(r"(iwlwifi-.+-)(\d{1,6})(\.ucode)")
_VERSIONS: Final = 2


class LeftOut(Struct, frozen=True):
    """Wanted files of one kind for which there was no room: their folder, or how their names begin."""

    kind: str
    files: int


class Firmware(Struct, frozen=True):
    """What goes on the stick: plain files by name, links (name: name of the plain file), and what found no room."""

    files: dict[str, bytes]
    links: dict[str, str]
    left_out: tuple[LeftOut, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(map(len, self.files.values()))


def named_firmware(module: bytes) -> tuple[str, ...]:
    """The names and patterns that a module says it may ask for; none where it is no module at all."""
    try:
        information = section(module, ".modinfo")
    except NotElf:
        return ()
    found: list[str] = []
    for entry in information.split(b"\0", _MOST_PATTERNS)[:_MOST_PATTERNS]:
        name = entry.removeprefix(b"firmware=").decode("ascii", "replace")
        if entry.startswith(b"firmware=") and _PATTERN.fullmatch(name):
            found.append(name)
    return tuple(dict.fromkeys(found))


def choose_firmware(modules: Mapping[str, bytes], files: FirmwareFiles, most: int = MOST) -> Firmware:
    """What these modules (path: contents) ask for and `files` has, the most wanted first, up to `most` bytes.

    Raises `BuildUnable` where a file cannot be read.
    """
    wanted: dict[str, int] = {}
    for path, data in modules.items():
        patterns = (*named_firmware(data), *UNNAMED.get(module_name(path), ()))
        for pattern in patterns:
            for name, is_newest in _meant(pattern, files):
                wanted[name] = min(wanted.get(name, len(BY_IMPORTANCE)), _importance(path, name, is_newest))
    taken: dict[str, bytes] = {}
    links: dict[str, str] = {}
    left: dict[str, set[str]] = {}
    room = most
    for name in sorted(wanted, key=lambda name: (wanted[name], name)):
        real = files.resolve(name)
        assert real is not None  # only names that are there are wanted
        if real not in taken:
            contents = files.read(real, room)
            if contents is None:
                left.setdefault(_kind(real), set()).add(real)
                continue
            taken[real] = contents
            room -= len(contents)
        if real != name:
            links[name] = real
    return Firmware(
        dict(sorted(taken.items())),
        dict(sorted(links.items())),
        tuple(LeftOut(kind, len(names)) for kind, names in sorted(left.items())),
    )


def firmware_archive(firmware: Firmware, modules: ModuleTree, chosen: Iterable[str]) -> Archive:
    """The files, and which sound processors may be used since theirs are among them (files/init reads it)."""
    archive = Archive()
    for name, data in firmware.files.items():
        archive.file(f"{_PLACE}/{name}", data)
    for name, real in firmware.links.items():
        archive.link(f"{_PLACE}/{name}", os.path.relpath(real, posixpath.dirname(name) or "."))
    there = firmware.files.keys() | firmware.links.keys()
    usable = [
        module
        for module in map(module_name, chosen)
        if module in SOUND_PROCESSORS and {name for name in SOUND_PROCESSORS[module] if "*" not in name} <= there
    ]
    # The longest part of an alias without wildcards tells a device from all others: "pci:v00008086d00009DC8sv".
    marks = {
        max(alias.split("*"), key=len)
        for module in usable
        for alias in modules.aliases(module)
        if alias.startswith(("pci:", "acpi"))
    }
    archive.file("intake/sound-processors", "".join(f"{mark}\n" for mark in sorted(marks)).encode())
    return archive


def _meant(pattern: str, files: FirmwareFiles) -> list[tuple[str, bool]]:
    """The names that a module means by a name or pattern; of Intel's Wi-Fi, the two newest versions up to the named.

    With each, whether it is the newest of its kind.
    """
    versioned = _INTEL_WIFI.fullmatch(pattern)
    if versioned is None:
        return [(name, True) for name in files.matching(pattern)]
    start, newest, end = versioned.groups()
    found: list[tuple[int, str]] = []
    for name in files.matching(f"{start}*{end}"):
        of = _INTEL_WIFI.fullmatch(name)
        if of is not None and of[1] == start and int(of[2]) <= int(newest):
            found.append((int(of[2]), name))
    found.sort(reverse=True)
    return [(name, place == 0) for place, (_, name) in enumerate(found[:_VERSIONS])]


def _importance(path: str, name: str, is_newest: bool) -> int:
    inside = path.removeprefix("kernel/")
    for place, (modules, files) in enumerate(BY_IMPORTANCE):
        fits = fnmatch.fnmatchcase(inside, modules) and fnmatch.fnmatchcase(name, files)
        # An older version is wanted where its kind stands by itself, whatever its driver.
        if fits and (is_newest or modules == "*"):
            return place
    return len(BY_IMPORTANCE)


def _kind(name: str) -> str:
    folder, slash, _ = name.partition("/")
    return folder if slash else name.partition("-")[0]
