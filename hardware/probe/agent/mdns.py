"""A service found on the local network: one question by multicast DNS, answers read strictly (RFC 6762, 6763, 1035).

Who answers proves nothing: anybody on the network may. What is found are places to try, no more.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeVar

    K = TypeVar("K")
    V = TypeVar("V")

GROUP = "224.0.0.251"
PORT = 5353
LARGEST_MESSAGE = 9000
"""Bytes of one mDNS message (RFC 6762 section 17)."""
MOST_RECORDS = 256
"""Records read of one message; what follows is left unread."""
MOST_FOUND = 16
MOST_JUMPS = 16
"""Compression pointers followed in one name, which has at most 127 labels and seldom more than one pointer."""
LONGEST_NAME = 255

A, PTR, SRV = 1, 12, 33
_IN = 1
_UNICAST = 0x8000
"""In a question: answer to me alone (RFC 6762 section 5.4). In an answer the same bit says: flush your cache."""
_RESPONSE = 0x8000
_HEADER = struct.Struct(">HHHHHH")
_QUESTION = struct.Struct(">HH")
_RECORD = struct.Struct(">HHIH")


class BadAnswer(Exception):
    """The bytes are no DNS message that is read here."""


class Record(NamedTuple):
    """One record of an answer: for A the address, for PTR the name, for SRV (port, host).

    Names are bytes to be compared: the labels in lower case, each after its length, without the last, empty one.
    """

    name: bytes
    kind: int
    value: object


def question(kinds: Iterable[tuple[bytes, int]]) -> bytes:
    """A message that asks for records of these names and kinds, each to be answered to us alone."""
    questions = [name + b"\0" + _QUESTION.pack(kind, _IN | _UNICAST) for name, kind in kinds]
    return _HEADER.pack(0, 0, len(questions), 0, 0, 0) + b"".join(questions)


def name_of(text: str) -> bytes:
    """ "_a._tcp.local" as it is compared here."""
    labels = text.lower().encode("ascii").strip(b".").split(b".")
    return b"".join(bytes((len(label),)) + label for label in labels)


def answers(message: bytes) -> list[Record]:
    """The A, PTR and SRV records of an answer, in all of its sections. Raises `BadAnswer`."""
    if not _HEADER.size <= len(message) <= LARGEST_MESSAGE:
        raise BadAnswer("a message of a wrong size")
    _, flags, questions, *counts = _HEADER.unpack_from(message)
    # A response, a standard one, without an error.
    if flags & 0xF80F != _RESPONSE:
        raise BadAnswer("no answer")
    at = _HEADER.size
    for _ in range(min(questions, MOST_RECORDS)):
        _, at = _name(message, at)
        at += _QUESTION.size
    found = []
    for _ in range(min(sum(counts), MOST_RECORDS)):
        record, at = _record(message, at)
        if record is not None:
            found.append(record)
    return found


def _record(message: bytes, at: int) -> tuple[Record | None, int]:
    name, at = _name(message, at)
    if at + _RECORD.size > len(message):
        raise BadAnswer("a record that is cut")
    kind, group, _, length = _RECORD.unpack_from(message, at)
    at += _RECORD.size
    end = at + length
    if end > len(message):
        raise BadAnswer("a record that is cut")
    value: object = None
    if group & ~_UNICAST != _IN:
        return None, end
    if kind == A and length == 4:
        value = ".".join(map(str, message[at:end]))
    elif kind == PTR:
        value, stop = _name(message, at)
        if stop != end:
            raise BadAnswer("a name that is not as long as it says")
    elif kind == SRV and length > 6:
        host, stop = _name(message, at + 6)
        if stop != end:
            raise BadAnswer("a name that is not as long as it says")
        value = (struct.unpack_from(">H", message, at + 4)[0], host)
    return (None if value is None else Record(name, kind, value)), end


def _name(message: bytes, at: int) -> tuple[bytes, int]:
    """The name at `at`, and where what follows it begins. Pointers lead back only, and not for ever."""
    labels = bytearray()
    after = None
    jumps = 0
    while True:
        if at >= len(message):
            raise BadAnswer("a name that is cut")
        length = message[at]
        if length >= 0xC0:
            if at + 2 > len(message):
                raise BadAnswer("a name that is cut")
            after = at + 2 if after is None else after
            target = struct.unpack_from(">H", message, at)[0] & 0x3FFF
            jumps += 1
            if target >= at or jumps > MOST_JUMPS:
                raise BadAnswer("a name that leads nowhere")
            at = target
        elif length > 63:
            raise BadAnswer("a label of a kind that is not known")
        elif length == 0:
            return bytes(labels), at + 1 if after is None else after
        else:
            labels += message[at : at + 1 + length].lower()
            at += 1 + length
            if at > len(message) or len(labels) > LONGEST_NAME:
                raise BadAnswer("a name that is cut or too long")


class Finding:
    """What is known of one service type from the answers so far: bounded, and each thing at most once."""

    def __init__(self, service: str) -> None:
        self._service = name_of(service)
        self._instances: dict[bytes, None] = {}
        self._places: dict[bytes, tuple[int, bytes]] = {}
        self._addresses: dict[bytes, dict[str, None]] = {}

    def take(self, records: Iterable[Record]) -> None:
        """Keeps what belongs to the service."""
        for name, kind, value in records:
            if kind == PTR and name == self._service and isinstance(value, bytes):
                _keep(self._instances, value, None)
            elif kind == SRV and name.endswith(self._service) and isinstance(value, tuple):
                _keep(self._places, name, value)
            elif kind == A and isinstance(value, str):
                _keep(_keep(self._addresses, name, {}), value, None)

    def questions(self) -> list[tuple[bytes, int]]:
        """What is still to be asked."""
        if not self._instances:
            return [(self._service, PTR)]
        places = [(name, SRV) for name in self._instances if name not in self._places]
        hosts = [(host, A) for _, host in self._known() if host not in self._addresses]
        return places + hosts

    def found(self) -> list[tuple[str, int]]:
        """Addresses and ports at which the service is said to be."""
        found = [(address, port) for port, host in self._known() for address in self._addresses.get(host, ())]
        return list(dict.fromkeys(found))[:MOST_FOUND]

    def _known(self) -> Iterator[tuple[int, bytes]]:
        return (self._places[name] for name in self._instances if name in self._places)


def _keep(kept: dict[K, V], key: K, value: V) -> V:
    """Keeps the first value of a key, and not more keys than are read here."""
    if key in kept or len(kept) < MOST_FOUND:
        return kept.setdefault(key, value)
    return value
