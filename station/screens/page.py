"""The whole screen as lines: bars above and below, and between them the view of the bench, or what lies before it."""

from __future__ import annotations

from dataclasses import replace

from station.bench.pages import HealthPage, HistoryPage, ReceivePage, SupervisorPage
from station.bench.protocol import View
from station.screens import wording
from station.screens.bars import top_bar
from station.screens.block_text import block_rows, largest_scale
from station.screens.help import help_view
from station.screens.help_wording import LIST
from station.screens.key_bar import key_bar
from station.screens.painting import Line, fit, restyle, wrap
from station.screens.scan_bar import scan_bar
from station.screens.screen_list import list_view
from station.screens.shown import SLOT_VIEWS, Contact, Shown
from station.screens.slot_grid import grid, grid_height
from station.screens.slot_view import panel_rows, slot_view
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
        return help_view(LIST if shown.listing else shown.view.value, width, height, shown.page)
    if shown.listing:
        return list_view(shown, width, height), 1
    lines, pages = _slots(shown, width, height) if shown.view in SLOT_VIEWS else _of_view(shown, width, height)
    if shown.contact is not Contact.LIVE and shown.state is not None:
        lines = restyle(lines, GREY)
    return lines, pages


def _slots(shown: Shown, width: int, height: int) -> tuple[list[Line], int]:
    slot = shown.slot
    if slot is None:
        return _starting(shown, width, height), 1
    if len(shown.slots) == 1 or shown.view is View.SLOT:
        return slot_view(shown, slot, width, height, _banner_rows(height))
    tiles = grid_height(len(shown.slots), width, height, 1 + panel_rows(slot, width))
    detail, pages = slot_view(shown, slot, width, max(0, height - tiles), 0)
    return [*grid(shown, width, tiles), *detail], pages


def _of_view(shown: Shown, width: int, height: int) -> tuple[list[Line], int]:
    """A view that is not about slots. Its painter is loaded when it is first shown: the first paint is of slots."""
    match shown.view, shown.state.page if shown.state else None:
        case View.RECEIVE, ReceivePage() as receive:
            from station.screens.receive_view import receive_view

            return receive_view(receive, width, height, shown.page)
        case View.HISTORY, HistoryPage() as history:
            from station.screens.history_view import history_view

            return history_view(history, width, height, shown.page)
        case View.SUPERVISOR, SupervisorPage() as supervisor:
            from station.screens.supervisor_view import supervisor_view

            return supervisor_view(supervisor, width, height, shown.page)
        case View.HEALTH, HealthPage() as health:
            from station.screens.health_view import health_view

            return health_view(health, width, height, shown.page)
    blank = fit((), width, "plain")
    return ([blank, fit([(f"  {wording.ONE_MOMENT}", "dim")], width, "plain")] + [blank] * height)[:height], 1


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
