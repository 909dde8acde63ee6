"""What `station waiver` and `station approval` refuse: one sentence with the remedy, exit status 2."""

from __future__ import annotations

__all__ = ["DecisionRefused"]


class DecisionRefused(Exception):
    """What was asked cannot be decided as it was asked. Nothing has been recorded."""
