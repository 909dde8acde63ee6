"""Several slots at a glance: a tile each, in fixed places, the focused one marked and in detail below."""

from __future__ import annotations

from station.bench.protocol import SlotState, Stage
from station.screens.block_text import block_rows, largest_scale
from station.screens.painting import Line, Span, fit, shorten
from station.screens.shown import BUSY_STAGES, Shown
from station.screens.slot_view import inked, look_of, word_of
from station.screens.theme import Look

__all__ = ["grid", "grid_height"]


def _columns(count: int, width: int) -> int:
    return max(1, min(count, 4, width // 18))


def grid_height(count: int, width: int, height: int) -> int:
    """Rows that the tiles take out of `height`; the detail below keeps at least a third."""
    rows = -(-count // _columns(count, width))
    return rows * max(3, min(7, 2 * height // 3 // rows))


def grid(shown: Shown, width: int, height: int) -> list[Line]:
    """The tiles in exactly `height` lines."""
    slots = shown.slots
    across = _columns(len(slots), width)
    rows = -(-len(slots) // across)
    tall = max(3, height // rows)
    lines: list[Line] = []
    for row in range(rows):
        tiles = [
            _tile(shown, slot, _share(width, across, place), tall)
            for place, slot in enumerate(slots[row * across : (row + 1) * across])
        ]
        for y in range(tall):
            spans = tuple(span for tile in tiles for span in tile[y])
            lines.append(fit(spans, width, "plain"))
    blank = fit((), width, "plain")
    return (lines + [blank] * height)[:height]


def _share(width: int, across: int, place: int) -> int:
    return width * (place + 1) // across - width * place // across


def _tile(shown: Shown, slot: SlotState, width: int, height: int) -> list[Line]:
    """One tile with a blank column on its right: number and serial, the word, what is happening."""
    look = look_of(slot)
    inner = width - 1
    focused = slot.number == shown.focus
    head: list[Span] = [
        (f"{'▶' if focused else ' '}{slot.number} ", "bar-strong" if focused else look.block),
        (shorten(f" {slot.serial or slot.laptop or slot.link}", inner - 4), look.block),
    ]
    letters = _letters(slot, look, inner, height - 2)
    foot: list[Span] = [(f" {shorten(_foot(slot), inner - 2)}", look.block)]
    lines = [fit(line, inner, look.block) for line in [head, *letters, foot]]
    blank = fit((), inner, look.block)
    while len(lines) < height - (1 if height > 4 else 0):
        lines.insert(-1, blank)
    gap: Span = (" ", "plain")
    return [(*line, gap) for line in lines] + [fit((), width, "plain")] * (height - len(lines))


def _letters(slot: SlotState, look: Look, width: int, rows: int) -> list[Line]:
    word = word_of(slot, look)
    for text in (f"{look.glyph} {word}", word):
        if scale := largest_scale(text, width - 2, rows):
            return [((" ", look.block), *inked(row, look.block)) for row in block_rows(text, min(scale, 2))]
    return [((shorten(f" {look.glyph} {word}", width), look.block),)]


def _foot(slot: SlotState) -> str:
    if slot.stage in BUSY_STAGES:
        return slot.now
    if slot.stage in {Stage.DONE, Stage.ABORTED}:
        return slot.headline
    return "scan to start" if slot.stage is Stage.READY else "no laptop"
