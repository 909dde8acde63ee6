"""The `memory` item, /proc/meminfo: what the running system can use. Never what is fitted (quirks.md no. 10)."""

from __future__ import annotations

import re
from typing import Final

from hardware.evidence.decoding import decode_text
from hardware.evidence.errors import EvidenceError
from specs.facts import Facts, Known, Memory

__all__ = ["read_memory"]

_TOTAL: Final = re.compile(r"^MemTotal:[ \t]{0,40}(\d{1,12}) kB", re.MULTILINE | re.ASCII)


def read_memory(data: bytes, item: str) -> Facts:
    """The visible memory. The kernel's "kB" is 1024 bytes. Raises `EvidenceError` where it is not there."""
    match = _TOTAL.search(decode_text(data))
    if match is None or int(match.group(1)) == 0:
        raise EvidenceError("the text is not /proc/meminfo (it has no MemTotal line)")
    return Facts(memory=Memory(visible_bytes=Known(int(match.group(1)) * 1024, (item,))))
