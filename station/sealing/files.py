"""Files of this room, written whole or not at all: key pairs, the opened hash, the log of readings, the stick."""

from __future__ import annotations

import contextlib
import importlib.resources
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

__all__ = ["PROBE_FILES", "READINGS", "SEAL", "Reading", "note_reading", "put_on_stick", "read_small", "write_new"]

PROBE_FILES: Final = ("probe.ps1", "probe.cmd")
SEAL: Final = "seal.xml"
READINGS: Final = "seal-readings.jsonl"
"""The log of readings, beside the private key: one JSON line for each, only ever appended to."""


class Reading(Struct, frozen=True):
    """One opening of a sealed item: when (UTC), who (the user of this computer), why, of what, and where to."""

    at: str
    who: str
    reason: str
    bundle: str
    bundle_id: str
    item: str
    item_sha256: str
    key_id: str
    output: str


def read_small(path: Path, limit: int) -> bytes:
    """The file's first `limit` + 1 bytes. Raises `OSError`."""
    with path.open("rb") as file:
        return file.read(limit + 1)


def write_new(files: Mapping[Path, tuple[bytes, int]]) -> None:
    """Makes all of the files, each with its content and mode, or none.

    Raises `FileExistsError` (its `filename` says which) where one is there already, `OSError` where the disk refuses.
    """
    made: list[Path] = []
    try:
        for path, (content, mode) in files.items():
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            made.append(path)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise


def note_reading(log: Path, reading: Reading) -> None:
    """Appends one line and flushes it to the disk. Raises `OSError`; nothing may be opened then."""
    line = msgspec.json.encode(reading) + b"\n"
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        if os.write(handle, line) != len(line):
            raise OSError(28, os.strerror(28), str(log))
        os.fsync(handle)
    finally:
        os.close(handle)


def put_on_stick(folder: Path, seal: bytes | None) -> bool:
    """Puts the probe into the folder, and the public key; gives whether an old key was taken away.

    All the files are written beside their places before the first is renamed. A key of unknown origin must not stay:
    the hash would be sealed for a stranger. Raises `OSError`; what was there before is then still there.
    """
    source = importlib.resources.files("hardware.probe") / "windows"
    contents = {name: (source / name).read_bytes() for name in PROBE_FILES}
    if seal is not None:
        contents[SEAL] = seal
    waiting: dict[str, Path] = {}
    try:
        for name, content in contents.items():
            handle, temporary = tempfile.mkstemp(prefix=".intake-", dir=folder)
            waiting[name] = Path(temporary)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            # A stick's own file system has no modes, and says so.
            with contextlib.suppress(OSError):
                os.chmod(temporary, 0o644)
        old = seal is None and os.path.lexists(folder / SEAL)
        if old:
            (folder / SEAL).unlink()
        for name, path in waiting.items():
            path.replace(folder / name)
    except BaseException:
        for path in waiting.values():
            path.unlink(missing_ok=True)
        raise
    _flush(folder)
    return old


def _flush(folder: Path) -> None:
    # Not every file system can; the files themselves are on the disk.
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
