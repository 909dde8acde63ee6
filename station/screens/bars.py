"""The bars that never go away: the bench on top, the scan bar under it, the keys at the bottom."""

from __future__ import annotations

from typing import Final

from station.bench.protocol import BenchBar, Stage
from station.clock import age_words
from station.screens import wording
from station.screens.painting import Line, Span, beside, fit, line_width, shorten, visible, wrap
from station.screens.shown import BUSY_STAGES, Contact, Shown
from station.screens.theme import ANSWERS, STYLES

__all__ = ["key_bar", "scan_bar", "top_bar"]

_ANSWER_ROWS: Final = 2
_LONGEST_CODE: Final = 32


def top_bar(shown: Shown, width: int) -> list[Line]:
    """Two rows: who and where, what waits and whether central is there; the profile, and today's count."""
    clock: Span = (f" {shown.clock} ", "bar-strong")
    if shown.state is None:
        return [beside([(" Intake Station", "bar-strong")], [clock], width, "bar"), fit((), width, "bar")]
    bar = shown.state.bar
    who: list[Span] = [(f" {bar.bench}", "bar-strong"), (f"  {bar.operator}", "bar")]
    today = f"today {bar.today:,}, {bar.today_passed:,} passed "
    profile = bar.profile_title or bar.profile
    return [
        beside(who, [*_states(bar), clock], width, "bar"),
        beside([(f" {profile}", "bar-dim")], [(today, "bar-dim")], width, "bar"),
    ]


def _states(bar: BenchBar) -> list[Span]:
    spans: list[Span] = []
    if bar.dead_letters:
        spans.append((f" {bar.dead_letters:,} rejected ", "bar-warn"))
    unsent = f"  {bar.unsent:,} unsent"
    if bar.unsent and bar.oldest_unsent_seconds is not None:
        unsent += f", oldest {age_words(bar.oldest_unsent_seconds)}"
    spans.append((unsent, "bar"))
    central = wording.CENTRAL.get(bar.central, f"central {bar.central}")
    spans.append((f"  {shorten(central, 20)} ", "bar" if bar.central == "ok" else "bar-strong"))
    return spans


def scan_bar(shown: Shown, width: int) -> list[Line]:
    """What is being typed, or what to scan; under it the last answer with its glyph, one row or two."""
    return [_prompt(shown, width), *_kept(shown, width), *_answer(shown, width)]


def _prompt(shown: Shown, width: int) -> Line:
    if shown.typed:
        typed = visible(shown.typed)
        room = max(8, width - 16)
        # The end is what one is typing.
        shown_part = typed if len(typed) <= room else "…" + typed[-room + 1 :]
        return fit([(" ▸ ", "scan-strong"), (shown_part, "scan-strong"), ("▏", "scan")], width, "scan")
    if any(slot.stage is Stage.READY or slot.stage in {Stage.DONE, Stage.ABORTED} for slot in shown.slots):
        done = any(slot.stage in {Stage.DONE, Stage.ABORTED} for slot in shown.slots)
        prompt = wording.PROMPT_NEXT if done else wording.PROMPT
        return fit([(f" ▸ {prompt}", "scan-strong")], width, "scan")
    if any(slot.stage in BUSY_STAGES for slot in shown.slots):
        return fit([(f" ▸ {wording.PROMPT_BUSY}", "scan-strong"), (f": {wording.BUSY}", "scan-dim")], width, "scan")
    return fit([(f" ▸ {wording.PROMPT}", "scan-strong")], width, "scan")


def _kept(shown: Shown, width: int) -> list[Line]:
    """The scans that wait here, named as far as there is room and counted in any case."""
    if not shown.kept:
        return []
    count = wording.many(len(shown.kept), "scan")
    scans = ", ".join(shorten(scan, _LONGEST_CODE) for scan in shown.kept)
    return [fit([(f" … {wording.KEPT.format(count=count, scans=scans)}", "bar-warn")], width, "bar-warn")]


def _answer(shown: Shown, width: int) -> list[Line]:
    if shown.question:
        look, text, sentence, fresh = ANSWERS["ask"], "", shown.question.sentence, True
    elif shown.answer:
        look, text = ANSWERS[shown.answer.look], shown.answer.text
        sentence, fresh = shown.answer.sentence, shown.answer.fresh
    else:
        return [fit([(f"   {wording.NO_SCANS}", "scan-dim")], width, "scan")]
    ground = "flash" if fresh else "scan"
    mark = look.block if STYLES[look.block][1] != STYLES["scan"][1] else "scan-strong"
    head: list[Span] = [(f" {look.glyph} {look.word} " if fresh else f" {look.glyph} ", mark)]
    if text and visible(text) not in sentence:
        head.append((f" {shorten(visible(text), _LONGEST_CODE)}", ground if fresh else "scan-strong"))
    indent = line_width(head) + 2
    lines = wrap(sentence, width - indent - 1) or [""]
    if len(lines) > _ANSWER_ROWS:
        lines = [*lines[: _ANSWER_ROWS - 1], shorten(lines[_ANSWER_ROWS - 1] + " …" * 200, width - indent - 1)]
    rows = [fit([*head, (f"  {lines[0]}", ground)], width, ground)]
    return rows + [fit([(" " * indent + line, ground)], width, ground) for line in lines[1:]]


def key_bar(shown: Shown, width: int) -> Line:
    """The keys that do something now."""
    spans: list[Span] = []
    for key, does in wording.KEYS:
        if (key == "F2" and len(shown.slots) < 2) or (key == "F3" and shown.pages < 2):
            continue
        if key == "F8" and (shown.contact is not Contact.LIVE or not _stoppable(shown)):
            continue
        spans += [(f" {key} ", "bar-strong"), (f"{does}  ", "bar-dim")]
    return fit(spans, width, "bar")


def _stoppable(shown: Shown) -> bool:
    return shown.slot is not None and shown.slot.stage in BUSY_STAGES
