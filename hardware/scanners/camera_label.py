"""The codes of one label, gathered from many pictures into one reading. Pure: times are passed in.

A picture rarely shows all the codes of a label well, so they are confirmed one after another, while the serial can only
be chosen among all of them. What belongs together is decided by one rule: codes that were seen in the same picture.
Two labels that follow each other, however fast, are therefore never mixed; two that are shown side by side are one
reading, and the grammar says so.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from hardware.scanners.decoding.symbols import FrameReading, Symbol
from hardware.scanners.scanner import Code

__all__ = ["LONGEST_WAIT_S", "MOST_CODES", "OUT_OF_VIEW_S", "QUIET_S", "LabelGatherer"]

QUIET_S: Final = 0.4
"""Seconds without a new code after which a label is told: some ten pictures, enough for a code that can be read."""
LONGEST_WAIT_S: Final = 1.5
"""Seconds from a label's first code until it is told, whatever is still coming: the technician waits for the sound."""
OUT_OF_VIEW_S: Final = 2.0
"""Seconds unseen after which a label has left; what comes then has been shown again (the vote's figure too)."""
MOST_CODES: Final = 32
"""Codes of one reading. Laptop labels have seven; more are told as further readings."""
_MOST_PICTURES: Final = 128
_MOST_KEYS: Final = 256

_Key: TypeAlias = tuple[str, str]
Codes: TypeAlias = tuple[Code, ...]


class _Label:
    """Codes that belong together and have not been told yet."""

    def __init__(self, key: _Key, code: Code, at: float) -> None:
        self.codes = {key: code}
        self.first = at
        self.last = at

    def join(self, other: _Label) -> None:
        """Takes the other one's codes, in the order in which both began."""
        earlier, later = (self, other) if self.first <= other.first else (other, self)
        self.codes = earlier.codes | later.codes
        self.first = earlier.first
        self.last = max(self.last, other.last)

    def due(self, at: float) -> bool:
        return at - self.last >= QUIET_S or at - self.first >= LONGEST_WAIT_S or len(self.codes) >= MOST_CODES


class LabelGatherer:
    """Takes each picture's reading with what the vote confirmed in it, and gives the labels that are complete.

    Every confirmed code is given once, within `LONGEST_WAIT_S` of its confirmation if pictures keep coming. A code that
    comes after its label was told is a reading of its own, without the codes already told: with them, a second label
    held beside the first would look like one label with two serials. The one exception is a code of the label told last
    that is confirmed anew while that label never left the view: a label that lies there for minutes is told once.
    """

    def __init__(self) -> None:
        self._pending: list[_Label] = []
        self._pictures: deque[tuple[float, frozenset[_Key]]] = deque(maxlen=_MOST_PICTURES)
        self._confirmed: dict[_Key, float] = {}
        self._told: frozenset[_Key] = frozenset()
        self._told_seen = 0.0

    def see(self, reading: FrameReading, confirmed: Sequence[Symbol], at: float) -> tuple[Codes, ...]:
        """The labels that are complete at `at` (seconds, never less than before), in the order of their first codes."""
        # First what is due: codes confirmed after a gap must not join what should have been told in it.
        complete = self._take(at)
        new = {_key(symbol): symbol.code for symbol in confirmed}
        seen = frozenset(list(new) + [_key(symbol) for symbol in reading.symbols][:_MOST_KEYS])
        self._remember(seen, at)
        for key, code in new.items():
            if key not in self._told:
                self._add(key, code, at)
        self._link(seen)
        self._wait_for(seen, new, at)
        return complete + self._take(at)

    def rest(self) -> tuple[Codes, ...]:
        """What was not told yet: the source has ended or vanished."""
        return self._take(float("inf"))

    def _remember(self, seen: frozenset[_Key], at: float) -> None:
        if at - self._told_seen >= OUT_OF_VIEW_S:
            self._told = frozenset()
        if seen & self._told:
            self._told_seen = at
        while self._pictures and at - self._pictures[0][0] > LONGEST_WAIT_S:
            self._pictures.popleft()
        self._pictures.append((at, seen))

    def _add(self, key: _Key, code: Code, at: float) -> None:
        if any(key in label.codes for label in self._pending):
            return
        self._pending.append(_Label(key, code, at))
        # Before it was confirmed it may have been seen beside others.
        for _, earlier in self._pictures:
            if key in earlier:
                self._link(earlier)

    def _link(self, seen: frozenset[_Key]) -> None:
        """Those that one picture shows together become one label."""
        together = [label for label in self._pending if not seen.isdisjoint(label.codes)]
        for other in together[1:]:
            together[0].join(other)
            self._pending.remove(other)

    def _wait_for(self, seen: frozenset[_Key], new: Iterable[_Key], at: float) -> None:
        """A label that shows a code which is read but not confirmed yet is worth waiting for."""
        for key in new:
            self._confirmed[key] = at
        open_codes = bool(seen - self._confirmed.keys())
        for key in seen & self._confirmed.keys():
            self._confirmed[key] = at
        for key in [key for key, last in self._confirmed.items() if at - last >= OUT_OF_VIEW_S]:
            del self._confirmed[key]
        for label in self._pending:
            if open_codes and not seen.isdisjoint(label.codes):
                label.last = at

    def _take(self, at: float) -> tuple[Codes, ...]:
        due = sorted((label for label in self._pending if label.due(at)), key=lambda label: label.first)
        if not due:
            return ()
        self._pending = [label for label in self._pending if label not in due]
        self._told = frozenset(due[-1].codes)
        self._told_seen = max((when for when, seen in self._pictures if seen & self._told), default=due[-1].last)
        return tuple(piece for label in due for piece in _pieces(tuple(label.codes.values())))


def _key(symbol: Symbol) -> _Key:
    return symbol.format, symbol.code.text


def _pieces(codes: Codes) -> list[Codes]:
    return [codes[start : start + MOST_CODES] for start in range(0, len(codes), MOST_CODES)]
