"""The statistics of the pages: plain functions of counts. Checked in the tests against published numbers."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

__all__ = ["Z_95", "Proportion", "wilson"]

Z_95: Final = 1.959963984540054
"""The standard normal quantile of 0.975, for a two-sided 95 % interval."""


class Proportion(NamedTuple):
    """A rate with the interval that its count supports; all between 0 and 1."""

    rate: float
    low: float
    high: float


def wilson(successes: int, n: int, z: float = Z_95) -> Proportion | None:
    """The Wilson score interval of `successes` in `n`; None where n is 0, because then nothing is known.

    Source: Wilson 1927; Newcombe 1998, method 3. Raises `ValueError` for counts that cannot be.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is not a count")
    if n == 0:
        return None
    rate = successes / n
    spread = z * math.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    centre = rate + z * z / (2 * n)
    scale = 1 + z * z / n
    # At 0 and n the bound is exactly 0 or 1; the subtraction would leave a rounding error.
    low = 0.0 if successes == 0 else max(0.0, (centre - spread) / scale)
    high = 1.0 if successes == n else min(1.0, (centre + spread) / scale)
    return Proportion(rate, low, high)
