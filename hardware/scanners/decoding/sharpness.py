"""How sharp, light and noisy a part of a picture is: what tells blur from movement, from dim light and from glare.

Measured on the strongest edges there, of whatever they are: the bars, the modules, the text and the rim of the label.
Whether what is there is a code is not asked here.
"""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.scanners.decoding.regions import Gray

__all__ = ["SMOOTHED", "Box", "Sharpness", "sharpness_of"]

REACH: Final = 20
"""Pixels around a box that are looked at with it: its rim has edges in both directions, bars alone in one."""
SMOOTHED: Final = 1.0
"""Standard deviation in pixels of what is taken off first, against noise. Of a sharp step it leaves slopes of 0.3."""
MOST_SAMPLES: Final = 16_000
MOST_STEEP: Final = 3_000
STRONGEST: Final = 0.004
"""Which part of all slopes is steeper than the one that counts."""
FLAT: Final = 0.05
"""Slope, in contrasts a pixel, below which nothing is looked at: of 20 pixels from ink to paper."""
DIRECTIONS: Final = 12
BRIGHT: Final = 225
"""Grey value of what the camera sees as white, at least: tinted light washes out the other colours first."""
ELSEWHERE: Final = 0.1
"""Part of the box whose paper is darker than that, at least: else all of it is too light, and no reflection."""
BLANK: Final = 18
"""Side in pixels of a square in a reflection that shows nothing: wider than the gaps between bars and modules."""
WHITE: Final = 31
"""Side in pixels of the square whose lightest pixel is the white of its middle: wider than the widest dark element."""


class Box(NamedTuple):
    """An upright box in pixels of the picture."""

    left: int
    top: int
    right: int
    bottom: int


class Sharpness(NamedTuple):
    """What was measured in a box.

    `slopes`: the steepest slope, in contrasts a pixel, in each of 12 directions 15 degrees apart, the first along the
    rows. 0.28 and more in some direction where the camera sees sharp; defocus lowers all, movement those along it.
    `dark` and `light` are grey values of the ink and the paper, `noise` the standard deviation of a pixel, in grey
    values. `washed_out` is the part of the box, 0 to 1, that is a patch of the lightest there is, while the paper
    elsewhere in the box is not.
    """

    slopes: NDArray[np.float64]
    dark: float
    light: float
    noise: float
    washed_out: float

    @property
    def contrast(self) -> float:
        """Grey values between ink and paper, at least 1."""
        return max(self.light - self.dark, 1.0)

    @property
    def one_way(self) -> float:
        """How many times steeper the slopes are in some direction than at right angles to it."""
        return float((self.slopes / np.roll(self.slopes, DIRECTIONS // 2)).max())

    @property
    def flattest(self) -> float:
        """The direction in radians that the slopes are the least steep in: that of a movement."""
        return float(self.slopes.argmin() * np.pi / DIRECTIONS)

    def steeper(self, angle: float) -> float:
        """How many times steeper the slopes are in the direction of `angle` (radians) than at right angles to it."""
        nth = round(angle / np.pi * DIRECTIONS) % DIRECTIONS
        return float(self.slopes[nth] / self.slopes[(nth + DIRECTIONS // 2) % DIRECTIONS])


def sharpness_of(gray: Gray, box: Box) -> Sharpness | None:
    """What is measured in `box` and around it, or None where it is too small to tell. About a millisecond."""
    top, left = max(0, box.top - REACH), max(0, box.left - REACH)
    part = gray[top : max(0, box.bottom) + REACH, left : max(0, box.right) + REACH]
    if min(part.shape) < REACH:
        return None
    step = max(1, -(-part.size // MOST_SAMPLES))
    smooth = cv2.GaussianBlur(part, (0, 0), SMOOTHED).ravel()
    wide = part.shape[1]
    # Scattered over all rows and columns: every so many rows would miss the ends of upright bars.
    apart = next(number for number in range(step, step + wide) if math.gcd(number, wide) == 1)
    at = np.arange(0, part.size - wide - 1, apart)
    at = at[at % wide != wide - 1]
    here, right, under = (smooth[places].astype(np.float32) for places in (at, at + 1, at + wide))
    dark, light = _share(here, 0.02), _share(here, 0.98)
    across, down = right - here, under - here
    count = max(8, int(STRONGEST * across.size))
    contrast = max(light - dark, 1.0)
    # What is flat cannot be among the steepest in any direction; where that leaves too few, the direction is flat.
    best = np.flatnonzero(np.abs(across) + np.abs(down) > FLAT * contrast)
    every = max(1, best.size // MOST_STEEP)
    best, count = best[::every], max(4, count // every)
    angles = (np.arange(DIRECTIONS) * np.pi / DIRECTIONS).astype(np.float32)
    seen = np.abs(np.outer(np.cos(angles), across[best]) + np.outer(np.sin(angles), down[best]))
    if seen.shape[1] > count:
        slopes = np.partition(seen, -count, axis=1)[:, -count].astype(np.float64) / contrast
    else:
        slopes = np.zeros(DIRECTIONS)
    # Second differences, so that a slope of the light does not count: of three pixels they have 6 times the variance.
    # 0.6745 of a normal distribution's deviation is its median.
    pixels = part[:: 2 * step].astype(np.int16)
    noise = _share(np.abs(pixels[:, 2:] - 2 * pixels[:, 1:-1] + pixels[:, :-2]), 0.5) / (0.6745 * 6**0.5)
    return Sharpness(np.maximum(slopes, FLAT / 2), dark, light, noise, _washed_out(part))


def _share(values: NDArray[Any], share: float) -> float:
    """The value that this share of all is not above."""
    nth = int(share * (values.size - 1))
    return float(np.partition(values, nth, axis=None)[nth])


def _washed_out(part: Gray) -> float:
    small = cv2.blur(cv2.resize(part, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), (3, 3))
    most = _share(small[::2], 0.995)
    if most < BRIGHT:
        return 0.0
    lightest = cv2.dilate(small, np.ones((WHITE // 2, WHITE // 2), np.uint8))
    if float((lightest < most - 8).mean()) < ELSEWHERE:
        return 0.0
    blank = cv2.erode((small >= most - 6).astype(np.uint8), np.ones((BLANK // 2, BLANK // 2), np.uint8))
    return float(blank.mean())
