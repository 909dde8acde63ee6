"""What `station label` refuses: one sentence with the remedy, exit status 2."""

from __future__ import annotations

__all__ = ["LabelRefused"]


class LabelRefused(Exception):
    """What was asked cannot be done as it was asked. Nothing was printed, queued or written."""
