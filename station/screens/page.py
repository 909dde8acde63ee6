"""The whole screen as lines: bars above and below, and between them the slot, the slots, the help or the start."""

from __future__ import annotations

from dataclasses import replace

from station.screens import wording
from station.screens.bars import key_bar, scan_bar, top_bar
from station.screens.block_text import block_rows, largest_scale
from station.screens.help import help_view
from station.screens.painting import Line, fit, restyle, wrap
from station.screens.question import panel_rows
from station.screens.shown import Contact, Shown
from station.screens.slot_grid import grid, grid_height
from station.screens.slot_view import slot_view
from station.screens.theme import GREY

__all__ = ["paint"]


def paint(shown: Shown, width: int, height: int) -> tuple[list[Line], int]:
    """Exactly `height` lines of exactly `width` cells, and how many pages the middle takes."""
    above = [*top_bar(shown, width), *_trouble(shown, width), *scan_bar(shown, width)]
    middle, pages = _middle(shown, width, max(0, height - len(above) - 1))
    lines = [*above, *middle, key_bar(replace(shown, pages=pages), width)]
    blank = fit((), width, "plain")
    return (lines + [blank] * height)[:height], pages


def _trouble(shown: Shown, width: int) -> list[Line]:
    """That the engine is away, in a sentence that nobody can miss."""
    if shown.contact is Contact.LIVE or (shown.contact is Contact.STARTING and not shown.problem):
        return []
    rows = wrap(shown.problem or wording.LOST, width - 4)
    return [
        fit([(f" {'!' if not number else ' '} {row}", "bar-warn")], width, "bar-warn")
        for number, row in enumerate(rows)
    ]


def _middle(shown: Shown, width: int, height: int) -> tuple[list[Line], int]:
    if shown.helping:
        return help_view(width, height, shown.page)
    slot = shown.slot
    if slot is None:
        return _starting(shown, width, height), 1
    if len(shown.slots) == 1:
        lines, pages = slot_view(shown, slot, width, height, _banner_rows(height))
    else:
        tiles = grid_height(len(shown.slots), width, height, 1 + panel_rows(slot, width))
        detail, pages = slot_view(shown, slot, width, max(0, height - tiles), 0)
        lines = [*grid(shown, width, tiles), *detail]
    if shown.contact is not Contact.LIVE:
        lines = restyle(lines, GREY)
    return lines, pages


def _banner_rows(height: int) -> int:
    """A third of the room or more, and never so much that the checks have none."""
    if height >= 40:
        return 13
    if height >= 26:
        return 9
    return 7 if height >= 14 else 4 if height >= 8 else 1


def _starting(shown: Shown, width: int, height: int) -> list[Line]:
    lines: list[Line] = [()] * max(0, height // 3 - 2)
    if scale := largest_scale("WAIT", width - 4, min(6, height // 2)):
        lines += [((f"  {row}", "dim"),) for row in block_rows("WAIT", scale)]
    sentence = wording.STARTING if shown.contact is Contact.STARTING else wording.NO_SLOTS
    lines += [(), ((f"  {sentence}", "strong"),)]
    blank: Line = ()
    return [fit(line, width, "plain") for line in (lines + [blank] * height)[:height]]
