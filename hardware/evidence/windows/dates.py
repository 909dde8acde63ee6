"""The dates that Windows writes, as ISO dates.

CIM `20200224113745.000000+480` (stars for what is not known), `/Date(ms)/` of ConvertTo-Json, ISO, and the text that
the user's region makes of a date, in which 11/09/2020 may be either month (quirks.md no. 36). A firmware's date is
midnight UTC; PowerShell prints it in local time, which west of Greenwich is the evening before.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from typing import Final

from specs.text import clean

__all__ = ["day_first_of", "firmware_day"]

_CIM: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{6}|\*{6})\..*", re.ASCII)
_JSON: Final = re.compile(r"/Date\((-?\d{1,13})(?:[+-]\d{4})?\)/", re.ASCII)
_ISO: Final = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):\d{2}(?::\d{2})?(?:\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})?)?", re.ASCII
)
_YEAR_FIRST: Final = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?:,? (.{1,20}))?", re.ASCII)
_LOCAL: Final = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?:,? (.{1,20}))?", re.ASCII)
_TIME: Final = re.compile(r"(\d{1,2})[:.]\d{2}(?:[:.]\d{2})?(?: ?([AaPp])\.?[Mm]\.?)?", re.ASCII)
_LONGEST: Final = 64
_DAY: Final = datetime.timedelta(days=1)


def day_first_of(texts: Iterable[str]) -> bool | None:
    """True where the dates among `texts` begin with the day, False with the month; None where none tells."""
    told: set[bool] = set()
    for text in texts:
        if 8 <= len(text) <= _LONGEST and (match := _LOCAL.fullmatch(text.strip())) and match.group(2) != ".":
            first, second = int(match.group(1)), int(match.group(3))
            if first > 12 >= second:
                told.add(True)
            elif second > 12 >= first:
                told.add(False)
    return told.pop() if len(told) == 1 else None


def firmware_day(text: str | None, day_first: bool | None, zone_minutes: int | None = None) -> str | None:
    """The ISO date of a firmware's date; None where it is none, or where day and month cannot be told apart.

    `zone_minutes` is what local time is ahead of UTC, where Windows says it.
    """
    if text is None or len(text) > _LONGEST:
        return None
    text = clean(text, _LONGEST)
    try:
        if match := _CIM.fullmatch(text):
            return datetime.date(*(int(part) for part in match.groups())).isoformat()
        if match := _JSON.fullmatch(text):
            start = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
            return (start + datetime.timedelta(milliseconds=int(match.group(1)))).date().isoformat()
        if match := _ISO.fullmatch(text):
            day = datetime.date(*(int(part) for part in match.groups()[:3]))
            if match.group(5) not in (None, "Z"):
                return datetime.datetime.fromisoformat(text).astimezone(datetime.UTC).date().isoformat()
            hour = int(match.group(4) or 0)
            return day.isoformat() if match.group(5) else _midnight(day, hour, zone_minutes)
        return _local(text, day_first, zone_minutes)
    except (ValueError, OverflowError):
        return None


def _local(text: str, day_first: bool | None, zone_minutes: int | None) -> str | None:
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = (int(part) for part in match.groups()[:3])
        return _midnight(datetime.date(year, month, day), _hour(match.group(4)), zone_minutes)
    match = _LOCAL.fullmatch(text)
    if match is None:
        return None
    first, second, year = int(match.group(1)), int(match.group(3)), int(match.group(4))
    # Nobody writes a date with dots and the month first.
    if first > 12 or match.group(2) == ".":
        day_first = True
    elif second > 12:
        day_first = False
    elif first == second:
        day_first = True
    if day_first is None:
        return None
    day, month = (first, second) if day_first else (second, first)
    return _midnight(datetime.date(year, month, day), _hour(match.group(5)), zone_minutes)


def _hour(text: str | None) -> int:
    """The hour of a local time; a time that is none raises `ValueError`."""
    if text is None:
        return 0
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError(text)
    hour = int(match.group(1))
    if match.group(2):
        if not 1 <= hour <= 12:
            raise ValueError(text)
        hour = hour % 12 + (12 if match.group(2) in "Pp" else 0)
    return hour


def _midnight(day: datetime.date, hour: int, zone_minutes: int | None) -> str | None:
    """The UTC day of a midnight that is `hour` o'clock on `day` in local time."""
    if hour >= 24:
        return None
    if hour == 0:
        return day.isoformat()
    # Zones reach from -12 to +14 hours: from 15 o'clock on it can only be the evening before, to 11 only the morning.
    if zone_minutes is not None and zone_minutes != 0:
        evening = zone_minutes < 0
    elif 12 <= hour <= 14:
        return None
    else:
        evening = hour > 14
    return (day + _DAY if evening else day).isoformat()
