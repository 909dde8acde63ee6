"""The `scans` item: every code read for this laptop. The bench writes it; the label's serial is a fact.

    {"scans": [{"text": "PF1A2B3C\\r", "serial": "PF1A2B3C", "scanned_at": "...", "scanner": "keyboard",
                "taken_for": "serial"}]}

Where several codes were taken for the serial, the last one counts: it is what the technician settled on.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from hardware.evidence.decoding import decode_json
from hardware.evidence.errors import EvidenceError
from hardware.evidence.leaves import absent
from specs.facts import Facts, Identity, Known
from specs.text import clean

__all__ = ["read_scans"]


class _Scan(Struct, frozen=True):
    text: str = ""
    serial: str = ""
    taken_for: str = ""


class _Scans(Struct, frozen=True):
    scans: tuple[_Scan, ...]


def read_scans(data: bytes, item: str) -> Facts:
    """The serial that was scanned. Raises `EvidenceError` where the bytes are not the bench's list."""
    try:
        found = msgspec.convert(decode_json(data), _Scans)
    except msgspec.ValidationError as error:
        raise EvidenceError("the bytes are not a list of scans") from error
    serials = [serial for scan in found.scans if scan.taken_for == "serial" and (serial := clean(scan.serial))]
    if not serials:
        return Facts(identity=Identity(label_serial=absent("no code was taken for the serial number", item)))
    return Facts(identity=Identity(label_serial=Known(serials[-1], (item,))))
