"""manifest.json: what a boot stick was made from, and the SHA-256 of every file of it. It holds no secrets.

`format` is 1. `output` lists the files of the folder (usb.img, pxe/..., direct/...), `image` the files on the stick
itself: what stands on a stick in somebody's hand can be compared with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from hardware.bootstick import wording
from hardware.bootstick.errors import BuildRefused

__all__ = [
    "MANIFEST",
    "FirmwareUsed",
    "KeptFile",
    "LeftOutFirmware",
    "Manifest",
    "MissingFirmware",
    "PackageUsed",
    "kept_file",
    "read_manifest",
    "write_manifest",
]

MANIFEST: Final = "manifest.json"
_FORMAT: Final = 1
_LARGEST: Final = 2**20


class PackageUsed(Struct, frozen=True, forbid_unknown_fields=True):
    """One Debian package: the SHA-256 is that of its .deb, as apt's signed records have it."""

    name: str
    version: str
    architecture: str
    sha256: str


class KeptFile(Struct, frozen=True, forbid_unknown_fields=True):
    """One file: its path, its size in bytes and its SHA-256."""

    path: str
    size: int
    sha256: str


class MissingFirmware(Struct, frozen=True, forbid_unknown_fields=True):
    """One package that apt does not know: its names (of which one would do), and what is lost without it."""

    packages: tuple[str, ...]
    lost: str


class LeftOutFirmware(Struct, frozen=True, forbid_unknown_fields=True):
    """Files of one kind for which there was no room."""

    kind: str
    files: int


class FirmwareUsed(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The devices' firmware: where it is from ("packages", "folder" or "none"), how many files and bytes of it went on
    the stick, the SHA-256 of all of it as it is packed ("" for none), and what did not go on it.
    """

    source: str
    files: int = 0
    size: int = 0
    sha256: str = ""
    missing: tuple[MissingFirmware, ...] = ()
    left_out: tuple[LeftOutFirmware, ...] = ()


class Manifest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything that is known of one boot stick."""

    format: int = _FORMAT
    stick: str
    command_line: str
    kernel: str
    modules: str
    module_count: int
    probe: dict[str, str]
    firmware: FirmwareUsed = FirmwareUsed(source="none")
    made_from: tuple[PackageUsed, ...]
    output: tuple[KeptFile, ...]
    image: tuple[KeptFile, ...]


def kept_file(path: str, data: bytes | Path) -> KeptFile:
    """The row of one file, from its bytes or the file itself."""
    if isinstance(data, bytes):
        return KeptFile(path, len(data), hashlib.sha256(data).hexdigest())
    with data.open("rb") as read:
        return KeptFile(path, data.stat().st_size, hashlib.file_digest(read, "sha256").hexdigest())


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Writes it for people too: a field a line."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a built folder. Raises `BuildRefused` where there is none, or another kind of one."""
    try:
        with (folder / MANIFEST).open("rb") as read:
            data = read.read(_LARGEST + 1)
    except OSError as error:
        raise BuildRefused(wording.no_manifest(folder)) from error
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except msgspec.MsgspecError as error:
        raise BuildRefused(wording.broken_manifest(folder)) from error
    if manifest.format != _FORMAT or len(data) > _LARGEST or not _plain(row.path for row in manifest.output):
        raise BuildRefused(wording.broken_manifest(folder))
    return manifest


def _plain(paths: Iterable[str]) -> bool:
    """True where every path stays inside the folder."""
    return all(path and not path.startswith("/") and ".." not in path.split("/") and "\0" not in path for path in paths)
