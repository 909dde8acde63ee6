"""Keys in, scans out: tells a keyboard-wedge scanner from a typing hand, and never loses a key of either.

Pure: no keyboard is read here and no clock looked at. The `Scanner` around it is `hardware.scanners.wedge`.

A key is (key, character, time), time passes by `pass_time`, and what came of it is returned. The caller posts
itself a marker at `due` *through the same queue as the keys*, so that a key that was waiting is always seen first.

The rules, with domain/tui.md sections 2 to 4 for the numbers:

- Everything printable goes into one buffer, and a terminator (enter, ctrl+j, tab) hands it over whole. A scan that
  a busy machine splits is therefore still one scan.
- A pause of `PHRASE_GAP` begins a new phrase. A phrase is a *burst* if it has at least `BURST_LEAST` keys and half of
  its gaps are at most `BURST_GAP`: no hand does that. A burst that ends is a scan of its own, and what was
  typed before it stays in the buffer; a burst that does not end within `PHRASE_GAP` is a broken scan.
- A key that is no text (F-keys, escape, ctrl+q, ...) is held for `HOLD`. If another key follows within that time it
  was part of a burst: it becomes text, so that the engine sees and refuses it, and it never acts. If not, it is a
  command.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, TypeAlias

from hardware.scanners.scanner import LONGEST_CODE

__all__ = [
    "BURST_GAP",
    "BURST_LEAST",
    "HOLD",
    "LONGEST_PASTE",
    "LONGEST_SCAN",
    "PHRASE_GAP",
    "Broken",
    "Command",
    "Decoded",
    "ScanDecoder",
    "Scanned",
]

PHRASE_GAP: Final = 1.0
"""Seconds. Keys of one 50 ms scan were seen 254 ms apart on a contended machine; this is four times that."""

BURST_GAP: Final = 0.06
"""Seconds between two keys of a scanner: 7 to 8 ms as a rule, 60 at worst. A fast typist needs about 100."""

BURST_LEAST: Final = 4
"""Keys, the terminator included, before anything is called a burst."""

HOLD: Final = 0.15
"""Seconds that a command key waits to see whether it stands alone."""

LONGEST_SCAN: Final = LONGEST_CODE
"""Characters kept of one scan; a longer one is broken, because the rest of it is not known."""

LONGEST_PASTE: Final = 16 * LONGEST_SCAN
"""Characters looked at of one paste."""

_LINE_END: Final = re.compile("\r\n|[\r\n\t]")
_TERMINATORS: Final = frozenset({"enter", "ctrl+j", "tab"})
_REPEATING: Final = frozenset({"up", "down", "pageup", "pagedown", "left", "right", "home", "end"})
# The kitty protocol reports these by themselves; they are no key presses.
_MODIFIERS: Final = ("_shift", "_control", "_alt", "_super", "_hyper", "_meta", "_lock", "level3_shift", "level5_shift")


@dataclass(frozen=True, slots=True)
class Scanned:
    """A scan, or a serial typed or pasted by hand with its Enter: the raw text without the terminator."""

    text: str
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """A key that stood alone and is no text: it may act."""

    key: str


@dataclass(frozen=True, slots=True)
class Broken:
    """A burst that never ended, that held nothing but command keys, or a text cut at `LONGEST_SCAN` characters.
    It acted on nothing.
    """

    text: str


Decoded: TypeAlias = Scanned | Command | Broken


class _Kind(Enum):
    TEXT = "text"
    ERASE = "erase"
    CONTROL = "control"
    PASTE = "paste"


@dataclass(frozen=True, slots=True)
class _Item:
    kind: _Kind
    text: str
    at: float


@dataclass(slots=True)
class _Phrase:
    """Keys with no long pause between them. Kept with its counts, so that a key costs the same in a long scan."""

    items: list[_Item] = field(default_factory=list)
    gaps: int = 0
    fast: int = 0
    length: int = 0
    last_at: float = 0.0
    cut: bool = False

    def add(self, item: _Item) -> None:
        # Backspaces repeat by themselves and pastes have no pace: neither says how fast the keys came.
        if self.items and item.kind in {_Kind.TEXT, _Kind.CONTROL} and self.items[-1].kind is not _Kind.PASTE:
            self.gaps += 1
            self.fast += item.at - self.last_at <= BURST_GAP
        self.last_at = item.at
        if self.length + len(item.text) <= LONGEST_SCAN:
            self.items.append(item)
            self.length += len(item.text)
        else:
            self.cut = True

    def forget_controls(self) -> None:
        self.items = [item for item in self.items if item.kind is not _Kind.CONTROL]

    def is_burst(self, ended_at: float | None = None) -> bool:
        """Whether it came faster than a hand; `ended_at` counts its terminator as a key."""
        gaps, fast = self.gaps, self.fast
        if ended_at is not None and self.items[-1].kind is not _Kind.PASTE:
            gaps += 1
            fast += ended_at - self.last_at <= BURST_GAP
        return gaps >= BURST_LEAST - 1 and 2 * fast >= gaps

    def reading(self, ended_at: float | None = None) -> str:
        """A burst word for word; typing with its backspaces applied and without keys that are no text."""
        if self.is_burst(ended_at):
            return "".join(item.text for item in self.items)[:LONGEST_SCAN]
        text: list[str] = []
        for item in self.items:
            if item.kind is _Kind.ERASE:
                del text[-1:]
            elif item.kind is not _Kind.CONTROL:
                text.extend(item.text)
        return "".join(text)[:LONGEST_SCAN]


class ScanDecoder:
    """One keyboard's decoder. Times are seconds on any clock that only goes forward."""

    def __init__(self) -> None:
        self._phrases: list[_Phrase] = []
        self._held: list[tuple[str, str, float]] = []  # key, text, time
        self._broken_at: float | None = None

    @property
    def text(self) -> str:
        """What stands in the buffer, to be shown as it is typed. Raw: it may hold control characters."""
        return "".join(phrase.reading() for phrase in self._phrases)

    @property
    def due(self) -> float | None:
        """When `pass_time` must be called at the latest; None while nothing waits."""
        if self._held:
            return self._held[-1][2] + HOLD
        if self._phrases and self._phrases[-1].is_burst():
            return self._phrases[-1].last_at + PHRASE_GAP
        return None

    def clear(self) -> str:
        """Forget what was typed, and give it."""
        text = self.text
        self._phrases.clear()
        return text

    def press(self, key: str, character: str | None, at: float) -> list[Decoded]:
        """One key. Gives what it completed."""
        if key.endswith(_MODIFIERS):
            return []
        done = self.pass_time(at)
        if key in _TERMINATORS:
            return [*done, *self._terminate(at)]
        if key == "backspace":
            self._settle_held()
            self._keep(_Item(_Kind.ERASE, "\x08", at))
        elif character is not None and len(character) == 1 and character.isprintable() and "+" not in key[:-1]:
            self._settle_held()
            self._keep(_Item(_Kind.TEXT, character, at))
        else:
            self._command(key, character, at)
        return done

    def paste(self, text: str, at: float) -> list[Decoded]:
        """A pasted text: each line is a scan, and what follows the last line's end waits for Enter."""
        done = self.pass_time(at)
        self._settle_held()
        for number, line in enumerate(_LINE_END.split(text[:LONGEST_PASTE])):
            if number:
                done += self._terminate(at)
            if line:
                self._keep(_Item(_Kind.PASTE, line[:LONGEST_SCAN], at))
                self._phrases[-1].cut |= len(line) > LONGEST_SCAN
        if len(text) > LONGEST_PASTE and self._phrases:
            self._phrases[-1].cut = True
        return done

    def pass_time(self, at: float) -> list[Decoded]:
        """It is `at` now: settle what has waited long enough."""
        done: list[Decoded] = []
        if self._held and at >= self._held[-1][2] + HOLD:
            done += self._release()
        if self._phrases and at >= self._phrases[-1].last_at + PHRASE_GAP and self._phrases[-1].is_burst():
            done.append(Broken(self._phrases.pop().reading()))
            self._broken_at = at
        return done

    def _keep(self, item: _Item) -> None:
        self._broken_at = None
        if not self._phrases or item.at >= self._phrases[-1].last_at + PHRASE_GAP:
            self._phrases.append(_Phrase())
        self._phrases[-1].add(item)

    def _command(self, key: str, character: str | None, at: float) -> None:
        text = _control_text(key, character)
        if self._phrases and self._phrases[-1].is_burst():  # pass_time has taken bursts that are over
            self._keep(_Item(_Kind.CONTROL, text, at))
        else:
            del self._held[LONGEST_SCAN:]
            self._held.append((key, text, at))

    def _settle_held(self) -> None:
        """Text follows what was held: it was part of a burst."""
        for _, text, when in self._held:
            self._keep(_Item(_Kind.CONTROL, text, when))
        self._held.clear()

    def _release(self) -> list[Decoded]:
        """Nothing followed what was held: it may act, if it is one key or one that repeats."""
        held, self._held = self._held, []
        keys = [key for key, _, _ in held]
        if len(set(keys)) > 1:
            return [Broken("".join(text for _, text, _ in held))]
        return [Command(key) for key in (keys if keys[0] in _REPEATING else keys[:1])]

    def _terminate(self, at: float) -> list[Decoded]:
        held = "".join(text for _, text, _ in self._held)
        begun = len(self._phrases)
        self._settle_held()
        if held and not self._phrases[-1].is_burst(ended_at=at):
            # A command key and at once a terminator: a code that holds a key, not a finger on it.
            self._phrases[-1].forget_controls()
            del self._phrases[begun:]
            return [Broken(held)]
        if self._broken_at is not None and at - self._broken_at < PHRASE_GAP:
            self._broken_at = None
            return []  # the late end of the scan just called broken
        if not self._phrases:
            return []
        last = self._phrases[-1]
        if at < last.last_at + PHRASE_GAP and last.is_burst(ended_at=at):
            # A scan stands for itself; what a hand typed before it stays.
            self._phrases.pop()
            return [Broken(last.reading(at)) if last.cut else Scanned(last.reading(at))]
        cut = any(phrase.cut for phrase in self._phrases)
        text = self.clear()
        if cut or len(text) > LONGEST_SCAN:
            return [Broken(text[:LONGEST_SCAN])]
        return [Scanned(text, by_hand=True)] if text else []


def _control_text(key: str, character: str | None) -> str:
    """What a command key puts into a scan: its byte, or ESC where the terminal made it from an escape sequence."""
    if key.startswith("alt+") and character:
        return "\x1b" + character
    if character and len(character) == 1:
        return character
    return "\x1b"
