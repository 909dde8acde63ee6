"""The stream of a probe, decoded as it arrives. hardware/probe/stream.py describes and writes it.

The bytes come from a laptop, which is hostile until judged: everything is bounded, sizes and hashes are
computed anew, and whatever is not exactly a frame is refused.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from hardware.evidence.bundle import (
    FORMAT,
    LARGEST_BUNDLE,
    LARGEST_ITEM,
    MOST_ITEMS,
    Item,
    ProbeName,
    is_item_id,
    make_item,
)
from hardware.laptops.link import CaptureStarted
from specs.text import clean

__all__ = ["FrameDecoder", "FrameError"]

LARGEST_HEADER: Final = 64 * 1024
"""Bytes of one header. The largest real one is the first, with some 30 item ids."""
LARGEST_STREAM: Final = LARGEST_BUNDLE + 4 * 2**20
"""Bytes of one stream: a bundle and its headers."""

_LENGTHS: Final = struct.Struct(">II")

_Small = Annotated[int, Meta(ge=-(2**31), le=2**31)]


class FrameError(Exception):
    """The bytes are no stream of a probe. The message is a clause: what is wrong with them."""


class _Start(Struct, frozen=True, tag_field="frame", tag="start", forbid_unknown_fields=True):
    format: str
    bundle_id: str
    captured_at: str
    probe: ProbeName
    expected: Annotated[tuple[str, ...], Meta(max_length=MOST_ITEMS)]


class _Item(Struct, frozen=True, tag_field="frame", tag="item", forbid_unknown_fields=True):
    id: str
    source: str
    exit: _Small | None
    ms: Annotated[float, Meta(ge=0, le=1e9)]
    size: Annotated[int, Meta(ge=0, le=LARGEST_ITEM)]
    sha256: str
    truncated: bool
    error: str | None


class _End(Struct, frozen=True, tag_field="frame", tag="end", forbid_unknown_fields=True):
    items: Annotated[int, Meta(ge=0, le=MOST_ITEMS)]


_HEADER: Final = msgspec.json.Decoder(_Start | _Item | _End)


class FrameDecoder:
    """Takes bytes in any portions and gives `CaptureStarted`, then each `Item`.

    However the bytes are cut into portions, the same values come out, and the same `FrameError` after them.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._received = 0
        self._bodies = 0
        self._seen: set[str] = set()
        self._broken: FrameError | None = None
        self.started = False
        """True once the first frame has come."""
        self.finished = False
        """True once the last frame has come: the capture is whole."""

    def feed(self, data: bytes) -> Iterator[CaptureStarted | Item]:
        """What has become whole with `data`. Raises `FrameError`, now and for ever after."""
        if self._broken is not None:
            raise self._broken
        try:
            # In pieces, so that no more is kept than one frame and one piece.
            for start in range(0, len(data), LARGEST_HEADER):
                piece = data[start : start + LARGEST_HEADER]
                self._buffer += piece
                self._received += len(piece)
                yield from self._whole_frames()
        except FrameError as error:
            self._broken = error
            self._buffer.clear()
            raise

    def _whole_frames(self) -> Iterator[CaptureStarted | Item]:
        while self._buffer:
            if self.finished:
                raise FrameError("something follows the last frame")
            if len(self._buffer) < _LENGTHS.size:
                return
            header_length, body_length = _LENGTHS.unpack_from(self._buffer)
            self._check_lengths(header_length, body_length)
            body_start = _LENGTHS.size + header_length
            if len(self._buffer) < body_start + body_length:
                return
            header = bytes(self._buffer[_LENGTHS.size : body_start])
            body = bytes(self._buffer[body_start : body_start + body_length])
            del self._buffer[: body_start + body_length]
            value = self._value(header, body)
            if value is not None:
                yield value

    def _check_lengths(self, header_length: int, body_length: int) -> None:
        if not 2 <= header_length <= LARGEST_HEADER:
            raise FrameError(f"a header of {header_length} bytes, but one has at most {LARGEST_HEADER}")
        if body_length > LARGEST_ITEM:
            raise FrameError(f"an item of {body_length} bytes, but one has at most {LARGEST_ITEM}")
        if self._bodies + body_length > LARGEST_BUNDLE:
            raise FrameError(f"more than {LARGEST_BUNDLE} bytes of items")
        before = self._received - len(self._buffer)
        if before + _LENGTHS.size + header_length + body_length > LARGEST_STREAM:
            raise FrameError(f"more than {LARGEST_STREAM} bytes in all")

    def _value(self, header: bytes, body: bytes) -> CaptureStarted | Item | None:
        try:
            frame = _HEADER.decode(header)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise FrameError(f"a header that cannot be read ({clean(str(error), 120)})") from error
        if isinstance(frame, _Item):
            return self._item(frame, body)
        if body:
            raise FrameError("bytes where no item is")
        if isinstance(frame, _Start):
            return self._start(frame)
        if not self.started or frame.items != len(self._seen):
            raise FrameError(f"an end after {len(self._seen)} items that speaks of {frame.items}")
        self.finished = True
        return None

    def _start(self, frame: _Start) -> CaptureStarted:
        if self.started:
            raise FrameError("a second start")
        if frame.format != FORMAT:
            raise FrameError(f"the format {clean(frame.format, 40)!r}, but this station reads {FORMAT!r}")
        if len(set(frame.expected)) != len(frame.expected) or not all(map(is_item_id, frame.expected)):
            raise FrameError("a list of items with a wrong or repeated id")
        self.started = True
        probe = ProbeName(clean(frame.probe.name, 64), clean(frame.probe.version, 64))
        return CaptureStarted(clean(frame.bundle_id, 64), clean(frame.captured_at, 64), probe, frame.expected)

    def _item(self, frame: _Item, body: bytes) -> Item:
        if not self.started:
            raise FrameError("an item before the start")
        if not is_item_id(frame.id) or frame.id in self._seen:
            raise FrameError(f"the wrong or repeated item id {clean(frame.id, 40)!r}")
        if len(self._seen) >= MOST_ITEMS:
            raise FrameError(f"more than {MOST_ITEMS} items")
        item = make_item(
            frame.id,
            body,
            source=frame.source,
            exit=frame.exit,
            ms=frame.ms,
            error=frame.error,
            truncated=frame.truncated,
        )
        # Nothing has no hash worth comparing: a missing item's is left empty.
        if item.meta.size != frame.size or (body and item.meta.sha256 != frame.sha256):
            raise FrameError(f"item {frame.id}, which is not the bytes that were sent (size or SHA-256 differs)")
        self._seen.add(frame.id)
        self._bodies += len(body)
        return item
