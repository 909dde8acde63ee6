"""Memory: patterns are written to most of what is free, read back and compared.

Bounded by time, and by what is free: the laptop must neither swap nor end programs. What the kernel and the probe
themselves hold is not tested; a test of all memory needs a boot into a tester.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import struct
import time
from typing import TYPE_CHECKING, Any

from . import wording
from .arguments import Rule
from .session import CannotMeasure, Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Protocol

    class Area(Protocol):
        """What is tested: bytes that are written and read by slices."""

        def __len__(self) -> int: ...
        def __setitem__(self, place: slice, data: bytes) -> None: ...
        def __getitem__(self, place: slice) -> bytes: ...


ARGUMENTS = {
    "share": Rule(0.01, 0.9, 0.7, whole=False),  # of what is available; stressapptest takes 0.9 of what is free
    "work_s": Rule(0.1, 3000, 18.0, whole=False),
}
BLOCK = 64 * 1024
"""Bytes that are written and compared at once: small enough for the copy that is compared to stay in the cache."""
RESERVE = 96 * 2**20
"""Bytes that stay free whatever the share, and at least a sixteenth of all memory."""
PIECE = 64 * 2**20
"""After each so many bytes, what is still free is looked at again before more is taken."""
MOST_FIRST = 8


def run(session: Session, share: float, work_s: float) -> dict[str, Any]:
    """Tests `share` of the memory that is available, or as much as is thought to take `work_s` seconds."""
    total, available = meminfo(session, "MemTotal"), meminfo(session, "MemAvailable")
    reserve = max(RESERVE, total // 16)
    size = min(int(available * share), available - reserve) // BLOCK * BLOCK
    if size < BLOCK:
        raise CannotMeasure(wording.NO_MEMORY_FREE)
    with mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as area:
        passes = Passes(area, available, lambda: meminfo(session, "MemAvailable") > reserve, _locker(area))
        passes.run(session, session.limit(work_s))
    if not passes.tested:
        raise CannotMeasure(wording.TOO_LITTLE_TIME)
    if passes.passes < passes.of:
        session.fell_short(wording.stopped_at(passes.passes, passes.of, "passes"))
    return passes.measured()


def meminfo(session: Session, name: str) -> int:
    """Bytes, as /proc/meminfo has them. Raises `CannotMeasure`."""
    for line in (session.text("/proc/meminfo") or "").split("\n"):
        key, _, value = line.partition(":")
        number = value.strip().partition(" ")[0]
        if key == name and number.isdigit():
            return int(number[:15]) * 1024
    raise CannotMeasure(wording.NO_MEMINFO)


class Passes:
    """The passes over one area. `free` says whether more may be taken; `lock` keeps a piece from being swapped out."""

    def __init__(
        self, area: Area, available: int, free: Callable[[], bool], lock: Callable[[int, int], object]
    ) -> None:
        self._area = area
        self._available = available
        self._free = free
        self._lock = lock
        self.tested = 0
        self.passes = 0
        self.of = len(list(patterns()))
        self.mismatches = 0
        self.first: list[dict[str, Any]] = []

    def measured(self) -> dict[str, Any]:
        """The item's part."""
        return {
            "bytes": self.tested,
            "available": self._available,
            "passes": self.passes,
            "mismatches": self.mismatches,
            "first": self.first,
        }

    def run(self, session: Session, until: float) -> None:
        """Takes what can be tested until `until`, and tests it with every pattern even where that takes longer."""
        size = len(self._area) // BLOCK * BLOCK
        size = self._take(session, size, until, self.of)
        for number, pattern in enumerate(patterns()):
            written = 0
            for place in range(0, size, BLOCK):
                if session.over():
                    break
                self._area[place : place + BLOCK] = pattern(place)
                written = place + BLOCK
                session.progress("going", number * 2 * size + written, 2 * self.of * size)
            read = self._compare(session, pattern, written, number * 2 * size + size, 2 * self.of * size)
            self.tested = max(self.tested, read)
            session.note(self.measured(), "testing memory")
            if read < size:
                return
            self.passes += 1

    def _take(self, session: Session, size: int, until: float, passes: int) -> int:
        """Touches memory until `size` is there, or no more is free, or the passes over it would not end in their time;
        how much there is.
        """
        taken = 0
        empty = bytes(BLOCK)
        cost = 0.0  # seconds a byte for one pass
        while taken < size and not session.over():
            if taken and time.monotonic() + cost * taken * passes >= until:
                break
            if taken and taken % PIECE == 0 and not self._free():
                break
            if taken == PIECE:
                cost = min(self._cost(taken), self._cost(taken))  # the first time is slower than all others
            self._lock(taken, BLOCK)  # block by block: in one piece the kernel would not look at the clock
            self._area[taken : taken + BLOCK] = empty
            taken += BLOCK
        return taken

    def _cost(self, size: int) -> float:
        """Seconds a byte that it takes to write and compare, tried on the first `size` bytes."""
        noise = _shifting(os.urandom(2 * BLOCK))
        began = time.monotonic()
        for place in range(0, size, BLOCK):
            self._area[place : place + BLOCK] = noise(place)
        for place in range(0, size, BLOCK):
            if self._area[place : place + BLOCK] != noise(place):
                break  # the passes will find it, and count it
        return (time.monotonic() - began) / size

    def _compare(self, session: Session, pattern: Callable[[int], bytes], written: int, before: int, of: int) -> int:
        for place in range(0, written, BLOCK):
            if session.over():
                return place
            expected = pattern(place)
            found = self._area[place : place + BLOCK]
            if found != expected:
                self._differ(place, expected, found)
            session.progress("going", before + place + BLOCK, of)
        return written

    def _differ(self, place: int, expected: bytes, found: bytes) -> None:
        words = struct.unpack(f"<{BLOCK // 8}Q", expected)
        for index, got in enumerate(struct.unpack(f"<{BLOCK // 8}Q", found)):
            wanted = words[index]
            if wanted != got:
                self.mismatches += 1
                if len(self.first) < MOST_FIRST:
                    self.first.append(
                        {"offset": place + index * 8, "expected": f"{wanted:016x}", "found": f"{got:016x}"}
                    )


