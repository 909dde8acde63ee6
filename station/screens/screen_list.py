"""The list of screens: what the keys 1 to 6 show, and 7, which signs off. It lies in front of whatever is in view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from station.bench.protocol import View
from station.screens import wording
from station.screens.block_text import block_rows, inked
from station.screens.painting import Line, Span, fit, shorten, wrap
from station.screens.shown import Shown

__all__ = ["SCREENS", "SIGN_OFF", "list_view"]

SCREENS: Final = (View.BENCH, View.SLOT, View.RECEIVE, View.HISTORY, View.SUPERVISOR, View.HEALTH)
"""What each key shows, from 1; the same numbers as those of the SCREEN barcodes (`station.bench.command_codes`)."""
SIGN_OFF: Final = len(SCREENS) + 1
"""The key that signs off."""

_TALL: Final = 3
"""Rows of a block letter (`block_text`)."""
_LETTER: Final = 5
_STYLE: Final = "busy"
_TWO_COLUMNS: Final = 70
"""Cells from which two entries have room side by side."""


def list_view(shown: Shown, width: int, height: int) -> list[Line]:
    """The list in exactly `height` lines."""
    entries = [(view.value, *wording.SCREENS[view.value]) for view in SCREENS]
    entries.append(("", *wording.sign_off(shown.state.bar.operator if shown.state else "")))
    across = 2 if width >= _TWO_COLUMNS else 1
    rows = -(-len(entries) // across)
    tall = _TALL if rows * _TALL + 2 <= height else 2 if rows * 2 + 2 <= height else 1
    apart = rows * (tall + 1) + 2 <= height
    lines: list[Line] = [fit([(f" {wording.LIST_TITLE}", "busy")], width, _STYLE), fit((), width, _STYLE)]
    for row in range(rows):
        cells = [
            _cell(number + 1, *entries[number], entries[number][0] == shown.view.value, width // across, tall)
            for number in range(row, len(entries), rows)
        ]
        lines += [fit([span for cell in cells for span in cell[y]], width, _STYLE) for y in range(tall)]
        if apart:
            lines.append(fit((), width, _STYLE))
    blank = fit((), width, _STYLE)
    return (lines + [blank] * height)[:height]


def _cell(number: int, _: str, name: str, what: str, here: bool, width: int, tall: int) -> Sequence[Line]:
    """A number, the name of its screen, and what it is for."""
    mark: list[Span] = [(f"  ▶ {wording.HERE}", "busy")] if here else []
    if tall == 1:
        return [fit([(f"  {number}  {name}", _STYLE), *mark], width, _STYLE)]
    title: list[Span] = [(name, _STYLE), *mark]
    if tall < _TALL:
        return [
            fit([(f"  {number}  ", _STYLE), *title], width, _STYLE),
            fit([(f"     {shorten(what, width - 6)}", "busy-dim")], width, _STYLE),
        ]
    room = width - _LETTER - 5
    words = wrap(what, room)[: _TALL - 1]
    beside: list[list[Span]] = [title, *([(row, "busy-dim")] for row in words)]
    lines: list[Line] = []
    for y, letters in enumerate(block_rows(str(number))):
        digit: list[Span] = [("  ", _STYLE), *inked(f"{letters:<{_LETTER}}", _STYLE), ("  ", _STYLE)]
        lines.append(fit([*digit, *(beside[y] if y < len(beside) else [])], width, _STYLE))
    return lines
