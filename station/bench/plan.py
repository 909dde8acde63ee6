"""The order in which exercises run on one laptop. Pure: it knows names, times and what each of them uses.

The profile says which exercises are needed; the plan lets those run side by side that share nothing, the longest first,
so that the machine time is near that of the busiest part of the laptop and not the sum.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from typing import Final

from hardware.laptops.exercises import EXERCISES, Exercise

__all__ = ["LONGEST_MACHINE_S", "machine_run", "machine_seconds", "startable"]

LONGEST_MACHINE_S: Final = 90.0
"""Seconds of machine time that a good laptop may take by the profiles that ship (issue: exercises)."""


def machine_run(names: Iterable[str]) -> tuple[Exercise, ...]:
    """Those that need nobody, the longest first, which a greedy order needs to come out near the shortest time."""
    found = [EXERCISES[name] for name in names if name in EXERCISES]
    return tuple(sorted((one for one in found if not one.hands_on), key=lambda one: (-one.usual_s, one.name)))


def startable(waiting: Sequence[Exercise], running: Iterable[Exercise]) -> tuple[Exercise, ...]:
    """Which of those that wait, in their order, can start beside those that run."""
    used = {part for one in running for part in one.uses}
    started = []
    for one in waiting:
        if not used & one.uses:
            started.append(one)
            used |= one.uses
    return tuple(started)


def machine_seconds(names: Iterable[str]) -> float:
    """How long the exercises that need nobody usually take together on a good laptop, in seconds."""
    waiting = list(machine_run(names))
    running: list[tuple[float, str]] = []
    now = 0.0
    while waiting or running:
        for one in startable(waiting, [EXERCISES[name] for _, name in running]):
            waiting.remove(one)
            heapq.heappush(running, (now + one.usual_s, one.name))
        now, _ = heapq.heappop(running)
    return now
