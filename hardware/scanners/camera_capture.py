"""Pictures from devices, recordings, numbered pictures and MJPEG streams, through OpenCV.

For the camera's own process only (`camera_child`): a hung driver, a decoder that crashes or a picture of 100 megapixels
ends that process and nothing else. What FFmpeg may open is a list of allowed protocols and formats, because a recording
may otherwise be a script that names other files (`ffconcat`, playlists).
"""

from __future__ import annotations

import contextlib
import os
import stat
import threading
import time
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from hardware.scanners import camera_wording as wording
from hardware.scanners.camera_source import (
    CameraFault,
    CameraGone,
    CameraSpec,
    CameraStuck,
    Frame,
    FrameSource,
    Picture,
    SourceKind,
)

__all__ = ["LARGEST_SIDE", "MOST_PIXELS", "STALL_S", "fitting", "source_of"]

STALL_S: Final = 3.0
"""Seconds without a picture after which a live source is given up and opened anew. Slow ones send one a second."""
LARGEST_SIDE: Final = 4096
"""Pixels of a picture's longer side; a larger one is reduced to it. A tenth of it is still 400 pixels."""
MOST_PIXELS: Final = 50_000_000
"""Pixels of a picture at most: 150 MB in memory. The largest cameras on the market take 48 megapixels."""
_SMALLEST_SIDE: Final = 16
_LARGEST_PICTURE_FILE: Final = 64 * 2**20
_FAILURES: Final = 5
"""Pictures that may fail to come in a row: a broken JPEG on a bad cable is one, a camera that is gone all."""
_LOST_HOPE_S: Final = 2 * STALL_S
"""Seconds that a reading call may hang beyond its own time-outs until its thread is given up."""

_OPTIONS: Final = "OPENCV_FFMPEG_CAPTURE_OPTIONS"
# Never a script or a playlist; "|" and ";" are how OpenCV wants FFmpeg's options.
_RECORDINGS: Final = "protocol_whitelist;file|format_whitelist;avi,matroska,mov,mjpeg"
_STREAMS: Final = "protocol_whitelist;http,tcp|format_whitelist;mpjpeg,mjpeg|fflags;nobuffer"
_MILLISECONDS: Final = int(STALL_S * 1000) + 1000
"""FFmpeg's own time-outs: a little more, so that a stall is called one, and its thread comes back soon after."""


def source_of(spec: CameraSpec) -> FrameSource:
    """The source for `spec`, not opened."""
    if spec.kind is SourceKind.FILE:
        return _Recording(spec)
    if spec.kind is SourceKind.IMAGES:
        return _Pictures(spec)
    return _Live(spec)


def fitting(picture: Picture) -> Picture:
    """The picture, reduced where a side is longer than `LARGEST_SIDE`. Raises `CameraFault` beyond `MOST_PIXELS`."""
    height, width = picture.shape[:2]
    _check_size(width, height)
    if max(height, width) <= LARGEST_SIDE:
        return picture
    scale = LARGEST_SIDE / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise CameraFault(wording.say(wording.TOO_LARGE, width=width, height=height))


def _usable(picture: object) -> Picture | None:
    """The picture if it is one: codecs give empty and one-pixel ones for broken data."""
    if not isinstance(picture, np.ndarray) or picture.dtype != np.uint8 or picture.ndim not in (2, 3):
        return None
    return picture if min(picture.shape[:2]) >= _SMALLEST_SIDE else None


def _read(capture: cv2.VideoCapture) -> tuple[bool, Picture | None]:
    """Whether something came, and the picture, or None for one that cannot be used."""
    try:
        came, picture = capture.read()
    except cv2.error:
        # Out of memory, mostly: this picture is lost, and the next may be whole.
        return True, None
    return came, _usable(picture) if came else None


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


def _announced_size(capture: cv2.VideoCapture) -> None:
    """Refuses what says before its first picture that it is too large."""
    _check_size(int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)), int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT)))


class _Recording:
    """A file, played once, every picture of it, as fast as they are read."""

    def __init__(self, spec: CameraSpec) -> None:
        self._spec = spec
        self._capture: cv2.VideoCapture | None = None
        self._fps = float(spec.fps)
        self._count = 0
        self.skipped = 0

    def open(self) -> None:
        path = self._spec.target
        _look_at(path)
        capture = _ffmpeg(path, _RECORDINGS)
        if not capture.isOpened():
            raise CameraFault(wording.say(wording.FILE_STRANGE, where=path))
        try:
            _announced_size(capture)
        except CameraFault:
            capture.release()
            raise
        fps = capture.get(cv2.CAP_PROP_FPS)
        # Files say 0, NaN or 90,000 where they do not know.
        self._fps = fps if 1 <= fps <= 240 else float(self._spec.fps)
        self._capture = capture
        self._count = 0

    def next(self) -> Frame | None:
        while self._capture is not None:
            came, picture = _read(self._capture)
            if not came:
                return None
            self._count += 1
            if picture is not None:
                return Frame(fitting(picture), self._count / self._fps)
            self.skipped += 1
        return None

    def close(self) -> None:
        if self._capture is not None:
            self._capture.release()
            self._capture = None


