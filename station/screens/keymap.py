"""Which key means what. Letters and digits are typing; only these keys act, and only where they stood alone. A digit
acts while a list is open, where nothing was typed before it and nothing follows.

The answer keys lie so that a glove that slips by one key from PASS or FAIL meets UNDO, or a key that asks first,
and never the other answer: F4 asks | F5 PASS, F6 UNDO, F7 FAIL, F8 asks | F9 NEXT, F10 asks while a test runs. Beside
GO (F12) lies the list of screens (F11), which decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from station.screens.shown import Act

__all__ = ["CHOICES", "KEYS", "PAGING", "Finger"]

KEYS: Final[Mapping[str, Act]] = {
    "f1": Act.HELP,
    "f2": Act.NEXT_SLOT,
    "f3": Act.FORTH,
    "down": Act.FORTH,
    "pagedown": Act.FORTH,
    "up": Act.BACK,
    "pageup": Act.BACK,
    "f4": Act.HOLD,
    "f5": Act.PASS,
    "f6": Act.UNDO,
    "f7": Act.FAIL,
    "f8": Act.STOP,
    "f9": Act.NEXT,
    "f10": Act.LEAVE,
    # Terminals and window managers take F11 for themselves; Home and End lie far from what answers.
    "f11": Act.LIST,
    "home": Act.LIST,
    "f12": Act.GO,
    "end": Act.GO,
    "escape": Act.ESCAPE,
    # What people press who look for the way out; it tells them.
    "ctrl+c": Act.HINT_LEAVE,
    "ctrl+q": Act.HINT_LEAVE,
}

CHOICES: Final[Mapping[str, int]] = {str(number): number for number in range(1, 10)}
"""The keys that choose from an open list."""

SAME_PRESS: Final = 0.7
"""Seconds. A key that is kept down comes again after 250 to 660 ms, the usual settings; two answers given on purpose,
each after a look at the laptop, are further apart.
"""
RUN_GAP: Final = 0.15
"""Seconds between two keys of one run: a key kept down repeats 25 to 33 times a second, a bounce comes sooner."""

PAGING: Final = frozenset({Act.FORTH, Act.BACK})
"""What goes on while its key is kept down."""

_ONCE: Final = frozenset({Act.PASS, Act.FAIL, Act.NEXT, Act.CHOICE, Act.UNDO, Act.GO, Act.LIST})


class Finger:
    """Tells a key that is pressed again from one on which something lies. Times are those of the key events."""

    def __init__(self) -> None:
        self._key = ""
        self._at = float("-inf")
        self._fresh = True
        self._count = 0

    def press(self, key: str, at: float) -> None:
        """The terminal sent a key."""
        gap = at - self._at if key == self._key else float("inf")
        if gap < RUN_GAP:
            self._count += 1
        else:
            self._fresh, self._count = gap >= SAME_PRESS, 1
        self._key, self._at = key, at

    def means(self, key: str, act: Act) -> bool:
        """Whether that key, which has stood alone, was pressed on purpose and not kept down."""
        if key != self._key or act in PAGING or self._fresh:
            return True
        return act not in _ONCE and self._count == 1
