"""What the picture of receiving says of itself; sentences of the engine arrive ready."""

from __future__ import annotations

from typing import Final

__all__ = [
    "ASKED_KEYS",
    "COUNTED",
    "KEYS",
    "MISSING",
    "MISSING_MORE",
    "NOTHING_COUNTED",
    "NOTHING_OPEN",
    "NOTHING_TO_COME",
    "OF",
    "PROGRESS",
    "SCAN",
    "SCAN_ON",
    "TITLE",
    "TO_COME",
]

TITLE: Final = "RECEIVING"
SCAN: Final = "SCAN"
NOTHING_OPEN: Final = "No delivery is open. Scan or type the reference on the delivery note, then Enter."
TO_COME: Final = "Still to come:"
NOTHING_TO_COME: Final = (
    "No delivery was made known. Any reference opens one without a list, after it has asked. A list is made known by:"
    " station delivery expect FILE.csv"
)
NOTHING_COUNTED: Final = "Nothing has been counted in yet."
OF: Final = "of {expected:,} {kind}s"
COUNTED: Final = "{kind}s"
PROGRESS: Final = "{received:,} of {expected:,} {kind}s received"
MISSING: Final = "Still missing"
MISSING_MORE: Final = "and {count:,} more"
SCAN_ON: Final = "or scan on"

KEYS: Final = (("F7", "damaged"), ("F6", "undo"), ("F9", "close"))
"""What a delivery that is open is worked with: keys, and what each does to it."""
ASKED_KEYS: Final = (("F12", "yes"), ("F6", "no"))
"""What answers a question."""
