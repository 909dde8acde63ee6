"""The 2-D codes of one busy patch: cut out with a margin and offered to zxing-cpp in the sizes that read most."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import cv2
import numpy as np

from hardware.scanners.decoding.deblurring import attempts
from hardware.scanners.decoding.engines import MATRIX, read_zxing
from hardware.scanners.decoding.regions import Gray, Patch
from hardware.scanners.decoding.sharpness import Box, sharpness_of
from hardware.scanners.decoding.symbols import Symbol

__all__ = ["read_patch", "read_patch_again"]

MARGIN: Final = 14
"""Pixels: the quiet zone, and what a cell of 8 pixels missed."""
MOST_PIXELS: Final = 250_000
MOST_DEBLURRED: Final = 160_000
"""Pixels of a patch that is deblurred: a code of 5 pixels a module with its margins has a quarter of that."""
DEBLURRING_MS: Final = 4.0
"""What one attempt costs, in the middle."""


# Gaussian blur and then sharpening (strength, radius), in pixels of the camera; and how much it is enlarged.
_AGAIN: Final = ((0.7, 0.0, 1.0, 3.0), (0.0, 2.0, 1.5, 2.0), (1.0, 4.0, 2.5, 3.0))


def read_patch(gray: Gray, patch: Patch) -> list[Symbol]:
    """The 2-D codes in the patch, dark on light or light on dark."""
    return _read(gray, patch, 2.0, inverted=True)


def read_patch_again(gray: Gray, patch: Patch, time_left: Callable[[float], bool]) -> list[Symbol]:
    """More for a patch that nothing was read in, as long as there is `time_left` (of so many milliseconds): without the
    blur that is measured in it, or the same as before against noise, against blur, and against both."""
    box = Box(patch.x, patch.y, patch.x + patch.width, patch.y + patch.height)
    seen = sharpness_of(gray, box)
    if seen is None:
        return []
    blurred = False
    x0, y0 = max(0, patch.x - MARGIN), max(0, patch.y - MARGIN)
    cut = gray[y0 : patch.y + patch.height + MARGIN, x0 : patch.x + patch.width + MARGIN]
    if cut.size <= MOST_DEBLURRED:
        for image, enlarged, one_threshold in attempts(cut, seen):
            blurred = True
            found = _enlarged(image, enlarged, (x0, y0), "patch deblurred", one_threshold=one_threshold)
            if found or not time_left(DEBLURRING_MS):
                return found
    if blurred:
        return []
    for soft, strength, radius, enlarged in _AGAIN:
        found = _read(gray, patch, enlarged, soft=soft, strength=strength, radius=radius)
        if found:
            return found
    return []


def _read(
    gray: Gray,
    patch: Patch,
    enlarged: float,
    *,
    inverted: bool = False,
    soft: float = 0.0,
    strength: float = 0.0,
    radius: float = 1.0,
) -> list[Symbol]:
    x0, y0 = max(0, patch.x - MARGIN), max(0, patch.y - MARGIN)
    cut = gray[y0 : patch.y + patch.height + MARGIN, x0 : patch.x + patch.width + MARGIN]
    # In the small: the same as in the large, for a ninth of the work.
    if soft:
        cut = np.asarray(cv2.GaussianBlur(cut, (0, 0), soft), dtype=np.uint8)
    if strength:
        blurred = cv2.GaussianBlur(cut, (0, 0), radius)
        cut = np.asarray(cv2.addWeighted(cut, 1 + strength, blurred, -strength, 0), dtype=np.uint8)
    stage = "patch again" if soft or strength else "patch"
    return _enlarged(cut, enlarged, (x0, y0), stage, inverted=inverted)


def _enlarged(
    cut: Gray,
    enlarged: float,
    place: tuple[int, int],
    stage: str,
    *,
    inverted: bool = False,
    one_threshold: bool = False,
) -> list[Symbol]:
    scale = min(enlarged, (MOST_PIXELS / cut.size) ** 0.5)
    if scale != 1:
        cut = np.asarray(cv2.resize(cut, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
    to_frame = np.array([[1 / scale, 0, place[0]], [0, 1 / scale, place[1]], [0, 0, 1]])
    return read_zxing(
        cut, stage, MATRIX, to_frame, smaller_too=scale < 1.5, inverted_too=inverted, one_threshold=one_threshold
    )
