"""Keys in, scans out: tells a keyboard-wedge scanner from a typing hand, and never loses a key of either.

Pure: no keyboard is read here and no clock looked at. The `Scanner` around it is `hardware.scanners.wedge`.

A key is (key, character, time), time passes by `pass_time`, and what came of it is returned. The caller posts
itself a marker at `due` *through the same queue as the keys*, so that a key that was waiting is always seen first.

The rules, with domain/tui.md sections 2 to 4 for the numbers:

- Everything printable goes into one buffer, and a terminator (enter, ctrl+j, tab) hands it over whole.
- `key_runs` tells by their pace which keys came as a burst: no hand does that. A burst that ends is a scan of its own,
  with any pauses of less than `PHRASE_GAP` that a busy machine put into it; one that does not end within `PHRASE_GAP`
  is a broken scan.
- What a hand typed more than `TYPING_GAP` before a burst stays in the buffer and is no part of the scan. A single key
  there, or two or three fast ones, may be the hand's or the head of a scan that was torn: then all of it is broken.
- The rest of a broken scan is broken as well for `REST_WITHIN`; `torn` says what is taken for a new scan.
- A key that is no text (F-keys, escape, ctrl+q, ...) is held for `HOLD`. If another key follows within that time it
  was part of a burst: it becomes text, so that the engine sees and refuses it, and it never acts. If not, it is a
  command.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, TypeAlias

from hardware.scanners.key_runs import (
    LONGEST_SCAN,
    PHRASE_GAP,
    TYPING_GAP,
    Item,
    Kind,
    Run,
    is_burst,
    is_by_hand,
    read_typed,
    read_word_for_word,
)
from hardware.scanners.torn import REST_WITHIN, TornScan, is_new_after

__all__ = ["HOLD", "LONGEST_PASTE", "Broken", "Command", "Decoded", "ScanDecoder", "Scanned"]

HOLD: Final = 0.15
"""Seconds that a command key waits to see whether it stands alone."""

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


class ScanDecoder:
    """One keyboard's decoder. Times are seconds on any clock that only goes forward."""

    def __init__(self) -> None:
        self._runs: list[Run] = []
        self._held: list[tuple[str, str, float]] = []  # key, text, time
        self._torn = TornScan()

    @property
    def text(self) -> str:
        """What stands in the buffer, to be shown as it is typed. Raw: it may hold control characters."""
        return read_typed(self._runs)

    @property
    def due(self) -> float | None:
        """When `pass_time` must be called at the latest; None while nothing waits."""
        if self._held:
            return self._held[-1][2] + HOLD
        if self._scan_begins() is not None:
            return self._runs[-1].last_at + PHRASE_GAP
        return None

    def clear(self) -> str:
        """Forget what was typed, and give it."""
        text = self.text
        self._runs.clear()
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
            self._keep(Item(Kind.ERASE, "\x08", at))
        elif character is not None and len(character) == 1 and character.isprintable() and "+" not in key[:-1]:
            self._settle_held()
            self._keep(Item(Kind.TEXT, character, at))
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
                self._keep(Item(Kind.PASTE, line[:LONGEST_SCAN], at))
                self._runs[-1].cut |= len(line) > LONGEST_SCAN
        if len(text) > LONGEST_PASTE and self._runs:
            self._runs[-1].cut = True
        return done

    def pass_time(self, at: float) -> list[Decoded]:
        """It is `at` now: settle what has waited long enough."""
        done: list[Decoded] = []
        if self._held and at >= self._held[-1][2] + HOLD:
            done += self._release()
        if self._runs and at >= self._runs[-1].last_at + PHRASE_GAP:
            begin = self._scan_begins()
            if begin is not None:
                head, scan = self._take_scan(begin)
                text = read_word_for_word([*head, *scan])[:LONGEST_SCAN]
                if head:
                    self._torn.add(text, scan[-1].last_at)
                self._torn.add(read_word_for_word(scan)[:LONGEST_SCAN], scan[-1].last_at)
                done.append(Broken(text))
        return done

    def _keep(self, item: Item) -> None:
        if not self._runs or item.at - self._runs[-1].last_at > TYPING_GAP:
            self._runs.append(Run(item.at, item.at))
        self._runs[-1].add(item)

    def _phrase_begins(self, end: int) -> int:
        """Where the phrase begins whose last run is the one before `end`."""
        begin = end - 1
        while begin > 0 and self._runs[begin].began_at < self._runs[begin - 1].last_at + PHRASE_GAP:
            begin -= 1
        return max(0, begin)

    def _scan_begins(self, ended_at: float | None = None) -> int | None:
        """Where in the last phrase a scan begins, which goes to its end; None if a hand typed all of it."""
        if not self._runs or (ended_at is not None and ended_at >= self._runs[-1].last_at + PHRASE_GAP):
            return None
        begin, last = self._phrase_begins(len(self._runs)), len(self._runs) - 1
        for place in range(begin, last + 1):
            if is_burst(self._runs[place : place + 1], ended_at if place == last else None):
                return place
        # Torn into pieces too short to tell anything, it can still be fast as a whole.
        return begin if is_burst(self._runs[begin:], ended_at) else None

    def _take_scan(self, begin: int) -> tuple[list[Run], list[Run]]:
        """Takes the scan that begins there out of the buffer, and what stands before it and may be its head."""
        head = self._phrase_begins(begin) if begin else 0
        before = self._runs[head:begin]
        if (
            not before
            or is_by_hand(before)
            or (head > 0 and len(before) == 1 and before[0].gaps == 0)  # one key more of a typing with long pauses
            or self._runs[begin].began_at >= before[-1].last_at + REST_WITHIN
        ):
            before, head = [], begin
        scan = self._runs[begin:]
        del self._runs[head:]
        return before, scan

    def _command(self, key: str, character: str | None, at: float) -> None:
        text = _control_text(key, character)
        if self._scan_begins() is not None:  # pass_time has taken scans that are over
            self._keep(Item(Kind.CONTROL, text, at))
        else:
            del self._held[LONGEST_SCAN:]
            self._held.append((key, text, at))

    def _settle_held(self) -> None:
        """Text follows what was held: it was part of a burst."""
        for _, text, when in self._held:
            self._keep(Item(Kind.CONTROL, text, when))
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
        begun = len(self._runs)
        self._settle_held()
        begin = self._scan_begins(at)
        if held and begin is None:
            # A command key and at once a terminator: a code that holds a key, not a finger on it.
            self._runs[-1].forget_controls()
            del self._runs[begun:]
            return [Broken(held)]
        done = self._end_typing(at) if begin is None else [self._end_scan(begin)]
        self._torn.forget()
        return done

    def _end_scan(self, begin: int) -> Decoded:
        """A scan stands for itself; what a hand typed before it stays."""
        head, scan = self._take_scan(begin)
        for place in range(1, len(scan)):
            if is_new_after(read_word_for_word(scan[:place]), read_word_for_word(scan[place:])):
                # The same scan twice: the rest of the first was lost, and the second counts.
                scan = scan[place:]
                break
        text = read_word_for_word(scan)
        late = bool(self._torn) and scan[0].began_at < self._torn.until and self._torn.may_end_with(text)
        if head or late or any(run.cut for run in scan) or len(text) > LONGEST_SCAN:
            return Broken((read_word_for_word(head) + text)[:LONGEST_SCAN])
        return Scanned(text)

    def _end_typing(self, at: float) -> list[Decoded]:
        if self._torn:
            # What came since, if anything, is few keys: the late end of the scan that was called broken, or a hand's.
            rest = [run for run in self._runs if run.began_at > self._torn.since]
            came_at = rest[0].began_at if rest else at
            if came_at < self._torn.until and not is_by_hand(rest, at):
                text = read_word_for_word(rest)
                del self._runs[len(self._runs) - len(rest) :]
                return [Broken(text)] if text else []
        cut = any(run.cut for run in self._runs)
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
