"""Several slots at a glance: a tile each, in fixed places, the focused one marked and in detail below."""

from __future__ import annotations

from typing import Final

from station.bench.protocol import SlotState, Stage
from station.screens import wording
from station.screens.block_text import block_rows, block_width, inked, largest_scale
from station.screens.painting import Line, Span, fit, shorten
from station.screens.shown import BUSY_STAGES, Contact, Shown, asked_of
from station.screens.slot_view import look_of, outcome_of, word_of
from station.screens.theme import ASKING, HELD, Look

__all__ = ["grid", "grid_height"]

_HOLD: Final = "HOLD"
"""What is left of ON HOLD in a narrow tile."""
_TWO_DIGITS: Final = "88%"


def _columns(count: int, width: int) -> int:
    return max(1, min(count, 4, width // 18))


def grid_height(count: int, width: int, height: int, detail: int = 0) -> int:
    """Rows that the tiles take out of `height`; the detail below keeps at least a third, and `detail` rows unless the
    tiles would lose their words.
    """
    rows = -(-count // _columns(count, width))
    usual = max(3, min(7, 2 * height // 3 // rows))
    return rows * max(2, min(usual, (height - detail) // rows))


def grid(shown: Shown, width: int, height: int) -> list[Line]:
    """The tiles in exactly `height` lines."""
    slots = shown.slots
    across = _columns(len(slots), width)
    rows = -(-len(slots) // across)
    tall = max(2, height // rows)
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
    foot = _foot(shown, slot, look, inner)
    lines = [fit(line, inner, look.block) for line in [head, *letters, foot][:height]]
    blank = fit((), inner, look.block)
    while len(lines) < height - (1 if height > 4 else 0):
        lines.insert(-1, blank)
    gap: Span = (" ", "plain")
    return [(*line, gap) for line in lines] + [fit((), width, "plain")] * (height - len(lines))


def _letters(slot: SlotState, look: Look, width: int, rows: int) -> list[Line]:
    word = word_of(slot, look)
    widest = _TWO_DIGITS if word.endswith("%") else word  # so that a tile does not change its size at 10 %
    for text, measure in ((f"{look.glyph} {word}", f"{look.glyph} {widest}"), (word, widest), (_HOLD, _HOLD)):
        if text == _HOLD and look is not HELD:
            break
        if scale := min(2, largest_scale(measure, width, rows)):
            margin: Span = (" " * min(1, width - block_width(text, scale)), look.block)
            return [(margin, *inked(row, look.block)) for row in block_rows(text, scale)]
    return [((shorten(f" {look.glyph} {word}", width), look.block),)]


def _foot(shown: Shown, slot: SlotState, look: Look, width: int) -> list[Span]:
    """What is happening; and on its own colour what must not be overlooked: a question, a hold, a promise."""
    mark = _mark(shown, slot)
    words = shorten(_says(slot), max(0, width - 2 - len(mark[0] if mark else "")))
    return [*([mark] if mark else []), (f" {words}", look.block)]


def _mark(shown: Shown, slot: SlotState) -> Span | None:
    if shown.state and shown.contact is Contact.LIVE and shown.state.bar.next_slot == slot.number:
        return (f" ▸ {wording.NEXT_HERE} ", "bar-warn")
    if slot.stage in BUSY_STAGES and slot.held:
        return (f" {HELD.glyph} {HELD.word} ", HELD.block)
    if slot.stage is not Stage.ASKING and asked_of(slot):
        return (f" {ASKING.glyph} {ASKING.word} ", ASKING.block)
    return None


def _says(slot: SlotState) -> str:
    if question := asked_of(slot):
        return question
    if slot.stage in BUSY_STAGES:
        return slot.now
    if slot.stage in {Stage.DONE, Stage.ABORTED}:
        outcome = outcome_of(slot)
        return wording.TEST_SAID.format(outcome=f"{outcome.glyph} {outcome.word}") if slot.held else slot.headline
    return wording.TILE_READY if slot.stage is Stage.READY else slot.headline or wording.TILE_EMPTY
