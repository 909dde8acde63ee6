"""Reads one picture: finds what may be a code, and spends its time on that, the cheapest and surest stages first.

Regions of parallel bars are straightened and read by zxing-cpp and by a model of blurred bars; busy patches are read by
zxing-cpp as 2-D codes; what was not read is tried again in other ways, and last, where time is left, the whole picture
is read as it is. The readings are united, and what cannot be trusted is dropped (`plausible`).
"""

from __future__ import annotations

import os

# Before OpenCV is loaded: its warnings go to stderr, which is a terminal's screen.
os.environ.setdefault("OPENCV_LOG_LEVEL", "OFF")

import time
from typing import Any, Final

import cv2
import numpy as np
import zxingcpp
from msgspec.structs import replace
from numpy.typing import NDArray

from hardware.scanners.decoding.advising import advice_for
from hardware.scanners.decoding.engines import read_zxing, zbar_installed
from hardware.scanners.decoding.linear import PROMISING, Strip, look, read_again, read_strip, second_opinion, seconded
from hardware.scanners.decoding.matrix import read_patch, read_patch_again
from hardware.scanners.decoding.plausible import believed
from hardware.scanners.decoding.regions import CELL, Bars, Gray, Patch, find_bars, find_patches, tensor_of
from hardware.scanners.decoding.symbols import FrameReading, Symbol

__all__ = ["BENCH_BUDGET_MS", "FrameReader"]

BENCH_BUDGET_MS: Final = 29.0
"""Processor time for one frame of 1280x720: at 30 frames a second one core keeps up, and takes the picture as well."""
ADVICE_MS: Final = 2.0
"""What is kept back, while nothing was read, for saying why."""
MOST_PIXELS: Final = 4_000_000
"""A larger picture is reduced first: a code of half a metre across is not what a label has."""
MOST_STRIPS: Final = 8
MOST_PATCHES: Final = 5
LEAST_SQUARE: Final = 0.42
"""Short to long side of a patch that is tried again: lines of text are longer."""
LEAST_SIDE: Final = 3 * CELL

WHOLE_MS: Final = 26.0
UPRIGHT_MS: Final = 12.0
"""What a megapixel costs zxing-cpp, 95th percentile: in all directions and sizes, and only as it stands."""


class FrameReader:
    """Reads pictures one by one, each for itself. Not for two threads at once: have one reader in each."""

    def __init__(self, *, second_opinion: bool | None = None) -> None:
        """`second_opinion`: ask zbar too; None is where it is installed."""
        self._zbar = zbar_installed() if second_opinion is None else second_opinion and zbar_installed()
        cv2.setNumThreads(1)
        # What is worked out once is worked out here, and not out of the first frame's time.
        self.read(_specimen(), None)

    def read(self, frame: NDArray[np.uint8], budget_ms: float | None = BENCH_BUDGET_MS) -> FrameReading:
        """The symbols in a picture of grey values, or of blue, green and red. `budget_ms` is processor time of this
        thread, looked at between stages; None is as long as it takes. What is no such picture has no symbols."""
        gray = _gray(frame)
        if gray is None:
            return FrameReading(())
        gray, scale = _reduced(gray)
        reading = _Reading(gray, budget_ms, self._zbar).run()
        if scale == 1:
            return reading
        return _enlarged(reading, 1 / scale)


