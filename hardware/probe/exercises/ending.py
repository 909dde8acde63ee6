"""What whoever ends an exercise must know: how long it needs to put back what it changed, and which change anything.

Apart from the rest because the agent needs it, and little more of this package.
"""

from __future__ import annotations

STOP_SECONDS = 4.0
"""Time to put back what was changed, after a stop. Then the worker is killed."""
END_SECONDS = 1.0
"""How long dead processes are waited for. One that hangs in the kernel is left to die when the kernel lets it."""
PUT_BACK_SECONDS = STOP_SECONDS + END_SECONDS + 1.0
"""From SIGTERM to an exercise's item at the latest, with a second for a busy laptop. Who kills it sooner may leave the
laptop changed.
"""
CHANGING = frozenset({"camera", "display", "sound", "wifi"})
"""The exercises that change something on the laptop."""
