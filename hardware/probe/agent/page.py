"""What stands on the laptop's screen, row by row. Pure: the screen itself is in screen.py."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, NamedTuple

from . import wording
from .letters import HEIGHT, large
from .messages import LONGEST_SENTENCE, clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .status import View

CABLE_SECONDS = 20.0
"""After this without a bench the person is told what to look at."""
PLAIN = "plain"
_MARGIN = 2


class Row(NamedTuple):
    """One row: its text, its tone ("plain" or one of messages.TONES), and whether "#" stands for a block."""

    text: str
    tone: str = PLAIN
    blocks: bool = False


def page(view: View, running: Sequence[str], now: float, columns: int, rows: int) -> list[Row]:
    """Exactly `rows` rows of at most `columns` ASCII characters."""
    width = max(1, columns - 2 * _MARGIN)
    # Two rows of large letters, each a quarter of the screen, and plain rows below both.
    height = max(HEIGHT, rows // 4)
    drawn = [Row(""), *_headline(wording.slot(view.slot), PLAIN, width, height), Row("")]
    drawn += _plain(_state(view, running, now), width)
    drawn.append(Row(""))
    headline, tone, lines = _message(view, running, now)
    drawn += [Row("", tone), *_headline(headline, tone, width, height), Row("", tone), Row("")]
    drawn += _plain(lines, width) + _plain(view.complaints, width)
    margin = " " * min(_MARGIN, columns - 1)
    whole = [row._replace(text=(margin + row.text)[:columns]) for row in drawn[:rows]]
    return whole + [Row("")] * (rows - len(whole))


def _state(view: View, running: Sequence[str], now: float) -> list[str]:
    if view.bench is not None:
        return [wording.at_bench(view.bench), wording.running(running)]
    if view.page is not None:
        return [wording.away(now - view.since)]
    return [wording.way(way.name, way.doing, now - way.since) for way in view.ways]


def _message(view: View, running: Sequence[str], now: float) -> tuple[str, str, tuple[str, ...]]:
    """Headline, tone and lines: the bench's page, or our own words."""
    if view.page is not None:
        return view.page.headline, view.page.tone, view.page.lines
    if view.bench is None:
        refusals = tuple(way.doing for way in view.ways if way.refused)
        if refusals:
            return wording.NOT_TAKEN, "hold", refusals
        late = now - view.since >= CABLE_SECONDS
        return wording.NO_BENCH, "busy", (wording.CHECK_THE_CABLE,) if late else ()
    return (wording.BUSY, "busy", ()) if running else (wording.READY, "ready", ())


def _headline(text: str, tone: str, width: int, height: int) -> list[Row]:
    blocks = large(text, width, height)
    if blocks:
        return [Row(line, tone, True) for line in blocks]
    return [row._replace(tone=tone) for row in _plain([text], width)] or [Row("", tone)]


def _plain(lines: Sequence[str], width: int) -> list[Row]:
    # A console's font has few other letters, and a cut line is better told from a whole one by its next row.
    plain = (clean(line, LONGEST_SENTENCE).encode("ascii", "replace").decode() for line in lines)
    wrapped = (textwrap.wrap(line, width) for line in plain)
    return [Row(part) for parts in wrapped for part in parts]