class _Reading:
    """One picture on its way: what was found in it, and how much time is left."""

    def __init__(self, gray: Gray, budget_ms: float | None, zbar: bool) -> None:
        self._gray = gray
        self._zbar = zbar
        self._begun = time.thread_time()
        self._budget_ms = budget_ms
        self._symbols: list[Symbol] = []
        self._strips: list[Strip] = []
        self._unread_strips: list[Strip] = []
        self._unread_patches: list[Patch] = []
        self._looked = 0
        self._patches: list[Patch] = []

    def run(self) -> FrameReading:
        """All stages, as far as the time goes."""
        tensor = tensor_of(self._gray)
        regions = find_bars(tensor)
        patches = find_patches(tensor)
        # The heaviest region and the likeliest patches are the label far more often than not.
        self._linear(regions[:1])
        self._matrix(patches[:2])
        self._again()
        self._linear(regions[1:])
        self._matrix(patches[2:MOST_PATCHES])
        self._again()
        megapixels = self._gray.size / 1e6
        if not self._symbols and self._time_left(WHOLE_MS * megapixels):
            self._symbols += read_zxing(self._gray, "picture", inverted_too=self._budget_ms is None)
        elif not self._symbols and self._time_left(UPRIGHT_MS * megapixels):
            self._symbols += read_zxing(self._gray, "picture", any_direction=False, smaller_too=False)
        self._symbols += seconded(self._gray, [one for one in self._symbols if one.seen_by == ("zxing picture",)])
        symbols = tuple(believed(self._symbols))
        advice = advice_for(self._gray, self._unread_strips, self._unread_patches, read=bool(symbols))
        return FrameReading(symbols, advice)

    def _linear(self, regions: list[Bars]) -> None:
        for bars in regions:
            if not self._time_left(4):
                return
            for strip in look(self._gray, bars, MOST_STRIPS - self._looked):
                self._looked += 1
                found = read_strip(strip) if self._time_left(2) else []
                self._symbols += found
                if not found:
                    self._strips.append(strip)

    def _matrix(self, patches: list[Patch]) -> None:
        for patch in patches:
            found = read_patch(self._gray, patch) if self._time_left(2) else []
            self._symbols += found
            if not found:
                self._patches.append(patch)

    def _again(self) -> None:
        """Other ways for what was not read yet, each once."""
        strips, self._strips = self._strips, []
        for strip in sorted(strips, key=lambda strip: -strip.likeness):
            promising = strip.likeness >= PROMISING
            found: list[Symbol] = []
            if (promising or strip.glared) and self._time_left(4):
                found = read_again(strip)
                if not found and promising and self._zbar:
                    found = second_opinion(strip)
            self._symbols += found
            if not found:
                self._unread_strips.append(strip)
        patches, self._patches = self._patches, []
        for patch in patches:
            square = min(patch.width, patch.height) / max(patch.width, patch.height)
            tried = square >= LEAST_SQUARE and self._time_left(4)
            found = read_patch_again(self._gray, patch, self._time_left) if tried else []
            self._symbols += found
            if not found:
                self._unread_patches.append(patch)

    def _time_left(self, needed_ms: float = 0.0) -> bool:
        if self._budget_ms is None:
            return True
        kept = 0.0 if self._symbols else ADVICE_MS
        return (time.thread_time() - self._begun) * 1000 + needed_ms + kept <= self._budget_ms


def _specimen() -> Gray:
    """A sheet with one Code 128 symbol that is too blurred for edges: it takes every stage of 1-D codes."""
    code = zxingcpp.create_barcode("SPECIMEN", zxingcpp.BarcodeFormat.Code128).to_image(scale=1, add_quiet_zones=False)
    row = np.repeat(np.atleast_2d(np.array(code, dtype=np.uint8))[0], 2)
    sheet = np.pad(np.repeat(row[None], 60, axis=0), 40, constant_values=255)
    return np.asarray(cv2.GaussianBlur(sheet, (0, 0), 1.6), dtype=np.uint8)


def _gray(frame: Any) -> Gray | None:
    """Grey values, or None for what is no picture of at least a few cells."""
    if not isinstance(frame, np.ndarray) or frame.dtype != np.uint8 or frame.ndim not in (2, 3):
        return None
    if frame.ndim == 3:
        if frame.shape[2] == 3 and frame.size:
            frame = cv2.cvtColor(np.ascontiguousarray(frame), cv2.COLOR_BGR2GRAY)
        elif frame.shape[2] == 1:
            frame = frame[:, :, 0]
        else:
            return None
    if min(frame.shape) < LEAST_SIDE or max(frame.shape) > 32_000:
        return None
    return np.ascontiguousarray(frame)


def _reduced(gray: Gray) -> tuple[Gray, float]:
    if gray.size <= MOST_PIXELS:
        return gray, 1.0
    scale = (MOST_PIXELS / gray.size) ** 0.5
    size = max(1, int(gray.shape[1] * scale)), max(1, int(gray.shape[0] * scale))
    return np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), dtype=np.uint8), scale


def _enlarged(reading: FrameReading, scale: float) -> FrameReading:
    symbols = []
    for one in reading.symbols:
        a, b, c, d = ((x * scale, y * scale) for x, y in one.corners)
        symbols.append(replace(one, corners=(a, b, c, d)))
    return replace(reading, symbols=tuple(symbols))
