"""Pictures for the camera's tests: a white label on gray, 1280 x 720, as a camera over a bench sees it."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

__all__ = ["EMPTY", "HEIGHT", "WIDTH", "label", "sequence", "unreadable"]

WIDTH, HEIGHT = 1280, 720
# A camera that exposes well shows paper below its brightest value and ink above its darkest.
_TABLE, _PAPER, _INK = 110, 225, 25
_MODULE = 3


def _table() -> NDArray[np.uint8]:
    return np.full((HEIGHT, WIDTH, 3), _TABLE, np.uint8)


EMPTY = _table()
"""The table with nothing on it."""


def label(*texts: str, format: str = "Code128") -> NDArray[np.uint8]:
    """A label with these codes one above the other."""
    room = 600 // len(texts)
    return _printed([_code(text, format, room - 30) for text in texts], room)


def unreadable(text: str) -> NDArray[np.uint8]:
    """A Data Matrix out of focus whose modules are noise inside its border: it is a code, however well one looks, it is
    never read, and there is something to say about it."""
    code = _code(text, "DataMatrix", 300)
    module = _module_of(code)
    inner = code[module:-module, module:-module]
    noise = np.random.default_rng(0).choice(
        np.array([_INK, _PAPER], np.uint8), tuple(side // module for side in inner.shape)
    )
    inner[:] = noise.repeat(module, axis=0).repeat(module, axis=1)
    return np.asarray(cv2.GaussianBlur(_printed([code], 600), (0, 0), _MODULE), np.uint8)


def sequence(*stretches: tuple[NDArray[np.uint8], int]) -> Sequence[NDArray[np.uint8]]:
    """Each picture so many times, one after the other."""
    return [picture for picture, count in stretches for _ in range(count)]


def _printed(codes: Sequence[NDArray[np.uint8]], room: int) -> NDArray[np.uint8]:
    picture = _table()
    picture[40:680, 240:1040] = _PAPER
    for place, code in enumerate(codes):
        top, left = 60 + place * room, (WIDTH - code.shape[1]) // 2
        picture[top : top + code.shape[0], left : left + code.shape[1]] = code[:, :, None]
    return picture


def _code(text: str, format: str, height: int) -> NDArray[np.uint8]:
    barcode = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, format))
    small = np.asarray(barcode.to_image(scale=1, add_quiet_zones=False), np.uint8)
    inked = np.where(small > 127, _PAPER, _INK).astype(np.uint8)
    if format == "Code128":
        return inked[:1].repeat(_MODULE, axis=1).repeat(min(height, 140), axis=0)
    scale = min(height, 300) // inked.shape[0]
    return inked.repeat(scale, axis=0).repeat(scale, axis=1)


def _module_of(code: NDArray[np.uint8]) -> int:
    """Pixels of a module: a Data Matrix' upper edge changes with every one."""
    return int(np.flatnonzero(np.diff(code[0].astype(int)))[0]) + 1
