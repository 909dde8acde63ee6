"""The smallest part of a whole with which something stays the same, found by leaving parts out.

No parser records where it found a value, and forty of them would each have to: so what a reading hangs on is found
by asking. Parts are left out in ever smaller runs, and a run stays out where the answer is the same without it
(delta debugging, without its tree). The answer is honest by construction: what is left was asked, alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

__all__ = ["MOST_QUESTIONS", "MOST_SECONDS", "Budget", "Reduced", "reduced"]

MOST_QUESTIONS = 400
"""Readings for one item. A typical bundle's reading takes 1 to 6 ms; a person waits for the answer."""
MOST_SECONDS = 2.0
"""Seconds for one item, whatever its readings cost: hostile bytes are slow to read."""


class Budget:
    """How much may still be asked. `clock` gives monotonic seconds."""

    def __init__(
        self, clock: Callable[[], float], questions: int = MOST_QUESTIONS, seconds: float = MOST_SECONDS
    ) -> None:
        self._clock = clock
        self._until = clock() + seconds
        self._questions = questions
        self.asked = 0

    @property
    def spent(self) -> bool:
        """True where nothing more may be asked."""
        return self.asked >= self._questions or self._clock() >= self._until

    def count(self) -> None:
        """One question more."""
        self.asked += 1


class Reduced(Struct, frozen=True):
    """What is left of the parts, by their numbers in order. `finished` is false where the budget ended the search:
    then the parts are enough, and some of them may not be needed.
    """

    kept: tuple[int, ...]
    finished: bool


def reduced(parts: Sequence[int], same: Callable[[Sequence[int]], bool], budget: Budget) -> Reduced:
    """The parts without those that `same` does not need. The caller knows that it is true of all of them.

    Runs of half of them, a quarter, and so on to single ones; those once more until nothing changes, because a part
    may be needed only by one that has gone since.
    """
    kept = list(parts)
    run = max(1, len(kept) // 2)
    while kept:
        changed, start = False, 0
        while start < len(kept):
            if budget.spent:
                return Reduced(tuple(kept), finished=False)
            trial = kept[:start] + kept[start + run :]
            if same(trial):
                kept, changed = trial, True
            else:
                start += run
        if run == 1 and not changed:
            break
        run = max(1, run // 2)
    return Reduced(tuple(kept), finished=True)
