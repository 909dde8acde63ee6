"""Rows printed as tables: PowerShell's Format-Table, wmic's own table, and CSV of either.

A table of the console is read only where nothing has to be guessed: the line of dashes says where the columns are,
a cell that was cut or that may belong to two columns is not there (quirks.md no. 35).
"""

from __future__ import annotations

import csv
import itertools
import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from hardware.evidence.windows.classes import class_hint, class_of
from hardware.evidence.windows.listing import Listed
from hardware.evidence.windows.rows import MOST_ROWS

__all__ = ["csv_rows", "table_rows"]

_DASHES: Final = re.compile(r"\s*-+(?: +-+)*\s*")
_COLUMN: Final = re.compile(r"-+")
_HEADING: Final = re.compile(r"\S+")
_WMIC_HEADING: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?: {2,}[A-Za-z][A-Za-z0-9_]*)* {0,256}", re.ASCII)
_CUTS: Final = ("...", "\N{HORIZONTAL ELLIPSIS}")
_LONGEST_LINE: Final = 4096
_FILLER: Final = "\0"
"""Stands for the second cell of a wide letter, and is taken out again."""
_MOST_COLUMNS: Final = 64
_MOST_TABLES: Final = 64
_MOST_HEADINGS: Final = 4096
"""Lines looked at as what may name a class, and as what may be wmic's heading: each is asked of all classes."""

_Column = tuple[str, int, int]
"""A column's name, where its dashes begin and where they end."""


def table_rows(lines: Sequence[str]) -> Listed:
    """The rows of every table among `lines`."""
    rows: Listed = []
    hint: str | None = None
    index, tables, asked = 0, 0, 0
    while index < len(lines) and tables < _MOST_TABLES and len(rows) < 4 * MOST_ROWS:
        line = lines[index]
        following = lines[index + 1] if index + 1 < len(lines) else ""
        columns, skip = _dashed(line, following), 2
        if columns is None and asked < _MOST_HEADINGS and _may_be_wmics(line):
            columns, skip, asked = _wmic_columns(line, hint), 1, asked + 1
        if columns is None:
            if index < _MOST_HEADINGS:
                hint = class_hint(line) or hint
            index += 1
            continue
        start = index + skip
        end = start
        while end < len(lines) and lines[end].strip() and end - start < MOST_ROWS:
            end += 1
        cells = _cells(columns, [row[:_LONGEST_LINE].rstrip() for row in lines[start:end]], dashed=skip == 2)
        rows.extend((row, hint) for row in cells if row)
        index, tables = end, tables + 1
    return rows


def _dashed(line: str, dashes: str) -> list[_Column] | None:
    if not line.strip() or len(dashes) > _LONGEST_LINE or _DASHES.fullmatch(dashes) is None:
        return None
    names = list(_HEADING.finditer(line[:_LONGEST_LINE]))
    spans = list(_COLUMN.finditer(dashes))
    if len(names) != len(spans) or len(spans) > _MOST_COLUMNS:
        return None
    columns = []
    for name, span in zip(names, spans, strict=True):
        # Where the heading is longer than its dashes the column was cut at the console's edge: it has no name.
        whole = name.end() - name.start() == span.end() - span.start()
        columns.append((name.group() if whole else "", span.start(), span.end()))
    return columns


def _may_be_wmics(line: str) -> bool:
    return len(line) <= _LONGEST_LINE and _WMIC_HEADING.fullmatch(line) is not None


def _wmic_columns(line: str, hint: str | None) -> list[_Column] | None:
    """wmic pads every cell to its column's width and cuts nothing; its heading is the first line."""
    names = list(_HEADING.finditer(line))
    if len(names) > _MOST_COLUMNS or class_of({name.group(): "" for name in names}, hint) is None:
        return None
    return [(name.group(), name.start(), name.end()) for name in names]


def _cells(columns: list[_Column], lines: list[str], *, dashed: bool) -> list[dict[str, object]]:
    """The cells of each row under their columns' names."""
    gaps = [(end, start) for (_, _, end), (_, start, _) in itertools.pairwise(columns)]
    rows: list[dict[str, object]] = []
    for line in lines:
        fitted = _fitted(line, columns)
        if fitted is None:
            continue
        line = fitted
        bounds = [0, *(_bound(line, end, start) if dashed else start for end, start in gaps), len(line)]
        row: dict[str, object] = {}
        for (name, _, _), left, right in zip(columns, bounds, bounds[1:], strict=False):
            if left is None or right is None or not name:
                continue
            cell = line[left:right].replace(_FILLER, "").strip()
            if not cell.endswith(_CUTS):
                row[name] = cell
        rows.append(row)
    return rows


def _fitted(line: str, columns: list[_Column]) -> str | None:
    """The line as wide as its columns; None where words cross them, so that nobody can say which cell is which.

    A Chinese or Japanese console pads by the cells that a letter takes on the screen, two for a wide one; other tools
    pad by letters. What begins every column at the beginning of a word is how this line was written.
    """
    if not any(unicodedata.east_asian_width(letter) in "WF" for letter in line):
        return line
    cells = "".join(letter + _FILLER if unicodedata.east_asian_width(letter) in "WF" else letter for letter in line)
    starts = [start for _, start, _ in columns]
    ways = [way for way in (cells, line) if all(_begins(way, start) for start in starts)]
    return ways[0] if len(ways) == 1 else None


def _begins(line: str, start: int) -> bool:
    """True where a word begins at `start`, or nothing stands there."""
    return start >= len(line) or start == 0 or (line[start - 1].isspace() and not line[start].isspace())


def _bound(line: str, end: int, start: int) -> int | None:
    """Where in a row one column ends and the next begins: `end` of the one's dashes, `start` of the other's.

    Text begins under its heading and may be longer. A number ends under it and may begin before it, and there is no
    blank in a number. None where the two touch.
    """
    if start > len(line) or line[start - 1] == " ":
        return start
    blank = line.rfind(" ", end, start)
    return blank + 1 if blank >= 0 else None


def csv_rows(lines: Sequence[str], hint: str | None) -> Listed | None:
    """The rows of a CSV of wmic or ConvertTo-Csv; None where `lines` are no CSV whose heading names a class."""
    kept = [line for line in lines if line.strip()]
    if kept and kept[0].startswith("#TYPE "):
        hint = class_hint(kept[0].replace("#", " ").replace("/", " ")) or hint
        kept = kept[1:]
    if len(kept) < 2 or not any(mark in kept[0][:_LONGEST_LINE] for mark in ",;\t"):
        return None
    separator = max(",;\t", key=kept[0][:_LONGEST_LINE].count)
    try:
        table = list(csv.reader(kept[: MOST_ROWS + 1], delimiter=separator))
    except csv.Error:
        return None
    heading = [name.strip() for name in table[0][:512]]
    if not all(heading) or len(set(heading)) != len(heading) or class_of(dict.fromkeys(heading, ""), hint) is None:
        return None
    # wmic does not quote: a value with a comma in it moves all that follow, so that row is not there.
    return [(dict(zip(heading, row, strict=True)), hint) for row in table[1:] if len(row) == len(heading)]
