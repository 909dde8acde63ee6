"""The one error that an evidence parser may raise.

EvidenceError    the item's bytes are not what the item should hold; the facts stay unknown
"""

from __future__ import annotations

__all__ = ["EvidenceError"]


class EvidenceError(Exception):
    """The bytes are not what this item should hold. The message says what is wrong, with no item id and no remedy."""
