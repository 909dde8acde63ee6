"""Where the station keeps its files: one data folder, made private to its user."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

from msgspec import Struct

__all__ = ["Paths", "PathsUnusable"]

LONGEST_SOCKET_PATH: Final = 100
"""A Unix socket's path has at most 107 bytes on Linux (unix(7)); some room is left."""


class PathsUnusable(Exception):
    """The data folder cannot be used. The message is one sentence with the remedy."""


class Paths(Struct, frozen=True):
    """The files below one data folder."""

    data: Path

    @classmethod
    def prepare(cls, data: Path | None) -> Paths:
        """The paths below `data` (default: STATION_DATA, else the user's data folder), with the folder made.

        Raises `PathsUnusable` where it cannot be made or written.
        """
        folder = data or _default()
        try:
            folder = folder.expanduser().absolute()
            for place in (folder, folder / "bench", folder / "central", folder / "logs"):
                place.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not os.access(folder, os.W_OK):
                raise PermissionError(13, "permission denied")
        except (OSError, RuntimeError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise PathsUnusable(
                f"the data folder {folder} cannot be used ({reason}); name another one with --data or STATION_DATA"
            ) from error
        return cls(folder)

    @classmethod
    def at(cls, data: Path | None) -> Paths:
        """The same paths, with nothing made: for those who only look whether something is there."""
        return cls(data or _default())

    @property
    def store(self) -> Path:
        """The bench's SQLite file."""
        return self.data / "bench" / "bench.sqlite"

    @property
    def engine_lock(self) -> Path:
        """Held by the one engine of this data folder."""
        return self.data / "bench" / "engine.lock"

    @property
    def engine_log(self) -> Path:
        """What the engine writes when something is wrong."""
        return self.data / "logs" / "engine.log"

    @property
    def kept_scans(self) -> Path:
        """What screens keep of the scans that were made while the engine was away: a folder, with a file for each."""
        return self.data / "bench" / "kept-scans"

    @property
    def link_keys(self) -> Path:
        """The keys by which this bench and its boot sticks know each other: a folder."""
        return self.data / "bench" / "link-keys"

    @property
    def own_grammar(self) -> Path:
        """The supervisor's own rules for the codes on labels, where there are any."""
        return self.data / "grammar.toml"

    @property
    def central(self) -> Path:
        """The embedded central store's folder."""
        return self.data / "central"

    @property
    def engine_socket(self) -> Path:
        """The engine's local socket: in the data folder, or in the user's runtime folder where that is too long."""
        place = self.data / "bench" / "engine.sock"
        if len(os.fsencode(place)) <= LONGEST_SOCKET_PATH:
            return place
        name = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:16]
        runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or f"/tmp/intake-station-{os.getuid()}")
        runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = runtime.stat()
        if owner.st_uid != os.getuid() or owner.st_mode & 0o077:
            raise PathsUnusable(f"{runtime} is open to other users; remove it, or name a shorter --data folder")
        return runtime / f"intake-{name}.sock"


def _default() -> Path:
    named = os.environ.get("STATION_DATA")
    if named:
        return Path(named)
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "intake-station"
