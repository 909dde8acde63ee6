"""Live pictures: a camera at this machine, or one that streams over the network. Always the newest, never a queue."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from typing import Final

import cv2

from hardware.scanners import camera_wording as wording
from hardware.scanners.camera_opencv import STALL_S, announced_size, fitting, open_stream, read_picture
from hardware.scanners.camera_source import CameraFault, CameraGone, CameraSpec, CameraStuck, Frame, SourceKind

__all__ = ["LiveSource"]

_FAILURES: Final = 5
"""Pictures that may fail to come in a row: a broken JPEG on a bad cable is one, a camera that is gone all."""
_LOST_HOPE_S: Final = 2 * STALL_S
"""Seconds that a reading call may hang beyond its own time-outs until its thread is given up."""


class LiveSource:
    """A device or a stream. A thread takes every picture as it comes and keeps the newest alone: what the technician
    holds there now is read, however long the last reading took."""

    def __init__(self, spec: CameraSpec) -> None:
        self._spec = spec
        self._newest: _Newest | None = None
        self.skipped = 0

    def open(self) -> None:
        self.close()
        device = self._spec.kind is SourceKind.DEVICE
        capture = _open_device(self._spec) if device else open_stream(self._spec.target)
        if not capture.isOpened():
            silent = wording.DEVICE_SILENT if device else wording.STREAM_SILENT
            raise CameraGone(wording.say(silent, where=self._shown))
        try:
            announced_size(capture)
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
                came, picture = read_picture(self._capture)
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
