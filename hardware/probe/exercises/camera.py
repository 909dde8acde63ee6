"""Cameras: one picture of each, once its exposure has settled. What can be seen in it is found out on the bench."""

from __future__ import annotations

import base64
import fcntl
import os
import time
import zlib
from typing import TYPE_CHECKING, Any

from . import wording
from .arguments import Rule
from .session import CannotMeasure, Session
from .video import Camera, Format, Reads, Stream

if TYPE_CHECKING:
    from .video import Ioctl

ARGUMENTS = {"width": Rule(0, 4096, 0)}  # the widest grey picture to be sent; 0: as it was taken
WIDTH, HEIGHT = 640, 480
CAMERA_SECONDS = 10.0
"""The longest that one camera may take (domain/test-executives.md section 5, camera)."""
SETTLE_SECONDS = 2.0
"""The longest that its exposure is waited for; then the frame that there is counts."""
STEADY = 2.0
"""Grey values (of 255): brightness that changes less from frame to frame has settled,"""
STEADY_FRAMES = 4
"""when it has not changed more in so many frames."""
FIRST_FRAMES = 5
"""Frames that are never used: many cameras begin with black or half ones."""
MOST_CAMERAS = 8
MOST_PIXELS = 2**22
LARGEST_JPEG = 24_000
"""Bytes of a picture over a narrow line, where a whole bundle has at most 32 kB (issue 6)."""
_LUMINANCE = {"YUYV": (0, 2), "UYVY": (1, 2), "GREY": (0, 1), "NV12": (0, 1), "YU12": (0, 1)}
"""Where in a line the luminance begins, and its step; in this order they are preferred."""


def run(session: Session, width: int) -> dict[str, Any]:
    """A picture of each camera."""
    found: list[dict[str, Any]] = []
    names = [name for name in session.names("/sys/class/video4linux") if name.startswith("video")]
    asked = 0
    for name in names:
        if session.over() or len(found) >= MOST_CAMERAS:
            break
        session.note({"cameras": found}, f"asking {name}")
        one = _camera(session, name, width)
        if one is not None:
            found.append(one)
        asked += not session.over()
        session.progress("going", asked, len(names))
    if not found:
        raise CannotMeasure(wording.TOO_LITTLE_TIME if names and session.over() else wording.NO_CAMERA)
    if session.over() and asked < len(names):
        session.fell_short(wording.stopped_at(asked, len(names), "cameras"))
    return {"cameras": found}


def _camera(session: Session, name: str, width: int) -> dict[str, Any] | None:
    """What one node gives; None where it is no camera, but another node of one."""
    card = session.text(f"/sys/class/video4linux/{name}/name") or ""
    try:
        file = session.open(f"/dev/{name}", os.O_RDWR | os.O_NONBLOCK)
    except OSError as error:
        return _result(name, card, None, wording.os_error(error))
    try:
        camera = Camera(file)
        if not camera.takes_pictures:
            return None
        before = camera.format()
        session.to_put_back(lambda: _restore(session, name, before))
        return _result(name, camera.card or card, *picture(session, camera, file, width))
    except OSError as error:
        return _result(name, card, None, wording.os_error(error))
    finally:
        os.close(file)


def _result(name: str, card: str, frame: dict[str, Any] | None, error: str | None) -> dict[str, Any]:
    return {"name": name, "card": card, "frame": frame, "error": error}


