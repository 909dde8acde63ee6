"""The stream of a probe that answers one ask and ends (hardware/probe/stream.py), decoded as it arrives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from hardware.evidence.bundle import LARGEST_BUNDLE
from hardware.laptops.answers import (
    Answer,
    AnswerFrame,
    CaptureAnswer,
    EndFrame,
    Given,
    ItemFrame,
    ProgressFrame,
    StartFrame,
    whole_item,
)
from hardware.laptops.framing import LARGEST_HEADER, FrameError, Framing
from specs.text import clean

__all__ = ["LARGEST_HEADER", "LARGEST_STREAM", "FrameDecoder", "FrameError"]

LARGEST_STREAM: Final = LARGEST_BUNDLE + 4 * 2**20
"""Bytes of one stream: a bundle and its headers."""

_HEADER: Final[msgspec.json.Decoder[AnswerFrame]] = msgspec.json.Decoder(
    StartFrame | ItemFrame | ProgressFrame | EndFrame
)


class FrameDecoder:
    """Takes bytes in any portions and gives what they answer: of a capture, `CaptureStarted`, then each `Item`.

    However the bytes are cut into portions, the same values come out, and the same `FrameError` after them.
    """

    def __init__(self, answer: Answer | None = None) -> None:
        self._answer = answer or CaptureAnswer()
        self._framing = Framing(self._read)
        self._fed = 0
        self._announced = 0
        self._broken: FrameError | None = None

    @property
    def started(self) -> bool:
        """True once the first frame has come."""
        return self._answer.started

    @property
    def finished(self) -> bool:
        """True once the last frame has come: the answer is whole."""
        return self._answer.finished

    def feed(self, data: bytes) -> Iterator[Given]:
        """What has become whole with `data`. Raises `FrameError`, now and for ever after."""
        if self._broken is not None:
            raise self._broken
        try:
            self._fed += len(data)
            was_whole = self._answer.finished
            if not was_whole:
                for frame, body in self._framing.feed(data):
                    item = whole_item(frame, body) if isinstance(frame, ItemFrame) else None
                    value = self._answer.take(frame, item)
                    if value is not None:
                        yield value
                    if self._answer.finished:
                        break
            if self.finished and self._fed > self._framing.taken:
                raise FrameError("something follows the last frame")
        except FrameError as error:
            self._broken = error
            raise

    def _read(self, header: bytes, body_length: int) -> AnswerFrame:
        try:
            frame = _HEADER.decode(header)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise FrameError(f"a header that cannot be read ({clean(str(error), 120)})") from error
        self._answer.expect(frame, body_length)
        self._announced += len(header) + body_length
        if self._announced > LARGEST_STREAM:
            raise FrameError(f"more than {LARGEST_STREAM} bytes in all")
        return frame
