"""The profile library: the profiles that ship with the station, by id and version, resolved.

The only module of this room that opens files, and only those of its own package (`specs/library/*.toml`) or the
one file that the caller names.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

from specs.files import FileRefused, read_small_file
from specs.profile import Fault, Profile, ProfileError, Shape
from specs.profile_file import LARGEST_PROFILE, RawProfile, fault_at, parse_profile
from specs.resolve import no_such_profile, resolve
from specs.text import clean

__all__ = ["Library", "load_library", "read_profile_file"]


class Library:
    """Profiles by reference. Immutable after it is made. Raises `ProfileError` for two of the same id and version."""

    def __init__(self, raws: tuple[RawProfile, ...], shapes: Mapping[str, Shape]) -> None:
        seen: dict[tuple[str, str], str] = {}
        for raw in raws:
            key = (raw.id, raw.version)
            if key in seen:
                problem = f"{seen[key]} has the same id and version"
                line = raw.lines.get("version", 0)
                raise ProfileError((Fault(raw.file, line, "version", problem, "give it a version of its own"),))
            seen[key] = raw.file
        self._raws = raws
        self._shapes = shapes

    def references(self) -> tuple[str, ...]:
        """ID@VERSION of every profile, sorted."""
        return tuple(sorted(f"{raw.id}@{raw.version}" for raw in self._raws))

    def find(self, reference: str) -> RawProfile | None:
        """The profile of "ID@VERSION", or the newest version of "ID"; None where there is none. "ID@" is none."""
        name, at, version = reference.partition("@")
        matching = [raw for raw in self._raws if raw.id == name and (not at or raw.version == version)]
        return max(matching, key=lambda raw: _in_order(raw.version), default=None)

    def get(self, reference: str) -> Profile:
        """The resolved profile of a reference.

        Raises `ProfileError` where there is none, where it has faults, and where it is only there to be extended.
        """
        raw = self.find(reference)
        if raw is None:
            problem, remedy = no_such_profile(reference, self.references())
            known = ", ".join(sorted({raw.id for raw in self._raws if raw.data.get("abstract") is not True}))
            remedy = remedy or f"use one of {known}"
            raise ProfileError((Fault("the library", 0, "profile", problem, remedy),))
        return _usable(self.resolve(raw), raw.file)

    def resolve(self, raw: RawProfile) -> Profile:
        """A parsed profile with what it inherits from this library. Raises `ProfileError` with every fault."""
        return resolve(raw, self.find, self._shapes, self.references())

    def read(self, path: Path) -> Profile:
        """The profile in a file, with what it inherits from this library.

        Raises `ProfileError` with every fault; also where it takes the id and version of a profile of this library and
        decides otherwise, because results name a profile by these two.
        """
        own = read_profile_file(path)
        profile = self.resolve(own)
        shipped = self.find(profile.reference)
        if shipped is not None and self.resolve(shipped).digest != profile.digest:
            problem = f"the library has another profile that is called {profile.reference}"
            remedy = "give this one an id or a version of its own"
            raise ProfileError((fault_at(own, "version", problem, remedy),))
        return profile

    def open(self, reference: str) -> Profile:
        """The profile of a reference, or of a file whose name ends in .toml. Raises `ProfileError`."""
        if not reference.endswith(".toml"):
            return self.get(reference)
        return _usable(self.read(Path(reference)), clean(reference, 120))


def _usable(profile: Profile, file: str) -> Profile:
    """The profile. Raises `ProfileError` where it is only there to be extended."""
    if profile.abstract:
        remedy = "use a profile that extends it"
        raise ProfileError((Fault(file, 0, "abstract", "is only there to be extended", remedy),))
    return profile


def read_profile_file(path: Path) -> RawProfile:
    """The parsed profile in a file. Raises `ProfileError` where it cannot be read or is not one."""
    name = clean(str(path), 120)
    try:
        data = read_small_file(path, LARGEST_PROFILE)
    except FileRefused as error:
        raise ProfileError((Fault(name, 0, "file", str(error), "name a profile file"),)) from error
    return _parse_bytes(data, name)


def _parse_bytes(data: bytes, name: str) -> RawProfile:
    try:
        text = data.removeprefix(codecs.BOM_UTF8).decode("utf-8")  # some editors of Windows put the mark there
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ProfileError((Fault(name, line, "file", "is not UTF-8 text", "save it as UTF-8"),)) from error
    return parse_profile(text, name)


def load_library(shapes: Mapping[str, Shape]) -> Library:
    """The library that ships. Raises `ProfileError` where one of its files is damaged."""
    folder = resources.files("specs.library")
    raws = [
        _parse_bytes(entry.read_bytes(), entry.name)
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".toml")
    ]
    return Library(tuple(raws), shapes)


def _in_order(version: str) -> list[tuple[int, str]]:
    """A key that puts 1.10 after 1.9, and dates in their order."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.findall(r"\d+|\D+", version)]
