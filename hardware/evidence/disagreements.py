"""Where two sources of one bundle say different things about one fact: a fact of its own, with both and their evidence.

Compared is only what cannot honestly differ between two readings of one laptop. The visible memory, the running
system or the charge of a battery may; who the laptop is, what is fitted and what its firmware is may not. Sources
round, cut and decorate: texts are compared by their letters and digits and one may be the beginning of the other
(the kernel cuts a SATA disk's model to 16 characters), sizes within the rounding of Windows' cylinders.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any, Final

from hardware.evidence.items import Part
from hardware.evidence.joining import named_disk, pairs, same_battery
from specs.facts import Claim, Disagreement, Disk, Display, Fact, Known
from specs.text import clean

__all__ = ["MOST_DISAGREEMENTS", "disagreements", "disk_disagreements", "display_disagreements"]

MOST_DISAGREEMENTS: Final = 64
"""Disagreements that are kept: two laptops' evidence in one bundle differ in some twenty facts."""

_DECORATION: Final = re.compile(r"\((?:r|tm|c)\)|\bcpu\b|\bprocessor\b|[^0-9a-z\u0080-\uffff]+")
_SHORTEST_BEGINNING: Final = 8
"""Characters of a text that may stand for a longer one that begins with it."""


def _alike(one: object, two: object) -> bool:
    """The same text, but for case, blanks, signs and an end that was cut off."""
    first, second = (_DECORATION.sub("", str(value).casefold()) for value in (one, two))
    short, long = sorted((first, second), key=len)
    return first == second or (len(short) >= _SHORTEST_BEGINNING and long.startswith(short))


def _same_words(one: object, two: object) -> bool:
    """The same text but for case and blanks: a T480s is no T480, and 1.1.40 is not 11.4.0."""
    first, second = (" ".join(str(value).casefold().split()) for value in (one, two))
    return first == second


def _exactly(one: object, two: object) -> bool:
    return str(one).casefold() == str(two).casefold()


def _within(share: float) -> Callable[[object, object], bool]:
    def near(one: object, two: object) -> bool:
        if not isinstance(one, int | float) or not isinstance(two, int | float):
            return one == two
        return abs(one - two) <= share * max(abs(one), abs(two))

    return near


_Same = Callable[[object, object], bool]

_COMPARED: Final[Mapping[str, _Same]] = {
    "identity.manufacturer": _alike,
    "identity.product": _same_words,
    "identity.version": _alike,
    "identity.sku": _exactly,
    "identity.serial": _exactly,
    "identity.uuid": _exactly,
    "identity.board_serial": _exactly,
    "identity.board_product": _alike,
    "firmware.version": _same_words,
    "firmware.uefi": _exactly,
    "firmware.secure_boot": _exactly,
    "firmware.date": _exactly,
    "firmware.oem_key_last5": _exactly,
    "processor.model": _alike,
    "processor.cores": _exactly,
    "memory.installed_bytes": _exactly,
    "tpm.present": _exactly,
    "tpm.version": _exactly,
}
# Windows rounds a disk down to whole cylinders, at most one in a thousand of the smallest disk (quirks.md no. 31).
_DISK: Final[Mapping[str, _Same]] = {
    "bytes": _within(0.001),
    "model": _alike,
    "serial": _exactly,
    "firmware": _alike,
    "health.assessment": _exactly,
}
_DISK_COPIES: Final[Mapping[str, _Same]] = {
    "serial": _exactly,
    "bytes": _within(0.001),
    "health.assessment": _exactly,
    "health.reallocated": _exactly,
    "health.life_time_a": _exactly,
    "health.life_time_b": _exactly,
    "health.pre_eol": _exactly,
}
# A battery's gauge learns while it is read; two tools round differently.
_BATTERY: Final[Mapping[str, _Same]] = {"design_wh": _within(0.02), "model": _alike, "serial": _exactly}
_DISPLAY: Final[Mapping[str, _Same]] = {
    "manufacturer": _exactly,
    "product_code": _exactly,
    "serial": _exactly,
    "width_px": _exactly,
    "height_px": _exactly,
}


def disagreements(best_first: Callable[[str], Sequence[Part]]) -> tuple[Disagreement, ...]:
    """Where items differ: single facts, disks and batteries. `best_first` gives a component's sources in order."""
    found: list[Disagreement] = []
    for path, same in _COMPARED.items():
        component, _, leaf = path.partition(".")
        found += _differing(
            path, [getattr(getattr(part.facts, component), leaf) for part in best_first(component)], same
        )
    found += _listed("storage", [part.facts.storage for part in best_first("storage")], named_disk, _DISK)
    found += _listed("battery", [part.facts.battery for part in best_first("battery")], same_battery, _BATTERY)
    return tuple(found)


def display_disagreements(copies: Mapping[str, Sequence[Display]]) -> list[Disagreement]:
    """Where two EDIDs of one connector differ."""
    return _of_copies("display", copies, _DISPLAY)


def disk_disagreements(copies: Mapping[str, Sequence[Disk]]) -> list[Disagreement]:
    """Where two SMART reports, or two wear readings, of one disk differ."""
    return _of_copies("storage", copies, _DISK_COPIES)


def _of_copies(
    component: str, copies: Mapping[str, Sequence[Any]], compared: Mapping[str, _Same]
) -> list[Disagreement]:
    return [
        found
        for name, members in copies.items()
        for leaf, same in compared.items()
        for found in _differing(
            f"{component}.{clean(name, 40)}.{leaf}", [attrgetter(leaf)(one) for one in members], same
        )
    ]


def _listed(
    component: str,
    lists: Sequence[Fact[tuple[Any, ...]]],
    same: Callable[[Any, Any], bool],
    compared: Mapping[str, _Same],
) -> list[Disagreement]:
    """Where the members of the first known list differ from their counterparts in the later ones."""
    known = [fact.value for fact in lists if isinstance(fact, Known)]
    if not known:
        return []
    claims: dict[tuple[str, str], list[Fact[Any]]] = {}
    for other in known[1:]:
        for one, two in pairs(known[0], other, same):
            for leaf in compared if two is not None else ():
                claims.setdefault((one.name, leaf), [attrgetter(leaf)(one)]).append(attrgetter(leaf)(two))
    return [
        found
        for (name, leaf), facts in claims.items()
        for found in _differing(f"{component}.{clean(name, 40)}.{leaf}", facts, compared[leaf])
    ]


def _differing(path: str, facts: Sequence[Fact[Any]], same: _Same) -> list[Disagreement]:
    """The disagreement among the known ones of `facts`, none where all say what the first says."""
    known = [fact for fact in facts if isinstance(fact, Known)]
    different: list[Known[Any]] = known[:1]
    for fact in known[1:]:
        if not any(same(fact.value, other.value) for other in different):
            different.append(fact)
    if len(different) < 2:
        return []
    return [Disagreement(path, tuple(Claim(clean(str(fact.value), 200), fact.evidence) for fact in different[:8]))]