class _Pictures:
    """Numbered pictures from 0 or 1 on until one is missing, or one picture alone. Each file is opened by itself, so
    that a broken one is passed over instead of ending the rest."""

    def __init__(self, spec: CameraSpec) -> None:
        self._spec = spec
        self._number: int | None = None
        self._count = 0
        self.skipped = 0

    def open(self) -> None:
        first = next((number for number in (0, 1) if self._path(number).exists()), None)
        if first is None:
            raise CameraGone(wording.say(wording.PICTURES_MISSING, where=self._spec.target))
        self._number, self._count = first, 0

    def next(self) -> Frame | None:
        while self._number is not None and (path := self._path(self._number)).exists():
            self._number = self._number + 1 if self._numbered else None
            self._count += 1
            if (picture := self._picture(path)) is not None:
                return Frame(fitting(picture), self._count / self._spec.fps)
            self.skipped += 1
        return None

    def close(self) -> None:
        self._number = None

    @property
    def _numbered(self) -> bool:
        return "%" in self._spec.target.rpartition("/")[2]

    def _path(self, number: int) -> Path:
        folder, _, name = self._spec.target.rpartition("/")
        return Path(folder or "/", name % number if self._numbered else name)

    def _picture(self, path: Path) -> Picture | None:
        try:
            _look_at(str(path))
            with path.open("rb") as file:
                data = file.read(_LARGEST_PICTURE_FILE + 1)
            if not data or len(data) > _LARGEST_PICTURE_FILE:
                return None
            picture = _usable(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR))
        except (OSError, CameraGone, CameraFault, cv2.error):
            return None
        return picture if picture is not None and picture.shape[0] * picture.shape[1] <= MOST_PIXELS else None


class _Live:
    """A device or a stream. A thread takes every picture as it comes and keeps the newest alone: what the technician
    holds there now is read, however long the last reading took."""

    def __init__(self, spec: CameraSpec) -> None:
        self._spec = spec
        self._newest: _Newest | None = None
        self.skipped = 0

    def open(self) -> None:
        self.close()
        device = self._spec.kind is SourceKind.DEVICE
        capture = _open_device(self._spec) if device else _ffmpeg(self._spec.target, _STREAMS)
        if not capture.isOpened():
            silent = wording.DEVICE_SILENT if device else wording.STREAM_SILENT
            raise CameraGone(wording.say(silent, where=self._shown))
        try:
            _announced_size(capture)
        except CameraFault:
            capture.release()
            raise
        self._newest = _Newest(capture)

    def next(self) -> Frame | None:
        if self._newest is None:
            raise CameraGone(wording.LOOKING)
        taken = self._newest.take(STALL_S)
        if taken is None:
            raise CameraGone(wording.say(wording.STALLED, seconds=round(STALL_S)))
        return Frame(fitting(taken.picture), taken.at)

    def close(self) -> None:
        newest, self._newest = self._newest, None
        if newest is not None:
            self.skipped += newest.skipped
            newest.end()

    @property
    def _shown(self) -> str:
        return self._spec.name.removeprefix("camera ")


class _Newest:
    """The thread that reads a capture to its end. It alone touches the capture, which OpenCV wants so."""

    def __init__(self, capture: cv2.VideoCapture) -> None:
        self._capture = capture
        self._news = threading.Condition()
        self._frame: Frame | None = None
        self._last = time.monotonic()
        self._ended = False
        self._stopping = False
        self.skipped = 0
        self._thread = threading.Thread(target=self._run, name="camera pictures", daemon=True)
        self._thread.start()

    def take(self, seconds: float) -> Frame | None:
        """The newest picture not taken before, or None if none has come for so long. Raises `CameraGone` after the
        last."""
        with self._news:
            self._news.wait_for(lambda: self._frame is not None or self._ended, seconds)
            frame, self._frame = self._frame, None
            # One that ended because FFmpeg waited in vain has stalled.
            if frame is None and self._ended and time.monotonic() - self._last < seconds:
                raise CameraGone(wording.STREAM_ENDED)
            return frame

    def end(self) -> None:
        """Lets the capture go. Raises `CameraStuck` where it cannot be."""
        self._stopping = True
        self._thread.join(_LOST_HOPE_S)
        if self._thread.is_alive():
            raise CameraStuck(wording.STUCK)

    def _run(self) -> None:
        failed = 0
        try:
            while not self._stopping and failed < _FAILURES:
                came, picture = _read(self._capture)
                if came and picture is not None:
                    failed = 0
                    with self._news:
                        self._last = time.monotonic()
                        self._frame = Frame(picture, self._last)
                        self._news.notify_all()
                    continue
                failed += 1
                self.skipped += came
                # One that is gone fails at once.
                time.sleep(0.02)
        finally:
            with contextlib.suppress(cv2.error):
                self._capture.release()
            with self._news:
                self._ended = True
                self._news.notify_all()


def _open_device(spec: CameraSpec) -> cv2.VideoCapture:
    path = spec.target
    if not os.path.exists(path):
        raise CameraGone(wording.say(wording.DEVICE_GONE, where=path))
    if not os.access(path, os.R_OK | os.W_OK):
        raise CameraFault(wording.say(wording.DEVICE_SHUT, where=path))
    capture = cv2.VideoCapture(path, cv2.CAP_V4L2)
    if capture.isOpened():
        # MJPG first: raw pictures of this size do not fit through USB 2 at 30 a second. What a camera does not know,
        # it ignores.
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, spec.width)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, spec.height)
        capture.set(cv2.CAP_PROP_FPS, spec.fps)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        capture.set(cv2.CAP_PROP_AUTOFOCUS, 1)
    return capture


def _look_at(path: str) -> None:
    """Refuses what is no ordinary file before anything opens it: a pipe would hang, and a device never ends."""
    try:
        kind = os.stat(path).st_mode
    except (OSError, ValueError):
        raise CameraGone(wording.say(wording.FILE_MISSING, where=path)) from None
    if not stat.S_ISREG(kind):
        raise CameraFault(wording.say(wording.NOT_A_FILE, where=path))
    if not os.access(path, os.R_OK):
        raise CameraFault(wording.say(wording.FILE_SHUT, where=path))
