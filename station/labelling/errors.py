"""What `station label` refuses, and what it could not do: each one sentence with the remedy."""

from __future__ import annotations

__all__ = ["LabelRefused", "LabelUnwritten"]


class LabelRefused(Exception):
    """What was asked cannot be done as it was asked: exit status 2. Nothing was printed, queued or written."""


class LabelUnwritten(OSError):
    """The disk did not take a label file: exit status 3."""
