"""Whether a template's group `serial` takes part in every text that the template fits. Pure; compiles nothing."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["always_names_serial"]

_SERIAL: Final = "(?P<serial>"
_TOKEN: Final = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", re.DOTALL)
"""An escape, a class, or one character: brackets and bars within the first two are letters of the text."""


def always_names_serial(pattern: str) -> bool:
    """True where the group stands in no other group, is not repeated, and no alternative goes without it.

    `pattern` is a valid regular expression with one group `serial` at most. An alternative within the group is fine.
    """
    depth, within, at, found = 0, 0, 0, False
    while at < len(pattern):
        if pattern.startswith(_SERIAL, at):
            depth += 1
            within, at = depth, at + len(_SERIAL)
            continue
        token = _TOKEN.match(pattern, at)
        at += len(token[0]) if token is not None else 1
        match token[0] if token is not None else "":
            case "(":
                depth += 1
            case ")":
                if depth == within == 1:
                    found, within = pattern[at : at + 1] not in ("?", "*", "+", "{"), 0
                depth -= 1
            case "|" if depth == 0:
                return False
    return found
