"""The codes of one label, gathered from many pictures into one reading. Pure: times are passed in.

A picture rarely shows all the codes of a label well, so they are confirmed one after another, while the serial can only
be chosen among all of them. What belongs together is decided by one rule: each two codes of a reading were seen in one
picture. A code that two labels share (the part number of a model) is therefore told with each
of them and joins nothing: labels that follow each other, however fast and however alike, are never mixed. Two that are
shown side by side are one reading, and the grammar says so.

The price: two codes of one label that no picture shows together are two readings. A label is waited for as long as that
may still change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations
from typing import Final, TypeAlias

from hardware.scanners.camera_view import OUT_OF_VIEW_S, Confirmed, Key, View, key_of
from hardware.scanners.decoding.symbols import FrameReading, Symbol
from hardware.scanners.scanner import Code

__all__ = ["LONGEST_WAIT_S", "MOST_CODES", "QUIET_S", "LabelGatherer"]

QUIET_S: Final = 0.4
"""Seconds without a new code after which a label is told: some ten pictures, enough for a code that can be read."""
LONGEST_WAIT_S: Final = 1.5
"""Seconds from a label's first code until it is told, whatever is still coming: the technician waits for the sound."""
MOST_CODES: Final = 32
"""Codes of one reading. Laptop labels have seven; more are told as further readings."""
_MOST_TOLD: Final = 16

Codes: TypeAlias = tuple[Code, ...]


class _Label:
    """Codes of which each two were seen together, at least one of them not told yet."""

    def __init__(self, at: float) -> None:
        self.codes: dict[Key, Confirmed] = {}
        self.first = at
        self.last = at

    def due(self, at: float) -> bool:
        return at - self.last >= QUIET_S or at - self.first >= LONGEST_WAIT_S

    def readings(self) -> list[Codes]:
        """Its codes in the order of their confirmation, in readings of about the same size: none is left over alone."""
        codes = [confirmed.code for confirmed in sorted(self.codes.values())]
        count = -(-len(codes) // MOST_CODES)
        ends = [len(codes) * number // count for number in range(count + 1)]
        return [tuple(codes[start:end]) for start, end in pairwise(ends)]


@dataclass
class _Told:
    """The codes of a reading that was told, and when its label was last in view."""

    keys: frozenset[Key]
    seen: float


class LabelGatherer:
    """Takes each picture's reading with what the vote confirmed in it, and gives the labels that are complete.

    Every confirmed code is given within `LONGEST_WAIT_S` of its confirmation if pictures keep coming. One that comes
    after its label was told is given together with the codes of the label that were told already: alone, a part number
    or a decimal address would pass for another laptop's serial. Each reading holds at least one code that is new. What
    is confirmed anew is not, while its label has not left the view: a label that lies there for minutes is told once.
    """

    def __init__(self) -> None:
        self._view = View()
        self._pending: list[_Label] = []
        self._untold: set[Key] = set()
        self._told: list[_Told] = []

    def see(self, reading: FrameReading, confirmed: Sequence[Symbol], at: float) -> tuple[Codes, ...]:
        """The labels that are complete at `at` (seconds, never less than before), in the order of their first codes."""
        # First what is due: codes confirmed after a gap must not join what should have been told in it.
        complete = self._take(at)
        seen = self._view.see(reading, confirmed, at)
        self._look_at_the_told(seen, at)
        for key in map(key_of, confirmed):
            if not any(key in told.keys for told in self._told):
                self._add(key, at)
        self._grow(seen)
        for label in self._pending:
            # What is read and not confirmed, not read at all, or not seen yet beside the rest is worth waiting for.
            in_doubt = reading.advice is not None or not seen <= label.codes.keys()
            if in_doubt and not seen.isdisjoint(label.codes):
                label.last = at
        return complete + self._take(at)

    def rest(self) -> tuple[Codes, ...]:
        """What was not told yet: the source has ended or vanished."""
        return self._take(float("inf"))

    def _look_at_the_told(self, seen: frozenset[Key], at: float) -> None:
        """A label stays as long as a code of it is seen that is not a later one's too."""
        self._told = [told for told in self._told if at - told.seen < OUT_OF_VIEW_S]
        later: set[Key] = set()
        for told in reversed(self._told):
            if not seen.isdisjoint(told.keys - later):
                told.seen = at
            later |= told.keys

    def _add(self, key: Key, at: float) -> None:
        """A new code: to every label that it belongs to, or a label of its own."""
        self._untold.add(key)
        homes = [label for label in self._pending if self._view.beside_all(key, label.codes)]
        if not homes:
            homes = [_Label(at)]
            self._pending += homes
        for label in homes:
            label.codes[key] = self._view.confirmed(key)
            label.last = at

    def _grow(self, seen: frozenset[Key]) -> None:
        """Takes in what was seen beside all of a label, told or not; labels that have become parts of others go."""
        for label in self._pending:
            if seen.isdisjoint(label.codes):
                continue
            for key, confirmed in self._view.companions(label.codes):
                if len(label.codes) < MOST_CODES and self._view.beside_all(key, label.codes):
                    label.codes[key] = confirmed
        for part, whole in list(permutations(self._pending, 2)):
            if part.codes.keys() <= whole.codes.keys() and part in self._pending and whole in self._pending:
                whole.first = min(part.first, whole.first)
                whole.last = max(part.last, whole.last)
                self._pending.remove(part)

    def _take(self, at: float) -> tuple[Codes, ...]:
        due = [label for label in self._pending if label.due(at) or self._full(label)]
        if not due:
            return ()
        # With those that began earlier: what was read first is told first.
        end = max(label.first for label in due)
        due = sorted((label for label in self._pending if label.first <= end), key=lambda label: label.first)
        complete: list[Codes] = []
        for label in due:
            if self._untold.isdisjoint(label.codes):
                continue
            complete += label.readings()
            keys = frozenset(label.codes)
            self._untold -= keys
            seen = self._view.last_seen(keys, label.last)
            self._told = [told for told in self._told if not told.keys <= keys][1 - _MOST_TOLD :]
            self._told.append(_Told(keys, seen))
        self._pending = [
            label for label in self._pending if label not in due and not self._untold.isdisjoint(label.codes)
        ]
        return tuple(complete)

    def _full(self, label: _Label) -> bool:
        return len(self._untold & label.codes.keys()) >= MOST_CODES
