"""Scans on this bench's disk while the engine is away: written before they are told as taken, gone once answered.

Each screen has a file of its own in one folder, made when there is something to keep, and holds its lock (flock) while
it lives. A file that nobody holds is of a screen that has ended: the next one takes it over, whole, so that no scan is
replayed by two screens. A file is lines of JSON that are only ever added to: a scan, or the number of one that the
engine has answered. What is damaged (power was cut) is skipped. It is not the bench's journal: that is the engine's,
and every scan comes there in the end. Each scan keeps the mark (`ref`) that the engine's answer repeats, and the time
at which it was read, however many screens hand it on.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import itertools
import os
import re
import secrets
import stat
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from specs.text import clean
from station.bench.namespace import is_command
from station.bench.protocol import LONGEST_SHOWN_SCAN, BrokenScan, Scan
from station.clock import utc_text
from station.screens.hiding import hide, hide_torn

__all__ = ["LARGEST_FILE", "MOST_SCANS", "DiskRefuses", "Keepable", "KeptScans", "NoRoom", "Waiting"]

MOST_SCANS: Final = 10_000
"""Scans that one screen keeps: days of work at a bench, and read again in less than a second."""
LARGEST_FILE: Final = 16 * 2**20
"""Bytes of one file; a scan as labels have them takes about 150."""

MOST_TRIES: Final = 20
"""At a file of one's own: each is lost only to a screen that looks for files in the same millisecond."""

_REF: Final = re.compile(r"[0-9a-f-]{1,64}")
_LONG_AGO: Final = utc_text(0)

_ADDED: Final = os.O_RDWR | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK

Keepable: TypeAlias = Scan | BrokenScan


class DiskRefuses(Exception):
    """The disk took nothing: it is full, broken, or not ours to write."""


class NoRoom(Exception):
    """As much is kept already as will be."""


class _Kept(Struct, frozen=True, tag="kept", omit_defaults=True):
    """A scan, and when it was read (UTC); `sentence` is why it is no code, where it is none."""

    number: int
    time: str
    text: str
    scanner: str
    symbology: str = ""
    sentence: str | None = None
    ref: str = ""

    def command(self, ref: str) -> Keepable:
        if self.sentence is not None:
            return BrokenScan(self.text, self.scanner, self.sentence, ref)
        return Scan(self.text, self.scanner, self.symbology, ref)


class _Answered(Struct, frozen=True, tag="answered"):
    """The engine has answered the scan of this number."""

    number: int


_LINES: Final[msgspec.json.Decoder[_Kept | _Answered]] = msgspec.json.Decoder(_Kept | _Answered)


@dataclass(eq=False, slots=True)
class Waiting:
    """A scan on its way to the engine: `command` says it now, `later` when it was read before (at `read_at`, UTC).

    `shown` names it to people, `command.ref` to the engine.
    """

    command: Keepable
    number: int
    read_at: str
    shown: str
    file: _File | None = None

    @property
    def later(self) -> Keepable:
        return replace(self.command, read_at=self.read_at) if isinstance(self.command, Scan) else self.command

    @property
    def on_disk(self) -> bool:
        return self.file is not None


