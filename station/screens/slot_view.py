"""One slot, large: the banner that is read from two metres, the laptop's name, and the checks."""

from __future__ import annotations

from typing import Final

from rich.cells import cell_len, set_cell_size

from checks.verdict import Verdict
from station.bench.protocol import BenchState, RecentAttempt, SlotState, Stage, View
from station.clock import age_words
from station.screens import wording
from station.screens.block_text import block_rows, inked, largest_scale
from station.screens.checks_list import Block, check_blocks, paged, text_block
from station.screens.painting import Line, Span, beside, fit, line_width, shorten, wrap
from station.screens.question import question_panel, question_rows
from station.screens.shown import BUSY_STAGES, Shown, asked_of
from station.screens.slot_words import ENDED, left_words, look_of, outcome_of, word_of
from station.screens.stop_panel import is_blocked, stop_panel
from station.screens.theme import ABORTED, ASKING, HELD, VERDICTS, Look

__all__ = ["banner", "panel_rows", "slot_view"]

_INDENT: Final = 3
_PANEL_ROWS: Final = 7
_ROOM_FOR_BOTH: Final = 30
"""Rows from which the banner and a list with large numbers have room side by side."""
_DOING: Final = {Stage.COLLECTING: "Reading", Stage.JUDGING: "Judging", Stage.SAVING: "Saving"}


def slot_view(shown: Shown, slot: SlotState, width: int, height: int, banner_rows: int) -> tuple[list[Line], int]:
    """A slot in exactly `height` lines, and how many pages its checks take."""
    if asked_of(slot) and slot.guide.choices and height < _ROOM_FOR_BOTH:
        banner_rows = 0  # the list needs it
    lines = banner(shown, slot, width, banner_rows) if banner_rows else []
    lines += _device(shown, slot, width, banner_rows, large=banner_rows > 0 and height >= 30)
    lines += question_panel(slot, width, height - len(lines)) or stop_panel(slot, width, height - len(lines))
    blocks = _blocks(shown, slot, width)
    body, pages = paged(blocks, width, max(0, height - len(lines)), shown.page)
    return (lines + body)[:height], pages


def panel_rows(slot: SlotState, width: int) -> int:
    """Rows that what a technician must read and answer takes; 0 where nothing waits for one."""
    return question_rows(slot, width) or len(stop_panel(slot, width, _PANEL_ROWS))


def banner(shown: Shown, slot: SlotState, width: int, rows: int) -> list[Line]:
    """The word in block letters on its colour, and under it what it means, in words."""
    look = look_of(slot)
    words = _headline(slot)
    under: list[Line]
    if look is HELD:
        under = _why_held(slot, words, width, rows)
    elif slot.stage in BUSY_STAGES and look is not ASKING:
        under = [_progress(slot, words, left_words(shown, slot), width)]
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


def _headline(slot: SlotState) -> str:
    if slot.stage is Stage.STOPPED:
        return wording.STOP_WAITS
    if is_blocked(slot) and not (slot.held and slot.stage in ENDED):
        return wording.BLOCKED_WAITS
    if slot.stage is Stage.READY:
        return wording.SAYS.format(serial=slot.says) if slot.says else wording.SCAN_TO_START
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


def _progress(slot: SlotState, words: str, left: str, width: int) -> Line:
    """One row: what is happening and how long it takes, written over the bar of how much is done."""
    if slot.stage is Stage.COLLECTING:
        done, whole = slot.done, slot.expected
        counted = f" {done} of {whole} read " if whole else ""
    else:
        done, whole = len(slot.checks), slot.checks_expected
        counted = f" {wording.EXPECTED.format(judged=done, expected=whole)} " if whole else ""
    if left:
        counted = f"{counted.rstrip()}, {left} " if counted else f" {left} "
    inner = width - 2 * _INDENT
    text = shorten(f" {words}", inner - cell_len(counted))
    text += " " * (inner - cell_len(text) - cell_len(counted)) + counted
    full = inner * max(0, min(done, whole)) // whole if whole > 0 else 0
    behind = set_cell_size(text, full)
    margin: Span = (" " * _INDENT, "busy")
    return (margin, (behind, "busy-full"), (text[len(behind) :], "busy-left"), margin)


def _device(shown: Shown, slot: SlotState, width: int, banner_rows: int, *, large: bool) -> list[Line]:
    """The laptop and its serial, and how long it took; with room, the serial in block letters."""
    left: list[Span] = [(f" slot {slot.number} ", "bar-strong")] if len(shown.slots) > 1 else []
    block = large and largest_scale(slot.serial, width // 2, 3) > 0
    if slot.serial:
        left.append((f" {shorten(slot.serial, max(20, width // 3))} ", "strong"))
    if slot.held:
        left += [(f" {HELD.glyph} {HELD.word} ", HELD.block), (" ", "plain")]
    if is_blocked(slot) and slot.stage in ENDED:
        outcome = outcome_of(slot)
        left += [(f" {outcome.glyph} {outcome.word} ", outcome.block), (" ", "plain")]
    if slot.bench_check:
        left.append((f" ◇ {wording.BENCH_CHECK} ", "bar-strong"))
    left.append((f" {slot.laptop or slot.link}", "plain"))
    if slot.away:
        left.append((f"  {slot.now or wording.HAS_LEFT}", "dim"))
    right: list[Span] = []
    if slot.stage not in {Stage.READY, Stage.EMPTY, Stage.STOPPED}:
        still = left_words(shown, slot) if not banner_rows or look_of(slot) is ASKING else ""  # the banner says it
        right.append((f"  {age_words(shown.seconds(slot))}{f', {still}' if still else ''} ", "dim"))
    line = beside(left, right, width, "plain")
    if not block:
        return [line, fit((), width, "plain")] if large else [line]
    blank = fit((), width, "plain")
    serial = [fit([(f" {row}", "strong")], width, "plain") for row in block_rows(slot.serial)]
    return [blank, *serial, line, blank]


def _blocks(shown: Shown, slot: SlotState, width: int) -> list[Block]:
    notices = _notices(shown.state, width)
    if slot.stage in {Stage.READY, Stage.EMPTY, Stage.STOPPED} and not slot.checks:
        # One slot alone has a banner that says it.
        waits = _waits(shown, slot)
        return [*([text_block("•", waits, width)] if waits else ()), *notices, *_history(shown.state, width)]
    checks = check_blocks(slot.checks, width)
    if not checks and slot.stage not in BUSY_STAGES:
        checks = [text_block("•", wording.NO_CHECKS, width)]
    return [*checks, *notices]


def _waits(shown: Shown, slot: SlotState) -> str:
    """What a slot without a test waits for; alone, or large, it has a banner that says it."""
    if len(shown.slots) < 2 or shown.view is View.SLOT or slot.stage is Stage.STOPPED:
        return ""
    if slot.says and slot.stage is Stage.READY and not is_blocked(slot):
        return wording.SAYS.format(serial=slot.says)
    return slot.headline if slot.stage is Stage.EMPTY else ""


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
