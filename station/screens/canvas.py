"""The one widget: it draws painted lines and repaints only those that changed.

Measured (domain/tui.md section 3): one line-API widget takes 4 % of a core for 16 slots ten times a second,
tiles of child widgets 46 %. Lines are plain segments; markup has no way in.
"""

from __future__ import annotations

from functools import cache

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from station.screens.painting import Line, line_width
from station.screens.theme import STYLES

__all__ = ["Canvas"]


@cache
def _style(name: str) -> Style:
    front, back, bold = STYLES[name]
    return Style(color=front, bgcolor=back, bold=bold)


class Canvas(Widget):
    """Shows lines. `draw` takes all of them, each already as wide as the widget."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[Line] = []

    def draw(self, lines: list[Line]) -> None:
        """Show these lines from now on."""
        before, self._lines = self._lines, lines
        changed = [
            Region(0, y, self.size.width, 1) for y, line in enumerate(lines) if y >= len(before) or before[y] != line
        ]
        if changed:
            self.refresh(*changed)

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        if y >= len(self._lines):
            return Strip.blank(self.size.width, _style("plain"))
        line = self._lines[y]
        strip = Strip([Segment(text, _style(name)) for text, name in line], line_width(line))
        return strip.adjust_cell_length(self.size.width, _style("plain"))
