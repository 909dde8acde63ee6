"""After a part of a scan: is what comes next its rest, or a new scan? One rule for serial scanners and for the wedge.

A scan that a stall tears in two has lost nothing: its rest still comes, whole and with its end, and looks like a
serial. Nothing in its pace tells it from a new scan, since a stall ends when it ends. What it holds does: whoever reads
"Scan again" scans the same label, and that scan begins with the part, while a rest does not. So, for `REST_WITHIN`
after a part, a scan is taken if it begins with that part, or with an AIM identifier as the part did. Any other is
refused, and with it the torn scan is over: the next one is taken again. Where it cannot be told, one more scan is asked
for; a wrong serial costs far more.
"""

from __future__ import annotations

from typing import Final

from hardware.scanners.aim import split_aim

__all__ = ["REST_WITHIN", "TornScan", "is_new_after"]

REST_WITHIN: Final = 12.0
"""Seconds in which the rest of a torn scan may come. The longest stall known to barcodes.md (5.1) is the 10 s of a
scanner that waits for its host's answer."""

# A rest may begin as its own scan did: "0000" stands twice in 00001234. Four characters, three of them different, are
# the least that such chance does not make.
_ALIKE_LEAST: Final = 4
_DIFFERENT_LEAST: Final = 3
# Of a scan torn more than once the first part counts, of a label scanned again and torn again the last.
_MOST_PARTS: Final = 4


class TornScan:
    """The parts that came of a scan, for as long as its rest may come. Times are seconds on the caller's clock."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._since = 0.0

    def __bool__(self) -> bool:
        return bool(self._parts)

    @property
    def since(self) -> float:
        """When it was torn; says nothing while there is no part."""
        return self._since

    @property
    def until(self) -> float:
        """When its rest can no longer come; says nothing while there is no part."""
        return self._since + REST_WITHIN

    @property
    def last(self) -> str:
        """The part that came last; empty where there is none."""
        return self._parts[-1] if self._parts else ""

    def add(self, part: str, at: float) -> None:
        """A part came, and its last character at `at`."""
        self._parts = [*self._parts, part][-_MOST_PARTS:]
        self._since = at

    def wait_anew(self, at: float) -> None:
        """Its rest could not come before `at`: the scanner was away."""
        self._since = at

    def forget(self) -> None:
        """The torn scan is over."""
        self._parts.clear()

    def may_end_with(self, text: str) -> bool:
        """Whether `text` may be the rest. It is in time; the caller has looked."""
        return bool(self._parts) and not any(is_new_after(part, text) for part in self._parts)


def is_new_after(part: str, text: str) -> bool:
    """Whether `text`, which came after `part`, can only be a scan of its own."""
    if part.startswith("]") and split_aim(text).symbology:
        return True
    telling = len(part) >= _ALIKE_LEAST and len(set(part)) >= _DIFFERENT_LEAST
    return telling and text.startswith(part)