def picture(
    session: Session, camera: Camera, file: int, width: int, ioctl: Ioctl = fcntl.ioctl
) -> tuple[dict[str, Any] | None, str | None]:
    """The settled picture, or why there is none. Raises `OSError`."""
    offered = camera.fourccs()
    wanted = next((kind for kind in _LUMINANCE if kind in offered), "MJPG" if "MJPG" in offered else None)
    if wanted is None:
        return None, wording.CAMERA_NO_FORMAT
    if not camera.streams and not camera.reads:
        return None, wording.CAMERA_NO_WAY
    jpeg_for_narrow = wanted == "MJPG" and width > 0
    form = camera.choose(wanted, *(_small(camera.sizes(wanted), width) if jpeg_for_narrow else (WIDTH, HEIGHT)))
    if form.fourcc != wanted or not 0 < form.width * form.height <= MOST_PIXELS:
        return None, wording.CAMERA_NO_FORMAT
    frames: Stream | Reads = Stream(file, ioctl) if camera.streams else Reads(file, form.size)
    with frames:
        data = _settled(session, frames, file, form)
    if data is None:
        return None, wording.CAMERA_SILENT
    if jpeg_for_narrow and len(data) > LARGEST_JPEG:
        return None, wording.CAMERA_ONLY_MJPG
    if wanted == "MJPG":
        return _frame(form.width, form.height, data, "MJPG"), None
    return _frame(*reduced(data, form.width, form.height, width), kind="GREY"), None


def _small(sizes: list[tuple[int, int]], width: int) -> tuple[int, int]:
    """The smallest size that is `width` wide, or the largest where all are narrower; a camera that names none chooses
    what is nearest.
    """
    by_area = sorted(sizes, key=lambda size: size[0] * size[1])
    wide = [size for size in by_area if size[0] >= width]
    return (wide or by_area[-1:] or [(width, width * 3 // 4)])[0]


def _restore(session: Session, name: str, before: bytes) -> None:
    # Opened anew: the handle that frames were read from still holds their form.
    file = session.open(f"/dev/{name}", os.O_RDWR | os.O_NONBLOCK)
    try:
        Camera(file).restore(before)
    finally:
        os.close(file)


def _settled(session: Session, frames: Stream | Reads, file: int, form: Format) -> bytes | None:
    """A frame whose brightness no longer changes, or the last one: its luminance, or the JPEG as it came."""
    began = time.monotonic()
    until = session.limit(CAMERA_SECONDS)
    last: bytes | None = None
    level, steady, seen = -1000.0, 0, 0
    while time.monotonic() < until and not session.stopping:
        if not session.wait(until - time.monotonic(), [file]):
            continue
        try:
            data = frames.frame()
        except BlockingIOError:  # woken for nothing
            continue
        whole = data if form.fourcc == "MJPG" else luminance(data, form)
        if not whole:
            continue
        seen += 1
        last = whole
        brightness = sum(whole[:: max(1, len(whole) // 2000)]) * max(1, len(whole) // 2000) / len(whole)
        # Nothing is known of the brightness of a JPEG: it has the whole time to settle.
        near = form.fourcc != "MJPG" and abs(brightness - level) < STEADY
        steady = steady + 1 if near else 0
        level = brightness
        if seen > FIRST_FRAMES and (steady >= STEADY_FRAMES or time.monotonic() >= began + SETTLE_SECONDS):
            break
    return last


def luminance(data: bytes, form: Format) -> bytes:
    """The grey values of a frame, line after line; b"" of one that is cut short."""
    start, step = _LUMINANCE[form.fourcc]
    line = max(form.line, form.width * step)
    if len(data) < line * (form.height - 1) + form.width * step:
        return b""
    return b"".join(data[top + start : top + form.width * step : step] for top in range(0, line * form.height, line))


def reduced(grey: bytes, width: int, height: int, widest: int) -> tuple[int, int, bytes]:
    """Width, height and grey values of a picture at most `widest` wide: the means of whole squares. 0: as it is."""
    by = -(-width // widest) if widest else 1
    if by == 1:
        return width, height, grey
    by = min(by, height)
    small_width, small_height = width // by, height // by
    out = bytearray()
    for top in range(small_height):
        lines = [grey[(top * by + row) * width :][: small_width * by] for row in range(by)]
        parts = [line[offset::by] for line in lines for offset in range(by)]
        out += bytes(sum(square) // (by * by) for square in zip(*parts))  # noqa: B905  # strict= came with Python 3.10
    return small_width, small_height, bytes(out)


def _frame(width: int, height: int, data: bytes, kind: str) -> dict[str, Any]:
    packed = base64.b64encode(zlib.compress(data, 6)).decode("ascii")
    return {"width": width, "height": height, "format": kind, "zlib": packed}
