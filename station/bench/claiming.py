"""Which slot a label belongs to: by what the laptops' own firmware says, and by what stands where. Pure.

A label and a laptop of one serial number find each other wherever they are. A laptop that says nothing takes the label
that can only be its own. Anything else is never guessed: it waits, stops one slot, or is refused in a sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from msgspec import Struct

from station.bench import wording

__all__ = ["Claim", "Claimed", "Conflict", "Due", "Refuse", "Standing", "Wait", "Waiting", "claim", "due"]


class Standing(Struct, frozen=True):
    """How one slot stands.

    `free`: a laptop is there, and no test runs; `asked`: it is still asked who it is; `says` is its answer (empty: it
    gave none). `busy`: a test runs. `comes`: no laptop is there, and one may come. `leaves`: its laptop has its
    verdict, and another may take its place. `stopped`: it waits for a person's decision. `tested`: what became of its
    laptop is in view, with a `verdict` or without, since it was `finished` (monotonic seconds). `blocked` says why no
    laptop of a delivery is tested there.
    """

    number: int
    free: bool = False
    asked: bool = False
    says: str = ""
    busy: bool = False
    comes: bool = False
    leaves: bool = False
    stopped: bool = False
    tested: bool = False
    verdict: bool = False
    finished: float = float("-inf")
    blocked: str = ""


class Claim(Struct, frozen=True):
    """The label belongs to the laptop in this slot."""

    slot: int


class Conflict(Struct, frozen=True):
    """The label can only be for the laptop in this slot, and that one says another serial number."""

    slot: int


class Wait(Struct, frozen=True):
    """Its laptop is not there yet, or has not said who it is (`asking`)."""

    asking: bool = False


class Refuse(Struct, frozen=True):
    """Nothing can be done with the label, and why. `slot` is the blocked one that it was for (0: none)."""

    sentence: str
    slot: int = 0


Claimed: TypeAlias = Claim | Conflict | Wait | Refuse


class Waiting(Struct, frozen=True):
    """A label that waits: for a slot that it was promised (0: none), or `anywhere`, also in a blocked one. `asking`: it
    does so only until the laptops that were there have said who they are.
    """

    serial: str
    promised: int = 0
    anywhere: bool = False
    asking: bool = False


class Due(Struct, frozen=True):
    """The label at `place` among those that wait need not wait any longer."""

    place: int
    claimed: Claim | Conflict | Refuse


def claim(serial: str, standings: Sequence[Standing], promised: int = 0, *, anywhere: bool = False) -> Claimed:
    """What a label with this serial number means to these slots.

    `promised` is the slot that SLOT N named (0: none). `anywhere`: a golden laptop, which is tested in a blocked slot
    too.
    """
    same = [one for one in standings if one.free and one.says and one.says.casefold() == serial.casefold()]
    if len(same) > 1:
        return Refuse(wording.two_say(serial, [one.number for one in same]))
    if same:
        [slot] = same
        return Claim(slot.number) if anywhere or not slot.blocked else Refuse(slot.blocked, slot.number)
    named = next((one for one in standings if one.number == promised), None)
    if named is not None:
        return _in_the_named(named, anywhere=anywhere)
    if any(one.free and one.asked for one in standings):
        return Wait(asking=True)
    usable = [one for one in standings if anywhere or not one.blocked]
    free = [one for one in usable if one.free]
    silent = [one for one in free if not one.says]
    if silent:
        # The one that has stood longest without a verdict to read: an unused one first.
        return Claim(min(silent, key=lambda one: (one.stopped, one.verdict, one.finished, one.number)).number)
    if any(one.comes for one in usable) or any(one.leaves for one in free):
        return Wait()
    if len(free) == 1:
        return Conflict(free[0].number)
    if free:
        return Refuse(wording.which_slot(serial, [one.number for one in free]))
    return Refuse(_nowhere(serial, standings, usable))


def due(waiting: Sequence[Waiting], standings: Sequence[Standing]) -> Due | None:
    """The first label that need not wait any longer; None where all of them still do.

    A laptop that says nothing takes a label only where no other that waits could be its own. One that was there before,
    and has been tested, takes none: the label waits for another that comes.
    """
    by_number = {one.number: one for one in standings}
    found = [claim(one.serial, standings, one.promised, anywhere=one.anywhere) for one in waiting]
    for place, claimed in enumerate(found):
        # First of all: a laptop that says its own label's serial number is in nobody else's way.
        if isinstance(claimed, Claim) and by_number[claimed.slot].says:
            return Due(place, claimed)
    for place, (one, claimed) in enumerate(zip(waiting, found, strict=True)):
        match claimed:
            case Refuse() if one.asking:
                return Due(place, claimed)
            case Claim(number) if _sure(one, by_number[number], waiting):
                return Due(place, claimed)
            case Conflict(number) if not by_number[number].stopped and _sure(one, by_number[number], waiting):
                return Due(place, claimed)
            case _:
                pass
    return None


def _sure(label: Waiting, slot: Standing, waiting: Iterable[Waiting]) -> bool:
    """True where the laptop in that slot can only be this label's."""
    if slot.tested and not label.asking:
        return False
    return label.promised == slot.number or sum(1 for one in waiting if one.promised in (0, slot.number)) == 1


def _in_the_named(slot: Standing, *, anywhere: bool) -> Claimed:
    if slot.blocked and not anywhere:
        return Refuse(slot.blocked, slot.number)
    if slot.free:
        if slot.asked:
            return Wait(asking=True)
        return Conflict(slot.number) if slot.says else Claim(slot.number)
    if slot.comes:
        return Wait()
    return Refuse(wording.slot_busy(slot.number) if slot.busy else wording.no_laptop_in(slot.number))


def _nowhere(serial: str, standings: Sequence[Standing], usable: Sequence[Standing]) -> str:
    """Why no slot takes the label, and none will."""
    blocked = next((one.blocked for one in standings if one not in usable and (one.free or one.comes)), "")
    if blocked:
        return blocked
    # Not queued: it would start on the laptop that is still in the slot, and wipe a verdict nobody has read.
    busy = sum(1 for one in standings if one.busy)
    return wording.busy(serial, busy) if busy else wording.NO_LAPTOP
