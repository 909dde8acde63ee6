"""The OA3 product key in the ACPI table MSDM is a secret: it is masked here, before it leaves the probe."""

from __future__ import annotations

import re

_HEADER = 56
"""36 bytes of ACPI header, then five 32-bit fields, the last of which is the length of the key (Microsoft,
"Microsoft Software Licensing Tables")."""
_KEY_LENGTH = 29
_KEY = re.compile(rb"(?:[A-Z0-9]{5}-){4}([A-Z0-9]{5})")


def mask(table: bytes) -> bytes | None:
    """The table with all but the last five characters of its key as X; None where its shape is not known.

    A table with anything beside header and key could hold a second copy, so it has not the known shape.
    """
    header, key = table[:_HEADER], table[_HEADER:]
    length = len(table).to_bytes(4, "little")
    if header[:4] != b"MSDM" or header[4:8] != length or header[52:56] != _KEY_LENGTH.to_bytes(4, "little"):
        return None
    match = _KEY.fullmatch(key)
    if match is None:
        return None
    return header + b"XXXXX-XXXXX-XXXXX-XXXXX-" + match.group(1)
