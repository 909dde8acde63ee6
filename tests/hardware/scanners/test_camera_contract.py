"""The camera keeps the contract of every scanner, before a stand-in that speaks MJPEG over HTTP."""

import time
from collections.abc import Iterator

import pytest

from hardware.scanners.camera import CameraScanner
from hardware.scanners.scanner import Heard, Scanner, Tell, Told
from hardware.simulated.mjpeg_camera import MjpegCamera
from tests.hardware.scanners.camera_frames import EMPTY, label
from tests.hardware.scanners.contract import PATIENCE, Harness, PluggableContract

OUT_OF_VIEW_S = 2.0
"""What the vote calls out of view: a label shown again before that is the same showing."""


class _Watched:
    """A camera of which the hand sees the screen: it takes the label away when it was read."""

    def __init__(self, url: str, harness: "CameraHarness") -> None:
        self._camera = CameraScanner(url)
        self._harness = harness
        self.running = False

    @property
    def name(self) -> str:
        return self._camera.name

    def start(self, tell: Tell) -> None:
        def told(value: Told) -> None:
            tell(value)
            if isinstance(value, Heard):
                self._harness.read.extend(code.text for code in value.codes)

        self.running = True
        self._camera.start(told)

    def stop(self) -> None:
        self._camera.stop()
        self.running = False


class CameraHarness(Harness):
    def __init__(self) -> None:
        self.camera = MjpegCamera([EMPTY], fps=15)
        self.read: list[str] = []
        self._made: list[_Watched] = []
        self._shown: dict[str, float] = {}

    def make(self) -> Scanner:
        self._made.append(_Watched(self.camera.url, self))
        return self._made[-1]

    def scan(self, text: str) -> None:
        # A hand that shows the same label twice takes it away in between.
        left = self._shown.get(text, 0.0) + OUT_OF_VIEW_S + 0.5 - time.monotonic()
        time.sleep(max(0.0, left))
        before = len(self.read)
        self.camera.show([label(text)])
        watched = any(made.running for made in self._made)
        deadline = time.monotonic() + (PATIENCE if watched else 0.5)
        while text not in self.read[before:] and time.monotonic() < deadline:
            time.sleep(0.02)
        self.camera.show([EMPTY])
        self._shown[text] = time.monotonic()

    def unplug(self) -> None:
        self.camera.vanish()

    def plug(self) -> None:
        self.camera.come_back()


class TestACamera(PluggableContract):
    @pytest.fixture
    def harness(self) -> Iterator[CameraHarness]:
        harness = CameraHarness()
        yield harness
        harness.camera.vanish()
