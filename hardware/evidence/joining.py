"""Two lists of the same things from two sources, paired: the disks of the kernel with those of lsblk, and so on.

Only what is surely the same thing is paired: by its name in the same naming, or by a serial that both know.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from msgspec import Struct

from hardware.evidence.merge import prefer
from specs.facts import Battery, Disk, Fact, Known, value_of

__all__ = ["join", "named_disk", "pairs", "same_battery", "same_disk"]

T = TypeVar("T", bound=Struct)


def pairs(ours: Sequence[T], theirs: Sequence[T], same: Callable[[T, T], bool]) -> list[tuple[T, T | None]]:
    """Each of `ours` with its counterpart among `theirs`; a counterpart is used once, an ambiguous one not at all."""
    left = list(theirs)
    found: list[tuple[T, T | None]] = []
    for one in ours:
        matches = [other for other in left if same(one, other)]
        other = matches[0] if len(matches) == 1 else None
        if other is not None:
            left.remove(other)
        found.append((one, other))
    return found


def join(lists: Sequence[Fact[tuple[T, ...]]], same: Callable[[T, T], bool]) -> Fact[tuple[T, ...]] | None:
    """The first known list, each of its members completed with what the later lists say of it; None where none is.

    Members that only a later list has are not added: the first source is the one that lists them all.
    """
    known = [fact for fact in lists if isinstance(fact, Known)]
    if not known:
        return None
    members, evidence = known[0].value, known[0].evidence
    for other in known[1:]:
        members = tuple(prefer(one, two) if two is not None else one for one, two in pairs(members, other.value, same))
    return Known(members, evidence)


def named_disk(one: Disk, two: Disk) -> bool:
    """Two readings under one name or of one serial, whether or not they can be of one disk."""
    return one.name == two.name or _same_text(one.serial, two.serial)


def same_disk(one: Disk, two: Disk) -> bool:
    """Two readings of one disk: its serial, or the kernel's name where neither serial nor size speaks against it.

    A name is given anew at each start: what was sda may be a stick now.
    """
    if value_of(one.serial) is not None and value_of(two.serial) is not None:
        return _same_text(one.serial, two.serial)
    sizes = [size for disk in (one, two) if (size := value_of(disk.bytes)) is not None]
    return one.name == two.name and (len(sizes) < 2 or abs(sizes[0] - sizes[1]) <= max(sizes) / 100)


def same_battery(one: Battery, two: Battery) -> bool:
    """Two readings of one battery: the kernel's name for it, or its serial."""
    return one.name == two.name or _same_text(one.serial, two.serial)


def _same_text(one: Fact[str], two: Fact[str]) -> bool:
    first, second = value_of(one), value_of(two)
    return first is not None and second is not None and first.casefold() == second.casefold()
