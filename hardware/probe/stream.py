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
    from collections.abc import Mapping
    from typing import BinaryIO

    from .capture import Capture


def write_stream(out: BinaryIO, capture: Capture) -> None:
    """Writes every frame of `capture`, flushed one by one. Raises `OSError` where nobody reads."""
    write_frame(out, {"frame": "start", **capture.head(), "expected": capture.expected()})
    items = 0
    for meta, data in capture.items():
        fields = meta._asdict()
        del fields["file"]
        write_frame(out, {"frame": "item", **fields}, data)
        items += 1
    write_frame(out, {"frame": "end", "items": items})


def write_frame(out: BinaryIO, header: Mapping[str, object], body: bytes = b"") -> None:
    """Writes one frame and flushes it. Raises `OSError` where nobody reads."""
    out.write(frame_head(header, len(body)))
    out.write(body)
    out.flush()


def frame_head(header: Mapping[str, object], body_length: int = 0) -> bytes:
    """A frame up to its body: the lengths and the header."""
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return struct.pack(">II", len(text), body_length) + text
