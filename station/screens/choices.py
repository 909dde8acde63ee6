"""A list to choose from by number: the numbers in block letters, read from two metres, and the words beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from station.screens.block_text import block_rows, block_width, inked
from station.screens.painting import Line, Span, capped, fit, wrap
from station.screens.theme import ASKING

__all__ = ["choice_rows", "number_rows"]

_TALL: Final = 3
"""Rows of a block letter (`block_text`)."""
_LETTER: Final = 5
_COLUMNS: Final = (1, 2, 3)
_LEAST_WORDS: Final = 15
"""Cells for the words beside a number, below which they are no help."""


def choice_rows(words: Sequence[str], width: int, room: int) -> list[Line]:
    """The numbered words in at most `room` lines: large in as few columns as fit, else a line each."""
    for columns in _COLUMNS:
        rows = -(-len(words) // columns)
        if width // columns - _LETTER - 3 < _LEAST_WORDS:
            break
        if rows * _TALL <= room:
            apart = rows > 1 and rows * _TALL + rows - 1 <= room
            return _large(words, width, columns, apart=apart)
    columns = 1 if len(words) <= room else 2
    return _small(words, width, columns)[: max(0, room)]


def number_rows(width: int, room: int) -> list[Line]:
    """The numbers 1 to 9 side by side."""
    numbers = "1 2 3 4 5 6 7 8 9"
    if room < _TALL or block_width(numbers) + 4 > width:
        return [fit([(f"   {numbers}", ASKING.block)], width, ASKING.block)]
    return [fit([("   ", ASKING.block), *inked(row, ASKING.block)], width, ASKING.block) for row in block_rows(numbers)]


def _large(words: Sequence[str], width: int, columns: int, *, apart: bool) -> list[Line]:
    lines: list[Line] = []
    for first in range(0, len(words), columns):
        cells = [
            _cell(place + 1, words[place], width * (place - first + 1) // columns - width * (place - first) // columns)
            for place in range(first, min(first + columns, len(words)))
        ]
        if lines and apart:
            lines.append(fit((), width, ASKING.block))
        lines += [fit([span for cell in cells for span in cell[row]], width, ASKING.block) for row in range(_TALL)]
    return lines


def _cell(number: int, words: str, width: int) -> list[Line]:
    """A number and its words, in the middle of its height."""
    room = width - _LETTER - 4
    said = capped(wrap(words, room), _TALL, room)
    above = (_TALL - len(said)) // 2
    lines: list[Line] = []
    for row, letters in enumerate(block_rows(str(number))):
        text = said[row - above] if 0 <= row - above < len(said) else ""
        digit: list[Span] = [("  ", ASKING.block), *inked(f"{letters:<{_LETTER}}", ASKING.block)]
        lines.append(fit([*digit, (f" {text}", ASKING.block)], width, ASKING.block))
    return lines


def _small(words: Sequence[str], width: int, columns: int) -> list[Line]:
    rows = -(-len(words) // columns)
    lines: list[Line] = []
    for row in range(rows):
        spans: list[Span] = []
        for place in range(row, len(words), rows):
            cell: list[Span] = [(f"  {place + 1} ", ASKING.block), (words[place], "ask-plain")]
            spans += fit(cell, width // columns, ASKING.block)
        lines.append(fit(spans, width, ASKING.block))
    return lines
