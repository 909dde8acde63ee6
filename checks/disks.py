"""Which disks are the laptop's own, never a stick or a card that happens to be in it, and did anybody ask them?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from checks.disputes import disputed_part
from checks.several import gravest, gravest_of
from specs.facts import Disk, Fact, Facts, Known, Unknown

__all__ = ["Disks", "health_disputed", "not_asked", "own_disks", "sorted_disks"]


class Disks(Struct, frozen=True):
    """The disks of one laptop: those known to be its own, those that may be sticks, and those that are.

    `perhaps` says why it is not known of the gravest of those that may be sticks; None where there are none.
    """

    own: tuple[Disk, ...]
    doubtful: tuple[Disk, ...]
    removable: tuple[Disk, ...]

    @property
    def perhaps(self) -> Unknown | None:
        """Why a disk is not known to be the laptop's own."""
        why = gravest_of((disk.name, disk.removable) for disk in self.doubtful)
        if why is None:
            return None
        names = ", ".join(sorted(disk.name for disk in self.doubtful))
        return Unknown(f"it is not known whether {names} can be taken out ({why.reason})", why.evidence, why.problem)

    @property
    def sticks(self) -> tuple[str, ...]:
        """The names that only disks known to be removable have."""
        others = {disk.name for disk in (*self.own, *self.doubtful)}
        return tuple(disk.name for disk in self.removable if disk.name not in others)


def sorted_disks(facts: Facts) -> Disks | Unknown:
    """The disks by whether they are the laptop's own."""
    if isinstance(facts.storage, Unknown):
        return facts.storage
    disks = facts.storage.value
    return Disks(
        own=tuple(disk for disk in disks if isinstance(disk.removable, Known) and not disk.removable.value),
        doubtful=tuple(disk for disk in disks if isinstance(disk.removable, Unknown)),
        removable=tuple(disk for disk in disks if isinstance(disk.removable, Known) and disk.removable.value),
    )


def own_disks(facts: Facts) -> tuple[Disk, ...] | Unknown:
    """The disks that are not known to be removable: of a fault each of them may be the laptop's."""
    disks = sorted_disks(facts)
    return disks if isinstance(disks, Unknown) else (*disks.own, *disks.doubtful)


def not_asked(told: Sequence[Fact[Any]]) -> Unknown | None:
    """Why nobody knows what a disk says; None where it told any of it, or has nothing of the kind to tell."""
    unknown = [fact for fact in told if isinstance(fact, Unknown)]
    if len(unknown) < len(told) or any(fact.problem == "absent" for fact in unknown):
        return None
    return gravest(unknown)


def health_disputed(facts: Facts, *leaves: str) -> Unknown | None:
    """Why nobody knows how a disk is: two accounts of its health differ, or of which disk it is.

    A stick counts here: names are given anew at each start, and what was under its name may have been the disk.
    """
    return disputed_part(facts, "storage", (*(f"health.{leaf}" for leaf in leaves), "serial"))
