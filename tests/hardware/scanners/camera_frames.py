"""Pictures for the camera's tests: a white label on gray, 1280 x 720, as a camera over a bench sees it."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

__all__ = ["EMPTY", "HEIGHT", "WIDTH", "label", "sequence", "unreadable"]

WIDTH, HEIGHT = 1280, 720
_GRAY = 110


def _table() -> NDArray[np.uint8]:
    return np.full((HEIGHT, WIDTH, 3), _GRAY, np.uint8)


EMPTY = _table()
"""The table with nothing on it."""


def label(*texts: str, format: str = "Code128") -> NDArray[np.uint8]:
    """A label with these codes one above the other."""
    picture = _table()
    picture[40:680, 240:1040] = 255
    room = 600 // max(1, len(texts))
    for place, text in enumerate(texts):
        code = _code(text, format, room - 30)
        top, left = 60 + place * room, (WIDTH - code.shape[1]) // 2
        picture[top : top + code.shape[0], left : left + code.shape[1]] = code[:, :, None]
    return picture


def unreadable(text: str) -> NDArray[np.uint8]:
    """A label whose code is out of focus."""
    return np.asarray(cv2.GaussianBlur(label(text), (0, 0), 6), np.uint8)


def _code(text: str, format: str, height: int) -> NDArray[np.uint8]:
    barcode = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, format))
    small = np.asarray(barcode.to_image(scale=1, add_quiet_zones=False), np.uint8)
    if format == "Code128":
        row = np.repeat(small[:1], 3, axis=1)
        return np.repeat(row, min(height, 140), axis=0)
    scale = max(1, min(height, 300) // small.shape[0])
    return small.repeat(scale, axis=0).repeat(scale, axis=1)


def sequence(*stretches: tuple[NDArray[np.uint8], int]) -> Sequence[NDArray[np.uint8]]:
    """Each picture so many times, one after the other."""
    return [picture for picture, count in stretches for _ in range(count)]
