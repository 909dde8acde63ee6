"""Time and chance as values that are passed in, so that tests can hold them still."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime

from msgspec import Struct

from specs.identifiers import new_uuid7

__all__ = ["SYSTEM_CLOCK", "Clock", "age_words", "utc_text"]


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


def age_words(seconds: float) -> str:
    """A length of time in the largest unit that says enough, rounded down: "8 s", "5 min", "3 h", "2 days"."""
    if not math.isfinite(seconds) or seconds < 0:
        return "?"
    for size, least, unit in ((86400, 2 * 86400, "days"), (3600, 3600, "h"), (60, 60, "min")):
        if seconds >= least:
            return f"{min(int(seconds // size), 9999)} {unit}"
    return f"{int(seconds)} s"
