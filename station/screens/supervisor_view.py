"""The supervisor's figures: done and passed in block letters, then holds, slots, models, failing checks and charts.

With 120 columns two blocks of them stand side by side. What a chosen hold is released for is asked on top of all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rich.cells import set_cell_size

from checks.verdict import Verdict
from station.bench.pages import CountRow, HoldRow, SupervisorPage
from station.local_time import local_moment
from station.screens import views_wording
from station.screens.block_text import block_rows, block_width
from station.screens.checks_list import Block, paged, text_block
from station.screens.choices import choice_rows
from station.screens.drift_chart import drift_block
from station.screens.painting import Line, Span, fit, line_width, shorten, wrap
from station.screens.theme import ABORTED, ASKING, HELD, VERDICTS

__all__ = ["supervisor_view"]

_TWO_COLUMNS: Final = 120
_ROOM_FOR_LETTERS: Final = (50, 14)
_LETTERS: Final = 3
"""Rows of a block letter (`block_text`)."""
_CHOICE_ROWS: Final = 9
_BAR: Final = 10
_COUNT: Final = 9


def supervisor_view(page: SupervisorPage, width: int, height: int, page_number: int) -> tuple[list[Line], int]:
    """The page in exactly `height` lines of `width` cells, and how many pages of the screen it takes."""
    top = _asked(page, width, height)
    head = _head(page, width, height - len(top))
    two = width >= _TWO_COLUMNS
    left = width // 2 if two else width
    first: list[Block] = []
    if len(top) + len(head) + _LETTERS < height:
        top = [*top, *head]
    else:
        first = [Block((line,)) for line in _head(page, left, 0)]
    room = max(0, height - len(top))
    shelf = [*first, *_holds(page, left), *_tables(page, left)]
    if not two:
        blocks = [*shelf, *_failing(page, width), *_charts(page, width), *_overrides(page, width)]
        lines, pages = paged(blocks, width, room, page_number)
        return (top + lines)[:height], pages
    right = width - left - 1
    lines, pages = paged([*shelf, *_overrides(page, left)], left, room, page_number)
    others, more = paged([*_failing(page, right), *_charts(page, right)], right, room, page_number)
    gap: Span = ("│", "dim")
    both: list[Line] = [(*line, gap, *other) for line, other in zip(lines, others, strict=True)]
    return (top + both)[:height], max(pages, more)


def _asked(page: SupervisorPage, width: int, height: int) -> list[Line]:
    """What a hold is released for, and the numbered answers."""
    if not page.asked or height < 1:
        return []
    ground = ASKING.block
    rows = wrap(f"{ASKING.glyph} {page.asked}", width - 2) or [""]
    lines = [fit([(f" {row}", "ask-head")], width, ground) for row in rows[: max(1, height - 2)]]
    room = min(_CHOICE_ROWS, height - len(lines) - 1)
    lines += choice_rows(page.choices, width, room)
    keys: list[Span] = []
    for key, verb, does in views_wording.CHOOSE_KEYS:
        keys += [
            (" ", ground),
            (f" {key.format(most=len(page.choices))} {verb} ", "bar-strong"),
            (f" {does}", "ask-dim"),
        ]
    return [*lines, fit(keys, width, ground)][:height]


def _head(page: SupervisorPage, width: int, height: int) -> list[Line]:
    """Since when, how many, and how many of them passed."""
    since = fit([(f" {page.since[:1].upper()}{page.since[1:]}", "strong")], width, "plain")
    if not page.done and not page.unfinished:
        return [since, fit([(f" {views_wording.NOTHING_DONE}", "plain")], width, "plain")]
    percent = f"{100 * page.passed // page.done if page.done else 0}%"
    figures = ((f"{page.done}", views_wording.DONE), (percent, views_wording.PASSED))
    lines = [since]
    if width >= _ROOM_FOR_LETTERS[0] and height >= _ROOM_FOR_LETTERS[1]:
        lines += _large(figures, width)
    else:
        words = "  ".join(f"{number} {word}" for number, word in figures)
        lines.append(fit([(f" {words}", "strong")], width, "plain"))
    counted: list[Span] = [
        (f" {look.glyph} {count:,} {look.word} ", look.text)
        for count, look in (
            (page.passed, VERDICTS[Verdict.PASS]),
            (page.failed, VERDICTS[Verdict.FAIL]),
            (page.review, VERDICTS[Verdict.INCONCLUSIVE]),
            (page.errors, VERDICTS[Verdict.ERROR]),
        )
    ]
    counted.append((f" {ABORTED.glyph} {page.unfinished:,} {views_wording.UNFINISHED} ", ABORTED.text))
    counted.append((f" {views_wording.first_pass(page.first_pass, page.first)} ", "plain"))
    counted.append((f" {views_wording.retests(page.retests)} ", "plain"))
    return [*lines, *_in_rows(counted, width)]


def _large(figures: Sequence[tuple[str, str]], width: int) -> list[Line]:
    lines: list[list[Span]] = [[] for _ in range(_LETTERS)]
    for number, word in figures:
        room = block_width(number)
        for row, letters in enumerate(block_rows(number)):
            said = f" {word}" if row == 1 else ""
            lines[row].append((f"  {letters:<{room}}", "strong"))
            lines[row].append((f"{said:<{len(word) + 3}}", "dim"))
    return [fit(line, width, "plain") for line in lines]


def _in_rows(spans: Iterable[Span], width: int) -> list[Line]:
    """Spans one after the other, on as many rows as they need."""
    rows: list[list[Span]] = [[]]
    for span in spans:
        if rows[-1] and line_width([*rows[-1], span]) > width:
            rows.append([])
        rows[-1].append(span)
    return [fit(row, width, "plain") for row in rows]


def _section(title: str, blocks: Sequence[Block], empty: str, width: int) -> list[Block]:
    """A title that stays with the first of what it names."""
    heading = fit([(f" {title}", "bar-strong")], width, "bar")
    if not blocks:
        return [Block((heading, *text_block(" ", empty, width, style="dim").lines))]
    return [Block((heading, *blocks[0].lines), blocks[0].checks), *blocks[1:]]


def _holds(page: SupervisorPage, width: int) -> list[Block]:
    return _section(views_wording.HOLDS, [_hold(hold, width) for hold in page.holds], views_wording.NO_HOLDS, width)


def _hold(hold: HoldRow, width: int) -> Block:
    if not hold.serial:
        return text_block("…", hold.reason, width)
    since = views_wording.held_by(local_moment(hold.since), hold.by)
    head: list[Span] = [
        (f" {hold.number} " if hold.number else "   ", "bar-strong" if hold.number else "plain"),
        (f" {HELD.glyph} ", HELD.block),
        (f" {hold.serial} ", "strong"),
        (f" {since} ", "dim"),
    ]
    if line_width(head) + line_width([(hold.reason, "")]) + 1 <= width:
        return Block((fit([*head, (hold.reason, "plain")], width, "plain"),), 1)
    rows = [((f"       {row}", "plain"),) for row in wrap(hold.reason, width - 8)]
    return Block((fit(head, width, "plain"), *(fit(row, width, "plain") for row in rows)), 1)


def _tables(page: SupervisorPage, width: int) -> list[Block]:
    return [*_table(views_wording.BY_SLOT, page.slots, width), *_table(views_wording.BY_MODEL, page.models, width)]


def _table(title: str, counts: Sequence[CountRow], width: int) -> list[Block]:
    """Done, passed, failing and undecided in columns, and the share that passed as a bar."""
    if not counts:
        return []
    name = max(8, width - 4 * _COUNT - _BAR - 8)
    heads = "".join(f"{word:>{_COUNT}}" for word in views_wording.COUNTS)
    heading = fit([(set_cell_size(f" {title}", name + 1), "bar-strong"), (heads, "bar-dim")], width, "bar")
    rows = [Block((fit(_count(count, name), width, "plain"),), 1) for count in counts]
    return [Block((heading, *rows[0].lines), 1), *rows[1:]]


def _count(count: CountRow, name: int) -> list[Span]:
    share = count.passed / count.done if count.done > 0 else 0.0
    full = max(0, min(_BAR, round(share * _BAR)))
    return [
        (set_cell_size(f" {shorten(count.name, name - 1)}", name + 1), "strong"),
        (f"{count.done:>{_COUNT},}", "plain"),
        (f"{count.passed:>{_COUNT},}", "text-pass"),
        (f"{count.failed:>{_COUNT},}", "text-fail"),
        (f"{count.review:>{_COUNT},}", "text-review"),
        (f"  {'█' * full}", "text-pass"),
        ("░" * (_BAR - full), "dim"),
        (f" {share:4.0%}", "plain"),
    ]


def _failing(page: SupervisorPage, width: int) -> list[Block]:
    """The checks that fail, the most frequent first, as bars."""
    most = max((row.failed for row in page.reasons), default=0)
    name = max(6, min(32, width // 3))
    room = max(1, width - name - 10)
    blocks = []
    for row in page.reasons:
        bar = "█" * max(1, room * row.failed // most) if most > 0 and row.failed > 0 else ""
        spans: list[Span] = [
            (set_cell_size(f" {shorten(row.name, name - 1)}", name + 1), "strong"),
            (f"{row.failed:>6,} ", "plain"),
            (bar, "text-fail"),
        ]
        blocks.append(Block((fit(spans, width, "plain"),), 1))
    return _section(views_wording.FAILING, blocks, views_wording.NO_FAILING, width)


def _charts(page: SupervisorPage, width: int) -> list[Block]:
    return _section(
        views_wording.DRIFT, [drift_block(line, width) for line in page.drift], views_wording.NO_DRIFT, width
    )


def _overrides(page: SupervisorPage, width: int) -> list[Block]:
    blocks = [
        Block(block.lines, 1) for block in (text_block("!", words, width, mark="bar-warn") for words in page.overrides)
    ]
    return _section(views_wording.OVERRIDES, blocks, views_wording.NO_OVERRIDES, width)
