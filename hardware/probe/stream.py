"""A capture as frames, so that the bench shows each item as it arrives (read by hardware/laptops/frames.py).

A frame: header length and body length (4 bytes each, big-endian), header (JSON), body. In this order:

    {"frame": "start", format, bundle_id, captured_at, probe, "expected": [ids]}    no body
    {"frame": "item", id, source, exit, ms, size, sha256, truncated, error}         the item's bytes
    {"frame": "end", "items": how many}                                             no body
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import BinaryIO

    from .capture import Capture


def write_stream(out: BinaryIO, capture: Capture) -> None:
    """Writes every frame of `capture`, flushed one by one. Raises `OSError` where nobody reads."""
    _frame(out, {"frame": "start", **capture.head(), "expected": capture.expected()})
    items = 0
    for meta, data in capture.items():
        fields = meta._asdict()
        del fields["file"]
        _frame(out, {"frame": "item", **fields}, data)
        items += 1
    _frame(out, {"frame": "end", "items": items})


def _frame(out: BinaryIO, header: dict[str, object], body: bytes = b"") -> None:
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    out.write(struct.pack(">II", len(text), len(body)) + text)
    out.write(body)
    out.flush()
