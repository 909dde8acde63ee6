"""What a laptop answers when it is asked: one strict reader for each ask, whatever carries it.

It comes from a laptop, which is hostile until judged: everything is bounded, sizes and hashes are computed anew, and
whatever is not exactly an answer is refused. The frames are those of hardware/probe/stream.py; an agent's also say
which ask they belong to (`messages`).
"""

from __future__ import annotations

from typing import Annotated, Final, Protocol

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
from hardware.laptops.exercises import item_of
from hardware.laptops.framing import FrameError
from hardware.laptops.link import CaptureStarted, Progress
from specs.text import clean

__all__ = [
    "MOST_PROGRESS",
    "Answer",
    "AnswerFrame",
    "CaptureAnswer",
    "EndFrame",
    "ExerciseAnswer",
    "Given",
    "ItemFrame",
    "ProgressFrame",
    "StartFrame",
    "whole_item",
]

MOST_PROGRESS: Final = 4096
"""Progress frames of one exercise: 20 a second for the longest, which takes 180 s (`exercises`)."""

_STATES: Final = frozenset({"started", "going", "shown"})

_Small = Annotated[int, Meta(ge=-(2**31), le=2**31)]
FEWEST_DIGITS: Final = 16
"""Hexadecimal digits of a SHA-256 that are compared at the least. An agent sends no more: 64 bits beside the carrier's
own checksums tell what was damaged, and the other digits of 25 items would be a tenth of what a serial line carries.
"""
_Count = Annotated[int, Meta(ge=0, le=2**53)]


class StartFrame(Struct, frozen=True, tag_field="frame", tag="start", forbid_unknown_fields=True):
    """The first frame of a capture."""

    format: str
    bundle_id: str
    captured_at: str
    probe: ProbeName
    expected: Annotated[tuple[str, ...], Meta(max_length=MOST_ITEMS)]


class ItemFrame(Struct, frozen=True, tag_field="frame", tag="item", forbid_unknown_fields=True):
    """One item; its bytes are the frame's body."""

    id: str
    source: str
    exit: _Small | None
    ms: Annotated[float, Meta(ge=0, le=1e9)]
    size: Annotated[int, Meta(ge=0, le=LARGEST_ITEM)]
    sha256: str
    truncated: bool
    error: str | None


class ProgressFrame(Struct, frozen=True, tag_field="frame", tag="progress", forbid_unknown_fields=True):
    """How far an exercise is."""

    state: str
    done: _Count
    of: _Count


class EndFrame(Struct, frozen=True, tag_field="frame", tag="end", forbid_unknown_fields=True):
    """The last frame of an answer."""

    items: Annotated[int, Meta(ge=0, le=MOST_ITEMS)]


AnswerFrame = StartFrame | ItemFrame | ProgressFrame | EndFrame
Given = CaptureStarted | Item | Progress


class Answer(Protocol):
    """The reader of one ask's frames, in their order."""

    started: bool
    """True once anything of the answer has come."""
    finished: bool
    """True once its last frame has come: the answer is whole."""

    def expect(self, frame: AnswerFrame, body_length: int) -> None:
        """Told of each frame before its body is there. Raises `FrameError` where it cannot be part of the answer."""
        ...

    def take(self, frame: AnswerFrame, item: Item | None) -> Given | None:
        """What the frame gives; `item` is the whole item of an `ItemFrame`. Never raises after `expect` has not."""
        ...


