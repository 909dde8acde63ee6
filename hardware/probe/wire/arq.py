"""One end of a serial line that loses nothing: an ordered stream of bytes each way, over packets that may get lost.

Pure: bytes and the time go in, bytes to put on the line come out. Its owner does, for as long as the port is open:

    end.feed(what the port has, now);  end.read();  end.write(...);  port.write(end.outgoing(now))
    and waits until the port has something, or something is to be written, or `end.wake_at` has come.

`outgoing` is asked again only when the port has taken what it gave before: what waits in the line's own buffers can no
longer be left out, and an acknowledgement behind it is late.

Who is there: the laptop's end says HELLO every half second until it is answered. A bench answers with its own session
and says nothing unless it hears a laptop: what it says to a laptop that is just starting would be key strokes for
its boot menu. A session is a random number, new for each start of a program. The other end's new session counts once
it has named ours, so that nothing left over in some buffer is ever taken for a new start; then both streams
begin anew. Once heard, each end speaks at least every half second.

What is lost: a serial line keeps the order, so when the other end says that it has heard packet number 7, and does
not list the payload of number 5 as held, number 5 is lost and is sent again at once. Only where nothing at all comes
back is a timer needed; it then sends one packet again, the answer to which tells what else is missing. Packets get
shorter on a line where many are lost, and longer again.
"""

from __future__ import annotations

from collections import deque
from math import inf
from typing import TYPE_CHECKING

from .packets import LARGEST_SESSION, Kind, Packet, PacketReader, Role, to_line
from .receiving import Receiving
from .sending import Sending
from .streams import WRAP

if TYPE_CHECKING:
    from .sending import Piece

SPEAK_EVERY = 0.45
"""Seconds after which an end that has nothing to say says that it is there; the laptop's HELLO too."""
SILENT_AFTER = 3.0
"""Seconds without a packet after which the other end counts as gone, for now: no payload is sent until it is heard
again, and a bench says nothing at all.
"""
MOST_RETIRED = 8
"""Sessions of the other end that are remembered as over."""


