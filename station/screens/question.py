"""What a slot asks the technician, and how to answer: one panel, in the same place while it runs and while it waits.

With room for it, what it is for and what to do stand with it; a list to choose from has its numbers in block letters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from station.bench.protocol import Answering, SlotState
from station.screens import wording
from station.screens.choices import choice_rows, number_rows
from station.screens.painting import Line, Span, capped, fit, line_width, wrap
from station.screens.shown import asked_of
from station.screens.theme import ASKING

__all__ = ["question_panel", "question_place", "question_rows", "shows_question"]

_QUESTION_ROWS: Final = 8
_ROOMY: Final = 20
_CHIPS: Final = {"PASS": "pass", "FAIL": "fail"}
_HEAD: Final = "ask-head"
_NUMBERS: Final = 9
_LISTS: Final = frozenset({Answering.SYMPTOM, Answering.REASON})


def question_place(slot: SlotState) -> str:
    """ "question 2 of 3", as far as the numbers are known."""
    if slot.questions < 1:
        return wording.QUESTION.split(" {")[0]
    return wording.QUESTION.format(place=max(1, slot.question_place), count=slot.questions)


def question_panel(slot: SlotState, width: int, height: int) -> list[Line]:
    """The question and how to answer it, in at most `height` lines; none where nothing is asked."""
    question = asked_of(slot)
    if not question or height < 1:
        return []
    chips = _chip_rows(slot, width)
    lines = _question(slot, question, width, max(1, height - len(chips)))
    room = height - len(lines) - len(chips)
    between = _between(slot, width, room - (3 if height >= _ROOMY else 0))
    blank = fit((), width, ASKING.block)
    if height >= _ROOMY:
        middle = [blank, *between] if between else []
        return [blank, *lines, *middle, blank, *chips, blank][:height]
    return [*lines, *between, *chips][:height]


def question_rows(slot: SlotState, width: int) -> int:
    """Rows that a question, what to do and its answers take; 0 where nothing is asked."""
    return len(question_panel(slot, width, _ROOMY - 1))


def shows_question(lines: Iterable[Line]) -> bool:
    """True where what is asked stands in these lines of a screen."""
    return any(style == _HEAD for line in lines for _, style in line)


def _question(slot: SlotState, question: str, width: int, height: int) -> list[Line]:
    """Which question it is, and its words."""
    ground = ASKING.block
    head: list[Span] = [(f" {ASKING.glyph} {question_place(slot)}: ", _HEAD)]
    narrow = width < 2 * line_width(head)
    indent = 1 if narrow else line_width(head)
    most = max(1, min(_QUESTION_ROWS, height - narrow))
    rows = capped(wrap(question, width - indent - 1) or [""], most, width - indent - 1)
    if narrow:
        return [fit(head, width, ground), *(fit([(f" {row}", ground)], width, ground) for row in rows)]
    first = fit([*head, (rows[0], ground)], width, ground)
    return [first, *(fit([(" " * indent + row, ground)], width, ground) for row in rows[1:])]


def _between(slot: SlotState, width: int, room: int) -> list[Line]:
    """What stands between the question and its answers, the most useful first where there is not room for all."""
    guide = slot.guide
    if guide.answering in _LISTS:
        return choice_rows(guide.choices, width, room)
    progress = _told(wording.PROGRESS.format(progress=guide.progress), width, ASKING.block) if guide.progress else []
    if guide.answering is Answering.NUMBER:
        return [*number_rows(width, room - len(progress)), *progress][: max(0, room)]
    steps: list[Line] = []
    for place, step in enumerate(guide.steps, 1):
        steps += _told(wording.STEP.format(place=place, step=step), width, "ask-plain")
    purpose = _told(wording.PURPOSE.format(purpose=guide.purpose), width, "ask-dim") if guide.purpose else []
    found = [*steps, *progress]
    if len(found) > room:
        found = [*steps[: max(0, room - len(progress))], *progress]
    return [*purpose, *found] if len(purpose) + len(found) <= room else found[: max(0, room)]


def _told(text: str, width: int, style: str) -> list[Line]:
    return [fit([(f"   {row}", style)], width, ASKING.block) for row in wrap(text, width - 4)]


def _chip_rows(slot: SlotState, width: int) -> list[Line]:
    """The keys that answer, on as many rows as they need."""
    chips = [_chip(*key) for key in _keys(slot)]
    intro: list[Span] = [(f" {wording.HOW_TO_ANSWER} ", "ask-dim")]
    rows: list[list[Span]] = [intro if line_width(intro) + sum(map(line_width, chips)) <= width else []]
    for chip in chips:
        if rows[-1] and line_width(rows[-1]) + line_width(chip) > width:
            rows.append([])
        rows[-1] += chip
    return [fit(row, width, ASKING.block) for row in rows]


def _keys(slot: SlotState) -> Sequence[tuple[str, str, str]]:
    guide = slot.guide
    match guide.answering:
        case Answering.VERDICT:
            return wording.ANSWER_KEYS
        case Answering.DOING:
            return wording.DOING_KEYS
    most = len(guide.choices) if guide.answering in _LISTS else _NUMBERS
    keys = wording.REASON_KEYS if guide.answering is Answering.REASON else wording.CHOICE_KEYS
    return [(key.format(most=most), verb, does) for key, verb, does in keys]


def _chip(key: str, verb: str, does: str) -> Sequence[Span]:
    spans: list[Span] = [("  " if does else " ", ASKING.block), (f" {key} {verb} ", _CHIPS.get(verb, "bar-strong"))]
    return [*spans, (f" {does}" if does else "", "ask-dim")]
