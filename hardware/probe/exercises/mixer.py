"""The mixer of a sound card, by amixer: made loud enough to be heard, and put back exactly as it was."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..tools import Tools
    from .session import Session

LOUDNESS = "70%"
"""Of each control's range (domain/test-executives.md section 5, speaker and microphone)."""
PLAYBACK = ("Master", "Speaker", "PCM", "Front", "Bass Speaker")
CAPTURE = ("Capture", "Mic", "Internal Mic", "Dmic0", "Dmic1 2nd", "PGA1.0 1 Master")
MOST_CONTROLS = 512
_SECONDS = 5.0
_LIMIT = 256 * 1024
_CONTROL = re.compile(r"numid=(\d{1,6}),iface=([A-Z]{1,10})")
_VALUES = re.compile(r"\s*: values=([^\n]{1,2000})")
_NAME = re.compile(r"Simple mixer control '([^']{1,60})',0")


def loud(session: Session, tools: Tools, card: int) -> None:
    """Switches the card's loudspeakers and microphones on, at `LOUDNESS`; all of it is put back at the end.

    Does nothing where amixer is not there: then the card is heard as it is.
    """
    before = controls(_amixer(tools, card, "contents"))
    if not before:
        return
    session.to_put_back(lambda: _put_back(tools, card, before))
    there = _NAME.findall(_amixer(tools, card, "scontrols"))
    for name in there:
        # In two steps: many a control has a volume and no switch, or a switch and no volume.
        if name in PLAYBACK:
            _amixer(tools, card, "sset", f"{name},0", LOUDNESS)
            _amixer(tools, card, "sset", f"{name},0", "unmute")
        elif name in CAPTURE:
            _amixer(tools, card, "sset", f"{name},0", LOUDNESS)
            _amixer(tools, card, "sset", f"{name},0", "cap")


def controls(contents: str) -> dict[str, str]:
    """The values of a card's mixer controls by their numbers, of what `amixer contents` says."""
    found: dict[str, str] = {}
    number: str | None = None
    for line in contents.split("\n"):
        head = _CONTROL.match(line)
        if head:
            number = head.group(1) if head.group(2) == "MIXER" else None
        values = _VALUES.match(line)
        if values and number is not None and len(found) < MOST_CONTROLS:
            found[number] = values.group(1).strip()
    return found


def _put_back(tools: Tools, card: int, before: dict[str, str]) -> None:
    """Raises `OSError` where a control is not as it was."""
    changed = _changed(tools, card, before)
    for number, values in changed.items():
        _amixer(tools, card, "cset", f"numid={number}", values)
    if changed and _changed(tools, card, before):
        raise OSError("the mixer did not take its values back")


def _changed(tools: Tools, card: int, before: dict[str, str]) -> dict[str, str]:
    now = controls(_amixer(tools, card, "contents"))
    return {number: values for number, values in before.items() if now.get(number) != values}


def _amixer(tools: Tools, card: int, *command: str) -> str:
    output = tools.run(["amixer", "-c", str(card), *command], _SECONDS, _LIMIT)
    return output.data.decode("utf-8", "replace") if output.exit == 0 else ""
