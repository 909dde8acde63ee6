"""Every sentence of `station scan`, in one place. What decoding, the scanners and the grammar say arrives ready."""

from __future__ import annotations

from typing import Final

from hardware.scanners.decoding.symbols import Advice
from specs.text import clean

__all__ = [
    "ADVICE",
    "LISTENING",
    "NOTHING_HEARD",
    "NOTHING_READ",
    "NO_CODE",
    "ONE_SOURCE",
    "code_line",
    "no_such_own_grammar",
    "picture_line",
]

ADVICE: Final = {
    Advice.CLOSER: "There is something like a code, too small to be read: go closer.",
    Advice.HOLD_STILL: "There is something like a code, smeared by movement: hold it still.",
    Advice.MORE_LIGHT: "There is something like a code, too dark to be read: give it more light.",
    Advice.FOCUS: "There is something like a code, out of focus: change the distance, or focus the camera.",
    Advice.LESS_GLARE: "There is something like a code under a reflection: tilt the label, or move the lamp.",
}
NO_CODE: Final = "no code in this picture."
NOTHING_READ: Final = "no code could be read."
NOTHING_HEARD: Final = "Nothing was read."
ONE_SOURCE: Final = "name pictures, or one of --camera and --serial"
LISTENING: Final = "Listening. Ctrl-C ends it."


def code_line(text: str, format_name: str, symbology: str, taken_for: str) -> str:
    """One code as it is printed for a person."""
    what = format_name or symbology or "code"
    return f"  {clean(text, 200)}  ({what}; {taken_for})"


def picture_line(name: str, serial: str, sentence: str) -> str:
    """What a picture came to."""
    return f"{clean(name, 200)}: {f'serial number {serial}' if serial else sentence}"


def no_such_own_grammar(path: str) -> str:
    """A file of rules that is not there."""
    return f"the rules {clean(path, 200)} are not there; check --grammar"
