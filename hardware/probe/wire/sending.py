"""The sending half of one end of a line: what is on the way, what of it is lost, and when to send it again."""

from __future__ import annotations

from math import inf
from typing import NamedTuple

from .packets import LARGEST_PAYLOAD, MOST_RANGES, Packet
from .streams import MOST_IN_FLIGHT, place_near

MOST_FLIGHTS = 2 * MOST_RANGES
"""Packets on the way: if every other one is lost, the other end can still keep the rest."""
MOST_WRITTEN = 64 * 1024
"""Bytes that wait to be sent or acknowledged."""
SHORTEST_PAYLOAD = 32
"""Packets get no shorter on a noisy line. At one damaged byte in a hundred, half of those arrive."""
FIRST_PATIENCE = 1.5
LEAST_PATIENCE = 0.3
MOST_PATIENCE = 2.0
"""Seconds until a packet is sent again where nothing at all comes back: before a round trip was measured; at least,
for an end that is busy for a moment; and at most, where the line is not slower than that.
"""


class Piece(NamedTuple):
    """A part of the stream, by the places of its first byte and of the first after it."""

    start: int
    end: int


class _Flight(NamedTuple):
    """A piece on its way, in packet `number`, since `at`."""

    start: int
    end: int
    number: int
    at: float


class Sending:
    """One stream on its way to the other end."""

    def __init__(self, resent: int = 0) -> None:
        self.resent = resent
        """Bytes of payload sent again, counted on from what the line has sent again before."""
        self._buffer = bytearray()
        self._place = 0
        """Up to here all is acknowledged; `_buffer` begins here."""
        self._next = 0
        """From here on nothing was sent yet."""
        self._edge = MOST_IN_FLIGHT
        """The other end has room up to here."""
        self._flights: list[_Flight] = []
        """In the order in which they were sent."""
        self._lost: list[Piece] = []
        self._in_flight = 0
        self._payload = LARGEST_PAYLOAD
        """Bytes of payload in a packet now."""
        self._trip: float | None = None
        self._deviation = 0.0
        self._tries = 0
        self._waits_since = 0.0

    @property
    def room(self) -> int:
        """How many bytes `write` takes now."""
        return MOST_WRITTEN - len(self._buffer)

    @property
    def pending(self) -> int:
        """Bytes written and not acknowledged."""
        return len(self._buffer)

    @property
    def resend_at(self) -> float:
        """When the oldest packet on the way counts as lost, if nothing comes back; infinity where none is."""
        if not self._flights:
            return inf
        patience = FIRST_PATIENCE
        if self._trip is not None:
            patience = max(LEAST_PATIENCE, self._trip + 4 * self._deviation)
        return self._waits_since + max(patience, min(patience * (1 << self._tries), MOST_PATIENCE))

    def write(self, data: bytes) -> int:
        """Takes what there is room for; gives how much."""
        taken = min(len(data), self.room)
        self._buffer += data[:taken]
        return taken

    def wake(self, now: float) -> None:
        """Gives up the oldest packet where it is time."""
        if now >= self.resend_at:
            flight = self._flights.pop(0)
            self._in_flight -= flight.end - flight.start
            self._lost = sorted([*self._lost, Piece(flight.start, flight.end)])
            self._payload = max(SHORTEST_PAYLOAD, self._payload // 2)
            self._tries = min(self._tries + 1, 8)
            self._waits_since = now

    def hurry(self) -> None:
        """The other end is heard again after a silence: the oldest packet is given up at once."""
        self._tries = 0
        self._waits_since = -inf

    def next_piece(self) -> Piece | None:
        """What is to be sent now; None where nothing may be."""
        if self._lost:
            start, end = self._lost[0]
            piece = Piece(start, min(end, start + self._payload))
        else:
            end = min(self._next + self._payload, self._place + len(self._buffer), self._edge)
            piece = Piece(self._next, end)
            # A short one waits while the line is busy for as long as a long one takes: more may be written to it.
            if end - self._next < self._payload and self._in_flight >= LARGEST_PAYLOAD:
                return None
        size = piece.end - piece.start
        if size <= 0 or len(self._flights) >= MOST_FLIGHTS or self._in_flight + size > MOST_IN_FLIGHT:
            return None
        return piece

    def depart(self, piece: Piece | None, number: int, now: float) -> tuple[int, bytes]:
        """`piece` goes in packet `number`: its place and its bytes. Without one: the place of what comes next."""
        if piece is None:
            return self._next, b""
        start, end = piece
        if start < self._next:
            self.resent += end - start
            rest = Piece(end, self._lost[0].end)
            self._lost[:1] = [rest] if rest.start < rest.end else []
        else:
            self._next = end
        if not self._flights:
            self._waits_since = now
        self._flights.append(_Flight(start, end, number, now))
        self._in_flight += end - start
        return start, bytes(self._buffer[start - self._place : end - self._place])

    def acknowledge(self, packet: Packet, now: float) -> None:
        """What the other end says that it has."""
        place = place_near(self._place, packet.acknowledged)
        if place > self._next:
            return
        self._edge = max(self._edge, place + packet.window)
        held = [Piece(0, place), *(Piece(place + first, place + end) for first, end in packet.ranges)]
        flights: list[_Flight] = []
        lost: list[Piece] = []
        for flight in self._flights:
            missing = _without(Piece(flight.start, flight.end), held)
            if flight.number == packet.echo:
                self._measure(now - flight.at)
            if not missing:
                self._payload = min(LARGEST_PAYLOAD, self._payload + SHORTEST_PAYLOAD)
            elif (packet.echo - flight.number) & 0xFFFF < 0x8000:
                lost += missing
            else:
                flights += (flight._replace(start=start, end=end) for start, end in missing)
        if len(flights) < len(self._flights):
            self._waits_since = now
            self._tries = 0
        if lost:
            self._payload = max(SHORTEST_PAYLOAD, self._payload * 3 // 4)
        self._flights = flights
        self._in_flight = sum(flight.end - flight.start for flight in flights)
        self._lost = sorted(lost + [left for piece in self._lost for left in _without(piece, held)])
        if place > self._place:
            del self._buffer[: place - self._place]
            self._place = place

    def _measure(self, trip: float) -> None:
        """One more round trip, as RFC 6298 section 2 smooths them."""
        if self._trip is None:
            self._trip, self._deviation = trip, trip / 2
        else:
            self._deviation += (abs(self._trip - trip) - self._deviation) / 4
            self._trip += (trip - self._trip) / 8


def _without(piece: Piece, held: list[Piece]) -> list[Piece]:
    """What of `piece` is not in any of `held`, which ascend."""
    missing = []
    start, end = piece
    for first, after in held:
        if first < end and after > start:
            if first > start:
                missing.append(Piece(start, first))
            start = max(start, after)
    if start < end:
        missing.append(Piece(start, end))
    return missing
