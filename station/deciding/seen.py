"""Whether laptops that a decision is about have been on the bench lately: a mistyped name covers nothing. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from specs.decisions import Subject
from station.records import AttemptRecord

__all__ = ["seen"]


def seen(subject: Subject, attempts: Iterable[AttemptRecord]) -> bool:
    """True where one of the attempts was on such a laptop, as its label or its firmware named it."""
    wanted = (subject.serial or subject.model).casefold()
    for attempt in attempts:
        device = attempt.device
        if subject.serial:
            names = (attempt.scan.serial, device.serial)
        else:
            names = (device.model, f"{device.manufacturer} {device.product}")
        if wanted in map(str.casefold, names):
            return True
    return False
