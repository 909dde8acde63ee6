"""The bench's health: one word for the whole bench, what needs somebody and what to do, each slot, and what is well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from checks.verdict import Verdict
from station.bench.pages import CheckLine, HealthLine, HealthPage, SlotGate
from station.local_time import local_minute
from station.screens import views_wording
from station.screens.block_text import block_rows, inked, largest_scale
from station.screens.checks_list import Block, check_blocks, paged, text_block
from station.screens.painting import Line, Span, beside, fit, line_width, wrap
from station.screens.theme import BLOCKED, Look

__all__ = ["health_view"]

_STATES: Final = {
    "wait": Look("▶", views_wording.health_state("wait"), "busy", "plain"),
    "well": Look("✔", views_wording.health_state("well"), "pass", "text-pass"),
    "look": Look("?", views_wording.health_state("look"), "review", "text-review"),
    "stop": BLOCKED,
}
_GATES: Final = {
    "open": Look("✔", "OPEN", "pass", "text-pass"),
    "blocked": BLOCKED,
    "waived": Look("○", "WAIVED", "review", "text-review"),
    "off": Look("–", "OFF", "aborted", "text-aborted"),
}
_ROOM_FOR_LETTERS: Final = 28
_LETTERS: Final = 3
"""Rows of a block letter (`block_text`)."""
_GATE_WORD: Final = 8


def health_view(page: HealthPage, width: int, height: int, page_number: int) -> tuple[list[Line], int]:
    """The page in exactly `height` lines of `width` cells, and how many pages of the screen it takes."""
    head = _head(page, width, height)
    if len(head) + 2 > height:
        head, blocks = [], [Block((line,)) for line in head]
    else:
        blocks = []
    if not page.looked_at:
        blocks.append(text_block("…", views_wording.LOOKING, width))
    blocks += check_blocks([_check(line) for line in page.lines if not line.well], width)
    blocks += _gates(page.gates, width)
    blocks += check_blocks([_check(line) for line in page.lines if line.well], width)
    lines, pages = paged(blocks, width, height - len(head), page_number)
    return (head + lines)[:height], pages


def _state(page: HealthPage) -> Look:
    if any(line.must and not line.well for line in page.lines) or any(one.state == "blocked" for one in page.gates):
        return _STATES["stop"]
    if not page.lines:
        return _STATES["wait"]
    return _STATES["well" if all(line.well for line in page.lines) else "look"]


def _head(page: HealthPage, width: int, height: int) -> list[Line]:
    """How the bench stands, large where there is room; when that was found, and which shift it is."""
    look = _state(page)
    blocked = sum(one.state == "blocked" for one in page.gates)
    said = [views_wording.troubles(sum(not line.well for line in page.lines))] if page.lines else []
    said += [views_wording.blocked_slots(blocked)] if blocked else []
    when = [page.shift, views_wording.looked_at(local_minute(page.looked_at)) if page.looked_at else ""]
    right: list[Span] = [(f" {', '.join(word for word in when if word)} ", look.block)]
    text = f"{look.glyph} {look.word}"
    words = " ".join(said)
    if height < _ROOM_FOR_LETTERS or largest_scale(text, width - 6, _LETTERS) < 1:
        left: list[Span] = [(f" {text} ", look.block), (f" {words}", look.block)]
        if line_width(left) + line_width(right) <= width:
            return [beside(left, right, width, look.block)]
        return [fit(left, width, look.block), beside((), right, width, look.block)]
    letters = [fit([("   ", look.block), *inked(row, look.block)], width, look.block) for row in block_rows(text)]
    return [fit((), width, look.block), *letters, beside([(f"   {words}", look.block)], right, width, look.block)]


def _check(line: HealthLine) -> CheckLine:
    """A symptom as one of the bench's lists has it: what the bench cannot do without fails, the rest is in doubt."""
    verdict = Verdict.PASS if line.well else Verdict.FAIL if line.must else Verdict.INCONCLUSIVE
    return CheckLine(line.name, line.name, verdict, True, line.found, "", line.remedy)


def _gates(gates: Sequence[SlotGate], width: int) -> list[Block]:
    """The slots with their gates; those that stand alike in one row."""
    alike: dict[tuple[str, str, str, str], list[int]] = {}
    for one in gates:
        alike.setdefault((one.state, one.good, one.bad, one.sentence), []).append(one.slot)
    blocks = [_gate(tuple(slots), *what, width) for what, slots in alike.items()]
    if not blocks:
        return []
    heading = fit([(f" {views_wording.GATES}", "bar-strong")], width, "bar")
    return [Block((heading, *blocks[0].lines), blocks[0].checks), *blocks[1:]]


def _gate(slots: tuple[int, ...], state: str, good: str, bad: str, sentence: str, width: int) -> Block:
    look = _GATES.get(state, _GATES["blocked"])
    head: list[Span] = [
        (f" {views_wording.slots_named(slots)} ", "bar-strong"),
        (f" {look.glyph} {look.word:<{_GATE_WORD}}", look.block),
    ]
    words = [sentence] if sentence else []
    if state != "off" and (good or bad):
        words.append(views_wording.slot_golden(good, bad))
    indent = sum(len(text) for text, _ in head) + 1
    if width - indent < width // 2:
        rows = [row for text in words for row in wrap(text, width - 5)]
        return Block((fit(head, width, "plain"), *(fit([(f"    {row}", "plain")], width, "plain") for row in rows)), 1)
    lines: list[Line] = []
    for number, text in enumerate(words or [""]):
        style = "plain" if not number else "dim"
        for row in wrap(text, width - indent - 1) or [""]:
            start: list[Span] = head if not lines else [(" " * (indent - 1), "plain")]
            lines.append(fit([*start, (f" {row}", style)], width, "plain"))
    return Block(tuple(lines), 1)
