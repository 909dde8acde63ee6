"""Which key means what. Letters and digits are typing, always; only these keys act, and only where they stood alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from station.screens.shown import Act

__all__ = ["KEYS"]

KEYS: Final[Mapping[str, Act]] = {
    "f1": Act.HELP,
    "f2": Act.NEXT_SLOT,
    "f3": Act.FORTH,
    "down": Act.FORTH,
    "pagedown": Act.FORTH,
    "up": Act.BACK,
    "pageup": Act.BACK,
    "f8": Act.STOP,
    "f10": Act.LEAVE,
    "escape": Act.ESCAPE,
    # What people press who look for the way out; it tells them.
    "ctrl+c": Act.HINT_LEAVE,
    "ctrl+q": Act.HINT_LEAVE,
}