def patterns() -> Iterator[Callable[[int], bytes]]:
    """What is written in each pass, as a function from a block's place to its bytes.

    Random and its complement: every cell holds both values beside others that change. Walking ones and zeros: lines
    that touch. Its own address in every word: lines of addresses that touch.
    """
    noise = os.urandom(2 * BLOCK)
    inverse = bytes(byte ^ 0xFF for byte in noise)
    yield _shifting(noise)
    yield _shifting(inverse)
    yield _shifting(_walking(0))
    yield _shifting(_walking(2**64 - 1))
    yield _addresses


def _walking(background: int) -> bytes:
    words = struct.pack("<64Q", *(background ^ 1 << bit for bit in range(64)))
    return words * (2 * BLOCK // len(words))


def _shifting(data: bytes) -> Callable[[int], bytes]:
    """A block's part of `data`, which is two blocks long: neighbours begin at places 4,104 bytes apart, so that a block
    that is another's double does not look right.
    """

    def part(place: int) -> bytes:
        start = place // BLOCK * 4104 % BLOCK
        return data[start : start + BLOCK]

    return part


def _addresses(place: int) -> bytes:
    # The 4 KiB of a page share a word, which is the page's own; within it, walking words were tested before.
    return b"".join(struct.pack("<Q", page) * 512 for page in range(place, place + BLOCK, 4096))


def _locker(area: mmap.mmap) -> Callable[[int, int], object]:
    """Locks a piece of `area`; where that is not allowed, it is tested all the same."""
    try:
        mlock = ctypes.CDLL(None).mlock
        start = ctypes.addressof(ctypes.c_char.from_buffer(area))
    except (OSError, AttributeError):
        return lambda _place, _size: None
    return lambda place, size: mlock(ctypes.c_void_p(start + place), ctypes.c_size_t(size))
