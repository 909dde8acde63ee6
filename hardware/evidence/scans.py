"""The `scans` item: every code read for this laptop. The bench writes it; the label's serial is a fact.

    {"scans": [{"text": "PF1A2B3C\\r", "symbology": "]C0", "scanner": "keyboard", "scanned_at": "...",
                "taken_for": "serial", "value": "PF1A2B3C", "rule": "general", "serial": "PF1A2B3C"}]}

`taken_for` is a word of `hardware.scanners.grammar.meaning.TakenFor`; `serial` is the serial number where the code gave
one, `value` what the code says. An item of an older bench has fewer fields. Where several codes gave a serial number,
the last one counts: it is what the technician settled on.
"""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import Struct

from hardware.evidence.decoding import decode_json
from hardware.evidence.errors import EvidenceError
from hardware.evidence.leaves import absent
from specs.facts import Facts, Identity, Known
from specs.text import clean

__all__ = ["OUR_LABEL", "SERIAL", "read_scans"]

SERIAL: Final = "serial"
OUR_LABEL: Final = "our own label"
"""What a code is taken for that gives the laptop's serial number. Our own label says more: only its `serial` is one."""


class _Scan(Struct, frozen=True):
    text: str = ""
    symbology: str = ""
    scanner: str = ""
    scanned_at: str = ""
    taken_for: str = ""
    value: str = ""
    rule: str = ""
    serial: str = ""


class _Scans(Struct, frozen=True):
    scans: tuple[_Scan, ...]


def read_scans(data: bytes, item: str) -> Facts:
    """The serial that was scanned. Raises `EvidenceError` where the bytes are not the bench's list."""
    try:
        found = msgspec.convert(decode_json(data), _Scans)
    except msgspec.ValidationError as error:
        raise EvidenceError("the bytes are not a list of scans") from error
    serials = [serial for scan in found.scans if (serial := _serial(scan))]
    if not serials:
        return Facts(identity=Identity(label_serial=absent("no code was taken for the serial number", item)))
    return Facts(identity=Identity(label_serial=Known(serials[-1], (item,))))


def _serial(scan: _Scan) -> str:
    """The serial number that the code gave, or nothing."""
    if scan.taken_for == SERIAL:
        return clean(scan.serial) or clean(scan.value)
    return clean(scan.serial) if scan.taken_for == OUR_LABEL else ""
