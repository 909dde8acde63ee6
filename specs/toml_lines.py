"""Where the keys of a TOML text stand: the line of every table, key and member of a list.

`tomllib` reads values and gives no positions, and says of a key that is written twice only where the second one ends.
This reads headers, keys and brackets once more, never a value. It is no parser of TOML: it stops where it understands
nothing, and what it did not reach has no line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, TypeAlias

from msgspec import Struct

__all__ = ["Path", "Place", "places", "written_twice"]

Path: TypeAlias = tuple[str | int, ...]
"""Keys, and for a member of a list its place, from 1."""

_BLANK: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY: Final = re.compile(r"""[ \t]*(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|([A-Za-z0-9_-]+))[ \t]*""")
# Texts of several lines first: their quotes begin like those of a text of one line.
_VALUE: Final = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}(?!")|'
    + r"'''.*?'{3,5}(?!')|"
    + r""""(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s,\]}#=\["'{][^,\]}#\n]*""",
    re.DOTALL,
)


DEEPEST: Final = 64
"""Brackets within brackets that are followed. A place's name grows with each; no profile has over three."""


class Place(Struct, frozen=True):
    """A key, a table or a member of a list, and its line. `whole` is false for a table that a longer name implies."""

    path: Path
    line: int
    whole: bool


class _Lost(Exception):
    """What stands here is not understood."""


class _Open(Struct):
    """A bracket that is still open: what closes it, whose value it is, and how many members a list has so far."""

    closes: str
    path: Path
    members: int = 0


def places(text: str) -> Iterator[Place]:
    """Every place in `text`, in order. Never raises; ends early where the text is no TOML."""
    try:
        yield from _Reader(text).statements()
    except _Lost:
        return


def written_twice(text: str) -> tuple[Place, Place] | None:
    """The first key or table that is written twice, both times; None where there is none."""
    seen: dict[Path, Place] = {}
    for place in places(text):
        if not place.whole:
            continue
        if place.path in seen:
            return seen[place.path], place
        seen[place.path] = place
    return None


class _Reader:
    """One pass over a text. `line` is kept beside `at`, so that no newline is counted twice."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.line = text, 0, 1

    def statements(self) -> Iterator[Place]:
        table: Path = ()
        repeats: dict[Path, int] = {}
        while self._skip_blank():
            if self._peek() != "[":
                yield from self._entry(table)
                continue
            line = self.line
            several = self.text.startswith("[[", self.at)
            self._move(self.at + 1 + several)
            table = self._key_path()
            if self._peek() != "]":
                raise _Lost
            self._move(self.at + 1 + several)
            yield from _on_the_way(table, line)
            yield Place(table, line, not several)
            if several:
                repeats[table] = repeats.get(table, 0) + 1
                table = (*table, repeats[table])

    def _entry(self, inside: Path) -> Iterator[Place]:
        """A key with its value, and whatever stands within that value."""
        waiting: list[_Open] = []
        yield from self._key(inside)
        path = self._last
        while True:
            self._skip_blank()
            if len(waiting) > DEEPEST:
                raise _Lost
            if self._peek() in "[{":
                waiting.append(_Open("]" if self._peek() == "[" else "}", path))
                self._move(self.at + 1)
            else:
                self._skip_value()
            if not self._close(waiting):
                return
            innermost = waiting[-1]
            if innermost.closes == "}":
                yield from self._key(innermost.path)
                path = self._last
            else:
                innermost.members += 1
                path = (*innermost.path, innermost.members)
                yield Place(path, self.line, True)

    def _key(self, inside: Path) -> Iterator[Place]:
        self._skip_blank()
        line = self.line
        path = (*inside, *self._key_path())
        if self._peek() != "=":
            raise _Lost
        self._move(self.at + 1)
        for place in _on_the_way(path, line):
            if len(place.path) > len(inside):
                yield place
        yield Place(path, line, True)
        self._last = path

    def _close(self, waiting: list[_Open]) -> bool:
        """Past what closes and commas; true where a further member or key begins."""
        while waiting:
            self._skip_blank()
            found = self._peek()
            if found == waiting[-1].closes:
                waiting.pop()
            elif found != ",":
                return True
            self._move(self.at + 1)
        return False

    def _key_path(self) -> Path:
        parts: list[str] = []
        while (found := _KEY.match(self.text, self.at)) is not None:
            parts.append(next(group for group in found.groups() if group is not None))
            self._move(found.end())
            if self._peek() != ".":
                return tuple(parts)
            self._move(self.at + 1)
        raise _Lost

    def _skip_value(self) -> None:
        found = _VALUE.match(self.text, self.at)
        if found is None:
            raise _Lost
        self._move(found.end())

    def _skip_blank(self) -> bool:
        found = _BLANK.match(self.text, self.at)
        self._move(found.end() if found else self.at)
        return self.at < len(self.text)

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1] or " "

    def _move(self, to: int) -> None:
        self.line += self.text.count("\n", self.at, to)
        self.at = to


def _on_the_way(path: Path, line: int) -> Iterator[Place]:
    """The tables that a longer name names on its way."""
    for length in range(1, len(path)):
        yield Place(path[:length], line, False)
