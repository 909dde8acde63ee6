"""One reading of a golden laptop over its runs, as a chart of five rows: centre and limits are lines, values are dots.

Rows two to four are what lies within the limits, in six steps; a value beyond a limit is a triangle in the first or the
last row. The newest run is at the right.
"""

from __future__ import annotations

import math
from typing import Final

from rich.cells import set_cell_size

from station.bench.pages import DriftLine
from station.screens import views_wording
from station.screens.checks_list import Block
from station.screens.painting import Line, Span, beside, fit, shorten, wrap
from station.screens.theme import Look

__all__ = ["drift_block"]

_LABEL: Final = 20
_STEPS: Final = 6
_INSIDE: Final = "text-pass"
_OUTSIDE: Final = "text-fail"
_LOOKS: Final = {
    "steady": Look("✔", "STEADY", "pass", "text-pass"),
    "drifting": Look("✖", "DRIFTING", "fail", "text-fail"),
    "too few": Look("–", "TOO FEW", "aborted", "text-aborted"),
}


def drift_block(line: DriftLine, width: int) -> Block:
    """A reading: its state and last value in words, its sentence, and its chart where it has limits."""
    look = _LOOKS.get(line.state, _LOOKS["too few"])
    newest, *_ = _said(line)
    head: list[Span] = [
        (f" {look.glyph} {look.word} ", look.block),
        (f" {line.title}", "strong"),
        (f"  {line.serial}", "dim"),
    ]
    right: list[Span] = [(f" {newest} ", look.text)] if newest else []
    lines = [beside(head, right, width, "plain")]
    lines += [fit([(f"   {row}", "plain")], width, "plain") for row in wrap(line.sentence, width - 4)]
    return Block((*lines, *_chart(line, width)), 1)


def _chart(line: DriftLine, width: int) -> list[Line]:
    columns = width - _LABEL - 2
    if not 0 < line.high - line.low < math.inf or columns < 1:
        return []
    values = line.values[-columns:]
    marks = [_mark(value, line) for value in values]
    _, centre, low, high = _said(line)
    labels = {
        0: f"{views_wording.HIGH} {high}",
        2: f"{views_wording.CENTRE} {centre}",
        4: f"{views_wording.LOW} {low}",
    }
    ground = {0: "▁", 2: "─", 4: "▔"}
    rows: list[Line] = []
    for row in range(5):
        spans: list[Span] = [(set_cell_size(f"   {shorten(labels.get(row, ''), _LABEL - 4)}", _LABEL), "dim")]
        for place, glyph in marks:
            inside = place == row
            style = (_OUTSIDE if row in (0, 4) else _INSIDE) if inside else "dim"
            spans.append((glyph if inside else ground.get(row, " "), style))
        spans.append((ground.get(row, " ") * (columns - len(marks)), "dim"))
        rows.append(fit(_joined(spans), width, "plain"))
    return rows


def _mark(value: float, line: DriftLine) -> tuple[int, str]:
    """The row of a value and its glyph there: a half of the row, or a triangle beyond a limit."""
    if not math.isfinite(value) or value > line.high:
        return 0, "▲"
    if value < line.low:
        return 4, "▼"
    step = min(_STEPS - 1, int((line.high - value) / (line.high - line.low) * _STEPS))
    return 1 + step // 2, "▄" if step % 2 else "▀"


def _joined(spans: list[Span]) -> list[Span]:
    """Neighbours of one style as one span."""
    joined: list[Span] = []
    for text, style in spans:
        if joined and joined[-1][1] == style:
            joined[-1] = (joined[-1][0] + text, style)
        else:
            joined.append((text, style))
    return joined


def _said(line: DriftLine) -> tuple[str, str, str, str]:
    """The newest value, the centre and the limits in words; empty where the engine says none."""
    newest, centre, low, high, *_ = (*line.said, "", "", "", "")
    return newest, centre, low, high