class KeptScans:
    """What one screen keeps in `folder`, and takes over from those before it. The folder is made when it is needed."""

    def __init__(self, folder: Path, wall: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._wall = wall
        self._numbers = itertools.count(1)
        self._mark = f"{os.getpid()}-{secrets.token_hex(8)}"
        self._own: _File | None = None
        self._files: set[_File] = set()

    def waiting(self, command: Keepable) -> Waiting:
        """A scan that was handed over now, with a `ref` that no other has; it is in memory alone."""
        number = next(self._numbers)
        command = replace(command, ref=f"{self._mark}-{number}")
        return Waiting(command, number, utc_text(self._wall()), _shown(command))

    def keep(self, scans: Iterable[Waiting]) -> None:
        """Writes those that are not on the disk yet; they are there, all of them, when this returns.

        A product key or a badge is cut before it is written, also in `command`. Raises `DiskRefuses` and `NoRoom`; then
        none of them counts as kept. Waits for the disk.
        """
        new = [one for one in scans if one.file is None]
        if not new:
            return
        commands = [replace(one.command, text=_hidden(one.command)) for one in new]
        lines = b"".join(_line(one, command) for one, command in zip(new, commands, strict=True))
        try:
            file = self._own = self._own or self._make()
            if file.size + len(lines) > LARGEST_FILE:
                raise NoRoom
            file.append(lines, durable=True)
        except OSError as error:
            raise DiskRefuses from error
        for one, command in zip(new, commands, strict=True):
            one.command, one.shown, one.file = command, _shown(command), file
            file.open.add(one.number)

    def answered(self, scan: Waiting) -> None:
        """The engine has answered it: it is not sent again. The file goes with the last of its scans."""
        file = scan.file
        if file is None:
            return
        file.open.discard(scan.number)
        # Where the disk refuses this, or power is cut before it is there, the scan is sent once more.
        with contextlib.suppress(OSError):
            if file.open:
                file.append(msgspec.json.encode(_Answered(scan.number)) + b"\n", durable=False)
            else:
                self._let_go(file, remove=True)

    def adopt(self) -> list[Waiting]:
        """What screens that have ended left, oldest first. Never raises: what cannot be read stays where it is."""
        found: list[Waiting] = []
        try:
            names = sorted(name for name in os.listdir(self._folder) if name.endswith(".jsonl"))
        except OSError:
            return found
        for name in names:
            if len(found) >= MOST_SCANS:
                break
            with contextlib.suppress(OSError):
                found += self._take_over(self._folder / name)
        return found

    def close(self) -> None:
        """Lets the files go, for the next screen."""
        for file in tuple(self._files):
            with contextlib.suppress(OSError):
                self._let_go(file, remove=False)

    def _make(self) -> _File:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for _ in range(MOST_TRIES):
            if file := self._new():
                self._files.add(file)
                _flush_folder(self._folder)
                return file
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN), str(self._folder))

    def _new(self) -> _File | None:
        """A new file, held; None where another screen took it for one that was left. One not held is removed."""
        path = self._folder / f"{time.time_ns():020}-{os.getpid()}.jsonl"
        try:
            handle = os.open(path, _ADDED | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return None
        file = None
        try:
            file = _File(path, handle) if _held(handle) else None
        finally:
            if file is None:
                with contextlib.suppress(OSError):
                    path.unlink(missing_ok=True)
        return file

    def _take_over(self, path: Path) -> list[Waiting]:
        handle = os.open(path, _ADDED)
        if not _held(handle):  # its screen lives, or another has done it
            return []
        file = _File(path, handle, torn=True)
        self._files.add(file)
        try:
            kept = _read(handle)
        except OSError:
            self._let_go(file, remove=False)
            raise
        file.open.update(one.number for one in kept)
        if not kept:
            self._let_go(file, remove=True)
        return [self._taken(one, file) for one in kept]

    def _taken(self, one: _Kept, file: _File) -> Waiting:
        # Whoever wrote a mark that no screen makes: the engine's answer must give it back as it is.
        ref = one.ref if _REF.fullmatch(one.ref) else f"{self._mark}-{next(self._numbers)}"
        command = one.command(ref)
        return Waiting(command, one.number, _utc(one.time), _shown(command), file)

    def _let_go(self, file: _File, *, remove: bool) -> None:
        self._files.discard(file)
        if file is self._own:
            self._own = None
        try:
            if remove:
                file.path.unlink(missing_ok=True)
        finally:
            os.close(file.handle)


@dataclass(eq=False, slots=True)
class _File:
    """An open file of kept scans, locked by us. `open` are the numbers of those that are not answered.

    `torn`: it may end within a line, so that the next one must begin a new one.
    """

    path: Path
    handle: int
    torn: bool = False
    open: set[int] = field(default_factory=set)

    @property
    def size(self) -> int:
        return os.fstat(self.handle).st_size

    def append(self, lines: bytes, *, durable: bool) -> None:
        """Adds the lines; raises `OSError` where they are not all there, and takes back what is, as far as it can."""
        before, torn = self.size, self.torn
        left = memoryview(b"\n" + lines if torn else lines)
        self.torn = True
        try:
            while left:
                written = os.write(self.handle, left)
                if not written:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))
                left = left[written:]
            if durable:
                os.fsync(self.handle)
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(self.handle, before)
                self.torn = torn
            raise
        self.torn = False


def _line(one: Waiting, command: Keepable) -> bytes:
    match command:
        case Scan(text=text, scanner=scanner, symbology=symbology, ref=ref):
            line = _Kept(one.number, one.read_at, text, scanner, symbology, ref=ref)
        case BrokenScan(text=text, scanner=scanner, sentence=sentence, ref=ref):
            line = _Kept(one.number, one.read_at, text, scanner, sentence=sentence, ref=ref)
    return msgspec.json.encode(line) + b"\n"


def _shown(command: Keepable) -> str:
    return clean(_hidden(command), LONGEST_SHOWN_SCAN)


def _hidden(command: Keepable) -> str:
    return hide_torn(command.text) if isinstance(command, BrokenScan) else hide(command.text)


def _utc(text: str) -> str:
    """A time as `utc_text` makes it. One that cannot be read is long ago: what may be old is not taken for new."""
    try:
        moment = datetime.fromisoformat(text)
        return utc_text(moment.timestamp()) if moment.tzinfo else _LONG_AGO
    except (ValueError, OverflowError, OSError):
        return _LONG_AGO


def _held(handle: int) -> bool:
    """Takes the lock of a file. False where somebody holds it, or where it is a file no more.

    Raises `OSError` on a file system without locks. Where it is not held, the handle is closed.
    """
    held = False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        about = os.fstat(handle)
        held = stat.S_ISREG(about.st_mode) and about.st_nlink > 0
    except BlockingIOError:
        pass
    finally:
        if not held:
            os.close(handle)
    return held


def _read(handle: int) -> list[_Kept]:
    """What is not answered, in the order of scanning."""
    content = bytearray()
    while len(content) < LARGEST_FILE and (part := os.pread(handle, 2**20, len(content))):
        content += part
    kept: dict[int, _Kept] = {}
    for line in content.split(b"\n"):
        try:
            found = _LINES.decode(line)
        except ValueError:  # half a line, or none of ours (msgspec's errors are ValueErrors)
            continue
        if isinstance(found, _Answered):
            kept.pop(found.number, None)
        elif found.sentence is not None or not is_command(found.text):  # never replayed, whoever wrote it
            kept[found.number] = found
    return sorted(kept.values(), key=lambda one: one.number)


def _flush_folder(folder: Path) -> None:
    # Not every file system can; the scans themselves are on the disk.
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
