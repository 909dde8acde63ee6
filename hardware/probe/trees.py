"""A tree item: many small sysfs files as one JSON object {path on the laptop: value}.

A value is the file's content as a string where it is UTF-8 without NUL, else {"hex": "..."}; or it is
{"link": "where"}, {"dir": true} or {"error": "EACCES"}. A file that does not exist has no entry; a base
folder that does not exist has {"error": "ENOENT"}.
"""

from __future__ import annotations

import errno
import json
import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .laptop import Laptop

_READ_BITS = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH


class Tree:
    """Collects entries up to `limit` bytes of JSON; what is over is left out and `cut` is set."""

    def __init__(self, laptop: Laptop, limit: int) -> None:
        self._laptop = laptop
        self._room = limit - len("{}")
        self._entries: dict[str, str] = {}
        self._refused: list[str] = []
        self._missing: list[str] = []
        self._late: list[str] = []
        self.cut = False

    def folder(self, base: str, *, needed: bool = True) -> list[str]:
        """The names in `base`. None there: the tree says so, and `needed` makes it the item's error."""
        try:
            return self._laptop.names(base)
        except OSError as error:
            self.error(base, error)
            if needed and error.errno in (errno.ENOENT, errno.ENOTDIR):
                self._missing.append(base)
            return []

    def file(self, path: str) -> None:
        """The content of a file, if it exists."""
        try:
            content = self._laptop.read(path)
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ENOTDIR):
                self.error(path, error)
            return
        self.cut = self.cut or content.cut
        self.put(path, _value(content.data))

    def files(self, folder: str, names: Iterable[str]) -> None:
        """The named files of a folder."""
        for name in names:
            self.file(f"{folder}/{name}")

    def attributes(self, folder: str) -> None:
        """Every plain file of a folder that somebody may read."""
        for name in self.folder(folder):
            path = f"{folder}/{name}"
            try:
                mode = self._laptop.mode(path)
            except OSError as error:
                self.error(path, error)
                continue
            # Files that nobody may read are knobs to write to.
            if not stat.S_ISDIR(mode) and mode & _READ_BITS:
                self.file(path)

    def link(self, path: str) -> None:
        """Where a link points, if it is one."""
        try:
            target = self._laptop.link(path)
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ENOTDIR):
                self.error(path, error)
            return
        if target is not None:
            self.put(path, {"link": _text(target)})

    def links(self, folder: str, names: Iterable[str]) -> None:
        """The named links of a folder."""
        for name in names:
            self.link(f"{folder}/{name}")

    def error(self, path: str, error: OSError) -> None:
        """An entry that says why there is no other."""
        if error.errno in (errno.EACCES, errno.EPERM):
            self._refused.append(path)
        elif error.errno == errno.ETIMEDOUT:
            self._late.append(path)
        self.put(path, {"error": errno.errorcode.get(error.errno or 0, "EIO")})

    def put(self, path: str, value: object) -> None:
        """One entry."""
        key = _text(path)
        entry = f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(value, ensure_ascii=False)}"
        size = len(entry.encode()) + len(",\n")
        if size > self._room:
            self.cut = True
        elif key not in self._entries:
            self._room -= size
            self._entries[key] = entry

    @property
    def reason(self) -> str | None:
        """Why the item is missing or partial; None where it is whole."""
        if self._missing:
            return f"ENOENT: {_some(self._missing)} does not exist"
        reasons = []
        if self._refused:
            verb = "needs" if len(self._refused) == 1 else "need"
            reasons.append(f"EACCES: {_some(self._refused)} {verb} root")
        if self._late:
            reasons.append(f"timed out: {_some(self._late)} did not answer")
        return "; ".join(reasons) or None

    def encode(self) -> bytes:
        """The JSON, in the order of the paths. A tree with nothing in it is {}."""
        return ("{" + ",\n".join(self._entries[key] for key in sorted(self._entries)) + "}").encode()


def _value(data: bytes) -> object:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return {"hex": data.hex()}
    return {"hex": data.hex()} if "\0" in text else text


def _text(name: str) -> str:
    # A name that is not UTF-8 holds surrogates, which JSON in UTF-8 cannot.
    return os.fsencode(name).decode("utf-8", "replace")


def _some(paths: list[str]) -> str:
    return _text(paths[0]) if len(paths) == 1 else f"{_text(paths[0])} and {len(paths) - 1} more"
