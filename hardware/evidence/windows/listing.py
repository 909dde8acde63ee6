"""Rows printed as lists: Name=Value of `wmic /format:list`, Name : Value of PowerShell's Format-List.

Instances are split by blank lines or, in a redirected capture, by nothing (quirks.md no. 34, 35): then a name that
comes again begins the next one. jc's `kv` was measured and is not used: it makes one of several instances.
"""

from __future__ import annotations

import itertools
import re
from typing import Final

from hardware.evidence.windows.classes import class_hint
from hardware.evidence.windows.rows import MOST_ROWS
from hardware.evidence.windows.words import lines_of

__all__ = ["Listed", "listed_rows", "single_spaced"]

Listed = list[tuple[dict[str, object], str | None]]
"""Rows as they came, each with the class that the line before it spoke of (a command, a heading)."""

_WMIC: Final = re.compile(r"([A-Za-z_][A-Za-z0-9_]{0,63})=", re.ASCII)
_NAME: Final = re.compile(r"[A-Za-z_~][\w .()/#~-]{0,79}")
_LONGEST_VALUE: Final = 65536
_MOST_ROWS: Final = 4 * MOST_ROWS
_MOST_NAMES: Final = 512
_MOST_HEADINGS: Final = 4096


def single_spaced(text: str) -> list[str]:
    """The lines of `text`; where a blank line follows each (CR CR LF gone wrong) without those."""
    lines = lines_of(text)
    full = [bool(line.strip()) for line in lines]
    if sum(full) > 4 and not any(one and two for one, two in itertools.pairwise(full)):
        lines = [line for index, line in enumerate(lines) if full[index] or not (index and full[index - 1])]
    return lines


def listed_rows(lines: list[str]) -> Listed:
    """The rows among `lines`; lines that are neither name and value nor the rest of a value are passed over."""
    reader = _Reader()
    for line in lines:
        reader.read(line)
    reader.close()
    return reader.rows


class _Reader:
    def __init__(self) -> None:
        self.rows: Listed = []
        self._row: dict[str, object] = {}
        self._parts: list[str] = []
        self._name = ""
        self._indent = 0
        self._hint: str | None = None
        self._row_hint: str | None = None
        self._headings = 0

    def read(self, line: str) -> None:
        stripped = line.strip()
        if not stripped:
            self.close()
            return
        wmic = _WMIC.match(stripped)
        if wmic is not None:
            self._begin(wmic.group(1), _unescaped(stripped[wmic.end() :].strip()), 0)
            return
        indent = len(line) - len(line.lstrip())
        if self._row and self._indent < indent:
            # The rest of a value that was wrapped at the console's width.
            if sum(map(len, self._parts)) < _LONGEST_VALUE and len(self._parts) < 256:
                self._parts.append(stripped)
            return
        head, colon, value = stripped.partition(" : ")
        if not colon and stripped.endswith(" :"):
            head, colon, value = stripped[:-2], " :", ""
        name = head.rstrip()
        if colon and _NAME.fullmatch(name) is not None:
            self._begin(name, value.strip(), indent)
        else:
            self.close()
            # A command, a heading: what it speaks of is what follows.
            self._headings += 1
            if self._headings <= _MOST_HEADINGS:
                self._hint = class_hint(stripped) or self._hint

    def _begin(self, name: str, value: str, indent: int) -> None:
        self._finish_value()
        if name in self._row:
            self.close()
        if not self._row:
            self._row_hint = self._hint
        self._name, self._parts, self._indent = name, [value[:_LONGEST_VALUE]], indent
        self._row[name] = value

    def _finish_value(self) -> None:
        if self._name and len(self._parts) > 1:
            # A list is wrapped between its items; a long word in the middle of itself, as nobody can tell.
            self._row[self._name] = " ".join(self._parts)
        self._name, self._parts = "", []

    def close(self) -> None:
        self._finish_value()
        if self._row and len(self.rows) < _MOST_ROWS and len(self._row) <= _MOST_NAMES:
            self.rows.append((self._row, self._row_hint))
        self._row = {}


def _unescaped(value: str) -> str:
    """wmic's style sheet escapes as HTML does."""
    if "&" not in value:
        return value
    for escaped, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&#39;", "'")):
        value = value.replace(escaped, character)
    return value.replace("&amp;", "&")
