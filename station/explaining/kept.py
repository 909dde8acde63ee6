"""The evidence of an attempt as it is kept: which items are still the bytes that the record names."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from enum import Enum

from msgspec import Struct

from hardware.evidence.bundle import Bundle, Item, ItemMeta
from station.records import AttemptRecord

__all__ = ["Kept", "KeptItem", "kept_evidence"]


class Kept(Enum):
    """What the store has of an item."""

    WHOLE = "whole"
    """The bytes that the record names by SHA-256."""
    NO_BYTES = "no bytes"
    """The record names none: the item could not be collected."""
    MISSING = "missing"
    """The record names bytes, and the store has none."""
    DIFFERENT = "different"
    """The store has other bytes than the record names."""


class KeptItem(Struct, frozen=True):
    """One item of an attempt's list, and what the store has of it. `data` is empty unless it is whole."""

    meta: ItemMeta
    state: Kept
    data: bytes = b""


def kept_evidence(record: AttemptRecord, stored: Bundle) -> Mapping[str, KeptItem]:
    """Every item that the record lists, checked against the store's bytes. The record's word counts."""
    return {meta.id: _kept(meta, stored.items.get(meta.id)) for meta in record.evidence}


def _kept(meta: ItemMeta, item: Item | None) -> KeptItem:
    if not meta.sha256:
        return KeptItem(meta, Kept.NO_BYTES)
    data = item.data if item is not None else b""
    if hashlib.sha256(data).hexdigest() == meta.sha256:
        return KeptItem(meta, Kept.WHOLE, data)
    return KeptItem(meta, Kept.DIFFERENT if data else Kept.MISSING)
