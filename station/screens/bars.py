"""The bars that never go away: the bench on top, the scan bar under it, the keys at the bottom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from station.bench.protocol import BenchBar, SlotState, Stage
from station.clock import age_words
from station.screens import wording
from station.screens.devices import advice, calm_devices, device_rows
from station.screens.painting import Line, Span, beside, capped, fit, line_width, shorten, visible, wrap
from station.screens.shown import BUSY_STAGES, Contact, Shown, asked_of, chooses
from station.screens.theme import ANSWERS, ASKING, STYLES

__all__ = ["key_bar", "scan_bar", "top_bar"]

_ANSWER_ROWS: Final = 2
_LONGEST_CODE: Final = 32


def top_bar(shown: Shown, width: int) -> list[Line]:
    """Who and where, what waits and whether central is there; the profile and today's count, or what a camera needs;
    and a row or two for each scanner or printer that is out of order.
    """
    clock: Span = (f" {shown.clock} ", "bar-strong")
    if shown.state is None:
        return [beside([(" Intake Station", "bar-strong")], [clock], width, "bar"), fit((), width, "bar")]
    bar = shown.state.bar
    who: list[Span] = [(f" {bar.bench}", "bar-strong"), (f"  {bar.operator}", "bar")]
    first = beside(who, [*_states(bar), clock], width, "bar")
    today: list[Span] = [*calm_devices(bar, width), (f"today {bar.today:,}, {bar.today_passed:,} passed ", "bar-dim")]
    profile: list[Span] = [(f" {bar.profile_title or bar.profile}", "bar-dim")]
    if shown.contact is not Contact.LIVE:  # how the devices are, only the engine knows
        return [first, beside(profile, today, width, "bar")]
    told = advice(bar, width)
    second = fit(told, width, "bar") if told else beside(profile, today, width, "bar")
    return [first, second, *device_rows(bar, width)]


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
    """What is typed or to be scanned, and at the right where else somebody is needed, and whose slot the next is."""
    return beside(_to_do(shown, width), _elsewhere(shown), width, "scan")


def _elsewhere(shown: Shown) -> list[Span]:
    if shown.state is None or shown.contact is not Contact.LIVE:
        return []
    spans: list[Span] = []
    if waiting := [str(slot.number) for slot in shown.slots if _waits(slot) and slot is not shown.slot]:
        numbers = ", ".join(waiting[:4]) + (" …" if len(waiting) > 4 else "")
        spans.append((f" {ASKING.glyph} {wording.LOOK_AT.format(slots=numbers)} ", ASKING.block))
    if next_slot := shown.state.bar.next_slot:
        spans.append((f" {wording.NEXT_LAPTOP.format(slot=next_slot)} ", "bar-warn"))
    return spans


def _waits(slot: SlotState) -> bool:
    return slot.stage is Stage.ASKING


def _to_do(shown: Shown, width: int) -> Line:
    if shown.typed:
        typed = visible(shown.typed)
        room = max(8, width - 16)
        # The end is what one is typing.
        shown_part = typed if len(typed) <= room else "…" + typed[-room + 1 :]
        return ((" ▸ ", "scan-strong"), (shown_part, "scan-strong"), ("▏", "scan"))
    if chooses(shown):
        return ((f" {ASKING.glyph} {wording.PROMPT_CHOOSE}", "scan-strong"),)
    if shown.slot is not None and _waits(shown.slot):
        return ((f" {ASKING.glyph} {wording.PROMPT_ASKING}", "scan-strong"),)
    if any(slot.stage is Stage.READY or slot.stage in {Stage.DONE, Stage.ABORTED} for slot in shown.slots):
        done = any(slot.stage in {Stage.DONE, Stage.ABORTED} for slot in shown.slots)
        prompt = wording.PROMPT_NEXT if done else wording.PROMPT
        return ((f" ▸ {prompt}", "scan-strong"),)
    if any(slot.stage in BUSY_STAGES for slot in shown.slots):
        return ((f" ▸ {wording.PROMPT_BUSY}", "scan-strong"), (f": {wording.BUSY}", "scan-dim"))
    return ((f" ▸ {wording.PROMPT}", "scan-strong"),)


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
    lines = capped(wrap(sentence, width - indent - 1) or [""], _ANSWER_ROWS, width - indent - 1)
    rows = [fit([*head, (f"  {lines[0]}", ground)], width, ground)]
    return rows + [fit([(" " * indent + line, ground)], width, ground) for line in lines[1:]]


def key_bar(shown: Shown, width: int) -> Line:
    """The keys that do something now."""
    spans: list[Span] = []
    for key, does in wording.KEYS:
        if (key == "F2" and len(shown.slots) < 2) or (key == "F3" and shown.pages < 2):
            continue
        if key in _NEEDS and not _NEEDS[key](shown):
            continue
        spans += [(f" {key} ", "bar-strong"), (f"{does}  ", "bar-dim")]
    return fit(spans, width, "bar")


def _stoppable(shown: Shown) -> bool:
    return shown.contact is Contact.LIVE and shown.slot is not None and shown.slot.stage in BUSY_STAGES


def _holdable(shown: Shown) -> bool:
    slot = shown.slot
    return shown.contact is Contact.LIVE and slot is not None and bool(slot.serial) and not slot.held


def _undoable(shown: Shown) -> bool:
    """There may be something to take back, and the question in view does not say so already."""
    slot, state = shown.slot, shown.state
    if shown.contact is not Contact.LIVE or slot is None or state is None:
        return False
    answered = slot.stage in BUSY_STAGES and slot.questions > 0 and not asked_of(slot)
    return bool(state.bar.next_slot) or slot.held or answered


_NEEDS: Final[Mapping[str, Callable[[Shown], bool]]] = {"F4": _holdable, "F6": _undoable, "F8": _stoppable}
