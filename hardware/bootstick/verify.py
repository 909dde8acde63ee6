"""Is a built boot stick still what was built? `verify_folder` compares a folder, `verify_stick` a USB stick or a copy.

What this can tell and what it cannot: Secure Boot lets a laptop start only shim, GRUB and the kernel as they were
signed. The start image (initrd, with the probe in it) and GRUB's configuration are checked by nobody on the laptop;
whether they are ours is told only by comparing them with the manifest, which is done here. What lies on a stick behind
the image's length is not looked at.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import BinaryIO, Final

from msgspec import Struct

from hardware.bootstick import wording
from hardware.bootstick.comparing import compare
from hardware.bootstick.errors import BuildRefused, BuildUnable
from hardware.bootstick.fat import FatBroken, read_files
from hardware.bootstick.manifest import MANIFEST, KeptFile, kept_file, read_manifest
from hardware.bootstick.signatures import NotAProgram, read_signatures
from hardware.bootstick.usb_image import FIRST_BYTE

__all__ = ["Fault", "SignedProgram", "Verified", "verify_folder", "verify_stick"]

_IMAGE: Final = "usb.img"
_SIGNED_OUTPUT: Final = ("pxe/shimx64.efi", "pxe/grubx64.efi", "pxe/vmlinuz", "direct/vmlinuz")
_SIGNED_ON_STICK: Final = ("EFI/BOOT/BOOTX64.EFI", "EFI/BOOT/grubx64.efi", "EFI/BOOT/mmx64.efi", "vmlinuz")


class Fault(Struct, frozen=True):
    """One thing that is not as it should be: which file or part of the stick, and what is wrong with it."""

    path: str
    wrong: str


class SignedProgram(Struct, frozen=True):
    """One program that Secure Boot checks: one row of names for each signature, as `signatures.Signature` has them."""

    path: str
    signers: tuple[tuple[str, ...], ...]


class Verified(Struct, frozen=True):
    """What was found. No faults: every file is as it was built, and what Secure Boot checks is as it was signed; of a
    stick also the first `compared` bytes, which are all that was looked at (0 where only a folder was).
    """

    stick: str
    kernel: str
    files: int
    compared: int
    faults: tuple[Fault, ...]
    signed: tuple[SignedProgram, ...]


def verify_folder(folder: Path) -> Verified:
    """Compares a built folder, and the files inside its usb.img, with its manifest.

    Raises `BuildRefused` where the folder holds no finished boot stick, `BuildUnable` where it cannot be read.
    """
    if not folder.is_dir():
        raise BuildRefused(wording.no_such_folder(folder))
    manifest = read_manifest(folder)
    wanted = {row.path: row for row in manifest.output}
    faults: list[Fault] = []
    signed: list[SignedProgram] = []
    try:
        there = {file.relative_to(folder).as_posix(): file for file in sorted(folder.rglob("*")) if file.is_file()}
        there.pop(MANIFEST, None)
        found = {path: kept_file(path, file) for path, file in there.items() if path in wanted}
        faults += _compared(wanted, found, frozenset(there))
        for path in _SIGNED_OUTPUT:
            if path in found:
                _look_at_signature(path, there[path].read_bytes(), faults, signed)
    except OSError as error:
        raise BuildUnable(wording.cannot_read(folder, error)) from error
    return Verified(manifest.stick, manifest.kernel, len(wanted), 0, tuple(faults), tuple(signed))


def verify_stick(folder: Path, stick: Path) -> Verified:
    """Compares a USB stick (its device, or a copy of it) with the image in the folder, byte for byte over the image's
    length, and each file on it with the manifest.

    What stands on the stick beside these files, as other systems put their own folders there, is a fault too: a stick
    that another computer wrote on is not to be trusted. Raises `BuildRefused` and `BuildUnable`.
    """
    manifest = read_manifest(folder)
    image = next((row for row in manifest.output if row.path == _IMAGE), None)
    if image is None:
        raise BuildRefused(wording.broken_manifest(folder))
    faults: list[Fault] = []
    signed: list[SignedProgram] = []
    found: dict[str, KeptFile] = {}
    try:
        with stick.open("rb") as disk:
            faults += _different_bytes(disk, folder / _IMAGE, image)
            for path, data in read_files(disk, FIRST_BYTE):
                found[path] = kept_file(path, data)
                if path in _SIGNED_ON_STICK:
                    _look_at_signature(path, data, faults, signed)
    except FatBroken as error:
        faults.append(Fault(stick.name, wording.BROKEN_IMAGE.format(why=error)))
    except OSError as error:
        raise BuildUnable(wording.cannot_read(stick, error)) from error
    wanted = {row.path: row for row in manifest.image}
    of_files = _compared(wanted, found, frozenset(found))
    if of_files:
        # Each file that differs says more than the space that they all are in.
        faults = [fault for fault in faults if fault.path != wording.FILE_SPACE]
    faults += of_files
    return Verified(manifest.stick, manifest.kernel, len(wanted), image.size, tuple(faults), tuple(signed))


def _different_bytes(disk: BinaryIO, image: Path, row: KeptFile) -> list[Fault]:
    """The parts of a stick that are not those of the image, whose row in the manifest counts. Raises `BuildUnable`, and
    OSError where the stick cannot be read.
    """
    try:
        opened: BinaryIO = image.open("rb")
    except FileNotFoundError:
        opened = io.BytesIO()
    except OSError as error:
        raise BuildUnable(wording.cannot_read(image, error)) from error
    with opened as expected:
        result = compare(disk, expected, row.size)
    if result.length < row.size:
        return [Fault(wording.WHOLE_STICK, wording.CUT_OFF)]
    if result.stick_sha256 == row.sha256:
        return []
    if result.image_sha256 != row.sha256:
        return [Fault(wording.WHOLE_STICK, wording.NO_IMAGE)]
    return [Fault(name, wording.FILE_CHANGED) for name in result.different]


def _compared(wanted: dict[str, KeptFile], found: dict[str, KeptFile], there: frozenset[str]) -> list[Fault]:
    faults = [Fault(path, wording.FILE_ADDED) for path in sorted(there - wanted.keys())]
    for path, row in wanted.items():
        if path not in found:
            faults.append(Fault(path, wording.FILE_MISSING))
        elif found[path] != row:
            faults.append(Fault(path, wording.FILE_CHANGED))
    return faults


def _look_at_signature(path: str, data: bytes, faults: list[Fault], signed: list[SignedProgram]) -> None:
    try:
        signatures = read_signatures(data)
    except NotAProgram:
        faults.append(Fault(path, wording.NOT_SIGNABLE))
        return
    if not signatures:
        faults.append(Fault(path, wording.UNSIGNED))
    elif not all(signature.intact for signature in signatures):
        faults.append(Fault(path, wording.SIGNED_CHANGED))
    signed.append(SignedProgram(path, tuple(signature.names for signature in signatures)))
