"""What `station delivery` refuses: one sentence with the remedy, or a line for each fault of a list; exit status 2."""

from __future__ import annotations

__all__ = ["DeliveryRefused"]


class DeliveryRefused(Exception):
    """What was asked cannot be done as it was asked. Nothing has been recorded."""
