"""Making a badge: drawn, proven, written, and only then somebody's."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from hardware.printers.printer import PrinterRefused
from station.bench.badges import badge_end, new_badge
from station.clock import Clock
from station.deciding.errors import DecisionRefused
from station.people import wording
from station.people.badge_file import check_file, write_badge
from station.people.badge_page import BadgeCode, badge_page
from station.store.people_book import Operator, Role

__all__ = ["badged"]


def badged(
    name: str,
    role: Role,
    path: Path,
    code: BadgeCode,
    dpi: int,
    clock: Clock,
    keep: Callable[[str], Operator],
) -> Operator:
    """Makes a badge in `path` and lets `keep` write down whose it is; gives what that gives.

    Raises `DecisionRefused` and `OSError` as `write_badge` does, and what `keep` raises; then there is no file, and a
    badge of which there is none is nobody's.
    """
    check_file(path)
    badge = new_badge(clock.random_bytes)
    try:
        page = badge_page(name, role, badge, badge_end(badge), code, dpi)
    except PrinterRefused as error:
        raise DecisionRefused(wording.not_printable(str(error))) from error
    write_badge(page, path)
    try:
        return keep(badge)
    except BaseException:
        with contextlib.suppress(OSError):
            path.unlink()
        raise
