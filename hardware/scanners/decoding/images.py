"""Pictures from files and cameras as grey values: bounded before they are decoded, refused in one sentence.

What a picture says about its size is read from its first bytes before anything is decoded: a picture of 100 megapixels
is a file of a few kilobytes and a gigabyte of memory.
"""

from __future__ import annotations

import io
import os
import stat
import warnings
from pathlib import Path
from typing import Final

# Before OpenCV is loaded: its warnings go to stderr, which is a terminal's screen.
os.environ.setdefault("OPENCV_LOG_LEVEL", "OFF")

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from hardware.scanners.decoding import wording

__all__ = ["MOST_BYTES", "MOST_MEGAPIXELS", "MOST_PIXELS_KEPT", "ImageRefused", "decode_picture", "load_image"]

MOST_BYTES: Final = 64_000_000
MOST_MEGAPIXELS: Final = 40
"""A telephone's picture has 12 or 48 and is sent with 12; 40 decode in half a second and 160 MB at most."""
MOST_PIXELS_KEPT: Final = 4_000_000
"""A larger picture is reduced: the bars of a label that fills it have 8 pixels a module still."""
FORMATS: Final = ("JPEG", "PNG", "BMP", "TIFF", "WEBP", "PPM")


class ImageRefused(Exception):
    """A picture that is not read; `str()` is one sentence that names the file and says what to do."""


def load_image(path: Path) -> NDArray[np.uint8]:
    """The picture at `path` as grey values, reduced to at most `MOST_PIXELS_KEPT`; raises `ImageRefused`.

    How it lies is left as it is stored: a code is read in any rotation.
    """
    name = str(path)
    return decode_picture(_bytes(path), name)


def decode_picture(data: bytes, name: str = "the camera's picture") -> NDArray[np.uint8]:
    """The picture in `data` as grey values, as `load_image`; `name` is what the sentence calls it."""
    if not data:
        raise ImageRefused(wording.said(wording.EMPTY, name))
    if len(data) > MOST_BYTES:
        raise _too_many_bytes(name, len(data))
    width, height = _size(data, name)
    if width * height > MOST_MEGAPIXELS * 1_000_000:
        size = round(width * height / 1_000_000)
        raise ImageRefused(wording.said(wording.TOO_MANY_PIXELS, name, size=size, most=MOST_MEGAPIXELS))
    gray = _decoded(data)
    if gray is None:
        raise ImageRefused(wording.said(wording.CORRUPT, name))
    if gray.size > MOST_PIXELS_KEPT:
        scale = (MOST_PIXELS_KEPT / gray.size) ** 0.5
        kept = max(1, int(gray.shape[1] * scale)), max(1, int(gray.shape[0] * scale))
        return np.asarray(cv2.resize(gray, kept, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return gray


def _bytes(path: Path) -> bytes:
    name = str(path)
    try:
        # Without waiting: a pipe that nobody writes to would hold the program for ever.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ImageRefused(wording.said(wording.MISSING, name)) from error
    except IsADirectoryError as error:
        raise ImageRefused(wording.said(wording.FOLDER, name)) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a name of a file"
        raise ImageRefused(wording.said(wording.UNREADABLE, name, reason=reason)) from error
    about = os.fstat(descriptor)
    if stat.S_ISDIR(about.st_mode):
        os.close(descriptor)
        raise ImageRefused(wording.said(wording.FOLDER, name))
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(about.st_mode):
            raise ImageRefused(wording.said(wording.NOT_A_PICTURE, name))
        if about.st_size > MOST_BYTES:
            raise _too_many_bytes(name, about.st_size)
        try:
            return file.read(MOST_BYTES + 1)
        except OSError as error:
            raise ImageRefused(wording.said(wording.UNREADABLE, name, reason=error.strerror)) from error


def _too_many_bytes(name: str, size: int) -> ImageRefused:
    return ImageRefused(
        wording.said(wording.TOO_MANY_BYTES, name, size=size // 1_000_000, most=MOST_BYTES // 1_000_000)
    )


def _size(data: bytes, name: str) -> tuple[int, int]:
    """Width and height from the first bytes; nothing of the picture is decoded."""
    try:
        # Pillow warns from 89 million pixels on and gives up at twice that: both are far beyond our limit.
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
                return picture.size
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageRefused(wording.said(wording.FAR_TOO_MANY_PIXELS, name, most=MOST_MEGAPIXELS)) from error
    except Exception as error:  # Pillow's readers raise whatever a damaged header makes them.
        raise ImageRefused(wording.said(wording.NOT_A_PICTURE, name)) from error


def _decoded(data: bytes) -> NDArray[np.uint8] | None:
    """Grey values, or None where the data end too early or are damaged: half a picture is not read as a whole one."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            # A JPEG holds its grey values apart: the colours need not be decoded at all.
            picture.draft("L", None)
            picture.load()
            return np.array(_on_white(picture), dtype=np.uint8)
    except Exception:  # As above; what is wrong with it does not change what to do.
        return None


def _on_white(picture: Image.Image) -> Image.Image:
    """As paper is: what is transparent is white. Without it a code of transparent spaces would be all black."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        whole = picture.convert("RGBA")
        paper = Image.new("RGBA", whole.size, "white")
        paper.alpha_composite(whole)
        return paper.convert("L")
    if picture.mode.startswith(("I", "F")):
        # Pillow cuts more than 8 bits off at 255. What is no number is paper, as what is transparent.
        values = np.asarray(picture, dtype=np.float64)
        numbers = np.isfinite(values)
        most = 65535 if values.max(initial=0, where=numbers) > 255 else 255
        values = np.where(numbers, values, most)
        return Image.fromarray(np.clip(values * (255 / most), 0, 255).astype(np.uint8))
    return picture.convert("L")
