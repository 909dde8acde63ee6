"""A moment as the people at the bench read it: by the clock on their wall, while everything that is kept is in UTC."""

from __future__ import annotations

from datetime import datetime
from typing import Final

__all__ = ["local_minute", "local_moment", "local_time"]

_LONGEST: Final = 16


def local_time(utc: str) -> datetime | None:
    """A moment (UTC, RFC 3339) in this computer's time zone; None for a text that names none."""
    try:
        return datetime.fromisoformat(utc).astimezone()
    except (ValueError, OverflowError, OSError):
        return None


def local_minute(utc: str) -> str:
    """ "14:01"; the beginning of a text that names no moment."""
    moment = local_time(utc)
    return f"{moment:%H:%M}" if moment else utc[:_LONGEST]


def local_moment(utc: str) -> str:
    """ "30 Nov 14:01"; the beginning of a text that names no moment."""
    moment = local_time(utc)
    return f"{moment:%d %b %H:%M}" if moment else utc[:_LONGEST]
