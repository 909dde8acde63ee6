"""The shifts of a bench: when each begins by the clock on the wall, and in which one a moment lies. Pure.

A shift begins at the local time that the setting names, on every day, and lasts until the next one begins. Where the
clocks are put back and a time comes twice, its shift begins at the first; where they are put forward over a start, that
shift begins as much later as the clocks were moved.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta, tzinfo
from typing import Final

from msgspec import Struct

__all__ = ["MOST_SHIFTS", "SHIFTS", "USUAL_SHIFTS", "Shift", "ShiftsWrong", "kept_shifts", "parse_shifts", "shift_of"]

SHIFTS: Final = "shifts"
"""The setting that names when shifts begin."""
USUAL_SHIFTS: Final = "06:00 14:00 22:00"
MOST_SHIFTS: Final = 8

_START: Final = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_LONGEST: Final = 200


class ShiftsWrong(ValueError):
    """A text that does not say when shifts begin. One sentence with the remedy."""


class Shift(Struct, frozen=True):
    """One shift: from `begins` until just before `ends`, both in Unix seconds. `name` is its local day and start
    ("2026-11-30 06:00"): no other shift of this bench has it.
    """

    name: str
    begins: float
    ends: float


def parse_shifts(text: str) -> tuple[time, ...]:
    """The starts in "06:00 14:00 22:00", earliest first: 1 to 8 local times, none twice. Raises `ShiftsWrong`."""
    words = text[:_LONGEST].replace(",", " ").split()
    found = [_START.fullmatch(word) for word in words]
    if not 1 <= len(found) <= MOST_SHIFTS or len(text) > _LONGEST:
        raise ShiftsWrong(f'name 1 to {MOST_SHIFTS} times at which a shift begins, as in "{USUAL_SHIFTS}"')
    starts = {time(int(one[1]), int(one[2])) for one in found if one}
    if None in found:
        raise ShiftsWrong(f'a shift begins at a time from 00:00 to 23:59, as in "{USUAL_SHIFTS}"')
    if len(starts) < len(found):
        raise ShiftsWrong(f'two shifts cannot begin at the same time; name each start once, as in "{USUAL_SHIFTS}"')
    return tuple(sorted(starts))


def kept_shifts(setting: str) -> tuple[time, ...]:
    """The starts that a bench's setting names; the usual ones where it names none that can be read."""
    try:
        return parse_shifts(setting)
    except ShiftsWrong:
        return parse_shifts(USUAL_SHIFTS)


def shift_of(starts: Sequence[time], moment: float, zone: tzinfo | None = None) -> Shift:
    """The shift in which a moment lies (Unix seconds), by the clock of `zone`, or of this computer where it is None."""
    today = datetime.fromtimestamp(moment, zone).date()
    begun: dict[float, str] = {}
    # Two days to each side: a start may be moved by a change of the clocks, and a whole day may be left out.
    for day in (today + timedelta(days=number) for number in range(-2, 3)):
        for start in starts:
            # Without a zone this is a time on this computer's own clock, and `timestamp` takes it for one.
            begun[datetime.combine(day, start, zone).timestamp()] = f"{day.isoformat()} {start:%H:%M}"
    begins = max(one for one in begun if one <= moment)
    ends = min(one for one in begun if one > moment)
    return Shift(begun[begins], begins, ends)
