"""Which parsers these are: one digest of their source, so that facts read by others are read again."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

__all__ = ["modules_in", "reader_version"]


@cache
def reader_version() -> str:
    """A digest of every module that turns evidence into facts: the parsers, and the words that they use."""
    modules = modules_in(resources.files("hardware.evidence"), "hardware.evidence")
    modules += [(f"specs.{name}", resources.files("specs").joinpath(name)) for name in _WORDS]
    digest = hashlib.sha256()
    for name, module in sorted(modules, key=lambda named: named[0]):
        digest.update(f"{name}\0".encode() + hashlib.sha256(module.read_bytes()).digest())
    return digest.hexdigest()


_WORDS: Final = ("exercises.py", "fact.py", "facts.py", "identifiers.py", "text.py")


def modules_in(folder: Traversable, name: str) -> list[tuple[str, Traversable]]:
    """Every module of a room and its sub-rooms, by its name."""
    found: list[tuple[str, Traversable]] = []
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.name.startswith("__"):
            found += modules_in(entry, f"{name}.{entry.name}")
        elif entry.name.endswith(".py"):
            found.append((f"{name}.{entry.name}", entry))
    return found
