"""The page behind F1: what to do, what the words and sounds mean, the keys."""

from __future__ import annotations

from station.screens import wording
from station.screens.checks_list import Block, paged
from station.screens.painting import Line, fit, wrap
from station.screens.theme import ABORTED, ASKING, HELD, VERDICTS, Look

__all__ = ["help_view"]


def help_view(width: int, height: int, page: int) -> tuple[list[Line], int]:
    """The help in exactly `height` lines, and how many pages it takes."""
    return paged([_entry(term, words, width) for term, words in wording.HELP], width, height, page)


def _entry(term: str, words: str, width: int) -> Block:
    if not words:
        return Block((fit([(f" {term}", "strong")], width, "plain"),))
    indent = 14 if term else 3
    rows = wrap(words, width - indent - 1) or [""]
    first: Line = ((f"   {term:<{indent - 3}}", _style(term)), (rows[0], "plain"))
    others: list[Line] = [((" " * indent + row, "plain"),) for row in rows[1:]]
    return Block(tuple(fit(row, width, "plain") for row in (first, *others)))


def _style(term: str) -> str:
    looks: list[Look] = [*VERDICTS.values(), ABORTED, ASKING, HELD]
    return next((look.text for look in looks if term == f"{look.glyph} {look.word}"), "strong")
