"""Touchpad: a finger over its whole face, its buttons, two fingers at once, and nothing where nobody touches it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from . import input_events, wording
from .arguments import Rule
from .input_events import (
    EV_ABS,
    EV_KEY,
    EV_SYN,
    KEYS_DOWN,
    MOST_SLOTS,
    MT_ID,
    MT_SLOT,
    MT_X,
    MT_Y,
    SYN_DROPPED,
    Event,
    Found,
    Source,
)
from .session import CannotMeasure, Session

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ARGUMENTS: dict[str, Rule] = {}
SIDE = 5
"""Cells in a row and in a column (domain/test-executives.md section 5, touchpad)."""
GHOST_SECONDS = 1.0
"""At first nobody touches it yet; what it feels then is nobody."""
CORNER_X, CORNER_Y = 0.5, 0.8
"""A pad that is one large button has the right one here, as parts of its width and height, as on its print."""
BTN_LEFT, BTN_RIGHT, BTN_TOUCH, BTN_TOOL_FINGER = 0x110, 0x111, 0x14A, 0x145
ABS_X, ABS_Y = 0x00, 0x01
_FINGERS = {BTN_TOOL_FINGER: 1, 0x14D: 2, 0x14E: 3, 0x14F: 4, 0x148: 5}
_DIRECT, _BUTTONPAD = 1, 2
"""INPUT_PROP_DIRECT: a touchscreen. INPUT_PROP_BUTTONPAD: no buttons but the pad itself."""


class Pad:
    """What one touchpad has felt. `x_range` and `y_range` are its axes' lowest and highest values."""

    def __init__(
        self, found: Found, x_range: tuple[int, int], y_range: tuple[int, int], now: Callable[[], float]
    ) -> None:
        self._buttonpad = _BUTTONPAD in found.properties
        self._slots_told = MT_SLOT in found.axes
        self.many_fingers = self._slots_told or 0x14D in found.keys
        self._always_touched = not {BTN_TOUCH, BTN_TOOL_FINGER} & found.keys and not self._slots_told
        self._ranges = {ABS_X: x_range, MT_X: x_range, ABS_Y: y_range, MT_Y: y_range}
        self._now = now
        self._began = now()
        self._slot = 0
        self._places: dict[int, dict[str, float]] = {}
        self._contacts: set[int] = set()
        self._touched = False
        self._tool = 0
        self._ghostly = False
        self.cells: set[int] = set()
        self.left = self.right = self.fingers = self.ghosts = 0

    def take(self, event: Event) -> None:
        """Takes one event; what it means is known at the end of its report."""
        if event.kind == EV_ABS:
            self._move(event.code, event.value)
        elif event.kind == EV_KEY and event.code in (BTN_LEFT, BTN_RIGHT):
            if event.value == 1:
                self._click(event.code)
        elif event.kind == EV_KEY and event.code == BTN_TOUCH:
            self._touched = bool(event.value)
        elif event.kind == EV_KEY and event.code in _FINGERS:
            self._tool = (
                _FINGERS[event.code] if event.value else (0 if self._tool == _FINGERS[event.code] else self._tool)
            )
        elif event.kind == EV_SYN and event.code == 0:
            self._report()

        elif event.kind == EV_SYN and event.code == SYN_DROPPED:
            self.resynchronise({}, 0, frozenset())

    def resynchronise(self, contacts: Mapping[int, tuple[int, int]], slot: int, keys: frozenset[int]) -> None:
        """After events were lost: only these fingers are on it, the next events are of this slot, and these keys are
        down. A click that is held was counted, or is lost.
        """
        self._contacts.clear()
        self._places.clear()
        for self._slot, (x, y) in contacts.items():
            self._contacts.add(self._slot)
            self._move(MT_X, x)
            self._move(MT_Y, y)
        self._slot = max(0, min(slot, MOST_SLOTS - 1))
        self._touched = BTN_TOUCH in keys
        self._tool = max((count for key, count in _FINGERS.items() if key in keys), default=0)

    def _move(self, code: int, value: int) -> None:
        if code == MT_SLOT:
            self._slot = max(0, min(value, MOST_SLOTS - 1))
        elif code == MT_ID:
            if value < 0:
                self._contacts.discard(self._slot)
            else:
                self._contacts.add(self._slot)
        elif code in self._ranges:
            low, high = self._ranges[code]
            part = min(1.0, max(0.0, (value - low) / (high - low)))
            # The plain axes follow the first finger, and the slots tell it anyway.
            if code in (MT_X, MT_Y) or not self._slots_told:
                self._places.setdefault(self._slot, {})["x" if code in (ABS_X, MT_X) else "y"] = part

    def _click(self, button: int) -> None:
        places = [place for slot, place in self._places.items() if self._felt(slot)]
        corner = any(one.get("x", 0) >= CORNER_X and one.get("y", 0) >= CORNER_Y for one in places)
        if button == BTN_RIGHT or (self._buttonpad and corner):
            self.right += 1
        else:
            self.left += 1

    def _felt(self, slot: int) -> bool:
        if self._slots_told:
            return slot in self._contacts
        return self._touched or self._tool > 0 or self._always_touched

    def _report(self) -> None:
        fingers = max(len(self._contacts), self._tool, int(self._touched))
        if self._now() - self._began < GHOST_SECONDS:
            if fingers and not self._ghostly:
                self.ghosts += 1
            self._ghostly = fingers > 0
            return
        self.fingers = max(self.fingers, fingers, int(self._always_touched and bool(self._places)))
        for slot, place in self._places.items():
            if self._felt(slot) and len(place) == 2:
                column, row = (min(SIDE - 1, int(place[axis] * SIDE)) for axis in ("x", "y"))
                self.cells.add(row * SIDE + column)


