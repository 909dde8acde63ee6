"""The `exercise-camera` item: one picture of each camera."""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from hardware.evidence.errors import EvidenceError
from hardware.evidence.exercises.item import Head, Name, opened, told
from hardware.evidence.exercises.picture import MOST_PIXELS, Picture, picture_of
from hardware.evidence.items import Noted
from hardware.evidence.leaves import unreadable
from specs.facts import CameraPicture, Facts, Known
from specs.text import clean

__all__ = ["read_camera_pictures"]

LARGEST_PACKED: Final = 4 * 2**20
"""Letters of a packed frame: an item has no more."""
LONGEST_SIDE: Final = 4096

_Side = Annotated[int, Meta(ge=1, le=LONGEST_SIDE)]


class _Frame(Struct, frozen=True):
    width: _Side
    height: _Side
    format: Literal["GREY", "MJPG"]
    zlib: Annotated[str, Meta(max_length=LARGEST_PACKED)]


class _Camera(Struct, frozen=True):
    name: Name
    card: Name
    frame: _Frame | None
    error: Name | None


class _Measured(Struct, frozen=True):
    cameras: Annotated[tuple[_Camera, ...], Meta(max_length=8)]


class _Item(Head, frozen=True):
    measured: _Measured


def read_camera_pictures(data: bytes, item: str) -> Facts | Noted:
    """What can be seen in each picture. A picture that cannot be made out is unknown, and the others stay.

    Raises `EvidenceError` where the item is no such result.
    """
    found = opened(data, item, "camera", _Item)
    return told(found, item, camera=tuple(_camera(one, item) for one in found.measured.cameras))


def _camera(camera: _Camera, item: str) -> CameraPicture:
    name = clean(f"{camera.card} ({camera.name})" if camera.card.strip() else camera.name, 80)
    if camera.frame is None:
        reason = clean(camera.error or "", 120) or "no reason was given"
        return _nothing(name, f"the camera gave no picture: {reason}", item)
    try:
        seen = _seen(camera.frame)
    except EvidenceError as error:
        return _nothing(name, f"the camera's picture cannot be made out: {error}", item)
    evidence = (item,)
    return CameraPicture(
        name,
        brightness=Known(seen.brightness, evidence),
        contrast=Known(seen.contrast, evidence),
        span=Known(seen.span, evidence),
        sharpness=Known(seen.sharpness, evidence),
        codes=Known(seen.codes, evidence),
    )


def _nothing(name: str, reason: str, item: str) -> CameraPicture:
    why = unreadable(reason, item)
    return CameraPicture(name, why, why, why, why, why)


def _seen(frame: _Frame) -> Picture:
    if frame.width * frame.height > MOST_PIXELS:
        raise EvidenceError(f"it says that it has more than {MOST_PIXELS} pixels")
    return picture_of(_unpacked(frame.zlib, frame.width * frame.height), frame.width, frame.height, frame.format)


def _unpacked(packed: str, pixels: int) -> bytes:
    """The bytes of a frame. No honest one, compressed by the camera or not, has more bytes than pixels."""
    try:
        unpacker = zlib.decompressobj()
        raw = unpacker.decompress(base64.b64decode(packed, validate=True), pixels + 1)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise EvidenceError("it is not packed as a picture is") from error
    if len(raw) > pixels:
        raise EvidenceError("it holds more than its pixels")
    if not unpacker.eof:
        raise EvidenceError("it was cut short")
    return raw
