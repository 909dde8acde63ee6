"""What every camera source needs of OpenCV: one capture opened with bounds, one picture read, and no picture too large.

What FFmpeg may open is a list of allowed protocols and formats, because a recording may otherwise be a script that
names other files (`ffconcat`, playlists).
"""

from __future__ import annotations

import os
from typing import Final

import cv2
import numpy as np

from hardware.scanners import camera_wording as wording
from hardware.scanners.camera_source import CameraFault, Picture

__all__ = [
    "LARGEST_SIDE",
    "MOST_PIXELS",
    "STALL_S",
    "announced_size",
    "check_size",
    "fitting",
    "open_recording",
    "open_stream",
    "read_picture",
    "usable",
]

STALL_S: Final = 3.0
"""Seconds without a picture after which a live source is given up and opened anew: longer than a slow camera pauses."""
LARGEST_SIDE: Final = 4096
"""Pixels of a picture's longer side; a larger one is reduced to it. A tenth of it is still 400 pixels."""
MOST_PIXELS: Final = 50_000_000
"""Pixels of a picture at most: 150 MB in memory at three bytes each. No label needs more than a tenth of them."""
_SMALLEST_SIDE: Final = 16
_OPTIONS: Final = "OPENCV_FFMPEG_CAPTURE_OPTIONS"
# Never a script or a playlist; "|" and ";" are how OpenCV wants FFmpeg's options.
_RECORDINGS: Final = "protocol_whitelist;file|format_whitelist;avi,matroska,mov,mjpeg"
_STREAMS: Final = "protocol_whitelist;http,tcp|format_whitelist;mpjpeg,mjpeg|fflags;nobuffer"
_MILLISECONDS: Final = int(STALL_S * 1000) + 1000
"""FFmpeg's own time-outs: a little more, so that a stall is called one, and its thread comes back soon after."""


def fitting(picture: Picture) -> Picture:
    """The picture, reduced where a side is longer than `LARGEST_SIDE`. Raises `CameraFault` beyond `MOST_PIXELS`."""
    height, width = picture.shape[:2]
    check_size(width, height)
    if max(height, width) <= LARGEST_SIDE:
        return picture
    scale = LARGEST_SIDE / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def check_size(width: int, height: int) -> None:
    """Raises `CameraFault` beyond `MOST_PIXELS`."""
    if width * height > MOST_PIXELS:
        raise CameraFault(wording.say(wording.TOO_LARGE, width=width, height=height))


def usable(picture: object) -> Picture | None:
    """The picture if it is one: codecs give empty and one-pixel ones for broken data."""
    if not isinstance(picture, np.ndarray) or picture.dtype != np.uint8 or picture.ndim not in (2, 3):
        return None
    return picture if min(picture.shape[:2]) >= _SMALLEST_SIDE else None


def read_picture(capture: cv2.VideoCapture) -> tuple[bool, Picture | None]:
    """Whether something came, and the picture, or None for one that cannot be used."""
    try:
        came, picture = capture.read()
    except cv2.error:
        # Out of memory, mostly: this picture is lost, and the next may be whole.
        return True, None
    return came, usable(picture) if came else None


def open_recording(path: str) -> cv2.VideoCapture:
    """The recording at an absolute path, opened or not."""
    return _ffmpeg(path, _RECORDINGS)


def open_stream(address: str) -> cv2.VideoCapture:
    """The MJPEG stream, opened or not; gives up after `STALL_S` and a little."""
    return _ffmpeg(address, _STREAMS)


def _ffmpeg(target: str, options: str) -> cv2.VideoCapture:
    # OpenCV has no other way for FFmpeg's options than the environment, which it reads at each opening.
    before = os.environ.get(_OPTIONS)
    os.environ[_OPTIONS] = options
    try:
        return cv2.VideoCapture(
            target,
            cv2.CAP_FFMPEG,
            [
                *(cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, _MILLISECONDS),
                *(cv2.CAP_PROP_READ_TIMEOUT_MSEC, _MILLISECONDS),
                *(cv2.CAP_PROP_N_THREADS, 1),
            ],
        )
    finally:
        if before is None:
            del os.environ[_OPTIONS]
        else:
            os.environ[_OPTIONS] = before


def announced_size(capture: cv2.VideoCapture) -> None:
    """Refuses what says before its first picture that it is too large."""
    check_size(int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)), int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT)))
