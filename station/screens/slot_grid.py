"""Several slots at a glance: a tile each, in fixed places, the focused one marked and in detail below."""

from __future__ import annotations

from typing import Final

from station.bench.protocol import SlotState, Stage
from station.screens import wording
from station.screens.block_text import block_rows, block_width, inked, largest_scale
from station.screens.painting import Line, Span, beside, cell_len, fit, line_width, shorten
from station.screens.shown import BUSY_STAGES, Contact, Shown, asked_of
from station.screens.slot_words import left_words, look_of, outcome_of, word_of
from station.screens.stop_panel import is_blocked
from station.screens.theme import ASKING, HELD, Look

__all__ = ["grid", "grid_height"]

_SHORT: Final = {HELD: "HOLD"}
"""What is left of a long word in a narrow tile."""
_TWO_DIGITS: Final = "88%"
_FOOT_ROWS: Final = 2


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
            # Tiles are as wide as their shares, so that only a row that is not full has a gap to fill.
            lines.append(spans if len(tiles) == across else fit(spans, width, "plain"))
    blank = fit((), width, "plain")
    return (lines + [blank] * height)[:height]


def _share(width: int, across: int, place: int) -> int:
    return width * (place + 1) // across - width * place // across


def _tile(shown: Shown, slot: SlotState, width: int, height: int) -> list[Line]:
    """One tile with a blank column on its right: number and serial, the word, what is happening."""
    look = look_of(slot)
    inner = width - 1
    head = _head(shown, slot, look, inner)
    letters = _letters(slot, look, inner, height - 2)
    tall = height - (1 if height > 4 else 0)
    foot = _foot(shown, slot, look, inner, max(1, min(_FOOT_ROWS, tall - 1 - len(letters))))
    blanks: list[Line] = [()] * (tall - 1 - len(letters) - len(foot))
    lines = [fit(line, inner, look.block) for line in [head, *letters, *blanks, *foot][:height]]
    gap: Span = (" ", "plain")
    return [(*line, gap) for line in lines] + [fit((), width, "plain")] * (height - len(lines))


def _head(shown: Shown, slot: SlotState, look: Look, width: int) -> Line:
    """The number, whose laptop it is, and where there is room how long it still takes."""
    focused = slot.number == shown.focus
    number: Span = (f"{'▶' if focused else ' '}{slot.number} ", "bar-strong" if focused else look.block)
    name = f" {_name(slot)}"
    left = left_words(shown, slot, short=True)
    time: list[Span] = [(f"{left} ", look.block)] if left else []
    if line_width([number, (name, look.block), *time]) + 1 > width:
        time = []
    return beside([number, (shorten(name, width - line_width([number])), look.block)], time, width, look.block)


def _name(slot: SlotState) -> str:
    if slot.says and slot.stage is Stage.READY:
        return wording.TILE_SAYS.format(serial=slot.says)
    return slot.serial or slot.laptop or slot.link


def _letters(slot: SlotState, look: Look, width: int, rows: int) -> list[Line]:
    word = word_of(slot, look)
    widest = _TWO_DIGITS if word.endswith("%") else word  # so that a tile does not change its size at 10 %
    shapes = [(f"{look.glyph} {word}", f"{look.glyph} {widest}"), (word, widest)]
    if look in _SHORT:
        shapes.append((_SHORT[look], _SHORT[look]))
    for text, measure in shapes:
        if scale := min(2, largest_scale(measure, width, rows)):
            margin: Span = (" " * min(1, width - block_width(text, scale)), look.block)
            return [(margin, *inked(row, look.block)) for row in block_rows(text, scale)]
    if largest_scale(look.glyph, width, rows):
        # The glyph is read from two metres, and the word from one.
        beside_it = f"  {word}"
        return [
            ((" ", look.block), *inked(row, look.block), (beside_it if place == 1 else "", look.block))
            for place, row in enumerate(block_rows(look.glyph))
        ]
    return [((shorten(f" {look.glyph} {word}", width), look.block),)]


def _foot(shown: Shown, slot: SlotState, look: Look, width: int, rows: int) -> list[Line]:
    """What is happening; and on its own colour what must not be overlooked: a question, a hold, a promise."""
    mark = _mark(shown, slot)
    room = max(0, width - 2 - cell_len(mark[0] if mark else ""))
    # The tile has its number at its head.
    words = _says(slot).removeprefix(f"Slot {slot.number}: ")
    first, rest = shorten(words, room), ""
    if rows > 1 and first != words:
        first, rest = _broken(words, room)
        rest = shorten(rest, width - 2)
    line: Line = (*([mark] if mark else []), (f" {first}", look.block))
    return [line, ((f" {rest}", look.block),)] if rest else [line]


def _broken(text: str, width: int) -> tuple[str, str]:
    """The words that have room in so many cells, and the others; no word is cut in two."""
    first, words = "", text.split()
    while words and cell_len(f"{first} {words[0]}".strip()) <= width:
        first = f"{first} {words.pop(0)}".strip()
    return first, " ".join(words)


def _mark(shown: Shown, slot: SlotState) -> Span | None:
    if shown.state and shown.contact is Contact.LIVE and shown.state.bar.next_slot == slot.number:
        return (f" ▸ {wording.NEXT_HERE} ", "bar-warn")
    if slot.stage in BUSY_STAGES and slot.held:
        return (f" {HELD.glyph} {HELD.word} ", HELD.block)
    if slot.stage is not Stage.ASKING and asked_of(slot):
        return (f" {ASKING.glyph} {ASKING.word} ", ASKING.block)
    if is_blocked(slot) and slot.stage in {Stage.DONE, Stage.ABORTED}:
        outcome = outcome_of(slot)
        return (f" {outcome.glyph} {outcome.word} ", outcome.block)
    return (f" ◇ {wording.BENCH_CHECK_SHORT} ", "bar-strong") if slot.bench_check else None


def _says(slot: SlotState) -> str:
    if question := asked_of(slot):
        return question
    if slot.stage in BUSY_STAGES:
        return slot.now
    if slot.stage is Stage.STOPPED:
        return slot.stop.sentence if slot.stop else slot.headline
    if slot.stage in {Stage.DONE, Stage.ABORTED}:
        outcome = outcome_of(slot)
        return wording.TEST_SAID.format(outcome=f"{outcome.glyph} {outcome.word}") if slot.held else slot.headline
    if is_blocked(slot):
        return slot.blocked
    if slot.stage is Stage.READY:
        return wording.TILE_SCAN_LABEL if slot.says else wording.TILE_READY
    return slot.headline or wording.TILE_EMPTY