class CaptureAnswer:
    """The answer to a collect: `CaptureStarted`, then each `Item`."""

    def __init__(self) -> None:
        self._bodies = 0
        self._seen: set[str] = set()
        self.started = False
        self.finished = False

    def expect(self, frame: AnswerFrame, body_length: int) -> None:
        """As `Answer`."""
        if self.finished:
            raise FrameError("something follows the last frame")
        match frame:
            case ItemFrame():
                self._expect_item(frame, body_length)
            case ProgressFrame():
                raise FrameError("the progress of an exercise in a capture")
            case _ if body_length:
                raise FrameError("bytes where no item is")
            case StartFrame():
                self._expect_start(frame)
            case EndFrame() if not self.started or frame.items != len(self._seen):
                raise FrameError(f"an end after {len(self._seen)} items that speaks of {frame.items}")

    def take(self, frame: AnswerFrame, item: Item | None) -> CaptureStarted | Item | None:
        """As `Answer`."""
        match frame:
            case StartFrame():
                self.started = True
                probe = ProbeName(clean(frame.probe.name, 64), clean(frame.probe.version, 64))
                return CaptureStarted(clean(frame.bundle_id, 64), clean(frame.captured_at, 64), probe, frame.expected)
            case ItemFrame():
                self._seen.add(frame.id)
                self._bodies += frame.size
                return item
            case _:
                self.finished = True
                return None

    def _expect_start(self, frame: StartFrame) -> None:
        if self.started:
            raise FrameError("a second start")
        if frame.format != FORMAT:
            raise FrameError(f"the format {clean(frame.format, 40)!r}, but this station reads {FORMAT!r}")
        if len(set(frame.expected)) != len(frame.expected) or not all(map(is_item_id, frame.expected)):
            raise FrameError("a list of items with a wrong or repeated id")

    def _expect_item(self, frame: ItemFrame, body_length: int) -> None:
        if not self.started:
            raise FrameError("an item before the start")
        if not is_item_id(frame.id) or frame.id in self._seen:
            raise FrameError(f"the wrong or repeated item id {clean(frame.id, 40)!r}")
        if len(self._seen) >= MOST_ITEMS:
            raise FrameError(f"more than {MOST_ITEMS} items")
        _expect_body(frame, body_length)
        if self._bodies + body_length > LARGEST_BUNDLE:
            raise FrameError(f"more than {LARGEST_BUNDLE} bytes of items")


class ExerciseAnswer:
    """The answer to an exercise: any number of `Progress` up to a bound, and the one `Item` of this exercise."""

    def __init__(self, name: str) -> None:
        self._id = item_of(name)
        self._progress = 0
        self.has_item = False
        """True once the item has come: all that an exercise gives."""
        self.started = False
        self.finished = False

    def expect(self, frame: AnswerFrame, body_length: int) -> None:
        """As `Answer`."""
        if self.finished:
            raise FrameError("something follows the last frame")
        match frame:
            case ItemFrame():
                if self.has_item or frame.id != self._id:
                    raise FrameError(f"the item {clean(frame.id, 40)!r} where {self._id!r} comes once")
                _expect_body(frame, body_length)
            case _ if body_length:
                raise FrameError("bytes where no item is")
            case StartFrame():
                raise FrameError("the start of a capture in an exercise")
            case ProgressFrame():
                if frame.state not in _STATES:
                    raise FrameError(f"the unknown progress {clean(frame.state, 40)!r}")
                if self.has_item:
                    raise FrameError("progress after the item")
                if self._progress >= MOST_PROGRESS:
                    raise FrameError(f"more than {MOST_PROGRESS} times progress")
            case EndFrame() if frame.items != 1 or not self.has_item:
                raise FrameError(f"an end after {int(self.has_item)} items that speaks of {frame.items}")

    def take(self, frame: AnswerFrame, item: Item | None) -> Item | Progress | None:
        """As `Answer`."""
        self.started = True
        match frame:
            case ItemFrame():
                self.has_item = True
                return item
            case ProgressFrame():
                self._progress += 1
                return Progress(frame.state, frame.done, frame.of)
            case _:
                self.finished = True
                return None


def _expect_body(frame: ItemFrame, body_length: int) -> None:
    if frame.size != body_length:
        raise FrameError(f"item {frame.id}, which is not the bytes that were sent (size or SHA-256 differs)")


def whole_item(frame: ItemFrame, body: bytes) -> Item:
    """The item of a frame, its size and SHA-256 computed anew. Raises `FrameError` where they are not what it says.

    For the largest item it takes some tenths of a second, because secrets are looked for in it.
    """
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
    hashed = len(frame.sha256) >= FEWEST_DIGITS and item.meta.sha256.startswith(frame.sha256)
    if item.meta.size != frame.size or (body and not hashed):
        raise FrameError(f"item {frame.id}, which is not the bytes that were sent (size or SHA-256 differs)")
    return item
