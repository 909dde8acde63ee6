"""What the keys of a UK keyboard are called, by the codes of Linux (include/uapi/linux/input-event-codes.h)."""

from __future__ import annotations

from typing import Final

__all__ = ["key_name"]

_ROWS: Final[tuple[tuple[int, tuple[str, ...]], ...]] = (
    (1, ("Esc", *"1234567890-=", "Backspace", "Tab", *"QWERTYUIOP[]", "Enter", "left Ctrl", *"ASDFGHJKL;'`")),
    (42, ("left Shift", "#", *"ZXCVBNM,./", "right Shift", "keypad *", "left Alt", "Space", "Caps Lock")),
    (59, (*(f"F{number}" for number in range(1, 11)), "Num Lock", "Scroll Lock")),
    (71, tuple(f"keypad {sign}" for sign in ("7", "8", "9", "-", "4", "5", "6", "+", "1", "2", "3", "0", "."))),
    (86, ("backslash", "F11", "F12")),
    (96, ("keypad Enter", "right Ctrl", "keypad /", "Print", "Alt Gr")),
    (102, ("Home", "up", "Page Up", "left", "right", "End", "down", "Page Down", "Insert", "Delete")),
    (125, ("left Windows", "right Windows", "Menu")),
)
_NAMES: Final = {first + place: name for first, names in _ROWS for place, name in enumerate(names)}


def key_name(code: int) -> str:
    """What is printed on the key, or "key 183" of one that has no name here."""
    return _NAMES.get(code, f"key {code}")
