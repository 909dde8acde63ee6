"""Places in a stream of bytes: counted from its beginning without end, and said on the line modulo 2**32."""

from __future__ import annotations

WRAP = 2**32 - 1
"""What is kept of a place when it is said."""
MOST_HELD = 16 * 1024
"""Bytes that a receiver keeps: those that nobody has read yet, and those beyond a gap."""
MOST_IN_FLIGHT = 4 * 1024
"""Bytes of payload on the way and not acknowledged. At 115,200 baud they take 0.37 s, four times what a packet and its
acknowledgement take, so that the line never waits; and what is sent next waits no longer than that.
"""


def place_near(known: int, said: int) -> int:
    """The place that `said` stands for: of all it may be, the one nearest to `known`. Negative where it is before the
    beginning.
    """
    ahead = (said - known) & WRAP
    return known + (ahead if ahead < 2**31 else ahead - 2**32)
