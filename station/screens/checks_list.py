"""The checks of one attempt as lines: what failed first, what nobody could measure next, what passed in a few lines.

A block is the lines of one check (or of one row of passes) and how many checks they stand for. Blocks are never torn
apart by a page unless one alone is higher than the page, and what does not fit is counted, never dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len

from checks.verdict import Verdict
from station.bench.protocol import CheckLine
from station.screens import wording
from station.screens.painting import Line, fit, line_width, shorten, wrap
from station.screens.theme import VERDICTS

__all__ = ["Block", "check_blocks", "paged", "text_block"]

_ORDER: Final = (Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.MARGINAL, Verdict.WAIVED)
_LONGEST_PASS: Final = 38


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together, and how many checks they show."""

    lines: tuple[Line, ...]
    checks: int = 0


def check_blocks(checks: Sequence[CheckLine], width: int) -> list[Block]:
    """The checks as blocks, the ones that need a person first."""
    required = [check for check in checks if check.required]
    blocks = [_in_full(check, width) for verdict in _ORDER for check in required if check.verdict is verdict]
    blocks += _in_brief([check for check in required if check.verdict is Verdict.PASS], width)
    recorded = [check for check in checks if not check.required]
    if recorded:
        blocks += _in_brief(recorded, width, "recorded only: ")
    return blocks


def _in_full(check: CheckLine, width: int) -> Block:
    look = VERDICTS[check.verdict]
    note = {Verdict.MARGINAL: " (marginal)", Verdict.WAIVED: " (waived)"}.get(check.verdict, "")
    head = f"{check.title or check.check}{note}"
    reading = check.measured or "not measured"
    limit = wording.wanted(check.limit) if check.limit else ""
    first: Line = ((f" {look.glyph} ", look.block), (f" {head}  ", look.text), (reading, "strong"), (limit, "plain"))
    if line_width(first) <= width:
        lines = [first]
    else:
        titles = wrap(head, width - 5)
        lines = [((f" {look.glyph} ", look.block), (f" {titles[0] if titles else ''}", look.text))]
        lines += [((f"    {line}", look.text),) for line in titles[1:]]
        lines += [((f"    {line}", "strong"),) for line in wrap(reading + limit, width - 5)]
    lines += [
        ((f"    {'→' if not number else ' '} {line}", "plain"),)
        for number, line in enumerate(wrap(check.remedy, width - 7))
    ]
    return Block(tuple(fit(line, width, "plain") for line in lines), 1)


def _in_brief(checks: Sequence[CheckLine], width: int, intro: str = "") -> list[Block]:
    """Several checks to a row, in columns; a reading too long for its column has rows of its own."""
    cells: list[tuple[CheckLine, str]] = [
        (check, f"{check.title or check.check} {check.measured}".rstrip()) for check in checks
    ]
    short = [cell for cell in cells if cell_len(cell[1]) <= _LONGEST_PASS]
    long = [cell for cell in cells if cell_len(cell[1]) > _LONGEST_PASS]
    column = max((cell_len(words) for _, words in short), default=0) + 4
    per_row = max(1, (width - 1) // max(column, 1))
    blocks = [_brief_row(short[at : at + per_row], column, width) for at in range(0, len(short), per_row)] + [
        _brief_long(check, words, width) for check, words in long
    ]
    if intro and blocks:
        title = fit([(f" {intro}", "dim")], width, "plain")
        blocks[0] = Block((title, *blocks[0].lines), blocks[0].checks)
    return blocks


def _brief_row(cells: Sequence[tuple[CheckLine, str]], column: int, width: int) -> Block:
    spans: list[tuple[str, str]] = []
    for check, words in cells:
        look = VERDICTS[check.verdict]
        title = shorten(check.title or check.check, column - 4)
        rest = words[len(title) :]
        pad = " " * max(0, column - 3 - cell_len(title) - cell_len(rest))
        spans += [(f" {look.glyph} ", look.text), (title, "plain"), (rest, "dim"), (pad, "plain")]
    return Block((fit(spans, width, "plain"),), len(cells))


def _brief_long(check: CheckLine, words: str, width: int) -> Block:
    look = VERDICTS[check.verdict]
    rows = wrap(words, width - 5)
    first: Line = ((f" {look.glyph} ", look.text), (rows[0], "plain"))
    others: list[Line] = [((f"   {row}", "dim"),) for row in rows[1:]]
    return Block(tuple(fit(row, width, "plain") for row in (first, *others)), 1)


def text_block(glyph: str, text: str, width: int, mark: str = "dim", style: str = "plain") -> Block:
    """A sentence as a block."""
    rows = wrap(text, width - 5)
    lines: list[Line] = [((f" {glyph} ", mark), (f" {rows[0] if rows else ''}", style))]
    lines += [((f"    {row}", style),) for row in rows[1:]]
    return Block(tuple(fit(line, width, "plain") for line in lines))


def paged(blocks: Sequence[Block], width: int, height: int, page: int) -> tuple[list[Line], int]:
    """The lines of one page, exactly `height` of them, and how many pages there are."""
    blank = fit((), width, "plain")
    whole = [line for block in blocks for line in block.lines]
    if len(whole) <= height:
        return whole + [blank] * (height - len(whole)), 1
    if height < 2:
        return [fit([(_more(sum(block.checks for block in blocks)), "strong")], width, "plain")][:height], 1
    pages = _pages(blocks, height - 1)
    page = min(page, len(pages) - 1)
    lines = [line for block in pages[page] for line in block.lines]
    later = sum(block.checks for one in pages[page + 1 :] for block in one)
    words = _more(later) if page + 1 < len(pages) else " ↑ back to the top: F3"
    place = f"page {page + 1} of {len(pages)} "
    room = max(0, width - len(place))
    foot = fit([*fit([(words, "bar-strong")], room, "bar"), (place, "bar-dim")], width, "bar")
    return [*lines, *[blank] * (height - 1 - len(lines)), foot], len(pages)


def _more(checks: int) -> str:
    return f" + {checks} more: F3" if checks else " more below: F3"


def _pages(blocks: Sequence[Block], height: int) -> list[list[Block]]:
    pages: list[list[Block]] = [[]]
    room = height
    for block in _torn(blocks, height):
        if len(block.lines) > room:
            pages.append([])
            room = height
        pages[-1].append(block)
        room -= len(block.lines)
    return pages


def _torn(blocks: Sequence[Block], height: int) -> list[Block]:
    """The same lines with no block higher than a page; a torn check counts where it ends."""
    torn: list[Block] = []
    for block in blocks:
        parts = [block.lines[at : at + height] for at in range(0, len(block.lines), height)] or [()]
        torn += [Block(part) for part in parts[:-1]]
        torn.append(Block(parts[-1], block.checks))
    return torn
