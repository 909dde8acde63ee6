"""Two ends of a serial line on a clock of their own: hours of it in seconds, and always the same.

Each end's owner does what an owner does: gives the end what has come, reads, writes, puts on the line what the end has
to say once the line has taken what was said before, and waits until something comes or the end wants to be woken.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from hardware.probe.wire.arq import LineEnd
from hardware.probe.wire.packets import Role
from hardware.simulated.line import CLEAN, Faults, Line, Side

__all__ = ["Conversation"]

_ROLES: Final = {Side.LAPTOP: Role.LAPTOP, Side.BENCH: Role.BENCH}


class Conversation:
    """A laptop and a bench at a line. `seed` decides the sessions and the line's faults."""

    def __init__(self, *, baud: int = 115_200, faults: Faults = CLEAN, seed: int = 0) -> None:
        self.now = 0.0
        self.line = Line(self.now, baud=baud, faults=faults, seed=seed)
        self.heard = {side: bytearray() for side in Side}
        """What each side has read since it started last."""
        self.to_write = {side: bytearray() for side in Side}
        """What each side still has to write."""
        self.reads = dict.fromkeys(Side, True)
        """False for a side that reads nothing."""
        self.said = dict.fromkeys(Side, 0)
        """Bytes that each side has put on the line."""
        self._chance = random.Random(seed)
        self._unsent = dict.fromkeys(Side, b"")
        self.ends = {side: self._end(side) for side in Side}

    def start_anew(self, side: Side) -> None:
        """That side's program ends and is started again."""
        self._unsent[side] = b""
        self.to_write[side].clear()
        self.heard[side].clear()
        self.ends[side] = self._end(side)

    def run(self, seconds: float, until: Callable[[], bool] = lambda: False) -> bool:
        """Lets them talk for so long, or until something is so; true where it came to be so."""
        end = self.now + seconds
        while not until():
            if self.now >= end:
                return False
            self._turn()
            # A turn takes its time; and a side whose port is full is not asked again.
            times = [self.line.ready_at(side) for side in Side]
            times += [self.ends[side].wake_at for side in Side if not self._unsent[side]]
            self.now = max(self.now + 1e-6, min(*times, end))
        return True

    def _turn(self) -> None:
        for side, end in self.ends.items():
            end.feed(self.line.take(side, self.now), self.now)
            if self.reads[side]:
                self.heard[side] += end.read()
            del self.to_write[side][: end.write(bytes(self.to_write[side][: end.room]))]
            unsent = self._unsent[side] or end.outgoing(self.now)
            room = self.line.room(side)
            self.line.put(side, unsent[:room], self.now)
            self.said[side] += len(unsent[:room])
            self._unsent[side] = unsent[room:]

    def _end(self, side: Side) -> LineEnd:
        return LineEnd(_ROLES[side], self._chance.randrange(1, 2**64), self.now)
