"""The cache folder: packages unpacked, and packed parts of the start image, each named by a SHA-256.

    trees/SHA256/        what the package with this SHA-256 unpacks to (of a kernel: with its module index made)
    packed/SHA256.zst    the archive with this SHA-256, compressed

Whatever stands under its name is whole: it was made under another name beside it and renamed, so that a build may be
killed at any moment and two builds may share a cache. What killed builds left behind is removed by the next build that
is alone.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from hardware.bootstick import wording
from hardware.bootstick.errors import BuildUnable

__all__ = ["Cache"]

_UNFINISHED = ".new-"


class Cache:
    """One cache folder, in use: `with Cache.open(folder) as cache`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    @contextmanager
    def open(cls, folder: Path) -> Iterator[Cache]:
        """The cache at `folder`, which is made where it is missing. Raises `BuildUnable` where it cannot be used."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise BuildUnable(wording.cache_unusable(folder, error)) from error
        try:
            cache = cls(folder)
            cache._tidy(lock)
            fcntl.flock(lock, fcntl.LOCK_SH)
            yield cache
        finally:
            os.close(lock)

    def has(self, kind: str, name: str) -> bool:
        """True where it is there, and so whole."""
        return (self.folder / kind / name).exists()

    def file(self, kind: str, name: str, make: Callable[[Path], None]) -> Path:
        """The file `kind`/`name`; where it is missing `make` writes it to the path that it is given.

        Raises `BuildUnable` where the disk does not take it, and what `make` raises.
        """
        place = self.folder / kind / name
        if place.is_file():
            return place
        with self._workshop(kind) as shop:
            made = shop / "made"
            make(made)
            try:
                with made.open("rb") as written:
                    os.fsync(written.fileno())
                os.replace(made, place)
            except OSError as error:
                raise BuildUnable(wording.cache_unusable(self.folder, error)) from error
        return place

    def trees(self, kind: str, makers: Mapping[str, Callable[[Path], None]]) -> None:
        """Has the folders `kind`/NAME made that are missing: each maker fills the empty folder that it is given.

        Several work at once. Raises `BuildUnable` where the disk does not take it, and what a maker raises; then none
        of them is there.
        """
        missing = [name for name in makers if not self.has(kind, name)]
        if not missing:
            return
        with self._workshop(kind) as shop:

            def make(name: str) -> None:
                (shop / name).mkdir()
                makers[name](shop / name)

            with ThreadPoolExecutor() as pool:
                list(pool.map(make, missing))
            # Thousands of files: one sync for them all, before their names say that they are whole.
            os.sync()
            for name in missing:
                place = self.folder / kind / name
                try:
                    os.rename(shop / name, place)
                except OSError as error:
                    if not place.is_dir():  # else another build was first with the same contents
                        raise BuildUnable(wording.cache_unusable(self.folder, error)) from error

    @contextmanager
    def _workshop(self, kind: str) -> Iterator[Path]:
        try:
            (self.folder / kind).mkdir(exist_ok=True)
            shop = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=self.folder / kind))
        except OSError as error:
            raise BuildUnable(wording.cache_unusable(self.folder, error)) from error
        try:
            yield shop
        finally:
            _remove(shop)

    def _tidy(self, lock: int) -> None:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return  # another build is at work, and its unfinished things are not for us to remove
        for left in self.folder.glob(f"*/{_UNFINISHED}*"):
            _remove(left)


def _remove(folder: Path) -> None:
    # A package may hold folders that their owner may not write, and rmtree stops at them.
    for above, folders, _ in os.walk(folder):
        for name in folders:
            path = os.path.join(above, name)
            if not os.path.islink(path):
                os.chmod(path, 0o700)
    shutil.rmtree(folder, ignore_errors=True)
