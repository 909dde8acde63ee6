"""The laptop's files, read within bounds of size and time. Knows no item; changes nothing.

A sysfs file can hang for ever (bad firmware behind it). Every access therefore runs in a helper thread that
is left behind when it takes too long; the next access gets a new one.
"""

from __future__ import annotations

import errno
import os
import queue
import threading
import time
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    T = TypeVar("T")

LARGEST_SYSFS = 64 * 1024
"""Bytes read of one sysfs file. An attribute is one page; whole files have limits of their own."""
LARGEST_KERNEL_LOG = 256 * 1024
MOST_NAMES = 4096
"""Names read of one folder. A laptop has a few dozen PCI and USB devices."""
FILE_SECONDS = 3.0
"""Time for one access. EDID over i2c and batteries behind ACPI take up to about a second."""
LOWEST_LEVEL = 4
"""Kernel log level warning: this and more serious ones are kept."""


class Content(NamedTuple):
    """A file's bytes; `cut` where there were more."""

    data: bytes
    cut: bool


class Laptop:
    """The files of the laptop at `root`. Paths are the laptop's own: "/sys/...". All methods raise `OSError`.

    An access that takes too long raises `TimeoutError`, whose errno is ETIMEDOUT.
    """

    def __init__(self, root: str = "/") -> None:
        self.root = os.path.realpath(root)
        self._helper: _Helper | None = None
        self._until = float("inf")

    @property
    def is_this_machine(self) -> bool:
        """False where a copied or made-up tree is read instead."""
        return self.root == "/"

    def allow(self, seconds: float) -> None:
        """From now on the accesses have `seconds` together; then each fails at once."""
        self._until = time.monotonic() + seconds

    def read(self, path: str, limit: int = LARGEST_SYSFS) -> Content:
        """At most `limit` bytes of a file."""
        return self._bounded(path, lambda: _read(self.place(path), limit))

    def names(self, folder: str) -> list[str]:
        """The names in a folder, in order: eth2 before eth10."""
        return self._bounded(folder, lambda: _names(self.place(folder)))

    def link(self, path: str) -> str | None:
        """Where a symbolic link points; None where the path is something else."""

        def read_link() -> str | None:
            place = os.path.join(self.place(os.path.dirname(path)), os.path.basename(path))
            return os.readlink(place) if os.path.islink(place) else None

        return self._bounded(path, read_link)

    def mode(self, path: str) -> int:
        """The file's type and permissions, of what a link points to."""
        return self._bounded(path, lambda: os.stat(self.place(path)).st_mode)

    def may_read(self, path: str) -> bool:
        """True where this user may open the path for reading; raises where it is not there."""
        self.mode(path)
        return self._bounded(path, lambda: os.access(self.place(path), os.R_OK))

    def kernel_log(self) -> Content:
        """The last kernel messages of level warning and worse, as `<level>[seconds] message` lines."""
        return self._bounded("/dev/kmsg", lambda: _kernel_log(self.place("/dev/kmsg")))

    def place(self, path: str) -> str:
        """Where the laptop's `path` lies on this machine."""
        if self.is_this_machine:
            return path
        place = os.path.realpath(os.path.join(self.root, path.lstrip("/")))
        if place != self.root and not place.startswith(self.root + os.sep):
            raise OSError(errno.EXDEV, "link leads out of --root", path)
        return place

    def _bounded(self, path: str, work: Callable[[], T]) -> T:
        seconds = min(FILE_SECONDS, self._until - time.monotonic())
        if seconds <= 0:
            raise TimeoutError(errno.ETIMEDOUT, "timed out", path)
        helper = self._helper or _Helper()
        self._helper = helper
        try:
            return helper.run(work, seconds)
        except queue.Empty:
            self._helper = None
            raise TimeoutError(errno.ETIMEDOUT, "timed out", path) from None


class _Helper:
    """A thread that does what it is given. Once it has been too slow, it must not be used again."""

    def __init__(self) -> None:
        self._work: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()
        self._results: queue.SimpleQueue[tuple[object, BaseException | None]] = queue.SimpleQueue()
        threading.Thread(target=self._loop, daemon=True).start()

    def run(self, work: Callable[[], T], seconds: float) -> T:
        """What `work` gives or raises. Raises `queue.Empty` after `seconds`."""
        self._work.put(work)
        try:
            value, error = self._results.get(timeout=seconds)
        except queue.Empty:
            self._work.put(None)
            raise
        if error is not None:
            raise error
        return value  # type: ignore[return-value]  # it is what this work gave

    def _loop(self) -> None:
        while True:
            work = self._work.get()
            if work is None:
                return
            try:
                self._results.put((work(), None))
            except BaseException as error:
                self._results.put((None, error))


def _read(place: str, limit: int) -> Content:
    handle = os.open(place, os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY)
    try:
        data = bytearray()
        while len(data) <= limit:
            part = os.read(handle, min(64 * 1024, limit + 1 - len(data)))
            if not part:
                break
            data += part
    finally:
        os.close(handle)
    return Content(bytes(data[:limit]), len(data) > limit)


def _names(place: str) -> list[str]:
    with os.scandir(place) as entries:
        found = [entry.name for entry in islice(entries, MOST_NAMES)]
    # A number is compared by its length first, which orders 2 before 10.
    return sorted(found, key=lambda name: (name.rstrip("0123456789"), len(name), name))


def _kernel_log(place: str) -> Content:
    # Each read of /dev/kmsg gives one record, and EAGAIN after the last one.
    handle = os.open(place, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    kept: list[bytes] = []
    size, first, cut = 0, 0, False
    rest = b""
    until = time.monotonic() + FILE_SECONDS / 2
    try:
        while time.monotonic() < until:
            try:
                part = os.read(handle, 16 * 1024)
            except BlockingIOError:
                break
            except BrokenPipeError:  # records were overwritten before they were read
                continue
            if not part:
                break
            *lines, rest = (rest + part).split(b"\n")
            rest = rest[-LARGEST_SYSFS:]
            for line in lines:
                text = _kernel_line(line)
                if text is None:
                    continue
                kept.append(text)
                size += len(text)
                while size > LARGEST_KERNEL_LOG:
                    size -= len(kept[first])
                    kept[first] = b""
                    first, cut = first + 1, True
    finally:
        os.close(handle)
    return Content(b"".join(kept), cut)


def _kernel_line(record: bytes) -> bytes | None:
    # "4,339,5140900,-;message", where 4 is 8 * facility + level and the kernel's facility is 0. Lines that
    # begin with a blank belong to the record before and hold nothing that is wanted.
    head, semicolon, message = record.partition(b";")
    fields = head.split(b",")
    if not semicolon or len(fields) < 3 or not fields[0].isdigit() or not fields[2].isdigit():
        return None
    if len(fields[0]) > 4 or len(fields[2]) > 20 or int(fields[0]) > LOWEST_LEVEL:
        return None
    seconds = int(fields[2]) / 1e6
    return b"<" + fields[0] + b">[" + f"{seconds:12.6f}".encode() + b"] " + message + b"\n"
