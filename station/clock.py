"""Time and chance as values that are passed in, so that tests can hold them still."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime

from msgspec import Struct

from specs.identifiers import new_uuid7

__all__ = ["SYSTEM_CLOCK", "Clock", "parse_utc", "utc_text"]


class Clock(Struct, frozen=True):
    """The bench's clock: wall time in seconds since 1970 (UTC), monotonic seconds, and random bytes."""

    wall: Callable[[], float]
    monotonic: Callable[[], float]
    random_bytes: Callable[[int], bytes]

    def now_text(self) -> str:
        """Now, UTC, RFC 3339 with milliseconds."""
        return utc_text(self.wall())

    def new_id(self) -> str:
        """A new UUIDv7."""
        return str(new_uuid7(self.wall(), self.random_bytes(10)))


SYSTEM_CLOCK = Clock(time.time, time.monotonic, os.urandom)


def utc_text(seconds: float) -> str:
    """A Unix time as UTC, RFC 3339 with milliseconds: 2026-11-24T10:40:29.123Z."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def parse_utc(text: str) -> float:
    """The Unix time of what `utc_text` wrote. Raises `ValueError` for anything that is no date."""
    return datetime.fromisoformat(text).timestamp()
