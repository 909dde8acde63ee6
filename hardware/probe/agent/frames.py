"""Frames as they arrive in any portions: bounded, and refused where they are not exactly frames.

../stream.py writes them. Used for all that comes to the agent: from the bench, and from the agent's own children.
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any, NamedTuple

from ..stream import frame_head

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_HEADER = 64 * 1024
"""Bytes of one header, as hardware/laptops/frames.py bounds it. The largest real one lists some 30 item ids."""
LARGEST_BODY = 4 * 2**20
"""Bytes of one body: an item's limit (design.md section 5)."""

_LENGTHS = struct.Struct(">II")


class BadFrame(Exception):
    """The bytes are no frames. The message is a clause: what is wrong with them."""


class Frame(NamedTuple):
    """A header, which is a JSON object, and the bytes that follow it."""

    header: dict[str, Any]
    body: bytes = b""

    def encode(self) -> bytes:
        """The frame as it travels."""
        return frame_head(self.header, len(self.body)) + self.body


class FrameReader:
    """Takes bytes in any portions and gives each frame once it is whole.

    No body may be longer than `largest_body`; what the bench says has none at all.
    """

    def __init__(self, largest_body: int = LARGEST_BODY) -> None:
        self._largest_body = largest_body
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that have become whole with `data`. Raises `BadFrame`; after it the reader is of no more use."""
        self._buffer += data
        while len(self._buffer) >= _LENGTHS.size:
            header_length, body_length = _LENGTHS.unpack_from(self._buffer)
            if not 2 <= header_length <= LARGEST_HEADER:
                raise BadFrame(f"a header of {header_length} bytes, but one has at most {LARGEST_HEADER}")
            if body_length > self._largest_body:
                raise BadFrame(f"a body of {body_length} bytes, but one has at most {self._largest_body}")
            body_at = _LENGTHS.size + header_length
            if len(self._buffer) < body_at + body_length:
                return
            header = bytes(self._buffer[_LENGTHS.size : body_at])
            body = bytes(self._buffer[body_at : body_at + body_length])
            del self._buffer[: body_at + body_length]
            yield Frame(_object(header), body)


def _object(text: bytes) -> dict[str, Any]:
    try:
        value = json.loads(text.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise BadFrame("a header that is no JSON") from error
    if not isinstance(value, dict):
        raise BadFrame("a header that is no JSON object")
    return value


def _no_number(text: str) -> float:
    raise ValueError(text)
