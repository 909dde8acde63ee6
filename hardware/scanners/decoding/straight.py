"""Bars made upright: one region warped so that its bars stand, cut into runs of rows that show the same bars, and each
run averaged to one row of grey values.

Averaging along the bars is what beats noise, dim light and JPEG: a run of 60 rows has an eighth of their noise.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import cv2
import numpy as np

from hardware.scanners.decoding.bar_patterns import Array
from hardware.scanners.decoding.regions import Bars, Field, Gray, Matrix

__all__ = ["Run", "Straight", "contrasted", "runs_of", "stacked", "straighten"]

WIDEST: Final = 1600
"""Columns of the straight picture: 4 for each module of the longest code on a label."""
MOST_SCALE: Final = 4.0
MOST_PIXELS: Final = 400_000
STRIP: Final = 6
"""Rows of the straight picture that are averaged first."""
SAME: Final = 0.6
"""Correlation of neighbouring strips that show the same bars. Of different bars it is 0.3 at most, of text 0.4."""
FAINT: Final = 0.25
"""Runs with less contrast than this, against the strongest of the region, are not bars."""


class Straight(NamedTuple):
    """A region made upright: `scale` columns for each pixel of the camera; `to_frame` takes its pixels back."""

    image: Gray
    to_frame: Matrix
    scale: float


class Run(NamedTuple):
    """Rows from `top` to `bottom` of the straight picture that show the same bars, as strips of grey values.
    `weight` is its height times its contrast."""

    strips: Field
    top: int
    bottom: int
    weight: float


def straighten(gray: Gray, bars: Bars) -> Straight:
    """The region of `bars`, upright and enlarged across the bars."""
    scale = min(MOST_SCALE, max(1.0, WIDEST / max(bars.width, 1.0)))
    down = min(1.0, max(0.1, MOST_PIXELS / (bars.width * scale * bars.height)))
    columns = int(min(bars.width * scale, 2 * WIDEST))
    rows = max(8, int(bars.height * down))
    flat = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], dtype=np.float32)
    to_frame = cv2.getPerspectiveTransform(flat, bars.corners.astype(np.float32))
    image = cv2.warpPerspective(
        gray,
        to_frame,
        (columns, rows),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return Straight(np.asarray(image, dtype=np.uint8), np.asarray(to_frame), columns / max(bars.width, 1.0))


def runs_of(straight: Straight) -> list[Run]:
    """The runs of at least two strips that have bars in them, from the top."""
    rows, columns = straight.image.shape
    count = max(2, rows // STRIP)
    strips = np.asarray(cv2.resize(straight.image, (columns, count), interpolation=cv2.INTER_AREA), dtype=np.float32)
    smooth = cv2.GaussianBlur(strips, (0, 0), sigmaX=0.8 * straight.scale, sigmaY=0.01)
    bars = smooth - cv2.blur(strips, (int(24 * straight.scale) | 1, 1))
    strength = np.sqrt((bars * bars).mean(1)) + 1e-3
    alike = (bars[1:] * bars[:-1]).mean(1) / (strength[1:] * strength[:-1])
    found, first = [], 0
    for last in range(count):
        if last < count - 1 and alike[last] >= SAME:
            continue
        height, contrast = last + 1 - first, float(strength[first : last + 1].mean())
        if height > 1 and contrast >= FAINT * strength.max():
            rim = first * rows // count, (last + 1) * rows // count
            found.append(Run(strips[first : last + 1], *rim, height * contrast))
        first = last + 1
    return found


def contrasted(values: Field, scale: float, least: float = 0.3) -> Array:
    """A row of grey values as darkness: +1 where it is as dark as the bars around, -1 as light as the spaces.

    `least` is the least contrast that counts, against the greatest of the row.
    """
    window = min(int(60 * scale) | 1, (values.size // 2) | 1)
    row, around = values.reshape(1, -1).astype(np.float32), np.ones((1, window), np.uint8)
    light = cv2.blur(cv2.dilate(row, around), (window, 1))[0]
    dark = cv2.blur(cv2.erode(row, around), (window, 1))[0]
    half = (light - dark) / 2
    # Where there are no bars the contrast of the neighbours counts, or noise would look like bars.
    half = np.maximum(half, least * float(half.max()) + 1e-3)
    return np.asarray(((light + dark) / 2 - row[0]) / half, dtype=np.float64)


def stacked(strips: Field) -> Gray:
    """A few averages of a run, stretched to full contrast, as a small picture: what two of its rows agree on counts."""
    count = len(strips)
    parts = [strips[: max(1, count // 2)], strips, strips[count // 2 :]]
    if count >= 6:
        parts += [strips[count // 3 : count - count // 3], strips[count // 4 : count - count // 4]]
    rows = np.stack([part.mean(0) for part in parts])
    low, high = np.percentile(rows, (1, 99))
    return np.asarray(np.clip((rows - low) * (255 / max(float(high - low), 1.0)), 0, 255), dtype=np.uint8)