def pads_of(devices: list[Found]) -> list[Found]:
    """The touchpads; where there are none, other pointers that tell a position and have a button (a virtual tablet)."""
    pointers = [one for one in devices if {ABS_X, ABS_Y} <= one.axes and _DIRECT not in one.properties]
    pads = [one for one in pointers if BTN_TOOL_FINGER in one.keys]
    return pads or [one for one in pointers if BTN_LEFT in one.keys]


def run(session: Session) -> dict[str, Any]:
    """Listens until all cells, both clicks and, where it can tell them, two fingers were felt; or its time is over."""
    with input_events.opened(session, pads_of(input_events.devices(session))) as (sources, reason):
        pads: dict[int, Pad] = {}
        for source in sources:
            x_range = input_events.axis_range(source.file, ABS_X)
            y_range = input_events.axis_range(source.file, ABS_Y)
            if x_range is not None and y_range is not None:
                pads[source.file] = Pad(source.found, x_range, y_range, time.monotonic)
        kept = [source for source in sources if source.file in pads]
        if not kept:
            raise CannotMeasure(reason or wording.NO_TOUCHPAD)

        def take(source: Source, event: Event) -> None:
            pad = pads[source.file]
            pad.take(event)
            if event.kind == EV_SYN and event.code == SYN_DROPPED:
                contacts = input_events.contacts_told(source.file)
                slot = input_events.axis_value(source.file, MT_SLOT) or 0
                pad.resynchronise(contacts, slot, input_events.bits_told(source.file, KEYS_DOWN, 96))
            if event.kind == EV_SYN:
                session.progress("going", *parts(list(pads.values())))

        def done() -> bool:
            reached, of = parts(list(pads.values()))
            return reached == of

        input_events.listen(session, kept, take, done)
        return measured(list(pads.values()), [source.found.name for source in kept])


def parts(pads: list[Pad]) -> tuple[int, int]:
    """How many of the things to do are done, and of how many: the cells, two clicks, and two fingers."""
    cells = set().union(*(pad.cells for pad in pads))
    done = len(cells) + any(pad.left for pad in pads) + any(pad.right for pad in pads)
    if not any(pad.many_fingers for pad in pads):
        return done, SIDE * SIDE + 2
    return done + any(pad.fingers >= 2 for pad in pads), SIDE * SIDE + 3


def measured(pads: list[Pad], names: list[str]) -> dict[str, Any]:
    """The item's part."""
    done, of = parts(pads)
    return {
        "devices": names,
        "cells": sorted(set().union(*(pad.cells for pad in pads))),
        "left_clicks": sum(pad.left for pad in pads),
        "right_clicks": sum(pad.right for pad in pads),
        "fingers": max(pad.fingers for pad in pads),
        "ghosts": sum(pad.ghosts for pad in pads),
        "complete": done == of,
    }
