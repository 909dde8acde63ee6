"""A still picture read with more patience than a camera's frame: there is no next one."""

from __future__ import annotations

from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from hardware.scanners.decoding.reader import FrameReader
from hardware.scanners.decoding.symbols import Corners, FrameReading

__all__ = ["read_still"]

BUDGET_MS: Final = 2_000.0
"""Milliseconds of work for one picture."""
MARGIN: Final = 40
"""Pixels of white around it. A label that fills its picture has no quiet zone, and a camera's frame always has one."""


def read_still(picture: NDArray[np.uint8], reader: FrameReader) -> FrameReading:
    """What is in a picture; its corners are in the picture's own pixels, as everywhere."""
    wide = np.pad(picture, MARGIN, constant_values=255)
    reading = reader.read(wide, budget_ms=BUDGET_MS)
    symbols = tuple(msgspec.structs.replace(symbol, corners=_moved(symbol.corners)) for symbol in reading.symbols)
    return msgspec.structs.replace(reading, symbols=symbols)


def _moved(corners: Corners) -> Corners:
    first, second, third, fourth = ((x - MARGIN, y - MARGIN) for x, y in corners)
    return first, second, third, fourth
