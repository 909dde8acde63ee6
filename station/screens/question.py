"""What a slot asks the technician, and how to answer: one panel, in the same place while it runs and while it waits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from station.bench.protocol import SlotState
from station.screens import wording
from station.screens.painting import Line, Span, capped, fit, line_width, wrap
from station.screens.shown import asked_of
from station.screens.theme import ASKING

__all__ = ["panel_rows", "question_panel", "question_place"]

_QUESTION_ROWS: Final = 8
_ROOMY: Final = 20
_CHIPS: Final = {"PASS": "pass", "FAIL": "fail"}


def question_place(slot: SlotState) -> str:
    """ "question 2 of 3", as far as the numbers are known."""
    if slot.questions < 1:
        return wording.QUESTION.split(" {")[0]
    return wording.QUESTION.format(place=max(1, slot.question_place), count=slot.questions)


def question_panel(slot: SlotState, width: int, height: int) -> list[Line]:
    """The question and how to answer it, in at most `height` lines; none where nothing is asked."""
    question = asked_of(slot)
    if not question:
        return []
    ground = ASKING.block
    head: list[Span] = [(f" {ASKING.glyph} {question_place(slot)}: ", ground)]
    narrow = width < 2 * line_width(head)
    indent = 1 if narrow else line_width(head)
    chips = _chip_rows(width)
    most = max(1, min(_QUESTION_ROWS, height - len(chips) - narrow))
    rows = capped(wrap(question, width - indent - 1) or [""], most, width - indent - 1)
    if narrow:
        lines = [fit(head, width, ground), *(fit([(f" {row}", ground)], width, ground) for row in rows)]
    else:
        lines = [fit([*head, (rows[0], ground)], width, ground)]
        lines += [fit([(" " * indent + row, ground)], width, ground) for row in rows[1:]]
    blank = fit((), width, ground)
    if height >= _ROOMY:
        return [blank, *lines, blank, *chips, blank]
    return [*lines, *chips][: max(0, height)]


def panel_rows(slot: SlotState, width: int) -> int:
    """Rows that a question and its answers take at the least; 0 where nothing is asked."""
    return len(question_panel(slot, width, _ROOMY - 1))


def _chip_rows(width: int) -> list[Line]:
    """The keys that answer, on as many rows as they need."""
    chips = [_chip(*key) for key in wording.ANSWER_KEYS]
    intro: list[Span] = [(f" {wording.HOW_TO_ANSWER} ", "ask-dim")]
    rows: list[list[Span]] = [intro if line_width(intro) + sum(map(line_width, chips)) <= width else []]
    for chip in chips:
        if rows[-1] and line_width(rows[-1]) + line_width(chip) > width:
            rows.append([])
        rows[-1] += chip
    return [fit(row, width, ASKING.block) for row in rows]


def _chip(key: str, verb: str, does: str) -> Sequence[Span]:
    spans: list[Span] = [("  " if does else " ", ASKING.block), (f" {key} {verb} ", _CHIPS.get(verb, "bar-strong"))]
    return [*spans, (f" {does}" if does else "", "ask-dim")]
