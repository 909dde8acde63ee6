"""Command barcodes: what a technician scans from the bench's own sheet in place of pressing a key.

    IS1:PASS:K7Q2     IS1:SLOT-3:K7Q2     IS1:CHOICE-2:K7Q2

`IS1:` is our namespace: no serial number holds a colon, so that a command is never one. The last part is the bench's
own key: a label that somebody printed elsewhere, or a hostile carton, cannot press PASS here.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

from msgspec import Struct

from station.bench.namespace import NAMESPACE
from station.bench.protocol import View
from station.store.bench_store import BenchStore

__all__ = [
    "CHOICES",
    "NUMBERED",
    "SCREENS",
    "SCREEN_NAMES",
    "CommandCode",
    "NotThisBench",
    "UnknownCommand",
    "Verb",
    "command_key",
    "command_sheet",
    "read_command",
]

_SETTING: Final = "command_key"
# Without 0, O, 1, I: the key is printed under the bars for people too.
_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_KEY_LENGTH: Final = 4
_SHAPE: Final = re.compile(r"IS1:(?P<verb>[A-Z]{2,8})(?:-(?P<number>[1-9][0-9]?))?:(?P<key>[0-9A-Z]{1,16})", re.ASCII)


class Verb(Enum):
    """What a command barcode does."""

    PASS = "PASS"
    FAIL = "FAIL"
    NEXT = "NEXT"
    UNDO = "UNDO"
    HOLD = "HOLD"
    GO = "GO"
    STOP = "STOP"
    HELP = "HELP"
    MORE = "MORE"
    SIGNOFF = "SIGNOFF"
    CHOICE = "CHOICE"
    SLOT = "SLOT"
    SCREEN = "SCREEN"


NUMBERED: Final = frozenset({Verb.CHOICE, Verb.SLOT, Verb.SCREEN})
"""The verbs that take a number."""
CHOICES: Final = 9
"""Numbers from which something is chosen: those of the keys 1 to 9."""

_CAPTIONS: Final = {
    Verb.PASS: "PASS: what is asked is good",
    Verb.FAIL: "FAIL: what is asked is not good",
    Verb.NEXT: "NEXT: the next question or slot",
    Verb.UNDO: "UNDO: take back the last command",
    Verb.HOLD: "HOLD: put this laptop aside",
    Verb.GO: "GO: go on with what stopped",
    Verb.STOP: "STOP: end this test (scan it twice)",
    Verb.HELP: "HELP: explain the screen, or go back",
    Verb.MORE: "MORE: the next page",
    Verb.SIGNOFF: "SIGN OFF: leave the bench",
    Verb.CHOICE: "CHOICE {number}",
    Verb.SLOT: "SLOT {number}",
    Verb.SCREEN: "SCREEN {number}: {screen}",
}

SCREENS: Final = (View.BENCH, View.SLOT, View.RECEIVE, View.HISTORY, View.SUPERVISOR, View.HEALTH)
"""What SCREEN 1, SCREEN 2, ... and the keys of the list of screens show."""
SCREEN_NAMES: Final = {
    View.BENCH: "the bench",
    View.SLOT: "one slot",
    View.RECEIVE: "receive",
    View.HISTORY: "history",
    View.SUPERVISOR: "supervisor",
    View.HEALTH: "bench health",
}


class UnknownCommand(ValueError):
    """A code of our namespace that is no command of this version."""


class NotThisBench(ValueError):
    """A command of a sheet that was printed for another bench."""


class CommandCode(Struct, frozen=True):
    """One command. `number` is the slot of `SLOT`, the place in `SCREENS` of `SCREEN`, from 1, and what `CHOICE`
    chooses; 0 for the others.
    """

    verb: Verb
    number: int = 0


def read_command(text: str, key: str) -> CommandCode:
    """The command in a scanned text, for the bench with this key.

    Raises `UnknownCommand`, and `NotThisBench` where the key is another one.
    """
    # A scanner with caps lock on, or off, types the other case.
    found = _SHAPE.fullmatch(text.strip(" \t\r\n").upper())
    verb = next((verb for verb in Verb if found and verb.value == found["verb"]), None)
    if found is None or verb is None or (verb in NUMBERED) != (found["number"] is not None):
        raise UnknownCommand(text)
    number = int(found["number"] or 0)
    if (verb is Verb.CHOICE and number > CHOICES) or (verb is Verb.SCREEN and number > len(SCREENS)):
        raise UnknownCommand(text)
    if not key or found["key"] != key:
        raise NotThisBench(text)
    return CommandCode(verb, number)


def command_text(command: CommandCode, key: str) -> str:
    """What the barcode of a command holds."""
    number = f"-{command.number}" if command.verb in NUMBERED else ""
    return f"{NAMESPACE}{command.verb.value}{number}:{key}"


def command_sheet(key: str, slots: int) -> tuple[tuple[str, str], ...]:
    """The cells of the sheet: caption and text of each command, choice and screen, and of the first `slots` slots."""
    commands = [CommandCode(verb) for verb in Verb if verb not in NUMBERED]
    commands += [CommandCode(Verb.CHOICE, number) for number in range(1, CHOICES + 1)]
    commands += [CommandCode(Verb.SCREEN, number) for number in range(1, len(SCREENS) + 1)]
    commands += [CommandCode(Verb.SLOT, number) for number in range(1, slots + 1)]
    return tuple((_caption(one), command_text(one, key)) for one in commands)


def _caption(command: CommandCode) -> str:
    screen = SCREEN_NAMES[SCREENS[command.number - 1]] if command.verb is Verb.SCREEN else ""
    return _CAPTIONS[command.verb].format(number=command.number, screen=screen)


def command_key(store: BenchStore) -> str:
    """The bench's key: four letters and digits out of a million, made when it is first asked for and then kept.

    Raises `StoreRefused` where the disk refuses.
    """
    key = store.setting(_SETTING)
    if key:
        return key
    letters = (_LETTERS[byte % len(_LETTERS)] for byte in store.clock.random_bytes(_KEY_LENGTH))
    return store.settle_setting(_SETTING, "".join(letters))
