"""One packet on a serial line: found in any noise, and whole or not there at all.

On the line a packet is the delimiter 0x00, its bytes stuffed so that none of them is 0x00 (COBS: Cheshire and Baker,
IEEE/ACM Transactions on Networking 7(2), 1999), and the delimiter again. Before the stuffing, big-endian:

    version and role and kind   1 byte: version << 5 | role << 4 | kind
    ours, theirs                8 each: the sender's session, and the one it has heard of the other end (0: none)
    sequence                    4: place in the sender's stream of the first byte of the payload, modulo 2**32
    acknowledged                4: place up to which the sender has the other's stream, modulo 2**32
    number                      2: counts the sender's packets, sent again or not, modulo 2**16
    echo                        2: the newest number heard of the other end
    window                      2: bytes that the sender takes beyond `acknowledged`
    ranges                      1: how many, then each as 2 + 2: what it holds further on, from `acknowledged`
    payload                     at most 1024
    CRC-32                      4: of all the above

A packet with a full payload is 1067 bytes on the line, one without payload 39.
"""

from __future__ import annotations

import re
import struct
import zlib
from enum import Enum
from typing import NamedTuple

VERSION = 1
LARGEST_PAYLOAD = 1024
MOST_RANGES = 8
"""Pieces beyond a gap that a receiver keeps and lists. What it does not list, it does not have."""
LARGEST_SESSION = 2**64 - 1

_HEAD = struct.Struct(">BQQIIHHHB")
_RANGE = struct.Struct(">HH")
_CHECK = struct.Struct(">I")
_SMALLEST = _HEAD.size + _CHECK.size
_LARGEST = _SMALLEST + MOST_RANGES * _RANGE.size + LARGEST_PAYLOAD
_LARGEST_STUFFED = _LARGEST + _LARGEST // 254 + 1
_DELIMITER = b"\0"
_RUN = re.compile(b"[^\0]+")


class Role(Enum):
    """Whose end of the line it is. Each end hears only the other's: a line that echoes confuses nobody."""

    LAPTOP = 0
    BENCH = 1


class Kind(Enum):
    """What a packet is for."""

    HELLO = 1
    """Who is there: until the other end has answered."""
    STATE = 2
    """How far the sender is, with or without payload."""


class Packet(NamedTuple):
    """One packet. `ranges` are (first, end) from `acknowledged` on, ascending and apart."""

    role: Role
    kind: Kind
    ours: int
    theirs: int
    sequence: int = 0
    acknowledged: int = 0
    number: int = 0
    echo: int = 0
    window: int = 0
    ranges: tuple[tuple[int, int], ...] = ()
    payload: bytes = b""


def to_line(packet: Packet) -> bytes:
    """The bytes to put on the line. The packet's values are within their bounds: raises `struct.error` otherwise."""
    head = VERSION << 5 | packet.role.value << 4 | packet.kind.value
    body = _HEAD.pack(
        head,
        packet.ours,
        packet.theirs,
        packet.sequence,
        packet.acknowledged,
        packet.number,
        packet.echo,
        packet.window,
        len(packet.ranges),
    )
    body += b"".join(_RANGE.pack(*held) for held in packet.ranges) + packet.payload
    return _DELIMITER + _stuffed(body + _CHECK.pack(zlib.crc32(body))) + _DELIMITER


class PacketReader:
    """Finds the packets among whatever comes over a line, in bounded memory and linear time. Never raises.

    However the bytes are cut into portions, the same packets come out.
    """

    def __init__(self) -> None:
        self.skipped = 0
        """Bytes other than delimiters that belonged to no packet."""
        self._held = bytearray()
        self._overlong = False

    def feed(self, data: bytes) -> list[Packet]:
        """The packets that have become whole with `data`."""
        packets: list[Packet] = []
        if data[:1] == _DELIMITER:
            self._end(packets)
        for run in _RUN.finditer(data):
            first, end = run.span()
            if self._overlong or len(self._held) + end - first > _LARGEST_STUFFED:
                # No packet is so long: nothing more is kept until the next delimiter.
                self.skipped += len(self._held) + end - first
                self._held.clear()
                self._overlong = True
            else:
                self._held += run.group()
            if end < len(data):
                self._end(packets)
        return packets

    def _end(self, packets: list[Packet]) -> None:
        """A delimiter has come."""
        if self._held:
            packet = _packet(_unstuffed(self._held))
            if packet is None:
                self.skipped += len(self._held)
            else:
                packets.append(packet)
            self._held.clear()
        self._overlong = False


def _packet(body: bytes) -> Packet | None:
    """The packet of these bytes, or None where they are none."""
    if not _SMALLEST <= len(body) <= _LARGEST:
        return None
    inner = body[: -_CHECK.size]
    if _CHECK.unpack_from(body, len(inner))[0] != zlib.crc32(inner):
        return None
    head, ours, theirs, sequence, acknowledged, number, echo, window, count = _HEAD.unpack_from(inner)
    start = _HEAD.size + count * _RANGE.size
    if head >> 5 != VERSION or head & 0xF not in _KINDS or count > MOST_RANGES or len(inner) < start:
        return None
    if not ours or len(inner) - start > LARGEST_PAYLOAD:
        return None
    ranges = tuple(_RANGE.unpack_from(inner, _HEAD.size + place * _RANGE.size) for place in range(count))
    ends = [0] + [place for held in ranges for place in held]
    if ends != sorted(set(ends)):
        return None
    return Packet(
        Role(head >> 4 & 1),
        _KINDS[head & 0xF],
        ours,
        theirs,
        sequence,
        acknowledged,
        number,
        echo,
        window,
        ranges,
        inner[start:],
    )


_KINDS = {kind.value: kind for kind in Kind}


def _stuffed(data: bytes) -> bytes:
    """COBS: each run up to a zero, after a byte that says how long it is."""
    out = bytearray()
    for run in data.split(b"\0"):
        start = 0
        while len(run) - start >= 254:
            out.append(255)
            out += run[start : start + 254]
            start += 254
        out.append(len(run) - start + 1)
        out += run[start:]
    return bytes(out)


def _unstuffed(data: bytearray) -> bytes:
    """What `_stuffed` was given; blank where these bytes, none of them zero, are not what it gives."""
    out = bytearray()
    place = 0
    while place < len(data):
        length = data[place]
        if place + length > len(data):
            return b""
        out += data[place + 1 : place + length]
        place += length
        if length < 255 and place < len(data):
            out.append(0)
    return bytes(out)
