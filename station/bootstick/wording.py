"""Every sentence of `station bootstick`, in one place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from hardware.bootstick.builder import Built
from hardware.bootstick.manifest import FirmwareUsed
from hardware.bootstick.verify import Fault, SignedProgram, Verified
from specs.text import clean

__all__ = [
    "NOT_PROTECTED",
    "built",
    "fault",
    "firmware",
    "keys_are_secret",
    "not_verified",
    "signed_by",
    "verified",
    "withdrawn",
]

NOT_PROTECTED: Final = (
    "Secure Boot checks shim, GRUB and the kernel, and not the start image (initrd) nor grub.cfg: whoever holds the "
    "stick can change those. Compare the stick with this folder before you trust it: "
    "station bootstick verify FOLDER --stick /dev/sdX"
)


NO_SIGNER: Final = "nobody whose certificate came with it"


def _path(path: Path) -> str:
    return clean(str(path), 300)


def built(made: Built, seconds: float) -> str:
    """The stick is built: how to use it."""
    return (
        f"Built in {seconds:.1f} s. Write it to a USB stick (all that it holds is lost): "
        f"dd if={_path(made.usb_image)} of=/dev/sdX bs=4M conv=fsync\n"
        f"Or serve {_path(made.pxe_folder)} by TFTP: shimx64.efi for UEFI, intake.ipxe for iPXE on BIOS. Its initrd is "
        "readable by your account alone: where the server runs as another, give it a copy of its own."
    )


def keys_are_secret(stick: str) -> str:
    """The stick carries a key."""
    return (
        f"It is stick {stick} and carries a key of its own, in the start image: keep the folder to yourself, and "
        f"withdraw it with `station bootstick withdraw {stick}` where one is lost."
    )


def firmware(used: FirmwareUsed) -> Iterator[str]:
    """Which firmware is on the stick, and a sentence for each package that apt does not know, with the remedy."""
    if used.source != "none":
        yield f"{used.files} files of devices' firmware are on it, {used.size / 1e6:.2f} MB."
    for left in used.left_out:
        yield f"There was no room for {left.files} more of the kind {clean(left.kind, 80)}."
    for missing in used.missing:
        names = " or ".join(clean(name, 80) for name in missing.packages)
        yield f"apt knows no package {names}: {missing.lost}."
    if used.missing:
        yield (
            "To have them on the stick, add the component non-free-firmware to apt's sources, run `apt-get update` as "
            "root, and build again; or name a folder of firmware with --firmware."
        )


def verified(result: Verified) -> str:
    """All is well."""
    of = f" of stick {clean(result.stick, 40)}" if result.stick else ""
    if not result.compared:
        return f"All {result.files} files{of} are as they were built."
    return (
        f"All {result.files} files{of} are as they were built, and so is every other byte of the image's "
        f"{result.compared / 1e6:.0f} MB. What lies behind them on the stick was not looked at."
    )


def not_verified(result: Verified) -> str:
    """Something is wrong."""
    count = len(result.faults)
    return f"{count} fault{'s' if count != 1 else ''}: do not use it, build it anew."


def fault(found: Fault) -> str:
    """One thing that is wrong."""
    return f"{clean(found.path, 200)}: {found.wrong}"


def signed_by(program: SignedProgram) -> str:
    """By which certificates a program is signed."""
    names = "; ".join(" < ".join(clean(name, 80) for name in signers) or NO_SIGNER for signers in program.signers)
    return f"{clean(program.path, 200)} is signed by {names or 'nobody'}"


def withdrawn(stick: str) -> str:
    """A stick's key counts no more."""
    return f"Stick {clean(stick, 40)} is withdrawn: this bench takes no laptop that was started from it."
