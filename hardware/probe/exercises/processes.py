"""The processes that an exercise starts: none of them outlives it, however it ends.

Every one stays in the exercise's session, so that who kills the session kills it too.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import time
from typing import TYPE_CHECKING

from .ending import END_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_PARENT_DEATH_SIGNAL = 1
_CHILD_SUBREAPER = 36
"""prctl(2): linux/prctl.h."""


def dying_with_parent(number: int) -> Callable[[], None]:
    """What a child calls right after its fork: from then on it gets the signal when its parent dies.

    Made before the fork, so that nothing is looked up in the child. It does nothing where the kernel cannot.
    """
    prctl = _prctl()
    parent = os.getpid()

    def ask() -> None:
        prctl(_PARENT_DEATH_SIGNAL, number)
        if os.getppid() != parent:  # it died before it was asked
            os.kill(os.getpid(), number)

    return ask


def adopt_orphans(adopt: bool = True) -> None:
    """From now on this process becomes the parent of its descendants' orphans, so that `end_children` finds them."""
    _prctl()(_CHILD_SUBREAPER, int(adopt))


def children() -> set[int]:
    """The processes that this one started or adopted."""
    return {pid for pid, parent in _parents().items() if parent == os.getpid()}


def end_children(spared: Iterable[int] = (), seconds: float = END_SECONDS) -> bool:
    """Kills all descendants but the children `spared`, and theirs. True where none is left.

    Asks nobody first: what may end in peace was given its time before.
    """
    spared = set(spared)
    until = time.monotonic() + seconds
    while True:
        left = _descendants(spared)
        for pid in left:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        for pid in left:
            with contextlib.suppress(OSError):  # not a child of ours, or gone
                os.waitpid(pid, os.WNOHANG)
        if not left:
            return True
        if time.monotonic() > until:
            return False
        time.sleep(0.005)


def _descendants(spared: set[int]) -> list[int]:
    parents = _parents()
    found: list[int] = []
    wanted = {os.getpid()}
    while wanted:
        wanted = {pid for pid, parent in parents.items() if parent in wanted and pid not in spared}
        found += sorted(wanted)
    return found


def _parents() -> dict[int, int]:
    """The parent of every process."""
    found: dict[int, int] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            # Suppressed: it ended meanwhile.
            with contextlib.suppress(OSError, ValueError, IndexError), open(f"/proc/{name}/stat", "rb") as file:
                # "12 (a name) S 11 ...": the name may hold anything, parentheses too.
                found[int(name)] = int(file.read().rpartition(b")")[2].split()[1])
    return found


def _prctl() -> Callable[[int, int], object]:
    try:
        prctl = ctypes.CDLL(None).prctl
    except (OSError, AttributeError):
        return lambda _option, _value: None
    return lambda option, value: prctl(option, ctypes.c_ulong(value), 0, 0, 0)
