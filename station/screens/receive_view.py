"""Receiving: what a delivery adds up to, in numbers that are read from two metres, and under them each code in words.

No outcome is told by colour alone: each line and each number has its glyph and its word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from rich.cells import cell_len, set_cell_size

from station.bench.pages import ReceiveLine, ReceivePage
from station.screens import receive_wording as wording
from station.screens.block_text import block_rows, block_width, inked
from station.screens.checks_list import Block, paged, text_block
from station.screens.painting import Line, Span, beside, capped, fit, line_width, shorten, wrap
from station.screens.theme import ASKING, Look

__all__ = ["OUTCOMES", "receive_view"]

OUTCOMES: Final = {
    "received": Look("✔", "RECEIVED", "pass", "text-pass"),
    "again": Look("=", "AGAIN", "review", "text-review"),
    "extra": Look("✖", "EXTRA", "fail", "text-fail"),
    "damaged": Look("!", "DAMAGED", "error", "text-error"),
}
"""How a code came in."""
_OTHER: Final = Look("•", "NOTED", "aborted", "text-aborted")
_MISSING: Final = Look("?", "MISSING", "review", "text-review")
_NONE: Final = "busy"
"""The ground of a number that is nought."""
_LARGEST: Final = 5
_WORD: Final = 10
_WIDEST_CODE: Final = 20
"""Cells to which shorter codes are filled, so that what is said of them stands in a column."""
_ROOMY: Final = 30
"""Rows from which more of what is missing is named."""
_SHORTEST_END: Final = 4
_FEWEST_ALIKE: Final = 6
"""Characters that codes must share before they are written once for all."""


@dataclass(frozen=True, slots=True)
class _Tile:
    """One number, its word and its ground. The number is empty where it stands in the caption."""

    number: str
    caption: str
    block: str


def receive_view(page: ReceivePage, width: int, height: int, page_number: int) -> tuple[list[Line], int]:
    """The page in exactly `height` lines of `width` cells, and how many pages its lines take."""
    foot = _question(page, width, height) if page.asked else _keys(page, width, height)
    room = height - len(foot)
    head = [_head(page, width)][:room]
    room -= len(head)
    counts = _counts(page, width, room, height) if page.reference else _banner(width, room, height)
    room -= len(counts)
    named = _missing(page, width, min(room // 2, 5 if height >= _ROOMY else 2)) if page.reference else []
    room -= len(named)
    blocks = _blocks(page, width)
    body, pages = paged(blocks, width, room, max(0, page_number))
    whole = [*head, *counts, *body, *named, *foot]
    return [fit(line, width, "plain") for line in whole[:height]], pages


def _head(page: ReceivePage, width: int) -> Line:
    left: list[Span] = [(f" {wording.TITLE}  ", "bar-strong"), (page.reference, "bar-strong")]
    if page.supplier:
        left.append((f"  {page.supplier}", "bar"))
    return beside(left, [(f"  {page.prompt} ", "bar-strong")], width, "bar")


def _banner(width: int, room: int, height: int) -> list[Line]:
    """No delivery is open: what to do, large."""
    under = [((f"  {row}", "idle"),) for row in capped(wrap(wording.NOTHING_OPEN, width - 4), 2, width - 4)]
    scale = min(_LARGEST, (width - 4) // block_width(wording.SCAN), _scale_for(min(room, height // 2) - len(under) - 1))
    letters: list[Line] = []
    if scale > 0:
        letters = [(("  ", "idle"), *inked(row, "idle")) for row in block_rows(wording.SCAN, scale)]
        letters = [(), *letters]
    return [fit(line, width, "idle") for line in [*letters, *under][:room]]


def _counts(page: ReceivePage, width: int, room: int, height: int) -> list[Line]:
    """The numbers, as large as they go, and how far the delivery is."""
    tiles = _tiles(page)
    bar = [_progress(page, width)] if page.expected > 0 and room > 3 else []
    rows = min(room - len(bar), height // 3 + 1)
    scales = range(min(_LARGEST, _scale_for(rows - 1)), 0, -1)
    # Where all of them are too wide, what is odd gives way to what is counted.
    for some in (tiles, [*tiles[:-2], *map(_small, tiles[-2:])]):
        for scale in scales:
            widths = [max(block_width(tile.number, scale) + 3, cell_len(tile.caption) + 2) for tile in some]
            if sum(widths) <= width:
                return [*_large(some, widths, width, scale), *bar]
    return [*_in_rows(tiles, width, rows), *bar]


def _tiles(page: ReceivePage) -> list[_Tile]:
    of = wording.OF if page.expected > 0 else wording.COUNTED
    what = of.format(expected=page.expected, kind=page.counted)
    tiles = [_tile(page.received, OUTCOMES["received"], what)]
    if page.expected > 0:
        tiles.append(_tile(page.missing, _MISSING))
    return [*tiles, _tile(page.extra, OUTCOMES["extra"]), _tile(page.damaged, OUTCOMES["damaged"])]


def _tile(number: int, look: Look, what: str = "") -> _Tile:
    caption = f"{look.glyph} {look.word}{f' {what}' if what else ''}"
    return _Tile(str(max(0, number)), caption, look.block if number > 0 else _NONE)


def _small(tile: _Tile) -> _Tile:
    """The number in plain letters before its word."""
    glyph, _, words = tile.caption.partition(" ")
    return _Tile("", f"{glyph} {tile.number} {words}", tile.block)


def _scale_for(rows: int) -> int:
    """The largest scale of block letters, five pixels high, two to a row, in so many rows."""
    return max(0, 2 * rows // 5)


def _large(tiles: Sequence[_Tile], widths: Sequence[int], width: int, scale: int) -> list[Line]:
    """The tiles side by side over the whole width."""
    spare = width - sum(widths)
    shares = [one + spare // len(tiles) + (place < spare % len(tiles)) for place, one in enumerate(widths)]
    letters = [block_rows(tile.number or " ", scale) for tile in tiles]
    lines: list[Line] = []
    for row in range(len(letters[0])):
        line: list[Span] = []
        for tile, share, rows in zip(tiles, shares, letters, strict=True):
            line += fit([("  ", tile.block), *inked(rows[row], tile.block)], share, tile.block)
        lines.append(tuple(line))
    captions: list[Span] = []
    for tile, share in zip(tiles, shares, strict=True):
        captions += fit([(f" {tile.caption}", tile.block)], share, tile.block)
    return [*lines, tuple(captions)]


def _in_rows(tiles: Sequence[_Tile], width: int, rows: int) -> list[Line]:
    """The same in plain letters, on as many rows as there are."""
    lines: list[list[Span]] = [[]]
    for tile in map(_small, tiles):
        span: Span = (f" {tile.caption} ", tile.block)
        if lines[-1] and line_width([*lines[-1], span]) > width:
            lines.append([])
        lines[-1].append(span)
    return [fit(line, width, "plain") for line in lines[: max(0, rows)]]


def _progress(page: ReceivePage, width: int) -> Line:
    """How far it is in words, written over the bar."""
    words = wording.PROGRESS.format(received=page.received, expected=page.expected, kind=page.counted)
    inner = max(0, width - 2)
    text = set_cell_size(shorten(f" {words}", inner), inner)
    left = set_cell_size(text, inner * max(0, min(page.received, page.expected)) // page.expected)
    return ((" ", "busy"), (left, "busy-full"), (text[len(left) :], "busy-left"), (" ", "busy"))


def _blocks(page: ReceivePage, width: int) -> list[Block]:
    if page.reference:
        column = min(_WIDEST_CODE, max((cell_len(line.code) for line in page.lines), default=0))
        return [_line(line, width, column) for line in page.lines] or [text_block("•", wording.NOTHING_COUNTED, width)]
    if not page.missing_named:
        return [text_block("•", wording.NOTHING_TO_COME, width)]
    title = Block((fit([(f" {wording.TO_COME}", "dim")], width, "plain"),))
    return [title, *(_as_one(text_block("•", one, width, style="strong")) for one in page.missing_named)]


def _line(line: ReceiveLine, width: int, column: int) -> Block:
    """One code: its outcome as glyph and word, what is to be said of it, and when."""
    look = OUTCOMES.get(line.outcome, _OTHER)
    code = line.code if cell_len(line.code) > column else set_cell_size(line.code, column)
    head: list[Span] = [
        (f" {look.glyph} ", look.block),
        (f" {look.word:<{_WORD}}", look.text),
        (f"{code}  ", "strong"),
    ]
    when: list[Span] = [(f" {_local(line.at)} ", "dim")]
    room = width - line_width(head) - line_width(when)
    words = line.sentence or line.kind
    if cell_len(words) <= room:
        return Block((beside([*head, (words, "plain")], when, width, "plain"),), 1)
    rows = wrap(words, width - _WORD - 5)
    more: list[Line] = [fit([(" " * (_WORD + 4) + row, "plain")], width, "plain") for row in rows]
    return Block((beside(head, when, width, "plain"), *more), 1)


def _as_one(block: Block) -> Block:
    return Block(block.lines, 1)


def _missing(page: ReceivePage, width: int, rows: int) -> list[Line]:
    """Some of what is missing by name; what the codes begin with, where they all do, is written once."""
    if page.missing <= 0 or rows < 1:
        return []
    codes = list(page.missing_named)
    common = _common(codes)
    title = f"{_MISSING.glyph} {wording.MISSING}{f' {common}…' if common else ''}:"
    lines: list[list[Span]] = [[(f" {title} ", _MISSING.text)]]
    shown = 0
    for code in codes:
        # Room for how many more there are stays on the last line.
        kept = len(wording.MISSING_MORE) + 6 if len(lines) == rows else 0
        span: Span = (f" {code.removeprefix(common)}", "strong")
        if line_width([*lines[-1], span]) > width - kept:
            if len(lines) == rows:
                break
            lines.append([("   ", "plain")])
        lines[-1].append(span)
        shown += 1
    if page.missing > shown:
        lines[-1].append((f"  {wording.MISSING_MORE.format(count=page.missing - shown)}", "plain"))
    return [fit(line, width, "plain") for line in lines]


def _common(codes: Sequence[str]) -> str:
    """What all codes begin with, where that is worth writing once; enough of each is left to know it by."""
    if len(codes) < 2:
        return ""
    first, last = min(codes), max(codes)
    alike = next((place for place, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), len(first))
    alike = min(alike, min(map(len, codes)) - _SHORTEST_END)
    return first[:alike] if alike >= _FEWEST_ALIKE else ""


def _keys(page: ReceivePage, width: int, height: int) -> list[Line]:
    """What the keys do to a delivery that is open."""
    if not page.reference or height < 4:
        return []
    return [fit([(" ", "bar"), *_chips(wording.KEYS, "bar")], width, "bar")]


def _question(page: ReceivePage, width: int, height: int) -> list[Line]:
    """What is asked, and the keys that answer."""
    ground = ASKING.block
    rows = capped(wrap(page.asked, width - 5), max(1, min(4, height // 2)), width - 5)
    lines: list[Line] = [((f" {ASKING.glyph if not place else ' '}  {row}", ground),) for place, row in enumerate(rows)]
    chips: Line = ((" ", ground), *_chips(wording.ASKED_KEYS, ground), (f" {wording.SCAN_ON}", "ask-dim"))
    pad: list[Line] = [()] if height >= _ROOMY else []
    return [fit(line, width, ground) for line in [*pad, *lines, chips, *pad][: max(0, height)]]


def _chips(keys: Sequence[tuple[str, str]], ground: str) -> list[Span]:
    chip = "bar-strong" if ground == ASKING.block else ASKING.block
    return [span for key, does in keys for span in ((f" {key} ", chip), (f" {does}  ", ground))]


def _local(at: str) -> str:
    """The time of day here; of a time that cannot be read, nothing."""
    try:
        return datetime.fromisoformat(at).astimezone().strftime("%H:%M")
    except (ValueError, OverflowError):
        return ""
