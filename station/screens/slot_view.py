"""One slot, large: the banner that is read from two metres, the laptop's name, and the checks."""

from __future__ import annotations

from typing import Final

from rich.cells import cell_len, set_cell_size

from checks.verdict import Verdict
from station.bench.protocol import BenchState, RecentAttempt, SlotState, Stage
from station.clock import age_words
from station.screens import wording
from station.screens.block_text import block_rows, inked, largest_scale
from station.screens.checks_list import Block, check_blocks, paged, text_block
from station.screens.painting import Line, Span, beside, fit, line_width, shorten, wrap
from station.screens.question import question_panel
from station.screens.shown import BUSY_STAGES, Shown, asked_of
from station.screens.theme import ABORTED, ASKING, HELD, VERDICTS, Look

__all__ = ["banner", "look_of", "outcome_of", "slot_view", "word_of"]

_BUSY: Final = Look("▶", "TEST", "busy", "plain")
_READY: Final = Look("▶", "SCAN", "idle", "plain")
_EMPTY: Final = Look("■", "EMPTY", "busy", "dim")
_INDENT: Final = 3
_ROOM_FOR_BOTH: Final = 30
"""Rows from which the banner and a list with large numbers have room side by side."""
_DOING: Final = {Stage.COLLECTING: "Reading", Stage.JUDGING: "Judging", Stage.SAVING: "Saving"}
_ENDED: Final = frozenset({Stage.DONE, Stage.ABORTED})


def look_of(slot: SlotState) -> Look:
    """The glyph, word and colours of a slot as it stands. A hold hides a verdict: PASS alone would send it off."""
    if slot.stage in _ENDED:
        return HELD if slot.held else outcome_of(slot)
    if slot.stage is Stage.ASKING:
        return ASKING
    if slot.stage in BUSY_STAGES:
        return _BUSY
    return _READY if slot.stage is Stage.READY else _EMPTY


def outcome_of(slot: SlotState) -> Look:
    """How the attempt of a slot ended, held or not."""
    if slot.stage is Stage.ABORTED:
        return ABORTED
    return VERDICTS[slot.verdict] if slot.verdict else VERDICTS[Verdict.ERROR]


def slot_view(shown: Shown, slot: SlotState, width: int, height: int, banner_rows: int) -> tuple[list[Line], int]:
    """A slot in exactly `height` lines, and how many pages its checks take."""
    if asked_of(slot) and slot.guide.choices and height < _ROOM_FOR_BOTH:
        banner_rows = 0  # the list needs it
    lines = banner(slot, width, banner_rows) if banner_rows else []
    lines += _device(shown, slot, width, large=banner_rows > 0 and height >= 30)
    lines += question_panel(slot, width, height - len(lines))
    blocks = _blocks(shown, slot, width)
    body, pages = paged(blocks, width, max(0, height - len(lines)), shown.page)
    return (lines + body)[:height], pages


