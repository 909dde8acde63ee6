"""A recorded piece of the laptop's file system, mostly sysfs: absolute path -> content, link or error.

An item of this kind is a UTF-8 JSON object whose values are a string (the file's text), {"hex": "..."} (content
that is not UTF-8), {"link": "target"}, {"dir": true} or {"error": "EACCES"}. A key that names a directory with an
error says that the directory could not be listed. Parsers ask this module; none of them sees the JSON.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import Struct

from hardware.evidence.decoding import json_depth_at_most
from hardware.evidence.errors import EvidenceError
from hardware.evidence.leaves import absent, text_fact, unreadable
from specs.facts import Fact, Unknown
from specs.text import clean

__all__ = ["MOST_ENTRIES", "Tree", "read_tree"]

MOST_ENTRIES: Final = 50_000
"""Paths in one tree. A laptop's whole /sys/bus/pci with all attributes has some thousands."""
LONGEST_PATH: Final = 1024
DEEPEST_PATH: Final = 40

_ERROR_NAME: Final = re.compile(r"[A-Z][A-Z0-9]{1,15}", re.ASCII)
_Decoder = msgspec.json.Decoder(dict[str, str | dict[str, str | bool]])


class Tree(Struct, frozen=True):
    """Paths and what was found there. Directories are not listed themselves: they follow from their entries."""

    texts: Mapping[str, str]
    bytes: Mapping[str, bytes]
    links: Mapping[str, str]
    errors: Mapping[str, str]
    children: Mapping[str, tuple[str, ...]]

    def names(self, folder: str) -> tuple[str, ...]:
        """The names directly below `folder`, in the order of the tree."""
        return self.children.get(folder, ())

    def has(self, path: str) -> bool:
        """True where something was found at `path` or below it (an error is not something found)."""
        return path in self.texts or path in self.bytes or path in self.links or path in self.children

    def text(self, path: str) -> str | None:
        """The text of the file at `path`, stripped; None where there is none."""
        found = self.texts.get(path)
        return found.strip() if found is not None else None

    def link(self, path: str) -> str | None:
        """The target of the link at `path`."""
        return self.links.get(path)

    def link_name(self, path: str) -> str | None:
        """The last part of the target of the link at `path` ("…/drivers/iwlwifi" gives "iwlwifi")."""
        target = self.links.get(path)
        return target.rstrip("/").rpartition("/")[2] if target is not None else None

    def error(self, path: str) -> str | None:
        """The error name ("EACCES") of `path`, None where there was none."""
        return self.errors.get(path)

    def fact(self, path: str, what: str, *evidence: str) -> Fact[str]:
        """The text at `path` as a fact; a file that may not be read is unknown with that reason."""
        error = self.errors.get(path)
        if error is not None and error != "ENOENT":
            return unreadable(_why_not(what, error), *evidence)
        return text_fact(self.texts.get(path), what, *evidence)

    def refused(self, path: str, what: str, *evidence: str) -> Unknown | None:
        """The reason why the folder or file at `path` is unknown; None where it was read."""
        error = self.errors.get(path)
        if error is None:
            return None
        if error == "ENOENT":
            return absent(f"{what}: {path} does not exist", *evidence)
        return unreadable(_why_not(what, error), *evidence)


def read_tree(data: bytes) -> Tree:
    """The tree in an item. Raises `EvidenceError` where the bytes are not one, or are past the limits."""
    # A tree has two levels; the check keeps the decoder from following a hostile item down.
    if not json_depth_at_most(data, 2):
        raise EvidenceError("the bytes are not the JSON object of paths that this item should hold")
    try:
        entries = _Decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise EvidenceError("the bytes are not the JSON object of paths that this item should hold") from error
    if len(entries) > MOST_ENTRIES:
        raise EvidenceError(f"the item lists more than {MOST_ENTRIES} paths")
    texts: dict[str, str] = {}
    raw: dict[str, bytes] = {}
    links: dict[str, str] = {}
    errors: dict[str, str] = {}
    folders: dict[str, dict[str, None]] = {}
    present: list[str] = []
    for path, value in entries.items():
        if not path.startswith("/") or len(path) > LONGEST_PATH or path.count("/") > DEEPEST_PATH:
            raise EvidenceError(f"the item holds {clean(path, 40)!r}, which is not a path")
        match value:
            case str():
                texts[path] = value
            case {"hex": str(digits)}:
                raw[path] = _bytes(digits, path)
            case {"link": str(target)}:
                links[path] = target[:LONGEST_PATH]
            case {"dir": True}:
                present.append(path)
            case {"error": str(name)}:
                found = _ERROR_NAME.match(name)
                errors[path] = found.group() if found else "EIO"
                continue
            case _:
                raise EvidenceError(f"the item's value for {clean(path, 80)} is none of text, hex, link, dir and error")
    for path in entries:
        if errors.get(path) == "ENOENT":
            continue
        child = path
        while True:
            parent, _, name = child.rpartition("/")
            if not name or not parent:
                break
            siblings = folders.setdefault(parent, {})
            if name in siblings:
                break
            siblings[name] = None
            child = parent
    for path in present:
        folders.setdefault(path, {})
    return Tree(texts, raw, links, errors, {folder: tuple(names) for folder, names in folders.items()})


def _bytes(digits: str, path: str) -> bytes:
    try:
        return bytes.fromhex(digits)
    except ValueError as error:
        raise EvidenceError(f"the item's value for {clean(path, 80)} is not hexadecimal") from error


def _why_not(what: str, error: str) -> str:
    if error in ("EACCES", "EPERM"):
        return f"{what} may only be read by root; run the probe as root"
    return f"{what} could not be read ({error})"
