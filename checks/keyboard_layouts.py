"""Which keys a keyboard of a layout must have, by the names that the facts give them: `keyboard.keys` asks for these.

The laptop is told the same list when it asks for keys (hardware/probe/exercises/keyboard.py, which says why some keys
of good laptops are left out: the function keys, those that are Fn with another key, the power key). What counts is the
list here: a laptop that names one key, and has it, has not shown that it has the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

__all__ = ["KEYS", "Layout"]

Layout: TypeAlias = Literal["iso-uk"]

# "backslash" is the key left of Z, which ISO keyboards have and ANSI ones have not.
_ISO_UK: Final = (
    *("Esc", *"1234567890-=", "Backspace"),
    *("Tab", *"QWERTYUIOP[]", "Enter"),
    *("Caps Lock", *"ASDFGHJKL;'`#"),
    *("left Shift", "backslash", *"ZXCVBNM,./", "right Shift"),
    *("left Ctrl", "left Windows", "left Alt", "Space", "Alt Gr"),
    *("up", "left", "right", "down", "Delete"),
)

KEYS: Final[Mapping[Layout, tuple[str, ...]]] = MappingProxyType({"iso-uk": _ISO_UK})
"""The keys by layout, row by row."""
