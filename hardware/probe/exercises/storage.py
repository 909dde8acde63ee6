"""Storage: every built-in disk is read in places all over it. It is opened for reading only; nothing is written."""

from __future__ import annotations

import contextlib
import errno
import mmap
import os
import re
import time
from typing import TYPE_CHECKING, Any

from . import wording
from .arguments import Rule
from .session import CannotMeasure, Session

if TYPE_CHECKING:
    from collections.abc import Iterator

ARGUMENTS = {"work_s": Rule(0.1, 3000, 11.0, whole=False)}  # for all disks together
CHUNK = 2**20
"""Bytes of one read; also the first and the last of a disk are one."""
REGION_CHUNKS = 8
MOST_REGIONS = 512
"""4 GiB of a disk: a fast one is done before its time is over."""
MOST_DISKS = 16
MOST_FIRST = 8
MOST_ERRORS = 64
"""Then a disk is left alone: each failed read may take it many seconds."""
_SECTOR = 512
"""/sys/block/NAME/size counts these, whatever the disk's own sectors are."""
_NO_DISKS = ("loop", "ram", "zram", "dm-", "md", "sr", "fd", "nbd", "drbd")
_SPECIAL = re.compile(r"mmcblk\d+(boot\d+|rpmb)")
"""Parts of an eMMC that are no disk."""
_DIRECT = getattr(os, "O_DIRECT", 0)


def run(session: Session, work_s: float) -> dict[str, Any]:
    """Reads each disk for its part of `work_s` seconds."""
    names = disks(session)[:MOST_DISKS]
    if not names:
        raise CannotMeasure(wording.NO_DISK)
    found: list[dict[str, Any]] = [_unread(session, name) for name in names]
    wanted = [disk for disk in found if disk["skipped"] is None]
    refused: list[str] = []
    began = time.monotonic()
    until = session.limit(work_s)
    for number, disk in enumerate(wanted):
        now = time.monotonic()
        if session.over():
            disk["skipped"] = wording.SKIP_NO_TIME
            continue
        try:
            _read_disk(session, disk, now + max(0.0, until - now) / (len(wanted) - number), found)
        except OSError as error:
            disk["skipped"] = wording.os_error(error)
            refused.append(disk["skipped"])
        session.progress("going", number + 1, len(wanted))
    if refused and len(refused) == len(wanted):
        raise CannotMeasure(refused[0])
    now = time.monotonic()
    if session.over() and now < began + work_s:
        session.fell_short(wording.stopped_after(now - began, work_s))
    return {"disks": found}


def disks(session: Session) -> list[str]:
    """The whole disks, the removable ones too; not what the kernel makes of them or of memory."""
    return [
        name for name in session.names("/sys/block") if not name.startswith(_NO_DISKS) and not _SPECIAL.fullmatch(name)
    ]


def places(size: int) -> Iterator[tuple[int, int]]:
    """What is read of a disk, as places and lengths: the first MiB, the last, then regions in an order that is evenly
    spread wherever it is broken off.
    """
    edge = min(CHUNK, size)
    yield 0, edge
    if size <= edge:
        return
    yield size - edge, edge
    inner = max(0, size - 2 * edge) // CHUNK
    count = min(MOST_REGIONS, -(-inner // REGION_CHUNKS))
    for index in sorted(range(count), key=_reversed_bits):
        first, after = index * inner // count, (index + 1) * inner // count
        # Where in its stretch a region lies is chance, so that over many laptops every place is read.
        room = max(0, after - first - REGION_CHUNKS)
        start = first + int.from_bytes(os.urandom(6), "big") % (room + 1)
        yield edge + start * CHUNK, min(REGION_CHUNKS, after - first) * CHUNK


def _reversed_bits(number: int) -> int:
    # 0, 256, 128, 384, ...: the van der Corput sequence.
    return int(f"{number:016b}"[::-1], 2)


def _unread(session: Session, name: str) -> dict[str, Any]:
    base = f"/sys/block/{name}"
    size = (session.number(f"{base}/size") or 0) * _SECTOR
    skipped = None
    if session.number(f"{base}/removable") != 0 or session.text(f"{base}/device/type") == "SD":
        skipped = wording.SKIP_REMOVABLE
    elif _on_usb(session, base):
        skipped = wording.SKIP_USB
    elif size <= 0:
        skipped = wording.SKIP_EMPTY
    return {
        "name": name,
        "size": size,
        "bytes_read": 0,
        "seconds": 0.0,
        "regions": 0,
        "error_count": 0,
        "errors": [],
        "skipped": skipped,
    }


def _on_usb(session: Session, base: str) -> bool:
    # A disk on USB is not built in, though few of them call themselves removable: it may be the bench's own stick.
    with contextlib.suppress(OSError):
        return "/usb" in (session.laptop.link(base) or "")
    return False


def _read_disk(session: Session, disk: dict[str, Any], until: float, all_disks: list[dict[str, Any]]) -> None:
    """Raises `OSError` where the disk cannot be opened; what fails later is an error of the disk."""
    with _Reader(session, "/dev/" + disk["name"].replace("!", "/")) as reader:
        for place, length in places(disk["size"]):
            if time.monotonic() >= until or session.over() or disk["error_count"] >= MOST_ERRORS:
                return
            session.note({"disks": all_disks}, f"reading {disk['name']} at byte {place}")
            began = time.monotonic()
            _read_region(session, reader, disk, place, place + length)
            disk["seconds"] = round(disk["seconds"] + time.monotonic() - began, 6)
            disk["regions"] += 1


def _read_region(session: Session, reader: _Reader, disk: dict[str, Any], place: int, end: int) -> None:
    while place < end and not session.over():
        try:
            got = reader.read(place, min(CHUNK, end - place))
        except OSError as error:
            got = 0
            reason = errno.errorcode.get(error.errno or 0, str(error.errno))
        else:
            reason = wording.ENDS_EARLY
        disk["bytes_read"] += got
        if got == 0:
            disk["error_count"] += 1
            if len(disk["errors"]) < MOST_FIRST:
                disk["errors"].append({"offset": place, "error": reason})
            return
        place += got


class _Reader:
    """One disk, read past the page cache where that works: what is cached says nothing of the disk."""

    def __init__(self, session: Session, path: str) -> None:
        # O_DIRECT is not everywhere (a disk that is a file on tmpfs, in tests); opening tells.
        self._direct = bool(_DIRECT)
        try:
            self._file = session.open(path, os.O_RDONLY | _DIRECT)
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            self._direct = False
            self._file = session.open(path, os.O_RDONLY)
        self._buffer = mmap.mmap(-1, CHUNK)  # aligned to a page, as O_DIRECT needs it

    def __enter__(self) -> _Reader:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)
        self._buffer.close()

    def read(self, place: int, length: int) -> int:
        """How many bytes came. Raises `OSError`."""
        if self._direct:
            try:
                return self._read(place, length)
            except OSError as error:
                if error.errno != errno.EINVAL:  # a length that is no whole sector
                    raise
                self._direct = False
        os.posix_fadvise(self._file, place, length, os.POSIX_FADV_DONTNEED)
        return self._read(place, length)

    def _read(self, place: int, length: int) -> int:
        with memoryview(self._buffer) as whole, whole[:length] as part:
            return os.preadv(self._file, [part], place)
