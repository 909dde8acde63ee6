"""The screen's clocks, passed in so that tests and pictures can stop them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

__all__ = ["Clock"]


def _time_of_day() -> str:
    return datetime.now().astimezone().strftime("%H:%M")


@dataclass(frozen=True, slots=True)
class Clock:
    """The time of day as shown, a clock that only goes forward, and for how many seconds an answer flashes."""

    time_of_day: Callable[[], str] = _time_of_day
    now: Callable[[], float] = time.monotonic
    flash: float = 1.2
