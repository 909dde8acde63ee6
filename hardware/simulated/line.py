"""What a bad serial line does to bytes: it is slow, and it flips, loses, adds and holds them. No I/O and no clock.

`noisy_line` puts it between a port and a virtual laptop; tests and benchmarks run it on a clock of their own.
"""

from __future__ import annotations

import random
from enum import Enum
from math import inf
from typing import Final

from msgspec import Struct

__all__ = ["CLEAN", "Faults", "Line", "Side"]

BITS_PER_BYTE: Final = 10
"""8 data bits, a start and a stop bit."""
MOST_WAITING: Final = 4096
"""Bytes in each direction's buffer, as much as Linux keeps for a port (N_TTY_BUF_SIZE)."""
GRAIN: Final = 16
"""Bytes after which the other side is told: a UART's FIFO."""


class Side(Enum):
    """The two ends of the line."""

    LAPTOP = "laptop"
    BENCH = "bench"

    @property
    def other(self) -> Side:
        """The end that hears this one."""
        return Side.BENCH if self is Side.LAPTOP else Side.LAPTOP


class Faults(Struct, frozen=True):
    """How bad a line is. The first four are the chances for each byte that one bit is turned, that it is lost, that it
    comes twice, and that a random one comes before it; then how often in a minute the line stands still and is cut, and
    for how many seconds each time.
    """

    flip: float = 0.0
    drop: float = 0.0
    twice: float = 0.0
    insert: float = 0.0
    stalls: float = 0.0
    stall_s: float = 3.0
    cuts: float = 0.0
    cut_s: float = 5.0


CLEAN: Final = Faults()


class Line:
    """Both directions of a line at `baud` bits a second. The same `seed` gives the same faults at the same times.

    `now` is any clock that never runs backwards, in seconds.
    """

    def __init__(self, now: float, *, baud: int = 115_200, faults: Faults = CLEAN, seed: int = 0) -> None:
        self._chance = random.Random(seed)
        self._faults = faults
        self._rate = baud / BITS_PER_BYTE
        self._ways = {side: _Way(now) for side in Side}
        self._cut_from = now + self._next(faults.cuts)
        self._cut_until = -inf
        self._stall_from = now + self._next(faults.stalls)

    def connected(self, now: float) -> bool:
        """False while the line is cut: everything on it is lost."""
        while now >= self._cut_from:
            self.cut(self._cut_from + self._faults.cut_s)
            self._cut_from += self._faults.cut_s + self._next(self._faults.cuts)
        if now >= self._cut_until:
            return True
        for way in self._ways.values():
            way.waiting.clear()
        return False

    def cut(self, until: float = inf) -> None:
        """Cuts it until then, if it is not cut for longer."""
        self._cut_until = max(self._cut_until, until)

    def mend(self) -> None:
        """Ends a cut now."""
        self._cut_until = -inf

    def room(self, sender: Side) -> int:
        """How many bytes a side can give now."""
        return MOST_WAITING - len(self._ways[sender].waiting)

    def put(self, sender: Side, data: bytes, now: float) -> None:
        """What a side sends: as much of it as there is room for."""
        if self.connected(now):
            way = self._ways[sender]
            if not way.waiting:
                way.since = max(way.since, now)
            way.waiting += data[: self.room(sender)]

    def take(self, receiver: Side, now: float) -> bytes:
        """What has come through to a side."""
        if not self.connected(now):
            return b""
        while now >= self._stall_from:
            for way in self._ways.values():
                way.since = max(way.since, self._stall_from + self._faults.stall_s)
            self._stall_from += self._faults.stall_s + self._next(self._faults.stalls)
        way = self._ways[receiver.other]
        # A billionth of a byte more, so that a byte is through at the very time that `ready_at` names.
        count = min(len(way.waiting), int((now - way.since) * self._rate + 1e-6))
        if count <= 0:
            return b""
        way.since += count / self._rate
        data = bytes(way.waiting[:count])
        del way.waiting[:count]
        return self._disturbed(data)

    def ready_at(self, receiver: Side) -> float:
        """When a side has something to take, if nothing else happens; infinity where nothing is on the way."""
        way = self._ways[receiver.other]
        return way.since + min(len(way.waiting), GRAIN) / self._rate if way.waiting else inf

    def _next(self, a_minute: float) -> float:
        return self._chance.expovariate(1) * 60 / a_minute if a_minute else inf

    def _disturbed(self, data: bytes) -> bytes:
        faults, chance = self._faults, self._chance
        if not (faults.flip or faults.drop or faults.twice or faults.insert):
            return data
        out = bytearray()
        for byte in data:
            if chance.random() < faults.insert:
                out.append(chance.randrange(256))
            if chance.random() < faults.drop:
                continue
            if chance.random() < faults.flip:
                byte ^= 1 << chance.randrange(8)
            out.append(byte)
            if chance.random() < faults.twice:
                out.append(byte)
        return bytes(out)


class _Way:
    """One direction: what waits, and since when the first of it is being sent."""

    def __init__(self, now: float) -> None:
        self.waiting = bytearray()
        self.since = now
