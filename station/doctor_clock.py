"""What the doctor finds of this computer's clock: every record, waiver and shift goes by it.

Two things are looked at. Where the clock is before the latest result of this bench, one of the two is wrong: results
would be filed under another day, and waivers would live on. And the kernel knows whether a time server keeps the clock
right; where one does, it was the result that was wrong.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from station.clock import Clock
from station.doctor_store import ask_store
from station.doctor_symptom import Symptom
from station.paths import Paths
from station.store.bench_store import BenchStore

__all__ = ["BACKWARDS_S", "examine_clock", "kernel_keeps_time"]

BACKWARDS_S: Final = 300.0
"""Seconds by which the clock may be before the latest result: five minutes, what Kerberos usually allows between the
clocks of two computers (RFC 4120, section 1.6). A clock that is being kept right steps by less."""
_UNSYNCHRONISED: Final = 0x0040
"""STA_UNSYNC of <sys/timex.h>."""
_TIMEX_BYTES: Final = 512
"""More than `struct timex` has on any Linux (208 on 64 bits)."""

_NAME: Final = "Clock"
_SET: Final = (
    "Set this computer's clock, or let a time server do it. Where the clock is right and that result was not, test a"
    " golden laptop: it is tested in a blocked slot too."
)


class _Timex(ctypes.Structure):
    """The beginning of `struct timex` of <sys/timex.h>, up to its status."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_char * _TIMEX_BYTES),
    )


def kernel_keeps_time() -> bool | None:
    """Whether the kernel counts its clock as set by a time server; None where it does not say."""
    try:
        timex = _Timex()  # modes 0: only read
        answer = ctypes.CDLL(None).adjtimex(ctypes.byref(timex))
    except (OSError, AttributeError):
        return None
    return None if answer < 0 else not timex.status & _UNSYNCHRONISED


def examine_clock(paths: Paths, clock: Clock, keeps_time: Callable[[], bool | None] = kernel_keeps_time) -> Symptom:
    """Whether the clock can be right. Before the latest result by more than `BACKWARDS_S`, and kept by no time server:
    no laptop of a delivery is tested until it is set, or until a golden laptop's result is written by it.
    """
    now, kept = clock.wall(), keeps_time()
    latest = ask_store(paths, _latest, None)
    said = f"it says {_words(now)}"
    if latest is not None and latest - now > BACKWARDS_S:
        ahead = f"the latest result of this bench is of {_words(latest)}"
        if kept:
            return Symptom(_NAME, True, True, f"{said}, and a time server keeps it right; {ahead}, which was wrong.")
        return Symptom(_NAME, False, True, f"{said}, but {ahead}.", _SET)
    if kept is None:
        return Symptom(_NAME, True, True, f"{said}; whether a time server keeps it right is not known.")
    if not kept:
        # Many benches have no way to a time server: what a person can compare is the time itself.
        return Symptom(_NAME, True, True, f"{said}; no time server keeps it right, so compare it with another clock.")
    return Symptom(_NAME, True, True, f"{said}, and a time server keeps it right.")


def _latest(store: BenchStore) -> float | None:
    """When the attempt with the highest number ended, Unix time; None where there is none.

    Not the latest time of all: a single result under a clock that was years ahead would else be a fault for years.
    """
    recent = store.recent(1)
    try:
        return datetime.fromisoformat(recent[0].finished_at).timestamp() if recent else None
    except ValueError:
        return None


def _words(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M UTC")