class LineEnd:
    """One end. `now` is everywhere the same monotonic clock, in seconds, and never runs backwards.

    `session` is a random number from 1 to 2**64 - 1, new for each start of the program (`ValueError` otherwise).
    Whatever bytes it is fed, it raises nothing and keeps at most some 150 kB.
    """

    def __init__(self, role: Role, session: int, now: float) -> None:
        if not 1 <= session <= LARGEST_SESSION:
            raise ValueError("a session is a number from 1 to 2**64 - 1")
        self.session = session
        """Ours. It changes where the other end has to be told that our stream begins anew."""
        self.restarts = 0
        """How often the other end has been replaced by a new start of it. Each time what was written and not yet
        acknowledged, and what was received and not yet read, is dropped: the owner begins its conversation anew.
        What is written before anybody was there goes to the first who comes.
        """
        self.heard_at: float | None = None
        """When the other end was last heard; None until `connected`."""
        self._role = role
        self._now = now
        self._reader = PacketReader()
        self._peer = 0
        self._retired: deque[int] = deque(maxlen=MOST_RETIRED)
        self._answer_to = 0
        self._number = 0
        self._heard_number = 0
        self._speak_at = -inf
        self._sending = Sending()
        self._receiving = Receiving()

    @property
    def connected(self) -> bool:
        """True once the other end has been heard and has heard us; also while the line is cut (`heard_at` tells)."""
        return self._peer != 0

    @property
    def room(self) -> int:
        """How many bytes `write` takes now."""
        return self._sending.room

    @property
    def pending(self) -> int:
        """Bytes written that the other end has not acknowledged yet."""
        return self._sending.pending

    @property
    def skipped(self) -> int:
        """Bytes heard that belonged to no packet: noise, a console's text, packets that were damaged."""
        return self._reader.skipped

    @property
    def resent(self) -> int:
        """Bytes of payload that were sent again."""
        return self._sending.resent

    @property
    def wake_at(self) -> float:
        """When `outgoing` next has something without anything fed, written or read before: in the past where it has
        something now, infinity where never.
        """
        if self._answer_to:
            return self._now
        if self._peer and self._alive(self._now):
            if self._receiving.news or self._sending.next_piece() is not None:
                return self._now
            return min(self._speak_at, self._sending.resend_at)
        return self._speak_at if self._role is Role.LAPTOP else inf

    def write(self, data: bytes) -> int:
        """Takes as much of `data` as there is room for, to be sent; gives how many bytes that was."""
        return self._sending.write(data)

    def read(self) -> bytes:
        """What has come in order since it was read last; blank where nothing has. An owner that does not read stops
        the other end, at 16 KiB.
        """
        return self._receiving.read()

    def feed(self, data: bytes, now: float) -> None:
        """What the line has brought, in any portions; noise as well."""
        self._now = now
        for packet in self._reader.feed(data):
            if packet.role is not self._role:
                self._hear(packet, now)

    def outgoing(self, now: float) -> bytes:
        """What is to be put on the line now: often nothing, at most some 5 KiB."""
        self._now = now
        out = []
        if self._answer_to:
            out.append(self._say(Kind.HELLO, self._answer_to, now))
            self._answer_to = 0
        if self._peer and self._alive(now):
            self._sending.wake(now)
            piece = self._sending.next_piece()
            while piece is not None:
                out.append(self._say(Kind.STATE, self._peer, now, piece))
                piece = self._sending.next_piece()
            if self._receiving.news or now >= self._speak_at:
                out.append(self._say(Kind.STATE, self._peer, now))
        elif not out and self._role is Role.LAPTOP and now >= self._speak_at:
            out.append(self._say(Kind.STATE if self._peer else Kind.HELLO, self._peer, now))
        return b"".join(out)

    def _alive(self, now: float) -> bool:
        return self.heard_at is not None and now - self.heard_at < SILENT_AFTER

    def _hear(self, packet: Packet, now: float) -> None:
        if packet.theirs != self.session:
            # It speaks to who was here before us, or to nobody yet.
            self._answer_to = packet.ours
            return
        if packet.ours != self._peer:
            if packet.ours in self._retired:
                if not self._alive(now):
                    self._renew()
                return
            self._meet(packet)
        elif not self._alive(now):
            self._sending.hurry()
        self.heard_at = now
        if (packet.number - self._heard_number) & 0xFFFF < 0x8000:
            self._heard_number = packet.number
        if packet.kind is Kind.STATE:
            self._sending.acknowledge(packet, now)
            self._receiving.take(packet.sequence, packet.payload)

    def _meet(self, packet: Packet) -> None:
        """The other end has a session that is new to us, and has heard ours."""
        if self._peer:
            self._retired.append(self._peer)
            self._begin_anew()
        self._peer = packet.ours
        self._heard_number = packet.number
        self._receiving.news = True

    def _renew(self) -> None:
        """A session that we took for over is the living one. Our stream to it cannot go on where it was, so that we
        come as somebody new.
        """
        self.session = _another(self.session)
        self._retired.clear()
        self._peer = 0
        self._answer_to = 0
        self.heard_at = None
        self._speak_at = -inf
        self._begin_anew()

    def _begin_anew(self) -> None:
        self.restarts += 1
        self._sending = Sending(self._sending.resent)
        self._receiving = Receiving()

    def _say(self, kind: Kind, theirs: int, now: float, piece: Piece | None = None) -> bytes:
        self._number = self._number + 1 & 0xFFFF
        self._speak_at = now + SPEAK_EVERY
        acknowledged, window, ranges = self._receiving.report() if kind is Kind.STATE else (0, 0, ())
        place, payload = self._sending.depart(piece, self._number, now)
        return to_line(
            Packet(
                self._role,
                kind,
                self.session,
                theirs,
                place & WRAP,
                acknowledged & WRAP,
                self._number,
                self._heard_number,
                window,
                ranges,
                payload,
            )
        )


def _another(session: int) -> int:
    """The next of a row of numbers that repeats itself only after all have been (Knuth's MMIX generator)."""
    return (session * 6364136223846793005 + 1442695040888963407) & LARGEST_SESSION or 1
