"""The history of the bench: nine numbered attempts, and the one that is open with its checks; side by side with room.

A row says its outcome as glyph, word and colour, and that its laptop is on hold; times are by the clock on the wall.
"""

from __future__ import annotations

from typing import Final

from rich.cells import cell_len, set_cell_size

from station.bench.pages import AttemptShown, HistoryPage, HistoryRow
from station.clock import age_words
from station.local_time import local_moment
from station.screens import views_wording, wording
from station.screens.checks_list import Block, check_blocks, paged, text_block
from station.screens.painting import Line, Span, beside, fit, shorten
from station.screens.theme import ABORTED, HELD, VERDICTS, Look

__all__ = ["history_view"]

_ROOM_FOR_BOTH: Final = 120
"""Columns from which the list and what is open stand side by side."""
_WORD: Final = 12
_TIME: Final = 14
_LONGEST_SERIAL: Final = 20
_FEWEST_ROWS: Final = 4
_BENCH_CHECK: Final = "bench_check"


def history_view(page: HistoryPage, width: int, height: int, page_number: int) -> tuple[list[Line], int]:
    """The page in exactly `height` lines of `width` cells, and how many pages of the screen it takes."""
    if page.opened is None:
        return paged(_list(page, width), width, height, page_number)
    if width < _ROOM_FOR_BOTH or height < _FEWEST_ROWS:
        return paged(_opened(page.opened, width), width, height, page_number)
    left = width * 2 // 5
    lines, _ = paged(_list(page, left), left, height, 0)
    others, pages = paged(_opened(page.opened, width - left - 1), width - left - 1, height, page_number)
    gap: Span = ("│", "dim")
    return [(*line, gap, *other) for line, other in zip(lines, others, strict=True)], pages


def _list(page: HistoryPage, width: int) -> list[Block]:
    title = views_wording.found_by(page.query) if page.query else views_wording.NEWEST
    last = page.first + len(page.rows) - 1
    where = f" {views_wording.place(page.first, last, page.total)} " if page.rows else ""
    head = Block((beside([(f" {title}", "strong")], [(where, "dim")], width, "plain"),))
    said = text_block("•", page.sentence or views_wording.NO_TESTS, width, style="plain" if page.sentence else "dim")
    opened = page.opened.row.attempt_id if page.opened else ""
    serial = min(_LONGEST_SERIAL, max((cell_len(row.serial) for row in page.rows), default=0)) + 3
    rows = [Block((fit(_row(row, width, serial, row.attempt_id == opened), width, "plain"),), 1) for row in page.rows]
    return [head, said, *rows]


def _row(row: HistoryRow, width: int, serial: int, opened: bool) -> list[Span]:
    look, word = _outcome(row)
    spans: list[Span] = [
        (f" {row.number} " if row.number else "   ", "bar-strong" if row.number else "plain"),
        ("▶" if opened else " ", "strong"),
        (f" {look.glyph} ", look.block),
        (set_cell_size(f" {word}", _WORD), look.text),
        (f" {HELD.glyph} ", HELD.block) if row.held else ("   ", "plain"),
        (set_cell_size(f" {shorten(row.serial, serial - 3)}", serial), "strong"),
        (set_cell_size(local_moment(row.finished_at), _TIME), "dim"),
        (f"slot {row.slot:<3}", "dim"),
    ]
    if row.kind == _BENCH_CHECK:
        spans.append((f" {_kind(row)} ", "bar-dim"))
    if row.retest:
        spans.append((f" {views_wording.AGAIN} ", "bar-dim"))
    if width >= _ROOM_FOR_BOTH:
        spans.append((set_cell_size(f" {shorten(row.operator, 16)}", 18), "dim"))
    spans.append((f" {row.laptop}", "plain"))
    if width >= _ROOM_FOR_BOTH and row.retest:
        spans.append((f"  ({row.retest})", "dim"))
    return spans


def _opened(shown: AttemptShown, width: int) -> list[Block]:
    """One attempt, whole: what it is, what came of it, and its checks, what needs a person first."""
    row = shown.row
    look, word = _outcome(row)
    head: list[Span] = [
        (f" {look.glyph} {word} ", look.block),
        (f"  {row.serial}", "strong"),
        (f"  {row.laptop}", "plain"),
    ]
    took = age_words(shown.seconds) if shown.seconds > 0 else ""
    when = views_wording.opened_at(local_moment(row.finished_at), row.slot, row.operator, took, shown.profile)
    blocks = [Block((fit(head, width, "plain"),)), text_block(" ", when, width, style="dim")]
    if row.held:
        blocks.append(text_block(HELD.glyph, f"{HELD.word}: {wording.HELD}", width, HELD.block, HELD.text))
    if row.kind == _BENCH_CHECK:
        blocks.append(text_block("•", views_wording.BENCH_CHECK, width, style="strong"))
    if row.retest:
        blocks.append(text_block("•", views_wording.tested_again(row.retest), width))
    if shown.note:
        blocks.append(text_block("!", shown.note, width, mark="bar-warn"))
    checks = check_blocks(shown.checks, width)
    return [*blocks, *(checks or [text_block("•", views_wording.NO_CHECKS, width)])]


def _kind(row: HistoryRow) -> str:
    return row.kind.replace("_", " ")


def _outcome(row: HistoryRow) -> tuple[Look, str]:
    """The look of a row, and its word: a test that did not end says how."""
    if row.verdict is None:
        return ABORTED, shorten(row.status.upper(), _WORD - 1) or ABORTED.word
    return VERDICTS[row.verdict], VERDICTS[row.verdict].word
