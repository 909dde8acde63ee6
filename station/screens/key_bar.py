"""The bar at the bottom: the keys that do something now, and as many of them as have room."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from station.bench.pages import HistoryPage, SupervisorPage
from station.bench.protocol import Stage, View
from station.screens import wording
from station.screens.painting import Line, Span, fit, line_width
from station.screens.shown import BUSY_STAGES, SLOT_VIEWS, Contact, Shown, asked_of, chooses
from station.screens.stop_panel import settled_by

__all__ = ["key_bar"]


def key_bar(shown: Shown, width: int) -> Line:
    """The keys that do something now; what has no room is in the help."""
    spans: list[Span] = []
    for key, does in _keys(shown):
        chip: list[Span] = [(f" {key} ", "bar-strong"), (f"{does}  ", "bar-dim")]
        if line_width(spans) + line_width(chip) <= width:
            spans += chip
    return fit(spans, width, "bar")


def _keys(shown: Shown) -> Sequence[tuple[str, str]]:
    keys = [(key, does) for key, does in wording.KEYS if _does_something(shown, key)]
    if shown.helping or shown.listing:
        return [("Esc", wording.BACK), *(one for one in keys if one[0] in {"F1", "F3", "F10", "F11"})]
    if shown.view in SLOT_VIEWS:
        back = [] if shown.view is View.BENCH else [("Esc", wording.TO_THE_BENCH)]
        return [*keys[:-1], *back, keys[-1]]
    of_view = wording.VIEW_KEYS[shown.view.value]
    front = [one for one in keys if one[0] in {"F1", "F3"}]
    there = [one for one in of_view if _page_takes(shown, one[0])]
    return [*front, *there, ("F11", dict(wording.KEYS)["F11"]), ("Esc", wording.TO_THE_BENCH)]


def _does_something(shown: Shown, key: str) -> bool:
    if key == "F2":
        return len(shown.slots) > 1
    if key == "F3":
        return shown.pages > 1
    return key not in _NEEDS or _NEEDS[key](shown)


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
    if state.bar.badge_wanted:
        return True
    answered = slot.stage in BUSY_STAGES and slot.questions > 0 and not asked_of(slot)
    # Until its label is out, the last answer of a verdict can be taken back.
    judged = slot.stage is Stage.DONE and slot.questions > 0 and state.bar.labels_waiting > 0
    return bool(state.bar.next_slot) or slot.held or answered or judged


def _goes_on(shown: Shown) -> bool:
    slot = shown.slot
    return shown.contact is Contact.LIVE and slot is not None and settled_by(slot) != ""


_NEEDS: Final[Mapping[str, Callable[[Shown], bool]]] = {
    "F4": _holdable,
    "F6": _undoable,
    "F8": _stoppable,
    "F12": _goes_on,
}


def _page_takes(shown: Shown, key: str) -> bool:
    """Whether a key does something with the page in view; most say for themselves that they do not."""
    page = shown.state.page if shown.state else None
    if shown.contact is not Contact.LIVE or page is None:
        return False
    match page, key:
        case _, "1-9":
            return chooses(shown)
        case HistoryPage(opened=opened), "F4" | "F12":
            return opened is not None
        case HistoryPage(opened=opened, rows=rows, first=first, total=total), "F9":
            return opened is None and first + len(rows) <= total
        case HistoryPage(opened=opened, query=query, first=first), "F6":
            return opened is not None or bool(query) or first > 1
        case SupervisorPage(asked=asked), "F6":
            return bool(asked)
        case SupervisorPage(asked=asked, holds=holds), "F9":
            return not asked and any(hold.number == 0 for hold in holds)
    return True
