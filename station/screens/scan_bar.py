"""The scan bar: what is being typed or what to scan, what cannot wait elsewhere, and what became of the last scan."""

from __future__ import annotations

import re
from typing import Final

from station.bench.namespace import NAMESPACE
from station.bench.pages import ReceivePage
from station.bench.protocol import SlotState, Stage, View
from station.screens import wording
from station.screens.painting import Line, Span, beside, capped, fit, line_width, shorten, visible, wrap
from station.screens.shown import BUSY_STAGES, SLOT_VIEWS, Contact, Shown, chooses
from station.screens.theme import ANSWERS, ASKING, STOPPED, STYLES

__all__ = ["scan_bar"]

_ANSWER_ROWS: Final = 2
_LONGEST_CODE: Final = 32
_MOST_NUMBERS: Final = 4
_ROOM_FOR_PROMPT: Final = 34
"""Cells that what is to be done keeps for itself."""
_LONGEST_WAITING: Final = 20
_COMMAND: Final = re.compile(rf"{NAMESPACE}(?P<verb>[A-Z]{{2,8}}(?:-[0-9]{{1,2}})?):[^:]*", re.ASCII | re.IGNORECASE)


def scan_bar(shown: Shown, width: int) -> list[Line]:
    """What is being typed, or what to scan; under it the last answer with its glyph, in two rows."""
    return [*(_badge(shown, width) or [_prompt(shown, width)]), *_kept(shown, width), *_answer(shown, width)]


def _badge(shown: Shown, width: int) -> list[Line]:
    """Whose badge is waited for, whole: until it is scanned, nothing else comes first."""
    if shown.state is None or shown.contact is not Contact.LIVE or not shown.state.bar.badge_wanted or shown.typed:
        return []
    sentence = wording.BADGE_WANTED.format(why=shown.state.bar.badge_wanted)
    rows = capped(wrap(sentence, width - 4), _ANSWER_ROWS, width - 4)
    first: Line = ((" ◆ ", "bar-warn"), (f"{rows[0]} ", "bar-warn"))
    chips = _elsewhere(shown, width)
    if len(rows) == 1 and line_width(first) + line_width(chips) <= width:
        return [beside(first, chips, width, "scan")]
    return [fit(first, width, "bar-warn"), *(fit([(f"   {row}", "bar-warn")], width, "bar-warn") for row in rows[1:])]


def _prompt(shown: Shown, width: int) -> Line:
    """What is typed or to be scanned, and at the right where else somebody is needed, and whose slot the next is."""
    return beside(_to_do(shown, width), _elsewhere(shown, width), width, "scan")


def _elsewhere(shown: Shown, width: int) -> list[Span]:
    """What cannot wait and is not in view, the most urgent first: in full where that fits, else in short."""
    if shown.state is None or shown.contact is not Contact.LIVE:
        return []
    chips = _chips(shown)
    full: list[Span] = [(f" {words} ", style) for words, _, style in chips]
    room = max(0, width - _ROOM_FOR_PROMPT)
    if line_width(full) <= room:
        return full
    short: list[Span] = []
    for _, words, style in chips:
        if line_width(short) + line_width([(words, style)]) + 2 <= room:
            short.append((f" {words} ", style))
    return short


def _chips(shown: Shown) -> list[tuple[str, str, str]]:
    """What cannot wait: in full, in short, and its style."""
    state = shown.state
    assert state is not None
    chips: list[tuple[str, str, str]] = []
    in_view = shown.slot if shown.view in SLOT_VIEWS and not (shown.helping or shown.listing) else None
    for look, full, short, which in (
        (STOPPED, wording.STOPPED_AT, wording.STOPPED_AT_SHORT, Stage.STOPPED),
        (ASKING, wording.LOOK_AT, wording.LOOK_AT_SHORT, Stage.ASKING),
    ):
        if waiting := [str(slot.number) for slot in shown.slots if slot.stage is which and slot is not in_view]:
            numbers = ", ".join(waiting[:_MOST_NUMBERS]) + (" …" if len(waiting) > _MOST_NUMBERS else "")
            words, fewer = full.format(slots=numbers), short.format(slots=numbers)
            chips.append((f"{look.glyph} {words}", f"{look.glyph} {fewer}", look.block))
    if slot := state.bar.next_slot:
        chips.append((wording.NEXT_LAPTOP.format(slot=slot), wording.NEXT_LAPTOP_SHORT.format(slot=slot), "bar-warn"))
    if labels := state.bar.waiting:
        count = wording.many(len(labels), "label")
        serial = shorten(labels[0], _LONGEST_WAITING)
        full = wording.LABEL_WAITS.format(serial=serial) if len(labels) == 1 else wording.labels_wait(len(labels))
        chips.append((full, wording.LABELS_WAIT_SHORT.format(count=count), "review"))
    return chips


