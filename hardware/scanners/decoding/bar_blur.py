"""What a blur does to printed modules, as numbers that are worked out once for each blur and symbology."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np

from hardware.scanners.decoding.bar_patterns import Array, Kind

__all__ = ["AROUND", "BLURS", "MOST_BLOCKS", "PER_MODULE", "REACH", "Blur", "blur_of"]

PER_MODULE: Final = 4
"""Samples of the grid in each module."""
AROUND: Final = 8
"""Modules of quiet zone on each side that are part of the fit."""
REACH: Final = 10
"""Modules over which one module's blur is felt, on each side."""
MOST_BLOCKS: Final = 45
"""Characters of the longest symbol looked for: a GS1-128 has 48 at most, and no label comes near it."""
NOISE: Final = 0.05
"""What the Wiener filter takes the noise's power for, against the bars' 1."""

BLURS: Final = ((0.6, 0.0), (0.85, 0.0), (0.35, 0.0), (1.05, 0.0))
"""Blur as (Gaussian sigma, width of motion), in modules; the first reads nine of ten that can be read."""


class Blur:
    """What a blur does to modules, worked out once: a module's trace, and the nearest-pattern rule of a kind."""

    def __init__(self, sigma: float, width: float, kind: Kind) -> None:
        size, count = kind.size, 64 * PER_MODULE
        box = np.zeros(count)
        box[count // 2 : count // 2 + PER_MODULE] = 1
        f = np.fft.rfftfreq(count) * PER_MODULE
        spectrum = np.fft.rfft(box) * np.exp(-2 * (np.pi * sigma * f) ** 2) * np.sinc(width * f)
        trace = np.fft.irfft(spectrum, count)
        self.trace = trace[count // 2 - REACH * PER_MODULE : count // 2 + (REACH + 1) * PER_MODULE]
        overlap = np.correlate(self.trace, self.trace, "full")[len(self.trace) - 1 :: PER_MODULE][: 2 * REACH + 1]
        self.overlap_both = np.concatenate([overlap[:0:-1], overlap])
        self.span = 1 << (kind.modules(MOST_BLOCKS) + 2 * AROUND + 2 * REACH).bit_length()
        ring = np.zeros(self.span)
        ring[: len(overlap)] = overlap
        ring[-len(overlap) + 1 :] = overlap[1:][::-1]
        self.power = np.fft.rfft(ring).real + NOISE
        lag = np.abs(np.arange(size)[:, None] - np.arange(size))
        covariance = np.fft.irfft(NOISE / self.power, self.span)[lag] + 1e-4 * np.eye(size)
        self.whiten = np.linalg.cholesky(np.linalg.inv(covariance))
        self.white_patterns = (kind.patterns @ self.whiten).T * 2
        self.white_lengths = ((kind.patterns @ self.whiten) ** 2).sum(1)
        padded = np.concatenate([overlap, np.zeros(max(0, size - len(overlap)))])
        self.gram = padded[lag]
        self.pattern_energy = np.einsum("pi,ij,pj->p", kind.patterns, self.gram, kind.patterns)

    def project(self, row: Array, modules: int) -> Array:
        """For each module how much of its trace is in the row."""
        padded = np.pad(row, (REACH * PER_MODULE, REACH * PER_MODULE + PER_MODULE))
        return np.correlate(padded, self.trace, "valid")[::PER_MODULE][:modules]

    def blur(self, impulses: Array, late: int = 0) -> Array:
        """The row that impulses, one sample each, leave; `late` moves it by so many samples."""
        begin = REACH * PER_MODULE - late
        return np.convolve(impulses, self.trace)[begin : begin + len(impulses)]


@lru_cache(maxsize=32)
def blur_of(sigma: float, width: float, kind: Kind) -> Blur:
    """The blur of a Gaussian `sigma` and a motion of `width`, in modules, for one symbology."""
    return Blur(sigma, width, kind)
