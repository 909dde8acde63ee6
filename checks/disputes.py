"""What two accounts of one laptop differ about: a reading of it may fail the laptop and never pass it.

Where sources differ, the facts use the better one, and for a disk's health the worse; the other account is in
`facts.disagreements`, under the path of the fact (`hardware.evidence.disagreements` writes them).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from operator import attrgetter

import msgspec

from checks.check import Reading, measured
from checks.several import gravest
from specs.facts import Disagreement, Facts, Unknown, value_of
from specs.text import clean

__all__ = ["disputed", "disputed_part", "doubted", "undisputed"]


def disputed(facts: Facts, *paths: str) -> Unknown | None:
    """Why nobody knows which account of a fact is right; None where no two differ. `paths` as in "firmware.date"."""
    return _first(facts, lambda path: path in paths)


def disputed_part(facts: Facts, component: str, leaves: Iterable[str], apart: Collection[str] = ()) -> Unknown | None:
    """The same for a list of parts: "storage" and "health.pending" find "storage.sda.health.pending".

    `apart` are the names of parts that the reading is not about, such as a stick.
    """
    names = {clean(name, 40) for name in apart}
    endings = tuple(f".{leaf}" for leaf in leaves)

    def about(path: str) -> bool:
        if not path.startswith(f"{component}."):
            return False
        ending = next((ending for ending in endings if path.endswith(ending)), None)
        return ending is not None and path[len(component) + 1 : -len(ending)] not in names

    return _first(facts, about)


def undisputed(facts: Facts, path: str, detail: str = "") -> Reading:
    """The reading of the fact at that path, as in "firmware.version"; where two sources differ, it passes nothing."""
    return doubted(measured(attrgetter(path)(facts), detail), disputed(facts, path))


def doubted(reading: Reading, *doubts: Unknown | None) -> Reading:
    """The reading, able to fail and not to pass where there is a doubt; an unknown one stays what it is."""
    doubt = gravest(doubts)
    if doubt is None or isinstance(reading, Unknown):
        return reading
    return msgspec.structs.replace(reading, unread=gravest((reading.unread, doubt)))


def _first(facts: Facts, about: Callable[[str], bool]) -> Unknown | None:
    found = next((one for one in value_of(facts.disagreements) or () if about(one.fact)), None)
    return None if found is None else _why(found)


def _why(found: Disagreement) -> Unknown:
    said = ", ".join(f"{claim.value} ({', '.join(claim.evidence)})" for claim in found.claims)
    evidence = tuple(item for claim in found.claims for item in claim.evidence)
    return Unknown(f"two accounts of {found.fact} differ: {said}", evidence, "differs")
