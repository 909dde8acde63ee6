"""A virtual laptop's own copy of the stick: as it was built, but for the laptop's parts behind its start image."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Final

from hardware.simulated.qemu import wording
from hardware.simulated.qemu.errors import LaptopRefused, SimulationError
from hardware.simulated.qemu.guest_parts import hung_on
from hardware.simulated.qemu.spec import LaptopSpec

__all__ = ["change_file", "copy_sparse", "folder_with_parts", "stick_with_parts"]

_SECONDS: Final = 120.0
_PARTITION: Final = 2**20
"""Where the stick's one partition begins (boot-and-virtual-laptops.md section 7)."""

_START_IMAGE: Final = "initrd"
_BLOCK: Final = 2**20


def stick_with_parts(image: Path, copy: Path, spec: LaptopSpec, folder: Path) -> None:
    """The stick for this laptop. Raises `LaptopRefused` where mtools is missing."""
    copy_sparse(image, copy)
    taken = folder / "stick-initrd"
    _mtools("mcopy", "-n", "-i", f"{copy}@@{_PARTITION}", f"::/{_START_IMAGE}", str(taken))
    taken.write_bytes(hung_on(taken.read_bytes(), spec))
    change_file(copy, _START_IMAGE, taken)
    taken.unlink()


def folder_with_parts(served: Path, copy: Path, spec: LaptopSpec) -> None:
    """The folder that is served to a laptop that starts over the network, for this laptop."""
    shutil.copytree(served, copy)
    start_image = copy / _START_IMAGE
    start_image.write_bytes(hung_on(start_image.read_bytes(), spec))


def change_file(image: Path, name: str, source: Path) -> None:
    """Puts another file in place of the one of that name on the stick's partition."""
    _mtools("mcopy", "-o", "-i", f"{image}@@{_PARTITION}", str(source), f"::/{name}")


def copy_sparse(image: Path, copy: Path) -> None:
    """A copy with holes where the image holds nothing."""
    with image.open("rb") as source, copy.open("wb") as target:
        while block := source.read(_BLOCK):
            if block.strip(b"\0"):
                target.write(block)
            else:
                target.seek(len(block), 1)
        target.truncate()


def _mtools(*command: str) -> None:
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False, env={"PATH": _PATH}
        )
    except FileNotFoundError as error:
        raise LaptopRefused(wording.missing_program(command[0], "mtools")) from error
    except subprocess.TimeoutExpired as error:
        raise SimulationError(wording.program_failed(command[0], "it did not end")) from error
    if done.returncode != 0:
        raise SimulationError(wording.program_failed(command[0], done.stderr.decode(errors="replace")))


_PATH: Final = "/usr/sbin:/usr/bin:/sbin:/bin"
"""And nothing of the user's environment, in which mtools finds a configuration of its own."""
