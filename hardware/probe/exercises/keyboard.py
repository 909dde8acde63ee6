"""Keyboard: every key goes down and comes up again. Which keys there must be is a layout's list."""

from __future__ import annotations

from typing import Any

from . import input_events, wording
from .arguments import Rule
from .input_events import EV_KEY, EV_SYN, KEYS_DOWN, SYN_DROPPED, Event, Found, Source
from .session import CannotMeasure, Session

LAYOUTS = {
    # linux/input-event-codes.h: Esc, the number row to Backspace, Tab to ], Enter, left Ctrl, A to ', `, left Shift,
    # # (43), Z to /, right Shift, left Alt, Space, Caps Lock, backslash (86: the key that ISO has and ANSI has not),
    # Alt Gr, the arrows, Delete, left Windows.
    #
    # Not wanted, because good laptops of this layout lack them or keep them from the system: Fn (464) and power (116)
    # and sleep (142) and wakeup (143), which many firmwares keep; F1 to F12, which send what the firmware's Fn lock
    # says (a volume, a brightness, a radio, some of them from another device); right Ctrl, Home, End, Page Up, Page
    # Down, Insert, Print, Scroll Lock, Pause and Menu, which are Fn with another key on small ones; the keypad and the
    # media keys. Those that are pressed are told all the same.
    "iso-uk": (*range(1, 55), 56, 57, 58, 86, 100, 103, 105, 106, 108, 111, 125),
}
ARGUMENTS = {"layout": Rule(default="iso-uk", choices=tuple(LAYOUTS))}
MOST_KEYS = 256
_LETTERS = frozenset((*range(16, 26), *range(30, 39), *range(44, 51)))
"""A device that has these is a keyboard; many others have some keys."""
_FIRST_BUTTON, _LAST_BUTTON = 0x100, 0x15F
"""Mouse buttons and fingers are keys to the kernel, and none of a keyboard's."""


class Keys:
    """Which keys went down and came up, of all keyboards together."""

    def __init__(self, wanted: tuple[int, ...]) -> None:
        self.wanted = wanted
        self._counts: dict[int, list[int]] = {}
        self._down: set[tuple[int, int]] = set()
        self._from_before: set[tuple[int, int]] = set()

    def begin(self, source: int, codes: frozenset[int]) -> None:
        """The keys that are down before anybody was asked to press one: held, and not tested when they come up."""
        self._from_before |= {(source, code) for code in codes if not _FIRST_BUTTON <= code <= _LAST_BUTTON}

    def resynchronise(self, source: int, codes: frozenset[int]) -> None:
        """After events were lost: the keys that are down now."""
        self._from_before = {(other, code) for other, code in self._from_before if other != source or code in codes}
        for other, code in sorted(self._down):
            if other == source and code not in codes:
                self.take(source, Event(EV_KEY, code, 0))
        for code in sorted(codes):
            if (source, code) not in self._down | self._from_before:
                self.take(source, Event(EV_KEY, code, 1))

    def take(self, source: int, event: Event) -> None:
        """Counts an event of the keyboard `source`."""
        if event.kind != EV_KEY or _FIRST_BUTTON <= event.code <= _LAST_BUTTON:
            return
        if event.code not in self._counts and len(self._counts) >= MOST_KEYS:
            return
        place = (source, event.code)
        if place in self._from_before and event.value != 1:
            if event.value == 0:
                self._from_before.remove(place)
            return
        self._from_before.discard(place)
        if event.value == 0:
            # An "up" without its "down" proves nothing.
            if place in self._down:
                self._down.remove(place)
                self._count(event.code)[1] += 1
        elif place not in self._down:  # a repetition (2) of a key that is down is none of the person's doing
            self._down.add(place)
            self._count(event.code)[0] += 1

    def done(self) -> int:
        """How many of the wanted keys went down and came up."""
        return sum(1 for code in self.wanted if code in self._counts and self._counts[code][1])

    def complete(self) -> bool:
        """True once all of them did."""
        return self.done() == len(self.wanted)

    def measured(self, names: list[str]) -> dict[str, Any]:
        """The item's part."""
        return {
            "devices": names,
            "wanted": list(self.wanted),
            "keys": [{"code": code, "down": down, "up": up} for code, (down, up) in sorted(self._counts.items())],
            "held": sorted({code for _, code in self._down | self._from_before}),
            "complete": self.complete(),
        }

    def _count(self, code: int) -> list[int]:
        return self._counts.setdefault(code, [0, 0])


def is_keyboard(found: Found) -> bool:
    """True for a device with all letters."""
    return found.keys >= _LETTERS


def run(session: Session, layout: str) -> dict[str, Any]:
    """Counts until every wanted key went down and came up, or its time is over."""
    wanted = [found for found in input_events.devices(session) if is_keyboard(found)]
    with input_events.opened(session, wanted) as (sources, reason):
        if not sources:
            raise CannotMeasure(reason or wording.NO_KEYBOARD)
        keys = Keys(LAYOUTS[layout])
        names = [source.found.name for source in sources]
        for source in sources:
            keys.begin(source.file, input_events.bits_told(source.file, KEYS_DOWN, 96))

        def take(source: Source, event: Event) -> None:
            if event.kind == EV_SYN and event.code == SYN_DROPPED:
                keys.resynchronise(source.file, input_events.bits_told(source.file, KEYS_DOWN, 96))
            before = keys.done()
            keys.take(source.file, event)
            if keys.done() != before:
                session.progress("going", keys.done(), len(keys.wanted))
                session.note(keys.measured(names), "listening to the keyboard")

        input_events.listen(session, sources, take, keys.complete)
        return keys.measured(names)
