"""A text, cut into its lines; a long line, such as a processor's flags, into its words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from msgspec import Struct

from specs.text import clean
from station.explaining.forms.encodings import Utf8
from station.explaining.forms.form import LONGEST_LINE, Run, runs

__all__ = ["Lines"]

MOST_PARTS: Final = 50_000
"""Parts of one text; one of more lines is cut into several lines at a time."""
_LARGEST_IN_WORDS: Final = 2**18
"""Bytes of a text whose long lines are cut into words; larger ones are no output of a tool."""
_WORD: Final = re.compile(rb"\s*+\S++\s*+|\s++")
_GAP: Final = " … "


class _Part(Struct, frozen=True):
    """A line, or a word of one with the blanks behind it. Lines count from 1; offsets are those in the UTF-8 text."""

    line: int
    start: int
    end: int


class Lines:
    """The lines of a text item; a line is left out with its end."""

    name = "lines"

    def __init__(self, data: bytes) -> None:
        self._text = Utf8(data)
        self._parts = list(_cut(self._text.data))

    def parts(self) -> Sequence[int]:
        return range(len(self._parts))

    def rebuilt(self, kept: Sequence[int]) -> bytes:
        return b"".join([self._raw(self._parts[part]) for part in kept])

    def doubtful(self, kept: Sequence[int]) -> Sequence[int]:
        return ()

    def spoilt(self, kept: Sequence[int], part: int) -> bytes:
        return self.rebuilt(kept)

    def spans(self, kept: Sequence[int]) -> list[Run]:
        return runs(self._text.places((self._parts[part].start, self._parts[part].end) for part in kept))

    def shown(self, kept: Sequence[int]) -> Iterator[str]:
        for line, parts in groupby((self._parts[part] for part in kept), key=lambda part: part.line):
            yield f"line {line}: {self._said(parts)}"

    def _raw(self, part: _Part) -> bytes:
        return self._text.data[part.start : part.end]

    def _said(self, parts: Iterator[_Part]) -> str:
        """What is kept of one line, with a sign where something between is not; no more is decoded than is shown."""
        said, end = "", None
        for part in parts:
            said += _GAP if end is not None and end != part.start else ""
            said += self._raw(part)[: 8 * LONGEST_LINE].decode("utf-8", "replace")
            end = part.end
            if len(said) > 8 * LONGEST_LINE:
                break
        return clean(said, LONGEST_LINE)


def _cut(data: bytes) -> Iterator[_Part]:
    lines = data.splitlines(keepends=True)
    step = max(1, -(-len(lines) // MOST_PARTS))
    start = 0
    for first in range(0, len(lines), step):
        line = b"".join(lines[first : first + step]) if step > 1 else lines[first]
        if step > 1 or len(line) <= LONGEST_LINE or len(data) > _LARGEST_IN_WORDS:
            yield _Part(first + 1, start, start + len(line))
        else:
            for word in _WORD.finditer(line):
                yield _Part(first + 1, start + word.start(), start + word.end())
        start += len(line)
