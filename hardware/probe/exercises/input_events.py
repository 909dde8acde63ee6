"""The kernel's input devices: which there are, what they can do, and their events as they come.

Reading events is apart from opening devices: events are read from any file. Numbers and layouts: linux/input.h and
linux/input-event-codes.h.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import struct
from typing import TYPE_CHECKING, NamedTuple

from . import wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .session import Session

EV_SYN, EV_KEY, EV_ABS, EV_SW = 0, 1, 3, 5
SYN_DROPPED = 3
GRAB = 0x40044590
"""EVIOCGRAB: nobody else sees the events, so that keys do nothing to the console."""
KEYS_DOWN = 0x80604518
"""EVIOCGKEY(96): a bit for each key that is down."""
SWITCHES = 0x8008451B
"""EVIOCGSW(8)"""
AXIS = 0x80184540
"""EVIOCGABS(0); the axis is added. struct input_absinfo: value, minimum, maximum, fuzz, flat, resolution."""
MOST_DEVICES = 16
MOST_SLOTS = 32
"""Fingers that a touchpad tells apart."""
MT_SLOT, MT_X, MT_Y, MT_ID = 0x2F, 0x35, 0x36, 0x39
_EVENT = struct.Struct("@llHHi")
_BASE = "/sys/class/input"
_AT_ONCE = 64 * _EVENT.size
_MOST_STALE = 1024
"""Reads of events that are thrown away; the kernel keeps fewer."""


class Event(NamedTuple):
    """One event, without its time: that of the laptop's clock says nothing to anybody."""

    kind: int
    code: int
    value: int


class Source(NamedTuple):
    """An opened device: its file, what it is called, and what it told of itself (see `Found`)."""

    file: int
    found: Found


class Found(NamedTuple):
    """A device as sysfs shows it: `event` is its file's name; sets of numbers that it can send, and its properties."""

    event: str
    name: str
    keys: frozenset[int]
    axes: frozenset[int]
    switches: frozenset[int]
    properties: frozenset[int]


class EventReader:
    """Takes bytes in any portions and gives the events that have become whole."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[Event]:
        """The events, in order."""
        data = self._rest + data
        whole = len(data) - len(data) % _EVENT.size
        self._rest = data[whole:]
        for _, _, kind, code, value in _EVENT.iter_unpack(data[:whole]):
            yield Event(kind, code, value)


def devices(session: Session) -> list[Found]:
    """All input devices of the laptop."""
    found: list[Found] = []
    for event in session.names(_BASE):
        if event.startswith("event") and len(found) < 4 * MOST_DEVICES:
            base = f"{_BASE}/{event}/device"
            keys, axes, switches, properties = (
                bits_of(session.text(f"{base}/{kind}") or "")
                for kind in ("capabilities/key", "capabilities/abs", "capabilities/sw", "properties")
            )
            name = (session.text(f"{base}/name") or event)[:80]
            found.append(Found(event, name, keys, axes, switches, properties))
    return found


def bits_of(text: str) -> frozenset[int]:
    """The numbers of the bits in a sysfs bitmap: words of 64 bits in hexadecimal, the highest first."""
    found: set[int] = set()
    try:
        words = [int(word, 16) for word in text.split()[:64]]
    except ValueError:
        return frozenset()
    for place, word in enumerate(reversed(words)):
        found |= {place * 64 + bit for bit in range(64) if word >> bit & 1}
    return frozenset(found)


@contextlib.contextmanager
def opened(session: Session, wanted: list[Found]) -> Iterator[tuple[list[Source], str | None]]:
    """Opens and grabs the devices; the reason where none could be. A grab ends with the file that has it."""
    sources: list[Source] = []
    reason: str | None = None
    try:
        for found in wanted[:MOST_DEVICES]:
            try:
                file = session.open(f"/dev/input/{found.event}", os.O_RDONLY | os.O_NONBLOCK)
            except OSError as error:
                reason = wording.os_error(error)
                continue
            sources.append(Source(file, found))
            with contextlib.suppress(OSError):  # another program has it, and we see its events all the same
                fcntl.ioctl(file, GRAB, 1)
        yield sources, reason
    finally:
        for source in sources:
            with contextlib.suppress(OSError):
                fcntl.ioctl(source.file, GRAB, 0)
            os.close(source.file)


def listen(
    session: Session, sources: list[Source], take: Callable[[Source, Event], object], until_done: Callable[[], bool]
) -> None:
    """Gives every event to `take` until `until_done` says so after a batch of them, or until it is over.

    Where the kernel has lost events, those that are older than now are thrown away, and `take` gets the SYN_DROPPED
    alone: what the device tells by its ioctls then is newer than all that came before and older than what follows.
    A device that vanishes is left out from then on. Where none is left, it is still waited for the end: a person sees
    the same as with a dead keyboard.
    """
    readers = {source.file: (source, EventReader()) for source in sources}
    while not until_done() and not session.over():
        for file in session.wait(1.0, list(readers)):
            source, reader = readers[file]
            try:
                data = os.read(file, _AT_ONCE)
            except BlockingIOError:
                continue
            except OSError:
                data = b""
            if not data:
                del readers[file]
            for event in reader.feed(data):
                dropped = event.kind == EV_SYN and event.code == SYN_DROPPED
                if dropped:
                    _throw_away(file)
                take(source, event)
                if dropped:
                    readers[file] = (source, EventReader())
                    break


def _throw_away(file: int) -> None:
    with contextlib.suppress(OSError):  # it waits for nothing, or is gone
        for _ in range(_MOST_STALE):
            if not os.read(file, _AT_ONCE):
                break


def bits_told(file: int, request: int, size: int) -> frozenset[int]:
    """What an ioctl like `KEYS_DOWN` tells; nothing where the file is no input device."""
    told = bytearray(size)
    with contextlib.suppress(OSError):
        fcntl.ioctl(file, request, told)
    return frozenset(8 * place + bit for place, byte in enumerate(told) for bit in range(8) if byte >> bit & 1)


def contacts_told(file: int) -> dict[int, tuple[int, int]]:
    """The fingers on a touchpad now: the place of each by its slot; none where it does not tell."""
    told = []
    for axis in (MT_ID, MT_X, MT_Y):
        values = bytearray(struct.pack("@i", axis) + bytes(4 * MOST_SLOTS))
        # EVIOCGMTSLOTS: the axis, then its value in each slot. Slots that the device has not stay as they are.
        struct.pack_into(f"@{MOST_SLOTS}i", values, 4, *[-1] * MOST_SLOTS)
        try:
            fcntl.ioctl(file, 0x8000450A | len(values) << 16, values)
        except OSError:
            return {}
        told.append(struct.unpack_from(f"@{MOST_SLOTS}i", values, 4))
    return {slot: (x, y) for slot, (number, x, y) in enumerate(zip(*told)) if number >= 0}  # noqa: B905  # Python 3.10


def axis_value(file: int, axis: int) -> int | None:
    """The value of an axis now; None where it does not say."""
    told = bytearray(24)
    try:
        fcntl.ioctl(file, AXIS + axis, told)
    except OSError:
        return None
    return int(struct.unpack_from("<i", told)[0])


def axis_range(file: int, axis: int) -> tuple[int, int] | None:
    """The lowest and highest value of an axis; None where it does not say."""
    told = bytearray(24)
    try:
        fcntl.ioctl(file, AXIS + axis, told)
    except OSError:
        return None
    _, low, high = struct.unpack_from("<iii", told)
    return (low, high) if low < high else None
