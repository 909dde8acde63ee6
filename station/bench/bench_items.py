"""The evidence items that only the bench itself makes, and which no laptop may bring. Pure."""

from __future__ import annotations

from typing import Final

import msgspec

from hardware.evidence.bundle import Item, make_item
from hardware.evidence.catalogue import base_id
from hardware.evidence.rounds import again_id, is_again
from hardware.laptops.exercises import item_of
from station.bench.answers import OPERATOR_ITEM
from station.store.journal import KeptLabel

__all__ = ["OURS", "SCANS_ITEM", "not_for_a_laptop", "read_again", "round_of", "scan_item"]

SCANS_ITEM: Final = "scans"
OURS: Final = frozenset({SCANS_ITEM, OPERATOR_ITEM})
"""Items that only the bench itself makes."""


def not_for_a_laptop(item_id: str) -> bool:
    """True for items that no capture may bring: only the bench reads again, scans, asks, and orders exercises.

    A laptop that names its items so would confirm itself, answer for the technician, or pass a test that nobody made.
    """
    return is_again(item_id) or base_id(item_id) in OURS or item_id.startswith(item_of(""))


def read_again(item: Item, number: int) -> Item:
    """An item of a later reading, under an id of its own."""
    kept_as = again_id(item.meta.id, number)
    file = f"items/{kept_as}" if item.meta.file else ""
    return Item(msgspec.structs.replace(item.meta, id=kept_as, file=file), item.data)


def round_of(item_id: str) -> int:
    """Of which reading an item is, from 1."""
    return int(item_id[-1]) if is_again(item_id) else 1


def scan_item(label: KeptLabel) -> Item:
    """The codes of the label as evidence: every code read for this laptop (design.md section 5)."""
    read = [
        {
            "text": scan.raw,
            "symbology": scan.symbology,
            "scanner": scan.scanner,
            "scanned_at": scan.scanned_at,
            "taken_for": scan.taken_for,
            "value": scan.value,
            "rule": scan.rule,
            "serial": scan.serial,
        }
        for scan in label.scans
    ]
    return make_item(SCANS_ITEM, msgspec.json.encode({"scans": read}), source="the bench")