def _to_do(shown: Shown, width: int) -> Line:
    if shown.typed:
        typed = visible(shown.typed)
        room = max(8, width - 16)
        # The end is what one is typing.
        shown_part = typed if len(typed) <= room else "…" + typed[-room + 1 :]
        return ((" ▸ ", "scan-strong"), (shown_part, "scan-strong"), ("▏", "scan"))
    if shown.contact is Contact.LOST:
        what, then = wording.PROMPT_LOST
        return ((f" ▸ {what}", "scan-strong"), (f": {then}", "scan-dim"))
    bar = shown.state.bar if shown.state and shown.contact is Contact.LIVE else None
    if bar is not None and not bar.operator:
        return ((" ", "scan"), (f" ◆ {wording.PROMPT_BADGE} ", "bar-warn"), (f" {wording.NOBODY}", "scan-dim"))
    if shown.listing and not shown.helping:
        return ((f" ◆ {wording.PROMPT_CHOOSE}", "scan-strong"),)
    if shown.view not in SLOT_VIEWS:
        what, then = _in_view(shown)
        return ((f" ▸ {what}", "scan-strong"), (f": {then}", "scan-dim"))
    return _of_slots(shown)


def _in_view(shown: Shown) -> tuple[str, str]:
    """What to scan where no slot is in view, and what comes of it."""
    page = shown.state.page if shown.state else None
    if not isinstance(page, ReceivePage):
        what, then = wording.PROMPT_VIEW[shown.view.value]
        return what.format(counted=wording.CARTON), then
    if not page.reference:
        return wording.PROMPT_DELIVERY
    what, then = wording.PROMPT_VIEW[View.RECEIVE.value]
    return what.format(counted=(page.counted or wording.CARTON).upper()), then


def _of_slots(shown: Shown) -> Line:
    """What to do where slots are in view."""
    slot = shown.slot
    if chooses(shown):
        return ((f" {ASKING.glyph} {wording.PROMPT_CHOOSE}", "scan-strong"),)
    if slot is not None and slot.stage is Stage.ASKING:
        return ((f" {ASKING.glyph} {wording.PROMPT_ASKING}", "scan-strong"),)
    if slot is not None and slot.stage is Stage.STOPPED:
        return ((f" {STOPPED.glyph} {wording.PROMPT_STOPPED}", "scan-strong"),)
    if any(_takes_one(slot) for slot in shown.slots):
        done = any(slot.stage in {Stage.DONE, Stage.ABORTED} for slot in shown.slots)
        prompt = wording.PROMPT_NEXT if done else wording.PROMPT
        return ((f" ▸ {prompt}", "scan-strong"),)
    if any(slot.stage in BUSY_STAGES for slot in shown.slots):
        return ((f" ▸ {wording.PROMPT_BUSY}", "scan-strong"), (f": {wording.BUSY}", "scan-dim"))
    return ((f" ▸ {wording.PROMPT}", "scan-strong"),)


def _takes_one(slot: SlotState) -> bool:
    return slot.stage in {Stage.READY, Stage.DONE, Stage.ABORTED}


def _kept(shown: Shown, width: int) -> list[Line]:
    """The scans that wait here, named as far as there is room and counted in any case."""
    if not shown.kept:
        return []
    kept = wording.KEPT_AT_RISK if shown.kept_at_risk else wording.KEPT
    count = wording.many(shown.kept_at_risk or shown.kept_count, "scan")
    scans = ", ".join(shorten(scan, _LONGEST_CODE) for scan in shown.kept)
    return [fit([(f" … {kept.format(count=count, scans=scans)}", "bar-warn")], width, "bar-warn")]


def _answer(shown: Shown, width: int) -> list[Line]:
    if shown.question:
        look, text, sentence, fresh = ANSWERS["ask"], "", shown.question.sentence, True
    elif shown.answer:
        look, text = ANSWERS[shown.answer.look], _named(shown.answer.text)
        sentence, fresh = shown.answer.sentence, shown.answer.fresh
    else:
        rows = [fit([(f"   {wording.NO_SCANS}", "scan-dim")], width, "scan")]
        return rows + [fit((), width, "scan")] * (_ANSWER_ROWS - 1)
    ground = "flash" if fresh else "scan"
    mark = look.block if STYLES[look.block][1] != STYLES["scan"][1] else "scan-strong"
    head: list[Span] = [(f" {look.glyph} {look.word} " if fresh else f" {look.glyph} ", mark)]
    if text and visible(text) not in sentence:
        head.append((f" {shorten(visible(text), _LONGEST_CODE)}", ground if fresh else "scan-strong"))
    indent = line_width(head) + 2
    lines = capped(wrap(sentence, width - indent - 1) or [""], _ANSWER_ROWS, width - indent - 1)
    rows = [fit([*head, (f"  {lines[0]}", ground)], width, ground)]
    rows += [fit([(" " * indent + line, ground)], width, ground) for line in lines[1:]]
    # As many rows for a short answer as for a long one: what stands below must not move with each scan.
    return rows + [fit((), width, "scan")] * (_ANSWER_ROWS - len(rows))


def _named(text: str) -> str:
    """A scan as a person calls it: a command of the sheet by its verb, a badge as one, anything else as it was read."""
    found = _COMMAND.fullmatch(text.strip())
    if found is None:
        return text
    verb = found["verb"].upper().replace("-", " ")
    return {"ID": wording.BADGE, "SIGNOFF": wording.SIGN_OFF}.get(verb, verb)
