"""What would help where something looks like a code and was not read: closer, still, more light, focus, less glare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from hardware.scanners.decoding.linear import Strip
from hardware.scanners.decoding.regions import Gray, Matrix, Patch
from hardware.scanners.decoding.symbols import Advice

__all__ = ["advice_for"]

LOOKS_LIKE_BARS: Final = 1.78
"""Likeness of start and stop together, at most 2: vents, stripes and text come to 1.76."""
SURELY_BARS: Final = 1.85
BLURRED_STRIPS: Final = (10, 20)
LEAST_STRIPS: Final = 4
LEAST_EDGES: Final = 14
MOST_REGULAR: Final = 0.8
"""Likeness of a row to itself moved by some pixels: vents and ribs are regular, bars are not."""
WIDE: Final = 0.5
LIGHT_AROUND: Final = 0.6
"""Where on its scale of dark to light the rim of a code must be: its quiet zone."""
DIM: Final = 60.0
"""Grey value of the label's white below which there is too little light: a fifth of what a camera aims at."""
WASHED_OUT: Final = 245
GLARE: Final = 0.1
"""How much of the code is as light as the camera can see, while the rest of the label is not."""
SMALL_MODULE: Final = 1.45
"""Pixels. Below it half of what is otherwise good is not read (barcodes.md 3.2: 1.3 pixels)."""
SMALL_PATCH: Final = 56
ONE_WAY: Final = 2.2
"""How many times stronger the edges of a 2-D code are in one direction when it was moved."""
STEEPER: Final = 1.6
"""How many times steeper the label's edges are along the bars than the bars' own when it was moved."""


def advice_for(gray: Gray, strips: Sequence[Strip], patches: Sequence[Patch], *, read: bool) -> Advice | None:
    """What would help most with what was not read, or None where nothing there looks like a code.

    Where something was `read`, only what is surely another code is worth a word.
    """
    if read:
        sure = [strip for strip in strips if strip.likeness >= SURELY_BARS and _like_bars(strip)]
        return _for_bars(sure[0]) if sure else None
    for strip in sorted(strips, key=lambda strip: -strip.run.weight):
        if _washed_out_bars(strip):
            return Advice.LESS_GLARE
        if _like_bars(strip):
            return _for_bars(strip)
    for patch in patches:
        if _like_modules(gray, patch):
            return _for_patch(gray, patch)
    return None


def _washed_out_bars(strip: Strip) -> bool:
    """Whether there are some bars in what the light has washed out: start and stop may be under it."""
    edges = int((np.diff(np.sign(strip.darkness)) != 0).sum())
    return strip.glared and len(strip.run.strips) >= LEAST_STRIPS and edges >= LEAST_EDGES


def _like_bars(strip: Strip) -> bool:
    """Whether the run has uneven bars between two light zones. Its start and stop need not be seen."""
    row, scale = strip.darkness, strip.straight.scale
    if len(strip.run.strips) < LEAST_STRIPS or not strip.candidates:
        return False
    one = max(strip.candidates, key=lambda candidate: candidate.length)
    begin = len(row) - one.begin - one.length if one.reversed_ else one.begin
    a, b = max(0, int(begin)), min(len(row), int(begin + one.length))
    quiet = int(6 * scale)
    if b - a < WIDE * len(row) or a < quiet or len(row) - b < quiet:
        return False
    if max(float(row[a - quiet : a].mean()), float(row[b : b + quiet].mean())) > -0.3:
        return False
    inner = row[a:b] - row[a:b].mean()
    edges = int((np.diff(np.sign(inner)) != 0).sum())
    power = np.abs(np.fft.rfft(inner, 2 * len(inner))) ** 2
    same = np.fft.irfft(power)[: len(inner) // 2]
    # Past the first valley: near nothing every row is like itself.
    valley = int(np.argmax(same < 0)) or len(same) - 1
    if edges < LEAST_EDGES or float(same[valley:].max()) >= MOST_REGULAR * float(same[0]):
        return False
    if strip.likeness >= LOOKS_LIKE_BARS:
        return True
    # Start and stop are too blurred to tell: there must be more else that tells of bars.
    low, high = BLURRED_STRIPS
    return strip.likeness > 1.63 and edges >= 3 * LEAST_EDGES and low <= len(strip.run.strips) <= high


def _for_bars(strip: Strip) -> Advice:
    image = strip.straight.image.astype(np.float32)
    bars = image[strip.run.top : strip.run.bottom]
    dark, light = (float(value) for value in np.percentile(bars, (3, 97)))
    if light < DIM:
        return Advice.MORE_LIGHT
    if strip.candidates[0].module / strip.straight.scale < SMALL_MODULE:
        return Advice.CLOSER
    across = _steepest(strip.run.strips.mean(0), light - dark) * strip.straight.scale
    # Above and below the bars the label is white: its rows show how sharp the camera sees along the bars.
    middle = image.shape[1] // 2
    along = _steepest(image[:, middle - middle // 2 : middle + middle // 2].mean(1), light - dark)
    return Advice.HOLD_STILL if along > STEEPER * across else Advice.FOCUS


def _steepest(row: Matrix, contrast: float) -> float:
    """The steepest slope, in contrasts a sample."""
    slopes = np.abs(np.diff(row))
    return float(np.percentile(slopes, 99)) / max(contrast, 1.0) if len(slopes) else 0.0


def _like_modules(gray: Gray, patch: Patch) -> bool:
    """Whether the patch is about square, half dark, with a light rim: print is a sixth dark, a texture has no rim."""
    if min(patch.width, patch.height) < 0.6 * max(patch.width, patch.height) or min(patch.width, patch.height) < 32:
        return False
    inner = gray[patch.y : patch.y + patch.height, patch.x : patch.x + patch.width]
    low, high = (float(value) for value in np.percentile(inner, (5, 95)))
    share = float((inner < (low + high) / 2).mean())
    if high - low < 8 or not 0.3 < share < 0.65:
        return False
    reach = 14
    outer = gray[max(0, patch.y - reach) : patch.y + patch.height + reach, max(0, patch.x - reach) :][
        :, : patch.width + 2 * reach
    ]
    rims = [np.median(rim) for rim in (outer[:5], outer[-5:], outer[:, :5], outer[:, -5:])]
    return sum(float(rim) > low + LIGHT_AROUND * (high - low) for rim in rims) >= 3


def _for_patch(gray: Gray, patch: Patch) -> Advice:
    inner = gray[patch.y : patch.y + patch.height, patch.x : patch.x + patch.width]
    if float(np.percentile(inner, 97)) < DIM:
        return Advice.MORE_LIGHT
    if float((inner > WASHED_OUT).mean()) > GLARE:
        return Advice.LESS_GLARE
    if max(patch.width, patch.height) < SMALL_PATCH:
        return Advice.CLOSER
    dx, dy = (part.astype(np.float64) for part in cv2.spatialGradient(np.ascontiguousarray(inner)))
    xx, yy, xy = (dx * dx).mean(), (dy * dy).mean(), (dx * dy).mean()
    half = np.hypot((xx - yy) / 2, xy)
    most, least = (xx + yy) / 2 + half, (xx + yy) / 2 - half
    return Advice.HOLD_STILL if most > ONE_WAY * max(least, 1.0) else Advice.FOCUS
