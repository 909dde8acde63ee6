"""What `station rejudge` refuses: one sentence with the remedy, exit status 2."""

from __future__ import annotations

__all__ = ["RejudgeRefused"]


class RejudgeRefused(Exception):
    """What was asked cannot be done as it was asked, or a list that was named cannot be read."""