def banner(slot: SlotState, width: int, rows: int) -> list[Line]:
    """The word in block letters on its colour, and under it what it means, in words."""
    look = look_of(slot)
    words = _headline(slot)
    under: list[Line]
    if look is HELD:
        under = _why_held(slot, words, width, rows)
    elif slot.stage in BUSY_STAGES and look is not ASKING:
        under = [_progress(slot, words, width)]
    else:
        sentence = wrap(words, width - 4)[:2] if rows > 6 else [shorten(words, width - 4)]
        under = [((f"  {line}", look.block),) for line in sentence]
    letters = _letters(slot, look, width, rows - len(under))
    spare = max(0, rows - len(letters) - len(under))
    above: list[Line] = [()] * ((spare + 1) // 2)
    between: list[Line] = [()] * (spare // 2)
    whole = [*above, *letters, *between, *under]
    return [fit(line, width, look.block) for line in whole[:rows]]


def _why_held(slot: SlotState, words: str, width: int, rows: int) -> list[Line]:
    """What the hold means, and the verdict behind it on its own colour."""
    outcome = outcome_of(slot)
    verdict: Span = (f" {outcome.glyph} {outcome.word} ", outcome.block)
    said = words.removeprefix(f"{outcome.glyph} {outcome.word}").removeprefix(": ")
    room = width - 4 - line_width([verdict])
    if rows <= 6:
        short = f"{wording.HELD_SHORT} {said}"
        return [(("  ", HELD.block), verdict, (f" {shorten(short, room)}", HELD.block))]
    first: Line = ((f"  {shorten(wording.HELD, width - 4)}", HELD.block),)
    return [first, (("  ", HELD.block), verdict, (f" {shorten(said, room)}", HELD.block))]


def _letters(slot: SlotState, look: Look, width: int, rows: int) -> list[Line]:
    """The word as large as it goes; with its glyph too where that does not make it smaller."""
    word = word_of(slot, look)
    room = width - 2 * _INDENT
    scale = largest_scale(word, room, rows)
    if scale == 0:
        return [((f"  {look.glyph} {word}", look.block),)]
    both = f"{look.glyph} {word}"
    text = both if largest_scale(both, room, rows) == scale else word
    return [((" " * _INDENT, look.block), *inked(row, look.block)) for row in block_rows(text, scale)]


def word_of(slot: SlotState, look: Look) -> str:
    """The word in block letters: how far a reading is, or what is done by hand; and else the word of its look."""
    if slot.stage is Stage.COLLECTING and slot.expected > 0:
        return _percent(slot.done, slot.expected)
    if slot.stage is Stage.ASKING and slot.guide.of > 0:
        return _percent(slot.guide.done, slot.guide.of)
    return look.word


def _percent(done: int, whole: int) -> str:
    return f"{max(0, min(99, 100 * done // max(1, whole)))}%"


def _headline(slot: SlotState) -> str:
    if slot.stage is Stage.READY:
        return wording.SCAN_TO_START
    if slot.stage is Stage.EMPTY:
        return slot.headline or wording.EMPTY_SLOT
    if slot.stage is Stage.ASKING:
        return wording.WAITING
    if slot.stage in BUSY_STAGES:
        words = slot.now or _DOING[slot.stage]
        return words[:1].upper() + words[1:]
    look = outcome_of(slot)
    note = {Verdict.MARGINAL: "MARGINAL. ", Verdict.WAIVED: "WAIVED. "}.get(slot.verdict or Verdict.PASS, "")
    return f"{look.glyph} {look.word}: {note}{slot.headline or (slot.now if look is ABORTED else '')}".rstrip(" :")


def _progress(slot: SlotState, words: str, width: int) -> Line:
    """One row: what is happening, written over the bar of how much is done."""
    if slot.stage is Stage.COLLECTING:
        done, whole = slot.done, slot.expected
        counted = f" {done} of {whole} read " if whole else ""
    else:
        done, whole = len(slot.checks), slot.checks_expected
        counted = f" {wording.EXPECTED.format(judged=done, expected=whole)} " if whole else ""
    inner = width - 2 * _INDENT
    text = shorten(f" {words}", inner - cell_len(counted))
    text += " " * (inner - cell_len(text) - cell_len(counted)) + counted
    full = inner * max(0, min(done, whole)) // whole if whole > 0 else 0
    left = set_cell_size(text, full)
    margin: Span = (" " * _INDENT, "busy")
    return (margin, (left, "busy-full"), (text[len(left) :], "busy-left"), margin)


def _device(shown: Shown, slot: SlotState, width: int, large: bool) -> list[Line]:
    """The laptop and its serial, and how long it took; with room, the serial in block letters."""
    left: list[Span] = [(f" slot {slot.number} ", "bar-strong")] if len(shown.slots) > 1 else []
    block = large and largest_scale(slot.serial, width // 2, 3) > 0
    if slot.serial:
        left.append((f" {shorten(slot.serial, max(20, width // 3))} ", "strong"))
    if slot.held:
        left += [(f" {HELD.glyph} {HELD.word} ", HELD.block), (" ", "plain")]
    left.append((f" {slot.laptop or slot.link}", "plain"))
    if slot.away:
        left.append((f"  {slot.now or wording.HAS_LEFT}", "dim"))
    right: list[Span] = []
    if slot.stage not in {Stage.READY, Stage.EMPTY}:
        right.append((f"  {age_words(shown.seconds(slot))} ", "dim"))
    line = beside(left, right, width, "plain")
    if not block:
        return [line, fit((), width, "plain")] if large else [line]
    blank = fit((), width, "plain")
    serial = [fit([(f" {row}", "strong")], width, "plain") for row in block_rows(slot.serial)]
    return [blank, *serial, line, blank]


def _blocks(shown: Shown, slot: SlotState, width: int) -> list[Block]:
    notices = _notices(shown.state, width)
    if slot.stage in {Stage.READY, Stage.EMPTY}:
        # One slot alone has a banner that says it.
        waits = [text_block("•", slot.headline, width)] if len(shown.slots) > 1 and slot.stage is Stage.EMPTY else []
        return [*(waits if slot.headline else ()), *notices, *_history(shown.state, width)]
    checks = check_blocks(slot.checks, width)
    if not checks and slot.stage not in BUSY_STAGES:
        checks = [text_block("•", wording.NO_CHECKS, width)]
    return [*checks, *notices]


def _notices(state: BenchState | None, width: int) -> list[Block]:
    """The engine's notices, each with its mark."""
    return [text_block("!", notice, width, mark="bar-warn") for notice in (state.notices if state else ())]


def _history(state: BenchState | None, width: int) -> list[Block]:
    if state is None:
        return []
    blocks = [Block((fit(_recent(attempt, width), width, "plain"),)) for attempt in state.recent]
    if blocks:
        title: Line = fit([(" Latest", "dim")], width, "plain")
        blocks[0] = Block((title, *blocks[0].lines))
    if state.bar.pages_url:
        blocks.append(text_block("•", wording.PAGES.format(url=state.bar.pages_url), width, style="dim"))
    return blocks


def _recent(attempt: RecentAttempt, width: int) -> Line:
    look = VERDICTS[attempt.verdict] if attempt.verdict else ABORTED
    word = look.word if attempt.verdict else (attempt.status or look.word).upper()
    if attempt.verdict is Verdict.MARGINAL:
        word = "PASS (marginal)"
    time = attempt.finished_at[11:16] if len(attempt.finished_at) >= 16 else attempt.finished_at
    room = max(8, (width - 30) // 2)
    serial = shorten(attempt.serial, min(24, room))
    return (
        (f" {look.glyph} ", look.text),
        (f"{word:<15.15} ", look.text),
        (f"{serial:<{min(24, room)}}  ", "strong"),
        (shorten(time, 8), "dim"),
        (f"  {attempt.laptop}", "plain"),
    )
