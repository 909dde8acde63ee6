"""A small picture as it would be without the blur that was measured in it: out of focus, or moved.

A Wiener filter: each frequency is raised by as much as the blur took of it, as far as the noise allows. It needs the
blur to within a fifth or so, which `sharpness` gives. For 2-D codes alone: Reed-Solomon tells what came out wrong, and
a 1-D code has nothing that would.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.scanners.decoding.regions import Gray
from hardware.scanners.decoding.sharpness import SMOOTHED, Sharpness

__all__ = ["Attempt", "attempts"]

PADDED: Final = 16
"""Pixels of the rim that are repeated outwards: the filter takes the picture for a tile of a pattern."""
BLURRED: Final = 0.2
"""Slope in contrasts a pixel that is not reached in any direction where it is out of focus. Sharp is 0.28."""
MOVED: Final = 0.16
"""Slope along a movement of six pixels."""
ONE_WAY: Final = 1.35
"""How many times steeper across the movement: less of it could as well be a matter of what is printed there."""
STEEPEST: Final = 0.4
"""Slope, in contrasts, of a step blurred by a Gaussian of one pixel."""
# How much of what was measured is taken, noise against signal (as powers), how much it is enlarged, and one threshold
# for all of it or one for each surrounding: those that read most, each where the ones before had read nothing.
_FOCUS: Final = ((0.9, 1.5e-3, 2.0, False), (1.0, 1e-4, 2.0, True), (1.1, 4e-4, 2.0, True), (0.9, 4e-4, 2.0, False))
_MOTION: Final = ((1.1, 2e-3, 1.0, True), (1.2, 2e-2, 2.0, False), (1.35, 6e-3, 2.0, True), (1.0, 5e-3, 2.0, True))


class Attempt(NamedTuple):
    """A picture without its blur, and how it is best read."""

    image: Gray
    enlarged: float
    one_threshold: bool


def attempts(cut: Gray, seen: Sharpness) -> Iterator[Attempt]:
    """`cut` without the blur that was measured in it, the likeliest first; none where it is sharp. One to four
    milliseconds each, of 200x200 to 500x300 pixels."""
    most, least = float(seen.slopes.max()), float(seen.slopes.min())
    moved = least < MOVED and seen.one_way > ONE_WAY
    if not moved and most >= BLURRED:
        return
    tall, wide = (cv2.getOptimalDFTSize(side + 2 * PADDED) for side in cut.shape)
    rims = PADDED, tall - cut.shape[0] - PADDED, PADDED, wide - cut.shape[1] - PADDED
    padded = cv2.copyMakeBorder(cut, *rims, cv2.BORDER_REPLICATE).astype(np.float32)
    spectrum = np.fft.rfft2(padded)
    down, across = np.fft.fftfreq(tall)[:, None].astype(np.float32), np.fft.rfftfreq(wide)[None].astype(np.float32)
    for share, noise, enlarged, one_threshold in _MOTION if moved else _FOCUS:
        if moved:
            angle = seen.flattest
            kept = np.sinc(share / least * (across * np.cos(angle) + down * np.sin(angle)))
        else:
            spread = max((STEEPEST / most) ** 2 - SMOOTHED**2, 0.5) * share**2
            kept = np.exp(-2 * np.pi**2 * spread * (across**2 + down**2))
        image = np.fft.irfft2(spectrum * (kept / (kept * kept + noise)), s=(tall, wide))
        yield Attempt(_stretched(image[PADDED:, PADDED:][: cut.shape[0], : cut.shape[1]]), enlarged, one_threshold)


def _stretched(image: NDArray[np.floating]) -> Gray:
    low, high = (float(value) for value in np.percentile(image[::2, ::2], (2, 98)))
    return np.asarray(np.clip((image - low) * (255 / max(high - low, 1.0)), 0, 255), dtype=np.uint8)
