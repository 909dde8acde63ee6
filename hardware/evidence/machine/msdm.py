"""The `msdm` item: the ACPI table that carries the OA3 product key. Presence and the last five characters only.

The probe masks the first 24 characters before it ships the table (design.md section 13). A key that comes unmasked
is still never a fact: nothing here returns more than its last five characters.
"""

from __future__ import annotations

import re
from typing import Final

from hardware.evidence.errors import EvidenceError
from hardware.evidence.leaves import absent
from specs.facts import Facts, Firmware, Known

__all__ = ["no_key", "read_msdm"]

_HEADER: Final = 36
"""Bytes of any ACPI table's header; then five 32-bit numbers (the fifth is the key's length) and the key."""
_KEY_AT: Final = _HEADER + 20
_LAST_FIVE: Final = re.compile(rb"[0-9A-Z]{5}")


def read_msdm(data: bytes, item: str) -> Facts:
    """The key's presence and end. Raises `EvidenceError` where the bytes are no MSDM table."""
    if not data.startswith(b"MSDM") or len(data) < _HEADER:
        raise EvidenceError("the bytes are no ACPI MSDM table")
    length = int.from_bytes(data[_KEY_AT - 4 : _KEY_AT], "little")
    key = data[_KEY_AT : _KEY_AT + length]
    if length != 29 or len(key) != length or not key.strip(b"\0 "):
        return no_key("the MSDM table holds no product key", item)
    last = key[-5:]
    if _LAST_FIVE.fullmatch(last) is None or last == b"XXXXX":
        unknown = absent("the end of the product key is not readable", item)
        return Facts(firmware=Firmware(oem_key_present=Known(True, (item,)), oem_key_last5=unknown))
    return Facts(firmware=Firmware(oem_key_present=Known(True, (item,)), oem_key_last5=Known(last.decode(), (item,))))


def no_key(why: str, item: str) -> Facts:
    """The facts of a laptop whose firmware carries no key."""
    return Facts(firmware=Firmware(oem_key_present=Known(False, (item,)), oem_key_last5=absent(why, item)))
