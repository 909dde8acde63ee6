"""What the codes that were read together ask of the bench: a command, a person's badge, a laptop's serial number, or
nothing. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from hardware.scanners.grammar.meaning import LabelReading, Meaning
from hardware.scanners.scanner import Code
from specs.text import clean
from station.bench import wording
from station.bench.badges import hidden, is_badge
from station.bench.command_codes import CommandCode, NotThisBench, UnknownCommand, read_command
from station.bench.namespace import is_command
from station.store.journal import Understood

__all__ = ["Reads", "Understanding", "understand"]


class Reads(Protocol):
    """What finds out what the codes of a label mean: `hardware.scanners.grammar.Grammar`."""

    def read(self, codes: Sequence[Code]) -> LabelReading:
        """All codes of one label, understood together."""
        ...


class Understanding(Struct, frozen=True):
    """A command, a badge, or a serial and the place of the code that gave it; where none, the sentence says why.

    `understood` has one entry for each code, in their order. `only_by_form`: no identifier and no maker's rule says
    that it is a serial. `badge` is a secret: it is for the book of people alone.
    """

    understood: tuple[Understood, ...]
    command: CommandCode | None = None
    badge: str = ""
    serial: str = ""
    chosen: int = 0
    only_by_form: bool = False
    sentence: str = ""


def understand(codes: Sequence[Code], grammar: Reads, key: str) -> Understanding:
    """What these codes ask of the bench with this command key."""
    label = grammar.read(codes)
    understood = tuple(_of_code(place, label) for place in range(len(codes)))
    # By their text alone: of more codes than a label has, the grammar tells nothing.
    commands = {code.text.strip().upper() for code in codes if is_command(code.text)}
    if commands:
        return _of_commands(sorted(commands), key, understood)
    if label.serial and label.chosen is not None:
        chosen = label.meanings[label.chosen].code
        return Understanding(understood, serial=label.serial, chosen=chosen, only_by_form=label.only_by_form)
    return Understanding(understood, sentence=label.sentence)


def _of_commands(commands: Sequence[str], key: str, understood: tuple[Understood, ...]) -> Understanding:
    if len(commands) > 1:
        # A camera that looks at the sheet sees them all, and a badge lies on it; which one was meant, nobody knows.
        return Understanding(understood, sentence=wording.SEVERAL_COMMANDS)
    if is_badge(commands[0]):
        return Understanding(understood, badge=commands[0])
    try:
        return Understanding(understood, command=read_command(commands[0], key))
    except UnknownCommand:
        return Understanding(understood, sentence=wording.unknown_command(clean(hidden(commands[0]), 40)))
    except NotThisBench:
        return Understanding(understood, sentence=wording.NOT_THIS_BENCH)


def _of_code(place: int, label: LabelReading) -> Understood:
    """What one code was taken for: the field that gave the serial, else its first."""
    fields = [(number, meaning) for number, meaning in enumerate(label.meanings) if meaning.code == place]
    if not fields:
        return Understood()
    means: Meaning = next((meaning for number, meaning in fields if number == label.chosen), fields[0][1])
    return Understood(means.taken_for.value, hidden(means.value), means.rule)
