"""The smallest vocabulary of a painted screen: a span is a text and the name of a style, a line is spans.

Nothing here knows markup: a text is shown as its characters and nothing else. Widths are cells of the terminal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from rich import cells
from rich.cells import chop_cells, set_cell_size

from specs.text import clean

__all__ = [
    "Line",
    "Span",
    "beside",
    "capped",
    "cell_len",
    "columns",
    "fit",
    "line_width",
    "restyle",
    "shorten",
    "visible",
    "wrap",
]

Span: TypeAlias = tuple[str, str]
Line: TypeAlias = tuple[Span, ...]

_LINES_OF_ONE_TEXT: Final = 64


def cell_len(text: str) -> int:
    """Cells that a text takes."""
    # Printable ASCII has one each, and that is told sooner than it is looked up in a cache.
    return len(text) if text.isascii() and text.isprintable() else cells.cell_len(text)


def line_width(line: Iterable[Span]) -> int:
    """Cells that a line takes."""
    return sum(cell_len(text) for text, _ in line)


def shorten(text: str, width: int) -> str:
    """`text` in at most `width` cells, ending in "…" where it was cut."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(0, width - 1)).rstrip() + "…" if width > 0 else ""


def fit(line: Sequence[Span], width: int, style: str) -> Line:
    """The line in exactly `width` cells: filled with `style`, or cut with a "…" that shows it."""
    spans: list[Span] = []
    left = width
    for span in line:
        text = span[0]
        wide = len(text) if text.isascii() and text.isprintable() else cells.cell_len(text)  # `cell_len`, in line
        if wide > left:
            text = shorten(text, left)
            wide = cell_len(text)
            span = (text, span[1])
        if text:
            spans.append(span)
        left -= wide
        if left <= 0:
            break
    if left > 0:
        spans.append((" " * left, style))
    return tuple(spans)


def beside(left: Sequence[Span], right: Sequence[Span], width: int, style: str) -> Line:
    """`left` and `right` at the two ends of a line; the left one gives way."""
    right = fit(right, min(line_width(right), width), style)
    room = width - line_width(right)
    return fit(left, room, style) + tuple(right)


def wrap(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` cells, broken at blanks, and inside a word only where it is too long."""
    width = max(4, width)
    lines: list[str] = []
    line, used = "", 0
    for word in text.split():
        wide = cell_len(word)
        if line and used + 1 + wide <= width:
            line, used = f"{line} {word}", used + 1 + wide
            continue
        if line:
            lines.append(line)
        pieces = [word] if wide <= width else chop_cells(word, width)
        lines += pieces[:-1]
        line, used = pieces[-1], cell_len(pieces[-1])
    if line:
        lines.append(line)
    return lines[:_LINES_OF_ONE_TEXT]


def capped(rows: Sequence[str], most: int, width: int) -> list[str]:
    """At most so many of the rows; the last ends in "…" where others were left out."""
    if len(rows) <= most:
        return list(rows)
    return [*rows[: most - 1], set_cell_size(rows[most - 1], max(0, width - 2)).rstrip() + " …"]


def columns(lines: Sequence[Line], others: Sequence[Line], width: int, other_width: int, style: str) -> list[Line]:
    """Two blocks of lines side by side, each filled to its width."""
    height = max(len(lines), len(others))
    pad: Line = ()
    return [
        fit(lines[row] if row < len(lines) else pad, width, style)
        + fit(others[row] if row < len(others) else pad, other_width, style)
        for row in range(height)
    ]


def restyle(lines: Iterable[Line], names: dict[str, str]) -> list[Line]:
    """The same lines in other styles."""
    return [tuple((text, names.get(name, name)) for text, name in line) for line in lines]


def visible(raw: str) -> str:
    """A raw scan as it may be shown while it comes in: control characters as their pictures (␛), the rest cleaned."""
    pictures = "".join(chr(0x2400 + ord(character)) if character < " " else character for character in raw)
    return clean(pictures, longest=len(pictures) + 1)
