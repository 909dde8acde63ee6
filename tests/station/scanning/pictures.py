"""Pictures of labels, made anew: codes of zxing-cpp's writer on white paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

__all__ = ["KEY", "a_label", "a_picture", "code"]

KEY = "VK7JG-NPHTM-C97JM-9MPGT-3V66T"
"""A key that Microsoft publishes for everybody; it activates nothing."""


def code(text: str, kind: str = "QRCode", scale: int = 4) -> NDArray[np.uint8]:
    """One code with its quiet zone."""
    formats: Any = zxingcpp.BarcodeFormat
    drawn = zxingcpp.create_barcode(text, getattr(formats, kind))
    picture = np.array(zxingcpp.write_barcode_to_image(drawn, scale=scale), dtype=np.uint8)
    # Bars as high as a label has them.
    return np.repeat(picture, -(-60 // picture.shape[0]), axis=0) if picture.shape[0] < 60 else picture


def a_label(*codes: tuple[str, str]) -> NDArray[np.uint8]:
    """The codes (text, kind) one below the other, on paper of 1280 x 720 or as much more as they need."""
    drawn = [code(text, kind, 3) for text, kind in codes]
    height = max(720, sum(one.shape[0] + 40 for one in drawn) + 40)
    paper = np.full((height, max(1280, *(one.shape[1] + 80 for one in drawn))), 255, np.uint8)
    top = 40
    for one in drawn:
        paper[top : top + one.shape[0], 40 : 40 + one.shape[1]] = one
        top += one.shape[0] + 40
    return paper


def a_picture(path: Path, *codes: tuple[str, str]) -> Path:
    """A label in a file."""
    if not cv2.imwrite(str(path), a_label(*codes)):
        raise OSError(f"{path} cannot be written")
    return path
