"""Pictures through OpenCV: recordings and numbered pictures here, devices and streams in `camera_live`.

For the camera's own process only (`camera_child`): a hung driver, a decoder that crashes or a picture of 100 megapixels
ends that process and nothing else.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from hardware.scanners import camera_wording as wording
from hardware.scanners.camera_live import LiveSource
from hardware.scanners.camera_opencv import MOST_PIXELS, announced_size, fitting, open_recording, read_picture, usable
from hardware.scanners.camera_source import CameraFault, CameraGone, CameraSpec, Frame, FrameSource, Picture, SourceKind

__all__ = ["source_of"]

_LARGEST_PICTURE_FILE: Final = 64 * 2**20


def source_of(spec: CameraSpec) -> FrameSource:
    """The source for `spec`, not opened."""
    if spec.kind is SourceKind.FILE:
        return _Recording(spec)
    if spec.kind is SourceKind.IMAGES:
        return _Pictures(spec)
    return LiveSource(spec)


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
        capture = open_recording(path)
        if not capture.isOpened():
            raise CameraFault(wording.say(wording.FILE_STRANGE, where=path))
        try:
            announced_size(capture)
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
            came, picture = read_picture(self._capture)
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
            picture = usable(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR))
        except (OSError, CameraGone, CameraFault, cv2.error):
            return None
        return picture if picture is not None and picture.shape[0] * picture.shape[1] <= MOST_PIXELS else None


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
