"""Which readings are believed. A wrong reading is far worse than none.

Every symbology has its own danger: ITF has no check and reads as part of longer bars, EAN-8 and UPC-E are short enough
to be found in noise, Code 39 has no check character, Code 128's lets one wrong reading in a hundred through. A 2-D code
carries Reed-Solomon check words and was never wrong in any measurement, so it is believed as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from hardware.scanners.decoding.symbols import Corners, Symbol

__all__ = ["believed", "overlapping"]

SHORTEST: Final = {"Code128": 3, "Code39": 4, "ITF": 6}
"""Characters. zbar reads single letters as Code 39 in noise; zxing-cpp short ITF in the middle of other bars."""
SHORT_CHECKS: Final = frozenset({"EAN8", "UPCE"})
ITF_14: Final = 14
ALONE: Final = ("zbar region",)
"""zbar once, and nobody else: it makes serials up out of damaged and blurred bars, with a right check character too."""
# What labels have in Code 128: all wrong readings that were measured but one have something else in them.
_USUAL: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 #-./+;:_%$*\x1d")


def believed(readings: Sequence[Symbol]) -> list[Symbol]:
    """The readings of one picture, each symbol once with all that saw it, without those that cannot be trusted."""
    united: dict[tuple[str, str], Symbol] = {}
    for one in readings:
        key = one.code.text, one.format
        known = united.get(key)
        if known is None:
            united[key] = one
        else:
            witnesses = dict.fromkeys((*known.seen_by, *one.seen_by))
            # zbar does not tell FNC 1: the identifier of the one who does is kept.
            code = one.code if one.code.symbology == "]C1" else known.code
            united[key] = replace(known, seen_by=tuple(witnesses), code=code)
    kept = [one for one in united.values() if _plausible(one)]
    return [one for one in kept if not any(_denies(other, one) for other in kept)]


def _plausible(one: Symbol) -> bool:
    if not one.linear:
        return True
    text, witnesses = one.code.text, len(one.seen_by)
    if one.seen_by == ALONE:
        return False
    if len(text) < SHORTEST.get(one.format, 1):
        return False
    if one.format == "ITF":
        if len(text) % 2 or not text.isdigit():
            return False
        return (len(text) == ITF_14 and _check_digit_right(text)) or witnesses >= 2
    if one.format in SHORT_CHECKS:
        return witnesses >= 2
    if one.format == "Code128":
        return set(text) <= _USUAL or witnesses >= 2
    return True


def _denies(other: Symbol, one: Symbol) -> bool:
    """Whether two readings of the same bars differ: the one with fewer witnesses goes, both where they have as many."""
    if other is one or not (other.linear and one.linear) or not overlapping(other.corners, one.corners):
        return False
    return len(other.seen_by) >= len(one.seen_by)


def overlapping(a: Corners, b: Corners) -> bool:
    """Whether the middle of the one lies in the other (both as upright boxes, which the middle makes harmless)."""
    return _inside(_middle(a), b) or _inside(_middle(b), a)


def _middle(corners: Corners) -> tuple[float, float]:
    return sum(x for x, _ in corners) / 4, sum(y for _, y in corners) / 4


def _inside(point: tuple[float, float], corners: Corners) -> bool:
    """Whether the point is within the four sides: always to the same hand of them."""
    hands = set()
    for (ax, ay), (bx, by) in zip(corners, (*corners[1:], corners[0]), strict=True):
        hand = (bx - ax) * (point[1] - ay) - (by - ay) * (point[0] - ax)
        if hand:
            hands.add(hand > 0)
    return len(hands) <= 1


def _check_digit_right(text: str) -> bool:
    """The last digit of a GTIN: weights 3 and 1 from the right."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(text[:-1])))
    return (10 - total % 10) % 10 == int(text[-1])
