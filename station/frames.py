"""Messages between the station's own processes: a length of four bytes, then MessagePack."""

from __future__ import annotations

from typing import IO

import msgspec

__all__ = ["framed", "read_frame"]


def framed(message: object) -> bytes:
    """The message with its length before it."""
    body = msgspec.msgpack.encode(message)
    return len(body).to_bytes(4, "big") + body


def read_frame(stream: IO[bytes]) -> bytes | None:
    """The next message's bytes; None where the stream ends, in the middle of one or not."""
    head = stream.read(4)
    if len(head) < 4:
        return None
    size = int.from_bytes(head, "big")
    body = stream.read(size)
    return body if len(body) == size else None
