"""The receiving half of one end of a line: puts the pieces of the other end's stream in order."""

from __future__ import annotations

from .packets import MOST_RANGES
from .streams import MOST_HELD, place_near


class Receiving:
    """What has come of one stream. Keeps at most `MOST_HELD` bytes; what has no room is as if it had not come."""

    def __init__(self) -> None:
        self.news = False
        """True where the other end is to be told how far we are."""
        self._place = 0
        """Up to here everything has come."""
        self._unread = bytearray()
        self._early: list[tuple[int, bytes]] = []
        """Pieces beyond a gap, ascending, apart from each other."""
        self._edge_told = 0

    def read(self) -> bytes:
        """What has come in order since the last call."""
        data = bytes(self._unread)
        self._unread.clear()
        if self._edge - self._edge_told >= MOST_HELD // 4:
            self.news = True
        return data

    def take(self, said: int, payload: bytes) -> None:
        """A piece of the stream, whose first byte's place was said as `said`."""
        if not payload:
            return
        self.news = True
        start = place_near(self._place, said)
        end = start + len(payload)
        if end <= self._place or end > self._edge:
            return
        if start > self._place:
            early = _merged(self._early, start, payload)
            if len(early) <= MOST_RANGES:
                self._early = early
            return
        self._unread += payload[self._place - start :]
        self._place = end
        while self._early and self._early[0][0] <= self._place:
            start, data = self._early.pop(0)
            self._unread += data[self._place - start :]
            self._place = max(self._place, start + len(data))

    def report(self) -> tuple[int, int, tuple[tuple[int, int], ...]]:
        """What the other end is told: the place up to which all has come, how many bytes more there is room for, and
        what is held beyond the gap, counted from that place.
        """
        self.news = False
        self._edge_told = self._edge
        ranges = tuple((start - self._place, start - self._place + len(data)) for start, data in self._early)
        return self._place, self._edge - self._place, ranges

    @property
    def _edge(self) -> int:
        """The place up to which there is room. It never goes back."""
        return self._place - len(self._unread) + MOST_HELD


def _merged(blocks: list[tuple[int, bytes]], start: int, data: bytes) -> list[tuple[int, bytes]]:
    """The blocks with one more, which swallows those that it overlaps or touches."""
    apart = []
    for first, held in blocks:
        end = start + len(data)
        if first + len(held) < start or end < first:
            apart.append((first, held))
        else:
            data = held[: max(0, start - first)] + data + held[max(0, end - first) :]
            start = min(start, first)
    return sorted([*apart, (start, data)])
