"""The page behind F1: it explains the screen that one is on, with its keys, its barcodes and its words."""

from __future__ import annotations

from typing import Final

from station.screens import help_wording
from station.screens.checks_list import Block, paged
from station.screens.painting import Line, fit, wrap
from station.screens.theme import ABORTED, ASKING, BLOCKED, HELD, STOPPED, VERDICTS, Look

__all__ = ["help_view"]

_TERM: Final = 15
"""Cells that a term takes, with the margin before it and the gap after it."""


def help_view(topic: str, width: int, height: int, page: int) -> tuple[list[Line], int]:
    """The help about one screen (`help_wording.HELPS`) in exactly `height` lines, and how many pages it takes."""
    blocks: list[Block] = []
    title: tuple[Line, ...] = ()
    for term, words in help_wording.HELPS[topic]:
        entry = _entry(term, words, width)
        if not words:
            title = entry.lines  # it never stands alone at the end of a page
            continue
        blocks.append(Block((*title, *entry.lines)))
        title = ()
    return paged(blocks, width, height, page)


def _entry(term: str, words: str, width: int) -> Block:
    if not words:
        return Block((fit([(f" {term}", "strong")], width, "plain"),))
    indent = _TERM if term else 3
    rows = wrap(words, width - indent - 1) or [""]
    first: Line = ((f"   {term:<{indent - 3}}", _style(term)), (rows[0], "plain"))
    others: list[Line] = [((" " * indent + row, "plain"),) for row in rows[1:]]
    return Block(tuple(fit(row, width, "plain") for row in (first, *others)))


def _style(term: str) -> str:
    looks: list[Look] = [*VERDICTS.values(), ABORTED, ASKING, HELD, STOPPED, BLOCKED]
    return next((look.text for look in looks if term == f"{look.glyph} {look.word}"), "strong")
