"""What a camera has in view: which codes, which of them are confirmed, and which were seen in one picture with which.

It remembers, and decides nothing; what belongs to one label is for `camera_label`. Pure: times are passed in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias

from hardware.scanners.decoding.symbols import FrameReading, Symbol
from hardware.scanners.scanner import Code

__all__ = ["OUT_OF_VIEW_S", "Confirmed", "Key", "View", "key_of"]

OUT_OF_VIEW_S: Final = 2.0
"""Seconds unseen after which a code has left; what comes then has been shown again (the vote's figure too)."""
_MOST_IN_PICTURE: Final = 256
_MOST_IN_VIEW: Final = 2 * _MOST_IN_PICTURE
"""Codes that are remembered: a label has seven, a sheet of commands some thirty."""

Key: TypeAlias = tuple[str, str]
"""A code by its format and its text."""


class Confirmed(NamedTuple):
    """A code that the vote confirmed. `turn` counts the confirmations."""

    turn: int
    code: Code


@dataclass
class _Sighting:
    last: float = 0.0
    beside: set[Key] = field(default_factory=set)
    confirmed: Confirmed | None = None


class View:
    """Takes every picture's symbols, and forgets a code that was not seen for `OUT_OF_VIEW_S`; that two codes were seen
    in one picture, when both have left."""

    def __init__(self) -> None:
        self._sightings: dict[Key, _Sighting] = {}
        self._turns = 0

    def see(self, reading: FrameReading, confirmed: Sequence[Symbol], at: float) -> frozenset[Key]:
        """The codes in this picture, confirmed or not. `at` in seconds, never less than before."""
        # Before this picture is taken in, as the vote does it.
        self._forget([key for key, one in self._sightings.items() if at - one.last >= OUT_OF_VIEW_S])
        seen = frozenset(key_of(symbol) for symbol in (*confirmed, *reading.symbols[:_MOST_IN_PICTURE]))
        for key in seen:
            # Taken out and put in again: those that were not seen for longest come first.
            sighting = self._sightings.pop(key, None) or self._back(key)
            sighting.last = at
            sighting.beside |= seen
            if len(sighting.beside) > 2 * _MOST_IN_VIEW:
                sighting.beside &= seen | self._sightings.keys()
            self._sightings[key] = sighting
        for symbol in confirmed:
            self._turns += 1
            self._sightings[key_of(symbol)].confirmed = Confirmed(self._turns, symbol.code)
        self._forget(
            [key for key in self._sightings if key not in seen][: max(0, len(self._sightings) - _MOST_IN_VIEW)]
        )
        return seen

    def confirmed(self, key: Key) -> Confirmed:
        """The confirmation of a code that was confirmed in the last picture."""
        confirmed = self._sightings[key].confirmed
        assert confirmed is not None
        return confirmed

    def beside_all(self, key: Key, others: Collection[Key]) -> bool:
        """Whether a picture has shown this code with the first of the others, one with the second, and so on."""
        sighting = self._sightings.get(key)
        return sighting is not None and all(other in sighting.beside for other in others)

    def companions(self, keys: Collection[Key]) -> Iterator[tuple[Key, Confirmed]]:
        """The confirmed codes that were each seen beside all of these, in the order of their confirmation."""
        known = [one.beside for key in keys if (one := self._sightings.get(key)) is not None]
        if len(known) < len(keys):
            return
        found = [
            (one.confirmed.turn, key, one.confirmed)
            for key in set.intersection(*known).difference(keys)
            if (one := self._sightings.get(key)) is not None and one.confirmed is not None
        ]
        for _, key, confirmed in sorted(found):
            yield key, confirmed

    def last_seen(self, keys: Collection[Key], otherwise: float) -> float:
        """When one of these was seen last."""
        return max((self._sightings[key].last for key in keys if key in self._sightings), default=otherwise)

    def _forget(self, keys: Sequence[Key]) -> None:
        for key in keys:
            del self._sightings[key]

    def _back(self, key: Key) -> _Sighting:
        """A code that comes into view. Those that stayed know whether they were seen with it before: a code that is
        hard to read leaves the view and comes back while its label lies there."""
        return _Sighting(beside={other for other, one in self._sightings.items() if key in one.beside})


def key_of(symbol: Symbol) -> Key:
    """What a symbol is known by: the same text in another format is another code."""
    return symbol.format, symbol.code.text
