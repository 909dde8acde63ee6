"""The folder that a build fills: one build at a time, and never one that holds what no build has put there.

A folder is ours where it holds a manifest of ours, or the mark of a build that did not come to its end.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from hardware.bootstick import wording
from hardware.bootstick.errors import BuildRefused, BuildUnable
from hardware.bootstick.manifest import MANIFEST, read_manifest

__all__ = ["check_output", "workshop"]

_MARK: Final = ".unfinished-boot-stick"
_UNFINISHED: Final = ".new-"
_OUTPUT: Final = ("usb.img", "pxe", "direct")


def check_output(folder: Path) -> None:
    """Raises `BuildRefused` where the folder holds something that was not built here."""
    if folder.is_dir():
        held = {entry.name for entry in folder.iterdir()}
        if held and _MARK not in held:
            try:
                read_manifest(folder)
            except BuildRefused as error:
                raise BuildRefused(wording.output_taken(folder)) from error
    elif folder.exists():
        raise BuildRefused(wording.output_no_folder(folder))


@contextmanager
def workshop(folder: Path) -> Iterator[Path]:
    """A folder in which everything is made; what lies there at the end takes the place of the older build, its manifest
    last. Where it does not come to the end the older build is still there, or the mark that says that none is.

    Raises `BuildRefused`, `BuildUnable` where another build is at work there, and OSError.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BuildUnable(wording.output_in_use(folder)) from error
        check_output(folder)
        (folder / _MARK).touch(0o600)
        for left in folder.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(left)
        with tempfile.TemporaryDirectory(prefix=_UNFINISHED, dir=folder) as shop:
            yield Path(shop)
            _move(Path(shop), folder)
        (folder / _MARK).unlink()
    finally:
        os.close(lock)


def _move(shop: Path, folder: Path) -> None:
    """Puts what was built in its place. Without a manifest the folder counts as unfinished."""
    (folder / MANIFEST).unlink(missing_ok=True)
    for name in _OUTPUT:
        place = folder / name
        if place.is_dir():
            shutil.rmtree(place)
        os.rename(shop / name, place)
    os.rename(shop / MANIFEST, folder / MANIFEST)
